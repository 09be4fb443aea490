"""Rules a house sets for its nights: how long, on which days guests come and go, and until when they may book."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import update
from sqlalchemy.orm import Session

from core.availability.nights import counts
from core.errors import (
    BeyondHorizon,
    ClosedToArrival,
    ClosedToDeparture,
    NightsNotOnSale,
    StayTooLongThen,
    StayTooShort,
    TooLateToArrive,
)
from models.inventory import NightInventory
from models.property import Property
from tests.builders.houses import Hotel, a_guest, a_hotel, a_stay_quote, hold

EVE = date(2026, 12, 24)
RULES = [
    ("minimum_stay", 3, EVE, StayTooShort, {"night": "2026-12-24", "least": 3}),
    ("minimum_stay", 3, EVE + timedelta(days=1), StayTooShort, {"night": "2026-12-25", "least": 3}),
    ("maximum_stay", 1, EVE + timedelta(days=1), StayTooLongThen, {"night": "2026-12-25", "most": 1}),
    ("closed_to_arrival", True, EVE, ClosedToArrival, {"arrival": "2026-12-24"}),
    ("closed_to_departure", True, EVE + timedelta(days=2), ClosedToDeparture, {"departure": "2026-12-26"}),
]


@pytest.fixture
def hotel(session: Session, now: datetime) -> Hotel:
    return a_hotel(session, now=now)


@pytest.mark.parametrize(("rule", "value", "night", "refusal", "facts"), RULES)
def test_a_rule_refuses_by_its_name_and_its_night_when_asked_and_when_held(
    session: Session,
    hotel: Hotel,
    now: datetime,
    rule: str,
    value: int,
    night: date,
    refusal: type[NightsNotOnSale],
    facts: dict[str, object],
) -> None:
    told_before = a_stay_quote(session, hotel, now=now, arrival=EVE)
    session.execute(update(NightInventory).where(NightInventory.night == night).values({rule: value}))
    with pytest.raises(refusal) as asked:
        a_stay_quote(session, hotel, now=now, arrival=EVE)
    assert {name: asked.value.facts[name] for name in facts} == facts
    with pytest.raises(refusal):
        hold(session, told_before, a_guest(session, hotel, now=now), now=now)
    assert counts(session, hotel.room_type_id) == {}


@pytest.mark.parametrize(
    ("rule", "value", "night"),
    [
        ("minimum_stay", 2, EVE),
        ("maximum_stay", 2, EVE),
        ("closed_to_arrival", True, EVE + timedelta(days=1)),
        ("closed_to_departure", True, EVE + timedelta(days=1)),
        ("closed_to_departure", True, EVE + timedelta(days=3)),
        ("closed_to_arrival", True, EVE + timedelta(days=2)),
        ("stop_sell", True, EVE + timedelta(days=2)),
    ],
)
def test_a_rule_that_is_kept_is_no_obstacle(
    session: Session, hotel: Hotel, now: datetime, rule: str, value: int, night: date
) -> None:
    session.execute(update(NightInventory).where(NightInventory.night == night).values({rule: value}))
    hold(session, a_stay_quote(session, hotel, now=now, arrival=EVE), a_guest(session, hotel, now=now), now=now)


def test_a_house_that_needs_two_hours_takes_nobody_later_for_the_same_day(session: Session, hotel: Hotel) -> None:
    session.execute(update(Property).values(lead_minutes=120))
    session.expire_all()
    noon = datetime.fromisoformat("2026-12-24T12:00:00+05:30")
    a_stay_quote(session, hotel, now=noon, arrival=EVE)
    with pytest.raises(TooLateToArrive) as refused:
        a_stay_quote(session, hotel, now=noon + timedelta(seconds=1), arrival=EVE)
    assert refused.value.facts["book_by"] == "2026-12-24T12:00+05:30"
    a_stay_quote(session, hotel, now=noon + timedelta(hours=9), arrival=EVE + timedelta(days=1))


def test_a_house_that_needs_no_time_takes_guests_in_the_evening(session: Session, hotel: Hotel) -> None:
    a_stay_quote(session, hotel, now=datetime.fromisoformat("2026-12-24T23:00:00+05:30"), arrival=EVE)


def test_beyond_the_horizon_the_last_day_is_told(session: Session, hotel: Hotel, now: datetime) -> None:
    with pytest.raises(BeyondHorizon) as refused:
        a_stay_quote(session, hotel, now=now, arrival=date(2027, 1, 20), nights=5)
    assert refused.value.facts["last"] == "2027-01-21"
