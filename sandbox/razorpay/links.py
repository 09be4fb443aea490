"""Payment Links: create, fetch, find by reference, edit, cancel, send again."""

from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse

from sandbox.lines import Json
from sandbox.razorpay.errors import Merchant, RazorpayError, check_amount, check_notes, read_body
from sandbox.razorpay.money import expire_if_due
from sandbox.razorpay.webhooks import public, tell
from sandbox.settings import Account
from sandbox.world import Here, World, short_id

router = APIRouter(prefix="/v1/payment_links", include_in_schema=False)

SOONEST_EXPIRY = 15 * 60
LATEST_EXPIRY = 183 * 24 * 3600
REFERENCE_LIMIT = 40
DESCRIPTION_LIMIT = 2048
EDITABLE = {"reference_id", "expire_by", "notes", "accept_partial", "reminder_enable", "first_min_partial_amount"}
UNKNOWN_ID = "The id provided does not exist"
CANNOT_EDIT = "update can only be made in created or partially paid state"
CANNOT_CANCEL_PAID = "cannot cancel or expire an already paid/partially paid link"
CANNOT_CANCEL_EXPIRED = "cannot cancel or expire an expired link"


def _find(world: World, account: Account, link_id: str) -> Json:
    link = world.payment_links.get(link_id)
    if link is None or link["_key"] != account.razorpay_key_id:
        raise RazorpayError(UNKNOWN_ID)
    expire_if_due(world, link)
    return link


def _check_reference(world: World, account: Account, reference: str) -> str:
    if len(reference) > REFERENCE_LIMIT:
        raise RazorpayError(f"reference_id: the length must be no more than {REFERENCE_LIMIT}.", field="reference_id")
    taken = {one["reference_id"] for one in world.payment_links.values() if one["_key"] == account.razorpay_key_id}
    if reference and reference in taken:
        raise RazorpayError("payment link creation with reference ID already attempted", field="reference_id")
    return reference


def _check_expiry(world: World, raw: object) -> int:
    if raw in (None, 0, ""):
        return 0
    if isinstance(raw, bool) or not isinstance(raw, int):
        raise RazorpayError("expire_by: must be a valid timestamp.", field="expire_by")
    if raw < world.clock.unix() + SOONEST_EXPIRY:
        raise RazorpayError("timestamp must be atleast 15 minutes in future", field="expire_by")
    if raw > world.clock.unix() + LATEST_EXPIRY:
        raise RazorpayError("timestamp must be within 6 months", field="expire_by")
    return raw


def _check_callback(given: Json) -> tuple[str, str]:
    url, method = str(given.get("callback_url") or ""), str(given.get("callback_method") or "")
    if url and method != "get":
        raise RazorpayError("callback_method: must be a valid value.", field="callback_method")
    if method and not url:
        raise RazorpayError("callback_url: cannot be blank.", field="callback_url")
    return url, method


def _whole(raw: object) -> int:
    if isinstance(raw, bool) or not str(raw).isdecimal():
        raise RazorpayError("first_min_partial_amount: must be an integer.", field="first_min_partial_amount")
    return int(str(raw))


def _check_partial(given: Json, amount: int) -> tuple[bool, int]:
    accepts = bool(given.get("accept_partial"))
    least = _whole(given.get("first_min_partial_amount") or 0)
    if least and not accepts:
        raise RazorpayError("first_min_partial_amount is not required when accept_partial is false")
    if least >= amount:
        raise RazorpayError("first_min_partial_amount: must be less than amount", field="first_min_partial_amount")
    return accepts, least


