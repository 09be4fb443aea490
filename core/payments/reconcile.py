"""Webhooks get lost: what the gateway knows is compared with our rows, and mended."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from core.payments.apply import Applied, apply_payment
from core.payments.links import record_closed
from core.ports import GatewayLink, GatewayPayment
from models.booking import Booking
from models.folio import Payment, PaymentLink, Refund
from models.states import HOLDING, LinkState, Provider, RefundState

EVERY: Final = timedelta(minutes=5)
# A hold about to end is looked at once more, so that nobody who has paid loses the room to a lost webhook.
BEFORE_END: Final = timedelta(minutes=2)
_AGAIN_BEFORE_END: Final = timedelta(seconds=45)


def claim_open_links(session: Session, *, now: datetime, limit: int = 20) -> Sequence[PaymentLink]:
    """Open links nobody has asked the gateway about for a while; taken by marking them as looked at."""
    ending = (
        select(Booking.id)
        .where(
            Booking.id == PaymentLink.booking_id,
            Booking.status.in_(HOLDING),
            Booking.hold_expires_at <= now + BEFORE_END,
        )
        .exists()
    )
    due = (
        select(PaymentLink.id)
        .where(
            PaymentLink.state == LinkState.OPEN,
            (PaymentLink.checked_at <= now - EVERY) | (ending & (PaymentLink.checked_at <= now - _AGAIN_BEFORE_END)),
        )
        .order_by(PaymentLink.checked_at)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    return session.scalars(
        update(PaymentLink).where(PaymentLink.id.in_(due)).values(checked_at=now).returning(PaymentLink),
        execution_options={"populate_existing": True, "synchronize_session": False},
    ).all()


def apply_link(session: Session, link: PaymentLink, told: GatewayLink | None, *, now: datetime) -> list[Applied]:
    """Take in everything the gateway says of a link: its payments first, then whether it is still open."""
    if told is None:
        return []
    applied = [
        apply_payment(
            session,
            account_id=link.account_id,
            link_id=told.link_id,
            reference=link.reference,
            payment=payment,
            provider=link.provider,
            now=now,
        )
        for payment in told.payments
    ]
    if told.status in {"expired", "cancelled"}:
        record_closed(session, link.id, told, now=now)
    return applied


def claim_pending_refunds(session: Session, *, now: datetime, limit: int = 20) -> Sequence[Refund]:
    """Refunds the gateway has taken but not finished, for which no word came."""
    due = (
        select(Refund.id)
        .join(Payment, Payment.id == Refund.payment_id)
        .where(
            Refund.state == RefundState.PENDING,
            Refund.next_attempt_at <= now - EVERY,
            Payment.provider != Provider.DESK,
        )
        .order_by(Refund.next_attempt_at)
        .limit(limit)
        .with_for_update(skip_locked=True, of=Refund)
    )
    return session.scalars(
        update(Refund).where(Refund.id.in_(due)).values(next_attempt_at=now).returning(Refund),
        execution_options={"populate_existing": True, "synchronize_session": False},
    ).all()


def apply_order(
    session: Session, link: PaymentLink, payments: Sequence[GatewayPayment], *, now: datetime
) -> list[Applied]:
    """The same for the attempts to pay the link's sum on our own page."""
    return [
        apply_payment(
            session,
            account_id=link.account_id,
            payment=payment,
            order_id=link.provider_order_id,
            provider=link.provider,
            now=now,
        )
        for payment in payments
    ]
