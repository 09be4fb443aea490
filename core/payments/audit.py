"""Our books beside the gateway's, several times a day: what was lost is mended, what does not match is written down.

One row for each account and day (`Reconciliation`) says how much was looked at, how much was mended, and what a person
must look into. Nothing here calls the gateway: a job does, between `claim_look` and `record_look`.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from sqlalchemy import BigInteger, cast, func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session, aliased

from core.payments.apply import Applied, Outcome, apply_payment
from core.payments.folio import due_now, folio_of
from core.payments.orders import is_order
from core.ports import GatewayPayment
from models.account import Account
from models.base import Json
from models.booking import Booking
from models.folio import Payment, PaymentLink, Reconciliation, Refund
from models.money import Money
from models.property import Property
from models.states import ACTIVE, LinkState, PaymentState, Provider, RefundState

LOOK_EVERY: Final = timedelta(minutes=15)
_FIRST_LOOK_BACK: Final = timedelta(days=1)
# What the gateway lists late, and what we hear late, is looked at twice rather than never.
_OVERLAP: Final = timedelta(hours=1)
_EDGE: Final = timedelta(minutes=5)
_RECENT: Final = timedelta(days=7)
# So long may money be on its way back before somebody is told: at the bank, and at our own desk.
_BANK_TAKES: Final = timedelta(days=7)
_DESK_TAKES: Final = timedelta(days=1)
_MOST_LISTED: Final = 50
_TAKEN: Final = frozenset({"captured", "refunded"})
_GATEWAYS_OWN: Final = frozenset({"unknown_payment", "amount_differs", "refunded_elsewhere", "not_at_gateway"})


@dataclass(frozen=True, slots=True)
class Look:
    """One look at one account's payments of a while."""

    row_id: int
    account_id: int
    since: datetime
    until: datetime


@dataclass(frozen=True, slots=True)
class Findings:
    """What is to be applied, what the bank has only set aside and we want, and what only a person can settle."""

    to_apply: tuple[GatewayPayment, ...]
    to_capture: tuple[GatewayPayment, ...]
    mismatches: tuple[Json, ...]


def claim_look(session: Session, *, now: datetime) -> Look | None:
    """The account whose books have not been compared for longest; taken by saying when they are next."""
    _open_days(session, now)
    due = (
        select(Reconciliation.id)
        .where(Reconciliation.next_look_at <= now)
        .order_by(Reconciliation.next_look_at)
        .limit(1)
        .with_for_update(skip_locked=True)
    )
    row = session.scalar(
        update(Reconciliation)
        .where(Reconciliation.id.in_(due))
        .values(next_look_at=now + LOOK_EVERY)
        .returning(Reconciliation),
        execution_options={"populate_existing": True, "synchronize_session": False},
    )
    if row is None:
        return None
    latest = session.scalars(
        select(Reconciliation).where(Reconciliation.account_id == row.account_id).order_by(Reconciliation.day.desc())
    ).first()
    if latest is not None and latest.id != row.id:
        # Another day has begun: the old one's report stands as it is.
        row.next_look_at = datetime.max.replace(tzinfo=now.tzinfo)
        session.flush()
    return Look(row.id, row.account_id, row.looked_until - _OVERLAP, now)


def compare(session: Session, look: Look, listed: Sequence[GatewayPayment]) -> Findings:
    """Lay what the gateway lists beside our rows; nothing is changed yet."""
    ours = _ours(session, look.account_id, [payment.payment_id for payment in listed])
    links = _links(session, look.account_id, listed)
    to_apply: list[GatewayPayment] = []
    to_capture: list[GatewayPayment] = []
    wrong: list[Json] = []
    for payment in listed:
        mine = ours.get(payment.payment_id)
        link = links.get(payment.order_id or "") or links.get(payment.reference or "")
        if payment.status in _TAKEN and (mine is None or mine.state in {PaymentState.AUTHORIZED, PaymentState.FAILED}):
            if link is None:
                wrong.append(_entry("unknown_payment", payment))
            else:
                to_apply.append(payment)
        elif payment.status == "authorized" and (mine is None or mine.state is PaymentState.AUTHORIZED):
            is_wanted = link is not None and _is_wanted(session, link, payment)
            (to_capture if is_wanted else []).append(payment)
            wrong.extend([] if is_wanted else [_entry("not_captured", payment)])
        elif mine is not None and payment.status in _TAKEN:
            wrong.extend(_differences(session, mine, payment))
    wrong.extend(_not_listed(session, look, {payment.payment_id for payment in listed}))
    return Findings(tuple(to_apply), tuple(to_capture), tuple(wrong))


