"""Counts of rooms held and sold per room type and night.

Every change locks its nights first, room type by room type, earliest night first: overlapping stays may wait for each
other but never deadlock. The counts are guarded by a constraint of the table, whatever happens here.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final, Literal

from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from core.errors import (
    BookingError,
    ClosedToArrival,
    ClosedToDeparture,
    NightsNotOnSale,
    RoomsGone,
    StayTooLongThen,
    StayTooShort,
)
from core.prepared import Prepared
from models.dates import StayDates
from models.inventory import NightInventory, StayRoom

type Count = Literal["held", "sold"]

# All nights are locked and looked at before any is taken: `ok` has a row only when every one has room.
#
# Whoever changes the counts writes all three of them from the row as it was locked, not from the row the UPDATE itself
# sees: that one is as old as the statement, PostgreSQL checks constraints on what is made from it before it notices
# that the row has changed, and a room given back while we waited for the lock would look like one sold twice.
WANT_AND_OK: Final = """
want AS (
    SELECT i.room_type_id, i.night, w.rooms, i.sellable, i.held, i.sold, i.sellable - i.held - i.sold AS free,
        i.minimum_stay, i.maximum_stay, i.stop_sell, i.closed_to_arrival
    FROM unnest(CAST(:types AS bigint[]), CAST(:rooms AS bigint[])) AS w(room_type_id, rooms)
    JOIN night_inventory i ON i.room_type_id = w.room_type_id AND i.night >= :arrival AND i.night < :departure
    ORDER BY i.room_type_id, i.night
    FOR NO KEY UPDATE OF i
),
ok AS (
    SELECT 1 AS yes FROM want
    HAVING count(*) = :nights * cardinality(CAST(:types AS bigint[])) AND bool_and(free >= rooms)
        AND max(minimum_stay) <= :nights AND coalesce(min(maximum_stay) >= :nights, true) AND NOT bool_or(stop_sell)
        AND NOT bool_or(closed_to_arrival AND night = :arrival)
        AND NOT EXISTS (
            SELECT FROM night_inventory d
            WHERE d.room_type_id = ANY(:types) AND d.night = :departure AND d.closed_to_departure)
)"""

# The nights of some bookings with the rooms each of them has on them. Found by the first and the last night of each
# room, so that however many nights are on sale only these are looked at; a night two rooms share is locked once more,
# which costs nothing, and counted together afterwards.
_THEIRS: Final = """
theirs AS (
    SELECT r.room_type_id, r.stay, count(*) AS rooms
    FROM stay_room r
    WHERE r.booking_id = ANY(:booking_ids) AND r.active = :active
    GROUP BY 1, 2
),
reached AS (
    SELECT i.room_type_id, i.night, t.rooms, i.sellable, i.held, i.sold
    FROM theirs t
    JOIN night_inventory i
        ON i.room_type_id = t.room_type_id AND i.night >= lower(t.stay) AND i.night < upper(t.stay)
    ORDER BY i.room_type_id, i.night
    FOR NO KEY UPDATE OF i
),
locked AS (
    SELECT room_type_id, night, CAST(sum(rooms) AS bigint) AS rooms, max(sellable) AS sellable, max(held) AS held,
        max(sold) AS sold, max(sellable - held - sold) AS free
    FROM reached GROUP BY 1, 2
)"""

_SELL: Final = Prepared(
    text(
        "WITH"
        + _THEIRS
        + """
UPDATE night_inventory i SET sellable = l.sellable, held = l.held - l.rooms, sold = l.sold + l.rooms
FROM locked l WHERE i.room_type_id = l.room_type_id AND i.night = l.night"""
    )
)

_GIVE_BACK: Final = text(
    "WITH"  # noqa: S608 - our own constants are joined, values are bound
    + _THEIRS
    + """,
given AS (
    UPDATE night_inventory i
    SET sellable = l.sellable, held = l.held - CASE WHEN :held THEN l.rooms ELSE 0 END,
        sold = l.sold - CASE WHEN :held THEN 0 ELSE l.rooms END
    FROM locked l WHERE i.room_type_id = l.room_type_id AND i.night = l.night
)
UPDATE stay_room SET active = false WHERE booking_id = ANY(:booking_ids) AND active"""
)

_TAKE_AGAIN: Final = text(
    "WITH"  # noqa: S608 - our own constants are joined, values are bound
    + _THEIRS
    + """,
