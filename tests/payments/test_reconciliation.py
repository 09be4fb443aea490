"""Our books beside the bank's: what was lost is found, and what does not match is written down and told."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from razorpay import Client
from sqlalchemy import update
from sqlalchemy.orm import Session

from core.payments.audit import LOOK_EVERY, report_of
from core.payments.folio import folio_of
from core.unit_of_work import unit_of_work
from models.folio import Payment, Reconciliation
from models.money import NOTHING, Money
from models.states import BookingStatus, PaymentState, RefundState
from tests.payments.conftest import KEYS, Desk

PRICE = Money.rupees(8_400)
A_MINUTE = timedelta(minutes=1)


def look(desk: Desk) -> None:
    """Whatever is to be compared is compared."""
    while desk.payments.reconcile_next():
        pass


def next_look(desk: Desk) -> None:
    """Time passes until the books are compared again."""
    desk.pass_time(LOOK_EVERY + A_MINUTE)
    look(desk)


def report(desk: Desk) -> Reconciliation:
    """The day's report."""
    with Session(desk.house.engine) as session:
        found = report_of(session, desk.hotel.account_id)
    assert found is not None
    return found


def wrong(desk: Desk) -> list[str]:
    """What the report says does not match."""
    return [row["what"] for row in report(desk).mismatches]


@pytest.fixture
def at_bank(desk: Desk) -> Client:
    """The hotel's own page at the bank, where somebody may do things behind our back."""
    return Client(auth=(KEYS.razorpay_key_id, KEYS.razorpay_key_secret), base_url=desk.bank.url)


def test_an_hour_without_a_single_event_loses_nothing(desk: Desk) -> None:
    look(desk)  # a day of comparing begins
    desk.bank.fault(webhook="razorpay", withhold=True, times=1000)
    desk.bank.http.patch("/debug/policy", json={"refunds": "pending"})
    in_time, late = desk.hold(), desk.hold(days_ahead=25)
    ordered = desk.hold(days_ahead=30)
    links = [desk.open_link(booking) for booking in (in_time, late, ordered)]
    order = desk.web.post(f"/p/{links[2].token}/order").json()
    desk.bank.pay(links[0])
    desk.bank.post(f"/payments/{order['order_id']}", outcome="paid")
    desk.pass_time(timedelta(minutes=12))
    look(desk)
    assert [desk.status(one) for one in (in_time, late, ordered)] == [
        BookingStatus.CONFIRMED,
        BookingStatus.HELD,
        BookingStatus.CONFIRMED,
    ]
    desk.pass_time(timedelta(minutes=9))
    desk.sweep()
    desk.work()  # the late one's link is closed at the bank, but the guest is on its page already
    desk.bank.pay(links[1], late=True)
    next_look(desk)
    assert desk.status(late) is BookingStatus.CONFIRMED, "found late, and taken again"
    desk.pass_time(timedelta(minutes=20))
    look(desk)
    day = report(desk)
    assert (day.mended, day.mismatches) == (3, [])
    before = len(desk.payments_made())
    desk.bank.post("/debug/release")
    desk.hear(9)
    assert len(desk.payments_made()) == before, "the events that come after all change nothing"
    assert len(desk.said("booking_confirmed")) == 3
    assert desk.left_over() == []


def test_money_at_the_bank_that_is_for_no_booking_of_ours_is_reported_until_a_person_sees_to_it(
    desk: Desk, at_bank: Client
) -> None:
    look(desk)
    stray = at_bank.order.create({"amount": 50_000, "currency": "INR"})
    desk.bank.post(f"/payments/{stray['id']}", outcome="paid")
    next_look(desk)
    assert wrong(desk) == ["unknown_payment"]
    assert desk.payments_made() == [], "it is nobody's here"
    next_look(desk)
    assert wrong(desk) == ["unknown_payment"], "said once, not once more at every look"


def test_a_refund_made_behind_our_back_is_reported(desk: Desk, at_bank: Client) -> None:
    look(desk)
    desk.pays(desk.hold())
    (payment,) = desk.payments_made()
    at_bank.payment.refund(payment.provider_payment_id, {"amount": 100_000})
    next_look(desk)
    assert wrong(desk) == ["refunded_elsewhere"]