def apply_found(session: Session, account_id: int, payment: GatewayPayment, *, now: datetime) -> Applied:
    """A payment nobody told us of takes effect like any other."""
    order_id = payment.order_id if is_order(session, account_id, payment.order_id) else None
    return apply_payment(
        session, account_id=account_id, payment=payment, reference=payment.reference, order_id=order_id, now=now
    )


def record_look(
    session: Session, look: Look, listed: Sequence[GatewayPayment], findings: Findings, *, mended: int, now: datetime
) -> None:
    """The day's report as it stands after this look."""
    row = session.get_one(Reconciliation, look.row_id, with_for_update=True, populate_existing=True)
    seen = {payment.payment_id for payment in listed}
    kept = [one for one in row.mismatches if one["what"] in _GATEWAYS_OWN and one["payment"] not in seen]
    row.mismatches = [*kept, *findings.mismatches, *_standing(session, look.account_id, now)][:_MOST_LISTED]
    row.checked += len(listed)
    row.mended += mended
    row.looked_until, row.changed_at = look.until, now
    session.flush()


def count_mended(session: Session, account_id: int, applied: Collection[Applied], *, now: datetime) -> None:
    """Something was found by asking: it stands in the day's report."""
    mended = sum(is_mended(one) for one in applied)
    if mended:
        latest = select(func.max(Reconciliation.day)).where(Reconciliation.account_id == account_id).scalar_subquery()
        session.execute(
            update(Reconciliation)
            .where(Reconciliation.account_id == account_id, Reconciliation.day == latest)
            .values(mended=Reconciliation.mended + mended, changed_at=now),
            execution_options={"synchronize_session": False},
        )


def is_mended(applied: Applied) -> bool:
    """Whether it was news."""
    return applied.outcome not in {Outcome.KNOWN, Outcome.WAITING, Outcome.FAILED}


def report_of(session: Session, account_id: int) -> Reconciliation | None:
    """The newest day's report."""
    return session.scalars(
        select(Reconciliation).where(Reconciliation.account_id == account_id).order_by(Reconciliation.day.desc())
    ).first()


def _open_days(session: Session, now: datetime) -> None:
    """A row for today for every account that takes money online, going on where the last day ended."""
    zones = (
        select(Property.account_id, func.min(Property.time_zone).label("zone")).group_by(Property.account_id).subquery()
    )
    newest = (
        select(Reconciliation.account_id, func.max(Reconciliation.day).label("day"))
        .group_by(Reconciliation.account_id)
        .subquery()
    )
    rows = session.execute(
        select(Account.id, zones.c.zone, newest.c.day)
        .join(zones, zones.c.account_id == Account.id)
        .outerjoin(newest, newest.c.account_id == Account.id)
        .where(Account.takes_online)
    ).all()
    for account_id, zone, day in rows:
        today = now.astimezone(ZoneInfo(zone)).date()
        if day is None or day < today:
            last = None if day is None else report_of(session, account_id)
            fresh = insert(Reconciliation).values(
                account_id=account_id,
                day=today,
                checked=0,
                mended=0,
                mismatches=[],
                looked_until=now - _FIRST_LOOK_BACK if last is None else last.looked_until,
                next_look_at=now + LOOK_EVERY if last is None else now,
                changed_at=now,
            )
            session.execute(fresh.on_conflict_do_nothing(index_elements=["account_id", "day"]))


def _ours(session: Session, account_id: int, ids: Collection[str]) -> dict[str, Payment]:
    rows = session.scalars(
        select(Payment).where(
            Payment.account_id == account_id, Payment.provider != Provider.DESK, Payment.provider_payment_id.in_(ids)
        )
    )
    return {row.provider_payment_id: row for row in rows}


