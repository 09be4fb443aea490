"""A hold takes rooms or a table off sale for a short while, at the price just quoted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session

from core.availability.nights import lock_nights
from core.bookings.approve_ask import ask_house
from core.bookings.expire import announce_lapsed, end_lapsed
from core.bookings.hold_at_once import SHORTEST_WITH_LINK, AtOnce, hold_at_once
from core.bookings.hold_stay import hold_stay, moments, proven, rooms_by_type, stay_of
from core.bookings.hold_table import hold_table
from core.bookings.let_go import let_go
from core.bookings.offer_time import time_to_approve
from core.bookings.release import end_released
from core.bookings.waitlist_line import line_goes_first
from core.errors import (
    BookingNotFound,
    QuoteLapsed,
    RoomsGone,
    StayInThePast,
    TablesGone,
    TimeHasPassed,
    TooManyHolds,
)
from core.pricing.deposit import is_payable
from core.pricing.promotions import take_use
from models.base import Json
from models.booking import Booking
from models.dates import business_date
from models.guest import Guest
from models.property import Property
from models.rates import Quote
from models.states import HOLDING, ActorKind, BookingKind, BookingStatus, Channel

MOST_HOLDS: Final = 3


@dataclass(frozen=True, slots=True)
class _Earlier:
    """Holds that must end before the new one can begin."""

    lapsed: Sequence[int]
    replaced: Sequence[int]


def place_hold(
    session: Session,
    *,
    quote_id: int,
    guest_id: int,
    conversation_id: int | None,
    channel: Channel,
    door: str,
    now: datetime,
    actor: ActorKind = ActorKind.GUEST,
    actor_id: int | None = None,
    wishes: str | None = None,
    beside: int | None = None,
    kept_until: datetime | None = None,
) -> Booking:
    """Hold what was quoted: all of it or nothing.

    A conversation that holds something of the same kind already lets go of it in the same breath, so changing one's
    mind never costs a room; a guest who keeps several holds elsewhere is refused a fourth. With `kept_until` the house
    keeps it for this guest until then, to be answered with yes or no: that ends no other hold, and waits in no line.
    """
    if beside is None and kept_until is None:
        at_once = hold_at_once(
            session,
            quote_id=quote_id,
            guest_id=guest_id,
            conversation_id=conversation_id,
            channel=channel,
            door=door,
            now=now,
            actor=actor,
            actor_id=actor_id,
            wishes=wishes,
        )
        if at_once is not None:
            return _looked_beside(session, at_once, actor=actor, now=now)
    quote, house = _promise(session, quote_id, guest_id, now)
    earlier = _earlier_holds(session, quote, guest_id, conversation_id, now, kept=kept_until is not None, beside=beside)
    if earlier.lapsed or earlier.replaced:
        _end(session, earlier, quote, actor=actor, actor_id=actor_id, door=door, now=now)
    status, until = _terms(house, quote, now) if kept_until is None else (BookingStatus.HELD, kept_until)
    values: Json = {
        "account_id": quote.account_id,
        "property_id": quote.property_id,
        "guest_id": guest_id,
        "conversation_id": conversation_id,
        "quote_id": quote.id,
        "kind": quote.kind.value,
        "status": status.value,
        "channel": channel.value,
        "total_paise": quote.total_paise.paise,
        "deposit_paise": quote.deposit_paise.paise,
        "policy": quote.policy,
        "hold_expires_at": until,
        "hold_prolonged": False,
        "wishes": wishes,
        "created_at": now,
        "changed_at": now,
        "actor": actor.value,
        "actor_id": actor_id,
        "door": door,
        "facts": {
            "total": quote.total_paise.paise,
            "deposit": quote.deposit_paise.paise,
            "hold_until": until.isoformat(),
        },
    }
    if quote.kind is BookingKind.STAY:
        booking = hold_stay(session, quote, house, values)
    else:
        booking = hold_table(session, quote, house, values)
    take_use(session, quote, booking, now=now)
    if kept_until is None and actor is not ActorKind.STAFF and line_goes_first(session, quote, guest_id, now=now):
        raise _gone(quote)
    if status is BookingStatus.PENDING_APPROVAL:
        ask_house(session, booking, now=now)
    return booking


def _looked_beside(session: Session, at_once: AtOnce, *, actor: ActorKind, now: datetime) -> Booking:
    """What was held at once is kept unless it was somebody's by promise or by their place in the line."""
    booking = at_once.booking
    if at_once.numbers_promised:
        proven(session, booking, now=now)
    if at_once.line_waits and actor is not ActorKind.STAFF:
        quote = session.get_one(Quote, booking.quote_id)
        if line_goes_first(session, quote, booking.guest_id, now=now):
            raise _gone(quote)
    return booking


