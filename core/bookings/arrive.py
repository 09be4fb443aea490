"""Guests come and go: a room by its number, a seat at the table, the key given back, and each of it taken back."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from core.availability.nights import give_back, take_again
from core.availability.rooms import lock_numbers, settle
from core.availability.turns import release_tables
from core.bookings.events import record
from core.bookings.move import lock, move, why_not
from core.bookings.rooms import numbers_kept, numbers_of, rows_of, seat_again
from core.bookings.seating import take_tables_again
from core.bookings.waitlist_line import call_line_after
from core.errors import BookedThere, MoveNotAllowed, NoRoomToGive, RoomsGone, RoomsPromised
from core.payments.invoice import issue_if_due
from models.booking import Booking
from models.dates import StayDates, business_date
from models.inventory import StayRoom
from models.property import Property, Room
from models.states import ActorKind, BookingKind, BookingStatus

# Who comes longer than this before check-in comes before their first night.
_EARLY: Final = timedelta(hours=12)


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
    numbers = give_rooms(session, booking, rooms, now=now) if booking.kind is BookingKind.STAY else []
    facts = {"rooms": numbers}
    record(session, booking, "arrived", actor=ActorKind.STAFF, actor_id=actor_id, door=door, now=now, facts=facts)
    return booking


def un_arrive(session: Session, booking_id: int, *, door: str, now: datetime, actor_id: int | None) -> Booking:
    """They were not here after all: the booking stands as before, its rooms have no number yet."""
    booking = move(session, booking_id, BookingStatus.CONFIRMED, now=now, only_from=(BookingStatus.ARRIVED,))
    if booking is None:
        raise why_not(session, booking_id, BookingStatus.CONFIRMED, now=now)
    rows = rows_of(session, booking.id)
    lock_numbers(session, {row.room_type_id for row in rows}, ahead=False)
    for row in rows:
        if not row.is_pinned:
            row.room_id = None
    session.flush()
    record(session, booking, "arrival_undone", actor=ActorKind.STAFF, actor_id=actor_id, door=door, now=now)
    return booking


def depart(session: Session, booking_id: int, *, door: str, now: datetime, actor_id: int | None) -> Booking:
    """The guests have left: what was theirs is free again, and their bill is written."""
    booking = move(session, booking_id, BookingStatus.COMPLETED, now=now)
    if booking is None:
        raise why_not(session, booking_id, BookingStatus.COMPLETED, now=now)
    if booking.kind is BookingKind.STAY:
        give_back(session, [booking.id], was="sold")
    else:
        release_tables(session, [booking.id])
    call_line_after(session, [booking], now=now)
    record(session, booking, "departed", actor=ActorKind.STAFF, actor_id=actor_id, door=door, now=now)
    issue_if_due(session, booking, door=door, now=now)
    return booking


def un_depart(session: Session, booking_id: int, *, door: str, now: datetime, actor_id: int | None) -> Booking:
    """They are still here; possible as long as nobody was given their room."""
    before = lock(session, booking_id)
    if before.status is not BookingStatus.COMPLETED:
        raise MoveNotAllowed(reference=before.reference, status=before.status.value, to=BookingStatus.ARRIVED.value)
    take_back(session, before, now=now, same_rooms=True)
    booking = move(session, booking_id, BookingStatus.ARRIVED, now=now, only_from=(BookingStatus.COMPLETED,))
    if booking is None:
        raise why_not(session, booking_id, BookingStatus.ARRIVED, now=now)
    record(session, booking, "departure_undone", actor=ActorKind.STAFF, actor_id=actor_id, door=door, now=now)
    return booking


def take_back(session: Session, booking: Booking, *, now: datetime, same_rooms: bool = False) -> None:
    """Give a booking what it had before, if nobody else has it by now; who still sleeps there has the same room."""
    if booking.kind is BookingKind.STAY:
        had = numbers_kept(session, booking.id)
        if not take_again(session, booking.id):
            raise RoomsGone(arrival=booking.first_day.isoformat(), departure=booking.last_day.isoformat(), free=0)
        seat_again(session, booking.id, had, now=now, same_rooms=same_rooms)
        return
    take_tables_again(session, booking, now=now)


def give_rooms(session: Session, booking: Booking, wanted: Sequence[int], *, now: datetime) -> list[str]:
    """A number for each room of a stay whose guests are here; the rooms asked for first, promised ones stay."""
    rows = rows_of(session, booking.id)
    early = booking.starts_at - now > _EARLY
    lock_numbers(session, {row.room_type_id for row in rows}, ahead=early)
    rows = rows_of(session, booking.id)
    asked = _asked_for(session, rows, wanted)
    in_use = _not_yet_left(session, booking, now=now)
    for room_id in asked.values():
        if room_id in in_use:
            raise BookedThere(references=[in_use[room_id]])
    until = booking.first_day + timedelta(days=1)
    for room_type_id in sorted({row.room_type_id for row in rows}):
        mine = [row for row in rows if row.room_type_id == room_type_id]
        try:
            settle(
                session,
                room_type_id,
                now=now,
                fixed={row.id: asked[row.id] for row in mine if row.id in asked},
                give=[row.id for row in mine if row.id not in asked],
                shut={room_id: StayDates(booking.first_day, until) for room_id in in_use},
            )
        except RoomsPromised:
            if in_use:
                raise BookedThere(references=sorted(set(in_use.values()))) from None
            raise
    return numbers_of(session, booking.id)


def _asked_for(session: Session, rows: Sequence[StayRoom], wanted: Sequence[int]) -> dict[int, int]:
    """Which room of the stay gets which number somebody asked for."""
    open_rows = [row for row in rows if not row.is_pinned]
    asked: dict[int, int] = {}
    for room_id in dict.fromkeys(wanted):
        room = session.get_one(Room, room_id)
        if any(row.room_id == room_id and row.is_pinned for row in rows):
            continue
        row = next((each for each in open_rows if each.room_type_id == room.room_type_id), None)
        if row is None:
            raise NoRoomToGive(number=room.number)
        open_rows.remove(row)
        asked[row.id] = room.id
    return asked


def _not_yet_left(session: Session, booking: Booking, *, now: datetime) -> dict[int, str]:
    """Rooms of the house in which somebody still is whose nights are over."""
    house = session.get_one(Property, booking.property_id)
    today = business_date(now, time_zone=house.time_zone, day_starts=house.day_starts_at)
    rows = session.execute(
        select(StayRoom.room_id, Booking.reference)
        .join(Booking, Booking.id == StayRoom.booking_id)
        .where(
            Booking.property_id == booking.property_id,
            Booking.id != booking.id,
            Booking.status == BookingStatus.ARRIVED,
            StayRoom.active,
            StayRoom.room_id.is_not(None),
            func.upper(StayRoom.stay) <= min(today, booking.first_day),
            func.upper(StayRoom.stay) == Booking.last_day,
        )
    )
    return {room_id: reference for room_id, reference in rows if room_id is not None}
