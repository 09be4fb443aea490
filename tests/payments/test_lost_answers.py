"""Whatever is lost on the way, the guest gets one link, pays once and is refunded once."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from core.messaging.leases import WORKERS, missing_workers, take_over
from core.payments import links, refund
from core.payments.folio import folio_of
from core.payments.links import LEASE
from core.payments.reconcile import EVERY
from core.payments.refund import AGAIN_AFTER, REFUSALS, TRIES
from core.ports import GatewayRefund
from core.unit_of_work import unit_of_work
from models.booking import Booking
from models.money import NOTHING
from models.states import BookingStatus, LinkState, RefundState
from tests.payments.conftest import Desk

A_MOMENT = timedelta(seconds=5)
DEAD, ALIVE = 7_001, 7_002  # workers; nobody keeps the lock of the first


def paid_late(desk: Desk) -> Booking:
    """A booking whose money has to go back."""
    booking = desk.hold()
    link = desk.open_link(booking)
    desk.pass_time(timedelta(minutes=20))
    desk.sweep()
    for _ in range(2):
        desk.hold()
    desk.bank.pay(link)
    desk.hear(4)
    return booking


@pytest.mark.parametrize("what", [{"drop": True}, {"status": 502, "act": True}], ids=["no answer", "bad gateway"])
def test_a_link_whose_answer_was_lost_is_found_again(desk: Desk, what: dict[str, object]) -> None:
    booking = desk.hold()
    desk.bank.fault(provider="razorpay", match="payment_links", method="POST", **what)
    link = desk.open_link(booking)
    assert link.state is LinkState.OPEN
    assert len(desk.bank.links()) == 1


@pytest.mark.parametrize("status", [429, 500, 503])
def test_a_link_the_gateway_could_not_make_is_made_later(desk: Desk, status: int) -> None:
    booking = desk.hold()
    desk.bank.fault(provider="razorpay", match="payment_links", method="POST", status=status)
    link = desk.open_link(booking)
    assert link.state is LinkState.OPENING
    desk.pass_time(LEASE + A_MOMENT)
    desk.work()
    assert desk.link(link.id).state is LinkState.OPEN
    assert len(desk.bank.links()) == 1


def test_a_link_the_gateway_refuses_is_given_up(desk: Desk) -> None:
    booking = desk.hold()
    desk.bank.fault(provider="razorpay", match="payment_links", method="POST", status=400)
    link = desk.open_link(booking)
    assert (link.state, link.last_error) == (LinkState.FAILED, "Scripted failure")


def test_a_worker_that_died_after_opening_leaves_one_link(desk: Desk) -> None:
    booking = desk.hold()
    link = desk.ask(booking)
    with unit_of_work(desk.house.engine) as session:
        links.claim_links(session, now=desk.clock.now())
    desk.work()
    assert desk.bank.links() == [], "nobody else may open it while the lease runs"
    desk.pass_time(LEASE + A_MOMENT)
    desk.work()
    assert desk.link(link.id).state is LinkState.OPEN
    assert len(desk.bank.links()) == 1


def test_a_hold_that_ended_while_its_link_was_being_opened_leaves_no_open_link(desk: Desk) -> None:
    booking = desk.hold()
    link = desk.ask(booking)
    desk.bank.fault(provider="razorpay", match="payment_links", times=2, drop=True)
    desk.work()
    desk.pass_time(timedelta(minutes=21))
    desk.sweep()
    assert desk.link(link.id).state is LinkState.CLOSING
    desk.work()
    assert desk.link(link.id).state is LinkState.CANCELLED
    assert [at_bank["status"] for at_bank in desk.bank.links()] == ["cancelled"]


def test_a_hold_that_ended_before_the_gateway_heard_of_its_link_never_tells_it(desk: Desk) -> None:
    booking = desk.hold()
    link = desk.ask(booking)
    desk.pass_time(timedelta(minutes=21))
    desk.sweep()
    desk.work()
    assert desk.link(link.id).state is LinkState.CANCELLED
    assert desk.bank.calls("payment_links") == []


@pytest.mark.parametrize("what", [{"drop": True}, {"status": 502, "act": True}], ids=["no answer", "bad gateway"])
def test_a_refund_whose_answer_was_lost_happens_once(desk: Desk, what: dict[str, object]) -> None:
    paid_late(desk)
    desk.bank.fault(provider="razorpay", match="/refund", method="POST", **what)
    desk.work()
    desk.pass_time(LEASE + A_MOMENT)
    desk.refund_all()
    assert [row.state for row in desk.refunds()] == [RefundState.PROCESSED]
    assert len(desk.bank.refunds()) == 1
    assert len(desk.bank.calls("/refund")) == 2
    assert len({call["idempotency"] for call in desk.bank.calls("/refund")}) == 1
    assert len(desk.said("refund_sent")) == 1


def test_a_worker_that_died_while_refunding_is_followed_by_one_that_refunds_once(desk: Desk) -> None:
    paid_late(desk)
    with unit_of_work(desk.house.engine) as session:
        refund.claim_refunds(session, now=desk.clock.now())
    desk.work()
    assert desk.bank.refunds() == [], "nobody else may send it while the lease runs"
    desk.pass_time(LEASE + A_MOMENT)
    desk.work()
    assert len(desk.bank.refunds()) == 1


def test_what_a_dead_worker_had_begun_with_money_waits_for_no_lease(desk: Desk) -> None:
    guest = paid_late(desk)
    link = desk.ask(desk.hold(days_ahead=40))
    with unit_of_work(desk.house.engine) as session:
        links.claim_links(session, now=desk.clock.now(), worker=DEAD)
        refund.claim_refunds(session, now=desk.clock.now(), worker=DEAD)
    with unit_of_work(desk.house.engine) as session:
        assert missing_workers(session) == {DEAD}
        assert take_over(session, [DEAD], now=desk.clock.now()) == 2
        assert missing_workers(session) == frozenset()
    desk.pass_time(A_MOMENT)
    desk.work()
    assert desk.link(link.id).state is LinkState.OPEN
    assert [row.state for row in desk.refunds() if row.booking_id == guest.id] == [RefundState.PENDING]
    assert len(desk.bank.refunds()) == len(desk.bank.links()) - 1 == 1


def test_what_the_living_have_begun_with_money_is_left_to_them(desk: Desk) -> None:
    paid_late(desk)
    desk.ask(desk.hold(days_ahead=40))
    with unit_of_work(desk.house.engine) as session:
        links.claim_links(session, now=desk.clock.now(), worker=ALIVE)
        refund.claim_refunds(session, now=desk.clock.now(), worker=ALIVE)
    with unit_of_work(desk.house.engine) as session, desk.house.engine.connect() as kept:
        kept.execute(select(func.pg_advisory_lock_shared(WORKERS, ALIVE)))
        assert missing_workers(session) == frozenset()
        kept.rollback()
        kept.execute(select(func.pg_advisory_unlock_shared(WORKERS, ALIVE)))


def test_a_refund_the_gateway_refuses_is_asked_for_again_and_then_goes_through(desk: Desk) -> None:
    paid_late(desk)
    desk.bank.fault(provider="razorpay", match="/refund", method="POST", status=400)
    desk.work()
    assert desk.said("refund_failed") == []
    desk.pass_time(timedelta(minutes=6))
    desk.refund_all()
    assert [row.state for row in desk.refunds()] == [RefundState.PROCESSED]
    assert len(desk.bank.refunds()) == 1


def test_a_refund_the_gateway_keeps_refusing_is_told_to_guest_and_owner_once(desk: Desk) -> None:
    paid_late(desk)
    desk.bank.fault(provider="razorpay", match="/refund", method="POST", status=400, times=10)
    for wait in (5, 15, 45, 135):
        desk.work()
        desk.pass_time(timedelta(minutes=wait))
    desk.work()
    assert [row.state for row in desk.refunds()] == [RefundState.FAILED]
    assert len(desk.bank.calls("/refund")) == REFUSALS
    assert len(desk.said("refund_failed")) == len(desk.said("owner_refund_failed")) == 1


def test_a_payment_whose_event_never_came_is_found_by_asking(desk: Desk) -> None:
    booking = desk.hold()
    link = desk.open_link(booking)
    desk.bank.fault(webhook="razorpay", withhold=True, times=100)
    desk.bank.pay(link)
    assert not desk.payments.reconcile_next(), "not asked about every second"
    desk.pass_time(EVERY)
    assert desk.payments.reconcile_next()
    assert desk.status(booking) is BookingStatus.CONFIRMED
    desk.bank.post("/debug/release")
    desk.hear(4)
    assert len(desk.payments_made()) == 1
    assert len(desk.said("booking_confirmed")) == 1


def test_a_refund_whose_end_was_never_told_is_found_by_asking(desk: Desk) -> None:
    desk.bank.http.patch("/debug/policy", json={"refunds": "pending"})
    paid_late(desk)
    desk.bank.fault(webhook="razorpay", withhold=True, times=100)
    desk.work()
    assert [row.state for row in desk.refunds()] == [RefundState.PENDING]
    (at_bank,) = desk.bank.refunds()
    desk.bank.post(f"/debug/refunds/{at_bank['id']}", outcome="processed")
    desk.pass_time(EVERY)
    while desk.payments.reconcile_next():
        pass
    assert [row.state for row in desk.refunds()] == [RefundState.PROCESSED]
    assert len(desk.said("refund_sent")) == 1


def fail_at_bank(desk: Desk) -> None:
    """The bank sends the newest refund back."""
    newest = desk.bank.refunds()[0]
    before = desk.events()
    desk.bank.post(f"/debug/refunds/{newest['id']}", outcome="failed")
    desk.hear(before + 1)


def test_a_refund_that_fails_later_is_tried_again_and_told_when_nothing_helps(desk: Desk) -> None:
    desk.bank.http.patch("/debug/policy", json={"refunds": "pending"})
    paid_late(desk)
    for _ in range(TRIES):
        assert desk.said("refund_failed") == [], "not before the last try"
        desk.work()
        fail_at_bank(desk)
        desk.pass_time(AGAIN_AFTER + A_MOMENT)
    desk.work()
    assert [row.state for row in desk.refunds()] == [RefundState.FAILED] * TRIES
    assert len(desk.bank.refunds()) == TRIES
    assert len(desk.said("refund_failed")) == len(desk.said("owner_refund_failed")) == 1
    assert len(desk.said("refund_sent")) == 1, "the guest is not told of every try"


def test_a_refund_that_got_through_after_all_is_not_sent_twice(desk: Desk) -> None:
    desk.bank.http.patch("/debug/policy", json={"refunds": "pending"})
    booking = paid_late(desk)
    desk.work()
    fail_at_bank(desk)
    (first, second) = desk.refunds()
    with unit_of_work(desk.house.engine) as session:
        told = GatewayRefund(first.provider_refund_id or "", "", first.amount_paise, "processed")
        refund.record_refund(session, first.id, told, now=desk.clock.now())
    desk.pass_time(AGAIN_AFTER + A_MOMENT)
    desk.work()
    assert [row.state for row in desk.refunds()] == [RefundState.PROCESSED, RefundState.FAILED]
    assert second.again_for == first.id
    with Session(desk.house.engine) as session:
        assert folio_of(session, booking.id).balance == NOTHING