@router.post("")
async def create_link(request: Request, merchant: Merchant, world: Here) -> JSONResponse:
    """Make a link a guest can pay."""
    given = await read_body(request)
    amount = check_amount(given.get("amount"), "amount: must be no less than 100.")
    if (given.get("currency") or "INR") != "INR":
        raise RazorpayError("Currency is not supported", field="currency")
    if given.get("upi_link") is True or given.get("upi_link") == "true":
        raise RazorpayError("UPI Payment Links is not supported in Test Mode. Use Live Mode instead.", field="upi_link")
    description = str(given.get("description") or "")
    if len(description) > DESCRIPTION_LIMIT:
        raise RazorpayError(f"description: the length must be no more than {DESCRIPTION_LIMIT}.", field="description")
    accepts_partial, least = _check_partial(given, amount)
    callback_url, callback_method = _check_callback(given)
    now = world.clock.unix()
    link_id = short_id("plink")
    notify = {"email": False, "sms": False, "whatsapp": False} | (given.get("notify") or {})
    link: Json = {
        "accept_partial": accepts_partial,
        "amount": amount,
        "amount_paid": 0,
        "callback_method": callback_method,
        "callback_url": callback_url,
        "cancelled_at": 0,
        "created_at": now,
        "currency": "INR",
        "customer": given.get("customer") or {},
        "description": description,
        "expire_by": _check_expiry(world, given.get("expire_by")),
        "expired_at": 0,
        "first_min_partial_amount": least,
        "id": link_id,
        "notes": check_notes(given.get("notes")) or None,
        "notify": notify,
        "payments": None,
        "reference_id": _check_reference(world, merchant, str(given.get("reference_id") or "")),
        "reminder_enable": bool(given.get("reminder_enable", False)),
        "reminders": [],
        "short_url": f"{world.settings.base_url}/pay/{link_id}",
        "status": "created",
        "updated_at": now,
        "upi_link": False,
        "user_id": "",
        "whatsapp_link": False,
        "_key": merchant.razorpay_key_id,
        "_order": "",
    }
    world.payment_links[link_id] = link
    return JSONResponse(public(link))


@router.get("")
async def list_links(request: Request, merchant: Merchant, world: Here) -> JSONResponse:
    """Find links, newest first, by reference or payment."""
    query = request.query_params
    found = []
    for link in reversed(world.payment_links.values()):
        expire_if_due(world, link)
        paid_by = {one["payment_id"] for one in link["payments"] or []}
        if (
            link["_key"] == merchant.razorpay_key_id
            and link["reference_id"] == query.get("reference_id", link["reference_id"])
            and ("payment_id" not in query or query["payment_id"] in paid_by)
        ):
            found.append(public(link))
    skip, count = query.get("skip", "0"), query.get("count", "100")
    if not (skip.isdecimal() and count.isdecimal()):
        raise RazorpayError("The count and skip must be integers.")
    return JSONResponse({"payment_links": found[int(skip) : int(skip) + int(count)]})


@router.get("/{link_id}")
async def fetch_link(link_id: str, merchant: Merchant, world: Here) -> JSONResponse:
    """Give one link as it stands."""
    return JSONResponse(public(_find(world, merchant, link_id)))


@router.patch("/{link_id}")
async def edit_link(request: Request, link_id: str, merchant: Merchant, world: Here) -> JSONResponse:
    """Change what may still be changed."""
    link = _find(world, merchant, link_id)
    given = await read_body(request)
    if link["status"] not in {"created", "partially_paid"}:
        raise RazorpayError(CANNOT_EDIT)
    extra = sorted(set(given) - EDITABLE)
    if extra:
        raise RazorpayError(f"{', '.join(extra)} is/are not required and should not be sent")
    changes: dict[str, Any] = dict(given)
    if "reference_id" in given and given["reference_id"] != link["reference_id"]:
        changes["reference_id"] = _check_reference(world, merchant, str(given["reference_id"]))
    if "expire_by" in given:
        changes["expire_by"] = _check_expiry(world, given["expire_by"])
    if "notes" in given:
        changes["notes"] = check_notes(given["notes"]) or None
    link |= changes
    link["updated_at"] = world.clock.unix()
    return JSONResponse(public(link))


@router.post("/{link_id}/cancel")
async def cancel_link(link_id: str, merchant: Merchant, world: Here) -> JSONResponse:
    """Close a link nobody has paid."""
    link = _find(world, merchant, link_id)
    if link["status"] in {"paid", "partially_paid"}:
        raise RazorpayError(CANNOT_CANCEL_PAID)
    if link["status"] == "expired":
        raise RazorpayError(CANNOT_CANCEL_EXPIRED)
    if link["status"] != "cancelled":
        link |= {"status": "cancelled", "cancelled_at": world.clock.unix(), "updated_at": world.clock.unix()}
        tell(world, "payment_link.cancelled", payment_link=link)
    return JSONResponse(public(link))


@router.post("/{link_id}/notify_by/{medium}")
async def notify(link_id: str, medium: str, merchant: Merchant, world: Here) -> JSONResponse:
    """Send the link to the guest once more."""
    _find(world, merchant, link_id)
    if medium not in {"sms", "email"}:
        raise RazorpayError("not a valid notification medium")
    return JSONResponse({"success": True})
