"""The Content API: templates are made once, listed, fetched and put up for approval."""

from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.responses import JSONResponse

from sandbox.clock import iso
from sandbox.lines import Json
from sandbox.twilio.errors import SID, Caller, TwilioError, not_found, whole_number
from sandbox.world import Here, World, hex_sid

router = APIRouter(include_in_schema=False)

BODY_LIMIT = 1024
TITLE_LIMITS = {"title": 20, "button": 20, "item": 24, "id": 200, "description": 72}
COUNTS = {"twilio/quick-reply": ("actions", 1, 10), "twilio/list-picker": ("items", 1, 10)}
COUNTS |= {"twilio/call-to-action": ("actions", 1, 3)}
KNOWN_TYPES = {"twilio/text", "twilio/media", "twilio/location", *COUNTS}
NEEDS = {
    "twilio/text": ("body",),
    "twilio/media": ("media",),
    "twilio/location": ("latitude", "longitude"),
    "twilio/quick-reply": ("body", "actions"),
    "twilio/list-picker": ("body", "button", "items"),
    "twilio/call-to-action": ("body", "actions"),
}
ENTRY_NEEDS = {
    "twilio/quick-reply": ("title", "id"),
    "twilio/list-picker": ("item", "id"),
    "twilio/call-to-action": ("type", "title"),
}


def _bad(message: str) -> TwilioError:
    return TwilioError(400, 20001, message)


def _check_lengths(kind: str, entry: Json) -> None:
    for key, limit in TITLE_LIMITS.items():
        value = entry.get(key)
        if isinstance(value, str) and len(value) > limit:
            raise _bad(f"{kind}: {key} must be at most {limit} characters")


def _check_type(kind: str, body: Any) -> None:  # noqa: ANN401 - whatever JSON the caller wrote
    if kind not in KNOWN_TYPES:
        raise _bad(f"Unsupported content type {kind}")
    if not isinstance(body, dict):
        raise _bad(f"{kind}: must be an object")
    missing = [need for need in NEEDS[kind] if body.get(need) in (None, "", [])]
    if missing:
        raise _bad(f"{kind}: {', '.join(missing)} must not be empty")
    if len(str(body.get("body") or "")) > BODY_LIMIT:
        raise _bad(f"{kind}: body must be at most {BODY_LIMIT} characters")
    _check_lengths(kind, body)
    if kind in COUNTS:
        key, least, most = COUNTS[kind]
        entries = body[key]
        if not least <= len(entries) <= most:
            raise _bad(f"{kind}: {key} must have {least} to {most} entries")
        for entry in entries:
            if any(not entry.get(need) for need in ENTRY_NEEDS[kind]):
                raise _bad(f"{kind}: each of {key} needs {' and '.join(ENTRY_NEEDS[kind])}")
            _check_lengths(kind, entry)


def _get(world: World, account_sid: str, sid: str, path: str) -> Json:
    content = world.twilio_contents.get(sid)
    if not SID.match(sid) or content is None or content["account_sid"] != account_sid:
        raise not_found(path)
    return content


def _public(content: Json) -> Json:
    return {key: value for key, value in content.items() if not key.startswith("_")}


@router.post("/v1/Content")
async def create_content(request: Request, caller: Caller, world: Here) -> Response:
    """Make a template."""
    try:
        given = await request.json()
    except ValueError as problem:
        raise _bad("Request body is not valid JSON") from problem
    if not isinstance(given, dict) or not given.get("language"):
        raise _bad("language must not be empty")
    types = given.get("types")
    if not isinstance(types, dict) or not types:
        raise _bad("types must not be empty")
    # The official client writes every type it knows; those without content arrive as null.
    types = {kind: _without_nulls(body) for kind, body in types.items() if body is not None}
    for kind, body in types.items():
        _check_type(kind, body)
    sid = hex_sid("HX")
    now = iso(world.clock.now())
    url = f"{world.settings.base_url}/v1/Content/{sid}"
    content = {
        "sid": sid,
        "account_sid": caller.twilio_account_sid,
        "friendly_name": given.get("friendly_name"),
        "language": given["language"],
        "variables": given.get("variables") or {},
        "types": types,
        "date_created": now[:19] + "Z",
        "date_updated": now[:19] + "Z",
        "url": url,
        "links": {
            "approval_create": f"{url}/ApprovalRequests/whatsapp",
            "approval_fetch": f"{url}/ApprovalRequests",
        },
    }
    world.twilio_contents[sid] = content
    return JSONResponse(content, status_code=201)


