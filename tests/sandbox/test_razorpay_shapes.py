"""The sandbox's Razorpay has the fields and kinds of Razorpay's own samples, no more and no less.

The tables below are written from the published samples of each entity, not from the sandbox.
"""

from __future__ import annotations

import time
from typing import Any, Final

import pytest

from tests.sandbox.conftest import Sandbox
from tests.sandbox.desk import Desk

Client = Any
type Kinds = tuple[type, ...]

WORDS: Final[Kinds] = (str,)
NUMBER: Final[Kinds] = (int,)
YES_NO: Final[Kinds] = (bool,)
NOTES: Final[Kinds] = (dict, list, type(None))  # an empty list where there are none
PERHAPS: Final[Kinds] = (str, type(None))
PERHAPS_NUMBER: Final[Kinds] = (int, type(None))

ORDER: Final[dict[str, Kinds]] = {
    **dict.fromkeys(("id", "entity", "currency", "status"), WORDS),
    **dict.fromkeys(("amount", "amount_paid", "amount_due", "attempts", "created_at"), NUMBER),
    **dict.fromkeys(("receipt", "offer_id"), PERHAPS),
    "notes": NOTES,
}
PAYMENT: Final[dict[str, Kinds]] = {
    **dict.fromkeys(("id", "entity", "currency", "status", "method", "email", "contact"), WORDS),
    **dict.fromkeys(("amount", "amount_refunded", "created_at"), NUMBER),
    **dict.fromkeys(("international", "captured"), YES_NO),
    **dict.fromkeys(
        ("order_id", "invoice_id", "refund_status", "description", "card_id", "bank", "wallet", "vpa"), PERHAPS
    ),
    **dict.fromkeys(("error_code", "error_description", "error_source", "error_step", "error_reason"), PERHAPS),
    **dict.fromkeys(("fee", "tax"), PERHAPS_NUMBER),
    "notes": NOTES,
    "acquirer_data": (dict,),
}
REFUND: Final[dict[str, Kinds]] = {
    **dict.fromkeys(("id", "entity", "currency", "payment_id", "status", "speed_processed", "speed_requested"), WORDS),
    **dict.fromkeys(("amount", "created_at"), NUMBER),
    **dict.fromkeys(("receipt", "batch_id"), PERHAPS),
    "notes": NOTES,
    "acquirer_data": (dict,),
}
LINK: Final[dict[str, Kinds]] = {
    **dict.fromkeys(("id", "currency", "status", "description", "reference_id", "short_url", "user_id"), WORDS),
    **dict.fromkeys(
        (
            *("amount", "amount_paid", "cancelled_at", "created_at", "expire_by", "expired_at"),
            *("first_min_partial_amount", "updated_at"),
        ),
        NUMBER,
    ),
    **dict.fromkeys(("accept_partial", "reminder_enable", "upi_link", "whatsapp_link"), YES_NO),
    **dict.fromkeys(("callback_url", "callback_method"), WORDS),
    "notes": NOTES,
    "customer": (dict,),
    "notify": (dict,),
    "payments": (list, type(None)),
    "reminders": (dict, list),
}
EVENT: Final[dict[str, Kinds]] = {
    "entity": WORDS,
    "account_id": WORDS,
    "event": WORDS,
    "contains": (list,),
    "payload": (dict,),
    "created_at": NUMBER,
}
PAID_BY_CARD: Final[dict[str, Kinds]] = PAYMENT | {"card": (dict,)}


def unlike(found: dict[str, Any], sample: dict[str, Kinds]) -> list[str]:
    """Every field that is missing, too much or of another kind."""
    wrong = [f"{name} is missing" for name in sample.keys() - found.keys()]
    wrong += [f"{name} is too much" for name in found.keys() - sample.keys()]
    for name in found.keys() & sample.keys():
        value = found[name]
        flag_for_number = isinstance(value, bool) and bool not in sample[name]
        if flag_for_number or not isinstance(value, sample[name]):
            wrong.append(f"{name} is {value!r}")
    return sorted(wrong)


