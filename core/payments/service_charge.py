"""A guest need not pay the service charge: it comes off one bill, with the tax that lay on it."""

from __future__ import annotations

from datetime import date, datetime
from typing import Final

from sqlalchemy.orm import Session

from core.bookings.change_money import settle_difference
from core.bookings.events import record
from core.bookings.move import lock
from core.errors import AlreadySo, MoveNotAllowed
from core.payments.credit_note import credit_back
from core.pricing.rounding import whole_rupees
from core.pricing.taxes import meal_tax
from models.base import Json
from models.booking import Booking
from models.money import NOTHING, Money
from models.property import Property
from models.rates import Quote
from models.states import ActorKind, BookingStatus

_ON_THE_BILL: Final = frozenset({BookingStatus.CONFIRMED, BookingStatus.ARRIVED, BookingStatus.COMPLETED})


def service_charge_of(session: Session, booking: Booking) -> Money:
    """What the house would take for service, before tax."""
    return Money(session.get_one(Quote, booking.quote_id).parts.get("service_charge") or 0)


def total_without(session: Session, booking: Booking) -> Money:
    """What the booking would cost without it."""
    return _parts_without(session, booking, session.get_one(Quote, booking.quote_id))[1]


def take_off(session: Session, booking_id: int, *, door: str, actor_id: int | None, now: datetime) -> Money:
    """Off the bill; what was paid for it goes back. Returns what goes back.

    Raises:
        AlreadySo: there is none on this bill.
        MoveNotAllowed: there is no bill, or no more.
    """
    booking = lock(session, booking_id)
    if booking.status not in _ON_THE_BILL:
        raise MoveNotAllowed(reference=booking.reference, status=booking.status.value, to="without service charge")
    old = session.get_one(Quote, booking.quote_id)
    if not service_charge_of(session, booking):
        raise AlreadySo
    parts, total, tax = _parts_without(session, booking, old)
    new = Quote(
        account_id=old.account_id,
        property_id=old.property_id,
        kind=old.kind,
        request=old.request,
        parts=parts,
        policy=old.policy,
        tax_paise=tax,
        total_paise=total,
        deposit_paise=min(old.deposit_paise, total),
        good_until=now,
        created_at=now,
    )
    session.add(new)
    session.flush()
    booking.quote_id, booking.total_paise, booking.deposit_paise = new.id, new.total_paise, new.deposit_paise
    session.flush()
    credit_back(session, booking.id, old.total_paise - total, reason="service charge not paid", now=now)
    settled = settle_difference(session, booking, old, new, began=booking.starts_at, waive=True, now=now)
    facts = {"off": (old.total_paise - total).paise, "refund": settled.refund.paise}
    record(
        session, booking, "service_charge_off", actor=ActorKind.STAFF, actor_id=actor_id, door=door, now=now,
        facts=facts,
    )  # fmt: skip
    return settled.refund


def put_back(
    session: Session, booking_id: int, quote_id: int, *, door: str, actor_id: int | None, now: datetime
) -> None:
    """It was a slip: the bill is as it was; `quote_id` is the price promised before."""
    booking = lock(session, booking_id)
    now_promised, before = session.get_one(Quote, booking.quote_id), session.get_one(Quote, quote_id)
    booking.quote_id, booking.total_paise, booking.deposit_paise = before.id, before.total_paise, before.deposit_paise
    session.flush()
    settle_difference(session, booking, now_promised, before, began=booking.starts_at, waive=True, now=now)
    record(session, booking, "service_charge_back", actor=ActorKind.STAFF, actor_id=actor_id, door=door, now=now)


def _parts_without(session: Session, booking: Booking, old: Quote) -> tuple[Json, Money, Money]:
    """The parts of the price without it, the whole price, and its tax."""
    house = session.get_one(Property, booking.property_id)
    price = Money(old.parts["price"])
    day = date.fromisoformat(old.request["service_day"])
    tax = meal_tax(price, specified_premises=house.specified_premises, day=day)
    exact = price + tax.total
    known = whole_rupees(exact)
    advance = max(old.deposit_paise - known, NOTHING)
    parts = old.parts | {
        "service_charge": 0,
        "taxable": price.paise,
        "tax_percent": float(tax.percent),
        "cgst": tax.cgst.paise,
        "sgst": tax.sgst.paise,
        "round_off": (known - exact).paise,
        "advance": advance.paise,
        "total": (known + advance).paise,
    }
    return parts, known + advance, tax.total
