"""Seasons with a name: nights on which all prices of a house move by so many per cent, set and taken back by chat."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date, datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from core.owners.rates import PriceChange, rack_rates, set_prices
from core.pricing.quote import seasons_of
from core.pricing.rates import RackRate, SeasonFacts
from models.dates import StayDates, business_date
from models.inventory import NightInventory
from models.property import Property, RoomType, Season


def seasons_in(session: Session, property_ids: Collection[int], *, since: date) -> Sequence[Season]:
    """Those that run or will run, the earliest first."""
    return session.scalars(
        select(Season)
        .where(Season.property_id.in_(property_ids), Season.last_night >= since)
        .order_by(Season.property_id, Season.first_night)
    ).all()


def add_season(
    session: Session, house: Property, name: str, nights: StayDates, percent: int, *, now: datetime
) -> tuple[Season, list[PriceChange]]:
    """Nights somebody priced by hand keep their price. Returns the season and the nights that moved."""
    before = list(seasons_of(session, house.id))
    last = date.fromordinal(nights.departure.toordinal() - 1)
    season = Season(property_id=house.id, name=name[:80], first_night=nights.arrival, last_night=last, percent=percent)
    session.add(season)
    session.flush()
    return season, _moved(session, house, nights, before, now=now)


def end_season(session: Session, season_id: int, *, now: datetime) -> tuple[Season, list[PriceChange]]:
    """It is no season any more; nights still priced by it go back. Returns what it was and the nights that moved."""
    season = session.get_one(Season, season_id, with_for_update=True)
    house = session.get_one(Property, season.property_id)
    before = list(seasons_of(session, house.id))
    nights = StayDates(season.first_night, date.fromordinal(season.last_night.toordinal() + 1))
    session.execute(delete(Season).where(Season.id == season.id))
    session.flush()
    session.expunge(season)
    return season, _moved(session, house, nights, before, now=now)


def _moved(
    session: Session, house: Property, nights: StayDates, before: Sequence[SeasonFacts], *, now: datetime
) -> list[PriceChange]:
    after = list(seasons_of(session, house.id))
    today = business_date(now, time_zone=house.time_zone, day_starts=house.day_starts_at)
    types = list(session.scalars(select(RoomType.id).where(RoomType.property_id == house.id)))
    moved: list[PriceChange] = []
    for rate in rack_rates(session, types):
        rack = RackRate(rate.base_paise, rate.weekend_paise, rate.extra_adult_paise, rate.child_paise)
        rows = session.scalars(
            select(NightInventory)
            .where(
                NightInventory.room_type_id == rate.room_type_id,
                NightInventory.night >= max(today, nights.arrival),
                NightInventory.night < nights.departure,
            )
            .order_by(NightInventory.night)
            .with_for_update(key_share=True),
            execution_options={"populate_existing": True},
        ).all()
        moved += [
            PriceChange(row.room_type_id, row.night, row.price_paise, new)
            for row in rows
            if row.price_paise == rack.on(row.night, before) and (new := rack.on(row.night, after)) != row.price_paise
        ]
    set_prices(session, [(each.room_type_id, each.night, each.new) for each in moved])
    return moved
