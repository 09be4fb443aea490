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
from core.availability.reseat import A_GLANCE, Seated, Wanted, seat
from core.availability.sittings import Slot, slots_of_day, turn_time
from core.availability.tables import Off
from core.availability.turns import (
    Restaurant,
    Turn,
    closed_areas,
    covers_starting,
    parties,
    restaurants,
    turns_around,
    whats_off,
)
from core.pricing.table_deposit import DepositRule, deposit_rules
from core.pricing.table_quote import price_slot
from models.money import Money
from models.property import DiningArea, Property
from models.states import PropertyKind

# Somebody who names no time is shown the evening first.
USUAL_TIME: Final = time(20)
# From when on a kitchen that still seats people is open late.
LATE: Final = time(22, 30)
_NEARBY_KM: Final = 300.0


@dataclass(frozen=True, slots=True)
class TableSearch:
    """What a guest is looking for; `day` is the service day, `at` the local time.

    `dining` is the area of the house they wish to sit in, kept only where a house has one of that name. `late` wants
    start times from late in the evening on, `budget_max` is what a person may cost in advance.
    """

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
    dining: str | None = None
    amenities: tuple[str, ...] = ()
    budget_max: Money | None = None
    late: bool = False

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
    dining: str | None = None
    dining_id: int | None = None
    deposit_for: str | None = None


@dataclass(frozen=True, slots=True)
class _Evening:
    """A house on the day, as far as deciding about a slot needs it."""

    place: Restaurant
    turns: Sequence[Turn]
    seated: Sequence[Seated]
    off: Off
    rules: tuple[DepositRule, ...]
    area: tuple[int, str] | None


def search_tables(session: Session, search: TableSearch, *, now: datetime) -> list[TableOffer]:
    """Free start times: in one restaurant those nearest the time asked for, across several the best of each."""
    houses = _houses(session, search)
    ids = [house.id for house in houses]
    known = restaurants(session, houses)
    closed = closed_areas(session, ids, search.day)
    turns = turns_around(session, ids, search.day)
    off = whats_off(session, ids, search.day, {house: shut or () for house, shut in closed.items()})
    rules = deposit_rules(session, ids)
    areas = _areas(session, ids, search.dining)
    per_house = 1 if search.property_id is None else search.limit
    found: list[TableOffer] = []
    for house in houses:
        if closed[house.id] is None:
            continue
        seated = parties(turns[house.id], now=now)
        evening = _Evening(
            known[house.id], turns[house.id], seated, off[house.id], rules[house.id], areas.get(house.id)
        )
        free = (slot for slot in _nearest_slots(evening.place, search, now) if _has_table(evening, slot, search))
        offers = (_offer(evening, slot, search) for slot in free)
        found += sorted(
            islice((offer for offer in offers if _affordable(offer, search)), per_house),
            key=lambda offer: offer.starts_at,
        )
    return _ranked(found, search, known)[: search.limit]


def _houses(session: Session, search: TableSearch) -> list[Property]:
    """The restaurants that are what was asked for, whatever the hour."""
    wanted = search.whereabouts.conditions()
    if search.amenities:
        wanted.append(Property.amenities.contains(list(search.amenities)))
    return [
        house
        for house in session.scalars(select(Property).where(*wanted).order_by(Property.id))
        if search.cuisine is None or search.cuisine.lower() in map(str.lower, house.cuisines)
    ]


def _areas(session: Session, property_ids: Sequence[int], wish: str | None) -> dict[int, tuple[int, str]]:
    """The dining area of each house that a wish such as "on the terrace" names, where it has one."""
    if not wish:
        return {}
    rows = session.execute(
        select(DiningArea.property_id, DiningArea.id, DiningArea.name)
        .where(DiningArea.property_id.in_(property_ids), func.lower(DiningArea.name) == wish.lower())
        .order_by(DiningArea.id)
    )
    return {property_id: (area_id, name) for property_id, area_id, name in rows}


def nearest_tables(session: Session, search: TableSearch, *, now: datetime) -> list[TableOffer]:
    """When nothing fits: elsewhere in the house, then the days around, then other restaurants, then nearby."""
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
    if search.late:
        earliest = max(earliest, place.day.moment(search.day, LATE) - timedelta(minutes=1))
    open_slots = [slot for slot in slots_of_day(place.sittings, search.day, place.day) if slot.starts_at > earliest]
    return sorted(open_slots, key=lambda slot: (abs(slot.starts_at - wanted), slot.starts_at))


def _has_table(evening: _Evening, slot: Slot, search: TableSearch) -> bool:
    """Whether a hold would find a place, perhaps by giving others who have not come yet another table."""
    pacing = slot.sitting.pacing_covers
    step = timedelta(minutes=slot.sitting.slot_minutes)
    if pacing is not None and covers_starting(evening.turns, slot.starts_at, step) + search.party_size > pacing:
        return False
    ends_at = slot.starts_at + turn_time(evening.place.turn_times, search.party_size)
    wanted = Wanted(search.party_size, slot.starts_at, ends_at, evening.area[0] if evening.area else None)
    return seat(evening.place.floor, wanted, evening.seated, evening.off, patience=A_GLANCE) is not None


def _offer(evening: _Evening, slot: Slot, search: TableSearch) -> TableOffer:
    place, house = evening.place, evening.place.house
    price, deposit = price_slot(place, slot, search.party_size, evening.rules)
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
        dining=evening.area[1] if evening.area else None,
        dining_id=evening.area[0] if evening.area else None,
        deposit_for=deposit.reason,
    )


def _affordable(offer: TableOffer, search: TableSearch) -> bool:
    """A budget is what a person costs in advance; a table without a deposit fits any."""
    return search.budget_max is None or offer.deposit <= search.budget_max * search.party_size


def _ranked(offers: Sequence[TableOffer], search: TableSearch, known: dict[int, Restaurant]) -> list[TableOffer]:
    if search.property_id is not None:
        return list(offers)

    def far_from_wish(offer: TableOffer) -> tuple[float, timedelta, int]:
        wanted = known[offer.property_id].day.moment(search.day, search.at or USUAL_TIME)
        return (offer.distance_km or 0, abs(offer.starts_at - wanted), offer.property_id)

    return sorted(offers, key=far_from_wish)


def _relaxed(session: Session, search: TableSearch) -> Iterator[TableSearch]:
    """Searches that ask for a little less each time."""
    if search.dining:
        yield replace(search, dining=None)
        search = replace(search, dining=None)
    if search.late:
        search = replace(search, late=False)
        yield search
    for days in (1, -1, 2):
        yield replace(search, day=search.day + timedelta(days=days))
    anything = replace(search, area=None, property_id=None, cuisine=None, amenities=(), budget_max=None)
    yield anything
    centre = _centre(session, search)
    if centre is not None:
        yield replace(anything, city=None, near=centre, within_km=_NEARBY_KM)


def _centre(session: Session, search: TableSearch) -> Point | None:
    if search.near is not None:
        return search.near
    lat, lon = session.execute(
        select(func.avg(Property.lat), func.avg(Property.lon)).where(*search.whereabouts.conditions())
    ).one()
    return None if lat is None else (float(lat), float(lon))
