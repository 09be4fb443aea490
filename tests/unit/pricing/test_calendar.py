"""The price calendar: the cheapest room of every night."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import update
from sqlalchemy.orm import Session

from core.pricing.calendar import cheapest_days, price_calendar
from models.inventory import NightInventory
from models.money import Money
from tests.builders.houses import Hotel, a_hotel, another_type
from tests.builders.prices import a_plan

MONDAY = date(2026, 12, 14)


@pytest.fixture
def hotel(session: Session, now: datetime) -> Hotel:
    """Doubles at 4,000 rupees, 5,000 on weekends."""
    return a_hotel(session, now=now, price=4_000, weekend=5_000)


def prices(session: Session, hotel: Hotel, days: int = 7) -> list[int | None]:
    """In rupees, from Monday on."""
    nights = price_calendar(session, account_id=hotel.account_id, first=MONDAY, days=days)
    return [None if night.price is None else night.price.paise // 100 for night in nights]


def test_every_night_has_its_price_with_tax(session: Session, hotel: Hotel) -> None:
    assert prices(session, hotel) == [4_200] * 4 + [5_250] * 2 + [4_200]


def test_the_cheapest_room_counts_as_long_as_it_is_free(session: Session, hotel: Hotel, now: datetime) -> None:
    another_type(session, hotel, now=now, price=6_000)
    session.execute(
        update(NightInventory)
        .where(NightInventory.room_type_id == hotel.room_type_id, NightInventory.night == MONDAY)
        .values(held=NightInventory.sellable)
    )
    assert prices(session, hotel, 2) == [6_300, 4_200]


def test_a_night_without_a_room_has_no_price(session: Session, hotel: Hotel) -> None:
    session.execute(update(NightInventory).where(NightInventory.night == MONDAY).values(stop_sell=True))
    assert prices(session, hotel, 2) == [None, 4_200]


def test_the_cheapest_public_plan_counts_and_a_contract_does_not(session: Session, hotel: Hotel) -> None:
    a_plan(session, hotel, "NRF", percent=-10)
    a_plan(session, hotel, "ACME", percent=-50, access_code="ACME26", company="Acme")
    assert prices(session, hotel, 1) == [3_780]


def test_a_plan_for_long_stays_is_no_price_of_a_single_night(session: Session, hotel: Hotel) -> None:
    a_plan(session, hotel, "WEEK", percent=-40, min_nights=7)
    assert prices(session, hotel, 1) == [4_200]


def test_the_cheapest_days_come_in_the_order_of_the_calendar(session: Session, hotel: Hotel) -> None:
    nights = price_calendar(session, account_id=hotel.account_id, first=MONDAY + timedelta(days=3), days=5)
    found = cheapest_days(nights, 3)
    assert [(night.night.day, night.price) for night in found] == [(day, Money.rupees(4_200)) for day in (17, 20, 21)]
