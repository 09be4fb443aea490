"""Beside promised numbers and rooms closed by number, too, a search offers exactly what a hold gives."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from functools import partial
from typing import Any, Final, Literal

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as some
from sqlalchemy import select
from sqlalchemy.orm import Session

import core.availability.stay_search
from core.availability.beside_promises import refused_beside
from core.availability.closures import close_rooms
from core.availability.search import StayMix, StaySearch, flexible_stays, nearest_ways, search_stays
from core.bookings.confirm import confirm
from core.bookings.rooms import promise_rooms
from core.errors import AtithiError, BookingError, RoomsPromised
from core.pricing.quote import RoomWanted, quote_rooms, quote_stay
from models.booking import Booking
from models.dates import StayDates
from models.property import Room
from models.rates import Quote
from models.states import ActorKind
from tests.builders.houses import Hotel, Visitor, a_guest, a_hotel, a_stay_quote, hold
from tests.fixtures.clock import SUNDAY_NOON

FIRST: Final = date(2026, 12, 1)
NIGHTS: Final = 4
ROOMS: Final = 2
BY: Final[dict[str, Any]] = {"door": "test", "actor_id": None}
slow = settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck), print_blob=True)


@dataclass(frozen=True)
class Fact:
    """Somebody booked, perhaps with a promise, or a room is closed by its number."""

    what: Literal["booked", "promised", "closed"]
    room: int
    day: int
    nights: int


facts = some.lists(
    some.builds(
        Fact,
        what=some.sampled_from(["booked", "promised", "promised", "closed"]),
        room=some.integers(0, ROOMS - 1),
        day=some.integers(0, NIGHTS - 1),
        nights=some.sampled_from([1, 1, 2]),
    ),
    max_size=5,
)
# Every night of the four has a room to spare, and no single room is free on the second and the third.
CROSSWISE: Final = [Fact("promised", 0, 1, 1), Fact("promised", 1, 2, 1)]
CLOSED_CROSSWISE: Final = [Fact("closed", 0, 1, 1), Fact("closed", 1, 2, 1)]


def a_house(session: Session, told: list[Fact]) -> Hotel:
    """Two rooms, and so much of the facts as a house would let happen."""
    hotel = a_hotel(session, now=SUNDAY_NOON, rooms=ROOMS)
    rooms = session.scalars(select(Room.id).where(Room.room_type_id == hotel.room_type_id).order_by(Room.number)).all()
    for fact in told:
        try:
            with session.begin_nested():
                happens(session, hotel, fact, rooms[fact.room])
        except AtithiError:
            session.expire_all()
    return hotel


def happens(session: Session, hotel: Hotel, fact: Fact, room_id: int) -> None:
    nights = StayDates.of(FIRST + timedelta(days=fact.day), fact.nights)
    if fact.what == "closed":
        close_rooms(
            session,
            property_id=hotel.property_id,
            room_type_id=hotel.room_type_id,
            nights=nights,
            room_id=room_id,
            reason="test",
            now=SUNDAY_NOON,
        )
        return
    quote = a_stay_quote(session, hotel, now=SUNDAY_NOON, arrival=nights.arrival, nights=fact.nights)
    booking = hold(session, quote, a_guest(session, hotel, now=SUNDAY_NOON), now=SUNDAY_NOON)
    confirm(session, booking.id, actor=ActorKind.STAFF, door="test", now=SUNDAY_NOON)
    if fact.what == "promised":
        promise_rooms(session, booking.id, [room_id], now=SUNDAY_NOON, **BY)


def held(session: Session, visitor: Visitor, quoted: Callable[[], Quote]) -> Booking | None:
    """Whether it can be had, tried and undone."""
    outer = session.begin_nested()
    try:
        return hold(session, quoted(), visitor, now=SUNDAY_NOON)
    except BookingError:
        return None
    finally:
        outer.rollback()
        session.expire_all()


def search_says_the_truth(session: Session, told: list[Fact]) -> None:
    """For every stay, one room or two: offered exactly when it can be held."""
    with session.begin_nested() as all_of_it:
        hotel = a_house(session, told)
        visitor = a_guest(session, hotel, now=SUNDAY_NOON)
        for ahead in range(NIGHTS):
            for length in range(1, NIGHTS - ahead + 1):
                for rooms in (1, 2):
                    stay = StayDates.of(FIRST + timedelta(days=ahead), length)
                    search = StaySearch(account_id=hotel.account_id, stay=stay, adults=2 * rooms, rooms=rooms)
                    offered = bool(search_stays(session, search, now=SUNDAY_NOON))
                    possible = held(session, visitor, partial(as_quoted, session, hotel, search)) is not None
                    assert offered == possible, f"{stay}, {rooms}: offered {offered}, can be held {possible}"
        window = StaySearch(account_id=hotel.account_id, stay=StayDates.of(FIRST, NIGHTS), adults=2)
        for offer in flexible_stays(session, window, window.stay, 2, now=SUNDAY_NOON):
            search = StaySearch(account_id=hotel.account_id, stay=offer.stay, adults=2)
            assert held(session, visitor, partial(as_quoted, session, hotel, search)) is not None, offer.stay
        all_of_it.rollback()


def as_quoted(session: Session, hotel: Hotel, search: StaySearch) -> Quote:
    return quote_stay(
        session,
        account_id=hotel.account_id,
        room_type_id=hotel.room_type_id,
        rate_plan_id=hotel.bar_id,
        stay=search.stay,
        rooms=search.rooms,
        adults=search.adults,
        children=0,
        now=SUNDAY_NOON,
    )


@slow
@given(told=facts)
@example(told=CROSSWISE)
@example(told=CLOSED_CROSSWISE)
def test_what_is_offered_beside_promises_can_be_held_and_the_other_way_round(
    session: Session, told: list[Fact]
) -> None:
    search_says_the_truth(session, told)


def test_counting_rooms_alone_would_offer_what_nobody_can_have(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(core.availability.stay_search, "really_free", lambda _session, rows, _rooms, now: rows)  # noqa: ARG005 - the shape of the one replaced
    with pytest.raises(AssertionError, match="offered True, can be held False"):
        search_says_the_truth(session, CROSSWISE)


@slow
@given(told=facts, rooms=some.integers(1, 2))
@example(told=CROSSWISE, rooms=1)
def test_whatever_comes_nearest_beside_promises_can_be_held(session: Session, told: list[Fact], rooms: int) -> None:
    with session.begin_nested() as all_of_it:
        hotel = a_house(session, told)
        visitor = a_guest(session, hotel, now=SUNDAY_NOON)
        stay = StayDates.of(FIRST + timedelta(days=1), 2)
        search = StaySearch(account_id=hotel.account_id, stay=stay, adults=2 * rooms, rooms=rooms, city="Jaipur")
        for way in nearest_ways(session, search, now=SUNDAY_NOON):
            if isinstance(way, StayMix):
                for half in {part.stay for part in way.parts}:
                    wanted = [
                        RoomWanted(part.room_type_id, part.rate_plan_id, party.adults, party.children)
                        for part in way.parts
                        if part.stay == half
                        for party in part.parties
                    ]
                    assert held(session, visitor, partial(asked, session, hotel, half, wanted)) is not None
            else:
                again = StaySearch(account_id=hotel.account_id, stay=way.stay, adults=2 * rooms, rooms=rooms)
                assert held(session, visitor, partial(as_quoted, session, hotel, again)) is not None, way.stay
        all_of_it.rollback()


def asked(session: Session, hotel: Hotel, stay: StayDates, wanted: list[RoomWanted]) -> Quote:
    return quote_rooms(session, account_id=hotel.account_id, stay=stay, rooms=wanted, now=SUNDAY_NOON)


def test_a_price_is_not_told_for_what_promises_have_taken_away(session: Session) -> None:
    hotel = a_house(session, CROSSWISE)
    over_both = StaySearch(account_id=hotel.account_id, stay=StayDates.of(FIRST + timedelta(days=1), 2), adults=2)
    with pytest.raises(RoomsPromised) as told:
        as_quoted(session, hotel, over_both)
    assert len(told.value.facts["moves"]) >= 1, "and which move would have helped"
    assert told.value.facts["arrival"] == "2026-12-02"


def test_the_house_can_be_told_which_move_would_have_sold_a_room(session: Session) -> None:
    hotel = a_house(session, CROSSWISE)
    over_both = StaySearch(account_id=hotel.account_id, stay=StayDates.of(FIRST + timedelta(days=1), 2), adults=2)
    (away,) = refused_beside(session, over_both, now=SUNDAY_NOON)
    assert [sorted((move["number"], move["to"])) for move in away.facts["moves"]] == [["101", "102"], ["101", "102"]]
    one_night = StaySearch(account_id=hotel.account_id, stay=StayDates.of(FIRST + timedelta(days=1), 1), adults=2)
    assert refused_beside(session, one_night, now=SUNDAY_NOON) == []
