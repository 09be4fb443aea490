"""Bookings taken at the desk or on the phone, and money taken there."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.bookings.confirm import confirm
from core.bookings.events import record
from core.bookings.hold import place_hold
from core.bookings.move import lock
from core.errors import MoveNotAllowed
from core.payments.folio import add_line
from models.booking import Booking
from models.folio import Payment
from models.guest import Guest
from models.money import Money
from models.rates import Quote
from models.states import SELLING, ActorKind, Channel, FolioKind, PaymentState, Provider


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


def take_money(
    session: Session, booking_id: int, amount: Money, *, how: str, key: str, door: str, actor_id: int, now: datetime
) -> Booking:
    """Cash, card or UPI taken at the desk; `key` makes the same order count once."""
    booking = lock(session, booking_id)
    if booking.status not in SELLING:
        raise MoveNotAllowed(reference=booking.reference, status=booking.status.value, to="paid")
    payment = Payment(
        account_id=booking.account_id,
        booking_id=booking.id,
        provider=Provider.DESK,
        provider_payment_id=key,
        amount_paise=amount,
        currency="INR",
        method=how,
        state=PaymentState.CAPTURED,
        captured_at=now,
        created_at=now,
    )
    session.add(payment)
    session.flush()
    add_line(session, booking.id, FolioKind.PAYMENT, f"desk {how}", amount, now=now, payment_id=payment.id)
    facts = {"amount": amount.paise, "method": how}
    record(session, booking, "paid_at_desk", actor=ActorKind.STAFF, actor_id=actor_id, door=door, now=now, facts=facts)
    return booking
