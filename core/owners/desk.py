"""Bookings taken at the desk or on the phone."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.bookings.confirm import confirm
from core.bookings.hold import place_hold
from models.booking import Booking
from models.guest import Guest
from models.rates import Quote
from models.states import ActorKind, Channel


def guest_at_desk(session: Session, account_id: int, *, name: str | None, phone: str | None, now: datetime) -> Guest:
    """The guest with that number, else a new one."""
    known = phone and session.scalar(
        select(Guest).where(Guest.account_id == account_id, Guest.phone == phone).order_by(Guest.id).limit(1)
    )
    if known:
        known.name = known.name or name
        return known
    guest = Guest(account_id=account_id, name=name, phone=phone, language="en", created_at=now)
    session.add(guest)
    session.flush()
    return guest


def book_at_desk(
    session: Session, quote: Quote, guest: Guest, *, door: str, actor_id: int, now: datetime, wishes: str | None = None
) -> Booking:
    """Take it and agree on it in one step: no deposit is asked for, what is owed stands on the folio."""
    held = place_hold(
        session,
        quote_id=quote.id,
        guest_id=guest.id,
        conversation_id=None,
        channel=Channel.DASHBOARD,
        door=door,
        now=now,
        actor=ActorKind.STAFF,
        actor_id=actor_id,
        wishes=wishes,
    )
    return confirm(session, held.id, actor=ActorKind.STAFF, actor_id=actor_id, door=door, now=now)
