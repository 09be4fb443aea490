"""Holds end on time: what nobody confirmed is free again, and the guest is told."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Final

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from core.bookings.events import record_all
from core.bookings.let_go import let_go
from core.bookings.tell import tell_guest, tell_house
from core.payments.folio import with_money
from models.booking import Booking, BookingEvent
from models.states import HOLDING, ActorKind, BookingStatus

DOOR = "sweep"
_UNANSWERED: Final = "request_unanswered"
_OFFERS: Final = {"offered": "waitlist_offer_lapsed", "proposed": "proposal_lapsed"}


def expire_due_holds(session: Session, *, now: datetime, limit: int = 50) -> list[int]:
    """End the holds whose time is up; one that is being paid at this instant is left to its payment."""
    ended = end_lapsed(session, now=now, limit=limit)
    let_go(session, ended, was="held", now=now)
    announce_lapsed(session, ended, now=now)
    return [booking.id for booking in ended]


def end_lapsed(
    session: Session, *, now: datetime, among: Collection[int] | None = None, limit: int | None = None
) -> Sequence[Booking]:
    """Mark lapsed holds as expired; what they held is given back by the caller. Rows somebody else has are skipped."""
    if among is not None and not among:
        return []
    due = (
        select(Booking.id)
        .where(Booking.status.in_(HOLDING), Booking.hold_expires_at <= now)
        .order_by(Booking.hold_expires_at)
        .with_for_update(skip_locked=True, key_share=True)
    )
    if among is not None:
        due = due.where(Booking.id.in_(among))
    if limit is not None:
        due = due.limit(limit)
    ended = session.scalars(
        update(Booking)
        .where(Booking.id.in_(due))
        .values(status=BookingStatus.EXPIRED, changed_at=now)
        .returning(Booking),
        execution_options={"populate_existing": True, "synchronize_session": False},
    ).all()
    record_all(session, ended, "expired", actor=ActorKind.SYSTEM, door=DOOR, now=now)
    return ended


def announce_lapsed(session: Session, ended: Sequence[Booking], *, now: datetime) -> None:
    """Tell each guest once that the hold is over and nothing was charged; who has paid hears of the money instead."""
    paid = with_money(session, [booking.id for booking in ended]) if ended else set()
    was = _what_it_was(session, [booking.id for booking in ended]) if ended else {}
    for booking in ended:
        reply = was.get(booking.id, "hold_lapsed")
        if reply == _UNANSWERED:
            tell_house(session, booking, "owner_request_lapsed", now=now)
        if booking.id not in paid or reply == _UNANSWERED:
            tell_guest(session, booking, reply, now=now)


def _what_it_was(session: Session, booking_ids: Collection[int]) -> dict[int, str]:
    """What is said of each: nobody answered a request, an offer was not taken, or simply a hold."""
    rows = session.execute(
        select(BookingEvent.booking_id, BookingEvent.kind, BookingEvent.status)
        .where(BookingEvent.booking_id.in_(booking_ids), BookingEvent.kind != "expired")
        .order_by(BookingEvent.id)
    )
    said: dict[int, str] = {}
    for booking_id, kind, status in rows:
        if status is BookingStatus.PENDING_APPROVAL:
            said[booking_id] = _UNANSWERED
        elif kind in _OFFERS:
            said[booking_id] = _OFFERS[kind]
        elif kind in {"accepted", "approved"}:
            said[booking_id] = "hold_lapsed"
    return said
