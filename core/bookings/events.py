"""What happened to a booking, one row each: the feed, the audit page and the owner's chat all read these."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from sqlalchemy import insert
from sqlalchemy.orm import Session

from core.prepared import Prepared, given
from models.base import Json
from models.booking import Booking, BookingEvent
from models.states import ActorKind

_COLUMNS: Final = ("account_id", "booking_id", "kind", "status", "actor", "actor_id", "door", "facts", "at")
_RECORD: Final = Prepared(insert(BookingEvent).values({name: given(name) for name in _COLUMNS}))


def record(
    session: Session,
    booking: Booking,
    kind: str,
    *,
    actor: ActorKind,
    door: str,
    now: datetime,
    actor_id: int | None = None,
    facts: Json | None = None,
) -> None:
    """Write down who did what to a booking, through which door, and where it stands since."""
    record_all(session, [booking], kind, actor=actor, door=door, now=now, actor_id=actor_id, facts=facts)


def record_all(
    session: Session,
    bookings: Sequence[Booking],
    kind: str,
    *,
    actor: ActorKind,
    door: str,
    now: datetime,
    actor_id: int | None = None,
    facts: Json | None = None,
) -> None:
    """The same thing happened to all of them."""
    for booking in bookings:
        _RECORD.run(
            session,
            account_id=booking.account_id,
            booking_id=booking.id,
            kind=kind,
            status=booking.status,
            actor=actor,
            actor_id=actor_id,
            door=door,
            facts=facts or {},
            at=now,
        )
