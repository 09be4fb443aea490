"""Nights and area-days exist up to the horizon; a missing one is an alarm, never a silent "sold out"."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from datetime import date, datetime, timedelta
from typing import Final

from sqlalchemy import bindparam, func, select, text, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from core.pricing.rates import BAR, RackRate, SeasonFacts
from models.dates import StayDates, business_date
from models.inventory import AreaDay, Closure, NightInventory
from models.property import DiningArea, Property, Room, Season
from models.rates import Rate, RatePlan


def extend_horizon(session: Session, property_id: int, *, now: datetime) -> int:
    """Put the missing nights and service days on sale up to the property's horizon; returns how many were missing."""
    house = session.get_one(Property, property_id)
    today = business_date(now, time_zone=house.time_zone, day_starts=house.day_starts_at)
    days = [today + timedelta(days=ahead) for ahead in range(house.horizon_days + 1)]
    return _add_nights(session, property_id, days) + _add_area_days(session, property_id, days)


def reprice(session: Session, property_id: int, *, now: datetime, nights: StayDates | None = None) -> int:
    """Set the best available rate of future nights anew from rates, weekends and seasons; promised prices stay."""
    house = session.get_one(Property, property_id)
    today = business_date(now, time_zone=house.time_zone, day_starts=house.day_starts_at)
    seasons = _seasons(session, property_id)
    changes = []
    for room_type_id, rate in _best_rates(session, property_id).items():
        wanted = select(NightInventory.night).where(
            NightInventory.room_type_id == room_type_id, NightInventory.night >= today
        )
        if nights is not None:
            wanted = wanted.where(NightInventory.night >= nights.arrival, NightInventory.night < nights.departure)
        changes += [
            {"of_type": room_type_id, "on_night": night, "new_price": rate.on(night, seasons)}
            for night in session.scalars(wanted.order_by(NightInventory.night))
        ]
    if changes:
        rows = NightInventory.__table__
        session.connection().execute(
            update(NightInventory)
            .where(rows.c.room_type_id == bindparam("of_type"), rows.c.night == bindparam("on_night"))
            .values(price_paise=bindparam("new_price")),
            changes,
        )
    return len(changes)


# The nights of room types that are sold and the service days of areas, from today on by each house's own clock,
# that have no row.
_MISSING: Final = text(
    """
    WITH days AS (
        SELECT p.id AS property_id, n::date AS day
        FROM property p,
            generate_series(((:now AT TIME ZONE p.time_zone) - p.day_starts_at::interval)::date::timestamp,
                            ((:now AT TIME ZONE p.time_zone) - p.day_starts_at::interval)::date
                                + least(:within_days, p.horizon_days) * interval '1 day', interval '1 day') AS n
    )
    SELECT property_id, count(*) FROM (
        SELECT d.property_id FROM days d JOIN room_type t ON t.property_id = d.property_id
        WHERE EXISTS (SELECT FROM rate r JOIN rate_plan l ON l.id = r.rate_plan_id
                      WHERE r.room_type_id = t.id AND l.property_id = t.property_id AND l.code = :bar)
          AND NOT EXISTS (SELECT FROM night_inventory i WHERE i.room_type_id = t.id AND i.night = d.day)
        UNION ALL
        SELECT d.property_id FROM days d JOIN dining_area a ON a.property_id = d.property_id
        WHERE NOT EXISTS (SELECT FROM area_day y WHERE y.dining_area_id = a.id AND y.service_day = d.day)
    ) missing
    GROUP BY 1 ORDER BY 1"""
)


def houses_missing_days(session: Session, *, now: datetime, within_days: int) -> dict[int, int]:
    """Every house in which a night or service day of the next so many has no row, with how many: each is an alarm."""
    return dict(session.execute(_MISSING, {"now": now, "within_days": within_days, "bar": BAR}).all())


def missing_days(session: Session, property_id: int, *, now: datetime, within_days: int) -> int:
    """The same of one house."""
    return houses_missing_days(session, now=now, within_days=within_days).get(property_id, 0)


