"""When nothing fits just like that: what comes nearest, each difference as small as it can be."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from core.availability.beside_promises import really_free, some_free
from core.availability.flexible import EVERY_DAY, flexible_stays
from core.availability.mixing import Kind, one_after_the_other, side_by_side
from core.availability.people import RoomLimits, RoomParty, seat_people
from core.availability.places import Point
from core.availability.stay_rows import TypeRow, free_types
from core.availability.stay_search import may_be_asked, may_be_booked, search_stays, sold_as, terms_of
from core.availability.wanted import MixPart, StayMix, StayOffer, StaySearch
from core.pricing.stay_price import StayPrice, together
from models.dates import StayDates
from models.money import Money
from models.property import Property

type Nearest = StayOffer | StayMix

_NEARBY_KM: Final = 400.0
_DAYS_AROUND: Final = 3
_LONGEST_SPLIT: Final = 7
_TYPES_LOOKED_AT: Final = 120
# How many of each sort are shown before the rest may fill the list.
_AT_MOST: Final = {"type": 3, "mix": 1, "split": 1, "date": 3, "house": 2, "nearby": 2}


def nearest_stays(session: Session, search: StaySearch, *, now: datetime) -> list[StayOffer]:
    """What comes nearest, each of it one type for the whole stay."""
    return [way for way in nearest_ways(session, search, now=now) if isinstance(way, StayOffer)]


def nearest_ways(session: Session, search: StaySearch, *, now: datetime) -> list[Nearest]:
    """Another room there, several together, one after the other, nights close by, then houses nearby."""
    if not may_be_asked(search):
        return []
    plain = _plain(search)
    found: dict[str, Sequence[Nearest]] = {"type": search_stays(session, replace(plain, limit=6), now=now)}
    if not found["type"]:
        rows = free_types(session, replace(plain, rooms=1, adults=1, children=0), most=_TYPES_LOOKED_AT)
        found["mix"] = _together(session, plain, rows, now)
        found["split"] = _in_turn(session, plain, now)
    found["date"] = _around(session, search, now=now) or _around(session, plain, now=now)
    elsewhere = replace(plain, area=None, property_id=None, city=_city(session, search), limit=6)
    if elsewhere.city and (search.area or search.property_id):
        found["house"] = search_stays(session, elsewhere, now=now)
    if sum(map(len, found.values())) < search.limit and (centre := _centre(session, search)) is not None:
        around = replace(plain, city=None, area=None, property_id=None, near=centre, within_km=_NEARBY_KM, limit=6)
        found["nearby"] = search_stays(session, around, now=now)
    return choose(found, search.limit)


def choose(found: Mapping[str, Sequence[Nearest]], limit: int) -> list[Nearest]:
    """A few of every sort in the order of how little they change, then more of them while there is room."""
    first: list[Nearest] = []
    more: list[Nearest] = []
    seen: set[object] = set()
    for sort, few in _AT_MOST.items():
        fresh = [each for each in found.get(sort, ()) if _same(each) not in seen]
        seen |= {_same(each) for each in fresh}
        first += fresh[:few]
        more += fresh[few:]
    return (first + more)[:limit]


def _same(offer: Nearest) -> object:
    if isinstance(offer, StayMix):
        return offer.property_id, offer.parts
    return offer.property_id, offer.room_type_id, offer.stay


def _plain(search: StaySearch) -> StaySearch:
    """The same people on the same nights in the same place, without any other wish."""
    return replace(
        search, room_type_name=None, stars=None, amenities=(), meal_plan=None, budget_min=None, budget_max=None
    )


def _around(session: Session, search: StaySearch, *, now: datetime) -> list[StayOffer]:
    """The same stay a few days earlier or later, the smallest shift first."""
    around = timedelta(days=_DAYS_AROUND)
    window = StayDates(search.stay.arrival - around, search.stay.departure + around)
    offers = flexible_stays(session, search, window, search.stay.length, now=now, weekdays=EVERY_DAY)
    moved = [offer for offer in offers if offer.stay != search.stay]
    return sorted(moved, key=lambda offer: _shift((offer.stay.arrival - search.stay.arrival).days))


def _shift(days: int) -> tuple[int, bool]:
    """A day later is less trouble than a day earlier."""
    return abs(days), days < 0


def _together(session: Session, search: StaySearch, rows: Sequence[TypeRow], now: datetime) -> list[StayMix]:
    """Rooms of several types side by side, in each house that has enough of them."""
    by_house: dict[int, list[TypeRow]] = defaultdict(list)
    bookable = [row for row in rows if may_be_booked(row, search.stay, now)]
    for row in some_free(session, bookable, search.rooms, now=now):
        by_house[row.property_id].append(row)
    mixes: list[StayMix] = []
    for house in by_house.values():
        kinds = [_kind(row) for row in house]
        seated = side_by_side(kinds, adults=search.adults, children=search.children, rooms=search.rooms)
        if seated is not None:
            chosen = [(row, seated[row.room_type_id]) for row in house if row.room_type_id in seated]
            mixes += _priced(session, search, chosen)
    return sorted(mixes, key=lambda mix: mix.total)


def _in_turn(session: Session, search: StaySearch, now: datetime) -> list[StayMix]:
    """One type for the first nights and another for the rest, in the same house."""
    length = search.stay.length
    if not 1 < length <= _LONGEST_SPLIT:
        return []
    first: dict[int, dict[int, list[TypeRow]]] = defaultdict(lambda: defaultdict(list))
    then: dict[int, dict[int, list[TypeRow]]] = defaultdict(lambda: defaultdict(list))
    for nights in range(1, length):
        move = search.stay.arrival + timedelta(days=nights)
        halves = ((first, StayDates(search.stay.arrival, move)), (then, StayDates(move, search.stay.departure)))
        for rows, stay in halves:
            half = free_types(session, replace(search, stay=stay), most=_TYPES_LOOKED_AT)
            bookable = [row for row in half if may_be_booked(row, stay, now)]
            for row in really_free(session, bookable, search.rooms, now=now):
                rows[row.property_id][nights].append(row)
    mixes: list[StayMix] = []
    for house in first.keys() & then.keys():
        way = one_after_the_other(_kinds(first[house]), _kinds(then[house]))
        if way is not None:
            nights, before, after = way
            parties = seat_people(search.adults, search.children, search.rooms)
            ways = ((first, before), (then, after))
            chosen = [(_row(rows[house][nights], kind.key), parties) for rows, kind in ways]
            mixes += _priced(session, search, chosen)
    return sorted(mixes, key=lambda mix: mix.total)


def _kinds(rows: Mapping[int, Sequence[TypeRow]]) -> dict[int, list[Kind]]:
    return {nights: [_kind(row) for row in each] for nights, each in rows.items()}


def _kind(row: TypeRow) -> Kind:
    limits = RoomLimits(row.base_adults, row.max_adults, row.max_guests, row.extra_beds)
    return Kind(row.room_type_id, limits, row.free, sum(row.prices))


def _row(rows: Sequence[TypeRow], room_type_id: int) -> TypeRow:
    return next(row for row in rows if row.room_type_id == room_type_id)


def _priced(
    session: Session, search: StaySearch, chosen: Sequence[tuple[TypeRow, tuple[RoomParty, ...]]]
) -> Iterator[StayMix]:
    """With the exact price of each part; nothing when a part is sold on no plan."""
    terms = terms_of(session, [row for row, _ in chosen])
    parts: list[MixPart] = []
    prices: list[tuple[StayPrice, Sequence[int]]] = []
    for row, parties in chosen:
        sold = sold_as(search, row, terms, parties)
        if sold is None:
            return
        plan, price, stay = sold
        begin = sum(len(part.parties) for part in parts)
        prices.append((price, range(begin + 1, begin + len(parties) + 1)))
        parts.append(
            MixPart(row.room_type_id, row.room_type_name, plan.rate_plan_id, plan.meal_plan, stay, parties, price.total)
        )
    row = chosen[0][0]
    is_one_stay = len({part.stay for part in parts}) == 1
    total = together(prices).total if is_one_stay else Money.total(part.total for part in parts)
    yield StayMix(row.property_id, row.property_name, row.city, row.area, search.stay, tuple(parts), total)


def _city(session: Session, search: StaySearch) -> str | None:
    if search.property_id is None:
        return search.city
    return session.scalar(select(Property.city).where(Property.id == search.property_id))


def _centre(session: Session, search: StaySearch) -> Point | None:
    if search.near is not None:
        return search.near
    lat, lon = session.execute(
        select(func.avg(Property.lat), func.avg(Property.lon)).where(*search.whereabouts.conditions())
    ).one()
    return None if lat is None else (float(lat), float(lon))
