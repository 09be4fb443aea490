"""The running account of a booking: balance = charges - payments + refunds."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import BigInteger, cast, func, insert, select, text
from sqlalchemy.orm import Session

from core.payments.credit_note import credit_back
from core.prepared import Prepared, given
from core.pricing.deposit import still_due
from models.base import Json
from models.booking import Booking
from models.folio import FolioLine, Payment, Refund
from models.money import NOTHING, Money
from models.rates import Quote
from models.states import BookingStatus, FolioKind, PaymentState, RefundState

_ON_THE_WAY = (RefundState.WANTED, RefundState.SENDING, RefundState.PENDING)

# What the policy keeps of a part of a booking that a change gives up.
GIVEN_UP: Final = "given_up"
# What the house let a guest off, of its own accord.
GOODWILL: Final = "goodwill"

# The four sums of the account of the booking bound as `booking_id`, in the order of `Folio`.
_SUM_OF: Final = {
    kind: cast(func.coalesce(func.sum(FolioLine.amount_paise).filter(FolioLine.kind == kind), 0), BigInteger)
    for kind in (FolioKind.CHARGE, FolioKind.PAYMENT, FolioKind.REFUND)
}
SUMS: Final = select(
    *(each.label(f"folio_{kind.value}s") for kind, each in _SUM_OF.items()),
    select(cast(func.coalesce(func.sum(Refund.amount_paise), 0), BigInteger))
    .join(Payment, Payment.id == Refund.payment_id)
    .where(
        Refund.booking_id == given("booking_id"),
        Refund.state.in_(_ON_THE_WAY),
        Payment.state == PaymentState.CAPTURED,
    )
    .scalar_subquery()
    .label("folio_on_the_way_back"),
).where(FolioLine.booking_id == given("booking_id"))
_READ: Final = Prepared(SUMS)
_PARTS: Final = Prepared(select(Quote.parts).where(Quote.id == given("quote_id")))
_CHARGE: Final = Prepared(
    text(
        """
        INSERT INTO folio_line (booking_id, kind, label, amount_paise, at)
        SELECT CAST(:booking_id AS bigint), 'charge', l.label, l.paise, CAST(:now AS timestamptz)
        FROM unnest(CAST(:labels AS text[]), CAST(:paise AS bigint[])) WITH ORDINALITY AS l(label, paise, place)
        ORDER BY l.place"""
    )
)


@dataclass(frozen=True, slots=True)
class Folio:
    """What was charged, what came in, what went back."""

    charges: Money
    payments: Money
    refunds: Money
    on_the_way_back: Money

    @property
    def balance(self) -> Money:
        """What the guest still owes; less than nothing is what the house owes."""
        return self.charges - self.payments + self.refunds

    @property
    def kept(self) -> Money:
        """The guest's money that is with the house and not on its way back."""
        return self.payments - self.refunds - self.on_the_way_back


def folio_of(session: Session, booking_id: int) -> Folio:
    """The sums of a booking's account."""
    charges, payments, refunds, on_the_way_back = _READ.run(session, booking_id=booking_id).fetchone() or (0, 0, 0, 0)
    return Folio(Money(charges), Money(payments), Money(refunds), Money(on_the_way_back))


def with_money(session: Session, booking_ids: Collection[int]) -> set[int]:
    """Which of these bookings somebody has paid something for, counted or flagged."""
    wanted = select(Payment.booking_id).where(
        Payment.booking_id.in_(booking_ids), Payment.state.in_((PaymentState.CAPTURED, PaymentState.FLAGGED))
    )
    return {booking_id for booking_id in session.scalars(wanted) if booking_id is not None}


def due_now(booking: Booking, folio: Folio) -> Money:
    """What must be paid at this point: the deposit while it is held, the balance once it is agreed.

    Nothing is asked for while the house has yet to say yes.
    """
    if booking.status is BookingStatus.HELD:
        return still_due(booking.deposit_paise, folio.kept)
    if booking.status in {BookingStatus.CONFIRMED, BookingStatus.ARRIVED}:
        return max(folio.balance, NOTHING)
    return NOTHING


def charge(session: Session, booking: Booking, *, now: datetime) -> None:
    """Write the charges of a confirmed booking, from the parts of the price that was promised."""
    found = _PARTS.run(session, quote_id=booking.quote_id).fetchone()
    lines = [(label, amount) for label, amount in _charges(found[0] if found else {}) if amount]
    if lines:
        labels, paise = [label for label, _ in lines], [amount for _, amount in lines]
        _CHARGE.run(session, booking_id=booking.id, labels=labels, paise=paise, now=now)


def uncharge(session: Session, booking: Booking, *, keep: Money, now: datetime) -> None:
    """Take the charges of a cancelled booking back, but for what the house keeps."""
    charged = folio_of(session, booking.id).charges
    if charged != keep:
        add_line(session, booking.id, FolioKind.CHARGE, "cancelled", keep - charged, now=now)
        credit_back(session, booking.id, charged - keep, reason="cancelled", now=now)


def recharge(session: Session, booking: Booking, before: Json, after: Json, *, now: datetime) -> None:
    """A changed booking owes the new price: what falls away is taken back line by line, what is new is added."""
    old, new = dict(_charges(before)), dict(_charges(after))
    for label in {**old, **new}:
        if difference := new.get(label, 0) - old.get(label, 0):
            add_line(session, booking.id, FolioKind.CHARGE, label, Money(difference), now=now)


def given_up_for(session: Session, booking_id: int) -> Money:
    """What the house kept for nights or tables that earlier changes of this booking gave up."""
    return _charged_as(session, booking_id, GIVEN_UP)


def extras_of(session: Session, booking_id: int) -> Money:
    """What stands on the bill beside the price: for what was given up, less what the house let the guest off."""
    return _charged_as(session, booking_id, GIVEN_UP, GOODWILL)


def _charged_as(session: Session, booking_id: int, *labels: str) -> Money:
    charged = session.scalar(
        select(cast(func.sum(FolioLine.amount_paise), BigInteger)).where(
            FolioLine.booking_id == booking_id, FolioLine.kind == FolioKind.CHARGE, FolioLine.label.in_(labels)
        )
    )
    return Money(charged or 0)


def add_line(
    session: Session,
    booking_id: int,
    kind: FolioKind,
    label: str,
    amount: Money,
    *,
    now: datetime,
    payment_id: int | None = None,
    refund_id: int | None = None,
) -> None:
    """Add one line; lines are never changed."""
    session.execute(
        insert(FolioLine).values(
            booking_id=booking_id,
            kind=kind,
            label=label,
            amount_paise=amount,
            payment_id=payment_id,
            refund_id=refund_id,
            at=now,
        )
    )


def _charges(parts: Json) -> list[tuple[str, int]]:
    """The lines of the bill; they add up to the total that was promised."""
    lines = [(f"{line['night']} room {line['room']}", line["taxable"]) for line in parts.get("nights", ())]
    if not lines:
        lines = [("covers", parts["price"]), ("service_charge", parts["service_charge"]), ("advance", parts["advance"])]
    return [*lines, ("cgst", parts["cgst"]), ("sgst", parts["sgst"]), ("round_off", parts.get("round_off", 0))]
