"""The question put to the night inventory: which room types of which houses are free on all of these nights.

One statement per shape of wish, written once, so that the database keeps its plan. Every house's cheapest type comes
before anybody's second, and what the rows refuse here is exactly what a hold refuses.
"""

from __future__ import annotations

from datetime import date, time
from functools import lru_cache
from math import cos, radians
from typing import Any, Final, NamedTuple

from sqlalchemy import TextClause, bindparam, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Session
from sqlalchemy.types import String

from core.availability.rooms import STANDS_FAST
from core.availability.wanted import StaySearch
from core.pricing.plan_cache import VERSIONS

_KM_PER_DEGREE: Final = 111.0
# Great circle on a ball, in kilometres; as in places.distance_km.
_KM: Final = """2 * 6371.0 * asin(least(1.0, sqrt(
    power(sin(radians(p.lat - :lat) / 2), 2)
    + cos(radians(:lat)) * cos(radians(p.lat)) * power(sin(radians(p.lon - :lon) / 2), 2))))"""

_WHERE: Final = {
    "account_id": "p.account_id = :account_id AND p.kind = 'hotel'",
    "city": "lower(p.city) = :city",
    "area": "lower(p.area) = :area",
    "property_id": "p.id = :property_id",
    "near": f"p.lat BETWEEN :south AND :north AND p.lon BETWEEN :west AND :east AND {_KM} <= :within_km",
    "stars": "p.stars >= :stars",
    "amenities": "p.amenities @> :amenities",
    "room_type_name": "t.name ILIKE :type_like",
    "meal_plan": "EXISTS (SELECT FROM rate_plan r WHERE r.property_id = p.id AND r.meal_plan = :meal_plan)",
}
# The rules of a stay over its nights; the same words stand in nights.py, where they are asked under a lock.
_RULES: Final = """
    n.nights = :nights AND n.free >= :rooms AND n.shortest <= :nights AND n.longest >= :nights AND n.open"""
# Policies that give nothing back at any time; read once for the whole statement.
_STRICT: Final = """(
    SELECT array_agg(c.id) FROM cancellation_policy c
    WHERE c.account_id = :account_id AND NOT c.terms @> '{"tiers": [{"percent": 0}]}')"""
_LEAVING: Final = """NOT coalesce((
    SELECT d.closed_to_departure FROM night_inventory d
    WHERE d.room_type_id = t.id AND d.night = {departure}), false)"""

# Only the rows shown are joined to their names and to the versions of their plans.
_SHOWN: Final = """
SELECT p.id, p.name, p.city, p.area, p.stars, p.picture, p.time_zone, p.day_starts_at, p.check_in_at, p.lead_minutes,
    p.horizon_days, p.cancellation_policy_id, {strict}, {versions}, f.km, t.id, t.name, t.picture, t.base_adults,
    t.max_adults, t.max_guests, t.extra_beds, f.arrival, f.prices, f.free, {promised}
FROM ({found}) f
JOIN property p ON p.id = f.property_id
JOIN room_type t ON t.id = f.room_type_id
ORDER BY {order}
"""

_STAYS: Final = """
    SELECT p.id AS property_id, t.id AS room_type_id, {km} AS km, CAST(:arrival AS date) AS arrival, n.prices, n.free,
        n.base, row_number() OVER (PARTITION BY p.id ORDER BY n.base, t.id) AS place
    FROM property p
    JOIN room_type t ON t.property_id = p.id
    CROSS JOIN LATERAL (
        SELECT count(*) AS nights, min(i.sellable - i.held - i.sold) AS free, max(i.minimum_stay) AS shortest,
            min(coalesce(i.maximum_stay, :nights)) AS longest, sum(i.price_paise) AS base,
            bool_and(NOT i.stop_sell AND NOT (i.closed_to_arrival AND i.night = :arrival)) AS open,
            array_agg(i.price_paise ORDER BY i.night) AS prices
        FROM night_inventory i
        WHERE i.room_type_id = t.id AND i.night >= :arrival AND i.night < :departure
    ) n
    WHERE {where} AND {rules} AND {leaving}
    ORDER BY place, km, base, room_type_id
    LIMIT :most OFFSET :after"""

