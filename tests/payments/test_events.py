"""Razorpay's events at our door: genuine ones take effect once, forged and senseless ones never."""

from __future__ import annotations

import hashlib
import hmac
import json
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx
import pytest
import razorpay

from core.unit_of_work import unit_of_work
from jobs.accounts import Given, RazorpayGiven, connect
from models.booking import Booking
from models.folio import PaymentLink
from models.money import Money
from models.states import BookingStatus, PaymentState
from providers.vault import Vault
from tests.builders.houses import a_hotel
from tests.payments.conftest import SECRET, Desk

type Event = dict[str, Any]


def an_event(link: PaymentLink, *, payment_id: str = "pay_Test0000000001", **payment: object) -> Event:
    """A payment by a link as Razorpay tells it, with whatever is to be strange about the payment."""
    entity = {
        "id": payment_id,
        "entity": "payment",
        "amount": link.amount_paise.paise,
        "currency": "INR",
        "status": "captured",
        "method": "upi",
        "notes": [],
        "created_at": 1_795_000_000,
    }
    told = {
        "id": link.provider_link_id,
        "reference_id": link.reference,
        "status": "paid",
        "amount": link.amount_paise.paise,
        "currency": "INR",
        "short_url": link.short_url,
        "notes": None,
        "payments": None,
    }
    return {
        "event": "payment_link.paid",
        "payload": {"payment_link": {"entity": told}, "payment": {"entity": entity | payment}},
    }


def send(desk: Desk, event: object, *, secret: str = SECRET, event_id: str = "evt1", **headers: str) -> httpx.Response:
    """Post an event with its signature."""
    body = json.dumps(event).encode()
    signed = {
        "X-Razorpay-Signature": hmac.new(secret.encode(), body, hashlib.sha256).hexdigest(),
        "x-razorpay-event-id": event_id,
    }
    return desk.web.post("/webhooks/razorpay", content=body, headers=signed | headers)


@pytest.fixture
def booking(desk: Desk) -> Booking:
    """A room held for a guest."""
    return desk.hold()


@pytest.fixture
def link(desk: Desk, booking: Booking) -> PaymentLink:
    """The way to pay for it."""
    return desk.open_link(booking)


def test_the_official_package_agrees_with_our_signature(desk: Desk, link: PaymentLink) -> None:
    body = json.dumps(an_event(link))
    signature = hmac.new(SECRET.encode(), body.encode(), hashlib.sha256).hexdigest()
    assert razorpay.Client(auth=("", "")).utility.verify_webhook_signature(body, signature, SECRET)
    answer = desk.web.post("/webhooks/razorpay", content=body, headers={"X-Razorpay-Signature": signature})
    assert answer.status_code == 200


@pytest.mark.parametrize(
    ("headers", "secret"),
    [
        ({}, "another-secret"),
        ({"X-Razorpay-Signature": ""}, SECRET),
        ({"X-Razorpay-Signature": "0" * 64}, SECRET),
        ({"X-Razorpay-Signature": "nämaste"}, SECRET),
    ],
    ids=["another secret", "no signature", "a wrong one", "not even ASCII"],
)
def test_a_forged_event_leaves_nothing_behind(
    desk: Desk, booking: Booking, link: PaymentLink, headers: dict[str, str], secret: str
) -> None:
    raw = {name: value.encode() for name, value in headers.items()}
    answer = send(desk, an_event(link), secret=secret, **raw)  # type: ignore[arg-type] # bytes travel as they are
    assert answer.status_code == 403
    assert desk.events() == 0
    assert desk.status(booking) is BookingStatus.HELD


def test_a_changed_event_does_not_fit_its_signature(desk: Desk, link: PaymentLink) -> None:
    event = an_event(link)
    signature = hmac.new(SECRET.encode(), json.dumps(event).encode(), hashlib.sha256).hexdigest()
    event["payload"]["payment"]["entity"]["amount"] = 1
    assert send(desk, event, **{"X-Razorpay-Signature": signature}).status_code == 403
    assert desk.events() == 0


@pytest.mark.parametrize("body", [[], "paid", {"event": 7}, {"event": ""}, {"payload": {}}])
def test_what_is_signed_but_no_event_is_refused(desk: Desk, body: object) -> None:
    assert send(desk, body).status_code == 400
    assert desk.events() == 0


def test_an_oversized_body_is_refused(desk: Desk) -> None:
    assert send(desk, {"event": "payment_link.paid", "padding": "x" * 300_000}).status_code == 413
    assert desk.events() == 0


def test_the_same_event_twenty_times_at_once_takes_effect_once(desk: Desk, booking: Booking, link: PaymentLink) -> None:
    event = an_event(link)
    with ThreadPoolExecutor(20) as guests:
        answers = list(guests.map(lambda _: send(desk, event).status_code, range(20)))
    assert answers == [200] * 20
    desk.take_in()
    assert desk.events() == 1
    assert desk.status(booking) is BookingStatus.CONFIRMED
    assert len(desk.payments_made()) == 1