def _without_nulls(part: Any) -> Any:  # noqa: ANN401 - any JSON goes in and comes out
    if isinstance(part, dict):
        return {key: _without_nulls(value) for key, value in part.items() if value is not None}
    if isinstance(part, list):
        return [_without_nulls(one) for one in part]
    return part


@router.get("/v1/Content")
async def list_contents(request: Request, caller: Caller, world: Here) -> Response:
    """List this account's templates, newest first."""
    size = max(1, min(whole_number(request.query_params.get("PageSize", "50")), 1000))
    page = whole_number(request.query_params.get("Page", "0"))
    mine = [one for one in world.twilio_contents.values() if one["account_sid"] == caller.twilio_account_sid]
    mine.reverse()
    here = [_public(one) for one in mine[page * size : (page + 1) * size]]
    base = f"{world.settings.base_url}/v1/Content?PageSize={size}"
    has_more = len(mine) > (page + 1) * size
    meta = {
        "key": "contents",
        "page": page,
        "page_size": size,
        "first_page_url": f"{base}&Page=0",
        "previous_page_url": f"{base}&Page={page - 1}" if page else None,
        "next_page_url": f"{base}&Page={page + 1}" if has_more else None,
        "url": f"{base}&Page={page}",
    }
    return JSONResponse({"meta": meta, "contents": here})


@router.get("/v1/Content/{sid}")
async def fetch_content(request: Request, sid: str, caller: Caller, world: Here) -> Response:
    """Give one template."""
    content = _get(world, caller.twilio_account_sid, sid, request.url.path)
    return JSONResponse(_public(content))


@router.delete("/v1/Content/{sid}")
async def delete_content(request: Request, sid: str, caller: Caller, world: Here) -> Response:
    """Throw a template away."""
    _get(world, caller.twilio_account_sid, sid, request.url.path)
    del world.twilio_contents[sid]
    return Response(status_code=204)


@router.post("/v1/Content/{sid}/ApprovalRequests/whatsapp")
async def ask_for_approval(request: Request, sid: str, caller: Caller, world: Here) -> Response:
    """Put a template up for WhatsApp's approval."""
    content = _get(world, caller.twilio_account_sid, sid, request.url.path)
    given = await request.json()
    if not given.get("name") or not given.get("category"):
        raise _bad("name and category must not be empty")
    approval = {
        "name": given["name"],
        "category": given["category"],
        "content_type": next(iter(content["types"])),
        "status": "received",
        "rejection_reason": "",
        "allow_category_change": True,
    }
    content["_approval"] = approval | {"status": "approved" if world.policy.templates_approved else "pending"}
    return JSONResponse(approval, status_code=201)


@router.get("/v1/Content/{sid}/ApprovalRequests")
async def fetch_approval(request: Request, sid: str, caller: Caller, world: Here) -> Response:
    """Say how far the approval is."""
    content = _get(world, caller.twilio_account_sid, sid, request.url.path)
    if world.policy.templates_approved and "_approval" in content:
        content["_approval"]["status"] = "approved"  # somebody at WhatsApp has looked at it since
    approval = content.get("_approval") or {"status": "unsubmitted", "name": "", "category": "", "rejection_reason": ""}
    return JSONResponse(
        {
            "sid": sid,
            "account_sid": caller.twilio_account_sid,
            "whatsapp": approval | {"type": "whatsapp"},
            "url": f"{world.settings.base_url}{request.url.path}",
        }
    )
