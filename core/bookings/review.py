"""How it was: one to five, kept once for each booking, and a bad one is put before the house."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from core.bookings.tell import tell_house
from models.booking import Booking
from models.guest import Review

LOW: Final = 2


def review(session: Session, booking: Booking, *, stars: int, now: datetime) -> bool:
    """Keep the answer; False when they had answered before. The house hears of a low one at once."""
    kept = session.scalar(
        insert(Review)
        .values(
            account_id=booking.account_id,
            property_id=booking.property_id,
            booking_id=booking.id,
            guest_id=booking.guest_id,
            stars=stars,
            at=now,
        )
        .on_conflict_do_nothing(index_elements=["booking_id"])
        .returning(Review.id)
    )
    if kept is not None and stars <= LOW:
        tell_house(session, booking, "owner_low_review", now=now, more={"review_stars": stars})
    return kept is not None
