"""Find a booking the way people at the desk do: by reference, room, table, phone number or a part of the name."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from models.booking import Booking
from models.guest import Guest
from models.inventory import StayRoom, TableTurn
from models.states import ACTIVE, BookingStatus

_LOOK_BACK = timedelta(days=30)


def find_bookings(
    session: Session,
    property_ids: Collection[int],
    *,
    today: date,
    reference: str | None = None,
    phone: str | None = None,
    name: str | None = None,
    room_ids: Collection[int] = (),
    table_ids: Collection[int] = (),
    day: date | None = None,
    statuses: Collection[BookingStatus] = (),
    limit: int = 9,
) -> Sequence[Booking]:
    """Bookings of these houses that fit all that is known, those nearest today first."""
    wanted = select(Booking).join(Guest, Guest.id == Booking.guest_id).where(Booking.property_id.in_(property_ids))
    if reference is not None:
        return session.scalars(wanted.where(Booking.reference == reference)).all()
    if phone is not None:
        wanted = wanted.where(func.right(Guest.phone, 10) == phone[-10:])
    for word in (name or "").split():
        wanted = wanted.where(Guest.name.icontains(word, autoescape=True))
    if room_ids:
        still = func.upper(StayRoom.stay) == Booking.last_day
        rooms = select(StayRoom.booking_id).where(StayRoom.active, StayRoom.room_id.in_(room_ids), still)
        wanted = wanted.where(Booking.id.in_(rooms))
    if table_ids:
        turns = select(TableTurn.booking_id).where(TableTurn.active, TableTurn.dining_table_id.in_(table_ids))
        wanted = wanted.where(Booking.id.in_(turns))
    if day is not None:
        wanted = wanted.where(Booking.first_day <= day, Booking.last_day >= day)
    wanted = (
        wanted.where(Booking.status.in_(statuses)) if statuses else wanted.where(Booking.last_day >= today - _LOOK_BACK)
    )
    nearest = func.abs(Booking.first_day - today)
    return session.scalars(wanted.order_by(Booking.status.not_in(ACTIVE), nearest, Booking.id).limit(limit)).all()


def guests_like(session: Session, account_id: int, *, name: str | None, phone: str | None) -> Sequence[Guest]:
    """Guests of the account by name or number."""
    wanted = select(Guest).where(Guest.account_id == account_id, Guest.erased_at.is_(None))
    if phone is not None:
        wanted = wanted.where(func.right(Guest.phone, 10) == phone[-10:])
    for word in (name or "").split():
        wanted = wanted.where(Guest.name.icontains(word, autoescape=True))
    return session.scalars(wanted.order_by(Guest.id.desc()).limit(9)).all()