def _add_nights(session: Session, property_id: int, days: Collection[date]) -> int:
    rates = _best_rates(session, property_id)
    seasons = _seasons(session, property_id)
    rooms = _room_counts(session, property_id)
    closed = _closed_rooms(session, property_id)
    there = _nights_there(session, rates, min(days))
    rows = [
        {
            "room_type_id": room_type_id,
            "night": day,
            "sellable": max(0, rooms.get(room_type_id, 0) - _closed_on(closed.get(room_type_id, ()), day)),
            "held": 0,
            "sold": 0,
            "price_paise": rate.on(day, seasons),
            "minimum_stay": 1,
            "stop_sell": False,
        }
        for room_type_id, rate in rates.items()
        for day in days
        if day not in there[room_type_id]
    ]
    if rows:
        session.execute(insert(NightInventory).on_conflict_do_nothing(), rows)
    return len(rows)


def _add_area_days(session: Session, property_id: int, days: Collection[date]) -> int:
    areas = _areas(session, property_id)
    there = {
        (area, day)
        for area, day in session.execute(
            select(AreaDay.dining_area_id, AreaDay.service_day).where(
                AreaDay.dining_area_id.in_(areas), AreaDay.service_day >= min(days)
            )
        )
    }
    rows = [
        {"dining_area_id": area, "service_day": day, "closed": False}
        for area in areas
        for day in days
        if (area, day) not in there
    ]
    if rows:
        session.execute(insert(AreaDay).on_conflict_do_nothing(), rows)
    return len(rows)


def _best_rates(session: Session, property_id: int) -> dict[int, RackRate]:
    """The best available rate of every room type that has one; a type without it is not sold by the night."""
    found = session.scalars(
        select(Rate)
        .join(RatePlan, RatePlan.id == Rate.rate_plan_id)
        .where(RatePlan.property_id == property_id, RatePlan.code == BAR)
        .order_by(Rate.room_type_id)
    )
    return {
        rate.room_type_id: RackRate(rate.base_paise, rate.weekend_paise, rate.extra_adult_paise, rate.child_paise)
        for rate in found
    }


def _seasons(session: Session, property_id: int) -> list[SeasonFacts]:
    found = session.scalars(select(Season).where(Season.property_id == property_id))
    return [SeasonFacts(season.first_night, season.last_night, season.percent) for season in found]


def _room_counts(session: Session, property_id: int) -> dict[int, int]:
    counted = (
        select(Room.room_type_id, func.count())
        .where(Room.property_id == property_id, Room.retired_at.is_(None))
        .group_by(Room.room_type_id)
    )
    return dict(session.execute(counted).all())


def _closed_rooms(session: Session, property_id: int) -> Mapping[int, Iterable[tuple[StayDates, int]]]:
    closed: dict[int, list[tuple[StayDates, int]]] = defaultdict(list)
    running = select(Closure).where(Closure.property_id == property_id, Closure.lifted_at.is_(None))
    for closure in session.scalars(running):
        closed[closure.room_type_id].append((StayDates.from_range(closure.nights), closure.rooms))
    return closed


def _closed_on(closures: Iterable[tuple[StayDates, int]], day: date) -> int:
    return sum(rooms for nights, rooms in closures if nights.arrival <= day < nights.departure)


def _nights_there(session: Session, room_type_ids: Iterable[int], first: date) -> Mapping[int, set[date]]:
    there: dict[int, set[date]] = defaultdict(set)
    rows = select(NightInventory.room_type_id, NightInventory.night).where(
        NightInventory.room_type_id.in_(room_type_ids), NightInventory.night >= first
    )
    for room_type_id, night in session.execute(rows):
        there[room_type_id].add(night)
    return there


def _areas(session: Session, property_id: int) -> list[int]:
    wanted = select(DiningArea.id).where(DiningArea.property_id == property_id).order_by(DiningArea.id)
    return list(session.scalars(wanted))