def _promise(session: Session, quote_id: int, guest_id: int, now: datetime) -> tuple[Quote, Property]:
    """The quote and its house; the guest's row is locked, so that two messages of theirs cannot both take the last."""
    row = session.execute(
        select(Quote, Property)
        .join(Property, Property.id == Quote.property_id)
        .join(Guest, Guest.account_id == Quote.account_id)
        .where(Quote.id == quote_id, Guest.id == guest_id)
        .with_for_update(of=Guest, key_share=True)
    ).one_or_none()
    if row is None:
        raise BookingNotFound(quote_id=quote_id)
    quote, house = row[0], row[1]
    if quote.good_until <= now:
        raise QuoteLapsed(good_until=quote.good_until.isoformat())
    if quote.kind is BookingKind.TABLE:
        if datetime.fromisoformat(quote.request["starts_at"]) <= now:
            raise TimeHasPassed(starts=quote.request["starts_at"])
    elif stay_of(quote).arrival < (
        today := business_date(now, time_zone=house.time_zone, day_starts=house.day_starts_at)
    ):
        raise StayInThePast(arrival=quote.request["arrival"], today=today.isoformat())
    return quote, house


def _earlier_holds(
    session: Session,
    quote: Quote,
    guest_id: int,
    conversation_id: int | None,
    now: datetime,
    *,
    kept: bool,
    beside: int | None,
) -> _Earlier:
    """Lapsed holds of the house that nobody has swept yet, and what this conversation holds of the same kind.

    `beside` is the one that stays: the other half of a stay with a move in it.
    """
    rows = session.execute(
        select(
            Booking.id, Booking.guest_id, Booking.conversation_id, Booking.kind, Booking.status, Booking.hold_expires_at
        )
        .where(
            Booking.status.in_(HOLDING),
            or_(
                Booking.guest_id == guest_id,
                and_(Booking.property_id == quote.property_id, Booking.hold_expires_at <= now),
            ),
        )
        .order_by(Booking.id)
    ).all()
    running = [row for row in rows if row.hold_expires_at > now]
    replaced = [
        row.id
        for row in running
        if not kept
        and conversation_id is not None
        and row.conversation_id == conversation_id
        and row.kind is quote.kind
        and row.status is BookingStatus.HELD
        and row.id != beside
    ]
    others = len(running) - len(replaced)
    if others >= MOST_HOLDS and not kept:
        raise TooManyHolds(holds=others, most=MOST_HOLDS)
    lapsed = [row.id for row in rows if row.hold_expires_at <= now and row.kind is quote.kind]
    return _Earlier(lapsed, replaced)


def _end(
    session: Session,
    earlier: _Earlier,
    quote: Quote,
    *,
    actor: ActorKind,
    actor_id: int | None,
    door: str,
    now: datetime,
) -> None:
    """Their rows first, then all nights, old and new, in one order, and only then the counts."""
    lapsed = end_lapsed(session, now=now, among=earlier.lapsed)
    released = (
        end_released(session, booking_id, actor=actor, actor_id=actor_id, door=door, now=now)
        for booking_id in earlier.replaced
    )
    ended = [*lapsed, *(booking for booking in released if booking is not None)]
    if ended and quote.kind is BookingKind.STAY:
        lock_nights(session, [booking.id for booking in ended], rooms_by_type(quote), stay_of(quote))
    let_go(session, ended, was="held", now=now)
    announce_lapsed(session, lapsed, now=now)


def _terms(house: Property, quote: Quote, now: datetime) -> tuple[BookingStatus, datetime]:
    if house.needs_approval:
        return BookingStatus.PENDING_APPROVAL, time_to_approve(now, begins_at(quote, house))
    minutes = timedelta(minutes=house.hold_minutes)
    if is_payable(quote.deposit_paise):
        minutes = max(minutes, SHORTEST_WITH_LINK)
    return BookingStatus.HELD, now + minutes


def begins_at(quote: Quote, house: Property) -> datetime:
    """When what was quoted begins."""
    if quote.kind is BookingKind.TABLE:
        return datetime.fromisoformat(quote.request["starts_at"])
    return moments(stay_of(quote), house)[0]


def _gone(quote: Quote) -> RoomsGone | TablesGone:
    """For who is not in the line, what the line was just called for is not free."""
    if quote.kind is BookingKind.TABLE:
        return TablesGone(starts=quote.request["starts_at"], party=quote.request["party_size"])
    stay, rooms = stay_of(quote), len(quote.request["rooms"])
    return RoomsGone(arrival=stay.arrival.isoformat(), departure=stay.departure.isoformat(), rooms=rooms, free=0)
