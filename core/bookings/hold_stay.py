"""The nights of a stay are locked, looked at and taken in one statement, with the booking, its rooms and its event.

Rooms of several types are taken together: all of them or none.
"""

from __future__ import annotations

from collections import Counter
from datetime import UTC, date, datetime
from typing import Final
from zoneinfo import ZoneInfo

from sqlalchemy import bindparam, delete, select, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Session

from core.availability.nights import WANT_AND_OK, give_back, why_not
from core.availability.rooms import prove
from core.bookings.reference import new_reference
from core.errors import RoomsGone, RoomsPromised
from models.base import Json
from models.booking import Booking, BookingEvent
from models.dates import StayDates
from models.inventory import StayRoom
from models.property import Property
from models.rates import Quote

# The booking is inserted only when every night has room, and the nights are taken only when it was inserted: nothing
# is ever half done. A reference already given away leaves no row, and the caller tries another.
_HOLD: Final = text(
    "WITH"  # noqa: S608 - our own constants are joined, values are bound
    + WANT_AND_OK
    + """,
booked AS (
    INSERT INTO booking (
        account_id, property_id, guest_id, conversation_id, quote_id, kind, reference, status, channel, first_day,
        last_day, starts_at, ends_at, party_size, adults, children, total_paise, deposit_paise, policy,
        hold_expires_at, hold_prolonged, wishes, created_at, changed_at)
    SELECT :account_id, :property_id, :guest_id, :conversation_id, :quote_id, :kind, :reference, :status, :channel,
        :arrival, :departure, :starts_at, :ends_at, :party_size, :adults, :children, :total_paise, :deposit_paise,
        :policy, :hold_expires_at, :hold_prolonged, :wishes, :created_at, :changed_at
    FROM ok
    ON CONFLICT (reference) DO NOTHING
    RETURNING *
),
taken AS (
    UPDATE night_inventory i SET sellable = w.sellable, held = w.held + w.rooms, sold = w.sold
    FROM want w, booked
    WHERE i.room_type_id = w.room_type_id AND i.night = w.night
),
roomed AS (
    INSERT INTO stay_room (booking_id, room_type_id, stay, adults, children, extra_beds, is_pinned, active)
    SELECT booked.id, r.room_type_id, daterange(:arrival, :departure), r.adults, r.children, r.extra_beds, false, true
    FROM booked, jsonb_to_recordset(:parties) AS r(room_type_id bigint, adults int, children int, extra_beds int)
    ORDER BY r.room_type_id
),
told AS (
    INSERT INTO booking_event (account_id, booking_id, kind, status, actor, actor_id, door, facts, at)
    SELECT account_id, id, 'held', status, :actor, :actor_id, :door, :facts, created_at FROM booked
)
SELECT * FROM booked"""
).bindparams(bindparam("policy", type_=JSONB), bindparam("facts", type_=JSONB), bindparam("parties", type_=JSONB))
_TRIES: Final = 5


def hold_stay(session: Session, quote: Quote, house: Property, values: Json) -> Booking:
    """Take the rooms of a quoted stay off sale."""
    request = quote.request
    stay = stay_of(quote)
    wanted = rooms_by_type(quote)
    starts_at, ends_at = moments(stay, house)
    parameters = values | {
        "arrival": stay.arrival,
        "departure": stay.departure,
        "nights": stay.length,
        "types": list(wanted),
        "rooms": list(wanted.values()),
        "starts_at": starts_at,
        "ends_at": ends_at,
        "adults": request["adults"],
        "children": request["children"],
        "party_size": request["adults"] + request["children"],
        "parties": request["rooms"],
    }
    for _ in range(_TRIES):
        booking: Booking | None = session.scalar(
            select(Booking).from_statement(_HOLD), parameters | {"reference": new_reference()}
        )
        if booking is not None:
            return proven(session, booking, now=values["created_at"])
        if (refused := why_not(session, wanted, stay)) is not None:
            raise refused
    raise RoomsGone(arrival=request["arrival"], departure=request["departure"], rooms=len(request["rooms"]), free=0)


def proven(session: Session, booking: Booking, *, now: datetime) -> Booking:
    """Beside rooms promised or closed by number a hold is only kept when everybody still has a room."""
    try:
        prove(session, booking.id, now=now)
    except RoomsPromised:
        give_back(session, [booking.id], was="held")
        for rows in (
            delete(BookingEvent).where(BookingEvent.booking_id == booking.id),
            delete(StayRoom).where(StayRoom.booking_id == booking.id),
            delete(Booking).where(Booking.id == booking.id),
        ):
            session.execute(rows)
        raise
    return booking


def stay_of(quote: Quote) -> StayDates:
    """The nights a stay was quoted for."""
    return StayDates(date.fromisoformat(quote.request["arrival"]), date.fromisoformat(quote.request["departure"]))


def rooms_by_type(quote: Quote) -> dict[int, int]:
    """How many rooms of each type a stay was quoted for."""
    return dict(Counter(room["room_type_id"] for room in quote.request["rooms"]))


def moments(stay: StayDates, house: Property) -> tuple[datetime, datetime]:
    """Check-in and check-out as instants, by the clock of the house."""
    zone = ZoneInfo(house.time_zone)
    return (
        datetime.combine(stay.arrival, house.check_in_at, zone).astimezone(UTC),
        datetime.combine(stay.departure, house.check_out_at, zone).astimezone(UTC),
    )
