"""Tables for a party: the start times of a day at which a table is really free."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from itertools import islice
from typing import Final

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from core.availability.places import Point, Whereabouts
from core.availability.sittings import Slot, slots_of_day, turn_time
from core.availability.tables import choose
from core.availability.turns import (
    Restaurant,
    Turn,
    closed_areas,
    closed_tables,
    covers_starting,
    restaurants,
    turns_around,
)
from core.pricing.table_price import price_table
from models.money import Money
from models.property import Property
from models.states import PropertyKind

# Somebody who names no time is shown the evening first.
USUAL_TIME: Final = time(20)
_NEARBY_KM: Final = 300.0


@dataclass(frozen=True, slots=True)
class TableSearch:
    """What a guest is looking for; `day` is the service day, `at` the local time."""

    account_id: int
    day: date
    party_size: int
    at: time | None = None
    city: str | None = None
    area: str | None = None
    property_id: int | None = None
    near: Point | None = None
    cuisine: str | None = None
    limit: int = 10
    within_km: float = 25.0

    @property
    def whereabouts(self) -> Whereabouts:
        """Where to look."""
        return Whereabouts(
            self.account_id, PropertyKind.RESTAURANT, self.city, self.area, self.property_id, self.near, self.within_km
        )


@dataclass(frozen=True, slots=True)
class TableOffer:
    """A start time with a table free for the whole turn."""

    property_id: int
    property_name: str
    city: str
    area: str
    cuisines: tuple[str, ...]
    sitting_id: int
    sitting_name: str
    day: date
    starts_at: datetime
    ends_at: datetime
    deposit: Money
    distance_km: float | None


def search_tables(session: Session, search: TableSearch, *, now: datetime) -> list[TableOffer]:
    """Free start times: in one restaurant those nearest the time asked for, across several the best of each."""
    wanted = search.whereabouts.conditions()
    houses = [
        house
        for house in session.scalars(select(Property).where(*wanted).order_by(Property.id))
        if search.cuisine is None or search.cuisine.lower() in map(str.lower, house.cuisines)
    ]
    ids = [house.id for house in houses]
    known = restaurants(session, houses)
    closed = closed_areas(session, ids, search.day)
    turns = turns_around(session, ids, search.day)
    out = closed_tables(session, ids, search.day)
    per_house = 1 if search.property_id is None else search.limit
    found: list[TableOffer] = []
    for house in houses:
        shut = closed[house.id]
        if shut is None:
            continue
        nearest = _nearest_slots(known[house.id], search, now)
        kept = turns[house.id]
        free = (slot for slot in nearest if _has_table(known[house.id], slot, search, kept, shut, out[house.id]))
        offers = [_offer(known[house.id], slot, search) for slot in islice(free, per_house)]
        found += sorted(offers, key=lambda offer: offer.starts_at)
    return _ranked(found, search, known)[: search.limit]


def nearest_tables(session: Session, search: TableSearch, *, now: datetime) -> list[TableOffer]:
    """When nothing fits: other restaurants there, then the days around, then restaurants nearby."""
    found: dict[tuple[int, datetime], TableOffer] = {}
    for other in _relaxed(session, search):
        for offer in search_tables(session, replace(other, limit=3), now=now):
            found.setdefault((offer.property_id, offer.starts_at), offer)
        if len(found) >= search.limit:
            break
    return list(found.values())[: search.limit]


def _nearest_slots(place: Restaurant, search: TableSearch, now: datetime) -> list[Slot]:
    """Start times that may still be booked, those nearest the time asked for first."""
    earliest = now + timedelta(minutes=place.house.lead_minutes)
    wanted = place.day.moment(search.day, search.at or USUAL_TIME)
    open_slots = [slot for slot in slots_of_day(place.sittings, search.day, place.day) if slot.starts_at > earliest]
    return sorted(open_slots, key=lambda slot: (abs(slot.starts_at - wanted), slot.starts_at))


def _has_table(
    place: Restaurant, slot: Slot, search: TableSearch, turns: Sequence[Turn], closed: set[int], out: set[int]
) -> bool:
    ends_at = slot.starts_at + turn_time(place.turn_times, search.party_size)
    pacing = slot.sitting.pacing_covers
    if pacing is not None and covers_starting(turns, slot.starts_at) + search.party_size > pacing:
        return False
    busy = {turn.table_id for turn in turns if turn.meets(slot.starts_at, ends_at)} | out
    return choose(place.floor, search.party_size, busy=busy, closed=closed) is not None


def _offer(place: Restaurant, slot: Slot, search: TableSearch) -> TableOffer:
    house = place.house
    price = price_table(
        slot.sitting,
        search.party_size,
        service_charge_percent=house.service_charge_percent,
        specified_premises=house.specified_premises,
    )
    return TableOffer(
        property_id=house.id,
        property_name=house.name,
        city=house.city,
        area=house.area,
        cuisines=tuple(house.cuisines),
        sitting_id=slot.sitting.sitting_id,
        sitting_name=slot.sitting.name,
        day=search.day,
        starts_at=slot.starts_at,
        ends_at=slot.starts_at + turn_time(place.turn_times, search.party_size),
        deposit=price.deposit,
        distance_km=search.whereabouts.distance_km(house.lat, house.lon),
    )


def _ranked(offers: Sequence[TableOffer], search: TableSearch, known: dict[int, Restaurant]) -> list[TableOffer]:
    if search.property_id is not None:
        return list(offers)

    def far_from_wish(offer: TableOffer) -> tuple[float, timedelta, int]:
        wanted = known[offer.property_id].day.moment(search.day, search.at or USUAL_TIME)
        return (offer.distance_km or 0, abs(offer.starts_at - wanted), offer.property_id)

    return sorted(offers, key=far_from_wish)


def _relaxed(session: Session, search: TableSearch) -> Iterator[TableSearch]:
    """Searches that ask for a little less each time."""
    for days in (1, -1, 2):
        yield replace(search, day=search.day + timedelta(days=days))
    yield replace(search, area=None, property_id=None, cuisine=None)
    centre = _centre(session, search)
    if centre is not None:
        yield replace(search, city=None, area=None, property_id=None, cuisine=None, near=centre, within_km=_NEARBY_KM)


def _centre(session: Session, search: TableSearch) -> Point | None:
    if search.near is not None:
        return search.near
    lat, lon = session.execute(
        select(func.avg(Property.lat), func.avg(Property.lon)).where(*search.whereabouts.conditions())
    ).one()
    return None if lat is None else (float(lat), float(lon))
