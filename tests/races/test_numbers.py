"""Numbers in a rush: promises, closures by number, holds, moves and check-ins at the same instant."""

from __future__ import annotations

import threading
from collections import Counter
from datetime import datetime, timedelta
from typing import Any, Final

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from core.availability.closures import close_rooms
from core.availability.rooms import look
from core.bookings.arrive import arrive
from core.bookings.cancel import cancel
from core.bookings.confirm import confirm
from core.bookings.number_ahead import give_numbers
from core.bookings.rooms import move_room, promise_rooms
from models.booking import Booking
from models.dates import StayDates
from models.inventory import Closure, StayRoom
from models.property import Room
from models.states import ActorKind
from tests.builders.houses import Hotel
from tests.races.conftest import NIGHT, Place, hold_it
from tests.races.rush import rush

BY: Final[dict[str, Any]] = {"door": "test", "actor_id": None}


def booked(place: Place, hotel: Hotel, *stays: tuple[int, int]) -> list[int]:
    """Agreed stays, each so many days after the night and so many nights long."""
    wishes = place.stay_wishes(hotel, [(NIGHT + timedelta(days=day), nights) for day, nights in stays])
    made = []
    for wish in wishes:
        with Session(place.engine) as session, session.begin():
            held = hold_it(session, wish, place.now)
            made.append(confirm(session, held, actor=ActorKind.STAFF, door="test", now=place.now).id)
    return made


def rooms_of(place: Place, hotel: Hotel) -> list[int]:
    """The rooms by their numbers."""
    with Session(place.engine) as session:
        rooms = select(Room.id).where(Room.room_type_id == hotel.room_type_id).order_by(Room.number)
        return list(session.scalars(rooms))


def everybody_has_a_room(place: Place, hotel: Hotel) -> bool:
    """Whether there is a room for every stay, promises and closures kept."""
    with Session(place.engine) as session:
        last = NIGHT + timedelta(days=30)
        return look(session, hotel.room_type_id, now=place.now, until=last).coloured() is not None


def at_check_in(place: Place) -> datetime:
    """The afternoon of the first night."""
    return datetime.combine(NIGHT, datetime.min.time(), place.now.tzinfo) + timedelta(hours=10)


def test_of_eight_promises_of_one_room_one_is_kept(place: Place) -> None:
    hotel = place.hotel(rooms=8)
    bookings, (room, *_) = booked(place, hotel, *[(0, 2)] * 8), rooms_of(place, hotel)
    answers = rush(
        place.url, lambda session, each: promise_rooms(session, each, [room], now=place.now, **BY).has, bookings
    )
    assert Counter(map(str, answers)) == {"['101']": 1, "booked_there": 7}


def promise_without_the_lock(place: Place, bookings: list[int], room: int) -> list[bool | str]:
    """Everybody looks whether the room is free, then everybody writes: the way it must not be done."""
    everybody_has_looked = threading.Barrier(len(bookings))

    def look_then_write(session: Session, booking_id: int) -> bool:
        free = session.scalar(select(StayRoom.id).where(StayRoom.room_id == room)) is None
        everybody_has_looked.wait()
        row = session.scalars(select(StayRoom).where(StayRoom.booking_id == booking_id)).one()
        row.room_id, row.is_pinned = room, free
        session.flush()
        return free

    return rush(place.url, look_then_write, bookings)


def test_without_lock_and_constraint_one_room_is_promised_many_times(place: Place) -> None:
    """The control: if this promised the room only once, the test above would prove nothing."""
    hotel = place.hotel(rooms=4)
    bookings, (room, *_) = booked(place, hotel, *[(0, 2)] * 4), rooms_of(place, hotel)
    with place.engine.begin() as connection:
        connection.execute(text("ALTER TABLE stay_room DROP CONSTRAINT room_never_shared"))
    assert promise_without_the_lock(place, bookings, room) == [True] * 4


def test_without_the_lock_the_constraint_still_keeps_a_room_from_being_shared(place: Place) -> None:
    hotel = place.hotel(rooms=2)
    bookings, (room, *_) = booked(place, hotel, *[(0, 2)] * 2), rooms_of(place, hotel)
    with pytest.raises(IntegrityError, match="room_never_shared"):
        promise_without_the_lock(place, bookings, room)


@pytest.mark.parametrize("attempt", range(6))
def test_a_promise_and_a_hold_never_leave_anybody_without_a_room(place: Place, attempt: int) -> None:
    """Two rooms; 101 is promised early, a stay goes over the middle, 102 is to be promised late: one must give way."""
    hotel = place.hotel(rooms=2)
    early, late = booked(place, hotel, (0, 2), (4, 2))
    one, two = rooms_of(place, hotel)
    with Session(place.engine) as session, session.begin():
        promise_rooms(session, early, [one], now=place.now, **BY)
    (wish,) = place.stay_wishes(hotel, [(NIGHT + timedelta(days=1), 4)])

    def try_it(session: Session, what: str) -> str:
        if what == "promise":
            promise_rooms(session, late, [two], now=place.now, **BY)
            return "promised"
        hold_it(session, wish, place.now)
        return "held"

    order = ["promise", "hold"] if attempt % 2 else ["hold", "promise"]
    answers = Counter(rush(place.url, try_it, order))
    assert answers in (Counter({"promised": 1, "rooms_promised": 1}), Counter({"held": 1, "rooms_promised": 1}))
    assert everybody_has_a_room(place, hotel)