@pytest.mark.parametrize(
    ("changed", "wrong"),
    [
        ({}, []),
        ({"amount": "100"}, ["amount is '100'"]),
        ({"amount": True}, ["amount is True"]),
        ({"extra": 1}, ["extra is too much"]),
    ],
)
def test_the_comparison_itself_can_fail(changed: dict[str, Any], wrong: list[str]) -> None:
    refund: dict[str, Any] = {
        "id": "r",
        "entity": "refund",
        "currency": "INR",
        "payment_id": "p",
        "status": "processed",
    }
    refund |= {"speed_processed": "normal", "speed_requested": "normal", "amount": 100, "created_at": 1}
    refund |= {"receipt": None, "batch_id": None, "notes": [], "acquirer_data": {"arn": None}}
    assert unlike(refund | changed, REFUND) == wrong
    assert unlike({name: each for name, each in refund.items() if name != "status"}, REFUND) == ["status is missing"]


@pytest.mark.parametrize(("method", "payment"), [("upi", PAYMENT), ("netbanking", PAYMENT), ("card", PAID_BY_CARD)])
def test_every_answer_has_the_fields_of_the_sample(
    sandbox: Sandbox, razorpay_client: Client, method: str, payment: dict[str, Kinds]
) -> None:
    given = {"amount": 1890000, "currency": "INR", "reference_id": f"K7QM2-{method}", "description": "Three nights"}
    closing = {"expire_by": int(time.time()) + 1200, "callback_url": "https://desk.test/p/x", "callback_method": "get"}
    link = razorpay_client.payment_link.create(given | closing)
    assert unlike(link, LINK) == []
    paid = sandbox.post(f"/payments/{link['id']}", outcome="paid", method=method)["payment"]["id"]
    assert unlike(razorpay_client.payment_link.fetch(link["id"]), LINK | {"order_id": WORDS}) == []
    assert unlike(razorpay_client.payment.fetch(paid), payment) == []
    refund = razorpay_client.payment.refund(paid, {"amount": 100, "notes": {"booking": "17"}})
    assert unlike(refund, REFUND) == []
    assert unlike(razorpay_client.order.create({"amount": 50000, "currency": "INR", "receipt": "K7QM2"}), ORDER) == []


def test_every_event_has_the_fields_of_the_sample(sandbox: Sandbox, desk: Desk, razorpay_client: Client) -> None:
    given = {"amount": 1890000, "currency": "INR", "reference_id": "K7QM2-1", "description": "Three nights"}
    closing = {"callback_url": "https://desk.test/p/x", "callback_method": "get"}
    link = razorpay_client.payment_link.create(given | closing)
    sandbox.post(f"/payments/{link['id']}", outcome="failed")
    paid = sandbox.post(f"/payments/{link['id']}", outcome="paid")["payment"]["id"]
    razorpay_client.payment.refund(paid, {"amount": 100})
    samples = {"payment": PAYMENT, "refund": REFUND, "payment_link": LINK | {"order_id": WORDS}, "order": ORDER}

    def told() -> set[str]:
        return {one.json["event"] for one in desk.heard if one.path == "/webhooks/razorpay"}

    wanted = {"payment.failed", "payment.authorized", "payment.captured", "order.paid", "payment_link.paid"}
    desk.wait_until(lambda: wanted | {"refund.processed"} <= told())
    for one in [each for each in desk.heard if each.path == "/webhooks/razorpay"]:
        assert unlike(one.json, EVENT) == []
        assert sorted(one.json["contains"]) == sorted(one.json["payload"])
        for name, part in one.json["payload"].items():
            if (name, one.json["event"]) != ("order", "payment_link.paid"):  # there the order has a form of its own
                assert unlike(part["entity"], samples[name]) == [], (one.json["event"], name)
