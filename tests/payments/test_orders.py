"""The same sum paid on our own page: orders, the gateway's signature, and the same effect as by a link."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy.orm import Session

from core.payments.folio import folio_of
from models.booking import Booking
from models.folio import PaymentLink
from models.money import NOTHING, Money
from models.states import BookingStatus, LinkState, RefundState
from tests.payments.conftest import Desk

PRICE = Money.rupees(8_400)


@pytest.fixture
def booking(desk: Desk) -> Booking:
    return desk.hold()


@pytest.fixture
def link(desk: Desk, booking: Booking) -> PaymentLink:
    return desk.open_link(booking)


def order_for(desk: Desk, link: PaymentLink) -> dict[str, Any]:
    """What our page is given to open the gateway's form with."""
    answer = desk.web.post(f"/p/{link.token}/order")
    assert answer.status_code == 200, answer.text
    order: dict[str, Any] = answer.json()
    return order


def pay_order(desk: Desk, order: dict[str, Any]) -> dict[str, str]:
    """The guest pays in the form; what it hands back to the page."""
    paid = desk.bank.post(f"/payments/{order['order_id']}", outcome="paid")
    return {name: paid[name] for name in ("razorpay_order_id", "razorpay_payment_id", "razorpay_signature")}


def verify(desk: Desk, link: PaymentLink, signed: dict[str, str]) -> Any:  # noqa: ANN401 - an HTTP answer
    return desk.web.post(f"/p/{link.token}/verify", json=signed)


def test_a_signed_payment_of_an_order_confirms_at_once_and_its_events_change_nothing(
    desk: Desk, booking: Booking, link: PaymentLink
) -> None:
    order = order_for(desk, link)
    assert (order["amount"], order["currency"]) == (PRICE.paise, "INR")
    answer = verify(desk, link, pay_order(desk, order))
    assert (answer.status_code, answer.json()) == (200, {"state": "confirmed"})
    assert desk.status(booking) is BookingStatus.CONFIRMED
    desk.hear(3)
    assert len(desk.payments_made()) == len(desk.said("booking_confirmed")) == 1
    desk.work()
    assert desk.link(link.id).state is LinkState.CANCELLED, "nobody shall pay the link as well"
    assert [at_bank["status"] for at_bank in desk.bank.links()] == ["cancelled"]
    assert "Thank you" in desk.web.get(f"/p/{link.token}").text


def test_the_event_alone_confirms_when_the_browser_never_comes_back(
    desk: Desk, booking: Booking, link: PaymentLink
) -> None:
    pay_order(desk, order_for(desk, link))
    desk.hear(3)
    assert desk.status(booking) is BookingStatus.CONFIRMED


def test_asking_comes_upon_it_when_neither_browser_nor_event_arrives(
    desk: Desk, booking: Booking, link: PaymentLink
) -> None:
    order = order_for(desk, link)
    desk.bank.fault(webhook="razorpay", withhold=True, times=100)
    pay_order(desk, order)
    desk.pass_time(timedelta(minutes=5))
    while desk.payments.reconcile_next():
        pass
    assert desk.status(booking) is BookingStatus.CONFIRMED


def test_an_order_is_made_once_however_often_the_guest_presses(desk: Desk, link: PaymentLink) -> None:
    orders = {order_for(desk, link)["order_id"] for _ in range(3)}
    assert len(orders) == len(desk.bank.calls("/orders")) == 1


def test_eight_presses_at_once_all_get_the_same_order(desk: Desk, link: PaymentLink) -> None:
    with ThreadPoolExecutor(8) as fingers:
        orders = list(fingers.map(lambda _: order_for(desk, link)["order_id"], range(8)))
    assert len(Counter(orders)) == 1


def test_an_order_whose_answer_was_lost_is_found_again(desk: Desk, link: PaymentLink) -> None:
    desk.bank.fault(provider="razorpay", match="/orders", method="POST", drop=True)
    assert desk.web.post(f"/p/{link.token}/order").status_code == 503
    order_for(desk, link)
    assert len(desk.bank.calls("/orders")) == 1, "the gateway has it already"


def _other_signature(signed: dict[str, str]) -> dict[str, str]:
    return signed | {"razorpay_signature": "0" * 64}


def _other_payment(signed: dict[str, str]) -> dict[str, str]:
    return signed | {"razorpay_payment_id": "pay_SomeoneElses00"}


def _no_ascii(signed: dict[str, str]) -> dict[str, str]:
    return signed | {"razorpay_signature": "क" * 64}


@pytest.mark.parametrize(("forge", "answer"), [(_other_signature, 400), (_other_payment, 400), (_no_ascii, 422)])
def test_a_forged_word_of_payment_confirms_nothing(
    desk: Desk, booking: Booking, link: PaymentLink, forge: Callable[[dict[str, str]], dict[str, str]], answer: int
) -> None:
    order = order_for(desk, link)
    desk.bank.fault(webhook="razorpay", withhold=True, times=100)
    assert verify(desk, link, forge(pay_order(desk, order))).status_code == answer
    assert desk.status(booking) is BookingStatus.HELD


def test_a_payment_of_another_bookings_order_pays_only_that_one(
    desk: Desk, booking: Booking, link: PaymentLink
) -> None:
    other = desk.hold(days_ahead=25)
    other_link = desk.open_link(other)
    signed = pay_order(desk, order_for(desk, other_link))
    assert verify(desk, link, signed).status_code == 404
    assert verify(desk, other_link, signed).json() == {"state": "confirmed"}
    assert (desk.status(booking), desk.status(other)) == (BookingStatus.HELD, BookingStatus.CONFIRMED)


def test_paying_the_order_and_the_link_keeps_one_and_returns_the_other_once(
    desk: Desk, booking: Booking, link: PaymentLink
) -> None:
    order = order_for(desk, link)
    desk.bank.pay(link)
    verify(desk, link, pay_order(desk, order))
    desk.hear(7)
    desk.refund_all()
    assert [(row.amount_paise, row.state) for row in desk.refunds()] == [(PRICE, RefundState.PROCESSED)]
    assert len(desk.said("payment_twice_refunded")) == 1
    with Session(desk.house.engine) as session:
        assert folio_of(session, booking.id).balance == NOTHING


def test_an_order_paid_after_the_hold_takes_the_room_again(desk: Desk, booking: Booking, link: PaymentLink) -> None:
    order = order_for(desk, link)
    desk.pass_time(timedelta(minutes=21))
    desk.sweep()
    assert verify(desk, link, pay_order(desk, order)).json() == {"state": "retaken"}
    assert desk.status(booking) is BookingStatus.CONFIRMED


def test_no_order_is_made_for_what_is_over_or_paid(desk: Desk, link: PaymentLink) -> None:
    signed = pay_order(desk, order_for(desk, link))
    verify(desk, link, signed)
    assert desk.web.post(f"/p/{link.token}/order").status_code == 409
    lapsed = desk.open_link(desk.hold(days_ahead=25))
    desk.pass_time(timedelta(minutes=21))
    assert desk.web.post(f"/p/{lapsed.token}/order").status_code == 409
    assert desk.web.post("/p/nobody-made-this/order").status_code == 404
