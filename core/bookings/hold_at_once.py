"""The ordinary hold, in two trips to the database: the hold itself, and the commit.

Only what is ordinary is done here: rooms of one type, nothing else held, no code, a house that need not approve.
Whatever is not is left undone and goes the longer way in core/bookings/hold.py, which knows every reason to refuse.
The statements go to the driver itself, on the session's own connection and in its transaction: the library's layers
between cost several times what the server needs for the hold (docs/performance.md).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final, NamedTuple

from psycopg.types.numeric import Int8
from sqlalchemy.orm import Session, make_transient_to_detached
from sqlalchemy.orm.attributes import instance_dict

from core.bookings.reference import new_reference
from core.errors import RoomsGone
from core.prepared import PLANNED_EACH_TIME, PLANNED_ONCE, as_the_library_says, driver_of, in_short
from core.pricing.deposit import SMALLEST_PAYMENT
from models.base import Json
from models.booking import Booking
from models.money import Money
from models.states import HOLDING, ActorKind, BookingKind, BookingStatus, Channel

# A gateway's link cannot end sooner than fifteen minutes after it is made.
SHORTEST_WITH_LINK: Final = timedelta(minutes=17)

# The guest's row is locked first, so that two messages of theirs cannot both hold the last they may; only then are the
# others looked at, in a statement that sees what was committed while we waited.
_GUEST: Final = f"SELECT {PLANNED_ONCE} FROM guest WHERE id = %(guest)s FOR NO KEY UPDATE"  # noqa: S608 - a constant

# As in core/bookings/hold_stay.py, and only where nothing has to end before it: otherwise no night may be locked yet,
# because bookings are locked before nights. The plan must not depend on how many holds there were when it was made: a
# guest's are looked up by the guest (which statuses count comes as a value), lapsed ones by their end (not by the
# house, that is what `+ 0` is for), never all holds or all bookings of a house.
_HOLD: Final = in_short("""
WITH asked AS (
    SELECT q.id, q.account_id, q.property_id, q.policy, q.total_paise, q.deposit_paise, d.parties,
        (d.parties->0->>'room_type_id')::bigint AS type_id, jsonb_array_length(d.parties) AS rooms,
        d.arrival, d.departure, d.departure - d.arrival AS nights,
        (d.arrival + p.check_in_at) AT TIME ZONE p.time_zone AS starts_at,
        (d.departure + p.check_out_at) AT TIME ZONE p.time_zone AS ends_at,
        (q.request->>'adults')::bigint AS adults, (q.request->>'children')::bigint AS children,
        %(now)s + interval '1 min' * CASE WHEN q.deposit_paise >= %(payable)s
            THEN greatest(p.hold_minutes, %(with_link)s) ELSE p.hold_minutes END AS until
    FROM quote q
    JOIN property p ON p.id = q.property_id
    JOIN guest g ON g.id = %(guest)s AND g.account_id = q.account_id,
    LATERAL (SELECT q.request->'rooms' AS parties, (q.request->>'arrival')::date AS arrival,
        (q.request->>'departure')::date AS departure) d
    WHERE q.id = %(quote)s AND q.kind = 'stay' AND q.good_until > %(now)s AND NOT p.needs_approval
        AND coalesce(q.parts->'promotion', 'null') = 'null'
        AND d.arrival >= (%(now)s AT TIME ZONE p.time_zone - p.day_starts_at::interval)::date
        AND NOT EXISTS (
            SELECT FROM jsonb_array_elements(d.parties) r
            WHERE r->'room_type_id' <> d.parties->0->'room_type_id')
        AND NOT EXISTS (
            SELECT FROM booking b WHERE b.guest_id = %(guest)s AND b.status = ANY(%(holding)s))
        AND NOT EXISTS (
            SELECT FROM booking b WHERE b.property_id + 0 = q.property_id AND b.hold_expires_at <= %(now)s
                AND b.status IN ('held', 'pending_approval'))
),
want AS (
    SELECT i.night, i.sellable, i.held, i.sold, i.sellable - i.held - i.sold AS free,
        i.minimum_stay, i.maximum_stay, i.stop_sell, i.closed_to_arrival AND i.night = a.arrival AS shut
    FROM asked a
    JOIN night_inventory i ON i.room_type_id = a.type_id AND i.night >= a.arrival AND i.night < a.departure
    ORDER BY i.night
    FOR NO KEY UPDATE OF i
),
seen AS (
    SELECT min(w.free) AS free,
        count(*) = a.nights AND max(w.minimum_stay) <= a.nights AND coalesce(min(w.maximum_stay) >= a.nights, true)
            AND NOT bool_or(w.stop_sell) AND NOT bool_or(w.shut)
            AND NOT EXISTS (
                SELECT FROM night_inventory d
                WHERE d.room_type_id = a.type_id AND d.night = a.departure AND d.closed_to_departure) AS open
    FROM asked a, want w
    GROUP BY a.nights, a.type_id, a.departure
),
booked AS (
    INSERT INTO booking (
        account_id, property_id, guest_id, conversation_id, quote_id, kind, reference, status, channel, first_day,
        last_day, starts_at, ends_at, party_size, adults, children, total_paise, deposit_paise, policy,
        hold_expires_at, hold_prolonged, wishes, created_at, changed_at)
    SELECT a.account_id, a.property_id, %(guest)s, %(talk)s, a.id, 'stay', %(code)s, 'held',
        %(channel)s, a.arrival, a.departure, a.starts_at, a.ends_at, a.adults + a.children, a.adults, a.children,
        a.total_paise, a.deposit_paise, a.policy, a.until, false, %(wishes)s, %(now)s, %(now)s
    FROM asked a, seen s WHERE s.open AND s.free >= a.rooms
    ON CONFLICT (reference) DO NOTHING
    RETURNING id
),
taken AS (
    UPDATE night_inventory i SET sellable = w.sellable, held = w.held + a.rooms, sold = w.sold
    FROM asked a, booked, want w
    WHERE i.room_type_id = a.type_id AND i.night = w.night AND i.night BETWEEN a.arrival AND a.departure
),
roomed AS (
    INSERT INTO stay_room (booking_id, room_type_id, stay, adults, children, extra_beds, is_pinned, active)
    SELECT booked.id, a.type_id, daterange(a.arrival, a.departure), r.adults, r.children, r.extra_beds, false, true
    FROM asked a, booked, jsonb_to_recordset(a.parties) AS r(adults int, children int, extra_beds int)
),
told AS (
    INSERT INTO booking_event (account_id, booking_id, kind, status, actor, actor_id, door, facts, at)
    SELECT a.account_id, booked.id, 'held', 'held', %(actor)s, %(actor_id)s, %(door)s,
        jsonb_build_object('total', a.total_paise, 'deposit', a.deposit_paise, 'hold_until', a.until), %(now)s
    FROM asked a, booked
)
SELECT booked.id, s.open, s.free, a.rooms, a.account_id, a.property_id, a.arrival, a.departure, a.starts_at, a.ends_at,
    a.adults, a.children, a.total_paise, a.deposit_paise, a.policy, a.until
