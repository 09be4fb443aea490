"""A payment takes effect once, whenever and however often it is told, and never for what it is not."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

from sqlalchemy import and_, or_, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from core.bookings.confirm import confirm, confirm_late
from core.bookings.events import record
from core.bookings.move import lock
from core.bookings.tell import tell_guest, tell_house
from core.log import get_logger
from core.messaging.trouble import escalate
from core.payments.ask import ask_for_payment
from core.payments.folio import add_line, folio_of
from core.payments.links import LIVE, close_links, record_paid
from core.payments.refund import refund_payment
from core.ports import GatewayPayment
from core.pricing.deposit import is_payable, still_due
from models.base import Json
from models.booking import Booking
from models.folio import Payment, PaymentLink
from models.money import NOTHING
from models.states import ActorKind, BookingStatus, FolioKind, LinkState, PaymentState, Provider

log = get_logger()

PART: Final = "part"
_TAKEN: Final = frozenset({"captured", "refunded"})


class Outcome(StrEnum):
    """What became of a payment that was told to us."""

    CONFIRMED = "confirmed"
    RETAKEN = "retaken"
    TOWARDS_BALANCE = "towards_balance"
    PART = "part"
    REFUNDED_LATE = "refunded_late"
    REFUNDED_TWICE = "refunded_twice"
    FLAGGED = "flagged"
    FAILED = "failed"
    WAITING = "waiting"
    KNOWN = "known"


@dataclass(frozen=True, slots=True)
class Applied:
    """The outcome, and the booking it is about when there is one."""

    outcome: Outcome
    booking: Booking | None = None


def apply_payment(
    session: Session,
    *,
    account_id: int,
    payment: GatewayPayment,
    now: datetime,
    link_id: str | None = None,
    reference: str | None = None,
    order_id: str | None = None,
    provider: Provider = Provider.RAZORPAY,
) -> Applied:
    """Take in what the gateway says of a payment.

    Args:
        session: the door's transaction.
        account_id: whose gateway account told us; a link of another account is unknown here.
        payment: the payment.
        now: the instant.
        link_id: the gateway's id of the link, which we may not have stored yet.
        reference: our reference of the link, which the gateway repeats.
        order_id: the gateway's id of an order made for the same sum.
        provider: the gateway it came by.
    """
    if payment.amount <= NOTHING:
        log.error("payment_of_nothing", account_id=account_id, payment_id=payment.payment_id)
        return Applied(Outcome.FLAGGED)
    link = _link(session, account_id, link_id, reference, order_id)
    booking = None if link is None else lock(session, link.booking_id)
    if link is not None:
        session.refresh(link, with_for_update=True)
    state, flag = _judge(payment, link)
    stored = _store(session, account_id, payment, link, state, flag, provider=provider, now=now)
    if stored is None:
        return Applied(Outcome.KNOWN, booking)
    if link is None or booking is None:
        log.error("payment_without_link", account_id=account_id, payment_id=payment.payment_id, state=state.value)
        return Applied(Outcome.FLAGGED)
    if state is PaymentState.CAPTURED:
        return Applied(_captured(session, booking, link, stored, by_order=order_id is not None, now=now), booking)
    return Applied(_not_captured(session, booking, link, stored, now=now), booking)


def _captured(
    session: Session, booking: Booking, link: PaymentLink, payment: Payment, *, by_order: bool, now: datetime
) -> Outcome:
    """Money has come in: confirm, re-take, count towards the balance, or send it back."""
    before = folio_of(session, booking.id)
    was = link.state
    door = payment.provider.value
    if by_order:
        # The link asks for the same sum: nobody shall pay it as well.
        close_links(session, [booking.id], now=now)
    elif payment.flag != PART:
        record_paid(session, link.id, now=now)
    add_line(
        session,
        booking.id,
        FolioKind.PAYMENT,
        payment.method or door,
        payment.amount_paise,
        now=now,
        payment_id=payment.id,
    )
    record(session, booking, "paid", actor=ActorKind.GATEWAY, door=door, now=now, facts=_facts(payment))
    secured = not is_payable(still_due(booking.deposit_paise, before.kept + payment.amount_paise))
    match booking.status:
        case BookingStatus.HELD if secured:
            confirm(session, booking.id, actor=ActorKind.GATEWAY, door=door, now=now)
            return Outcome.CONFIRMED
        case BookingStatus.HELD:
            _ask_for_rest(session, booking, payment, link, now=now)
            return Outcome.PART
        case BookingStatus.PENDING_APPROVAL:
            _tell_received(session, booking, payment, now=now)
            return Outcome.TOWARDS_BALANCE
        case BookingStatus.EXPIRED if secured and confirm_late(session, booking, door=door, now=now):
            tell_guest(session, booking, "payment_late_kept", now=now, about=str(payment.id), more=_facts(payment))
            return Outcome.RETAKEN
        case BookingStatus.EXPIRED | BookingStatus.RELEASED | BookingStatus.CANCELLED:
            _send_back(session, booking, payment, "late", now=now)
            tell_house(session, booking, "owner_late_refund", now=now, about=str(payment.id), more=_facts(payment))
            return Outcome.REFUNDED_LATE
    first = was in LIVE or not before.payments
    if was is not LinkState.PAID and first and payment.amount_paise <= before.balance:
        tell_guest(session, booking, "payment_received", now=now, about=str(payment.id), more=_facts(payment))
        _tell_received(session, booking, payment, now=now)
        return Outcome.TOWARDS_BALANCE
    _send_back(session, booking, payment, "twice", now=now)
    return Outcome.REFUNDED_TWICE


def _tell_received(session: Session, booking: Booking, payment: Payment, *, now: datetime) -> None:
    """Money towards a booking that was told of before; with a first deposit the new booking's card tells it."""
    tell_house(session, booking, "owner_payment_received", now=now, about=str(payment.id), more=_facts(payment))


