"""The house answers a request: yes, no, or another time; whatever it says, the guest hears it at once."""

from __future__ import annotations

from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from core.availability.nights import lock_nights
from core.availability.search import (
    StaySearch,
    TableSearch,
    nearest_stays,
    nearest_tables,
    search_stays,
    search_tables,
)
from core.bookings.confirm import confirm
from core.bookings.events import record
from core.bookings.facts import booking_facts
from core.bookings.hold import begins_at, place_hold
from core.bookings.hold_at_once import SHORTEST_WITH_LINK
from core.bookings.hold_stay import rooms_by_type, stay_of
from core.bookings.let_go import let_go
from core.bookings.move import move, why_not
from core.bookings.offer_time import time_to_take
from core.bookings.tell import tell_guest
from core.messaging.outbox import say_to_guest
from core.payments.ask import ask_for_payment
from core.pricing.deposit import is_payable
from core.pricing.quote import RoomWanted, quote_rooms, quote_table
from models.base import Json
from models.booking import Booking
from models.dates import StayDates
from models.property import Property
from models.rates import Quote
from models.states import ActorKind, BookingKind, BookingStatus, Purpose

_NAMED: Final = 3
_PENDING: Final = (BookingStatus.PENDING_APPROVAL,)


def approve(session: Session, booking_id: int, *, door: str, now: datetime, actor_id: int | None) -> Booking:
    """Yes: agreed at once, or, where something is paid first, kept while the guest pays."""
    booking = _answered(session, booking_id, BookingStatus.HELD, now=now)
    record(session, booking, "approved", actor=ActorKind.STAFF, actor_id=actor_id, door=door, now=now)
    if not is_payable(booking.deposit_paise):
        return confirm(session, booking.id, actor=ActorKind.STAFF, actor_id=actor_id, door=door, now=now)
    zone = ZoneInfo(session.get_one(Property, booking.property_id).time_zone)
    booking.hold_expires_at = max(time_to_take(now, booking.starts_at, zone), now + SHORTEST_WITH_LINK)
    booking.hold_prolonged = False
    session.flush()
    link = ask_for_payment(session, booking.id, now=now)
    tell_guest(session, booking, "request_approved", now=now, more={"pay_token": link.token})
    return booking


def decline(
    session: Session, booking_id: int, *, reason: str | None, door: str, now: datetime, actor_id: int | None
) -> Booking:
    """No, kindly, with what else is free; what was paid towards it goes back."""
    booking = _answered(session, booking_id, BookingStatus.CANCELLED, now=now)
    let_go(session, [booking], was="held", now=now)
    facts = {"reason": reason}
    record(session, booking, "declined", actor=ActorKind.STAFF, actor_id=actor_id, door=door, now=now, facts=facts)
    if booking.conversation_id is not None:
        others = {"words": reason, "others": nearest_to(session, booking, now=now)}
        say_to_guest(
            session,
            conversation_id=booking.conversation_id,
            reply="request_declined",
            facts=booking_facts(session, booking) | others,
            now=now,
            options=[_choice(booking, "like", "option_what_else")],
            purpose=Purpose.BOOKING_FACT,
            booking_id=booking.id,
            key=f"request_declined:{booking.id}",
        )
    return booking


