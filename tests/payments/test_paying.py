"""A guest pays, through the official client and signed events."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from core.bookings.cancel import cancel
from core.bookings.release import release_hold
from core.errors import NothingToPay
from core.payments.folio import folio_of
from core.unit_of_work import unit_of_work
from models.money import NOTHING, Money
from models.states import ActorKind, BookingStatus, LinkState, PaymentState, RefundState
from tests.builders.houses import a_guest
from tests.payments.conftest import Desk

PRICE = Money.rupees(8_400)


def test_a_payment_confirms_the_booking_and_is_told_once(desk: Desk) -> None:
    booking = desk.hold()
    link = desk.pays(booking)
    assert desk.status(booking) is BookingStatus.CONFIRMED
    assert link.state is LinkState.PAID
    assert len(desk.payments_made()) == 1
    assert len(desk.said("booking_confirmed")) == len(desk.said("owner_new_booking")) == 1
    assert desk.left_over() == []
    with Session(desk.house.engine) as session:
        folio = folio_of(session, booking.id)
    assert (folio.charges, folio.payments, folio.balance) == (PRICE, PRICE, NOTHING)


def test_a_failed_attempt_is_told_and_the_next_one_confirms(desk: Desk) -> None:
    booking = desk.hold()
    link = desk.open_link(booking)
    desk.bank.pay(link, "failed")
    desk.hear(1)
    assert desk.status(booking) is BookingStatus.HELD
    assert [message.facts["pay_token"] for message in desk.said("payment_failed")] == [link.token]
    desk.bank.pay(link)
    desk.hear(5)
    assert desk.status(booking) is BookingStatus.CONFIRMED
    assert [payment.state for payment in desk.payments_made()] == [PaymentState.FAILED, PaymentState.CAPTURED]


def test_a_payment_told_before_its_link_is_stored_confirms_all_the_same(desk: Desk) -> None:
    booking = desk.hold()
    link = desk.ask(booking)
    desk.bank.fault(provider="razorpay", match="payment_links", times=2, drop=True)  # made, but no answer comes back
    desk.work()
    assert desk.link(link.id).provider_link_id is None
    (at_bank,) = desk.bank.links()
    desk.bank.post(f"/payments/{at_bank['id']}", outcome="paid")
    desk.hear(4)
    assert desk.status(booking) is BookingStatus.CONFIRMED
    assert desk.link(link.id).state is LinkState.PAID


def test_late_money_takes_the_room_again_when_it_is_free(desk: Desk) -> None:
    booking = desk.hold()
    link = desk.open_link(booking)
    desk.pass_time(timedelta(minutes=20))
    assert desk.sweep() == 1
    desk.bank.pay(link)
    desk.hear(4)
    assert desk.status(booking) is BookingStatus.CONFIRMED
    assert len(desk.said("payment_late_kept")) == len(desk.said("booking_confirmed")) == 1
    assert desk.refunds() == []


def test_late_money_goes_back_when_the_room_is_gone(desk: Desk) -> None:
    booking = desk.hold()
    link = desk.open_link(booking)
    desk.pass_time(timedelta(minutes=20))
    desk.sweep()
    others = [desk.hold() for _ in range(2)]
    desk.bank.pay(link)
    desk.hear(4)
    assert desk.status(booking) is BookingStatus.EXPIRED
    assert [desk.status(other) for other in others] == [BookingStatus.HELD] * 2
    desk.refund_all()
    (refund,) = desk.refunds()
    assert (refund.amount_paise, refund.state) == (PRICE, RefundState.PROCESSED)
    assert [at_bank["amount"] for at_bank in desk.bank.refunds()] == [PRICE.paise]
    assert len(desk.said("payment_late_refunded")) == len(desk.said("refund_sent")) == 1
    with Session(desk.house.engine) as session:
        assert folio_of(session, booking.id).balance == NOTHING


def test_late_money_goes_back_when_the_room_has_become_dearer(desk: Desk) -> None:
    booking = desk.hold()
    link = desk.open_link(booking)
    desk.pass_time(timedelta(minutes=20))
    desk.sweep()
    desk.make_dearer()
    desk.bank.pay(link)
    desk.hear(4)
    assert desk.status(booking) is BookingStatus.EXPIRED
    assert [refund.amount_paise for refund in desk.refunds()] == [PRICE]


def test_money_for_a_hold_the_guest_let_go_of_comes_back(desk: Desk) -> None:
    booking = desk.hold()
    link = desk.open_link(booking)
    with unit_of_work(desk.house.engine) as session:
        release_hold(session, booking.id, actor=ActorKind.GUEST, door="chat", now=desk.clock.now())
    desk.bank.pay(link)
    desk.hear(4)
    desk.refund_all()
    assert desk.status(booking) is BookingStatus.RELEASED
    assert [refund.state for refund in desk.refunds()] == [RefundState.PROCESSED]


def test_paying_twice_keeps_one_payment_and_returns_the_other_once(desk: Desk) -> None:
    booking = desk.hold()
    first = desk.open_link(booking)
    second = desk.reissue(booking)
    assert first.provider_link_id != second.provider_link_id
    desk.bank.pay(first)
    desk.bank.pay(second)
    desk.hear(8)
    desk.refund_all()
    assert desk.status(booking) is BookingStatus.CONFIRMED
    assert [refund.amount_paise for refund in desk.refunds()] == [PRICE]
    assert [at_bank["amount"] for at_bank in desk.bank.refunds()] == [PRICE.paise]
    assert len(desk.said("payment_twice_refunded")) == 1
    with Session(desk.house.engine) as session:
        assert folio_of(session, booking.id).balance == NOTHING


def test_cancelling_returns_what_the_policy_does_not_keep(desk: Desk) -> None:
    booking = desk.hold()
    desk.pays(booking)
    with unit_of_work(desk.house.engine) as session:
        ended = cancel(session, booking.id, actor=ActorKind.GUEST, door="chat", now=desk.clock.now())
    assert (ended.kept, ended.refund) == (NOTHING, PRICE)
    desk.refund_all()
    assert [at_bank["amount"] for at_bank in desk.bank.refunds()] == [PRICE.paise]
    with Session(desk.house.engine) as session:
        folio = folio_of(session, booking.id)
    assert (folio.charges, folio.refunds, folio.balance) == (NOTHING, PRICE, NOTHING)


def test_nothing_is_asked_for_once_it_is_paid(desk: Desk) -> None:
    booking = desk.hold()
    desk.pays(booking)
    with pytest.raises(NothingToPay):
        desk.ask(booking)


def test_the_link_ends_with_the_hold(desk: Desk) -> None:
    booking = desk.hold()
    link = desk.open_link(booking)
    desk.pass_time(timedelta(minutes=20))
    desk.sweep()
    desk.work()
    assert desk.link(link.id).state is LinkState.CANCELLED
    assert [at_bank["status"] for at_bank in desk.bank.links()] == ["cancelled"]
    assert len(desk.said("hold_lapsed")) == 1


def test_a_link_paid_while_it_was_being_closed_is_a_payment(desk: Desk) -> None:
    booking = desk.hold()
    link = desk.open_link(booking)
    desk.bank.fault(webhook="razorpay", withhold=True, times=100)
    desk.bank.pay(link)
    desk.pass_time(timedelta(minutes=20))
    desk.sweep()
    desk.work()
    assert desk.status(booking) is BookingStatus.CONFIRMED
    assert desk.link(link.id).state is LinkState.PAID


def test_a_new_hold_of_the_same_conversation_closes_the_old_ones_link(desk: Desk) -> None:
    with unit_of_work(desk.house.engine) as session:
        guest = a_guest(session, desk.hotel, now=desk.clock.now())
    first = desk.hold(visitor=guest)
    old = desk.open_link(first)
    second = desk.hold(visitor=guest, days_ahead=21)
    desk.work()
    assert (desk.status(first), desk.status(second)) == (BookingStatus.RELEASED, BookingStatus.HELD)
    assert desk.link(old.id).state is LinkState.CANCELLED
