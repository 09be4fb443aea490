"""What the bank does: takes payments, lets links expire, gives money back."""

import asyncio
import hashlib
import hmac
from urllib.parse import urlencode

from sandbox.lines import Json
from sandbox.razorpay.webhooks import account_of, tell
from sandbox.settings import Account
from sandbox.world import World, short_id

OPEN = {"created", "partially_paid"}
METHODS = {"upi", "card", "netbanking", "wallet"}
DEFAULT_CONTACT = "+919876543210"


class CannotPayError(Exception):
    """The link or order no longer takes money."""


def new_order(world: World, account: Account, amount: int, **known: object) -> Json:
    """Write an order."""
    order: Json = {
        "id": short_id("order"),
        "entity": "order",
        "amount": amount,
        "amount_paid": 0,
        "amount_due": amount,
        "currency": "INR",
        "receipt": None,
        "offer_id": None,
        "status": "created",
        "attempts": 0,
        "notes": [],
        "created_at": world.clock.unix(),
        "_key": account.razorpay_key_id,
    }
    order |= known
    world.orders[order["id"]] = order
    return order


def order_of(world: World, link: Json) -> Json:
    """The order behind a payment link, made at the first attempt."""
    known = world.orders.get(link["_order"])
    if known is None:
        known = new_order(world, account_of(world, link), link["amount"], receipt=link["reference_id"] or None)
        link["_order"] = known["id"]
        link["order_id"] = known["id"]
    return known


def _method_details(method: str) -> Json:
    details: Json = {"method": method, "vpa": None, "card_id": None, "bank": None, "wallet": None}
    if method == "upi":
        return details | {"vpa": "success@razorpay", "acquirer_data": {"rrn": short_id("r")[-12:]}}
    if method == "card":
        card: Json = {"id": short_id("card"), "entity": "card", "name": "", "last4": "1007", "network": "Visa"}
        card |= {"type": "credit", "issuer": None, "international": False, "emi": False, "sub_type": "consumer"}
        return details | {"card_id": card["id"], "card": card, "acquirer_data": {"auth_code": short_id("a")[-6:]}}
    key = "bank" if method == "netbanking" else "wallet"
    return details | {key: "HDFC" if key == "bank" else "payzapp", "acquirer_data": {"bank_transaction_id": None}}


def _new_payment(world: World, order: Json, amount: int, method: str, customer: Json, description: str) -> Json:
    payment: Json = {
        "id": short_id("pay"),
        "entity": "payment",
        "amount": amount,
        "currency": "INR",
        "status": "created",
        "order_id": order["id"],
        "invoice_id": None,
        "international": False,
        "amount_refunded": 0,
        "refund_status": None,
        "captured": False,
        "description": description,
        "email": customer.get("email") or "void@razorpay.com",
        "contact": customer.get("contact") or DEFAULT_CONTACT,
        "notes": [],
        "fee": None,
        "tax": None,
        "error_code": None,
        "error_description": None,
        "error_source": None,
        "error_step": None,
        "error_reason": None,
        "created_at": world.clock.unix(),
        "_key": order["_key"],
    }
    payment |= _method_details(method)
    world.payments[payment["id"]] = payment
    order["attempts"] += 1
    order["status"] = "attempted" if order["status"] == "created" else order["status"]
    return payment


def _fail(world: World, payment: Json) -> None:
    payment |= {
        "status": "failed",
        "error_code": "BAD_REQUEST_ERROR",
        "error_description": "Your payment didn't go through as it was declined by the bank. Try another method.",
        "error_source": "issuer_bank",
        "error_step": "payment_authorization",
        "error_reason": "payment_failed",
    }
    tell(world, "payment.failed", payment=payment)


def _authorize(world: World, payment: Json) -> None:
    payment["status"] = "authorized"
    tell(world, "payment.authorized", payment=payment)


def _capture(world: World, order: Json, payment: Json) -> None:
    fee = round(payment["amount"] * 0.0236)
    payment |= {"status": "captured", "captured": True, "fee": fee, "tax": round(fee * 0.18 / 1.18)}
    order["amount_paid"] += payment["amount"]
    order["amount_due"] = max(order["amount"] - order["amount_paid"], 0)
    order["status"] = "paid" if order["amount_due"] == 0 else "attempted"
    tell(world, "payment.captured", payment=payment)
    if order["status"] == "paid":
        tell(world, "order.paid", payment=payment, order=order)


def take(world: World, payment: Json) -> None:
    """Take what was only set aside, and let its link or order know."""
    order = world.orders[payment["order_id"]]
    _capture(world, order, payment)
    if "_link" in payment:
        _credit(world, world.payment_links[payment["_link"]], order, payment)


def _asked(link: Json) -> int:
    """What the payer's page shows: the rest, or the whole price on a page opened before the link was paid elsewhere."""
    rest: int = link["amount"] - link["amount_paid"]
    return rest or int(link["amount"])


def _check_open(world: World, link: Json, amount: int, *, late: bool) -> None:
    expire_if_due(world, link)
    if link["status"] not in OPEN and not late:
        message = f"This payment link is {link['status']}; it can no longer be paid."
        raise CannotPayError(message)
    due = _asked(link)
    if amount != due and not (link["accept_partial"] and 0 < amount < due):
        message = f"This payment link takes {due} paise, not {amount}."
        raise CannotPayError(message)


