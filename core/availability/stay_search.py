"""Rooms for a stay: one look at the night inventory, then exact prices for what is left."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import Row, Select, func, select
from sqlalchemy.dialects.postgresql import aggregate_order_by
from sqlalchemy.orm import Session

from core.availability.people import RoomLimits, fits, seat_people
from core.availability.places import Point, Whereabouts
from core.pricing.quote import MOST_NIGHTS, seasons_of
from core.pricing.rates import SeasonFacts, SellablePlan, plans_for
from core.pricing.stay_price import StayPrice, price_stay
from models.dates import StayDates, business_date
from models.inventory import NightInventory
from models.money import Money
from models.property import Property, RoomType
from models.states import PropertyKind

# The cheapest so many are priced exactly; nobody reads further in a chat. With wishes that only the exact price can
# answer, more of them are looked at.
_PRICED: Final = 20
_PRICED_WITH_WISHES: Final = 80
_NEARBY_KM: Final = 300.0
_FREE: Final = NightInventory.sellable - NightInventory.held - NightInventory.sold


@dataclass(frozen=True, slots=True)
class StaySearch:
    """What a guest is looking for; budgets are per night for all rooms, tax included."""

    account_id: int
    stay: StayDates
    adults: int
    children: int = 0
    rooms: int = 1
    city: str | None = None
    area: str | None = None
    property_id: int | None = None
    near: Point | None = None
    budget_min: Money | None = None
    budget_max: Money | None = None
    stars: int | None = None
    amenities: tuple[str, ...] = ()
    meal_plan: str | None = None
    room_type_name: str | None = None
    limit: int = 10
    within_km: float = 25.0

    @property
    def needs_prices(self) -> bool:
        """Whether only the exact price, or how far it is, says what fits best."""
        wishes = (self.budget_min, self.budget_max, self.meal_plan, self.near)
        return any(wish is not None for wish in wishes)

    @property
    def whereabouts(self) -> Whereabouts:
        """Where to look."""
        return Whereabouts(
            self.account_id, PropertyKind.HOTEL, self.city, self.area, self.property_id, self.near, self.within_km
        )


@dataclass(frozen=True, slots=True)
class StayOffer:
    """A room type that is free on every night, with its whole price."""

    property_id: int
    property_name: str
    city: str
    area: str
    stars: int | None
    picture: str | None
    room_type_id: int
    room_type_name: str
    room_picture: str | None
    rate_plan_id: int
    rate_plan_name: str
    meal_plan: str
    stay: StayDates
    rooms: int
    total: Money
    per_night: Money
    deposit: Money
    free: int
    distance_km: float | None


def search_stays(session: Session, search: StaySearch, *, now: datetime) -> list[StayOffer]:
    """What is free for these people on these nights: each house's best first, cheap or near before dear or far."""
    if search.stay.length > MOST_NIGHTS:
        return []
    found = [row for row in session.execute(_candidates(search)) if _may_arrive(row, search.stay, now)]
    plans = plans_for(session, [row.room_type_id for row in found])
    seasons = _seasons_needed(session, found, plans)
    offers = [
        offer
        for row in found
        for offer in _cheapest(search, row, plans.get(row.room_type_id, []), seasons.get(row.property_id, ()))
    ]
    return _ranked(offers)[: search.limit]


def nearest_stays(session: Session, search: StaySearch, *, now: datetime) -> list[StayOffer]:
    """When nothing fits: another room there, then nights close by, then houses nearby."""
    found: dict[tuple[int, int, StayDates], StayOffer] = {}
    for other in _relaxed(session, search):
        for offer in search_stays(session, replace(other, limit=3), now=now):
            found.setdefault((offer.property_id, offer.room_type_id, offer.stay), offer)
        if len(found) >= search.limit:
            break
    return list(found.values())[: search.limit]


def _candidates(search: StaySearch) -> Select[*tuple[Any, ...]]:
    wanted = [
        *search.whereabouts.conditions(),
        NightInventory.night >= search.stay.arrival,
        NightInventory.night < search.stay.departure,
        RoomType.max_adults * search.rooms >= search.adults,
        RoomType.max_guests * search.rooms >= search.adults + search.children,
    ]
    if search.stars is not None:
        wanted.append(Property.stars >= search.stars)
    if search.amenities:
        wanted.append(Property.amenities.contains(list(search.amenities)))
    if search.room_type_name:
        wanted.append(RoomType.name.icontains(search.room_type_name, autoescape=True))
    return (
        select(
            Property.id.label("property_id"),
            Property.name.label("property_name"),
            Property.city,
            Property.area,
            Property.stars,
            Property.picture,
            Property.lat,
            Property.lon,
            Property.time_zone,
            Property.day_starts_at,
            RoomType.id.label("room_type_id"),
            RoomType.name.label("room_type_name"),
            RoomType.picture.label("room_picture"),
            RoomType.base_adults,
            RoomType.max_adults,
            RoomType.max_guests,
            RoomType.extra_beds,
            func.array_agg(aggregate_order_by(NightInventory.price_paise, NightInventory.night)).label("prices"),
            func.min(_FREE).label("free"),
        )
        .join(RoomType, RoomType.id == NightInventory.room_type_id)
        .join(Property, Property.id == RoomType.property_id)
        .where(*wanted)
        .group_by(RoomType.id, Property.id)
        .having(
            func.count() == search.stay.length,
            func.min(_FREE) >= search.rooms,
            func.max(NightInventory.minimum_stay) <= search.stay.length,
            ~func.bool_or(NightInventory.stop_sell),
        )
        .order_by(func.sum(NightInventory.price_paise), RoomType.id)
        .limit(_PRICED_WITH_WISHES if search.needs_prices else _PRICED)
    )


