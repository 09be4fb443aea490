"""The same sum as the pay link asks for, paid on our own page: an order of the gateway, verified by its signature."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from core.bookings.move import lock
from core.errors import HoldLapsed, LinkNotFound, NothingToPay
from core.payments.apply import Applied, apply_payment
from core.payments.ask import has_lapsed, is_paid
from core.payments.links import LIVE
from core.ports import GatewayPayment
from models.folio import PaymentLink
from models.money import Money
from models.states import Provider


@dataclass(frozen=True, slots=True)
class OrderWanted:
    """A sum the guest wants to pay here and now; `order_id` is empty until the gateway has named it."""

    link_id: int
    account_id: int
    reference: str
    amount: Money
    order_id: str | None


def want_order(session: Session, token: str, *, now: datetime) -> OrderWanted:
    """What an order for this pay link must ask for; the row exists already, the gateway is asked after the commit."""
    link = session.scalar(select(PaymentLink).where(PaymentLink.token == token))
    if link is None:
        raise LinkNotFound
    booking = lock(session, link.booking_id)
    session.refresh(link)
    if has_lapsed(booking, now):
        raise HoldLapsed(reference=booking.reference)
    if link.state not in LIVE or is_paid(session, link):
        raise NothingToPay(reference=booking.reference)
    return OrderWanted(link.id, link.account_id, link.reference, link.amount_paise, link.provider_order_id)


def record_order(session: Session, link_id: int, order_id: str, *, provider: Provider = Provider.RAZORPAY) -> str:
    """The gateway has named it; of two made at the same instant the first stays, the other is never shown."""
    session.execute(
        update(PaymentLink)
        .where(PaymentLink.id == link_id, PaymentLink.provider_order_id.is_(None))
        .values(provider_order_id=order_id, provider=provider),
        execution_options={"synchronize_session": False},
    )
    kept: str = session.scalars(select(PaymentLink.provider_order_id).where(PaymentLink.id == link_id)).one() or ""
    return kept


def account_of_order(session: Session, token: str, order_id: str) -> int:
    """Whose order it is; an order of another link is none here."""
    wanted = select(PaymentLink.account_id).where(PaymentLink.token == token, PaymentLink.provider_order_id == order_id)
    account_id = session.scalar(wanted)
    if account_id is None:
        raise LinkNotFound
    return account_id


def is_order(session: Session, account_id: int, order_id: str | None) -> bool:
    """Whether an order the gateway speaks of is one of ours; it makes orders of its own behind every link."""
    wanted = select(PaymentLink.id).where(
        PaymentLink.account_id == account_id, PaymentLink.provider_order_id == order_id
    )
    return order_id is not None and session.scalar(wanted) is not None


def apply_to_order(
    session: Session,
    *,
    account_id: int,
    payment: GatewayPayment,
    now: datetime,
    provider: Provider = Provider.RAZORPAY,
) -> Applied:
    """A payment for an order takes effect like one for a link: by the same verb, once."""
    return apply_payment(
        session, account_id=account_id, payment=payment, order_id=payment.order_id, provider=provider, now=now
    )