_ARRIVALS: Final = """
    SELECT * FROM (
        SELECT p.id AS property_id, t.id AS room_type_id, {km} AS km, n.arrival, n.prices, n.free, n.base,
            row_number() OVER (PARTITION BY n.arrival ORDER BY {km}, n.base, t.id) AS place
        FROM property p
        JOIN room_type t ON t.property_id = p.id
        CROSS JOIN LATERAL (
            SELECT i.night AS arrival, count(*) OVER w AS nights, max(i.night) OVER w AS last_night,
                min(i.sellable - i.held - i.sold) OVER w AS free, max(i.minimum_stay) OVER w AS shortest,
                min(coalesce(i.maximum_stay, :nights)) OVER w AS longest, sum(i.price_paise) OVER w AS base,
                bool_and(NOT i.stop_sell) OVER w AND NOT i.closed_to_arrival AS open,
                array_agg(i.price_paise) OVER w AS prices
            FROM night_inventory i
            WHERE i.room_type_id = t.id AND i.night >= :arrival AND i.night < :departure
            WINDOW w AS (ORDER BY i.night ROWS BETWEEN CURRENT ROW AND :nights - 1 FOLLOWING)
        ) n
        WHERE {where} AND {rules} AND n.last_night - n.arrival = :nights - 1
            AND extract(isodow FROM n.arrival) = ANY(:weekdays) AND {leaving}
    ) every
    WHERE place <= :most"""


class TypeRow(NamedTuple):
    """A room type that is free, as it comes out of the database."""

    property_id: int
    property_name: str
    city: str
    area: str
    stars: int | None
    picture: str | None
    time_zone: str
    day_starts_at: time
    check_in_at: time
    lead_minutes: int
    horizon_days: int
    policy_id: int
    strict_policies: list[int] | None
    plan_versions: str
    distance_km: float | None
    room_type_id: int
    room_type_name: str
    room_picture: str | None
    base_adults: int
    max_adults: int
    max_guests: int
    extra_beds: int
    arrival: date
    prices: list[int]
    free: int
    # Numbers are promised or closed later on: how many can be held is seen by trying (beside_promises.py).
    promised: bool


def free_types(session: Session, search: StaySearch, *, most: int, after: int = 0) -> list[TypeRow]:
    """The types free on all nights of the stay, the next so many of them."""
    values = _values(search) | {"most": most, "after": after}
    return [TypeRow(*row) for row in session.connection().execute(_statement(_STAYS, _shape(search)), values).all()]


def free_arrivals(
    session: Session, search: StaySearch, *, nights: int, weekdays: tuple[int, ...], most: int
) -> list[TypeRow]:
    """For every day of the search's dates on which so many nights may begin, so many of the cheapest types."""
    values = _values(search) | {"nights": nights, "weekdays": list(weekdays), "most": most}
    return [TypeRow(*row) for row in session.connection().execute(_statement(_ARRIVALS, _shape(search)), values).all()]


def _shape(search: StaySearch) -> tuple[str, ...]:
    """Which of the wishes are said: each such set has a statement of its own."""
    return tuple(name for name in _WHERE if getattr(search, name) not in {None, "", ()})


@lru_cache(maxsize=256)
def _statement(form: str, shape: tuple[str, ...]) -> TextClause:
    near = "near" in shape
    fits = ("t.max_adults >= :grown", "t.max_guests >= :heads")
    leaving = "CAST(:departure AS date)" if form is _STAYS else "n.last_night + 1"
    found = form.format(
        km=_KM if near else "CAST(NULL AS float)",
        where=" AND ".join((*(_WHERE[name] for name in shape), *fits)),
        rules=_RULES,
        leaving=_LEAVING.format(departure=leaving),
    )
    order = "f.place, f.km, f.base, t.id" if form is _STAYS else "f.arrival, f.place"
    promised = STANDS_FAST.format(room_type_id="t.id", arrival="f.arrival")
    words = _SHOWN.format(found=found, strict=_STRICT, versions=VERSIONS, order=order, promised=promised)
    arrays = [bindparam("amenities", type_=ARRAY(String))] if "amenities" in shape else []
    return text(words).bindparams(*arrays)


def _values(search: StaySearch) -> dict[str, Any]:
    """Everything the statement may name; each room takes as many people as the fullest of them."""
    values: dict[str, Any] = {
        "account_id": search.account_id,
        "city": (search.city or "").lower(),
        "area": (search.area or "").lower(),
        "property_id": search.property_id,
        "stars": search.stars,
        "amenities": list(search.amenities),
        "meal_plan": search.meal_plan,
        "arrival": search.stay.arrival,
        "departure": search.stay.departure,
        "nights": search.stay.length,
        "rooms": search.rooms,
        "grown": -(-search.adults // search.rooms),
        "heads": -(-(search.adults + search.children) // search.rooms),
        "within_km": search.within_km,
    }
    if search.room_type_name:
        values["type_like"] = f"%{_plainly(search.room_type_name)}%"
    if search.near is not None:
        lat, lon = search.near
        up = search.within_km / _KM_PER_DEGREE
        across = up / max(cos(radians(lat)), 0.01)
        values |= {"lat": lat, "lon": lon, "south": lat - up, "north": lat + up, "west": lon - across}
        values["east"] = lon + across
    return values


def _plainly(name: str) -> str:
    """A guest's per cent sign is a per cent sign."""
    return name.replace("\\", r"\\").replace("%", r"\%").replace("_", r"\_")
