"""A price told to a guest: worked out once, stored with its parts, and kept until it lapses.

`Quote.request` of a stay is {arrival, departure, adults, children, rooms: [{room_type_id, rate_plan_id, adults,
children, extra_beds}]}; of a table see core/pricing/table_quote.py. `Quote.parts` has every
line a guest or an accountant may ask about (`StayPrice.as_parts`, `TablePrice.as_parts`) and the names as they were.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.availability.beside_promises import check_given
from core.availability.nights import counted, nights_of, refusal
from core.availability.people import RoomLimits, RoomParty, fits, seat_people
from core.errors import (
    BeyondHorizon,
    BookingNotFound,
    PartyTooLarge,
    StayInThePast,
    StayTooLong,
    TooLateToArrive,
)
from core.pricing.cancellation import strictest
from core.pricing.changed_price import Agreed, as_agreed, shortened
from core.pricing.given_code import GivenCode, access_code, included, plans_sold, with_given, with_given_still
from core.pricing.rates import SeasonFacts, SellablePlan
from core.pricing.stay_price import price_stay, together
from core.pricing.table_quote import table_terms
from models.base import Json
from models.dates import StayDates, business_date
from models.inventory import NightInventory
from models.money import Money
from models.property import Property, RoomType, Season
from models.rates import CancellationPolicy, Quote
from models.states import BookingKind

# How long a price stands; a hold keeps it beyond that.
GOOD_FOR: Final = timedelta(minutes=60)
MOST_NIGHTS: Final = 60
MOST_ROOMS: Final = 20


@dataclass(frozen=True, slots=True)
class RoomWanted:
    """One room of a stay: its type, the plan it is sold on, and who sleeps in it."""

    room_type_id: int
    rate_plan_id: int
    adults: int
    children: int = 0

    @property
    def party(self) -> RoomParty:
        """Who sleeps in it."""
        return RoomParty(self.adults, self.children)


def quote_stay(
    session: Session,
    *,
    account_id: int,
    room_type_id: int,
    rate_plan_id: int,
    stay: StayDates,
    rooms: int,
    adults: int,
    children: int,
    now: datetime,
    code: str | None = None,
    guest_id: int | None = None,
) -> Quote:
    """Promise a price for so many rooms of a type, if they are free now; nothing is taken off sale yet.

    `code` is a promotion's or a negotiated plan's; `guest_id` says who gives it.
    """
    types, house = room_types(session, account_id, [room_type_id])
    check_dates(stay, house, now)
    room_type = types[room_type_id]
    if rooms > MOST_ROOMS or not fits(limits_of(room_type), adults, children, rooms):
        raise PartyTooLarge(adults=adults, children=children, rooms=rooms, most=room_type.max_guests)
    parties = seat_people(adults, children, rooms)
    wanted = [RoomWanted(room_type_id, rate_plan_id, party.adults, party.children) for party in parties]
    return _quote_rooms(session, house, types, stay, wanted, now=now, given=GivenCode(code, guest_id))


def quote_rooms(
    session: Session,
    *,
    account_id: int,
    stay: StayDates,
    rooms: Sequence[RoomWanted],
    now: datetime,
    code: str | None = None,
    guest_id: int | None = None,
) -> Quote:
    """Promise one price for rooms of one or several types of a house, all of them or none."""
    types, house = room_types(session, account_id, {room.room_type_id for room in rooms})
    check_dates(stay, house, now)
    check_people(types, rooms)
    return _quote_rooms(session, house, types, stay, rooms, now=now, given=GivenCode(code, guest_id))


def _quote_rooms(
    session: Session,
    house: Property,
    types: Mapping[int, RoomType],
    stay: StayDates,
    rooms: Sequence[RoomWanted],
    *,
    now: datetime,
    given: GivenCode,
) -> Quote:
    found = nights_of(session, types, stay)
    for room_type_id, count in Counter(room.room_type_id for room in rooms).items():
        if (refused := refusal([counted(row) for row in found[room_type_id]], stay, count)) is not None:
            raise refused
    check_given(session, Counter(room.room_type_id for room in rooms), stay, now=now)
    return store_stay(session, house, types, stay, rooms, found, now=now, given=given)


def store_stay(
    session: Session,
    house: Property,
    types: Mapping[int, RoomType],
    stay: StayDates,
    rooms: Sequence[RoomWanted],
    found: Mapping[int, Sequence[NightInventory]],
    *,
    now: datetime,
    given: GivenCode | None = None,
    agreed: Agreed | None = None,
) -> Quote:
    """Price these rooms and keep the price; whether they are free was looked at before.

    Of a booking that changes, `agreed` is what it was promised.
    """
    given = given or GivenCode()
    plans = dict.fromkeys((room.room_type_id, room.rate_plan_id) for room in rooms)
    sold = plans_sold(session, plans, stay, given)
    seasons = seasons_of(session, house.id)
    priced = []
    for key in plans:
        places = [place for place, room in enumerate(rooms, start=1) if (room.room_type_id, room.rate_plan_id) == key]
        price = price_stay(
            sold[key],
            [(night.night, night.price_paise) for night in found[key[0]] if night.night < stay.departure],
            [rooms[place - 1].party for place in places],
            limits=limits_of(types[key[0]]),
            seasons=seasons,
        )
        priced.append((price, places))
    request = {
        "arrival": stay.arrival.isoformat(),
        "departure": stay.departure.isoformat(),
        "adults": sum(room.adults for room in rooms),
        "children": sum(room.children for room in rooms),
        "rooms": [_as_request(room, limits_of(types[room.room_type_id])) for room in rooms],
    }
    names = _names(types, sold, rooms)
    price, ids = together(priced), [room.room_type_id for room in rooms]
    more: Json = {"includes": included(sold.values()), "access_code": access_code(sold)}
    if agreed is None:
        price = with_given(session, house, price, stay, ids, sold, given, now=now)
    else:
        long_stay = {
            place: sold[room.room_type_id, room.rate_plan_id].long_stay_percent(stay.length)
            for place, room in enumerate(rooms, start=1)
        }
        still = shortened(agreed, stay.length, long_stay)
        price, still, lost = with_given_still(session, house, price, stay, ids, sold, given, still, now=now)
        price, more = as_agreed(price, still), more | {"free": agreed.free, "code_lost": lost}
    policies = [_policy(session, plan.cancellation_policy_id or house.cancellation_policy_id) for plan in sold.values()]
    return _store(
        session,
        house,
        BookingKind.STAY,
        now,
        request=request,
        parts=price.as_parts() | names | more,
        policy=strictest(policies),
        tax_paise=price.tax,
        total_paise=price.total,
        deposit_paise=price.deposit,
    )


def quote_table(
    session: Session,
    *,
    account_id: int,
    property_id: int,
    starts_at: datetime,
    party_size: int,
    now: datetime,
    area_id: int | None = None,
) -> Quote:
    """Promise what a table costs in advance, in one dining area when the guest asked for it."""
    house = session.scalar(select(Property).where(Property.id == property_id, Property.account_id == account_id))
    if house is None:
        raise BookingNotFound(property_id=property_id)
    terms = table_terms(session, house, starts_at=starts_at, party_size=party_size, area_id=area_id, now=now)
    return _store(
        session,
        house,
        BookingKind.TABLE,
        now,
        request=terms.request,
        parts=terms.parts,
        policy=_policy(session, house.cancellation_policy_id),
        tax_paise=terms.price.tax.total,
        total_paise=terms.price.total,
        deposit_paise=terms.price.deposit,
    )


def check_dates(stay: StayDates, house: Property, now: datetime) -> None:
    """The business day decides what is past: at half past midnight "tonight" is still yesterday's date."""
    today = business_date(now, time_zone=house.time_zone, day_starts=house.day_starts_at)
    if stay.arrival < today:
        raise StayInThePast(arrival=stay.arrival.isoformat(), today=today.isoformat())
    if house.lead_minutes and (by := book_by(stay, house)) < now:
        raise TooLateToArrive(arrival=stay.arrival.isoformat(), book_by=by.isoformat(timespec="minutes"))
    check_length(stay, house, now)


