"""Counts of rooms held and sold per room type and night.

Every change locks its nights first, room type by room type, earliest night first: overlapping stays may wait for each
other but never deadlock. The counts are guarded by a constraint of the table, whatever happens here.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final, Literal

from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from core.errors import BookingError, NightsNotOnSale, RoomsGone
from models.dates import StayDates
from models.inventory import NightInventory

type Count = Literal["held", "sold"]

# All nights are locked and looked at before any is taken: `ok` has a row only when every one has room.
#
# Whoever changes the counts writes all three of them from the row as it was locked, not from the row the UPDATE itself
# sees: that one is as old as the statement, PostgreSQL checks constraints on what is made from it before it notices
# that the row has changed, and a room given back while we waited for the lock would look like one sold twice.
WANT_AND_OK: Final = """
want AS (
    SELECT night, sellable, held, sold, sellable - held - sold AS free, minimum_stay, stop_sell
    FROM night_inventory
    WHERE room_type_id = :room_type_id AND night >= :arrival AND night < :departure
    ORDER BY night
    FOR NO KEY UPDATE
),
ok AS (
    SELECT 1 AS yes FROM want
    HAVING count(*) = :nights AND min(free) >= :rooms AND max(minimum_stay) <= :nights AND NOT bool_or(stop_sell)
)"""

# The nights of some bookings with the rooms each of them has on them.
_THEIRS: Final = """
theirs AS (
    SELECT r.room_type_id, n.night::date AS night, count(*) AS rooms
    FROM stay_room r, generate_series(lower(r.stay), upper(r.stay) - 1, interval '1 day') AS n(night)
    WHERE r.booking_id = ANY(:booking_ids) AND r.active = :active
    GROUP BY 1, 2
),
locked AS (
    SELECT i.room_type_id, i.night, t.rooms, i.sellable, i.held, i.sold, i.sellable - i.held - i.sold AS free
    FROM night_inventory i JOIN theirs t USING (room_type_id, night)
    ORDER BY i.room_type_id, i.night
    FOR NO KEY UPDATE OF i
)"""

_SELL: Final = text(
    "WITH"
    + _THEIRS
    + """
UPDATE night_inventory i SET sellable = l.sellable, held = l.held - l.rooms, sold = l.sold + l.rooms
FROM locked l WHERE i.room_type_id = l.room_type_id AND i.night = l.night"""
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
    SELECT 1 AS yes FROM locked HAVING count(*) = (SELECT count(*) FROM theirs) AND bool_and(free >= rooms)
),
taken AS (
    UPDATE night_inventory i SET sellable = l.sellable, held = l.held, sold = l.sold + l.rooms
    FROM locked l, ok WHERE i.room_type_id = l.room_type_id AND i.night = l.night
)
UPDATE stay_room r SET active = true FROM ok WHERE r.booking_id = ANY(:booking_ids) AND NOT r.active RETURNING r.id"""
)


@dataclass(frozen=True, slots=True)
class NightCount:
    """What a night has to spare."""

    night: date
    free: int
    minimum_stay: int = 1
    stop_sell: bool = False


def rooms_free(nights: Sequence[NightCount]) -> int:
    """A stay is only as available as its tightest night."""
    return min((night.free for night in nights), default=0)


def sell_held(session: Session, booking_ids: Collection[int]) -> None:
    """What these bookings held is sold now."""
    session.execute(_SELL, {"booking_ids": list(booking_ids), "active": True})


def give_back(session: Session, booking_ids: Collection[int], *, was: Count) -> None:
    """Put the rooms of these bookings on sale again."""
    session.execute(_GIVE_BACK, {"booking_ids": list(booking_ids), "active": True, "held": was == "held"})


def take_again(session: Session, booking_id: int) -> bool:
    """Sell a stay the rooms it once held, if every night still has room; all or nothing."""
    taken = session.execute(_TAKE_AGAIN, {"booking_ids": [booking_id], "active": False})
    return taken.first() is not None


def lock_nights(session: Session, booking_ids: Collection[int], room_type_id: int, stay: StayDates) -> None:
    """Lock the nights of some bookings together with others about to be taken, all in one order."""
    session.execute(
        text(
            """
            SELECT 1 FROM night_inventory i
            WHERE (i.room_type_id = :room_type_id AND i.night >= :arrival AND i.night < :departure)
               OR EXISTS (SELECT FROM stay_room r WHERE r.booking_id = ANY(:booking_ids) AND r.active
                          AND r.room_type_id = i.room_type_id AND r.stay @> i.night)
            ORDER BY i.room_type_id, i.night
            FOR NO KEY UPDATE OF i"""
        ),
        {
            "room_type_id": room_type_id,
            "arrival": stay.arrival,
            "departure": stay.departure,
            "booking_ids": list(booking_ids),
        },
    )


def why_not(session: Session, room_type_id: int, stay: StayDates, rooms: int) -> BookingError | None:
    """Why these nights could not be taken: not on sale at all, or not enough rooms on the tightest night."""
    rows = session.execute(
        select(
            NightInventory.night,
            (NightInventory.sellable - NightInventory.held - NightInventory.sold).label("free"),
            NightInventory.minimum_stay,
            NightInventory.stop_sell,
        )
        .where(
            NightInventory.room_type_id == room_type_id,
            NightInventory.night >= stay.arrival,
            NightInventory.night < stay.departure,
        )
        .order_by(NightInventory.night)
    )
    return refusal([NightCount(*row) for row in rows], stay, rooms)


def refusal(nights: Sequence[NightCount], stay: StayDates, rooms: int) -> BookingError | None:
    """The reason a hotelier would give for saying no to this stay, or None when there is none."""
    facts = {"arrival": stay.arrival.isoformat(), "departure": stay.departure.isoformat()}
    minimum = max((night.minimum_stay for night in nights), default=1)
    if len(nights) < stay.length or any(night.stop_sell for night in nights) or minimum > stay.length:
        return NightsNotOnSale(**facts, minimum_nights=minimum)
    if rooms_free(nights) < rooms:
        return RoomsGone(**facts, rooms=rooms, free=rooms_free(nights))
    return None


def counts(session: Session, room_type_id: int) -> dict[date, tuple[int, int]]:
    """Held and sold per night, of nights that have any."""
    rows = session.execute(
        select(NightInventory.night, NightInventory.held, NightInventory.sold).where(
            NightInventory.room_type_id == room_type_id, func.greatest(NightInventory.held, NightInventory.sold) > 0
        )
    )
    return {night: (held, sold) for night, held, sold in rows}
