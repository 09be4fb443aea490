"""What a guest asks of the house besides what they booked is kept with the booking."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from core.bookings.events import record
from core.bookings.move import lock
from core.errors import MoveNotAllowed
from models.booking import Booking
from models.states import ACTIVE, ActorKind

_LONGEST = 500


def note_wish(
    session: Session,
    booking_id: int,
    wishes: Sequence[str],
    *,
    actor: ActorKind,
    door: str,
    now: datetime,
    actor_id: int | None = None,
) -> Booking:
    """Write down what is asked for, each thing once."""
    booking = lock(session, booking_id)
    if booking.status not in ACTIVE:
        raise MoveNotAllowed(reference=booking.reference, status=booking.status.value, to="changed")
    known = booking.wishes.split("; ") if booking.wishes else []
    fresh = [each for each in wishes if each not in known]
    if fresh:
        booking.wishes = "; ".join([*known, *fresh])[:_LONGEST]
        booking.changed_at = now
        session.flush()
        facts = {"wishes": fresh}
        record(session, booking, "wish_noted", actor=actor, actor_id=actor_id, door=door, now=now, facts=facts)
    return booking
