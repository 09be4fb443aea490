"""Rooms for a stay: one look at the night inventory, then exact prices for what is shown."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from core.availability.beside_promises import really_free
from core.availability.people import RoomLimits, RoomParty, seat_people
from core.availability.stay_rows import TypeRow, free_types
from core.availability.wanted import StayOffer, StaySearch
from core.pricing.plan_cache import plans_as_of
from core.pricing.quote import MOST_NIGHTS, MOST_ROOMS, seasons_of
from core.pricing.rates import BAR, SeasonFacts, SellablePlan
from core.pricing.stay_price import StayPrice, price_stay
from models.dates import StayDates, business_date
from models.money import Money

# Rows looked at beyond those shown, so that exact prices may still change places among them.
_SPARE: Final = 2


@dataclass(frozen=True, slots=True)
class Terms:
    """What a room type may be sold on, and the seasons its fixed rates follow."""

    plans: Mapping[int, Sequence[SellablePlan]]
    seasons: Mapping[int, Sequence[SeasonFacts]]


def search_stays(session: Session, search: StaySearch, *, now: datetime) -> list[StayOffer]:
    """What is free for these people on these nights: each house's best first, cheap or near before dear or far."""
    if not may_be_asked(search):
        return []
    most, found = search.limit + _SPARE, list[StayOffer]()
    after = 0
    while True:
        rows = free_types(session, search, most=most, after=after)
        found += offers_of(session, search, rows, now=now)
        if len(rows) < most or len(found) >= search.limit:
            return _ranked(found)[: search.limit]
        after, most = after + most, most * 4


def may_be_asked(search: StaySearch) -> bool:
    """Whether a house would take so many people for so long at all."""
    return search.stay.length <= MOST_NIGHTS and 1 <= search.rooms <= min(search.adults, MOST_ROOMS)


def offers_of(session: Session, search: StaySearch, rows: Sequence[TypeRow], *, now: datetime) -> list[StayOffer]:
    """Exact prices for these rows, of those the guest would accept and the house still takes."""
    bookable = [row for row in rows if may_be_booked(row, StayDates.of(row.arrival, len(row.prices)), now)]
    bookable = really_free(session, bookable, search.rooms, now=now)
    terms = terms_of(session, bookable)
    return [offer for row in bookable for offer in _best(search, row, terms)]


def may_be_booked(row: TypeRow, stay: StayDates, now: datetime) -> bool:
    """Not past, not too late to get the room ready, not beyond what the house has opened: as a quote would say."""
    today = business_date(now, time_zone=row.time_zone, day_starts=row.day_starts_at)
    if not today <= stay.arrival or stay.departure > today + timedelta(days=row.horizon_days):
        return False
    if not row.lead_minutes:
        return True
    check_in = datetime.combine(stay.arrival, row.check_in_at, ZoneInfo(row.time_zone))
    return now <= check_in - timedelta(minutes=row.lead_minutes)


def terms_of(session: Session, rows: Sequence[TypeRow]) -> Terms:
    """Seasons matter only to plans that do not follow the night's best rate; those are few."""
    plans = plans_as_of(session, {row.room_type_id: row.plan_versions for row in rows})
    fixed = {
        row.property_id for row in rows if not all(plan.follows_nights for plan in plans.get(row.room_type_id, ()))
    }
    return Terms(plans, {house: seasons_of(session, house) for house in fixed})


def _best(search: StaySearch, row: TypeRow, terms: Terms) -> Iterator[StayOffer]:
    """The plan shown first: the best the guest may still cancel, or what else they would take within the budget."""
    parties = seat_people(search.adults, search.children, search.rooms)
    if (sold := sold_as(search, row, terms, parties)) is not None:
        plan, price, stay = sold
        yield _offer(search, row, plan, price, stay)


def sold_as(
    search: StaySearch, row: TypeRow, terms: Terms, parties: Sequence[RoomParty]
) -> tuple[SellablePlan, StayPrice, StayDates] | None:
    """On which plan these people are shown the type, with its exact price."""
    limits = RoomLimits(row.base_adults, row.max_adults, row.max_guests, row.extra_beds)
    stay = StayDates.of(row.arrival, len(row.prices))
    nights = list(zip(stay.nights, map(Money, row.prices), strict=True))
    seasons = terms.seasons.get(row.property_id, ())
    for plan in _in_order(terms.plans.get(row.room_type_id, ()), search, row):
        price = price_stay(plan, nights, parties, limits=limits, seasons=seasons)
        per_night = price.per_night(stay.length)
        if (search.budget_min or per_night) <= per_night <= (search.budget_max or per_night):
            return plan, price, stay
    return None


def _in_order(plans: Sequence[SellablePlan], search: StaySearch, row: TypeRow) -> list[SellablePlan]:
    """The plans a guest would take, the house's own first and those that give nothing back last.

    Who says that a rate without a refund will do is shown that one first.
    """
    nights = len(row.prices)
    fitting = [plan for plan in plans if plan.is_for(nights) and search.meal_plan in {None, plan.meal_plan}]
    if search.refundable:
        fitting = [plan for plan in fitting if not is_strict(plan, row)]
    strict_first = search.refundable is False
    return sorted(fitting, key=lambda plan: (is_strict(plan, row) != strict_first, plan.code != BAR))


def is_strict(plan: SellablePlan, row: TypeRow) -> bool:
    """Whether what is paid on it is never given back."""
    return (plan.cancellation_policy_id or row.policy_id) in (row.strict_policies or ())


def _offer(search: StaySearch, row: TypeRow, plan: SellablePlan, price: StayPrice, stay: StayDates) -> StayOffer:
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
        stay=stay,
        rooms=search.rooms,
        total=price.total,
        per_night=price.per_night(stay.length),
        deposit=price.deposit,
        free=row.free,
        distance_km=None if row.distance_km is None else round(row.distance_km, 1),
        refundable=not is_strict(plan, row),
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
