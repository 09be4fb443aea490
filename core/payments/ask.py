"""Ask a guest for money: our own address at once, the gateway's page behind it a moment later."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, Literal

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from core.bookings.events import record
from core.bookings.facts import booking_facts
from core.bookings.move import lock
from core.errors import HoldLapsed, LinkNotFound, NothingToPay
from core.messaging.wake import WAKE_PAYMENTS, wake
from core.payments.folio import due_now, folio_of
from core.payments.links import close_links, live_link
from core.pricing.deposit import is_payable
from models.account import Account
from models.base import Json
from models.booking import Booking
from models.conversation import Conversation
from models.folio import Payment, PaymentLink
from models.guest import Guest
from models.money import Money
from models.states import HOLDING, ActorKind, BookingStatus, LinkState, PaymentState

# Opening the page this late in a hold's life gives the guest time to finish, once.
LAST_MINUTES: Final = timedelta(minutes=5)
PROLONGED: Final = timedelta(minutes=10)
# A gateway's link cannot end sooner than fifteen minutes after it is made; a minute for the way there.
SOONEST_END: Final = timedelta(minutes=16)
_BALANCE_WITHIN: Final = timedelta(days=7)

type PageState = Literal["open", "soon", "paid", "lapsed", "closed", "failed", "desk"]


@dataclass(frozen=True, slots=True)
class PayPage:
    """What somebody who opens a pay link should see; `token` is the newest one of the booking."""

    state: PageState
    token: str
    short_url: str | None
    amount: Money
    facts: Json
    language: str = "en"
    hold_until: datetime | None = None


def ask_for_payment(session: Session, booking_id: int, *, now: datetime, amount: Money | None = None) -> PaymentLink:
    """The one way to pay what is due now, or so much of it; asked again it is the same, unless the sum has changed."""
    booking = lock(session, booking_id)
    if has_lapsed(booking, now):
        raise HoldLapsed(reference=booking.reference)
    due = due_now(booking, folio_of(session, booking.id))
    if amount is not None:
        due = min(due, amount)
    if not is_payable(due):
        raise NothingToPay(reference=booking.reference)
    link = live_link(session, booking.id)
    if link is not None and link.amount_paise == due and link.expires_at > now:
        return link
    if link is not None:
        close_links(session, [booking.id], now=now)
    attempt = 1 + (session.scalar(select(func.count()).where(PaymentLink.booking_id == booking.id)) or 0)
    fresh = PaymentLink(
        account_id=booking.account_id,
        booking_id=booking.id,
        token=secrets.token_urlsafe(16),
        reference=f"{booking.reference}-{attempt}",
        amount_paise=due,
        state=LinkState.WANTED,
        expires_at=_ends(booking, now),
        attempts=0,
        next_attempt_at=now,
        created_at=now,
    )
    session.add(fresh)
    session.flush()
    wake(session, WAKE_PAYMENTS)
    return fresh


def open_page(session: Session, token: str, *, now: datetime) -> PayPage:
    """Somebody opens the pay link: on to the gateway, or an honest word why not."""
    link = session.scalar(select(PaymentLink).where(PaymentLink.token == token))
    if link is None:
        raise LinkNotFound
    booking = lock(session, link.booking_id)
    session.refresh(link)
    state = _state(session, booking, link, now)
    if state == "closed" and is_payable(due_now(booking, folio_of(session, booking.id))):
        # The link ended before the booking did: another takes its place, and nothing is charged twice.
        link = ask_for_payment(session, booking.id, now=now)
        state = _state(session, booking, link, now)
    if state in {"open", "soon"}:
        _prolong(session, booking, now)
    language = session.scalars(
        select(func.coalesce(Conversation.language, Guest.language))
        .select_from(Guest)
        .outerjoin(Conversation, Conversation.id == booking.conversation_id)
        .where(Guest.id == booking.guest_id)
    ).one()
    facts = booking_facts(session, booking)
    until = booking.hold_expires_at if booking.status in HOLDING else None
    return PayPage(state, link.token, link.short_url, link.amount_paise, facts, language, until)


def _state(session: Session, booking: Booking, link: PaymentLink, now: datetime) -> PageState:
    if link.state is LinkState.PAID or is_paid(session, link):
        return "paid"
    if booking.status is BookingStatus.EXPIRED or has_lapsed(booking, now):
        return "lapsed"
    match link.state:
        case LinkState.OPEN:
            return "open"
        case LinkState.WANTED | LinkState.OPENING:
            return "soon" if takes_online(session, booking.account_id) else "desk"
        case LinkState.FAILED:
            return "failed"
    folio = folio_of(session, booking.id)
    return "paid" if folio.payments and not is_payable(due_now(booking, folio)) else "closed"


def takes_online(session: Session, account_id: int) -> bool:
    """Whether a gateway is connected at all."""
    return session.scalars(select(Account.takes_online).where(Account.id == account_id)).one()


def is_paid(session: Session, link: PaymentLink) -> bool:
    """Whether all that it asked for has come in, by the link itself or by an order for the same sum."""
    paid = select(Payment.id).where(
        Payment.payment_link_id == link.id, Payment.state == PaymentState.CAPTURED, Payment.flag.is_(None)
    )
    return session.scalar(paid.limit(1)) is not None


def _prolong(session: Session, booking: Booking, now: datetime) -> None:
    """Once, so that a hold cannot be kept for ever by looking at it."""
    ends = booking.hold_expires_at
    if booking.status is not BookingStatus.HELD or ends is None or booking.hold_prolonged or ends - now > LAST_MINUTES:
        return
    booking.hold_expires_at = now + PROLONGED
    booking.hold_prolonged = True
    booking.changed_at = now
    session.flush()
    facts = {"hold_until": booking.hold_expires_at.isoformat()}
    record(session, booking, "hold_prolonged", actor=ActorKind.GUEST, door="pay_page", now=now, facts=facts)


def has_lapsed(booking: Booking, now: datetime) -> bool:
    """Whether the time to pay is over, swept or not."""
    return booking.status in HOLDING and booking.hold_expires_at is not None and booking.hold_expires_at <= now


def _ends(booking: Booking, now: datetime) -> datetime:
    """When the gateway shall close it if we do not: a little after the hold, which may be prolonged once."""
    if booking.status in HOLDING and booking.hold_expires_at is not None:
        return max(booking.hold_expires_at + PROLONGED, now + SOONEST_END)
    return max(now + SOONEST_END, min(booking.starts_at, now + _BALANCE_WITHIN))
