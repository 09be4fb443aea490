"""What a night costs, day by day: the cheapest room that can still be had, with tax, for two in a room."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.availability.people import RoomParty
from core.pricing.quote import limits_of, seasons_of
from core.pricing.rates import SeasonFacts, SellablePlan, plans_for
from core.pricing.stay_price import price_stay
from models.inventory import NightInventory
from models.money import Money
from models.property import Property, RoomType

MOST_DAYS: Final = 62
_COUPLE: Final = RoomParty(2, 0)


@dataclass(frozen=True, slots=True)
class NightPrice:
    """The cheapest room of a night, for one night's stay, tax included; None when nothing is free."""

    night: date
    price: Money | None
    property_id: int | None = None
    property_name: str | None = None
    room_type_name: str | None = None
    minimum_stay: int = 1
    free: int = 0


def price_calendar(
    session: Session,
    *,
    account_id: int,
    first: date,
    days: int,
    city: str | None = None,
    property_ids: Sequence[int] | None = None,
    room_type_ids: Sequence[int] | None = None,
) -> list[NightPrice]:
    """Every night from that day on, with its cheapest price; the night rows are read in one go."""
    days = min(days, MOST_DAYS)
    wanted = [
        Property.account_id == account_id,
        NightInventory.night >= first,
        NightInventory.night < first + timedelta(days=days),
        NightInventory.sellable - NightInventory.held - NightInventory.sold > 0,
        ~NightInventory.stop_sell,
        RoomType.max_adults >= _COUPLE.adults,
    ]
    if city is not None:
        wanted.append(Property.city == city)
    if property_ids is not None:
        wanted.append(Property.id.in_(property_ids))
    if room_type_ids is not None:
        wanted.append(RoomType.id.in_(room_type_ids))
    rows = session.execute(
        select(NightInventory, RoomType, Property)
        .join(RoomType, RoomType.id == NightInventory.room_type_id)
        .join(Property, Property.id == RoomType.property_id)
        .where(*wanted)
        .order_by(NightInventory.night, NightInventory.price_paise, RoomType.id),
        execution_options={"populate_existing": True},
    ).all()
    plans = plans_for(session, {room_type.id for _, room_type, _ in rows})
    seasons = {house_id: seasons_of(session, house_id) for house_id in {house.id for _, _, house in rows}}
    cheapest: dict[date, NightPrice] = {}
    for night, room_type, house in rows:
        price = _price(night, room_type, plans.get(room_type.id, ()), seasons[house.id])
        best = cheapest.get(night.night)
        if price is not None and (best is None or best.price is None or price < best.price):
            cheapest[night.night] = NightPrice(
                night.night,
                price,
                house.id,
                house.name,
                room_type.name,
                night.minimum_stay,
                night.sellable - night.held - night.sold,
            )
    every = (first + timedelta(days=ahead) for ahead in range(days))
    return [cheapest.get(day, NightPrice(day, None)) for day in every]


def _price(
    night: NightInventory, room_type: RoomType, plans: Sequence[SellablePlan], seasons: Sequence[SeasonFacts]
) -> Money | None:
    """On the cheapest plan that is sold for a single night, or for the shortest stay of that night."""
    return min(
        (
            price_stay(
                plan, [(night.night, night.price_paise)], [_COUPLE], limits=limits_of(room_type), seasons=seasons
            ).total
            for plan in plans
            if plan.is_for(max(night.minimum_stay, 1))
        ),
        default=None,
    )


def cheapest_days(calendar: Sequence[NightPrice], count: int) -> list[NightPrice]:
    """The days on which it costs least, in the order of the calendar."""
    priced = [night for night in calendar if night.price is not None]
    best = sorted(priced, key=lambda night: (night.price, night.night))[:count]
    return sorted(best, key=lambda night: night.night)
