"""Money over the counter: taken, noted on the folio with a receipt, taken back when it was a slip."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from core.bookings.confirm import confirm
from core.bookings.events import record
from core.bookings.move import lock
from core.bookings.tell import tell_guest
from core.errors import AlreadySo, MoveNotAllowed
from core.payments.ask import ask_for_payment, has_lapsed
from core.payments.folio import add_line, due_now, folio_of
from core.payments.links import close_links, live_link
from core.payments.refund import left_of
from core.pricing.deposit import is_payable, still_due
from models.base import Json
from models.booking import Booking
from models.folio import Payment, Refund
from models.money import Money
from models.states import ActorKind, BookingStatus, FolioKind, PaymentState, Provider, RefundState

# Whoever has a bill may pay it, also after the stay; of what is only held, the deposit may be paid at the desk.
PAYABLE: Final = frozenset(
    {
        BookingStatus.HELD,
        BookingStatus.CONFIRMED,
        BookingStatus.ARRIVED,
        BookingStatus.COMPLETED,
        BookingStatus.NO_SHOW,
    }
)
MISTAKE: Final = "mistake"


def take_money(
    session: Session,
    booking_id: int,
    amount: Money,
    *,
    how: str,
    key: str,
    door: str,
    actor_id: int | None,
    now: datetime,
) -> Booking:
    """Cash, card or UPI taken at the desk; `key` makes the same order count once. A deposit paid so confirms."""
    booking = lock(session, booking_id)
    if booking.status not in PAYABLE or has_lapsed(booking, now):
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
    if booking.status is BookingStatus.HELD and not is_payable(_deposit_left(session, booking)):
        booking = confirm(session, booking.id, actor=ActorKind.STAFF, actor_id=actor_id, door=door, now=now)
    ask_for_no_more(session, booking, now=now)
    tell_guest(session, booking, "payment_received", now=now, about=str(payment.id), more=facts)
    return booking


def untake_money(session: Session, key: str, *, door: str, actor_id: int | None, now: datetime) -> Booking:
    """It was noted by mistake: a line that takes it back, for lines are never changed; the guest hears that too."""
    payment = session.scalars(
        select(Payment).where(Payment.provider == Provider.DESK, Payment.provider_payment_id == key).with_for_update()
    ).one()
    booking = lock(session, payment.booking_id or 0)
    amount = payment.amount_paise
    if left_of(session, payment) != amount:
        raise AlreadySo
    count = session.scalar(select(func.count()).where(Refund.payment_id == payment.id)) or 0
    refund = Refund(
        account_id=payment.account_id,
        booking_id=booking.id,
        payment_id=payment.id,
        amount_paise=amount,
        reason=MISTAKE,
        key=f"mistake-{key}-{count + 1}",
        state=RefundState.PROCESSED,
        attempts=0,
        next_attempt_at=now,
        created_at=now,
        done_at=now,
    )
    session.add(refund)
    session.flush()
    add_line(session, booking.id, FolioKind.REFUND, MISTAKE, amount, now=now, refund_id=refund.id)
    facts: Json = {"amount": amount.paise, "method": payment.method}
    record(
        session, booking, "desk_payment_undone", actor=ActorKind.STAFF, actor_id=actor_id, door=door, now=now,
        facts=facts,
    )  # fmt: skip
    tell_guest(session, booking, "payment_corrected", now=now, about=str(payment.id), more=facts)
    return booking


def ask_for_no_more(session: Session, booking: Booking, *, now: datetime) -> None:
    """A way to pay that is open asks for what is still due, or for nothing."""
    link = live_link(session, booking.id)
    due = due_now(booking, folio_of(session, booking.id))
    if link is None or link.amount_paise == due:
        return
    if is_payable(due):
        ask_for_payment(session, booking.id, now=now)
    else:
        close_links(session, [booking.id], now=now)


def _deposit_left(session: Session, booking: Booking) -> Money:
    return still_due(booking.deposit_paise, folio_of(session, booking.id).kept)
