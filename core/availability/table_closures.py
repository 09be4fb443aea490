"""The house takes tables or whole days off sale and puts them back; nobody who has booked loses a table."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from core.availability.turns import lock_area_days
from core.errors import AlreadySo, BookedThere
from models.booking import Booking
from models.inventory import AreaDay, TableTurn
from models.owners import TableClosure
from models.property import DiningArea, DiningTable
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


def is_closed(session: Session, property_id: int, day: date) -> bool:
    """Whether every area of a restaurant is closed that day."""
    closed = session.scalars(
        select(AreaDay.closed)
        .join(DiningArea, DiningArea.id == AreaDay.dining_area_id)
        .where(DiningArea.property_id == property_id, AreaDay.service_day == day)
    ).all()
    return bool(closed) and all(closed)
