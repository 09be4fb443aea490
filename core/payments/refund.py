"""Money on its way back: rows under a key, sent once however often the gateway has to be asked."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import BigInteger, cast, func, select, update
from sqlalchemy.orm import Session

from core.bookings.tell import tell_guest, tell_house
from core.errors import RefundTooLarge
from core.messaging.wake import WAKE_PAYMENTS, wake
from core.payments.folio import add_line
from core.payments.links import LEASE
from core.ports import GatewayRefund
from core.pricing.deposit import is_payable
from models.base import Json
from models.booking import Booking
from models.folio import Payment, Refund
from models.money import Money
from models.states import FolioKind, PaymentState, Provider, RefundState

_SLOWEST: Final = timedelta(minutes=30)
_STATES: Final = {
    "pending": RefundState.PENDING,
    "processed": RefundState.PROCESSED,
    "failed": RefundState.FAILED,
}


def return_money(session: Session, booking: Booking, amount: Money, *, reason: str, now: datetime) -> list[Refund]:
    """Give a guest so much of their money back, the newest payment first; what was paid at the desk goes back there."""
    payments = session.scalars(
        select(Payment)
        .where(
            Payment.booking_id == booking.id,
            Payment.state == PaymentState.CAPTURED,
            Payment.provider != Provider.DESK,
        )
        .order_by(Payment.id.desc())
        .with_for_update()
    ).all()
    refunds = []
    for payment in payments:
        part = min(amount, left_of(session, payment))
        if is_payable(part):
            refunds.append(refund_payment(session, payment, part, reason=reason, now=now))
            amount -= part
    return refunds


def refund_payment(session: Session, payment: Payment, amount: Money, *, reason: str, now: datetime) -> Refund:
    """Give back (a part of) one payment; never more than was captured, all refunds together."""
    session.refresh(payment, with_for_update=True)
    left = left_of(session, payment)
    if amount > left:
        raise RefundTooLarge(wanted=amount.paise, left=left.paise)
    count = session.scalar(select(func.count()).where(Refund.payment_id == payment.id)) or 0
    refund = Refund(
        account_id=payment.account_id,
        booking_id=payment.booking_id,
        payment_id=payment.id,
        amount_paise=amount,
        reason=reason,
        key=f"refund-{payment.provider_payment_id}-{count + 1}",
        state=RefundState.WANTED,
        attempts=0,
        next_attempt_at=now,
        created_at=now,
    )
    session.add(refund)
    session.flush()
    wake(session, WAKE_PAYMENTS)
    return refund


def left_of(session: Session, payment: Payment) -> Money:
    """What of a payment has not been given back nor promised back."""
    promised = session.scalar(
        select(cast(func.sum(Refund.amount_paise), BigInteger)).where(
            Refund.payment_id == payment.id, Refund.state != RefundState.FAILED
        )
    )
    return payment.amount_paise - Money(promised or 0)


def claim_refunds(session: Session, *, now: datetime, limit: int = 10) -> Sequence[Refund]:
    """Take refunds to send; after a commit they are ours until the lease lapses, then they are sent again by key."""
    due = (
        select(Refund.id)
        .where(
            Refund.state.in_((RefundState.WANTED, RefundState.SENDING)),
            Refund.next_attempt_at <= now,
            Refund.lease_until.is_(None) | (Refund.lease_until <= now),
        )
        .order_by(Refund.next_attempt_at)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    return session.scalars(
        update(Refund)
        .where(Refund.id.in_(due))
        .values(state=RefundState.SENDING, attempts=Refund.attempts + 1, lease_until=now + LEASE)
        .returning(Refund),
        execution_options={"populate_existing": True, "synchronize_session": False},
    ).all()


def record_refund(session: Session, refund_id: int, told: GatewayRefund, *, now: datetime) -> None:
    """What the gateway says of a refund; it only moves forward, and is told and booked once."""
    refund = session.get_one(Refund, refund_id, with_for_update=True, populate_existing=True)
    before, after = refund.state, _STATES.get(told.status, RefundState.PENDING)
    if before is RefundState.PROCESSED or before is after:
        return
    refund.provider_refund_id = told.refund_id
    refund.state = after
    refund.lease_until = None
    refund.next_attempt_at = now
    refund.last_error = None
    if after is RefundState.PROCESSED:
        refund.done_at = now
        if refund.booking_id is not None:
            add_line(
                session,
                refund.booking_id,
                FolioKind.REFUND,
                refund.reason,
                refund.amount_paise,
                now=now,
                refund_id=refund.id,
            )
    session.flush()
    if after is RefundState.FAILED:
        _tell_failed(session, refund, now=now)
    else:
        _tell_sent(session, refund, now=now)


def record_refund_refused(session: Session, refund_id: int, error: str, *, now: datetime) -> None:
    """The gateway will not give it back: a person must."""
    refund = session.get_one(Refund, refund_id, with_for_update=True, populate_existing=True)
    if refund.state is RefundState.SENDING:
        refund.state, refund.last_error, refund.lease_until = RefundState.FAILED, error, None
        session.flush()
        _tell_failed(session, refund, now=now)


def send_later(session: Session, refund: Refund, error: str, *, now: datetime, keep_lease: bool) -> None:
    """The gateway could not be reached, or its answer was lost (then the lease says when to ask again)."""
    wait = min(timedelta(seconds=2**refund.attempts), _SLOWEST)
    session.execute(
        update(Refund)
        .where(Refund.id == refund.id, Refund.state == RefundState.SENDING)
        .values(next_attempt_at=now + wait, last_error=error, lease_until=Refund.lease_until if keep_lease else None),
        execution_options={"synchronize_session": False},
    )


def find_refund(session: Session, account_id: int, *, provider_refund_id: str, key: str | None) -> int | None:
    """Our refund behind the gateway's, also when its answer never reached us."""
    ours = Refund.provider_refund_id == provider_refund_id
    if key:
        ours |= Refund.key == key
    return session.scalar(select(Refund.id).where(Refund.account_id == account_id, ours))


def _tell_failed(session: Session, refund: Refund, *, now: datetime) -> None:
    if (booking := _booking(session, refund)) is not None:
        tell_guest(session, booking, "refund_failed", now=now, about=str(refund.id), more=_facts(refund))
        tell_house(session, booking, "owner_refund_failed", now=now, about=str(refund.id), more=_facts(refund))


def _tell_sent(session: Session, refund: Refund, *, now: datetime) -> None:
    if (booking := _booking(session, refund)) is not None:
        tell_guest(session, booking, "refund_sent", now=now, about=str(refund.id), more=_facts(refund))


def _booking(session: Session, refund: Refund) -> Booking | None:
    return None if refund.booking_id is None else session.get_one(Booking, refund.booking_id)


def _facts(refund: Refund) -> Json:
    return {"refund": refund.amount_paise.paise, "reason": refund.reason}
