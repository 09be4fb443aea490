"""Rooms get their numbers a few days before the guests come, so that housekeeping knows; promised ones stay."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from core.availability.rooms import settle
from models.booking import Booking
from models.dates import business_date
from models.inventory import StayRoom
from models.property import Property, RoomType
from models.states import BookingStatus

DAYS_AHEAD: Final = timedelta(days=3)
# The widest a house's business day can be from the day in UTC.
_A_DAY: Final = timedelta(days=1)


def types_waiting(session: Session, *, now: datetime) -> list[int]:
    """Room types of which a stay soon to come has no number yet."""
    soon = now.date() + DAYS_AHEAD + _A_DAY
    waiting = (
        select(StayRoom.room_type_id)
        .join(Booking, Booking.id == StayRoom.booking_id)
        .where(
            StayRoom.active,
            StayRoom.room_id.is_(None),
            func.lower(StayRoom.stay) <= soon,
            func.upper(StayRoom.stay) > now.date() - _A_DAY,
            Booking.status == BookingStatus.CONFIRMED,
        )
    )
    return list(session.scalars(waiting.distinct().order_by(StayRoom.room_type_id)))


def give_numbers(session: Session, room_type_id: int, *, now: datetime) -> int:
    """Numbers for the agreed stays of this type that come within the next days; returns how many were given.

    Who has a number keeps it when it can be. Another worker who is at the same type is left to it.
    """
    free = session.scalar(
        select(RoomType.id).where(RoomType.id == room_type_id).with_for_update(skip_locked=True, key_share=True)
    )
    if free is None:
        return 0
    house = session.scalars(select(Property).join(RoomType).where(RoomType.id == room_type_id)).one()
    today = business_date(now, time_zone=house.time_zone, day_starts=house.day_starts_at)
    waiting = session.scalars(
        _waiting(room_type_id).where(func.lower(StayRoom.stay) <= today + DAYS_AHEAD, func.upper(StayRoom.stay) > today)
    ).all()
    if not waiting:
        return 0
    return len(settle(session, room_type_id, now=now, give=waiting))


def _waiting(room_type_id: int) -> Select[int]:
    return (
        select(StayRoom.id)
        .join(Booking, Booking.id == StayRoom.booking_id)
        .where(
            StayRoom.active,
            StayRoom.room_id.is_(None),
            StayRoom.room_type_id == room_type_id,
            Booking.status == BookingStatus.CONFIRMED,
        )
        .order_by(StayRoom.id)
        .with_for_update(of=StayRoom, key_share=True, skip_locked=True)
    )
