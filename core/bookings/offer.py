"""A hold the house made for a guest (their turn in the line, another time proposed) waits for a yes or a no."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from core.bookings.approve_ask import ask_house
from core.bookings.events import record
from core.bookings.hold_at_once import SHORTEST_WITH_LINK
from core.bookings.move import lock, move, why_not
from core.bookings.offer_time import time_to_approve
from core.bookings.release import release_hold
from core.errors import BookingNotFound
from models.booking import Booking, BookingEvent
from models.property import Property
from models.states import ActorKind, BookingStatus

MADE_BY_HOUSE: Final = ("offered", "proposed")
ACCEPTED: Final = "accepted"


def accept(session: Session, booking_id: int, *, guest_id: int, door: str, now: datetime) -> Booking:
    """Yes: kept long enough to pay; where the house says yes first, what came through the line is asked for now."""
    booking = _theirs(session, booking_id, guest_id)
    ends = booking.hold_expires_at
    if booking.status is not BookingStatus.HELD or ends is None or ends <= now:
        raise why_not(session, booking_id, BookingStatus.CONFIRMED, now=now)
    house = session.get_one(Property, booking.property_id)
    if house.needs_approval and _has(session, booking_id, "offered"):
        asked = move(session, booking_id, BookingStatus.PENDING_APPROVAL, now=now)
        if asked is None:
            raise why_not(session, booking_id, BookingStatus.PENDING_APPROVAL, now=now)
        asked.hold_expires_at = time_to_approve(now, booking.starts_at)
        session.flush()
        record(session, asked, ACCEPTED, actor=ActorKind.GUEST, actor_id=guest_id, door=door, now=now)
        ask_house(session, asked, now=now)
        return asked
    booking.hold_expires_at = max(ends, now + max(timedelta(minutes=house.hold_minutes), SHORTEST_WITH_LINK))
    booking.changed_at = now
    session.flush()
    if not _has(session, booking_id, ACCEPTED):
        record(session, booking, ACCEPTED, actor=ActorKind.GUEST, actor_id=guest_id, door=door, now=now)
    return booking


def refuse(session: Session, booking_id: int, *, guest_id: int, door: str, now: datetime) -> Booking:
    """No: free again, for the next in line first."""
    booking = _theirs(session, booking_id, guest_id)
    return release_hold(session, booking.id, actor=ActorKind.GUEST, actor_id=guest_id, door=door, now=now)


def unanswered(session: Session, guest_id: int, *, now: datetime) -> list[int]:
    """What is kept for this guest and waits for their yes or no, the newest first."""
    made = exists().where(BookingEvent.booking_id == Booking.id, BookingEvent.kind.in_(MADE_BY_HOUSE))
    accepted = exists().where(BookingEvent.booking_id == Booking.id, BookingEvent.kind == ACCEPTED)
    return list(
        session.scalars(
            select(Booking.id)
            .where(
                Booking.guest_id == guest_id,
                Booking.status == BookingStatus.HELD,
                Booking.hold_expires_at > now,
                made,
                ~accepted,
            )
            .order_by(Booking.id.desc())
        )
    )


def _theirs(session: Session, booking_id: int, guest_id: int) -> Booking:
    booking = lock(session, booking_id)
    if booking.guest_id != guest_id:
        raise BookingNotFound(booking_id=booking_id)
    return booking


def _has(session: Session, booking_id: int, kind: str) -> bool:
    known = exists().where(BookingEvent.booking_id == booking_id, BookingEvent.kind == kind)
    return bool(session.scalar(select(known)))
