"""A message that cannot reach its guest here: by SMS where that may be, else to those who run the place."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from core.messaging.consent import record_choice
from core.messaging.delivery import again, fail, redirect
from core.messaging.outbox import tell_account
from core.messaging.trouble import escalate
from models.account import AppUser, Line, OwnerChat
from models.booking import Booking
from models.guest import Guest, GuestIdentity
from models.messaging import Message
from models.states import Channel, Purpose

# The window is shut, or there is no WhatsApp under that number.
NOT_ON_WHATSAPP: Final = frozenset({"63016", "63024", "63003"}) | {"131047", "131026"}  # Twilio's, then Meta's

# The carrier knows of a STOP; WhatsApp knows that they want no offers.
OPTED_OUT: Final = frozenset({"21610"})
NO_OFFERS: Final = frozenset({"131050"})
WINDOW_SHUT: Final = frozenset({"63016", "131047"})


def not_on_whatsapp(session: Session, message: Message, guest_id: int | None, *, code: str, now: datetime) -> None:
    """WhatsApp would not have it: by an approved template when only the window is shut, else another way."""
    if code in WINDOW_SHUT and message.shown_as != "template":
        again(session, message, by_template=True, now=now)
        return
    another_way(session, message, guest_id, now=now, reason=code)


def has_blocked(session: Session, message: Message, *, now: datetime) -> None:
    """Somebody in charge has thrown our bot out: their chat is no longer theirs, and they are told elsewhere."""
    chat = session.scalar(
        update(OwnerChat)
        .where(OwnerChat.line_id == message.line_id, OwnerChat.address == message.address)
        .where(OwnerChat.unlinked_at.is_(None))
        .values(unlinked_at=now)
        .returning(OwnerChat)
    )
    user_id = None if chat is None else chat.user_id
    other = session.scalar(
        select(OwnerChat)
        .where(OwnerChat.account_id == message.account_id, OwnerChat.user_id == user_id)
        .where(OwnerChat.unlinked_at.is_(None))
        .order_by(OwnerChat.id.desc())
        .limit(1)
    )
    if other is not None:
        redirect(session, message, line_id=other.line_id, channel=other.channel, address=other.address, now=now)
        return
    phone = session.scalar(select(AppUser.phone).where(AppUser.id == user_id))
    sms = _sms_line(session, message.account_id)
    if phone and sms is not None:
        redirect(session, message, line_id=sms.id, channel=Channel.SMS, address=phone, now=now)
        return
    fail(session, message.id, error_code="blocked")


def another_way(session: Session, message: Message, guest_id: int | None, *, now: datetime, reason: str) -> None:
    """By SMS to the same guest; what cannot reach the guest reaches those who run the place."""
    other = None if message.channel is Channel.SMS else _sms_line(session, message.account_id)
    if message.purpose is Purpose.STAFF:
        _to_staff(session, message, other, now=now, reason=reason)
        return
    phone = None if guest_id is None else session.scalar(select(Guest.phone).where(Guest.id == guest_id))
    if other is not None and phone and not _opted_out_there(session, message.account_id, phone):
        redirect(session, message, line_id=other.id, channel=Channel.SMS, address=phone, now=now)
        return
    fail(session, message.id, error_code=reason)
    if message.purpose in {Purpose.BOOKING_FACT, Purpose.CONVERSATION, Purpose.PERSON}:
        tell_people(session, message, now=now)


def _to_staff(session: Session, message: Message, other: Line | None, *, now: datetime, reason: str) -> None:
    """Those in charge have a phone number too: their WhatsApp address is it."""
    if other is None:
        fail(session, message.id, error_code=reason)
        return
    number = message.address.removeprefix("whatsapp:")
    redirect(session, message, line_id=other.id, channel=Channel.SMS, address=number, now=now)


def has_opted_out(session: Session, message: Message, *, now: datetime, offers: bool = False) -> None:
    """The carrier knows of a STOP (or WhatsApp of one to offers) that never came to us."""
    identity = session.scalar(
        select(GuestIdentity).where(
            GuestIdentity.account_id == message.account_id,
            GuestIdentity.channel == message.channel,
            GuestIdentity.address == message.address,
        )
    )
    if identity is not None:
        record_choice(
            session, identity, opted_out=True, offers=offers, wording="told by the carrier", door="carrier", now=now
        )


def tell_people(session: Session, message: Message, *, now: datetime) -> None:
    """Somebody should call this guest."""
    tell_account(
        session,
        account_id=message.account_id,
        reply="owner_could_not_tell",
        facts={"address": message.address, "reference": message.facts.get("reference")},
        now=now,
        key=f"could_not_tell:{message.id}",
    )
    booking = None if message.booking_id is None else session.get(Booking, message.booking_id)
    if booking is not None and message.purpose is Purpose.BOOKING_FACT:
        escalate(session, booking, "delivery", about=str(message.id), now=now)


def _sms_line(session: Session, account_id: int) -> Line | None:
    return session.scalar(
        select(Line).where(Line.account_id == account_id, Line.channel == Channel.SMS).order_by(Line.id).limit(1)
    )


def _opted_out_there(session: Session, account_id: int, phone: str) -> bool:
    found = session.scalar(
        select(GuestIdentity.opted_out_at).where(
            GuestIdentity.account_id == account_id,
            GuestIdentity.channel == Channel.SMS,
            GuestIdentity.address == phone,
        )
    )
    return found is not None