def _may_arrive(row: Row[Any], stay: StayDates, now: datetime) -> bool:
    return stay.arrival >= business_date(now, time_zone=row.time_zone, day_starts=row.day_starts_at)


def _cheapest(
    search: StaySearch, row: Row[Any], plans: Sequence[SellablePlan], seasons: Sequence[SeasonFacts]
) -> Iterator[StayOffer]:
    """The cheapest plan of a room type that the guest would accept, within the budget."""
    limits = RoomLimits(row.base_adults, row.max_adults, row.max_guests, row.extra_beds)
    if not fits(limits, search.adults, search.children, search.rooms):
        return
    parties = seat_people(search.adults, search.children, search.rooms)
    nights = list(zip(search.stay.nights, row.prices, strict=True))
    priced = [
        (price_stay(plan, nights, parties, limits=limits, seasons=seasons), plan)
        for plan in plans
        if search.meal_plan in {None, plan.meal_plan}
    ]
    if not priced:
        return
    price, plan = min(priced, key=lambda option: option[0].total)
    per_night = price.per_night(search.stay.length)
    if search.budget_min is not None and per_night < search.budget_min:
        return
    if search.budget_max is not None and per_night > search.budget_max:
        return
    yield _offer(search, row, plan, price, per_night)


def _offer(search: StaySearch, row: Row[Any], plan: SellablePlan, price: StayPrice, per_night: Money) -> StayOffer:
    return StayOffer(
        property_id=row.property_id,
        property_name=row.property_name,
        city=row.city,
        area=row.area,
        stars=row.stars,
        picture=row.picture,
        room_type_id=row.room_type_id,
        room_type_name=row.room_type_name,
        room_picture=row.room_picture,
        rate_plan_id=plan.rate_plan_id,
        rate_plan_name=plan.name,
        meal_plan=plan.meal_plan,
        stay=search.stay,
        rooms=search.rooms,
        total=price.total,
        per_night=per_night,
        deposit=price.deposit,
        free=row.free,
        distance_km=search.whereabouts.distance_km(row.lat, row.lon),
    )


def _ranked(offers: Sequence[StayOffer]) -> list[StayOffer]:
    """The first option of every house, then every second one …, so that a short list still shows a choice."""
    by_price = sorted(offers, key=lambda offer: (offer.distance_km or 0, offer.total))
    seen: Counter[int] = Counter()
    ranked = []
    for offer in by_price:
        ranked.append((seen[offer.property_id], offer))
        seen[offer.property_id] += 1
    return [offer for _, offer in sorted(ranked, key=lambda place: place[0])]


def _seasons_needed(
    session: Session, found: Sequence[Row[Any]], plans: dict[int, list[SellablePlan]]
) -> dict[int, list[SeasonFacts]]:
    """Seasons matter only to plans that do not follow the night's best rate; those are few."""
    houses = {
        row.property_id for row in found if not all(plan.follows_nights for plan in plans.get(row.room_type_id, []))
    }
    return {property_id: seasons_of(session, property_id) for property_id in houses}


def _relaxed(session: Session, search: StaySearch) -> Iterator[StaySearch]:
    """Searches that ask for a little less each time."""
    plain = replace(
        search, room_type_name=None, stars=None, amenities=(), meal_plan=None, budget_min=None, budget_max=None
    )
    yield plain
    for days in (1, -1, 2, -2, 3, -3):
        by = timedelta(days=days)
        yield replace(search, stay=StayDates(search.stay.arrival + by, search.stay.departure + by))
    centre = _centre(session, search)
    yield replace(plain, area=None, property_id=None)
    if centre is not None:
        yield replace(plain, city=None, area=None, property_id=None, near=centre, within_km=_NEARBY_KM)


def _centre(session: Session, search: StaySearch) -> Point | None:
    if search.near is not None:
        return search.near
    lat, lon = session.execute(
        select(func.avg(Property.lat), func.avg(Property.lon)).where(*search.whereabouts.conditions())
    ).one()
    return None if lat is None else (float(lat), float(lon))
