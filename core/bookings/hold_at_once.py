"""The ordinary hold, in three trips to the database: the price and its house, the hold itself, the commit.

Only what is ordinary is done here: rooms of one type, nothing else held, no code, a house that need not approve.
Whatever is not is left undone and goes the longer way in core/bookings/hold.py, which knows every reason to refuse.
The statements go to the driver itself, on the session's own connection and in its transaction: the library's layers
between cost several times what the server needs for the hold (docs/performance.md).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from psycopg.types.json import Jsonb
from psycopg.types.numeric import Int8
from sqlalchemy.orm import Session, make_transient_to_detached

from core.bookings.reference import new_reference
from core.prepared import as_the_library_says, driver_of
from core.pricing.deposit import is_payable
from models.base import Json
from models.booking import Booking
from models.dates import business_date
from models.money import Money
from models.states import ActorKind, BookingKind, BookingStatus, Channel

# A gateway's link cannot end sooner than fifteen minutes after it is made.
SHORTEST_WITH_LINK: Final = timedelta(minutes=17)

# The guest's row is locked, so that two messages of theirs cannot both hold the last they may.
_PRICE: Final = """
SELECT q.account_id, q.property_id, q.request, q.policy, q.total_paise, q.deposit_paise,
    p.time_zone, p.day_starts_at, p.check_in_at, p.check_out_at, p.hold_minutes
FROM quote q JOIN property p ON p.id = q.property_id JOIN guest g ON g.account_id = q.account_id
WHERE q.id = %(quote_id)s AND g.id = %(guest_id)s AND q.kind = 'stay' AND q.good_until > %(now)s
    AND NOT p.needs_approval AND coalesce(q.parts->'promotion', 'null') = 'null'