def check_length(stay: StayDates, house: Property, now: datetime) -> None:
    """No longer than anybody may stay, and not beyond what the house has opened for sale."""
    if stay.length > MOST_NIGHTS:
        raise StayTooLong(nights=stay.length, most=MOST_NIGHTS)
    today = business_date(now, time_zone=house.time_zone, day_starts=house.day_starts_at)
    last = today + timedelta(days=house.horizon_days)
    if stay.departure > last:
        raise BeyondHorizon(
            arrival=stay.arrival.isoformat(), departure=stay.departure.isoformat(), last=last.isoformat()
        )


def book_by(stay: StayDates, house: Property) -> datetime:
    """The last moment to book it: so many minutes before check-in, by the clock of the house."""
    check_in = datetime.combine(stay.arrival, house.check_in_at, ZoneInfo(house.time_zone))
    return check_in - timedelta(minutes=house.lead_minutes)


def check_people(types: Mapping[int, RoomType], rooms: Sequence[RoomWanted]) -> None:
    """Every room has an adult and no more people than its type takes."""
    for room in rooms:
        if room.adults < 1 or room.children < 0 or not limits_of(types[room.room_type_id]).takes(room.party):
            most = types[room.room_type_id].max_guests
            raise PartyTooLarge(adults=room.adults, children=room.children, rooms=1, most=most)
    if not 1 <= len(rooms) <= MOST_ROOMS:
        raise PartyTooLarge(rooms=len(rooms), most=MOST_ROOMS)


