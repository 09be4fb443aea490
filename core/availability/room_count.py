"""A house gets a room more or has one less: what can be sold on every night to come follows."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.availability.closures import check_spare
from core.availability.rooms import lock_numbers, settle
from core.errors import AlreadySo, BookedThere
from models.booking import Booking
from models.dates import StayDates, business_date
from models.inventory import Closure, NightInventory, StayRoom
from models.property import Property, Room, RoomType
from models.states import BookingStatus


def add_room(session: Session, room_type_id: int, number: str, *, now: datetime) -> Room:
    """A numbered room more (or again) of a type, on sale from tonight; guests in a room that was one see no change."""
    kind = session.get_one(RoomType, room_type_id)
    today = _today(session, kind.property_id, now)
    _nights_from(session, room_type_id, today)
    lock_numbers(session, [room_type_id], ahead=True)
    room = session.scalar(select(Room).where(Room.property_id == kind.property_id, Room.number == number))
    if room is not None and room.retired_at is None:
        raise AlreadySo
    if room is None:
        room = Room(property_id=kind.property_id, room_type_id=room_type_id, number=number, retired_at=None)
        session.add(room)
    room.room_type_id, room.retired_at = room_type_id, None
    for night in _nights_from(session, room_type_id, today):
        night.sellable += 1
    session.flush()
    return room


def remove_room(session: Session, room_id: int, *, now: datetime) -> Room:
    """A room less from tonight on, if nobody has it and every booking keeps a room; it stays known for its past.

    Raises:
        BookedThere: somebody sleeps in it, was promised it, or the type is sold out on a night to come.
        RoomsPromised: everybody would keep a room only by breaking a promise.
    """
    room = session.get_one(Room, room_id)
    today = _today(session, room.property_id, now)
    _nights_from(session, room.room_type_id, today)
    lock_numbers(session, [room.room_type_id], ahead=True)
    session.refresh(room)
    if room.retired_at is not None:
        raise AlreadySo
    if whose := _needed_by(session, room_id):
        raise BookedThere(references=whose)
    nights = _nights_from(session, room.room_type_id, today)
    closed = _closed_nights(session, room_id, now=now)
    open_nights = [night for night in nights if night.night not in closed]
    check_spare(session, open_nights, 1)
    for night in open_nights:
        night.sellable -= 1
    room.retired_at = now
    session.flush()
    settle(session, room.room_type_id, now=now)
    return room


def _needed_by(session: Session, room_id: int) -> list[str]:
    return list(
        session.scalars(
            select(Booking.reference)
            .join(StayRoom, StayRoom.booking_id == Booking.id)
            .where(
                StayRoom.active,
                StayRoom.room_id == room_id,
                StayRoom.is_pinned | (Booking.status == BookingStatus.ARRIVED),
            )
            .distinct()
            .order_by(Booking.reference)
        )
    )


def _closed_nights(session: Session, room_id: int, *, now: datetime) -> set[date]:
    """The nights it was closed anyway: they were taken off sale then, and the closure ends with the room."""
    closures = session.scalars(
        select(Closure).where(Closure.room_id == room_id, Closure.lifted_at.is_(None)).with_for_update()
    ).all()
    nights = {night for closure in closures for night in StayDates.from_range(closure.nights).nights}
    for closure in closures:
        closure.lifted_at = now
    return nights


def _nights_from(session: Session, room_type_id: int, today: date) -> list[NightInventory]:
    """Every night to come, locked, earliest first."""
    return list(
        session.scalars(
            select(NightInventory)
            .where(NightInventory.room_type_id == room_type_id, NightInventory.night >= today)
            .order_by(NightInventory.night)
            .with_for_update(key_share=True),
            execution_options={"populate_existing": True},
        )
    )


def _today(session: Session, property_id: int, now: datetime) -> date:
    house = session.get_one(Property, property_id)
    return business_date(now, time_zone=house.time_zone, day_starts=house.day_starts_at)