FROM asked a LEFT JOIN seen s ON true LEFT JOIN booked ON true""")

_HOLDING: Final = [status.value for status in HOLDING]

# Asked once the nights are locked: whoever promised a number or called the line before has committed it by then. Both
# are only hints that core/availability/rooms.py and core/bookings/waitlist_line.py have to look.
_BESIDE: Final = f"""
SELECT
    EXISTS (SELECT FROM stay_room s
            WHERE s.room_type_id = t.id AND s.active AND s.room_id IS NOT NULL AND lower(s.stay) > q.arrival)
    OR EXISTS (SELECT FROM closure c
            WHERE c.room_type_id = t.id AND c.lifted_at IS NULL AND c.room_id IS NOT NULL
                AND lower(c.nights) > q.arrival),
    EXISTS (SELECT FROM waitlist_entry e WHERE e.property_id = t.property_id AND e.status = 'waiting'),
    back.*
FROM (SELECT {PLANNED_EACH_TIME}) back
LEFT JOIN (
    SELECT (request->>'arrival')::date AS arrival, (request->'rooms'->0->>'room_type_id')::bigint AS room_type_id
    FROM quote WHERE id = %(quote)s) q ON true
LEFT JOIN room_type t ON t.id = q.room_type_id"""  # noqa: S608 - a constant


@dataclass(frozen=True, slots=True)
class AtOnce:
    """A hold that is made; what stands beside it may still have to be looked at."""

    booking: Booking
    numbers_promised: bool
    line_waits: bool


class _Held(NamedTuple):
    """What was asked for and what came of it: a booking, or why there is none."""

    booking_id: int | None
    open: bool | None
    free: int | None
    rooms: int
    account_id: int
    property_id: int
    arrival: date
    departure: date
    starts_at: datetime
    ends_at: datetime
    adults: int
    children: int
    total_paise: int
    deposit_paise: int
    policy: Json
    until: datetime


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
    """Hold an ordinary stay; None, and nothing done, when it is not ordinary or needs more than one word to refuse.

    Raises:
        RoomsGone: every rule of the house allows it, only no room is left on one of the nights.
    """
    driver = driver_of(session)
    # A number's size would be part of the statement's name: one width for all, and it is prepared and planned once.
    values: Json = {
        "quote": Int8(quote_id),
        "guest": Int8(guest_id),
        "talk": conversation_id and Int8(conversation_id),
        "now": now,
        "holding": _HOLDING,
        "payable": Int8(SMALLEST_PAYMENT.paise),
        "with_link": Int8(SHORTEST_WITH_LINK // timedelta(minutes=1)),
        "code": new_reference(),
        "channel": channel.value,
        "wishes": wishes,
        "actor": actor.value,
        "actor_id": actor_id and Int8(actor_id),
        "door": door,
    }
    with as_the_library_says(session, driver), driver.pipeline():
        driver.execute(_GUEST, values, prepare=True)
        holding = driver.execute(_HOLD, values, prepare=True)
        beside = driver.execute(_BESIDE, values, prepare=True)
    found = holding.fetchone()
    if found is None:
        return None
    held = _Held(*found)
    if held.booking_id is None:
        if held.open and held.free is not None and held.free < held.rooms:
            stay = {"arrival": held.arrival.isoformat(), "departure": held.departure.isoformat()}
            raise RoomsGone(**stay, rooms=held.rooms, free=held.free)
        return None
    numbers_promised, line_waits, *_ = beside.fetchone() or (True, True)
    booking = _as_booking(
        session,
        held,
        guest_id=guest_id,
        conversation_id=conversation_id,
        quote_id=quote_id,
        reference=values["code"],
        channel=channel,
        wishes=wishes,
        created_at=now,
        changed_at=now,
    )
    return AtOnce(booking, numbers_promised, line_waits)


def _as_booking(session: Session, held: _Held, **known: Any) -> Booking:  # noqa: ANN401 - columns of the row
    """The row just written, as the session knows rows."""
    booking = Booking()
    instance_dict(booking).update(
        known,
        id=held.booking_id,
        account_id=held.account_id,
        property_id=held.property_id,
        kind=BookingKind.STAY,
        status=BookingStatus.HELD,
        first_day=held.arrival,
        last_day=held.departure,
        starts_at=held.starts_at,
        ends_at=held.ends_at,
        party_size=held.adults + held.children,
        adults=held.adults,
        children=held.children,
        total_paise=Money(held.total_paise),
        deposit_paise=Money(held.deposit_paise),
        policy=held.policy,
        hold_expires_at=held.until,
        hold_prolonged=False,
    )
    make_transient_to_detached(booking)
    session.add(booking)
    return booking
