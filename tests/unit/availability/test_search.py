"""What the desk offers, and what it offers when that is gone."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

import pytest
from sqlalchemy.orm import Session

from core.availability.search import (
    StaySearch,
    TableSearch,
    nearest_stays,
    nearest_tables,
    search_stays,
    search_tables,
)
from models.dates import StayDates
from models.inventory import NightInventory
from models.money import Money
from models.property import Property
from models.rates import RatePlan
from tests.builders.houses import (
    Hotel,
    Tables,
    a_guest,
    a_hotel,
    a_restaurant,
    a_stay_quote,
    a_table_quote,
    hold,
    put,
)

STAY = StayDates(date(2026, 12, 21), date(2026, 12, 23))
SATURDAY = date(2026, 11, 28)
HALF_PAST_SEVEN = time(19, 30)


@pytest.fixture
def hotel(session: Session, now: datetime) -> Hotel:
    """Three rooms in Jaipur at 4,000 rupees."""
    return a_hotel(session, now=now, stars=4, amenities=["wifi", "pool"])


@pytest.fixture
def restaurant(session: Session, now: datetime) -> Tables:
    """One table for two, in Jaipur."""
    return a_restaurant(session, now=now, covers=[(1, 2)], cuisines=["Rajasthani"], cover_deposit=250)


def a_search(hotel: Hotel, **what: object) -> StaySearch:
    wanted: dict[str, object] = {"account_id": hotel.account_id, "stay": STAY, "adults": 2, "city": "jaipur"}
    return StaySearch(**(wanted | what))  # type: ignore[arg-type] # each test names fields of the search


def test_an_offer_says_the_whole_price_with_tax(session: Session, hotel: Hotel, now: datetime) -> None:
    (offer,) = search_stays(session, a_search(hotel), now=now)
    assert (offer.total, offer.per_night) == (Money.rupees(8_400), Money.rupees(4_200))
    assert (offer.free, offer.rooms, offer.room_type_name, offer.stay) == (3, 1, "Double", STAY)


def test_the_price_offered_is_the_price_quoted(session: Session, hotel: Hotel, now: datetime) -> None:
    for people in ({"adults": 2}, {"adults": 3, "children": 1}, {"adults": 5, "children": 2, "rooms": 2}):
        (offer,) = search_stays(session, a_search(hotel, **people), now=now)
        quote = a_stay_quote(session, hotel, now=now, arrival=STAY.arrival, **people)
        assert (offer.total, offer.deposit) == (quote.total_paise, quote.deposit_paise)


def test_the_house_s_own_plan_is_shown_unless_a_meal_plan_is_asked_for(
    session: Session, hotel: Hotel, now: datetime
) -> None:
    for code, meal_plan, percent in (("NR", "EP", -10), ("BB", "CP", 15)):
        put(
            session,
            RatePlan(
                property_id=hotel.property_id,
                code=code,
                name=code,
                meal_plan=meal_plan,
                parent_id=hotel.bar_id,
                percent=percent,
                deposit_percent=100,
            ),
        )
    (shown,) = search_stays(session, a_search(hotel), now=now)
    (with_breakfast,) = search_stays(session, a_search(hotel, meal_plan="CP"), now=now)
    assert (shown.rate_plan_name, shown.total) == ("Best available rate", Money.rupees(8_400))
    assert (with_breakfast.rate_plan_name, with_breakfast.total) == ("BB", Money.rupees(9_660))
    assert search_stays(session, a_search(hotel, meal_plan="AP"), now=now) == []


@pytest.mark.parametrize(
    "unmet",
    [
        {"city": "Udaipur"},
        {"area": "Civil Lines"},
        {"stars": 5},
        {"amenities": ("pool", "spa")},
        {"adults": 4},
        {"rooms": 4, "adults": 4},
        {"budget_max": Money.rupees(4_199)},
        {"budget_min": Money.rupees(4_201)},
        {"room_type_name": "suite"},
        {"near": (24.58, 73.71)},
        {"stay": StayDates(date(2026, 11, 21), date(2026, 11, 23))},
        {"stay": StayDates(date(2027, 6, 1), date(2027, 6, 2))},
        {"account_id": 0},
    ],
    ids="+".join,
)
def test_what_does_not_fit_is_not_offered(
    session: Session, hotel: Hotel, now: datetime, unmet: dict[str, object]
) -> None:
    assert search_stays(session, a_search(hotel, **unmet), now=now) == []


@pytest.mark.parametrize(
    "met",
    [
        {"city": "JAIPUR", "area": "bani park"},
        {"stars": 3},
        {"amenities": ("pool",)},
        {"adults": 3, "children": 1},
        {"rooms": 3, "adults": 6},
        {"budget_max": Money.rupees(4_200), "budget_min": Money.rupees(4_200)},
        {"room_type_name": "double"},
        {"city": None, "near": (26.90, 75.80)},
    ],
    ids="+".join,
)
def test_what_fits_is_offered(session: Session, hotel: Hotel, now: datetime, met: dict[str, object]) -> None:
    assert len(search_stays(session, a_search(hotel, **met), now=now)) == 1


def test_a_type_with_one_full_or_closed_night_is_not_offered(session: Session, hotel: Hotel, now: datetime) -> None:
    night = session.get_one(NightInventory, (hotel.room_type_id, date(2026, 12, 22)))
    night.sold = 3
    session.flush()
    assert search_stays(session, a_search(hotel), now=now) == []
    night.sold, night.stop_sell = 0, True
    session.flush()
    assert search_stays(session, a_search(hotel), now=now) == []
    night.stop_sell, night.minimum_stay = False, 3
    session.flush()
    assert search_stays(session, a_search(hotel), now=now) == []


def test_tonight_may_be_offered_after_midnight(session: Session, hotel: Hotel) -> None:
    half_past_midnight = datetime.fromisoformat("2026-11-24T00:30:00+05:30")
    tonight = a_search(hotel, stay=StayDates(date(2026, 11, 23), date(2026, 11, 24)))
    assert len(search_stays(session, tonight, now=half_past_midnight)) == 1
    assert search_stays(session, tonight, now=half_past_midnight + timedelta(hours=4)) == []


def test_near_me_says_how_far_and_the_nearest_comes_first(session: Session, now: datetime) -> None:
    far = a_hotel(session, now=now, name="Far", price=2_000)
    near = a_hotel(session, now=now, name="Near", price=6_000, lat=26.90, lon=75.80)
    session.get_one(Property, near.property_id).account_id = far.account_id
    session.flush()
    offers = search_stays(session, a_search(far, city=None, near=(26.90, 75.80)), now=now)
    assert [(offer.property_name, offer.distance_km) for offer in offers] == [("Near", 0.0), ("Far", 2.4)]


def test_when_nothing_fits_the_same_nights_come_first_then_nights_close_by(
    session: Session, hotel: Hotel, now: datetime
) -> None:
    wanted = a_search(hotel, stars=5)
    assert [offer.stay for offer in nearest_stays(session, wanted, now=now)][:1] == [STAY]
    for night in STAY.nights:
        session.get_one(NightInventory, (hotel.room_type_id, night)).sold = 3
    session.flush()
    others = nearest_stays(session, a_search(hotel), now=now)
    assert [offer.stay.arrival.day for offer in others] == [23, 19, 24, 18]


def test_when_a_city_has_nothing_the_next_city_is_offered(session: Session, hotel: Hotel, now: datetime) -> None:
    ajmer = a_hotel(session, now=now, name="Lake House", city="Ajmer", lat=26.45, lon=74.64)
    session.get_one(Property, ajmer.property_id).account_id = hotel.account_id
    session.flush()
    offers = nearest_stays(session, a_search(hotel, adults=8, rooms=3), now=now)
    assert {(offer.property_name, offer.city) for offer in offers} >= {("Lake House", "Ajmer")}


def test_tables_are_offered_nearest_to_the_time_asked_for(session: Session, restaurant: Tables, now: datetime) -> None:
    wanted = TableSearch(
        restaurant.account_id, SATURDAY, 2, at=HALF_PAST_SEVEN, property_id=restaurant.property_id, limit=3
    )
    offers = search_tables(session, wanted, now=now)
    assert [offer.starts_at.isoformat() for offer in offers] == [
        "2026-11-28T13:30:00+00:00",
        "2026-11-28T14:00:00+00:00",
        "2026-11-28T14:30:00+00:00",
    ]
    assert {offer.deposit for offer in offers} == {Money.rupees(500)}


def test_a_time_offered_can_be_held_and_is_then_not_offered_again(
    session: Session, restaurant: Tables, now: datetime
) -> None:
    wanted = TableSearch(restaurant.account_id, SATURDAY, 2, at=HALF_PAST_SEVEN, property_id=restaurant.property_id)
    while offers := search_tables(session, wanted, now=now):
        quote = a_table_quote(session, restaurant, now=now, starts_at=offers[0].starts_at)
        hold(session, quote, a_guest(session, restaurant, now=now), now=now)
    assert nearest_tables(session, wanted, now=now)[0].day == SATURDAY + timedelta(days=1)


def test_start_times_that_have_passed_are_never_offered(session: Session, restaurant: Tables) -> None:
    half_past_nine = datetime.fromisoformat("2026-11-28T21:30:00+05:30")
    wanted = TableSearch(restaurant.account_id, SATURDAY, 2, at=time(20), property_id=restaurant.property_id)
    offers = search_tables(session, wanted, now=half_past_nine)
    assert [offer.starts_at.isoformat() for offer in offers] == [
        "2026-11-28T16:30:00+00:00",
        "2026-11-28T17:00:00+00:00",
    ]


@pytest.mark.parametrize(
    ("unmet", "offers"),
    [
        ({}, 1),
        ({"cuisine": "rajasthani"}, 1),
        ({"cuisine": "Goan"}, 0),
        ({"city": "Mumbai"}, 0),
        ({"party_size": 3}, 0),
        ({"day": date(2027, 6, 1)}, 0),
        ({"near": (26.92, 75.79)}, 1),
        ({"near": (19.07, 72.87)}, 0),
    ],
    ids=str,
)
def test_across_restaurants_the_best_time_of_each_that_fits(
    session: Session, restaurant: Tables, now: datetime, unmet: dict[str, object], offers: int
) -> None:
    wanted: dict[str, object] = {"account_id": restaurant.account_id, "day": SATURDAY, "party_size": 2}
    search = TableSearch(**(wanted | unmet))  # type: ignore[arg-type] # each case names fields of the search
    assert len(search_tables(session, search, now=now)) == offers
