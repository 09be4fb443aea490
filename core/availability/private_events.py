"""Private events: an area of the restaurant, or all of it, kept for one named party from one hour to another."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import or_, select
from sqlalchemy.dialects.postgresql import Range
from sqlalchemy.orm import Session

from core.availability.turns import ends_of, lock_area_days
from core.errors import AlreadySo, BookedThere
from models.booking import Booking
from models.dates import business_date
from models.inventory import PrivateEvent, TableTurn
from models.property import DiningArea, DiningTable, Property
from models.states import ACTIVE


def keep_for_event(
    session: Session, house: Property, *, area_id: int | None, name: str, during: Range[datetime], now: datetime
) -> PrivateEvent:
    """Nobody else is given a table there then; refused while somebody has one.

    Raises:
        BookedThere: with the references of those who have a table there at that time.
        AlreadySo: the place is kept for an event already.
    """
    starts_at, ends_at = ends_of(during)
    first, last = (
        business_date(moment, time_zone=house.time_zone, day_starts=house.day_starts_at)
        for moment in (starts_at, ends_at)
    )
    lock_area_days(session, house.id, first, last)
    if events_at(session, house.id, during, area_id=area_id):
        raise AlreadySo
    in_the_way = in_the_way_of(session, house.id, during, area_id=area_id)
    if in_the_way:
        raise BookedThere(references=[booking.reference for booking in in_the_way])
    event = PrivateEvent(
        property_id=house.id, dining_area_id=area_id, name=name[:200], during=during, created_at=now, lifted_at=None
    )
    session.add(event)
    session.flush()
    return event


def lift_event(session: Session, event_id: int, *, now: datetime) -> PrivateEvent:
    """The event is off: its tables are on offer again."""
    event = session.get_one(PrivateEvent, event_id, with_for_update=True, populate_existing=True)
    if event.lifted_at is not None:
        raise AlreadySo
    event.lifted_at = now
    session.flush()
    return event


def bring_back_event(session: Session, house: Property, event_id: int, *, now: datetime) -> PrivateEvent:
    """It takes place after all, if nobody has booked a table there since."""
    event = session.get_one(PrivateEvent, event_id)
    return keep_for_event(session, house, area_id=event.dining_area_id, name=event.name, during=event.during, now=now)


def events_at(
    session: Session, property_id: int, during: Range[datetime], *, area_id: int | None = None
) -> Sequence[PrivateEvent]:
    """The events of the house at any part of that time; with an area, those that take it."""
    wanted = select(PrivateEvent).where(
        PrivateEvent.property_id == property_id,
        PrivateEvent.lifted_at.is_(None),
        PrivateEvent.during.overlaps(during),
    )
    if area_id is not None:
        wanted = wanted.where(or_(PrivateEvent.dining_area_id.is_(None), PrivateEvent.dining_area_id == area_id))
    return session.scalars(wanted.order_by(PrivateEvent.id)).all()


def in_the_way_of(
    session: Session, property_id: int, during: Range[datetime], *, area_id: int | None
) -> Sequence[Booking]:
    """Who has a table there at any part of that time."""
    tables = (
        select(DiningTable.id)
        .join(DiningArea, DiningArea.id == DiningTable.dining_area_id)
        .where(DiningArea.property_id == property_id)
    )
    if area_id is not None:
        tables = tables.where(DiningArea.id == area_id)
    return session.scalars(
        select(Booking)
        .join(TableTurn, TableTurn.booking_id == Booking.id)
        .where(
            TableTurn.active,
            TableTurn.dining_table_id.in_(tables),
            TableTurn.during.overlaps(during),
            Booking.status.in_(ACTIVE),
        )
        .distinct()
        .order_by(Booking.starts_at, Booking.id)
    ).all()
