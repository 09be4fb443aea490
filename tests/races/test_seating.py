"""Moves, events and late parties at the same instant as guests who book."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import Range
from sqlalchemy.orm import Session

from core.availability.private_events import in_the_way_of, keep_for_event
from core.bookings.arrive import arrive
from core.bookings.cancel import cancel
from core.bookings.confirm import confirm
from core.bookings.hold_table import lock_evening
from core.bookings.late import release_late
from models.booking import Booking
from models.inventory import PrivateEvent, TableTurn
from models.property import Property
from models.states import ACTIVE, ActorKind, BookingStatus
from tests.builders.houses import Tables
from tests.races.conftest import Place, Wish, hold_it
from tests.races.rush import rush

EIGHT = datetime.fromisoformat("2026-11-28T20:00:00+05:30")

type Work = Callable[[Session], object]


def booked(place: Place, restaurant: Tables, parties: list[int]) -> list[int]:
    """Parties with a table at eight."""
    wishes = place.table_wishes(restaurant, [(EIGHT, party) for party in parties])
    ids = []
    for wish in wishes:
        with Session(place.engine) as session, session.begin():
            ids.append(hold_it(session, wish, place.now))
            confirm(session, ids[-1], actor=ActorKind.GUEST, door="chat", now=place.now)
    return ids


def together(place: Place, work: list[Work]) -> list[object]:
    return rush(place.url, lambda session, each: each(session), work)


def nobody_shares_and_nobody_sits_twice(place: Place) -> None:
    with Session(place.engine) as session:
        turns = session.execute(
            select(TableTurn.dining_table_id, TableTurn.during, Booking.id, Booking.status)
            .join(Booking, Booking.id == TableTurn.booking_id)
            .where(TableTurn.active)
        ).all()
    assert all(turn.status in ACTIVE for turn in turns), "a table is kept for a booking that is no more"
    assert len({(turn.dining_table_id, turn.during.lower) for turn in turns}) == len(turns)


def holding(place: Place, wish: Wish) -> Work:
    return lambda session: hold_it(session, wish, place.now)


def test_32_parties_at_once_for_single_and_joined_tables(place: Place) -> None:
    restaurant = place.restaurant(covers=[(1, 2)] * 4 + [(2, 4)] * 2, joined=[((0, 1), 3, 4), ((4, 5), 5, 8)])
    wishes = place.table_wishes(restaurant, [(EIGHT, party) for party in (2, 4, 2, 8, 2, 4, 2, 3)] * 4)
    answers = together(place, [holding(place, wish) for wish in wishes])
    assert {answer for answer in answers if isinstance(answer, str)} <= {"tables_gone"}
    nobody_shares_and_nobody_sits_twice(place)


def test_making_room_against_those_who_leave_and_are_seated(place: Place) -> None:
    restaurant = place.restaurant(covers=[(1, 2)] * 6 + [(2, 4)] * 3)
    ids = booked(place, restaurant, [2] * 9)
    for gone in ids[:2]:
        with Session(place.engine) as session, session.begin():
            cancel(session, gone, actor=ActorKind.GUEST, door="chat", now=place.now)
    wishes = place.table_wishes(restaurant, [(EIGHT, 4)] * 4)
    work: list[Work] = [holding(place, wish) for wish in wishes]
    work += [
        lambda session, gone=gone: cancel(session, gone, actor=ActorKind.GUEST, door="chat", now=place.now)  # type: ignore[misc] # bound now
        for gone in ids[2:5]
    ]
    work += [
        lambda session, here=here: arrive(session, here, door="desk", now=EIGHT, actor_id=None)  # type: ignore[misc] # bound now
        for here in ids[5:8]
    ]
    answers = together(place, work)
    assert {answer for answer in answers if isinstance(answer, str)} <= {"tables_gone"}
    nobody_shares_and_nobody_sits_twice(place)


def test_an_event_and_the_last_table_never_both(place: Place) -> None:
    restaurant = place.restaurant(covers=[(1, 2)] * 3)
    wishes = place.table_wishes(restaurant, [(EIGHT, 2)] * 6)
    during = Range(EIGHT, EIGHT + timedelta(hours=3), bounds="[)")

    def an_event(session: Session) -> object:
        house = session.get_one(Property, restaurant.property_id)
        keep_for_event(session, house, area_id=None, name="Sharma", during=during, now=place.now)
        return "event"

    answers = together(place, [an_event, *(holding(place, wish) for wish in wishes)])
    with Session(place.engine) as session:
        events = session.scalars(select(PrivateEvent)).all()
        sitting = in_the_way_of(session, restaurant.property_id, during, area_id=None)
    assert bool(events) is not bool(sitting)
    assert ("event" in answers) is bool(events)


def test_without_the_lock_an_event_and_a_table_are_both_given(place: Place) -> None:
    """The control: looked at before the other has written, both seem free."""
    restaurant = place.restaurant(covers=[(1, 2)])
    during = Range(EIGHT, EIGHT + timedelta(hours=3), bounds="[)")
    (wish,) = place.table_wishes(restaurant, [(EIGHT, 2)])
    with Session(place.engine) as event, event.begin():
        assert not in_the_way_of(event, restaurant.property_id, during, area_id=None)
        with Session(place.engine) as guest, guest.begin():
            hold_it(guest, wish, place.now)
        event.add(
            PrivateEvent(
                property_id=restaurant.property_id,
                dining_area_id=None,
                name="Sharma",
                during=during,
                created_at=place.now,
            )
        )
    with Session(place.engine) as session:
        assert session.scalars(select(PrivateEvent)).all()
        assert in_the_way_of(session, restaurant.property_id, during, area_id=None)


def test_a_late_party_is_seated_or_released_never_both(place: Place) -> None:
    restaurant = place.restaurant(covers=[(1, 2)] * 6)
    *late, here = booked(place, restaurant, [2] * 6)
    at = EIGHT + timedelta(minutes=31)
    with Session(place.engine) as session, session.begin():
        arrive(session, here, door="desk", now=EIGHT, actor_id=None)
    work: list[Work] = [lambda session: release_late(session, now=at)] * 3
    work += [
        lambda session, each=each: arrive(session, each, door="desk", now=at, actor_id=None).id  # type: ignore[misc] # bound now
        for each in late
    ]
    answers = together(place, work)
    released = {each for answer in answers if isinstance(answer, list) for each in answer}
    seated = {answer for answer in answers if isinstance(answer, int)}
    assert released | seated == set(late)
    assert not released & seated
    statuses = Counter(place.statuses())
    assert (
        statuses == Counter({BookingStatus.ARRIVED: len(seated) + 1, BookingStatus.NO_SHOW: len(released)}) - Counter()
    )
    nobody_shares_and_nobody_sits_twice(place)


def test_a_locked_evening_is_looked_at_by_one_at_a_time(place: Place) -> None:
    restaurant = place.restaurant(covers=[(1, 2)])

    def look(session: Session) -> object:
        house = session.get_one(Property, restaurant.property_id)
        return len(lock_evening(session, house, EIGHT, EIGHT + timedelta(hours=2)).turns)

    assert together(place, [look] * 8) == [0] * 8
