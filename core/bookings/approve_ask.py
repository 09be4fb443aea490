"""A house that says yes first is asked: a card with its three answers, and once more at half time."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from core.bookings.events import record
from core.bookings.facts import booking_facts
from core.messaging.outbox import tell_owners
from models.base import Json
from models.booking import Booking, BookingEvent
from models.states import ActorKind, BookingStatus

_ANSWERS: Final = ("approve", "decline", "propose")
_REMINDED: Final = "approval_reminded"


def ask_house(session: Session, booking: Booking, *, now: datetime) -> None:
    """May they come? Everybody who runs the place is asked at once."""
    _card(session, booking, "owner_approval_wanted", now=now)


def remind_house(session: Session, *, now: datetime) -> int:
    """Requests nobody has answered in half of their time; each is brought up once."""
    reminded = exists().where(BookingEvent.booking_id == Booking.id, BookingEvent.kind == _REMINDED)
    waiting = session.scalars(
        select(Booking)
        .where(
            Booking.status == BookingStatus.PENDING_APPROVAL,
            Booking.hold_expires_at > now,
            ~reminded,
        )
        .order_by(Booking.id)
        .with_for_update(skip_locked=True, key_share=True)
    ).all()
    due = [booking for booking in waiting if _half_over(booking, now)]
    for booking in due:
        record(session, booking, _REMINDED, actor=ActorKind.SYSTEM, door="sweep", now=now)
        _card(session, booking, "owner_approval_reminder", now=now)
    return len(due)


def _half_over(booking: Booking, now: datetime) -> bool:
    return booking.hold_expires_at is not None and booking.hold_expires_at - now <= now - booking.changed_at


def _card(session: Session, booking: Booking, reply: str, *, now: datetime) -> None:
    tell_owners(
        session,
        property_id=booking.property_id,
        reply=reply,
        facts=booking_facts(session, booking),
        now=now,
        options=[_answer(each, booking.reference) for each in _ANSWERS],
        booking_id=booking.id,
        key=f"{reply}:{booking.id}",
    )


def _answer(kind: str, reference: str) -> Json:
    return {"id": f"do:{kind}:{reference}", "title": f"option_owner_{kind}", "description": "", "value": {}}