FOR NO KEY UPDATE OF g"""

# As in core/bookings/hold_stay.py, and only where nothing has to end before it: otherwise no night may be locked yet,
# because bookings are locked before nights.
_HOLD: Final = """
WITH want AS (
    SELECT i.night, i.sellable, i.held, i.sold, i.sellable - i.held - i.sold AS free,
        i.minimum_stay, i.maximum_stay, i.stop_sell, i.closed_to_arrival
    FROM night_inventory i
    WHERE i.room_type_id = %(room_type_id)s AND i.night >= %(arrival)s AND i.night < %(departure)s
        AND NOT EXISTS (
            SELECT FROM booking b WHERE b.guest_id = %(guest_id)s AND b.status IN ('held', 'pending_approval'))
        AND NOT EXISTS (
            SELECT FROM booking b WHERE b.property_id = %(property_id)s AND b.hold_expires_at <= %(now)s
                AND b.status IN ('held', 'pending_approval'))
    ORDER BY i.night
    FOR NO KEY UPDATE OF i
),
ok AS (
    SELECT 1 AS yes FROM want
    HAVING count(*) = %(nights)s AND min(free) >= %(rooms)s
        AND max(minimum_stay) <= %(nights)s AND coalesce(min(maximum_stay) >= %(nights)s, true)
        AND NOT bool_or(stop_sell) AND NOT bool_or(closed_to_arrival AND night = %(arrival)s)
        AND NOT EXISTS (
            SELECT FROM night_inventory d
            WHERE d.room_type_id = %(room_type_id)s AND d.night = %(departure)s AND d.closed_to_departure)
),
booked AS (
    INSERT INTO booking (
        account_id, property_id, guest_id, conversation_id, quote_id, kind, reference, status, channel, first_day,
        last_day, starts_at, ends_at, party_size, adults, children, total_paise, deposit_paise, policy,
        hold_expires_at, hold_prolonged, wishes, created_at, changed_at)
    SELECT q.account_id, q.property_id, %(guest_id)s, %(conversation_id)s, q.id, 'stay', %(reference)s, 'held',
        %(channel)s, %(arrival)s, %(departure)s, %(starts_at)s, %(ends_at)s, %(adults)s + %(children)s, %(adults)s,
        %(children)s, q.total_paise, q.deposit_paise, q.policy, %(until)s, false, %(wishes)s, %(now)s, %(now)s
    FROM ok, quote q WHERE q.id = %(quote_id)s
    ON CONFLICT (reference) DO NOTHING
    RETURNING id, account_id
),
taken AS (
    UPDATE night_inventory i SET sellable = w.sellable, held = w.held + %(rooms)s, sold = w.sold
    FROM want w, booked
    WHERE i.room_type_id = %(room_type_id)s AND i.night = w.night
),
roomed AS (
    INSERT INTO stay_room (booking_id, room_type_id, stay, adults, children, extra_beds, is_pinned, active)
    SELECT booked.id, %(room_type_id)s, daterange(%(arrival)s, %(departure)s), r.adults, r.children, r.extra_beds,
        false, true
    FROM booked, jsonb_to_recordset(%(parties)s) AS r(adults int, children int, extra_beds int)
),
told AS (
    INSERT INTO booking_event (account_id, booking_id, kind, status, actor, actor_id, door, facts, at)
    SELECT account_id, id, 'held', 'held', %(actor)s, %(actor_id)s, %(door)s, %(facts)s, %(now)s FROM booked
)
SELECT id FROM booked"""

# Asked once the nights are locked: whoever promised a number or called the line before has committed it by then. Both
# are only hints that core/availability/rooms.py and core/bookings/waitlist_line.py have to look.
_BESIDE: Final = """
SELECT
    EXISTS (SELECT FROM stay_room s
            WHERE s.room_type_id = %(room_type_id)s AND s.active AND s.room_id IS NOT NULL
                AND lower(s.stay) > %(arrival)s)
    OR EXISTS (SELECT FROM closure c
            WHERE c.room_type_id = %(room_type_id)s AND c.lifted_at IS NULL AND c.room_id IS NOT NULL
                AND lower(c.nights) > %(arrival)s),
    EXISTS (SELECT FROM waitlist_entry e WHERE e.property_id = %(property_id)s AND e.status = 'waiting')"""


@dataclass(frozen=True, slots=True)
class AtOnce:
    """A hold that is made; what stands beside it may still have to be looked at."""

    booking: Booking
    numbers_promised: bool
    line_waits: bool


@dataclass(frozen=True, slots=True)
class _Price:
    """The price told, and what of its house decides the moments of the stay."""

    account_id: int
    property_id: int
    request: Json
    policy: Json
    total_paise: int
    deposit_paise: int
    time_zone: str
    day_starts_at: time
    check_in_at: time
    check_out_at: time
    hold_minutes: int


def hold_at_once(
    session: Session,
    *,
    quote_id: int,
    guest_id: int,
    conversation_id: int | None,
    channel: Channel,
    door: str,
    now: datetime,
    actor: ActorKind,
    actor_id: int | None,
    wishes: str | None,
) -> AtOnce | None:
    """Hold an ordinary stay; None, and nothing done, when it is not ordinary or not to be had."""
    driver = driver_of(session)
    # A number's size would be part of the statement's name: one width for all, and it is prepared and planned once.
    asked: Json = {"quote_id": Int8(quote_id), "guest_id": Int8(guest_id), "now": now}
    with as_the_library_says(session, driver):
        found = driver.execute(_PRICE, asked).fetchone()
    if found is None:
        return None
    price = _Price(*found)
    arrival, departure = (date.fromisoformat(price.request[name]) for name in ("arrival", "departure"))
    types = {room["room_type_id"] for room in price.request["rooms"]}
    if len(types) != 1 or arrival < business_date(now, time_zone=price.time_zone, day_starts=price.day_starts_at):
        return None
    zone = ZoneInfo(price.time_zone)
    minutes = timedelta(minutes=price.hold_minutes)
    if is_payable(Money(price.deposit_paise)):
        minutes = max(minutes, SHORTEST_WITH_LINK)
    until = now + minutes
    adults, children = price.request["adults"], price.request["children"]
    values = asked | {
        "property_id": Int8(price.property_id),
        "conversation_id": conversation_id and Int8(conversation_id),
        "reference": new_reference(),
        "channel": channel.value,
        "arrival": arrival,
        "departure": departure,
        "nights": Int8((departure - arrival).days),
        "room_type_id": Int8(types.pop()),
        "rooms": Int8(len(price.request["rooms"])),
        "starts_at": datetime.combine(arrival, price.check_in_at, zone).astimezone(UTC),
        "ends_at": datetime.combine(departure, price.check_out_at, zone).astimezone(UTC),
        "adults": Int8(adults),
        "children": Int8(children),
        "until": until,
        "wishes": wishes,
        "parties": Jsonb(price.request["rooms"]),
        "actor": actor.value,
        "actor_id": actor_id and Int8(actor_id),
        "door": door,
        "facts": Jsonb({"total": price.total_paise, "deposit": price.deposit_paise, "hold_until": until.isoformat()}),
    }
    with as_the_library_says(session, driver), driver.pipeline():
        holding = driver.execute(_HOLD, values)
        beside = driver.execute(_BESIDE, values)
    held = holding.fetchone()
    if held is None:
        return None
    numbers_promised, line_waits = beside.fetchone() or (True, True)
    return AtOnce(_as_booking(session, held[0], price, values), numbers_promised, line_waits)


def _as_booking(session: Session, booking_id: int, price: _Price, values: Json) -> Booking:
    """The row just written, as the session knows rows."""
    booking = Booking(
        id=booking_id,
        account_id=price.account_id,
        property_id=price.property_id,
        guest_id=int(values["guest_id"]),
        conversation_id=values["conversation_id"] and int(values["conversation_id"]),
        quote_id=int(values["quote_id"]),
        kind=BookingKind.STAY,
        reference=values["reference"],
        status=BookingStatus.HELD,
        channel=Channel(values["channel"]),
        first_day=values["arrival"],
        last_day=values["departure"],
        starts_at=values["starts_at"],
        ends_at=values["ends_at"],
        party_size=price.request["adults"] + price.request["children"],
        adults=price.request["adults"],
        children=price.request["children"],
        total_paise=Money(price.total_paise),
        deposit_paise=Money(price.deposit_paise),
        policy=price.policy,
        hold_expires_at=values["until"],
        hold_prolonged=False,
        wishes=values["wishes"],
        created_at=values["now"],
        changed_at=values["now"],
    )
    make_transient_to_detached(booking)
    session.add(booking)
    return booking
