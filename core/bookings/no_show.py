"""Somebody did not come: the house keeps what the policy agreed on says, and the room is free again."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from core.bookings.arrive import take_back
from core.bookings.events import record
from core.bookings.let_go import let_go
from core.bookings.move import lock, move, why_not
from core.errors import MoveNotAllowed
from core.payments.folio import add_line, extras_of, folio_of, given_up_for, uncharge
from core.payments.invoice import write_anew
from core.payments.refund import return_money
from models.booking import Booking
from models.money import Money
from models.states import ActorKind, BookingStatus, FolioKind


@dataclass(frozen=True, slots=True)
class NoShow:
    """Who did not come, what the house keeps of what was paid, and what goes back."""

    booking: Booking
    kept: Money
    back: Money


def no_show_terms(session: Session, booking: Booking) -> NoShow:
    """What marking it would mean in money; the house keeps no more than was paid.

    What an earlier change of it had cost is kept beside.
    """
    paid, fees = folio_of(session, booking.id).kept, given_up_for(session, booking.id)
    kept = min(paid, fees + booking.total_paise.share(int(booking.policy.get("no_show_percent", 100))))
    return NoShow(booking, kept, paid - kept)


def mark_no_show(
    session: Session,
    booking_id: int,
    *,
    door: str,
    now: datetime,
    actor_id: int | None,
    actor: ActorKind = ActorKind.STAFF,
) -> NoShow:
    """Possible once the guest should have been here."""
    before = lock(session, booking_id)
    if before.status is BookingStatus.CONFIRMED and before.starts_at > now:
        raise MoveNotAllowed(reference=before.reference, status="not_due", to=BookingStatus.NO_SHOW.value)
    booking = move(session, booking_id, BookingStatus.NO_SHOW, now=now)
    if booking is None:
        raise why_not(session, booking_id, BookingStatus.NO_SHOW, now=now)
    terms = no_show_terms(session, booking)
    let_go(session, [booking], was="sold", now=now)
    uncharge(session, booking, keep=terms.kept, now=now)
    return_money(session, booking, terms.back, reason="no_show", now=now)
    facts = {"kept": terms.kept.paise, "refund": terms.back.paise}
    record(session, booking, "no_show", actor=actor, actor_id=actor_id, door=door, now=now, facts=facts)
    return terms


def undo_no_show(session: Session, booking_id: int, *, door: str, now: datetime, actor_id: int | None) -> Booking:
    """They came late, or it was a slip: the booking stands again if its place is still free, and is owed in full."""
    before = lock(session, booking_id)
    if before.status is not BookingStatus.NO_SHOW:
        raise MoveNotAllowed(reference=before.reference, status=before.status.value, to=BookingStatus.CONFIRMED.value)
    take_back(session, before, now=now)
    booking = move(session, booking_id, BookingStatus.CONFIRMED, now=now, only_from=(BookingStatus.NO_SHOW,))
    if booking is None:
        raise why_not(session, booking_id, BookingStatus.CONFIRMED, now=now)
    missing = booking.total_paise + extras_of(session, booking.id) - folio_of(session, booking.id).charges
    if missing:
        add_line(session, booking.id, FolioKind.CHARGE, "no_show_undone", missing, now=now)
        write_anew(session, booking, reason="came after all", door=door, now=now)
    record(session, booking, "no_show_undone", actor=ActorKind.STAFF, actor_id=actor_id, door=door, now=now)
    return booking
