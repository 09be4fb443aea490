"""What a change means in money: nights given up are treated by the booking's own policy, a dearer booking owes more.

The policy stays the one that was agreed on, whatever the booking becomes.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from core.bookings.confirm import confirm
from core.payments.folio import GIVEN_UP, add_line, due_now, folio_of, given_up_for, recharge
from core.payments.invoice import write_anew
from core.payments.links import close_links, live_link
from core.payments.refund import return_money
from core.pricing.cancellation import nights_given_up, refund_due
from core.pricing.deposit import is_payable, still_due
from models.booking import Booking
from models.money import NOTHING, Money
from models.rates import Quote
from models.states import HOLDING, ActorKind, BookingKind, FolioKind


@dataclass(frozen=True, slots=True)
class Settled:
    """What is due now, what goes back, what the house keeps of what was given up, and what it forgoes."""

    to_pay: Money
    refund: Money
    kept: Money
    waived: Money = NOTHING


def settle_difference(
    session: Session, booking: Booking, old: Quote, new: Quote, *, began: datetime, waive: bool, now: datetime
) -> Settled:
    """Bring the account of a booking that has just changed in line with its new price.

    A hold owes nothing yet: only its deposit moves. Of an agreed booking the bill changes line by line; what is paid
    beyond it goes back, and of what it costs more, so much is due now as its deposit asks for. `began` is when it was
    to begin until now: its policy counts from there.
    """
    held = booking.status in HOLDING
    paid = folio_of(session, booking.id).kept
    given_up = _given_up(old, new)
    terms = refund_due(booking.policy, paid=paid, total=given_up, starts_at=began, now=now)
    fee = NOTHING if held or waive else terms.kept
    if not held:
        recharge(session, booking, old.parts, new.parts, now=now)
        if fee:
            add_line(session, booking.id, FolioKind.CHARGE, GIVEN_UP, fee, now=now)
    folio = folio_of(session, booking.id)
    over = folio.kept - (booking.total_paise if held else folio.charges)
    back = Money.total(
        refund.amount_paise for refund in return_money(session, booking, max(over, NOTHING), reason="changed", now=now)
    )
    write_anew(session, booking, reason="changed", door="change", kept=fee, now=now)
    due = _due(session, booking, old, fee)
    link = live_link(session, booking.id)
    if link is not None and link.amount_paise != due_now(booking, folio_of(session, booking.id)):
        close_links(session, [booking.id], now=now)
    if held and paid and not is_payable(due):
        # What was paid already is as much as secures it now.
        confirm(session, booking.id, actor=ActorKind.GATEWAY, door="change", now=now)
    return Settled(due, back, fee, terms.kept - fee if waive else NOTHING)


def _given_up(old: Quote, new: Quote) -> Money:
    """Nights no longer slept or cheaper now; of a table all of it, unless it is the same day."""
    if old.kind is BookingKind.STAY:
        return min(nights_given_up(old.parts, new.parts), old.total_paise)
    if old.request["service_day"] != new.request["service_day"]:
        return old.total_paise
    return max(old.total_paise - new.total_paise, NOTHING)


def _due(session: Session, booking: Booking, old: Quote, fee: Money) -> Money:
    folio = folio_of(session, booking.id)
    if booking.status in HOLDING:
        return still_due(booking.deposit_paise, folio.kept)
    dearer = max(booking.total_paise - old.total_paise, NOTHING) + fee
    secured = still_due(booking.deposit_paise + given_up_for(session, booking.id), folio.kept)
    return min(dearer, secured, max(folio.balance, NOTHING))
