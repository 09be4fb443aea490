"""Cancelling costs what the policy agreed on says at this moment; the rest goes back."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy.orm import Session

from core.bookings.events import record
from core.bookings.let_go import let_go
from core.bookings.move import lock, move, why_not
from core.bookings.release import release_hold
from core.bookings.tell import tell_guest, tell_house
from core.payments.folio import folio_of, given_up_for, uncharge
from core.payments.refund import desk_part, return_money
from core.pricing.cancellation import CancellationTerms, refund_due
from models.booking import Booking
from models.money import NOTHING, Money
from models.states import ActorKind, BookingStatus


@dataclass(frozen=True, slots=True)
class Cancelled:
    """A booking that is no more: what the house keeps and what goes back."""

    booking: Booking
    kept: Money
    refund: Money


def cancellation_terms(session: Session, booking: Booking, *, now: datetime) -> CancellationTerms:
    """What cancelling now would cost: told before the guest is asked to be sure.

    What an earlier change of it had cost is not given back by cancelling the rest.
    """
    paid, fees = folio_of(session, booking.id).kept, given_up_for(session, booking.id)
    terms = refund_due(
        booking.policy,
        paid=max(paid - fees, NOTHING),
        total=booking.total_paise,
        starts_at=booking.starts_at,
        now=now,
    )
    return replace(terms, kept=terms.kept + min(fees, paid))


def cancel(
    session: Session,
    booking_id: int,
    *,
    actor: ActorKind,
    door: str,
    now: datetime,
    actor_id: int | None = None,
    waive: bool = False,
) -> Cancelled:
    """End an agreed booking and return what is due; one that is only held is let go.

    Args:
        session: the door's transaction.
        booking_id: which booking.
        actor: who cancels.
        door: through which door.
        now: decides the tier of the policy.
        actor_id: the person, when it is staff.
        waive: the house forgoes its fee (an act of staff, written down as such).
    """
    before = lock(session, booking_id).status
    if before is BookingStatus.HELD:
        held = release_hold(session, booking_id, actor=actor, door=door, now=now, actor_id=actor_id)
        if actor is ActorKind.STAFF:  # a guest who lets go is answered in the conversation
            tell_guest(session, held, "hold_ended_by_house", now=now)
        return Cancelled(held, NOTHING, NOTHING)
    booking = move(session, booking_id, BookingStatus.CANCELLED, now=now)
    if booking is None:
        raise why_not(session, booking_id, BookingStatus.CANCELLED, now=now)
    terms = cancellation_terms(session, booking, now=now)
    agreed = before is BookingStatus.CONFIRMED
    # What was never agreed on costs nothing; letting go of a hold returns all that was paid towards it.
    free = waive or not agreed
    kept, back = (NOTHING, terms.kept + terms.back) if free else (terms.kept, terms.back)
    let_go(session, [booking], was="sold" if agreed else "held", now=now)
    if agreed:
        uncharge(session, booking, keep=kept, now=now)
        return_money(session, booking, back, reason="cancelled", now=now)
    at_desk = desk_part(session, booking.id, since=now)
    facts = {"kept": kept.paise, "refund": (back - at_desk).paise, "desk_refund": at_desk.paise, "waived": waive}
    record(session, booking, "cancelled", actor=actor, actor_id=actor_id, door=door, now=now, facts=facts)
    tell_guest(session, booking, "booking_cancelled", now=now, more=facts)
    tell_house(session, booking, "owner_booking_cancelled", now=now, more=facts)
    return Cancelled(booking, kept, back)