def _links(session: Session, account_id: int, listed: Sequence[GatewayPayment]) -> dict[str, PaymentLink]:
    """Ours by the order and by the reference they are known by at the gateway."""
    orders = [payment.order_id for payment in listed if payment.order_id]
    references = [payment.reference for payment in listed if payment.reference]
    rows = session.scalars(
        select(PaymentLink).where(
            PaymentLink.account_id == account_id,
            PaymentLink.provider_order_id.in_(orders) | PaymentLink.reference.in_(references),
        )
    ).all()
    by_order = {row.provider_order_id: row for row in rows if row.provider_order_id}
    return by_order | {row.reference: row for row in rows}


def _is_wanted(session: Session, link: PaymentLink, payment: GatewayPayment) -> bool:
    """Whether the booking still waits for just this money."""
    booking = session.get_one(Booking, link.booking_id)
    due = due_now(booking, folio_of(session, booking.id))
    return payment.currency == "INR" and payment.amount == link.amount_paise and payment.amount <= due


def _differences(session: Session, mine: Payment, payment: GatewayPayment) -> list[Json]:
    found = []
    if mine.amount_paise != payment.amount or mine.currency != payment.currency:
        found.append(_entry("amount_differs", payment))
    sent = session.scalar(
        select(cast(func.sum(Refund.amount_paise), BigInteger)).where(
            Refund.payment_id == mine.id, Refund.state != RefundState.FAILED
        )
    )
    if payment.refunded > Money(sent or 0):
        found.append(_entry("refunded_elsewhere", payment))
    return found


def _not_listed(session: Session, look: Look, seen: Collection[str]) -> list[Json]:
    """What we believe was paid but the gateway does not know."""
    rows = session.scalars(
        select(Payment).where(
            Payment.account_id == look.account_id,
            Payment.provider != Provider.DESK,
            Payment.state == PaymentState.CAPTURED,
            Payment.captured_at.between(look.since + _EDGE, look.until - _EDGE),
            Payment.provider_payment_id.not_in(seen),
        )
    )
    return [
        {"what": "not_at_gateway", "payment": row.provider_payment_id, "amount": row.amount_paise.paise} for row in rows
    ]


def _standing(session: Session, account_id: int, now: datetime) -> list[Json]:
    """What our own rows say is not as it should be, whatever the gateway lists."""
    again = aliased(Refund)
    rows: list[Json] = []
    for refund, payment, reference in session.execute(
        select(Refund, Payment, Booking.reference)
        .join(Payment, Payment.id == Refund.payment_id)
        .outerjoin(Booking, Booking.id == Refund.booking_id)
        .where(
            Refund.account_id == account_id,
            (
                (Refund.state == RefundState.FAILED)
                & (Refund.created_at > now - _RECENT)
                & ~select(again.id).where(again.again_for == Refund.id).exists()
            )
            | (
                Refund.state.in_((RefundState.WANTED, RefundState.SENDING, RefundState.PENDING))
                & (Refund.created_at <= now - _DESK_TAKES)
            ),
        )
        .order_by(Refund.id)
    ):
        slow = _DESK_TAKES if payment.provider is Provider.DESK else _BANK_TAKES
        if refund.state is RefundState.FAILED or refund.created_at <= now - slow:
            what = "refund_failed" if refund.state is RefundState.FAILED else "refund_waits"
            rows.append(_row(what, payment.provider_payment_id, refund.amount_paise, reference))
    for payment, reference in session.execute(
        select(Payment, Booking.reference)
        .outerjoin(Booking, Booking.id == Payment.booking_id)
        .where(
            Payment.account_id == account_id,
            Payment.state == PaymentState.FLAGGED,
            Payment.created_at > now - _RECENT,
        )
        .order_by(Payment.id)
    ):
        rows.append(_row("flagged", payment.provider_payment_id, payment.amount_paise, reference))
    for link, reference in session.execute(
        select(PaymentLink, Booking.reference)
        .join(Booking, Booking.id == PaymentLink.booking_id)
        .where(
            PaymentLink.account_id == account_id,
            PaymentLink.state == LinkState.FAILED,
            Booking.status.in_(ACTIVE),
        )
        .order_by(PaymentLink.id)
    ):
        rows.append(_row("link_failed", link.reference, link.amount_paise, reference))
    return rows


def _row(what: str, payment: str, amount: Money, reference: str | None) -> Json:
    return {"what": what, "payment": payment, "amount": amount.paise, "reference": reference}


def _entry(what: str, payment: GatewayPayment) -> Json:
    return {"what": what, "payment": payment.payment_id, "amount": payment.amount.paise, "reference": payment.reference}
