"""What a changed booking would cost: nights that stay as they are keep the price they were promised for."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.availability.nights import nights_of
from core.availability.people import seat_people
from core.bookings.change_rooms import slept_until
from core.bookings.change_rules import check_new_dates, stay_of_booking
from core.errors import BookingNotFound, NightsNotOnSale, PartyTooLarge
from core.pricing.changed_price import Agreed, agreed_in
from core.pricing.given_code import GivenCode
from core.pricing.quote import RoomWanted, check_people, quote_table, room_types, store_stay
from models.booking import Booking
from models.dates import StayDates
from models.property import RoomType
from models.rates import Quote

_SAME: Final = ("room_type_id", "rate_plan_id", "adults", "children")


def rooms_of_quote(quote: Quote) -> list[RoomWanted]:
    """The rooms somebody was promised."""
    return [RoomWanted(*(room[name] for name in _SAME)) for room in quote.request["rooms"]]


def with_people(rooms: Sequence[RoomWanted], adults: int, children: int) -> list[RoomWanted]:
    """The same rooms with other people in them, spread evenly."""
    if not len(rooms) <= adults:
        raise PartyTooLarge(adults=adults, children=children, rooms=len(rooms))
    parties = seat_people(adults, children, len(rooms))
    return [
        RoomWanted(room.room_type_id, room.rate_plan_id, party.adults, party.children)
        for room, party in zip(rooms, parties, strict=True)
    ]


def quote_stay_change(
    session: Session,
    booking: Booking,
    *,
    now: datetime,
    stay: StayDates | None = None,
    rooms: Sequence[RoomWanted] | None = None,
    free: bool = False,
) -> Quote:
    """Promise what a stay costs with other nights, rooms or people; whether they are free, the change itself sees.

    Args:
        session: the door's transaction.
        booking: the stay as it is.
        now: the instant.
        stay: its nights then, when they change.
        rooms: its rooms then, in the order of those it has.
        free: the house takes nothing for what is added or better (its own decision, written down).
    """
    old = session.get_one(Quote, booking.quote_id)
    stay = stay or stay_of_booking(booking)
    wanted = list(rooms) if rooms is not None else rooms_of_quote(old)
    types, house = room_types(session, booking.account_id, {room.room_type_id for room in wanted})
    if house.id != booking.property_id:
        raise BookingNotFound(reference=booking.reference)
    check_people(types, wanted)
    check_new_dates(booking, stay, house, now)
    found = nights_of(session, types, stay)
    if any(len([row for row in rows if row.night < stay.departure]) < stay.length for rows in found.values()):
        raise NightsNotOnSale(arrival=stay.arrival.isoformat(), departure=stay.departure.isoformat())
    code = old.parts.get("access_code") or (old.parts.get("promotion") or {}).get("code")
    return store_stay(
        session,
        house,
        types,
        stay,
        wanted,
        found,
        now=now,
        given=GivenCode(code, booking.guest_id, booking.id),
        agreed=_agreed(session, old, wanted, free=free, slept=slept_until(booking, house, now)),
    )


def quote_table_change(
    session: Session,
    booking: Booking,
    *,
    now: datetime,
    starts_at: datetime | None = None,
    party_size: int | None = None,
) -> Quote:
    """Promise what a table costs at another time or for another party."""
    old = session.get_one(Quote, booking.quote_id)
    return quote_table(
        session,
        account_id=booking.account_id,
        property_id=booking.property_id,
        starts_at=starts_at or booking.starts_at,
        party_size=party_size or booking.party_size,
        area_id=old.request.get("area_id"),
        now=now,
    )


def _agreed(session: Session, old: Quote, wanted: Sequence[RoomWanted], *, free: bool, slept: date) -> Agreed:
    """The nights whose price stands: slept already, or in the same room, on the same plan, with the same people."""
    before = rooms_of_quote(old)
    same = {place: free or room == now for place, (room, now) in enumerate(zip(before, wanted, strict=False), start=1)}
    names = dict(
        session.execute(
            select(RoomType.id, RoomType.name).where(RoomType.id.in_({room.room_type_id for room in before}))
        ).all()
    )
    types = {place: names[room.room_type_id] for place, room in enumerate(before, start=1)}
    return agreed_in(old.parts, rooms=same, free=free, slept=slept, types=types)
