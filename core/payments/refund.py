"""Money on its way back: rows under a key, sent once however often the gateway has to be asked."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import BigInteger, cast, func, select, update
from sqlalchemy.orm import Session

from core.bookings.tell import tell_guest, tell_house
from core.errors import RefundTooLarge
from core.messaging.trouble import escalate
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

HOUSE: Final = "house"
_SLOWEST: Final = timedelta(minutes=30)
# What the gateway refuses may be mended by tomorrow (too little on the account): so often, then a person is told.
REFUSALS: Final = 4
_AFTER_REFUSAL: Final = timedelta(minutes=5)
# What the bank sent back is tried once more as a new refund.
TRIES: Final = 3
AGAIN_AFTER: Final = timedelta(hours=1)
OPEN: Final = (RefundState.WANTED, RefundState.SENDING, RefundState.PENDING)
_RANK: Final = {state: place for place, state in enumerate((*OPEN, RefundState.FAILED, RefundState.PROCESSED))}
_STATES: Final = {
    "pending": RefundState.PENDING,
    "processed": RefundState.PROCESSED,
    "failed": RefundState.FAILED,
}


def return_money(session: Session, booking: Booking, amount: Money, *, reason: str, now: datetime) -> list[Refund]:
    """Give a guest so much of their money back: what came online first, newest before older, then the desk's."""
    payments = session.scalars(
        select(Payment)
        .where(Payment.booking_id == booking.id, Payment.state == PaymentState.CAPTURED)
        .order_by(Payment.provider == Provider.DESK, Payment.id.desc())
        .with_for_update()
    ).all()
    refunds = []
    for payment in payments:
        part = min(amount, left_of(session, payment))
        if is_payable(part):
            refunds.append(refund_payment(session, payment, part, reason=reason, now=now))
            amount -= part
    return refunds


def refund_payment(
    session: Session,
    payment: Payment,
    amount: Money,
    *,
    reason: str,
    now: datetime,
    again_for: int | None = None,
    wait: timedelta = timedelta(0),
) -> Refund:
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
        again_for=again_for,
        state=RefundState.WANTED,
        attempts=0,
        next_attempt_at=now + wait,
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


def claim_refunds(session: Session, *, now: datetime, limit: int = 10, worker: int | None = None) -> Sequence[Refund]:
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
        .values(state=RefundState.SENDING, attempts=Refund.attempts + 1, lease_until=now + LEASE, worker=worker)
        .returning(Refund),
        execution_options={"populate_existing": True, "synchronize_session": False},
    ).all()


def record_refund(session: Session, refund_id: int, told: GatewayRefund, *, now: datetime) -> None:
    """What the gateway says of a refund; it only moves forward, and is told and booked once."""
    refund = session.get_one(Refund, refund_id, with_for_update=True, populate_existing=True)
    before, after = refund.state, _STATES.get(told.status, RefundState.PENDING)
    if _RANK[after] <= _RANK[before]:
        return
    refund.provider_refund_id = told.refund_id
    refund.state = after
    refund.lease_until = None
    refund.next_attempt_at = now
    refund.last_error = None
    if after is RefundState.PROCESSED:
        _book(session, refund, was=before, now=now)
    session.flush()
    if after is RefundState.FAILED:
        _try_again(session, refund, now=now)
    else:
        _tell_sent(session, refund, now=now)


def record_refund_refused(
    session: Session, refund_id: int, error: str, *, now: datetime, is_final: bool = False
) -> None:
    """The gateway will not give it back: asked again a few times, later and later, then a person must."""
    refund = session.get_one(Refund, refund_id, with_for_update=True, populate_existing=True)
    if refund.state is not RefundState.SENDING:
        return
    refund.last_error, refund.lease_until = error, None
    if is_final or refund.attempts >= REFUSALS:
        refund.state = RefundState.FAILED
    else:
        refund.next_attempt_at = now + _AFTER_REFUSAL * 3 ** (refund.attempts - 1)
    session.flush()
    if refund.state is RefundState.FAILED:
        _tell_failed(session, refund, now=now)


