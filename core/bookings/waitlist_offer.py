"""Something came free: the first in line whose wish it fits is offered it, as an ordinary hold at an ordinary price.

One offer to a transaction, so that nights are always locked in one order; the call stands until the line has been
looked at from its first to its last, and as long as it stands nobody walks past the line.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from functools import partial
from typing import Final
from zoneinfo import ZoneInfo

from sqlalchemy import delete, func, or_, select, update
from sqlalchemy.orm import Session

from core.availability.search import StaySearch, TableSearch, search_stays, search_tables
from core.availability.sittings import DayFacts
from core.bookings.events import record
from core.bookings.facts import booking_facts
from core.bookings.hold import place_hold
from core.bookings.offer_time import time_to_take
from core.bookings.waitlist_line import waits_between
from core.errors import BookingError, NothingFree
from core.messaging.outbox import say_to_guest
from core.pricing.quote import quote_stay, quote_table
from models.base import Json
from models.booking import Booking
from models.conversation import Conversation
from models.dates import StayDates
from models.guest import Guest
from models.property import Property
from models.rates import Quote
from models.states import ActorKind, BookingKind, Purpose, WaitStatus
from models.waitlist import WaitlistCall, WaitlistEntry

DOOR: Final = "waitlist"
_LOOKED_AT: Final = 30
_NAMESPACE: Final = 0x57A17  # among the advisory locks of the database

# When it begins, and how to price it.
type Fitting = tuple[datetime, Callable[[], Quote]]


def serve_next(session: Session, *, now: datetime) -> bool:
    """One step at the oldest call nobody else is at: one offer, or the end of the call. False when there is none."""
    for property_id in session.scalars(
        select(WaitlistCall.property_id).group_by(WaitlistCall.property_id).order_by(func.min(WaitlistCall.id))
    ):
        if session.scalar(select(func.pg_try_advisory_xact_lock(_key(property_id)))):
            return _serve(session, property_id, now=now)
    return False


def offer_to(session: Session, entry_id: int, *, now: datetime, actor_id: int | None = None) -> Booking:
    """The house offers it to this one, whoever stands before.

    Raises:
        NothingFree: there is nothing that fits, or they do not wait any more.
    """
    entry = session.get_one(WaitlistEntry, entry_id, populate_existing=True)
    session.execute(select(func.pg_advisory_xact_lock(_key(entry.property_id))))
    session.refresh(entry)
    booking = _offer(session, entry, now=now, actor_id=actor_id) if entry.status is WaitStatus.WAITING else None
    if booking is None:
        raise NothingFree
    return booking


def offer_choices(booking: Booking) -> list[Json]:
    """Take it, or leave it: buttons that stay good as long as the hold behind them stands."""
    return [
        {"id": f"hold:{booking.id}:yes", "title": "option_take_offer", "description": "", "value": {}},
        {"id": f"hold:{booking.id}:no", "title": "option_decline_offer", "description": "", "value": {}},
    ]


def _key(property_id: int) -> int:
    """One line, one who looks at it."""
    return (_NAMESPACE << 40) | property_id


def _serve(session: Session, property_id: int, *, now: datetime) -> bool:
    calls = session.scalars(select(WaitlistCall).where(WaitlistCall.property_id == property_id)).all()
    if not calls:
        return True  # somebody else has just finished here; there may be others
    for entry in _line(session, property_id, calls):
        if _offer(session, entry, now=now) is not None:
            return True
    session.execute(delete(WaitlistCall).where(WaitlistCall.id.in_([call.id for call in calls])))
    return True


def _line(session: Session, property_id: int, calls: Sequence[WaitlistCall]) -> Sequence[WaitlistEntry]:
    """First come, first; who has left, was erased or has had their offer is not in it."""
    about = or_(*(waits_between(call.first_day, call.last_day) for call in calls))
    return session.scalars(
        select(WaitlistEntry)
        .join(Guest, Guest.id == WaitlistEntry.guest_id)
        .where(
            WaitlistEntry.property_id == property_id,
            WaitlistEntry.status == WaitStatus.WAITING,
            Guest.erased_at.is_(None),
            about,
        )
        .order_by(WaitlistEntry.id),
        execution_options={"populate_existing": True},
    ).all()


def _offer(session: Session, entry: WaitlistEntry, *, now: datetime, actor_id: int | None = None) -> Booking | None:
    """Quote, hold and tell; None when nothing fits this wish, and then nothing has happened."""
    house = session.get_one(Property, entry.property_id)
    fitting = _stays if entry.kind is BookingKind.STAY else _tables
    for starts_at, quoted in fitting(session, entry, house, now):
        until = time_to_take(now, starts_at, ZoneInfo(house.time_zone))
        try:
            with session.begin_nested():
                return _held_for(session, entry, quoted(), until, now, actor_id)
        except BookingError:
            continue
    return None


def _held_for(
    session: Session, entry: WaitlistEntry, quote: Quote, until: datetime, now: datetime, actor_id: int | None
) -> Booking:
    talk = session.get_one(Conversation, entry.conversation_id)
    actor = ActorKind.SYSTEM if actor_id is None else ActorKind.STAFF
    booking = place_hold(
        session,
        quote_id=quote.id,
        guest_id=entry.guest_id,
        conversation_id=talk.id,
        channel=talk.channel,
        door=DOOR,
        now=now,
        actor=actor,
        actor_id=actor_id,
        kept_until=until,
    )
    taken = session.scalar(
        update(WaitlistEntry)
        .where(WaitlistEntry.id == entry.id, WaitlistEntry.status == WaitStatus.WAITING)
        .values(status=WaitStatus.OFFERED, booking_id=booking.id, changed_at=now)
        .returning(WaitlistEntry.id),
        execution_options={"synchronize_session": False},
    )
    if taken is None:
        raise NothingFree  # they left while it was being found for them
    facts = {"entry": entry.id, "waited_since": entry.created_at.isoformat()}
    record(session, booking, "offered", actor=actor, actor_id=actor_id, door=DOOR, now=now, facts=facts)
    say_to_guest(
        session,
        conversation_id=talk.id,
        reply="waitlist_offer",
        facts=booking_facts(session, booking),
        now=now,
        options=offer_choices(booking),
        purpose=Purpose.BOOKING_FACT,
        booking_id=booking.id,
        key=f"waitlist_offer:{booking.id}",
    )
    session.expire(entry)
    return booking


def _stays(session: Session, entry: WaitlistEntry, house: Property, now: datetime) -> list[Fitting]:
    """Rooms of the type waited for, or of any; the cheapest first."""
    search = StaySearch(
        account_id=entry.account_id,
        stay=StayDates(entry.first_day, entry.last_day),
        adults=entry.adults,
        children=entry.children,
        rooms=entry.rooms,
        property_id=entry.property_id,
        limit=_LOOKED_AT,
    )
    begins = datetime.combine(entry.first_day, house.check_in_at, ZoneInfo(house.time_zone))
    offers = sorted(search_stays(session, search, now=now), key=lambda each: each.total)
    return [
        (
            begins,
            partial(
                quote_stay,
                session,
                account_id=entry.account_id,
                room_type_id=offer.room_type_id,
                rate_plan_id=offer.rate_plan_id,
                stay=search.stay,
                rooms=entry.rooms,
                adults=entry.adults,
                children=entry.children,
                now=now,
            ),
        )
        for offer in offers
        if entry.room_type_id in {None, offer.room_type_id}
    ]


def _tables(session: Session, entry: WaitlistEntry, house: Property, now: datetime) -> list[Fitting]:
    """Within the window, the time nearest its middle first."""
    day = DayFacts(house.time_zone, house.day_starts_at)
    begins, ends = (None if at is None else day.moment(entry.first_day, at) for at in (entry.from_at, entry.until_at))
    middle = None if begins is None or ends is None else begins + (ends - begins) / 2
    search = TableSearch(
        account_id=entry.account_id,
        day=entry.first_day,
        party_size=entry.adults + entry.children,
        at=None if middle is None else middle.astimezone(ZoneInfo(house.time_zone)).time(),
        property_id=entry.property_id,
        limit=_LOOKED_AT,
    )
    offers = search_tables(session, search, now=now)
    if middle is not None:
        offers = sorted(offers, key=lambda offer: abs(offer.starts_at - middle))
    return [
        (
            offer.starts_at,
            partial(
                quote_table,
                session,
                account_id=entry.account_id,
                property_id=entry.property_id,
                starts_at=offer.starts_at,
                party_size=search.party_size,
                now=now,
            ),
        )
        for offer in offers
        if (begins is None or offer.starts_at >= begins) and (ends is None or offer.starts_at <= ends)
    ]
