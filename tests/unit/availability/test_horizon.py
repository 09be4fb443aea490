"""Nights and service days go on sale up to the horizon."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from core.availability.horizon import extend_horizon, missing_days, reprice
from models.dates import StayDates
from models.inventory import AreaDay, Closure, NightInventory
from models.money import Money
from models.property import Season
from models.rates import Rate
from tests.builders.houses import Hotel, a_hotel, a_restaurant, put

TODAY = date(2026, 11, 22)


def prices(session: Session, hotel: Hotel) -> dict[date, Money]:
    rows = select(NightInventory.night, NightInventory.price_paise).where(
        NightInventory.room_type_id == hotel.room_type_id
    )
    return dict(session.execute(rows).all())


def test_every_night_to_the_horizon_is_on_sale_and_asking_again_adds_none(session: Session, now: datetime) -> None:
    hotel = a_hotel(session, now=now, weekend=5_000)
    assert len(prices(session, hotel)) == 61
    assert prices(session, hotel)[date(2026, 11, 27)] == Money.rupees(5_000)
    assert extend_horizon(session, hotel.property_id, now=now) == 0
    assert extend_horizon(session, hotel.property_id, now=now + timedelta(days=1)) == 1


def test_service_days_are_made_the_same_way(session: Session, now: datetime) -> None:
    restaurant = a_restaurant(session, now=now)
    assert extend_horizon(session, restaurant.property_id, now=now + timedelta(days=7)) == 7


def test_a_missing_night_is_counted_for_the_alarm(session: Session, now: datetime) -> None:
    hotel = a_hotel(session, now=now)
    restaurant = a_restaurant(session, now=now)
    assert missing_days(session, hotel.property_id, now=now, within_days=30) == 0
    session.execute(delete(NightInventory).where(NightInventory.night == TODAY + timedelta(days=3)))
    session.execute(delete(AreaDay).where(AreaDay.service_day == TODAY + timedelta(days=3)))
    assert missing_days(session, hotel.property_id, now=now, within_days=30) == 1
    assert missing_days(session, restaurant.property_id, now=now, within_days=30) == 1


def test_closed_rooms_are_not_on_sale_on_new_nights(session: Session, now: datetime) -> None:
    hotel = a_hotel(session, now=now)
    next_year = StayDates(TODAY + timedelta(days=61), TODAY + timedelta(days=63))
    put(
        session,
        Closure(
            property_id=hotel.property_id,
            room_type_id=hotel.room_type_id,
            nights=next_year.as_range(),
            rooms=2,
            reason="Painting",
            created_at=now,
        ),
    )
    extend_horizon(session, hotel.property_id, now=now + timedelta(days=3))
    sellable = [
        session.get_one(NightInventory, (hotel.room_type_id, TODAY + timedelta(days=ahead))).sellable
        for ahead in (60, 61, 62, 63)
    ]
    assert sellable == [3, 1, 1, 3]


def test_new_prices_apply_to_future_nights_and_not_to_promises(session: Session, now: datetime) -> None:
    hotel = a_hotel(session, now=now)
    rate = session.scalars(select(Rate).where(Rate.room_type_id == hotel.room_type_id)).one()
    rate.base_paise = rate.weekend_paise = Money.rupees(6_000)
    put(
        session,
        Season(
            property_id=hotel.property_id,
            name="Christmas",
            first_night=date(2026, 12, 24),
            last_night=date(2026, 12, 26),
            percent=50,
        ),
    )
    weeks = StayDates(date(2026, 12, 1), date(2026, 12, 31))
    assert reprice(session, hotel.property_id, now=now, nights=weeks) == 30
    seen = prices(session, hotel)
    assert [seen[date(2026, 12, day)] for day in (1, 24, 26, 27)] == [
        Money.rupees(price) for price in (6_000, 9_000, 9_000, 6_000)
    ]
    assert seen[date(2026, 11, 30)] == Money.rupees(4_000)
