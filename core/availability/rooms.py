"""Room numbers: who may be promised one, who can still be sold a room beside them, and who is given which.

A room type's row is the lock. Whoever promises or closes a number takes it whole (`lock_numbers`) and so waits for
every hold of the type that is under way; a hold shares it with other holds by its foreign key, and only where a promise
or a closure by number lies ahead does it prove, one hold after the other, that everybody still has a room.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Final

from sqlalchemy import bindparam, func, or_, select, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Session
from sqlalchemy.types import BigInteger

from core.availability.colouring import Lodging, NumberedRoom, colour
from core.errors import BookedThere, RoomClosed, RoomsPromised
from models.base import Json
from models.booking import Booking
from models.dates import StayDates, business_date
from models.inventory import Closure, StayRoom
from models.property import Property, Room, RoomType
from models.states import BookingStatus

# A promise further from what was refused than this many is not looked at for a way out.
_MOST_PROMISES: Final = 8
_MOST_OFFERS: Final = 3
_SHORT_PATIENCE: Final = 500

# Whether a room of a type is promised, slept in or closed by number later than somebody arrives. Where nothing stands
# fast after an arrival, the rooms free that night stay free.
STANDS_FAST: Final = """(
        EXISTS (SELECT FROM closure c
                WHERE c.room_type_id = {room_type_id} AND c.lifted_at IS NULL AND c.room_id IS NOT NULL
                  AND lower(c.nights) > {arrival})
        OR EXISTS (SELECT FROM stay_room p JOIN booking b ON b.id = p.booking_id
                   WHERE p.room_type_id = {room_type_id} AND p.active AND p.room_id IS NOT NULL
                     AND lower(p.stay) > {arrival} AND (p.is_pinned OR b.status = 'arrived')))"""

# Which room types of some stays need a proof.
_NEEDS_PROOF: Final = text(
    "SELECT DISTINCT r.room_type_id FROM stay_room r "  # noqa: S608 - our own constants are joined, values are bound
    "WHERE r.booking_id = ANY(:booking_ids) AND r.active AND "
    + STANDS_FAST.format(room_type_id="r.room_type_id", arrival="lower(r.stay)")
    + " ORDER BY 1"
).bindparams(bindparam("booking_ids", type_=ARRAY(BigInteger)))


@dataclass(frozen=True, slots=True)
class Numbering:
    """Everything of one room type that its numbers depend on."""

    room_type_id: int
    rooms: Sequence[NumberedRoom]
    lodgings: Sequence[Lodging]
    whose: Mapping[int, str]
    numbers: Mapping[int, str]

    def with_fixed(self, fixed: Mapping[int, int]) -> Numbering:
        """As it would be if these stays had these rooms for good."""
        lodgings = [
            replace(each, room=fixed[each.key], is_fixed=True) if each.key in fixed else each for each in self.lodgings
        ]
        return replace(self, lodgings=lodgings)

    def coloured(self) -> dict[int, int] | None:
        """A room for everybody, if there is a way."""
        return colour(self.lodgings, self.rooms)


def lock_numbers(session: Session, room_type_ids: Collection[int], *, ahead: bool) -> None:
    """Nobody else gives, promises or closes a number of these types until we are done.

    Args:
        session: the door's transaction.
        room_type_ids: whose numbers.
        ahead: a room will stand fast on nights to come, so that holds under way are waited for and new ones wait. Who
            does so has not written rooms of a stay before: the foreign key shares with others what this takes whole.
            Without it only those wait who give numbers or prove; for who arrives today that is enough, because rooms
            that stand fast from before a hold's arrival never stand in its way by themselves.
    """
    session.execute(
        select(RoomType.id)
        .where(RoomType.id.in_(room_type_ids))
        .order_by(RoomType.id)
        .with_for_update(key_share=not ahead)
    )


def prove(session: Session, booking_id: int, *, now: datetime) -> None:
    """A booking that has just taken nights also has a room on them, whatever was promised to others.

    Costs one look where nothing is promised. The nights are locked already, and so is the room type by the foreign key
    of the rooms just written.

    Raises:
        RoomsPromised: every night has a room to spare, but only for those who would change rooms.
    """
    wanted = session.scalars(_NEEDS_PROOF, {"booking_ids": [booking_id]}).all()
    if not wanted:
        return
    lock_numbers(session, wanted, ahead=False)
    for room_type_id in wanted:
        assignable(session, room_type_id, now=now, booking_id=booking_id)


def assignable(session: Session, room_type_id: int, *, now: datetime, booking_id: int | None = None) -> dict[int, int]:
    """A room for every stay of this type that is booked now.

    Raises:
        RoomsPromised: there is none; its facts tell which promises stand in the way and where they could move.
    """
    numbering = look(session, room_type_id, now=now, until=_last_night(session, booking_id))
    found = numbering.coloured()
    if found is None:
        raise refused(session, numbering, booking_id=booking_id)
    return found


def settle(
    session: Session,
    room_type_id: int,
    *,
    now: datetime,
    fixed: Mapping[int, int] | None = None,
    give: Collection[int] = (),
    shut: Mapping[int, StayDates] | None = None,
    until: date | None = None,
) -> dict[int, int]:
    """Give numbers and write them, so that everybody keeps a room; the type's numbers are locked by the caller.

    Args:
        session: the door's transaction.
        room_type_id: whose rooms.
        now: the instant.
        fixed: stay rooms that get this very room and keep it.
        give: stay rooms that get some number; those that have one keep it if they can.
        shut: rooms that nobody is to be given on some nights.
        until: stays that arrive before this day are looked at even when nothing is promised then.

    Raises:
        BookedThere: somebody was promised such a room, or sleeps in it.
        RoomClosed: it is closed by its number.
        RoomsPromised: somebody else would be left without a room.
    """
    wanted = dict(fixed or {})
    mine = [*wanted, *give]
    movable = _locked_numbers(session, room_type_id, mine)
    numbering = look(session, room_type_id, now=now, mine=mine, movable=movable, until=until)
    _check_free(session, numbering, wanted)
    numbering = numbering.with_fixed(wanted)
    if shut:
        rooms = [replace(room, closed=(*room.closed, shut[room.id])) if room.id in shut else room
                 for room in numbering.rooms]  # fmt: skip
        numbering = replace(numbering, rooms=rooms)
    found = numbering.coloured()
    if found is None:
        raise refused(session, numbering)
    had = {each.key: each.room for each in numbering.lodgings if each.room is not None}
    _write(session, {key: room for key, room in found.items() if key in mine or (key in had and had[key] != room)},
           extra=wanted)  # fmt: skip
    return {key: found[key] for key in mine if key in found} | wanted


def look(
    session: Session,
    room_type_id: int,
    *,
    now: datetime,
    mine: Collection[int] = (),
    movable: Collection[int] | None = None,
    until: date | None = None,
) -> Numbering:
    """The rooms of a type, their closures, and every stay that a number of one of them could matter to.

    Stays that begin after the last night anything stands fast are left out: a room for them is always found.
    """
    house = session.scalars(select(Property).join(RoomType).where(RoomType.id == room_type_id)).one()
    today = business_date(now, time_zone=house.time_zone, day_starts=house.day_starts_at)
    rooms = _rooms(session, room_type_id, today)
    numbered = or_(StayRoom.room_id.in_([room.id for room in rooms]), StayRoom.room_type_id == room_type_id)
    first = session.scalar(select(func.min(func.lower(StayRoom.stay))).where(StayRoom.id.in_(mine))) or today
    last = session.scalar(
        select(func.max(func.upper(StayRoom.stay))).where(
            StayRoom.active, or_((StayRoom.room_id.is_not(None)) & numbered, StayRoom.id.in_(mine))
        )
    )
    ends = [day for room in rooms for closed in room.closed for day in (closed.departure,)]
    horizon = max([day for day in (last, until, *ends) if day is not None], default=today)
    rows = session.execute(
        select(
            StayRoom.id,
            StayRoom.stay,
            StayRoom.room_id,
            StayRoom.room_type_id,
            StayRoom.is_pinned,
            Booking.status,
            Booking.reference,
        )
        .join(Booking, Booking.id == StayRoom.booking_id)
        .where(
            StayRoom.active,
            or_(
                StayRoom.id.in_(mine),
                (StayRoom.room_id.is_not(None)) & numbered & (func.upper(StayRoom.stay) > min(first, today)),
                (StayRoom.room_type_id == room_type_id)
                & StayRoom.room_id.is_(None)
                & (func.upper(StayRoom.stay) > today)
                & (func.lower(StayRoom.stay) < horizon),
            ),
        )
        .order_by(StayRoom.id)
    ).all()
    lodgings = [
        Lodging(
            row.id,
            StayDates.from_range(row.stay),
            row.room_id,
            is_fixed=row.room_id is not None
            and (
                row.is_pinned
                or row.status is BookingStatus.ARRIVED
                or row.room_type_id != room_type_id
                or (movable is not None and row.id not in movable and row.id not in mine)
            ),
        )
        for row in rows
    ]
    return Numbering(
        room_type_id,
        rooms,
        lodgings,
        {row.id: row.reference for row in rows},
        dict(session.execute(select(Room.id, Room.number).where(Room.room_type_id == room_type_id)).all()),
    )


def refused(
    session: Session, numbering: Numbering, *, booking_id: int | None = None, asked: Sequence[Lodging] = ()
) -> RoomsPromised:
    """Why there is no room although every night has one: who was promised one, and where they could move instead.

    Args:
        session: the door's transaction.
        numbering: what the numbers depend on.
        booking_id: the booking that needs one.
        asked: or the rooms somebody asks for who has not booked.
    """
    mine = set(session.scalars(select(StayRoom.id).where(StayRoom.booking_id == booking_id))) if booking_id else set()
    if asked:
        numbering = replace(numbering, lodgings=[*numbering.lodgings, *asked])
    asked = asked or [each for each in numbering.lodgings if each.key in mine]
    promised = [each for each in numbering.lodgings if each.is_fixed and each.key not in mine]
    if asked:
        centre = asked[0].stay.arrival
        promised.sort(key=lambda each: abs((each.stay.arrival - centre).days))
    offers: list[Json] = []
    for pin in promised[:_MOST_PROMISES]:
        if pin.room is None or len(offers) == _MOST_OFFERS or not _is_promise(session, pin.key):
            continue
        relaxed = [replace(each, is_fixed=False) if each.key == pin.key else each for each in numbering.lodgings]
        found = colour(relaxed, numbering.rooms, patience=_SHORT_PATIENCE)
        if found is not None and found[pin.key] != pin.room:
            offers.append(
                {
                    "reference": numbering.whose[pin.key],
                    "number": numbering.numbers.get(pin.room, ""),
                    "to": numbering.numbers.get(found[pin.key], ""),
                }
            )
    stay = asked[0].stay if asked else None
    return RoomsPromised(
        room_type_id=numbering.room_type_id,
        arrival=None if stay is None else stay.arrival.isoformat(),
        departure=None if stay is None else stay.departure.isoformat(),
        rooms=max(1, len(asked)),
        free=0,
        references=sorted({numbering.whose[each.key] for each in promised[:_MOST_PROMISES]}),
        moves=offers,
    )


def _is_promise(session: Session, stay_room_id: int) -> bool:
    """Whether it could be moved by asking: a promise can, guests in their room cannot."""
    row = session.execute(
        select(StayRoom.is_pinned, Booking.status).join(Booking).where(StayRoom.id == stay_room_id)
    ).one()
    return bool(row[0]) and row[1] is not BookingStatus.ARRIVED


def _last_night(session: Session, booking_id: int | None) -> date | None:
    if booking_id is None:
        return None
    last: date | None = session.scalar(
        select(func.max(func.upper(StayRoom.stay))).where(StayRoom.booking_id == booking_id)
    )
    return last


def _rooms(session: Session, room_type_id: int, today: date) -> list[NumberedRoom]:
    closed: dict[int, list[StayDates]] = {}
    running = select(Closure.room_id, Closure.nights).where(
        Closure.room_type_id == room_type_id,
        Closure.room_id.is_not(None),
        Closure.lifted_at.is_(None),
        func.upper(Closure.nights) > today,
    )
    for room_id, nights in session.execute(running):
        closed.setdefault(room_id or 0, []).append(StayDates.from_range(nights))
    rooms = select(Room.id).where(Room.room_type_id == room_type_id, Room.retired_at.is_(None)).order_by(Room.number)
    return [NumberedRoom(room_id, tuple(closed.get(room_id, ()))) for room_id in session.scalars(rooms)]


def _locked_numbers(session: Session, room_type_id: int, mine: Collection[int]) -> set[int]:
    """The stays whose number may be changed: who is being changed by somebody else this moment keeps theirs.

    Nobody is waited for, so whoever holds such a row and waits for the room type waits in no circle.
    """
    return set(
        session.scalars(
            select(StayRoom.id)
            .where(
                StayRoom.active,
                or_(
                    StayRoom.id.in_(mine),
                    (StayRoom.room_type_id == room_type_id) & StayRoom.room_id.is_not(None) & ~StayRoom.is_pinned,
                ),
            )
            .order_by(StayRoom.id)
            .with_for_update(key_share=True, skip_locked=True)
        )
    )


def _check_free(session: Session, numbering: Numbering, wanted: Mapping[int, int]) -> None:
    """A room asked for by its number is nobody else's and open."""
    stays = {each.key: each.stay for each in numbering.lodgings}
    rooms = {room.id: room for room in numbering.rooms}
    in_the_way = [
        numbering.whose[other.key]
        for key, room_id in wanted.items()
        for other in numbering.lodgings
        if other.is_fixed and other.key not in wanted and other.room == room_id and other.stay.overlaps(stays[key])
    ]
    if in_the_way:
        raise BookedThere(references=sorted(set(in_the_way)))
    for key, room_id in wanted.items():
        if room_id not in rooms or any(closed.overlaps(stays[key]) for closed in rooms[room_id].closed):
            raise RoomClosed(number=session.scalar(select(Room.number).where(Room.id == room_id)))


def _write(session: Session, numbers: Mapping[int, int], *, extra: Mapping[int, int]) -> None:
    """Who swaps does so in one breath: the guard looks when all have their number."""
    wanted = dict(numbers) | dict(extra)
    if not wanted:
        return
    session.flush()
    session.execute(text("SET CONSTRAINTS room_never_shared DEFERRED"))
    rows = session.scalars(
        select(StayRoom).where(StayRoom.id.in_(wanted)), execution_options={"populate_existing": True}
    ).all()
    for row in rows:
        row.room_id = wanted[row.id]
    session.flush()
    session.execute(text("SET CONSTRAINTS room_never_shared IMMEDIATE"))
