"""Guests come and go: a room by its number, a seat at the table, the key given back, and each of it taken back."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.availability.closures import free_room, in_room
from core.availability.nights import give_back, take_again
from core.availability.turns import release_tables
from core.bookings.events import record
from core.bookings.move import lock, move, why_not
from core.errors import BookedThere, MoveNotAllowed, NoRoomToGive, RoomsGone
from models.booking import Booking
from models.dates import StayDates
from models.inventory import StayRoom, TableTurn
from models.property import Room
from models.states import ActorKind, BookingKind, BookingStatus


def arrive(
    session: Session,
    booking_id: int,
    *,
    door: str,
    now: datetime,
    actor_id: int | None,
    rooms: Sequence[int] = (),
) -> Booking:
    """The guests are here: every room of a stay gets its number (those named, else free ones), a table is seated."""
    booking = move(session, booking_id, BookingStatus.ARRIVED, now=now, only_from=(BookingStatus.CONFIRMED,))
    if booking is None:
        raise why_not(session, booking_id, BookingStatus.ARRIVED, now=now)
    numbers = _give_rooms(session, booking, rooms) if booking.kind is BookingKind.STAY else []
    facts = {"rooms": numbers}
    record(session, booking, "arrived", actor=ActorKind.STAFF, actor_id=actor_id, door=door, now=now, facts=facts)
    return booking


def un_arrive(session: Session, booking_id: int, *, door: str, now: datetime, actor_id: int | None) -> Booking:
    """They were not here after all: the booking stands as before, its rooms have no number yet."""
    booking = move(session, booking_id, BookingStatus.CONFIRMED, now=now, only_from=(BookingStatus.ARRIVED,))
    if booking is None:
        raise why_not(session, booking_id, BookingStatus.CONFIRMED, now=now)
    for room in _rooms_of(session, booking.id):
        if not room.is_pinned:
            room.room_id = None
    session.flush()
    record(session, booking, "arrival_undone", actor=ActorKind.STAFF, actor_id=actor_id, door=door, now=now)
    return booking


def depart(session: Session, booking_id: int, *, door: str, now: datetime, actor_id: int | None) -> Booking:
    """The guests have left: what was theirs is free again."""
    booking = move(session, booking_id, BookingStatus.COMPLETED, now=now)
    if booking is None:
        raise why_not(session, booking_id, BookingStatus.COMPLETED, now=now)
    if booking.kind is BookingKind.STAY:
        give_back(session, [booking.id], was="sold")
    else:
        release_tables(session, [booking.id])
    record(session, booking, "departed", actor=ActorKind.STAFF, actor_id=actor_id, door=door, now=now)
    return booking


def un_depart(session: Session, booking_id: int, *, door: str, now: datetime, actor_id: int | None) -> Booking:
    """They are still here; possible as long as nobody was given their room."""
    before = lock(session, booking_id)
    if before.status is not BookingStatus.COMPLETED:
        raise MoveNotAllowed(reference=before.reference, status=before.status.value, to=BookingStatus.ARRIVED.value)
    take_back(session, before)
    booking = move(session, booking_id, BookingStatus.ARRIVED, now=now, only_from=(BookingStatus.COMPLETED,))
    if booking is None:
        raise why_not(session, booking_id, BookingStatus.ARRIVED, now=now)
    record(session, booking, "departure_undone", actor=ActorKind.STAFF, actor_id=actor_id, door=door, now=now)
    return booking


def take_back(session: Session, booking: Booking) -> None:
    """Give a booking what it had before, if nobody else has it by now."""
    if booking.kind is BookingKind.STAY:
        if not take_again(session, booking.id):
            raise RoomsGone(arrival=booking.first_day.isoformat(), departure=booking.last_day.isoformat(), free=0)
        return
    for turn in session.scalars(select(TableTurn).where(TableTurn.booking_id == booking.id)):
        turn.active = True
    session.flush()


def numbers_of(session: Session, booking_id: int) -> list[str]:
    """The numbers of the rooms given to a booking."""
    return list(
        session.scalars(
            select(Room.number)
            .join(StayRoom, StayRoom.room_id == Room.id)
            .where(StayRoom.booking_id == booking_id)
            .order_by(Room.number)
        )
    )


def _give_rooms(session: Session, booking: Booking, wanted: Sequence[int]) -> list[str]:
    """A number for each room of the stay; the ones asked for first."""
    named = list(wanted)
    given: list[int] = []
    for room in _rooms_of(session, booking.id):
        if room.room_id is None:
            room.room_id = (
                _asked_for(session, named.pop(0), room, booking) if named else _any_free(session, room, booking, given)
            )
        given.append(room.room_id)
        session.flush()
    return numbers_of(session, booking.id)


def _asked_for(session: Session, room_id: int, stay_room: StayRoom, booking: Booking) -> int:
    room = session.get_one(Room, room_id, with_for_update=True)
    stay = StayDates.from_range(stay_room.stay)
    others = [other.reference for other in in_room(session, room.id, stay) if other.id != booking.id]
    if others:
        raise BookedThere(references=others)
    if room.property_id != booking.property_id or room.room_type_id != stay_room.room_type_id:
        raise NoRoomToGive(number=room.number)
    return room.id


def _any_free(session: Session, stay_room: StayRoom, booking: Booking, given: Sequence[int]) -> int:
    room = free_room(session, stay_room.room_type_id, StayDates.from_range(stay_room.stay), besides=given)
    if room is None:
        raise NoRoomToGive(reference=booking.reference)
    return room.id


def _rooms_of(session: Session, booking_id: int) -> Sequence[StayRoom]:
    return session.scalars(
        select(StayRoom)
        .where(StayRoom.booking_id == booking_id, StayRoom.active)
        .order_by(StayRoom.id)
        .with_for_update()
    ).all()
