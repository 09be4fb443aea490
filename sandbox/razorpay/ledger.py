"""Orders, Payments and Refunds."""

import asyncio
import re

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse

from sandbox.lines import Json
from sandbox.razorpay.errors import Merchant, RazorpayError, check_amount, check_notes, read_body
from sandbox.razorpay.money import new_order, new_refund, take
from sandbox.razorpay.webhooks import public
from sandbox.settings import Account
from sandbox.world import Here, World

router = APIRouter(prefix="/v1", include_in_schema=False)

UNKNOWN_ID = "The id provided does not exist"
TOO_SMALL = "The amount must be atleast INR 1.00"
RECEIPT_LIMIT = 40
MOST_LISTED = 100
IDEMPOTENCY_KEY = re.compile(r"^[A-Za-z0-9_-]{10,}$")


def _mine(entities: dict[str, Json], account: Account, entity_id: str) -> Json:
    entity = entities.get(entity_id)
    if entity is None or entity["_key"] != account.razorpay_key_id:
        raise RazorpayError(UNKNOWN_ID)
    return entity


def _collection(entities: list[Json]) -> JSONResponse:
    return JSONResponse({"entity": "collection", "count": len(entities), "items": [public(one) for one in entities]})


@router.post("/orders")
async def create_order(request: Request, merchant: Merchant, world: Here) -> JSONResponse:
    """Write an order for the checkout form."""
    given = await read_body(request)
    amount = check_amount(given.get("amount"), "Order amount less than minimum amount allowed")
    if given.get("currency") != "INR":
        raise RazorpayError("Currency is not supported", field="currency")
    if len(str(given.get("receipt") or "")) > RECEIPT_LIMIT:
        raise RazorpayError("The receipt may not be greater than 40 characters.", field="receipt")
    notes = check_notes(given.get("notes"))
    return JSONResponse(public(new_order(world, merchant, amount, receipt=given.get("receipt"), notes=notes)))


@router.get("/orders")
async def list_orders(request: Request, merchant: Merchant, world: Here) -> JSONResponse:
    """List orders, newest first, by receipt if wanted."""
    receipt = request.query_params.get("receipt")
    mine = [one for one in reversed(world.orders.values()) if one["_key"] == merchant.razorpay_key_id]
    return _collection([one for one in mine if receipt is None or one["receipt"] == receipt])


@router.get("/orders/{order_id}")
async def fetch_order(order_id: str, merchant: Merchant, world: Here) -> JSONResponse:
    """Give one order."""
    return JSONResponse(public(_mine(world.orders, merchant, order_id)))


@router.get("/orders/{order_id}/payments")
async def payments_of_order(order_id: str, merchant: Merchant, world: Here) -> JSONResponse:
    """List the attempts to pay an order."""
    _mine(world.orders, merchant, order_id)
    return _collection([one for one in world.payments.values() if one["order_id"] == order_id])


def _number(request: Request, name: str, default: int) -> int:
    raw = request.query_params.get(name)
    if raw is None:
        return default
    if not raw.isdecimal():
        raise RazorpayError(f"{name}: must be an integer.", field=name)
    return int(raw)


@router.get("/payments")
async def list_payments(request: Request, merchant: Merchant, world: Here) -> JSONResponse:
    """List payments of a while, newest first, a page at a time."""
    since, until = _number(request, "from", 0), _number(request, "to", world.clock.unix())
    count, skip = _number(request, "count", 10), _number(request, "skip", 0)
    if not 1 <= count <= MOST_LISTED:
        raise RazorpayError("The count must be between 1 and 100.", field="count")
    mine = [
        one
        for one in reversed(world.payments.values())
        if one["_key"] == merchant.razorpay_key_id and since <= one["created_at"] <= until
    ]
    return _collection(mine[skip : skip + count])


@router.get("/payments/{payment_id}")
async def fetch_payment(payment_id: str, merchant: Merchant, world: Here) -> JSONResponse:
    """Give one payment."""
    return JSONResponse(public(_mine(world.payments, merchant, payment_id)))