def test_a_sum_that_differs_from_the_banks_is_reported(desk: Desk) -> None:
    look(desk)
    desk.pays(desk.hold())
    with unit_of_work(desk.house.engine) as session:
        session.execute(update(Payment).values(amount_paise=Money(1)))
    next_look(desk)
    assert wrong(desk) == ["amount_differs"]


def test_a_payment_the_bank_does_not_know_is_reported(desk: Desk) -> None:
    look(desk)
    desk.pays(desk.hold())
    with unit_of_work(desk.house.engine) as session:
        session.execute(update(Payment).values(provider_payment_id="pay_never_was"))
    next_look(desk)
    assert wrong(desk) == ["not_at_gateway"]


def test_money_set_aside_at_the_bank_is_taken_while_the_booking_waits_for_it(desk: Desk) -> None:
    look(desk)
    booking = desk.hold()
    link = desk.open_link(booking)
    desk.bank.pay(link, "authorized")
    desk.hear(1)
    assert [payment.state for payment in desk.payments_made()] == [PaymentState.AUTHORIZED]
    assert desk.status(booking) is BookingStatus.HELD, "set aside is not paid"
    next_look(desk)
    assert desk.status(booking) is BookingStatus.CONFIRMED
    assert [payment.state for payment in desk.payments_made()] == [PaymentState.CAPTURED]
    assert report(desk).mended == 1


def test_money_set_aside_for_what_is_over_is_left_to_the_bank_and_reported(desk: Desk) -> None:
    look(desk)
    link = desk.open_link(desk.hold())
    desk.bank.pay(link, "authorized")
    desk.hear(1)
    desk.pass_time(timedelta(minutes=21))
    desk.sweep()
    next_look(desk)
    assert [payment.state for payment in desk.payments_made()] == [PaymentState.AUTHORIZED]
    assert wrong(desk) == ["not_captured"]


def test_a_bank_that_does_not_answer_is_asked_about_the_same_time_again(desk: Desk) -> None:
    look(desk)
    desk.bank.fault(webhook="razorpay", withhold=True, times=1000)
    booking = desk.hold()
    link = desk.open_link(booking)
    desk.bank.pay(link)
    desk.bank.fault(provider="razorpay", match="/v1/payment", method="GET", status=500, times=2)
    next_look(desk)
    assert desk.status(booking) is BookingStatus.HELD
    next_look(desk)
    assert len(desk.payments_made()) == 1


def test_the_books_are_compared_by_one_worker_at_a_time(desk: Desk) -> None:
    look(desk)
    assert not desk.payments.reconcile_next(), "not before its time"
    desk.pass_time(LOOK_EVERY)
    assert desk.payments.reconcile_next()
    assert not desk.payments.reconcile_next(), "once for each while"


def test_a_new_day_goes_on_where_the_last_one_ended(desk: Desk) -> None:
    look(desk)
    next_look(desk)
    desk.bank.fault(webhook="razorpay", withhold=True, times=1000)
    booking = desk.hold()
    link = desk.open_link(booking)
    desk.bank.pay(link)
    desk.pass_time(timedelta(days=1))
    look(desk)
    days: list[Any] = desk.all(Reconciliation)
    assert len(days) == 2
    assert days[0].day + timedelta(days=1) == days[1].day
    assert len(desk.payments_made()) == 1
    assert desk.status(booking) is BookingStatus.CONFIRMED


def test_a_refund_that_keeps_failing_stands_in_the_report(desk: Desk) -> None:
    look(desk)
    booking = desk.hold()
    link = desk.open_link(booking)
    desk.bank.pay(link)
    desk.bank.pay(link, late=True)
    desk.hear(8)
    desk.bank.fault(provider="razorpay", match="/refund", method="POST", status=400, times=10)
    for wait in (5, 15, 45, 135):
        desk.work()
        desk.pass_time(timedelta(minutes=wait))
    assert [row.state for row in desk.refunds()] == [RefundState.FAILED]
    look(desk)
    assert "refund_failed" in wrong(desk)
    with Session(desk.house.engine) as session:
        assert folio_of(session, booking.id).balance == NOTHING - PRICE, "the house owes it"
