"""Find bookings for the people they belong to."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.bookings.reference import as_reference
from core.errors import BookingNotFound
from models.booking import Booking
from models.states import ACTIVE


def bookings_of_guest(
    session: Session,
    guest_id: int,
    *,
    now: datetime,
    include_past: bool = False,
    made_since: datetime | None = None,
) -> Sequence[Booking]:
    """A guest's bookings, the next one first; without the past only those that are still to come or running.

    `made_since` leaves out older ones: the number may have become somebody else's.
    """
    wanted = select(Booking).where(Booking.guest_id == guest_id).order_by(Booking.starts_at, Booking.id)
    if made_since is not None:
        wanted = wanted.where(Booking.created_at >= made_since)
    if not include_past:
        wanted = wanted.where(Booking.status.in_(ACTIVE), Booking.ends_at > now)
    return session.scalars(wanted, execution_options={"populate_existing": True}).all()


def by_reference(session: Session, account_id: int, reference: str) -> Booking:
    """The booking behind a reference, as people type it; only within the account."""
    code = as_reference(reference)
    booking = code and session.scalar(
        select(Booking).where(Booking.account_id == account_id, Booking.reference == code),
        execution_options={"populate_existing": True},
    )
    if not booking:
        raise BookingNotFound(reference=reference)
    return booking