@router.post("/payments/{payment_id}/capture")
async def capture(request: Request, payment_id: str, merchant: Merchant, world: Here) -> JSONResponse:
    """Take what the bank has only set aside."""
    payment = _mine(world.payments, merchant, payment_id)
    given = await read_body(request)
    if payment["captured"]:
        raise RazorpayError("This payment has already been captured")
    if payment["status"] != "authorized":
        raise RazorpayError("Only payments which have been authorized and not yet captured can be captured")
    if check_amount(given.get("amount"), TOO_SMALL) != payment["amount"]:
        raise RazorpayError("Capture amount must be equal to the amount authorized", field="amount")
    take(world, payment)
    return JSONResponse(public(payment))


def _refundable(payment: Json, given: Json) -> int:
    """How much is to be given back, if it may be."""
    if payment["status"] not in {"captured", "refunded"}:
        raise RazorpayError("The payment status should be captured for action to be taken")
    left = payment["amount"] - payment["amount_refunded"]
    if left == 0:
        raise RazorpayError("The payment has been fully refunded already")
    amount = check_amount(given["amount"], TOO_SMALL) if given.get("amount") is not None else left
    if amount > left:
        raise RazorpayError("The refund amount provided is greater than amount captured", field="amount")
    return amount


@router.post("/payments/{payment_id}/refund")
async def refund(request: Request, payment_id: str, merchant: Merchant, world: Here) -> JSONResponse:
    """Give money back, once for each idempotency key."""
    payment = _mine(world.payments, merchant, payment_id)
    given = await read_body(request)
    key = request.headers.get("x-refund-idempotency")
    if key is None:
        return JSONResponse(public(_start(world, payment, given)))
    if not IDEMPOTENCY_KEY.match(key):
        raise RazorpayError(
            "The idempotency key must be at least 10 characters of letters, digits, hyphen and underscore"
        )
    slot = (merchant.razorpay_key_id, key)
    known = world.refund_keys.get(slot)
    if known is not None:
        return _again(world, known, payment_id, given)
    world.refund_keys[slot] = {"payment": payment_id, "body": given, "refund": None}
    try:
        # A breath between claiming the key and acting, so that a second call at the same instant meets a claim.
        await asyncio.sleep(0.01)
        made = _start(world, payment, given)
    except RazorpayError:
        del world.refund_keys[slot]
        raise
    world.refund_keys[slot]["refund"] = made["id"]
    return JSONResponse(public(made))


def _again(world: World, known: Json, payment_id: str, given: Json) -> JSONResponse:
    if known["payment"] != payment_id or known["body"] != given:
        raise RazorpayError("Different request body sent for the same Idempotency Header")
    if known["refund"] is None:
        raise RazorpayError(
            "Request failed because another request is in progress with the same Idempotency Key", status=409
        )
    return JSONResponse(public(world.refunds[known["refund"]]))


def _start(world: World, payment: Json, given: Json) -> Json:
    speed = given.get("speed") or "normal"
    if speed not in {"normal", "optimum"}:
        raise RazorpayError("speed should be normal or optimum", field="speed")
    amount = _refundable(payment, given)
    return new_refund(world, payment, amount, speed, given.get("receipt"), check_notes(given.get("notes")))


@router.get("/payments/{payment_id}/refunds")
async def refunds_of_payment(payment_id: str, merchant: Merchant, world: Here) -> JSONResponse:
    """List what was given back of a payment."""
    _mine(world.payments, merchant, payment_id)
    return _collection([one for one in world.refunds.values() if one["payment_id"] == payment_id])


@router.get("/payments/{payment_id}/refunds/{refund_id}")
async def refund_of_payment(payment_id: str, refund_id: str, merchant: Merchant, world: Here) -> JSONResponse:
    """Give one refund of a payment."""
    found = _mine(world.refunds, merchant, refund_id)
    if found["payment_id"] != payment_id:
        raise RazorpayError(UNKNOWN_ID)
    return JSONResponse(public(found))


@router.get("/refunds")
async def list_refunds(merchant: Merchant, world: Here) -> JSONResponse:
    """List refunds, newest first."""
    return _collection([one for one in reversed(world.refunds.values()) if one["_key"] == merchant.razorpay_key_id])


@router.get("/refunds/{refund_id}")
async def fetch_refund(refund_id: str, merchant: Merchant, world: Here) -> JSONResponse:
    """Give one refund."""
    return JSONResponse(public(_mine(world.refunds, merchant, refund_id)))