def _ask_for_rest(session: Session, booking: Booking, payment: Payment, link: PaymentLink, *, now: datetime) -> None:
    """Less than was asked for: it counts, confirms nothing, and the rest is asked for."""
    door = payment.provider.value
    facts = _facts(payment) | {"wanted": link.amount_paise.paise}
    record(session, booking, "payment_flagged", actor=ActorKind.GATEWAY, door=door, now=now, facts=facts)
    tell_house(session, booking, "owner_payment_flagged", now=now, about=str(payment.id), more=facts)
    if booking.hold_expires_at is not None and booking.hold_expires_at > now:
        ask_for_payment(session, booking.id, now=now)
        tell_guest(session, booking, "payment_part", now=now, about=str(payment.id), more=facts)


def _send_back(session: Session, booking: Booking, payment: Payment, why: str, *, now: datetime) -> None:
    """All of it, and the guest is told why."""
    refund_payment(session, payment, payment.amount_paise, reason=why, now=now)
    tell_guest(session, booking, f"payment_{why}_refunded", now=now, about=str(payment.id), more=_facts(payment))


def _not_captured(session: Session, booking: Booking, link: PaymentLink, payment: Payment, *, now: datetime) -> Outcome:
    """Nothing is confirmed by this; whoever should know is told."""
    door = payment.provider.value
    facts = _facts(payment) | {"wanted": link.amount_paise.paise}
    match payment.state:
        case PaymentState.FLAGGED:
            record(session, booking, "payment_flagged", actor=ActorKind.GATEWAY, door=door, now=now, facts=facts)
            tell_house(session, booking, "owner_payment_flagged", now=now, about=str(payment.id), more=facts)
            escalate(session, booking, "payment", about=str(payment.id), now=now)
            return Outcome.FLAGGED
        case PaymentState.FAILED:
            record(session, booking, "payment_failed", actor=ActorKind.GATEWAY, door=door, now=now, facts=facts)
            if booking.status is BookingStatus.HELD:
                tell_guest(session, booking, "payment_failed", now=now, about=str(payment.id), more=facts)
            return Outcome.FAILED
    return Outcome.WAITING


def _link(
    session: Session, account_id: int, link_id: str | None, reference: str | None, order_id: str | None
) -> PaymentLink | None:
    known = []
    if order_id:
        known.append(PaymentLink.provider_order_id == order_id)
    if reference:
        known.append(PaymentLink.reference == reference)
    if link_id:
        known.append(PaymentLink.provider_link_id == link_id)
    if not known:
        return None
    return session.scalars(
        select(PaymentLink).where(PaymentLink.account_id == account_id, or_(*known)).order_by(PaymentLink.id)
    ).first()


def _judge(payment: GatewayPayment, link: PaymentLink | None) -> tuple[PaymentState, str | None]:
    """Captured money that is not what the link asked for is flagged; only too little of the right coin still counts."""
    if payment.status == "failed":
        return PaymentState.FAILED, None
    if payment.status not in _TAKEN:
        return PaymentState.AUTHORIZED, None
    if link is None:
        return PaymentState.FLAGGED, "link"
    if payment.currency != "INR":
        return PaymentState.FLAGGED, "currency"
    if payment.amount > link.amount_paise:
        return PaymentState.FLAGGED, "amount"
    if payment.amount < link.amount_paise:
        return PaymentState.CAPTURED, PART
    return PaymentState.CAPTURED, None


def _store(
    session: Session,
    account_id: int,
    payment: GatewayPayment,
    link: PaymentLink | None,
    state: PaymentState,
    flag: str | None,
    *,
    provider: Provider,
    now: datetime,
) -> Payment | None:
    """One row per payment of the gateway; None when this tells us nothing new."""
    row = insert(Payment).values(
        account_id=account_id,
        booking_id=None if link is None else link.booking_id,
        payment_link_id=None if link is None else link.id,
        provider=provider,
        provider_payment_id=payment.payment_id,
        amount_paise=payment.amount,
        currency=payment.currency,
        method=payment.method,
        state=state,
        flag=flag,
        captured_at=(payment.captured_at or now) if payment.status in _TAKEN else None,
        created_at=now,
    )
    later = row.excluded
    stored: Payment | None = session.scalar(
        row.on_conflict_do_update(
            index_elements=["provider", "provider_payment_id"],
            set_={
                "state": later.state,
                "flag": later.flag,
                "method": later.method,
                "captured_at": later.captured_at,
            },
            # Failed, then authorised, then captured: a later word counts only when it goes further.
            where=and_(
                Payment.account_id == account_id,
                or_(
                    and_(Payment.state == PaymentState.FAILED, later.state != PaymentState.FAILED),
                    and_(
                        Payment.state == PaymentState.AUTHORIZED,
                        later.state.in_((PaymentState.CAPTURED, PaymentState.FLAGGED)),
                    ),
                ),
            ),
        ).returning(Payment),
        execution_options={"populate_existing": True},
    )
    return stored


def _facts(payment: Payment) -> Json:
    return {"amount": payment.amount_paise.paise, "payment": payment.provider_payment_id, "method": payment.method}
