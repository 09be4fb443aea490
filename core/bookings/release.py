"""The guest changes their mind: what was held is free again."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from core.bookings.events import record
from core.bookings.let_go import let_go
from core.bookings.move import move, why_not
from models.booking import Booking
from models.states import ActorKind, BookingStatus


def release_hold(
    session: Session, booking_id: int, *, actor: ActorKind, door: str, now: datetime, actor_id: int | None = None
) -> Booking:
    """Give a hold back before its time is up."""
    booking = end_released(session, booking_id, actor=actor, door=door, now=now, actor_id=actor_id)
    if booking is None:
        raise why_not(session, booking_id, BookingStatus.RELEASED, now=now)
    let_go(session, [booking], was="held", now=now)
    return booking


def end_released(
    session: Session, booking_id: int, *, actor: ActorKind, door: str, now: datetime, actor_id: int | None = None
) -> Booking | None:
    """Mark a hold as released; what it held is given back by the caller. None when it is no hold any more."""
    booking = move(session, booking_id, BookingStatus.RELEASED, now=now)
    if booking is not None:
        record(session, booking, "released", actor=actor, actor_id=actor_id, door=door, now=now)
    return booking
