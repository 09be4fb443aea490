"""A price told to a guest: worked out once, stored with its parts, and kept until it lapses.

`Quote.request` of a stay is {room_type_id, rate_plan_id, arrival, departure, adults, children, rooms: [{adults,
children, extra_beds}]}; of a table {sitting_id, service_day, starts_at, ends_at, party_size}. `Quote.parts` has every
line a guest or an accountant may ask about (`StayPrice.as_parts`, `TablePrice.as_parts`) and the names as they were.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.availability.nights import NightCount, refusal
from core.availability.people import RoomLimits, fits, seat_people
from core.availability.sittings import slots_of_day, turn_time
from core.availability.turns import restaurants
from core.errors import (
    BookingError,
    BookingNotFound,
    NightsNotOnSale,
    NotServing,
    PartyTooLarge,
    StayInThePast,
    StayTooLong,
    TimeHasPassed,
)
from core.pricing.rates import SeasonFacts, SellablePlan, plans_for
from core.pricing.stay_price import price_stay
from core.pricing.table_price import price_table
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
) -> Quote:
    """Promise a price for so many rooms of a type, if they are free now; nothing is taken off sale yet."""
    room_type, house = _room_type(session, account_id, room_type_id)
    check_dates(stay, house, now)
    limits = limits_of(room_type)
    if rooms > MOST_ROOMS or not fits(limits, adults, children, rooms):
        raise PartyTooLarge(adults=adults, children=children, rooms=rooms, most=room_type.max_guests)
    nights = _nights(session, room_type_id, stay)
    if (refused := _refusal(nights, stay, rooms)) is not None:
        raise refused
    plan = _plan(session, room_type_id, rate_plan_id)
    parties = seat_people(adults, children, rooms)
    price = price_stay(
        plan,
        [(night.night, night.price_paise) for night in nights],
        parties,
        limits=limits,
        seasons=seasons_of(session, house.id),
    )
    request = {
        "room_type_id": room_type_id,
        "rate_plan_id": rate_plan_id,
        "arrival": stay.arrival.isoformat(),
        "departure": stay.departure.isoformat(),
        "adults": adults,
        "children": children,
        "rooms": [
            {
                "adults": party.adults,
                "children": party.children,
                "extra_beds": min(limits.extra_beds, limits.extra_adults(party)),
            }
            for party in parties
        ],
    }
    names = {"room_type": room_type.name, "rate_plan": plan.name, "meal_plan": plan.meal_plan}
    policy = _policy(session, plan.cancellation_policy_id or house.cancellation_policy_id)
    return _store(
        session,
        house,
        BookingKind.STAY,
        now,
        request=request,
        parts=price.as_parts() | names,
        policy=policy,
        tax_paise=price.tax,
        total_paise=price.total,
        deposit_paise=price.deposit,
    )


def quote_table(
    session: Session, *, account_id: int, property_id: int, starts_at: datetime, party_size: int, now: datetime
) -> Quote:
    """Promise what a table costs in advance; the start must be one of the house's start times."""
    house = session.scalar(select(Property).where(Property.id == property_id, Property.account_id == account_id))
    if house is None:
        raise BookingNotFound(property_id=property_id)
    if starts_at <= now + timedelta(minutes=house.lead_minutes):
        raise TimeHasPassed(starts=starts_at.isoformat())
    restaurant = restaurants(session, [house])[house.id]
    if not 1 <= party_size <= restaurant.floor.largest:
        raise PartyTooLarge(party=party_size, most=restaurant.floor.largest)
    service_day = business_date(starts_at, time_zone=house.time_zone, day_starts=house.day_starts_at)
    slots = slots_of_day(restaurant.sittings, service_day, restaurant.day)
    slot = next((slot for slot in slots if slot.starts_at == starts_at), None)
    if slot is None:
        raise NotServing(starts=starts_at.isoformat(), day=service_day.isoformat())
    price = price_table(
        slot.sitting,
        party_size,
        service_charge_percent=house.service_charge_percent,
        specified_premises=house.specified_premises,
    )
    ends_at = starts_at + turn_time(restaurant.turn_times, party_size)
    request = {
        "sitting_id": slot.sitting.sitting_id,
        "service_day": service_day.isoformat(),
        "starts_at": starts_at.isoformat(),
        "ends_at": ends_at.isoformat(),
        "party_size": party_size,
        "pacing_covers": slot.sitting.pacing_covers,
    }
    return _store(
        session,
        house,
        BookingKind.TABLE,
        now,
        request=request,
        parts=price.as_parts() | {"sitting": slot.sitting.name},
        policy=_policy(session, house.cancellation_policy_id),
        tax_paise=price.tax.total,
        total_paise=price.total,
        deposit_paise=price.deposit,
    )


def check_dates(stay: StayDates, house: Property, now: datetime) -> None:
    """The business day decides what is past: at half past midnight "tonight" is still yesterday's date."""
    today = business_date(now, time_zone=house.time_zone, day_starts=house.day_starts_at)
    if stay.arrival < today:
        raise StayInThePast(arrival=stay.arrival.isoformat(), today=today.isoformat())
    if stay.length > MOST_NIGHTS:
        raise StayTooLong(nights=stay.length, most=MOST_NIGHTS)


def limits_of(room_type: RoomType) -> RoomLimits:
    """How many people a type takes."""
    return RoomLimits(room_type.base_adults, room_type.max_adults, room_type.max_guests, room_type.extra_beds)


def seasons_of(session: Session, property_id: int) -> list[SeasonFacts]:
    """The seasons of a property."""
    rows = session.scalars(select(Season).where(Season.property_id == property_id))
    return [SeasonFacts(season.first_night, season.last_night, season.percent) for season in rows]


def _room_type(session: Session, account_id: int, room_type_id: int) -> tuple[RoomType, Property]:
    row = session.execute(
        select(RoomType, Property)
        .join(Property, Property.id == RoomType.property_id)
        .where(RoomType.id == room_type_id, Property.account_id == account_id)
    ).one_or_none()
    if row is None:
        raise BookingNotFound(room_type_id=room_type_id)
    return row[0], row[1]


def _nights(session: Session, room_type_id: int, stay: StayDates) -> Sequence[NightInventory]:
    return session.scalars(
        select(NightInventory)
        .where(
            NightInventory.room_type_id == room_type_id,
            NightInventory.night >= stay.arrival,
            NightInventory.night < stay.departure,
        )
        .order_by(NightInventory.night)
        .execution_options(populate_existing=True)
    ).all()


def _refusal(nights: Sequence[NightInventory], stay: StayDates, rooms: int) -> BookingError | None:
    counts = [
        NightCount(row.night, row.sellable - row.held - row.sold, row.minimum_stay, row.stop_sell) for row in nights
    ]
    return refusal(counts, stay, rooms)


def _plan(session: Session, room_type_id: int, rate_plan_id: int) -> SellablePlan:
    plans = plans_for(session, [room_type_id]).get(room_type_id, [])
    found = next((plan for plan in plans if plan.rate_plan_id == rate_plan_id), None)
    if found is None:
        raise NightsNotOnSale(rate_plan_id=rate_plan_id)
    return found


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
