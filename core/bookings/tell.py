"""Facts about a booking go out as rows that commit with it, each said once."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.bookings.facts import booking_facts
from core.messaging.handoff import advertisement_in
from core.messaging.outbox import say_to_guest, tell_owners
from core.prepared import Prepared, given
from models.base import Json
from models.booking import Booking
from models.conversation import Conversation
from models.states import Purpose

_REFERRAL: Final = Prepared(select(Conversation.referral).where(Conversation.id == given("conversation_id")))


def tell_both(session: Session, booking: Booking, reply: str, card: str, *, now: datetime) -> None:
    """Say it to the guest and put the card before the house, from one look at the booking."""
    facts = booking_facts(session, booking)
    tell_guest(session, booking, reply, now=now, facts=facts)
    tell_house(session, booking, card, now=now, facts=facts | {"ad": _advertisement(session, booking)})


def tell_guest(
    session: Session,
    booking: Booking,
    reply: str,
    *,
    now: datetime,
    about: str = "",
    more: Json | None = None,
    facts: Json | None = None,
) -> None:
    """Say it to the guest where they booked, if they booked in a conversation.

    Args:
        session: the door's transaction.
        booking: what it is about.
        reply: the name of the reply.
        now: the instant.
        about: tells apart what may be said of one booking several times, such as a payment's id.
        more: facts beyond the booking's own.
        facts: the booking's own, where they were read already.
    """
    if booking.conversation_id is not None:
        say_to_guest(
            session,
            conversation_id=booking.conversation_id,
            reply=reply,
            facts=(facts or booking_facts(session, booking)) | (more or {}),
            now=now,
            purpose=Purpose.BOOKING_FACT,
            booking_id=booking.id,
            key=_key(reply, booking, about),
        )


def tell_house(
    session: Session,
    booking: Booking,
    reply: str,
    *,
    now: datetime,
    about: str = "",
    more: Json | None = None,
    facts: Json | None = None,
) -> None:
    """Put a card before everybody who runs the property from a chat."""
    tell_owners(
        session,
        property_id=booking.property_id,
        account_id=booking.account_id,
        reply=reply,
        facts=(facts or booking_facts(session, booking)) | (more or {}),
        now=now,
        booking_id=booking.id,
        key=_key(reply, booking, about),
    )


def _advertisement(session: Session, booking: Booking) -> str | None:
    talk = _REFERRAL.run(session, conversation_id=booking.conversation_id).fetchone()
    return None if talk is None else advertisement_in(talk[0])


def _key(reply: str, booking: Booking, about: str) -> str:
    return ":".join(part for part in (reply, str(booking.id), about) if part)