def pay_link(
    world: World, link: Json, outcome: str, method: str = "upi", amount: int | None = None, *, late: bool = False
) -> Json:
    """Try to pay a link; `late` is a payment under way when the link closed, which the bank lets through."""
    amount = _asked(link) if amount is None else amount
    _check_open(world, link, amount, late=late)
    order = order_of(world, link)
    payment = _new_payment(world, order, amount, method, link["customer"], link["description"] or "")
    payment["_link"] = link["id"]
    if _settle(world, order, payment, outcome):
        _credit(world, link, order, payment)
    return payment


def _settle(world: World, order: Json, payment: Json, outcome: str) -> bool:
    """Pay, fail, or only set aside; True when the money has been taken."""
    if outcome == "failed":
        _fail(world, payment)
        return False
    _authorize(world, payment)
    if outcome == "paid":
        _capture(world, order, payment)
    return outcome == "paid"


def _credit(world: World, link: Json, order: Json, payment: Json) -> None:
    amount, method = payment["amount"], payment["method"]
    link["amount_paid"] += amount
    link["status"] = "paid" if link["amount_paid"] >= link["amount"] else "partially_paid"
    link["updated_at"] = world.clock.unix()
    link["payments"] = [
        *(link["payments"] or []),
        {
            "amount": amount,
            "created_at": payment["created_at"],
            "method": method,
            "payment_id": payment["id"],
            "plink_id": link["id"],
            "status": "captured",
            "updated_at": world.clock.unix(),
        },
    ]
    tell(world, f"payment_link.{link['status']}", payment_link=link, order=order, payment=payment)


def pay_order(world: World, order: Json, outcome: str, method: str = "upi") -> Json:
    """Try to pay an order made for the checkout form."""
    if order["status"] == "paid":
        message = "This order is paid already."
        raise CannotPayError(message)
    payment = _new_payment(world, order, order["amount_due"], method, {}, "")
    # The checkout form writes what the order was made with onto the payment.
    payment["notes"] = order["notes"]
    _settle(world, order, payment, outcome)
    return payment


def sign(account: Account, *parts: str) -> str:
    """Sign what the browser carries back to the product."""
    return hmac.new(account.razorpay_key_secret.encode(), "|".join(parts).encode(), hashlib.sha256).hexdigest()


def callback(world: World, link: Json, payment: Json) -> str | None:
    """Where the guest's browser goes after paying, with the signed query."""
    if not link.get("callback_url") or payment["status"] != "captured":
        return None
    reference = link["reference_id"] or ""
    query = {
        "razorpay_payment_id": payment["id"],
        "razorpay_payment_link_id": link["id"],
        "razorpay_payment_link_reference_id": reference,
        "razorpay_payment_link_status": link["status"],
        "razorpay_signature": sign(account_of(world, link), link["id"], reference, link["status"], payment["id"]),
    }
    url: str = link["callback_url"]
    return f"{url}{'&' if '?' in url else '?'}{urlencode(query)}"


def expire_if_due(world: World, link: Json) -> None:
    """Let a link whose time is over expire, and say so."""
    if link["status"] == "created" and 0 < link["expire_by"] <= world.clock.unix():
        link |= {"status": "expired", "expired_at": world.clock.unix(), "updated_at": world.clock.unix()}
        tell(world, "payment_link.expired", payment_link=link)


def expire_due(world: World) -> None:
    """Let every link whose time is over expire."""
    for link in world.payment_links.values():
        expire_if_due(world, link)


def new_refund(world: World, payment: Json, amount: int, speed: str, receipt: str | None, notes: object) -> Json:
    """Start giving money back."""
    refund: Json = {
        "id": short_id("rfnd"),
        "entity": "refund",
        "amount": amount,
        "currency": "INR",
        "payment_id": payment["id"],
        "notes": notes,
        "receipt": receipt,
        "acquirer_data": {"arn": None},
        "created_at": world.clock.unix(),
        "batch_id": None,
        "status": "pending",
        "speed_processed": "normal",
        "speed_requested": speed,
        "_key": payment["_key"],
    }
    world.refunds[refund["id"]] = refund
    payment["amount_refunded"] += amount
    payment["refund_status"] = "full" if payment["amount_refunded"] >= payment["amount"] else "partial"
    if payment["refund_status"] == "full":
        payment["status"] = "refunded"
    tell(world, "refund.created", refund=refund, payment=payment)
    if world.policy.refunds != "pending":
        world.courier.background(settle(world, refund, world.policy.refunds))
    return refund


async def settle(world: World, refund: Json, outcome: str) -> None:
    """Finish a refund a moment later: the money arrives, or the bank sends it back to the merchant."""
    await asyncio.sleep(world.settings.status_delay)
    payment = world.payments[refund["payment_id"]]
    if outcome == "processed":
        refund |= {"status": "processed", "acquirer_data": {"arn": short_id("a")[-12:]}}
        tell(world, "refund.processed", refund=refund, payment=payment)
        return
    refund["status"] = "failed"
    payment["amount_refunded"] -= refund["amount"]
    payment["refund_status"] = "partial" if payment["amount_refunded"] else None
    payment["status"] = "captured"
    tell(world, "refund.failed", refund=refund, payment=payment)
