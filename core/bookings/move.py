"""A booking changes its status by one conditional UPDATE: of two who try, one wins and the other is told so."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import ColumnElement, select, update
from sqlalchemy.orm import Session

from core.errors import BookingNotFound, HoldLapsed, MoveNotAllowed
from models.booking import Booking
from models.states import BOOKING_MOVES, HOLDING, BookingStatus


def move(
    session: Session,
    booking_id: int,
    to: BookingStatus,
    *,
    now: datetime,
    only_from: Collection[BookingStatus] = tuple(BookingStatus),
    given: ColumnElement[bool] | None = None,
) -> Booking | None:
    """Move a booking to a status, if its present one allows it; None when it does not (any more).

    Args:
        session: the door's transaction; the booking's row stays locked until its end.
        booking_id: which booking.
        to: the new status; the moves are those of models/states.py.
        now: the instant.
        only_from: fewer starting points than the table of moves allows.
        given: what else must be true of the row.
    """
    allowed = [status for status in only_from if to in BOOKING_MOVES[status]]
    moving = update(Booking).where(Booking.id == booking_id, Booking.status.in_(allowed))
    if given is not None:
        moving = moving.where(given)
    return session.scalar(
        moving.values(status=to, changed_at=now).returning(Booking),
        execution_options={"populate_existing": True, "synchronize_session": False},
    )


def lock(session: Session, booking_id: int) -> Booking:
    """The booking as it is now, kept still until the transaction ends."""
    booking = session.scalar(
        select(Booking).where(Booking.id == booking_id).with_for_update(key_share=True),
        execution_options={"populate_existing": True},
    )
    if booking is None:
        raise BookingNotFound(booking_id=booking_id)
    return booking


def why_not(session: Session, booking_id: int, to: BookingStatus, *, now: datetime) -> Exception:
    """Why a booking did not move."""
    booking = lock(session, booking_id)
    if booking.status is BookingStatus.EXPIRED or (
        booking.status in HOLDING and booking.hold_expires_at is not None and booking.hold_expires_at <= now
    ):
        return HoldLapsed(reference=booking.reference)
    return MoveNotAllowed(reference=booking.reference, status=booking.status.value, to=to.value)
