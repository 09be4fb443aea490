"""Numbers of a booking's rooms: promised, taken back, moved, swapped, and all of it put back as it was.

Whatever is done here, everybody who has booked still has a room afterwards, and nobody is moved who was promised
theirs or sleeps in it; numbers that were only given ahead may change.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from core.availability.rooms import lock_numbers, prove, settle
from core.bookings.events import record
from core.bookings.move import lock
from core.errors import (
    AlreadySo,
    BookedThere,
    MoveNotAllowed,
    NoRoomToGive,
    OtherRoomType,
    RoomClosed,
    RoomsPromised,
    WhichRoom,
)
from models.booking import Booking
from models.dates import StayDates
from models.inventory import StayRoom
from models.property import Room, RoomType
from models.states import ACTIVE, ActorKind, BookingKind, BookingStatus


@dataclass(frozen=True, slots=True)
class Given:
    """The number one room of a stay had, and whether it was promised."""

    stay_room_id: int
    room_id: int | None
    is_pinned: bool


@dataclass(frozen=True, slots=True)
class Kept:
    """A number a booking had, of a room of that type."""

    room_type_id: int
    room_id: int
    is_pinned: bool


@dataclass(frozen=True, slots=True)
class Renumbered:
    """A booking whose rooms have other numbers now: those it had, those it has, and how to put it back."""

    booking: Booking
    had: Sequence[str]
    has: Sequence[str]
    before: Sequence[Given]


def promise_rooms(
    session: Session, booking_id: int, room_ids: Sequence[int], *, door: str, now: datetime, actor_id: int | None
) -> Renumbered:
    """Promise these very rooms to a booking, if everybody else still has one."""
    booking = _of_stay(session, booking_id)
    if booking.status is BookingStatus.ARRIVED:
        raise MoveNotAllowed(reference=booking.reference, status=booking.status.value, to="promised")
    rows = rows_of(session, booking.id)
    wanted = _matched(session, booking, rows, room_ids)
    if all(row.is_pinned and row.room_id == wanted.get(row.id) for row in rows if row.id in wanted):
        raise AlreadySo
    return _give(session, booking, wanted, kind="room_promised", door=door, now=now, actor_id=actor_id)


def unpromise_rooms(session: Session, booking_id: int, *, door: str, now: datetime, actor_id: int | None) -> Renumbered:
    """The booking may have any room of its type again; the number it has is only given ahead."""
    booking = _of_stay(session, booking_id)
    rows = rows_of(session, booking.id)
    lock_numbers(session, {row.room_type_id for row in rows}, ahead=False)
    pinned = [row for row in rows if row.is_pinned]
    if not pinned:
        raise AlreadySo
    before = _kept(rows)
    numbers = numbers_of(session, booking.id)
    for row in pinned:
        row.is_pinned = False
    session.flush()
    _tell(session, booking, "room_unpromised", numbers, numbers, door=door, now=now, actor_id=actor_id)
    return Renumbered(booking, numbers, numbers, before)


def move_room(
    session: Session,
    booking_id: int,
    room_id: int,
    *,
    leaving: int | None = None,
    door: str,
    now: datetime,
    actor_id: int | None,
) -> Renumbered:
    """Put one room of a booking somewhere else of the same type; the price stays. Before arrival that is a promise."""
    booking = _of_stay(session, booking_id)
    row = _the_room(rows_of(session, booking.id), leaving)
    room = session.get_one(Room, room_id)
    _check_type(session, booking, row, room)
    if row.room_id == room.id:
        raise AlreadySo
    return _give(session, booking, {row.id: room.id}, kind="room_moved", door=door, now=now, actor_id=actor_id)


def swap_rooms(
    session: Session,
    one_id: int,
    other_id: int,
    *,
    one_room: int | None = None,
    other_room: int | None = None,
    door: str,
    now: datetime,
    actor_id: int | None,
) -> Sequence[Renumbered]:
    """Two bookings change rooms with each other."""
    if one_id == other_id:
        raise AlreadySo
    bookings = {booking_id: _of_stay(session, booking_id) for booking_id in sorted((one_id, other_id))}
    rows = {
        booking_id: _the_room(rows_of(session, booking_id), leaving)
        for booking_id, leaving in ((one_id, one_room), (other_id, other_room))
    }
    one, other = rows[one_id], rows[other_id]
    if one.room_id is None or other.room_id is None:
        raise WhichRoom(references=[bookings[one_id].reference, bookings[other_id].reference])
    for booking_id, row, to in ((one_id, one, other.room_id), (other_id, other, one.room_id)):
        _check_type(session, bookings[booking_id], row, session.get_one(Room, to))
    lock_numbers(session, [one.room_type_id], ahead=True)
    before = {booking_id: _kept([row]) for booking_id, row in rows.items()}
    had = {booking_id: numbers_of(session, booking_id) for booking_id in rows}
    settle(session, one.room_type_id, now=now, fixed={one.id: other.room_id, other.id: one.room_id})
    done = []
    for booking_id, row in rows.items():
        booking = bookings[booking_id]
        row.is_pinned = row.is_pinned or booking.status is not BookingStatus.ARRIVED
        session.flush()
        has = numbers_of(session, booking_id)
        _tell(session, booking, "room_moved", had[booking_id], has, door=door, now=now, actor_id=actor_id)
        done.append(Renumbered(booking, had[booking_id], has, before[booking_id]))
    return done


def put_back(
    session: Session, before: Sequence[Given], *, door: str, now: datetime, actor_id: int | None
) -> Sequence[Booking]:
    """Numbers as they were before, if those rooms are still free; what was only given ahead need not come back."""
    found = session.execute(
        select(StayRoom.id, StayRoom.booking_id).where(StayRoom.id.in_([each.stay_room_id for each in before]))
    ).all()
    bookings = {booking_id: _of_stay(session, booking_id) for booking_id in sorted({row.booking_id for row in found})}
    was = {each.stay_room_id: each for each in before}
    rows = [row for booking_id in bookings for row in rows_of(session, booking_id) if row.id in was]
    if not rows:
        raise NoRoomToGive(reference=None)
    lock_numbers(session, {row.room_type_id for row in rows}, ahead=True)
    had = {booking_id: numbers_of(session, booking_id) for booking_id in bookings}
    for room_type_id in sorted({row.room_type_id for row in rows}):
        fixed = {}
        for row in (each for each in rows if each.room_type_id == room_type_id):
            room_id, stays = was[row.id].room_id, bookings[row.booking_id].status is BookingStatus.ARRIVED
            row.is_pinned = was[row.id].is_pinned
            if room_id is not None and (row.is_pinned or stays):
                fixed[row.id] = room_id
        session.flush()
        if fixed:
            settle(session, room_type_id, now=now, fixed=fixed)
    for booking_id, booking in bookings.items():
        has = numbers_of(session, booking_id)
        _tell(session, booking, "room_move_undone", had[booking_id], has, door=door, now=now, actor_id=actor_id)
    return list(bookings.values())


def numbers_kept(session: Session, booking_id: int) -> list[Kept]:
    """The numbers a booking has or had, to be given to it again after its rooms were written anew."""
    rows = session.execute(
        select(StayRoom.room_type_id, StayRoom.room_id, StayRoom.is_pinned)
        .where(StayRoom.booking_id == booking_id, StayRoom.room_id.is_not(None))
        .order_by(StayRoom.active.desc(), StayRoom.id)
    )
    return [Kept(room_type_id, room_id, is_pinned) for room_type_id, room_id, is_pinned in rows if room_id is not None]


def seat_again(
    session: Session, booking_id: int, had: Sequence[Kept], *, now: datetime, same_rooms: bool = False
) -> None:
    """A booking that took its nights again, or others, has a room on them: the promised ones if they are still free.

    Who writes the rooms of a booking with numbers anew locks the numbers of their types before.

    Raises:
        RoomsPromised: nobody could have a room there without breaking a promise.
        BookedThere: with `same_rooms`, for guests who are in theirs: somebody else has it.
    """
    rows = rows_of(session, booking_id)
    lock_numbers(session, {row.room_type_id for row in rows}, ahead=any(kept.is_pinned for kept in had))
    left = list(had)
    for room_type_id in sorted({row.room_type_id for row in rows}):
        again: dict[int, Kept] = {}
        for row in (each for each in rows if each.room_type_id == room_type_id):
            if (kept := next((each for each in left if each.room_type_id == room_type_id), None)) is not None:
                left.remove(kept)
                if same_rooms or kept.is_pinned:
                    again[row.id] = kept
        others = [row.id for row in rows if row.room_type_id == room_type_id and row.id not in again]
        give = others if same_rooms else []
        if not again and not give:
            continue
        fixed = {key: kept.room_id for key, kept in again.items()}
        try:
            with session.begin_nested():
                settle(session, room_type_id, now=now, fixed=fixed, give=give)
                for row in rows:
                    row.is_pinned = row.is_pinned or (row.id in again and again[row.id].is_pinned)
                session.flush()
        except (BookedThere, RoomClosed, RoomsPromised):
            if same_rooms:
                raise
    prove(session, booking_id, now=now)


def numbers_of(session: Session, booking_id: int) -> list[str]:
    """The numbers of the rooms given to a booking; of guests who moved to another type, where they sleep now."""
    return list(
        session.scalars(
            select(Room.number)
            .join(StayRoom, StayRoom.room_id == Room.id)
            .join(Booking, Booking.id == StayRoom.booking_id)
            .where(StayRoom.booking_id == booking_id, func.upper(StayRoom.stay) == Booking.last_day)
            .order_by(Room.number)
        )
    )


def rows_of(session: Session, booking_id: int) -> Sequence[StayRoom]:
    """The rooms of a booking as they are now; its row is locked by the caller."""
    return session.scalars(
        select(StayRoom).where(StayRoom.booking_id == booking_id, StayRoom.active).order_by(StayRoom.id),
        execution_options={"populate_existing": True},
    ).all()


# ------------------------------------------------------------------------------------------------------- helpers


def _of_stay(session: Session, booking_id: int) -> Booking:
    booking = lock(session, booking_id)
    if booking.kind is not BookingKind.STAY or booking.status not in ACTIVE:
        raise MoveNotAllowed(reference=booking.reference, status=booking.status.value, to="promised")
    return booking


def _give(
    session: Session,
    booking: Booking,
    wanted: Mapping[int, int],
    *,
    kind: str,
    door: str,
    now: datetime,
    actor_id: int | None,
) -> Renumbered:
    """These rooms of the booking get these numbers for good."""
    rows = rows_of(session, booking.id)
    had = numbers_of(session, booking.id)
    types = {row.room_type_id for row in rows if row.id in wanted}
    lock_numbers(session, types, ahead=True)
    rows = rows_of(session, booking.id)
    before = _kept([row for row in rows if row.id in wanted])
    for room_type_id in sorted(types):
        mine = {row.id for row in rows if row.room_type_id == room_type_id}
        settle(session, room_type_id, now=now, fixed={key: room for key, room in wanted.items() if key in mine})
    for row in rows:
        row.is_pinned = row.is_pinned or (row.id in wanted and booking.status is not BookingStatus.ARRIVED)
    session.flush()
    has = numbers_of(session, booking.id)
    _tell(session, booking, kind, had, has, door=door, now=now, actor_id=actor_id)
    return Renumbered(booking, had, has, before)


def _matched(session: Session, booking: Booking, rows: Sequence[StayRoom], room_ids: Sequence[int]) -> dict[int, int]:
    """Which room of the stay gets which number: one that has it already, else one without a promise, of that type."""
    left = list(rows)
    wanted: dict[int, int] = {}
    for room_id in dict.fromkeys(room_ids):
        room = session.get_one(Room, room_id)
        fitting = [row for row in left if row.room_type_id == room.room_type_id]
        if not fitting:
            if any(row.room_type_id == room.room_type_id for row in rows):
                raise WhichRoom(references=[booking.reference])
            _check_type(session, booking, rows[0], room)
        row = min(fitting, key=lambda each: (each.room_id != room_id, each.is_pinned, each.id))
        left.remove(row)
        wanted[row.id] = room_id
    return wanted


def _the_room(rows: Sequence[StayRoom], leaving: int | None) -> StayRoom:
    last = max((StayDates.from_range(row.stay).departure for row in rows), default=None)
    rows = [row for row in rows if row.stay.upper == last]  # where they slept before is over
    if leaving is not None:
        rows = [row for row in rows if row.room_id == leaving]
    if len(rows) != 1:
        raise WhichRoom(references=[])
    return rows[0]


def _check_type(session: Session, booking: Booking, row: StayRoom, room: Room) -> None:
    if room.property_id != booking.property_id or room.room_type_id != row.room_type_id:
        names = dict(
            session.execute(
                select(RoomType.id, RoomType.name).where(RoomType.id.in_([room.room_type_id, row.room_type_id]))
            ).all()
        )
        raise OtherRoomType(
            reference=booking.reference,
            number=room.number,
            is_type=names.get(room.room_type_id, ""),
            booked_type=names.get(row.room_type_id, ""),
        )


def _kept(rows: Collection[StayRoom]) -> list[Given]:
    return [Given(row.id, row.room_id, row.is_pinned) for row in rows]


def _tell(
    session: Session,
    booking: Booking,
    kind: str,
    had: Sequence[str],
    has: Sequence[str],
    *,
    door: str,
    now: datetime,
    actor_id: int | None,
) -> None:
    facts = {"from": list(had), "rooms": list(has)}
    record(session, booking, kind, actor=ActorKind.STAFF, actor_id=actor_id, door=door, now=now, facts=facts)