def hand_back(session: Session, booking: Booking, amount: Money, *, now: datetime) -> list[Refund]:
    """What waits at the desk for a guest has been given to them, just that sum: drawer and folio agree."""
    waiting = refunds_at_desk(session, [booking.id])
    chosen: list[Refund] = []
    for refund in sorted(waiting, key=lambda one: one.amount_paise != amount):
        if Money.total(one.amount_paise for one in chosen) + refund.amount_paise <= amount:
            chosen.append(refund)
    total = Money.total(refund.amount_paise for refund in chosen)
    if total != amount or not chosen:
        raise RefundTooLarge(wanted=amount.paise, left=Money.total(one.amount_paise for one in waiting).paise)
    for refund in chosen:
        told = GatewayRefund(f"desk-{refund.key}", "", refund.amount_paise, "processed")
        record_refund(session, refund.id, told, now=now)
    return chosen


def refunds_at_desk(session: Session, booking_ids: Collection[int]) -> Sequence[Refund]:
    """What has still to be handed back over the counter."""
    return session.scalars(
        select(Refund)
        .join(Payment, Payment.id == Refund.payment_id)
        .where(Refund.booking_id.in_(booking_ids), Refund.state.in_(OPEN), Payment.provider == Provider.DESK)
        .order_by(Refund.id)
        .with_for_update(of=Refund)
    ).all()


def desk_part(session: Session, booking_id: int, *, since: datetime) -> Money:
    """How much of what has just been promised back is handed over the counter, not sent to a bank."""
    rows = refunds_at_desk(session, [booking_id])
    return Money.total(refund.amount_paise for refund in rows if refund.created_at >= since)


def _book(session: Session, refund: Refund, *, was: RefundState, now: datetime) -> None:
    """It has reached the guest: a line of the folio."""
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
    if was is RefundState.FAILED:
        # It got through after all: whatever was to be tried in its place is not sent any more.
        session.execute(
            update(Refund)
            .where(Refund.again_for == refund.id, Refund.state == RefundState.WANTED)
            .values(state=RefundState.FAILED, last_error="not needed"),
            execution_options={"synchronize_session": False},
        )


def _try_again(session: Session, refund: Refund, *, now: datetime) -> None:
    """The bank sent it back: a new one after a while, and after a few a person must see to it."""
    tries, earlier = 1, refund.again_for
    while earlier is not None:
        tries, earlier = tries + 1, session.get_one(Refund, earlier).again_for
    payment = session.get_one(Payment, refund.payment_id, with_for_update=True, populate_existing=True)
    if tries >= TRIES or left_of(session, payment) < refund.amount_paise:
        _tell_failed(session, refund, now=now)
        return
    refund_payment(
        session,
        payment,
        refund.amount_paise,
        reason=refund.reason,
        now=now,
        again_for=refund.id,
        wait=AGAIN_AFTER,
    )


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
        escalate(session, booking, "refund", about=str(refund.id), now=now)


def _tell_sent(session: Session, refund: Refund, *, now: datetime) -> None:
    """Once for each sum: neither its end at the bank nor a second try is news to the guest."""
    booking = _booking(session, refund)
    if booking is None or refund.again_for is not None:
        return
    if session.get_one(Payment, refund.payment_id).provider is not Provider.DESK:
        tell_guest(session, booking, "refund_sent", now=now, about=str(refund.id), more=_facts(refund))
    elif refund.done_at is not None:
        tell_guest(session, booking, "refund_given", now=now, about=str(refund.id), more=_facts(refund))
    else:
        tell_guest(session, booking, "refund_at_desk", now=now, about=str(refund.id), more=_facts(refund))
        if refund.reason != HOUSE:  # whoever ordered it has just read so
            tell_house(session, booking, "owner_refund_waits", now=now, about=str(refund.id), more=_facts(refund))


def _booking(session: Session, refund: Refund) -> Booking | None:
    return None if refund.booking_id is None else session.get_one(Booking, refund.booking_id)


def _facts(refund: Refund) -> Json:
    return {"refund": refund.amount_paise.paise, "reason": refund.reason}
