"""The house gives money back of its own accord: the bill becomes smaller by it, and nobody is asked for it again."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from core.bookings.events import record
from core.bookings.move import lock
from core.errors import RefundTooLarge
from core.payments.credit_note import credit_back
from core.payments.folio import GOODWILL, Folio, add_line, folio_of
from core.payments.refund import HOUSE, return_money
from models.folio import Refund
from models.money import NOTHING, Money
from models.states import ActorKind, FolioKind


def let_off(folio: Folio, amount: Money) -> Money:
    """How much of what goes back was owed: what was paid beyond the bill is the guest's own money."""
    beyond = max(folio.kept - folio.charges, NOTHING)
    return min(max(amount - beyond, NOTHING), folio.charges)


def give_back(
    session: Session, booking_id: int, amount: Money, *, actor_id: int | None, door: str, now: datetime
) -> Sequence[Refund]:
    """Send so much of what was paid back; the booking stays as it is.

    Raises:
        RefundTooLarge: more than was paid and not given back yet.
    """
    booking = lock(session, booking_id)
    folio = folio_of(session, booking.id)
    if amount > folio.kept:
        raise RefundTooLarge(wanted=amount.paise, left=folio.kept.paise)
    less = let_off(folio, amount)
    sent = return_money(session, booking, amount, reason=HOUSE, now=now)
    if less:
        add_line(session, booking.id, FolioKind.CHARGE, GOODWILL, -less, now=now)
        credit_back(session, booking.id, less, reason=GOODWILL, now=now)
    facts = {"refund": amount.paise, "let_off": less.paise}
    record(session, booking, "refunded", actor=ActorKind.STAFF, actor_id=actor_id, door=door, now=now, facts=facts)
    return sent