def propose(
    session: Session,
    booking_id: int,
    *,
    starts_at: datetime | None = None,
    stay: StayDates | None = None,
    door: str,
    now: datetime,
    actor_id: int | None,
) -> Booking:
    """Not then, but perhaps at another time: that is kept for the guest, who says yes or no to it.

    Raises:
        BookingError: the house is not free then either; nothing has changed.
    """
    booking = _answered(session, booking_id, BookingStatus.CANCELLED, now=now)
    asked = session.get_one(Quote, booking.quote_id)
    if booking.kind is BookingKind.STAY and stay is not None:
        lock_nights(session, [booking.id], rooms_by_type(asked), stay)
    let_go(session, [booking], was="held", now=now)
    record(session, booking, "declined", actor=ActorKind.STAFF, actor_id=actor_id, door=door, now=now)
    quote = _quote(session, booking, asked, starts_at, stay, now=now)
    house = session.get_one(Property, booking.property_id)
    kept = place_hold(
        session,
        quote_id=quote.id,
        guest_id=booking.guest_id,
        conversation_id=booking.conversation_id,
        channel=booking.channel,
        door=door,
        now=now,
        actor=ActorKind.STAFF,
        actor_id=actor_id,
        wishes=booking.wishes,
        kept_until=time_to_take(now, begins_at(quote, house), ZoneInfo(house.time_zone)),
    )
    before = {"instead_of": booking.reference}
    record(session, kept, "proposed", actor=ActorKind.STAFF, actor_id=actor_id, door=door, now=now, facts=before)
    if kept.conversation_id is not None:
        say_to_guest(
            session,
            conversation_id=kept.conversation_id,
            reply="house_proposes",
            facts=booking_facts(session, kept) | before,
            now=now,
            options=[_choice(kept, "yes", "option_take_offer"), _choice(kept, "no", "option_decline_offer")],
            purpose=Purpose.BOOKING_FACT,
            booking_id=kept.id,
            key=f"house_proposes:{kept.id}",
        )
    return kept


def _quote(
    session: Session,
    booking: Booking,
    asked: Quote,
    starts_at: datetime | None,
    stay: StayDates | None,
    *,
    now: datetime,
) -> Quote:
    """The same for the other time, at that day's price."""
    if booking.kind is BookingKind.TABLE:
        return quote_table(
            session,
            account_id=booking.account_id,
            property_id=booking.property_id,
            starts_at=starts_at or booking.starts_at,
            party_size=booking.party_size,
            now=now,
        )
    rooms = [
        RoomWanted(room["room_type_id"], room["rate_plan_id"], room["adults"], room["children"])
        for room in asked.request["rooms"]
    ]
    return quote_rooms(session, account_id=booking.account_id, stay=stay or stay_of(asked), rooms=rooms, now=now)


def nearest_to(session: Session, booking: Booking, *, now: datetime) -> list[Json]:
    """The few nearest things that are free: where, when, and the whole price or the deposit."""
    house = session.get_one(Property, booking.property_id)
    zone = ZoneInfo(house.time_zone)
    if booking.kind is BookingKind.TABLE:
        search = TableSearch(
            booking.account_id,
            booking.first_day,
            booking.party_size,
            at=booking.starts_at.astimezone(zone).time(),
            city=house.city,
            limit=_NAMED + 1,
        )
        found = search_tables(session, search, now=now) or nearest_tables(session, search, now=now)
        tables = [offer for offer in found if offer.property_id != house.id][:_NAMED]
        return [
            {"property": each.property_name, "starts": each.starts_at.astimezone(zone).isoformat(), "total": None}
            for each in tables
        ]
    wanted = StaySearch(
        booking.account_id,
        StayDates(booking.first_day, booking.last_day),
        booking.adults,
        booking.children,
        city=house.city,
        limit=_NAMED * 3,
    )
    stays = search_stays(session, wanted, now=now) or nearest_stays(session, wanted, now=now)
    others = [offer for offer in stays if offer.property_id != house.id][:_NAMED]
    return [
        {"property": each.property_name, "arrival": each.stay.arrival.isoformat(), "total": each.total.paise}
        for each in others
    ]


def _answered(session: Session, booking_id: int, to: BookingStatus, *, now: datetime) -> Booking:
    """Of two who answer, the first one counts, and nobody answers when the time is up."""
    booking = move(session, booking_id, to, now=now, only_from=_PENDING, while_held=True)
    if booking is None:
        raise why_not(session, booking_id, to, now=now)
    return booking


def _choice(booking: Booking, what: str, title: str) -> Json:
    return {"id": f"hold:{booking.id}:{what}", "title": title, "description": "", "value": {}}
