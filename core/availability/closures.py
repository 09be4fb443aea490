"""The house takes rooms, tables or whole days off sale and puts them back; nobody who has booked loses a place.

Nights are locked as a guest's hold locks them, so of an owner who closes the last room and a guest who takes it, one
wins and the other is told.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import func, select, update
from sqlalchemy.dialects.postgresql import Range
from sqlalchemy.orm import Session

from core.availability.turns import lock_area_days
from core.errors import AlreadySo, BookedThere, NightsNotOnSale
from models.booking import Booking
from models.dates import StayDates
from models.inventory import AreaDay, Closure, NightInventory, StayRoom, TableTurn
from models.owners import TableClosure
from models.property import DiningTable, Room
from models.states import ACTIVE


@dataclass(frozen=True, slots=True)
class Days:
    """Service days, both ends included."""

    first: date
    last: date

    @property
    def length(self) -> int:
        """How many."""
        return (self.last - self.first).days + 1


# ------------------------------------------------------------------------------------------------------ rooms


def close_rooms(
    session: Session,
    *,
    property_id: int,
    room_type_id: int,
    nights: StayDates,
    rooms: int = 1,
    room_id: int | None = None,
    reason: str,
    now: datetime,
) -> Closure:
    """Take so many rooms of a type (or one by its number) off sale, if every booking keeps a room."""
    rows = _locked(session, [room_type_id], nights)
    if len(rows) < nights.length:
        raise NightsNotOnSale(arrival=nights.arrival.isoformat(), departure=nights.departure.isoformat())
    if room_id is not None and _closed_already(session, room_id, nights):
        raise AlreadySo
    in_the_way = [] if room_id is None else in_room(session, room_id, nights)
    if in_the_way or any(row.sellable - row.held - row.sold < rooms for row in rows):
        raise BookedThere(
            references=[row.reference for row in in_the_way or bookings_on(session, [room_type_id], nights)]
        )
    for row in rows:
        row.sellable -= rooms
    closure = Closure(
        property_id=property_id,
        room_type_id=room_type_id,
        room_id=room_id,
        nights=nights.as_range(),
        rooms=rooms,
        reason=reason[:200],
        created_at=now,
        lifted_at=None,
    )
    session.add(closure)
    session.flush()
    return closure


def open_rooms(session: Session, closure_id: int, *, now: datetime, nights: StayDates | None = None) -> Sequence[int]:
    """Put closed rooms on sale again, all their nights or only some; returns the closures of what stays closed."""
    closure = session.get_one(Closure, closure_id, with_for_update=True, populate_existing=True)
    whole = StayDates.from_range(closure.nights)
    part = whole if nights is None else _overlap(whole, nights)
    if closure.lifted_at is not None or part is None:
        raise AlreadySo
    for row in _locked(session, [closure.room_type_id], part):
        row.sellable += closure.rooms
    closure.lifted_at = now
    left = [
        Closure(
            property_id=closure.property_id,
            room_type_id=closure.room_type_id,
            room_id=closure.room_id,
            nights=Range(first, last, bounds="[)"),
            rooms=closure.rooms,
            reason=closure.reason,
            created_at=now,
            lifted_at=None,
        )
        for first, last in ((whole.arrival, part.arrival), (part.departure, whole.departure))
        if last > first
    ]
    session.add_all(left)
    session.flush()
    return [row.id for row in left]


def closures_on(
    session: Session, nights: StayDates, *, room_type_ids: Collection[int] = (), room_ids: Collection[int] = ()
) -> Sequence[Closure]:
    """What is closed there during any of these nights."""
    wanted = select(Closure).where(Closure.lifted_at.is_(None), Closure.nights.overlaps(nights.as_range()))
    wanted = (
        wanted.where(Closure.room_id.in_(room_ids))
        if room_ids
        else wanted.where(Closure.room_type_id.in_(room_type_ids))
    )
    return session.scalars(wanted.order_by(Closure.id)).all()


def stop_sale(
    session: Session, room_type_ids: Collection[int], nights: StayDates, *, stop: bool
) -> list[tuple[int, date]]:
    """Sell no more rooms of these types on these nights (or sell again); what is booked stays. Returns what changed."""
    changed = [row for row in _locked(session, room_type_ids, nights) if row.stop_sell is not stop]
    if not changed:
        raise AlreadySo
    for row in changed:
        row.stop_sell = stop
    session.flush()
    return [(row.room_type_id, row.night) for row in changed]


def set_stop(session: Session, nights: Collection[tuple[int, date]], *, stop: bool) -> None:
    """Exactly these nights, as they were before."""
    for room_type_id, night in sorted(nights):
        session.execute(
            update(NightInventory)
            .where(NightInventory.room_type_id == room_type_id, NightInventory.night == night)
            .values(stop_sell=stop)
        )


def bookings_on(session: Session, room_type_ids: Collection[int], nights: StayDates) -> Sequence[Booking]:
    """Who has a room of these types on any of these nights."""
    return session.scalars(
        select(Booking)
        .join(StayRoom, StayRoom.booking_id == Booking.id)
        .where(
            StayRoom.active,
            StayRoom.room_type_id.in_(room_type_ids),
            StayRoom.stay.overlaps(nights.as_range()),
            Booking.status.in_(ACTIVE),
        )
        .distinct()
        .order_by(Booking.first_day, Booking.id)
    ).all()


def in_room(session: Session, room_id: int, nights: StayDates) -> Sequence[Booking]:
    """Who has been given this very room on any of these nights."""
    return session.scalars(
        select(Booking)
        .join(StayRoom, StayRoom.booking_id == Booking.id)
        .where(StayRoom.active, StayRoom.room_id == room_id, StayRoom.stay.overlaps(nights.as_range()))
        .order_by(Booking.first_day, Booking.id)
    ).all()


def free_room(session: Session, room_type_id: int, nights: StayDates, *, besides: Collection[int] = ()) -> Room | None:
    """A room nobody has on these nights: of several the one needed again soonest, so that long gaps stay whole."""
    span = nights.as_range()
    taken = select(StayRoom.room_id).where(StayRoom.active, StayRoom.room_id.is_not(None), StayRoom.stay.overlaps(span))
    closed = select(Closure.room_id).where(
        Closure.lifted_at.is_(None), Closure.room_id.is_not(None), Closure.nights.overlaps(span)
    )
    next_closure = (
        select(func.min(func.lower(Closure.nights)))
        .where(Closure.room_id == Room.id, Closure.lifted_at.is_(None), func.lower(Closure.nights) >= nights.departure)
        .correlate(Room)
        .scalar_subquery()
    )
    return session.scalar(
        select(Room)
        .where(
            Room.room_type_id == room_type_id, Room.id.not_in(taken), Room.id.not_in(closed), Room.id.not_in(besides)
        )
        .order_by(next_closure.asc().nulls_last(), Room.number)
        .limit(1)
        .with_for_update()
    )


def _locked(session: Session, room_type_ids: Collection[int], nights: StayDates) -> Sequence[NightInventory]:
    """The rows of these nights, locked type by type, earliest first, as they are now."""
    return session.scalars(
        select(NightInventory)
        .where(
            NightInventory.room_type_id.in_(room_type_ids),
            NightInventory.night >= nights.arrival,
            NightInventory.night < nights.departure,
        )
        .order_by(NightInventory.room_type_id, NightInventory.night)
        .with_for_update(key_share=True),
        execution_options={"populate_existing": True},
    ).all()


def _closed_already(session: Session, room_id: int, nights: StayDates) -> bool:
    return bool(closures_on(session, nights, room_ids=[room_id]))


def _overlap(one: StayDates, other: StayDates) -> StayDates | None:
    first, last = max(one.arrival, other.arrival), min(one.departure, other.departure)
    return StayDates(first, last) if first < last else None


# ----------------------------------------------------------------------------------------------------- tables


def close_table(
    session: Session, *, property_id: int, table_id: int, days: Days, reason: str, now: datetime
) -> TableClosure:
    """Take one table off sale, if nobody has it then."""
    lock_area_days(session, property_id, days.first, days.last + timedelta(days=1))
    if table_closures(session, [table_id], days):
        raise AlreadySo
    in_the_way = at_tables(session, [table_id], days)
    if in_the_way:
        raise BookedThere(references=[booking.reference for booking in in_the_way])
    closure = TableClosure(
        property_id=property_id,
        dining_table_id=table_id,
        first_day=days.first,
        last_day=days.last,
        reason=reason[:200],
        created_at=now,
        lifted_at=None,
    )
    session.add(closure)
    session.flush()
    return closure


def open_table(session: Session, closure_id: int, *, now: datetime) -> None:
    """Put a table back."""
    closure = session.get_one(TableClosure, closure_id, with_for_update=True, populate_existing=True)
    if closure.lifted_at is not None:
        raise AlreadySo
    closure.lifted_at = now


def table_closures(session: Session, table_ids: Collection[int], days: Days) -> Sequence[TableClosure]:
    """Which of these tables are closed on any of these days."""
    return session.scalars(
        select(TableClosure)
        .where(
            TableClosure.dining_table_id.in_(table_ids),
            TableClosure.lifted_at.is_(None),
            TableClosure.first_day <= days.last,
            TableClosure.last_day >= days.first,
        )
        .order_by(TableClosure.id)
    ).all()


def close_areas(
    session: Session, property_id: int, area_ids: Collection[int], days: Days, *, close: bool
) -> list[tuple[int, date]]:
    """Serve no more in these areas on these days (or serve again); who has booked keeps the table."""
    lock_area_days(session, property_id, days.first, days.last)
    rows = session.scalars(
        select(AreaDay)
        .where(AreaDay.dining_area_id.in_(area_ids), AreaDay.service_day.between(days.first, days.last))
        .order_by(AreaDay.dining_area_id, AreaDay.service_day),
        execution_options={"populate_existing": True},
    ).all()
    changed = [row for row in rows if row.closed is not close]
    if not changed:
        raise AlreadySo
    for row in changed:
        row.closed = close
    session.flush()
    return [(row.dining_area_id, row.service_day) for row in changed]


def set_closed(session: Session, area_days: Collection[tuple[int, date]], *, closed: bool) -> None:
    """Exactly these area-days, as they were before."""
    for area_id, day in sorted(area_days):
        session.execute(
            update(AreaDay).where(AreaDay.dining_area_id == area_id, AreaDay.service_day == day).values(closed=closed)
        )


def at_tables(session: Session, table_ids: Collection[int], days: Days) -> Sequence[Booking]:
    """Who has one of these tables on any of these service days."""
    return session.scalars(
        select(Booking)
        .join(TableTurn, TableTurn.booking_id == Booking.id)
        .where(
            TableTurn.active,
            TableTurn.dining_table_id.in_(table_ids),
            Booking.first_day.between(days.first, days.last),
            Booking.status.in_(ACTIVE),
        )
        .distinct()
        .order_by(Booking.starts_at, Booking.id)
    ).all()


def in_areas(session: Session, area_ids: Collection[int], days: Days) -> Sequence[Booking]:
    """Who has a table in these areas on any of these days."""
    tables = select(DiningTable.id).where(DiningTable.dining_area_id.in_(area_ids))
    return at_tables(session, session.scalars(tables).all(), days)