ok AS (
    SELECT 1 AS yes FROM locked
    HAVING count(*) = (
            SELECT count(DISTINCT (t.room_type_id, n)) FROM theirs t, generate_series(lower(t.stay), upper(t.stay) - 1,
                interval '1 day') n)
        AND bool_and(free >= rooms)
),
taken AS (
    UPDATE night_inventory i SET sellable = l.sellable, held = l.held, sold = l.sold + l.rooms
    FROM locked l, ok WHERE i.room_type_id = l.room_type_id AND i.night = l.night
)
UPDATE stay_room r SET active = true, room_id = NULL, is_pinned = false
FROM ok WHERE r.booking_id = ANY(:booking_ids) AND NOT r.active RETURNING r.id"""
)


type RoomsByType = Mapping[int, int]


@dataclass(frozen=True, slots=True)
class NightCount:
    """What a night has to spare, and what the house asks of stays that touch it."""

    night: date
    free: int
    minimum_stay: int = 1
    stop_sell: bool = False
    maximum_stay: int | None = None
    closed_to_arrival: bool = False
    closed_to_departure: bool = False


def rooms_free(nights: Sequence[NightCount]) -> int:
    """A stay is only as available as its tightest night."""
    return min((night.free for night in nights), default=0)


def sell_held(session: Session, booking_ids: Collection[int]) -> None:
    """What these bookings held is sold now."""
    _SELL.run(session, booking_ids=list(booking_ids), active=True)


def give_back(session: Session, booking_ids: Collection[int], *, was: Count) -> None:
    """Put the rooms of these bookings on sale again."""
    session.execute(_GIVE_BACK, {"booking_ids": list(booking_ids), "active": True, "held": was == "held"})


def take_again(session: Session, booking_id: int) -> bool:
    """Sell a stay the rooms it once held, if every night still has room; all or nothing.

    Their numbers may be others' by now: `core.bookings.rooms.seat_again` gives them new ones.
    """
    taken = session.execute(_TAKE_AGAIN, {"booking_ids": [booking_id], "active": False})
    return taken.first() is not None


def lock_nights(session: Session, booking_ids: Collection[int], types: Collection[int], stay: StayDates) -> None:
    """Lock the nights of some bookings together with others about to be taken, all in one order."""
    session.execute(
        text(
            """
            SELECT 1
            FROM (
                SELECT t.room_type_id, CAST(:arrival AS date) AS first, CAST(:departure AS date) AS until
                FROM unnest(CAST(:types AS bigint[])) AS t(room_type_id)
                UNION ALL
                SELECT r.room_type_id, lower(r.stay), upper(r.stay)
                FROM stay_room r WHERE r.booking_id = ANY(:booking_ids) AND r.active
            ) w
            JOIN night_inventory i ON i.room_type_id = w.room_type_id AND i.night >= w.first AND i.night < w.until
            ORDER BY i.room_type_id, i.night
            FOR NO KEY UPDATE OF i"""
        ),
        {
            "types": list(types),
            "arrival": stay.arrival,
            "departure": stay.departure,
            "booking_ids": list(booking_ids),
        },
    )


def shift(session: Session, by: Mapping[tuple[int, date], int], *, count: Count) -> None:
    """Take so many rooms more (or fewer) on these nights, which the caller has locked and looked at."""
    moved = {key: rooms for key, rooms in by.items() if rooms}
    if moved:
        column = NightInventory.held if count == "held" else NightInventory.sold
        session.execute(
            text(
                f"""
                UPDATE night_inventory i SET {column.key} = {column.key} + m.rooms
                FROM unnest(CAST(:types AS bigint[]), CAST(:nights AS date[]), CAST(:rooms AS bigint[]))
                    AS m(room_type_id, night, rooms)
                WHERE i.room_type_id = m.room_type_id AND i.night = m.night"""  # noqa: S608 - a column of ours
            ),
            {
                "types": [room_type_id for room_type_id, _ in moved],
                "nights": [night for _, night in moved],
                "rooms": list(moved.values()),
            },
        )


def rooms_by_night(session: Session, booking_id: int) -> Counter[tuple[int, date]]:
    """How many rooms of each type a booking has on each night."""
    rows = session.execute(
        select(StayRoom.room_type_id, StayRoom.stay).where(StayRoom.booking_id == booking_id, StayRoom.active)
    )
    return Counter((room_type_id, night) for room_type_id, stay in rows for night in StayDates.from_range(stay).nights)


def nights_of(session: Session, room_type_ids: Collection[int], stay: StayDates) -> dict[int, Sequence[NightInventory]]:
    """The rows of these types from arrival to departure, the day of departure included, as they are now."""
    rows = session.scalars(
        select(NightInventory)
        .where(
            NightInventory.room_type_id.in_(room_type_ids),
            NightInventory.night.between(stay.arrival, stay.departure),
        )
        .order_by(NightInventory.room_type_id, NightInventory.night)
        .execution_options(populate_existing=True)
    )
    found: dict[int, list[NightInventory]] = {room_type_id: [] for room_type_id in room_type_ids}
    for row in rows:
        found[row.room_type_id].append(row)
    return dict(found)


def counted(row: NightInventory) -> NightCount:
    """A row of the inventory as a plain value."""
    return NightCount(
        row.night,
        row.sellable - row.held - row.sold,
        row.minimum_stay,
        row.stop_sell,
        row.maximum_stay,
        row.closed_to_arrival,
        row.closed_to_departure,
    )


def why_not(session: Session, wanted: RoomsByType, stay: StayDates) -> BookingError | None:
    """Why these rooms could not be taken on these nights: the first type that is refused gives the reason."""
    found = nights_of(session, wanted, stay)
    reasons = (refusal([counted(row) for row in found[each]], stay, rooms) for each, rooms in wanted.items())
    return next((reason for reason in reasons if reason is not None), None)


def refusal(rows: Sequence[NightCount], stay: StayDates, rooms: int) -> BookingError | None:
    """The reason a hotelier would give for saying no to this stay, or None when there is none.

    `rows` are the nights of one room type; the day of departure may be among them, where its rule counts.
    """
    nights = [row for row in rows if row.night < stay.departure]
    facts = {"arrival": stay.arrival.isoformat(), "departure": stay.departure.isoformat()}
    if len(nights) < stay.length or any(night.stop_sell for night in nights):
        return NightsNotOnSale(**facts)
    if (broken := _broken_rule(rows, nights, stay)) is not None:
        return broken
    if rooms_free(nights) < rooms:
        return RoomsGone(**facts, rooms=rooms, free=rooms_free(nights))
    return None


def _broken_rule(rows: Sequence[NightCount], nights: Sequence[NightCount], stay: StayDates) -> BookingError | None:
    """The house's rule for these nights that this stay does not keep, with the night that has it."""
    facts = {"arrival": stay.arrival.isoformat(), "departure": stay.departure.isoformat()}
    strictest = max(nights, key=lambda night: night.minimum_stay)
    if strictest.minimum_stay > stay.length:
        return StayTooShort(**facts, night=strictest.night.isoformat(), least=strictest.minimum_stay)
    shortest = min(nights, key=lambda night: night.maximum_stay or stay.length)
    if (shortest.maximum_stay or stay.length) < stay.length:
        return StayTooLongThen(**facts, night=shortest.night.isoformat(), most=shortest.maximum_stay)
    if nights[0].closed_to_arrival:
        return ClosedToArrival(**facts)
    if any(row.night == stay.departure and row.closed_to_departure for row in rows):
        return ClosedToDeparture(**facts)
    return None


def counts(session: Session, room_type_id: int) -> dict[date, tuple[int, int]]:
    """Held and sold per night, of nights that have any."""
    rows = session.execute(
        select(NightInventory.night, NightInventory.held, NightInventory.sold).where(
            NightInventory.room_type_id == room_type_id, func.greatest(NightInventory.held, NightInventory.sold) > 0
        )
    )
    return {night: (held, sold) for night, held, sold in rows}