def test_the_same_payment_under_other_event_ids_takes_effect_once(
    desk: Desk, booking: Booking, link: PaymentLink
) -> None:
    for number in range(5):
        send(desk, an_event(link), event_id=f"evt{number}")
    desk.take_in()
    assert desk.status(booking) is BookingStatus.CONFIRMED
    assert len(desk.payments_made()) == len(desk.said("booking_confirmed")) == 1
    assert desk.refunds() == []


def test_events_in_the_wrong_order_end_the_same(desk: Desk, booking: Booking, link: PaymentLink) -> None:
    failed = an_event(link, status="failed") | {"event": "payment.failed"}
    failed["payload"]["payment"]["entity"]["notes"] = {"reference": link.reference}
    send(desk, an_event(link), event_id="later")
    send(desk, failed, event_id="earlier")
    send(desk, an_event(link) | {"event": "payment_link.expired"}, event_id="expired")
    desk.take_in()
    assert desk.status(booking) is BookingStatus.CONFIRMED
    assert [payment.state for payment in desk.payments_made()] == [PaymentState.CAPTURED]
    assert desk.link(link.id).state == "paid"
    assert desk.said("payment_failed") == []


@pytest.mark.parametrize(
    ("strange", "flag"),
    [({"amount": 840_001}, "amount"), ({"currency": "USD"}, "currency")],
    ids=["too much", "another coin"],
)
def test_money_that_is_not_what_was_asked_for_is_flagged_and_confirms_nothing(
    desk: Desk, booking: Booking, link: PaymentLink, strange: dict[str, Any], flag: str
) -> None:
    send(desk, an_event(link, **strange))
    desk.take_in()
    assert desk.status(booking) is BookingStatus.HELD
    assert [(payment.state, payment.flag) for payment in desk.payments_made()] == [(PaymentState.FLAGGED, flag)]
    assert desk.said("booking_confirmed") == []


def test_a_payment_of_nothing_is_nothing(desk: Desk, booking: Booking, link: PaymentLink) -> None:
    send(desk, an_event(link, amount=0))
    desk.take_in()
    assert desk.payments_made() == []
    assert desk.status(booking) is BookingStatus.HELD


def test_too_little_counts_and_the_rest_is_asked_for(desk: Desk, booking: Booking, link: PaymentLink) -> None:
    part = an_event(link, amount=300_000) | {"event": "payment_link.partially_paid"}
    send(desk, part)
    desk.take_in()
    assert desk.status(booking) is BookingStatus.HELD
    rest = desk.ask(booking)
    assert rest.id != link.id
    assert rest.amount_paise == Money(540_000)
    assert [message.facts["due_now"] for message in desk.said("payment_part")] == [540_000]
    desk.work()
    send(desk, an_event(desk.link(rest.id), payment_id="pay_Test0000000002"), event_id="evt2")
    desk.take_in()
    assert desk.status(booking) is BookingStatus.CONFIRMED


def test_too_little_goes_back_when_the_rest_never_comes(desk: Desk, booking: Booking, link: PaymentLink) -> None:
    send(desk, an_event(link, amount=300_000))
    desk.take_in()
    desk.clock.advance(desk.hold_time)
    desk.sweep()
    assert desk.status(booking) is BookingStatus.EXPIRED
    assert [refund.amount_paise for refund in desk.refunds()] == [Money(300_000)]
    assert desk.said("hold_lapsed") == [], "nobody is told that nothing was charged"


def test_money_for_a_link_nobody_knows_is_flagged(desk: Desk, link: PaymentLink) -> None:
    stray = an_event(link)
    stray["payload"]["payment_link"]["entity"] |= {"id": "plink_Somebody00001", "reference_id": "NOBODY-1"}
    send(desk, stray)
    desk.take_in()
    assert [(payment.state, payment.flag) for payment in desk.payments_made()] == [(PaymentState.FLAGGED, "link")]


def test_another_accounts_gateway_cannot_pay_our_bookings(desk: Desk, booking: Booking, link: PaymentLink) -> None:
    with unit_of_work(desk.house.engine) as session:
        neighbour = a_hotel(session, now=desk.clock.now())
        keys = RazorpayGiven(key_id="rzp_test_Neighbour", key_secret="n", webhook_secret="the-neighbours-secret")
        vault = Vault(desk.house.settings.secret("atithi_secret_key"))
        connect(session, neighbour.account_id, Given(razorpay=keys), vault, now=desk.clock.now())
    assert send(desk, an_event(link), secret="the-neighbours-secret").status_code == 200
    desk.take_in()
    assert desk.status(booking) is BookingStatus.HELD
    assert [payment.account_id for payment in desk.payments_made()] == [neighbour.account_id]


def test_events_that_do_not_concern_us_are_left_alone(desk: Desk, booking: Booking, link: PaymentLink) -> None:
    for number, kind in enumerate(("payment.captured", "order.paid", "settlement.processed", "something.new")):
        assert send(desk, an_event(link) | {"event": kind}, event_id=f"evt{number}").status_code == 200
    desk.take_in()
    assert desk.left_over() == []
    assert desk.status(booking) is BookingStatus.HELD
