"""Money that arrives at the very instant something else happens."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from core.bookings.cancel import cancel
from core.bookings.expire import expire_due_holds
from core.bookings.release import release_hold
from core.payments.apply import Outcome
from core.payments.folio import folio_of
from core.payments.refund import claim_refunds
from models.folio import Payment, Refund
from models.messaging import Message
from models.money import NOTHING
from models.states import ActorKind, BookingStatus
from tests.races.conftest import NIGHT, Place, hold_it, pay
from tests.races.rush import rush

type Step = Callable[[Session], object]


def together(place: Place, *steps: Step) -> list[object]:
    """Let all of it happen at once."""
    return rush(place.url, lambda session, step: step(session), steps)


def count(place: Place, kind: type) -> int:
    with Session(place.engine) as session:
        return session.scalar(select(func.count()).select_from(kind)) or 0


def test_the_same_payment_told_twenty_times_at_once_counts_once(place: Place) -> None:
    hotel = place.hotel(rooms=1, deposit_percent=100)
    _, link = place.a_held_room(hotel)
    told = rush(place.url, lambda session, _: pay(session, link, place.now).outcome, range(20))
    assert Counter(told) == {Outcome.CONFIRMED: 1, Outcome.KNOWN: 19}
    assert (count(place, Payment), count(place, Refund)) == (1, 0)
    assert place.counts(hotel) == {NIGHT: (0, 1)}
    with Session(place.engine) as session:
        assert Counter(session.scalars(select(Message.reply)))["booking_confirmed"] == 1


def test_many_payments_of_one_link_at_once_keep_one_and_return_the_others(place: Place) -> None:
    hotel = place.hotel(rooms=1, deposit_percent=100)
    booking_id, link = place.a_held_room(hotel)
    told = rush(place.url, lambda session, number: pay(session, link, place.now, f"pay_{number}").outcome, range(8))
    assert Counter(told) == {Outcome.CONFIRMED: 1, Outcome.REFUNDED_TWICE: 7}
    with Session(place.engine) as session:
        folio = folio_of(session, booking_id)
    assert folio.kept == folio.charges


@pytest.mark.parametrize("attempt", range(8))
def test_paying_while_the_hold_lapses_always_gets_the_room(place: Place, attempt: int) -> None:
    hotel = place.hotel(rooms=1, deposit_percent=100)
    _, link = place.a_held_room(hotel)
    end = place.now + timedelta(minutes=20)
    steps: list[Step] = [lambda session: pay(session, link, end), lambda session: expire_due_holds(session, now=end)]
    together(place, *(steps if attempt % 2 else reversed(steps)))
    assert place.statuses() == [BookingStatus.CONFIRMED]
    assert place.counts(hotel) == {NIGHT: (0, 1)}
    assert count(place, Refund) == 0


@pytest.mark.parametrize("attempt", range(8))
def test_paying_late_while_another_guest_takes_the_room_gives_it_to_one_of_them(place: Place, attempt: int) -> None:
    hotel = place.hotel(rooms=1, deposit_percent=100)
    _, link = place.a_held_room(hotel)
    (rival,) = place.rival_wishes(hotel)
    end = place.now + timedelta(minutes=20)
    steps: list[Step] = [
        lambda session: pay(session, link, end),
        lambda session: hold_it(session, rival, end),
        lambda session: expire_due_holds(session, now=end),
    ]
    together(place, *steps[attempt % 3 :], *steps[: attempt % 3])
    statuses = place.statuses()
    if len(statuses) == 1:
        assert statuses == [BookingStatus.CONFIRMED]
        assert (place.counts(hotel), count(place, Refund)) == ({NIGHT: (0, 1)}, 0)
    else:
        assert statuses == [BookingStatus.EXPIRED, BookingStatus.HELD]
        assert (place.counts(hotel), count(place, Refund)) == ({NIGHT: (1, 0)}, 1)


@pytest.mark.parametrize("attempt", range(6))
def test_paying_while_letting_go_is_a_booking_or_a_refund(place: Place, attempt: int) -> None:
    hotel = place.hotel(rooms=1, deposit_percent=100)
    booking_id, link = place.a_held_room(hotel)
    steps: list[Step] = [
        lambda session: pay(session, link, place.now),
        lambda session: release_hold(session, booking_id, actor=ActorKind.GUEST, door="chat", now=place.now),
    ]
    together(place, *(steps if attempt % 2 else reversed(steps)))
    (status,) = place.statuses()
    refunds = {BookingStatus.CONFIRMED: 0, BookingStatus.RELEASED: 1}
    assert count(place, Refund) == refunds[status]


@pytest.mark.parametrize("attempt", range(6))
def test_cancelling_while_a_second_payment_arrives_returns_all_of_it(place: Place, attempt: int) -> None:
    hotel = place.hotel(rooms=1, deposit_percent=100)
    booking_id, link = place.a_held_room(hotel)
    with Session(place.engine) as session, session.begin():
        pay(session, link, place.now)
    steps: list[Step] = [
        lambda session: pay(session, link, place.now, "pay_2"),
        lambda session: cancel(session, booking_id, actor=ActorKind.GUEST, door="chat", now=place.now).kept,
    ]
    together(place, *(steps if attempt % 2 else reversed(steps)))
    assert place.statuses() == [BookingStatus.CANCELLED]
    assert place.counts(hotel) == {}
    with Session(place.engine) as session:
        folio = folio_of(session, booking_id)
    assert (folio.charges, folio.kept) == (NOTHING, NOTHING)


def test_cancelling_sixteen_times_at_once_gives_back_once(place: Place) -> None:
    hotel = place.hotel(rooms=1, deposit_percent=100)
    booking_id, link = place.a_held_room(hotel)
    with Session(place.engine) as session, session.begin():
        pay(session, link, place.now)

    def one_cancels(session: Session, _: int) -> bool:
        return bool(cancel(session, booking_id, actor=ActorKind.GUEST, door="chat", now=place.now).refund)

    told = rush(place.url, one_cancels, range(16))
    assert Counter(told) == {True: 1, "move_not_allowed": 15}
    assert count(place, Refund) == 1


def test_two_sweepers_share_the_work(place: Place) -> None:
    hotel = place.hotel(rooms=30)
    for wish in place.stay_wishes(hotel, [(NIGHT + timedelta(days=day % 5), 3) for day in range(30)]):
        with Session(place.engine) as session, session.begin():
            hold_it(session, wish, place.now)
    end = place.now + timedelta(minutes=20)
    swept = rush(place.url, lambda session, _: len(expire_due_holds(session, now=end, limit=10)), range(6))
    assert sum(int(found) for found in swept) == 30
    assert place.counts(hotel) == {}


def test_a_refund_is_claimed_by_one_worker_only(place: Place) -> None:
    hotel = place.hotel(rooms=1, deposit_percent=100)
    booking_id, link = place.a_held_room(hotel)
    with Session(place.engine) as session, session.begin():
        pay(session, link, place.now)
        cancel(session, booking_id, actor=ActorKind.GUEST, door="chat", now=place.now)
    claimed = rush(place.url, lambda session, _: len(claim_refunds(session, now=place.now)), range(8))
    assert sum(int(found) for found in claimed) == 1