def limits_of(room_type: RoomType) -> RoomLimits:
    """How many people a type takes."""
    return RoomLimits(room_type.base_adults, room_type.max_adults, room_type.max_guests, room_type.extra_beds)


def seasons_of(session: Session, property_id: int) -> list[SeasonFacts]:
    """The seasons of a property."""
    rows = session.scalars(select(Season).where(Season.property_id == property_id))
    return [SeasonFacts(season.first_night, season.last_night, season.percent) for season in rows]


def room_types(
    session: Session, account_id: int, room_type_ids: Collection[int]
) -> tuple[dict[int, RoomType], Property]:
    """These types and the one house they all belong to."""
    rows = session.execute(
        select(RoomType, Property)
        .join(Property, Property.id == RoomType.property_id)
        .where(RoomType.id.in_(room_type_ids), Property.account_id == account_id)
    ).all()
    if len(rows) < len(set(room_type_ids)) or len({house.id for _, house in rows}) != 1:
        raise BookingNotFound(room_type_ids=sorted(room_type_ids))
    return {room_type.id: room_type for room_type, _ in rows}, rows[0][1]


def _as_request(room: RoomWanted, limits: RoomLimits) -> Json:
    return {
        "room_type_id": room.room_type_id,
        "rate_plan_id": room.rate_plan_id,
        "adults": room.adults,
        "children": room.children,
        "extra_beds": min(limits.extra_beds, limits.extra_adults(room.party)),
    }


def _names(
    types: Mapping[int, RoomType], plans: Mapping[tuple[int, int], SellablePlan], rooms: Sequence[RoomWanted]
) -> Json:
    """The names as they were: of the types with their counts, of the plans, of the meals."""
    by_type = Counter(types[room.room_type_id].name for room in rooms)
    return {
        "room_type": ", ".join(by_type),
        "rooms_by_type": ", ".join(f"{count} × {name}" for name, count in by_type.items()),
        "rate_plan": ", ".join(dict.fromkeys(plan.name for plan in plans.values())),
        "meal_plan": ", ".join(dict.fromkeys(plan.meal_plan for plan in plans.values())),
    }


def _policy(session: Session, policy_id: int) -> Json:
    policy = session.get_one(CancellationPolicy, policy_id)
    return {"name": policy.name, **policy.terms}


def _store(
    session: Session,
    house: Property,
    kind: BookingKind,
    now: datetime,
    *,
    request: Json,
    parts: Json,
    policy: Json,
    tax_paise: Money,
    total_paise: Money,
    deposit_paise: Money,
) -> Quote:
    quote = Quote(
        account_id=house.account_id,
        property_id=house.id,
        kind=kind,
        request=request,
        parts=parts,
        policy=policy,
        tax_paise=tax_paise,
        total_paise=total_paise,
        deposit_paise=deposit_paise,
        good_until=now + GOOD_FOR,
        created_at=now,
    )
    session.add(quote)
    session.flush()
    return quote