def test_without_a_proof_a_promise_and_a_hold_leave_somebody_without_a_room(place: Place) -> None:
    """The control: both are possible by themselves, and only looking at both together shows that they are not."""
    hotel = place.hotel(rooms=2)
    early, late = booked(place, hotel, (0, 2), (4, 2))
    one, two = rooms_of(place, hotel)
    booked(place, hotel, (1, 4))
    with Session(place.engine) as session, session.begin():
        for booking_id, room in ((early, one), (late, two)):
            row = session.scalars(select(StayRoom).where(StayRoom.booking_id == booking_id)).one()
            row.room_id, row.is_pinned = room, True
    assert not everybody_has_a_room(place, hotel)


@pytest.mark.parametrize("attempt", range(4))
def test_closing_rooms_by_number_while_guests_hold_leaves_everybody_a_room(place: Place, attempt: int) -> None:
    hotel = place.hotel(rooms=3)
    rooms = rooms_of(place, hotel)
    wishes = place.stay_wishes(
        hotel, [(NIGHT + timedelta(days=day), nights) for day, nights in [(0, 2), (1, 3), (2, 2), (3, 3), (1, 1)]]
    )
    closed = [(rooms[0], 0, 2), (rooms[1], 3, 2), (rooms[2], 1, 1)]
    if attempt % 2:
        closed.reverse()

    def try_it(session: Session, what: Any) -> str:  # noqa: ANN401 - a wish, or a room and its nights
        if isinstance(what, tuple):
            room, day, nights = what
            close_rooms(
                session,
                property_id=hotel.property_id,
                room_type_id=hotel.room_type_id,
                nights=StayDates.of(NIGHT + timedelta(days=day), nights),
                room_id=room,
                reason="test",
                now=place.now,
            )
            return "closed"
        hold_it(session, what, place.now)
        return "held"

    answers = Counter(rush(place.url, try_it, [*wishes, *closed]))
    refused = {"rooms_gone", "rooms_promised", "booked_there"}
    assert set(answers) <= {"held", "closed"} | refused
    assert everybody_has_a_room(place, hotel)
    with Session(place.engine) as session:
        assert len(session.scalars(select(Closure)).all()) == answers["closed"]
        assert len(session.scalars(select(Booking)).all()) == answers["held"]


def test_two_parties_checked_in_at_once_are_never_given_the_same_room(place: Place) -> None:
    hotel = place.hotel(rooms=6)
    bookings = booked(place, hotel, *[(0, 2)] * 6)
    with Session(place.engine) as session, session.begin():
        give_numbers(session, hotel.room_type_id, now=at_check_in(place))
    (wanted, *_) = rooms_of(place, hotel)

    def check_in(session: Session, booking_id: int) -> str:
        named = [wanted] if booking_id % 2 else []
        arrive(session, booking_id, now=at_check_in(place), rooms=named, **BY)
        return "in"

    answers = Counter(rush(place.url, check_in, bookings))
    with Session(place.engine) as session:
        given = session.scalars(select(StayRoom.room_id).where(StayRoom.booking_id.in_(bookings))).all()
    assert answers["in"] >= 4
    assert answers["in"] + answers["booked_there"] == 6
    assert len(set(given)) == 6


def test_everything_at_once_ends_without_a_deadlock_and_with_a_room_for_everybody(place: Place) -> None:
    """Holds, promises, moves, cancellations, closures and numbers given ahead, over the same nights."""
    hotel = place.hotel(rooms=4)
    rooms = rooms_of(place, hotel)
    bookings = booked(place, hotel, (0, 3), (1, 3), (2, 3), (4, 2), (5, 2), (3, 4))
    wishes = place.stay_wishes(
        hotel, [(NIGHT + timedelta(days=day), nights) for day, nights in [(0, 5), (1, 2), (4, 4)]]
    )
    soon = at_check_in(place)

    def promise(session: Session, place_in_list: int) -> None:
        promise_rooms(session, bookings[place_in_list], [rooms[place_in_list % 4]], now=place.now, **BY)

    def close(session: Session, day: int) -> None:
        close_rooms(
            session,
            property_id=hotel.property_id,
            room_type_id=hotel.room_type_id,
            nights=StayDates.of(NIGHT + timedelta(days=day), 2),
            room_id=rooms[day % 4],
            reason="test",
            now=place.now,
        )

    work: dict[str, Any] = {
        "hold": lambda session, number: hold_it(session, wishes[number], place.now),
        "promise": promise,
        "move": lambda session, number: move_room(
            session, bookings[number], rooms[3 - number % 4], now=place.now, **BY
        ),
        "cancel": lambda session, number: cancel(
            session, bookings[number], actor=ActorKind.STAFF, door="test", now=place.now
        ),
        "close": close,
        "number": lambda session, _: give_numbers(session, hotel.room_type_id, now=soon),
    }
    jobs = [
        *(("hold", number) for number in range(3)),
        *(("promise", number) for number in range(4)),
        *(("move", number) for number in (1, 2)),
        *(("cancel", number) for number in (3, 5)),
        *(("close", day) for day in (0, 3)),
        ("number", 0),
        ("number", 1),
    ]

    def try_it(session: Session, job: tuple[str, int]) -> str:
        work[job[0]](session, job[1])
        return "done"

    answers = Counter(rush(place.url, try_it, jobs))
    allowed = {"done", "rooms_gone", "rooms_promised", "booked_there", "room_closed", "already_so", "move_not_allowed"}
    assert set(answers) <= allowed, answers
    assert everybody_has_a_room(place, hotel)
