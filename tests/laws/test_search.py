"""A search never offers what a hold refuses, and never hides what could be booked."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as some
from sqlalchemy import update
from sqlalchemy.orm import Session

from core.availability.horizon import extend_horizon
from core.availability.search import StayMix, StaySearch, flexible_stays, nearest_ways, search_stays
from core.errors import BookingError
from core.pricing.quote import RoomWanted, quote_rooms, quote_stay
from models.dates import StayDates
from models.inventory import NightInventory
from models.money import Money
from models.property import Property, Room, RoomType
from models.rates import Rate
from tests.builders.houses import Hotel, Visitor, a_guest, a_hotel, hold, put
from tests.fixtures.clock import SUNDAY_NOON

FIRST = date(2026, 12, 1)
NIGHTS = 5
ROOMS = 2


@dataclass(frozen=True)
class Night:
    """What a night has to spare, and what the house asks of it."""

    sold: int = 0
    minimum_stay: int = 1
    maximum_stay: int | None = None
    closed_to_arrival: bool = False
    closed_to_departure: bool = False
    stop_sell: bool = False


nights = some.lists(
    some.builds(
        Night,
        sold=some.sampled_from([0, 0, 1, 2]),
        minimum_stay=some.sampled_from([1, 1, 1, 2, 3]),
        maximum_stay=some.sampled_from([None, None, None, 1, 2]),
        closed_to_arrival=some.sampled_from([False, False, False, True]),
        closed_to_departure=some.sampled_from([False, False, False, True]),
        stop_sell=some.sampled_from([False] * 5 + [True]),
    ),
    min_size=NIGHTS + 1,
    max_size=NIGHTS + 1,
)
slow = settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck), print_blob=True)


def as_said(session: Session, room_type_id: int, told: list[Night]) -> None:
    """Write the nights into the inventory."""
    for ahead, night in enumerate(told):
        session.execute(
            update(NightInventory)
            .where(NightInventory.room_type_id == room_type_id, NightInventory.night == FIRST + timedelta(days=ahead))
            .values(
                sellable=ROOMS,
                sold=night.sold,
                minimum_stay=night.minimum_stay,
                maximum_stay=night.maximum_stay,
                closed_to_arrival=night.closed_to_arrival,
                closed_to_departure=night.closed_to_departure,
                stop_sell=night.stop_sell,
            )
        )
    session.expire_all()


def can_be_held(session: Session, hotel: Hotel, visitor: Visitor, search: StaySearch, now: datetime) -> bool:
    """Whether these very people get it when they ask the front way."""
    outer = session.begin_nested()
    try:
        quote = quote_stay(
            session,
            account_id=hotel.account_id,
            room_type_id=hotel.room_type_id,
            rate_plan_id=hotel.bar_id,
            stay=search.stay,
            rooms=search.rooms,
            adults=search.adults,
            children=search.children,
            now=now,
        )
        hold(session, quote, visitor, now=now)
    except BookingError:
        return False
    else:
        return True
    finally:
        outer.rollback()
        session.expire_all()


@slow
@given(
    told=nights,
    rooms=some.integers(1, 3),
    adults=some.integers(1, 7),
    children=some.integers(0, 3),
    lead=some.sampled_from([0, 0, 60, 14 * 24 * 60]),
    horizon=some.sampled_from([60, 12]),
)
@example(told=[Night()] * 3 + [Night(closed_to_departure=True)] * 3, rooms=1, adults=2, children=0, lead=0, horizon=60)
def test_what_is_offered_can_be_held_and_what_can_be_held_is_offered(
    session: Session, told: list[Night], rooms: int, adults: int, children: int, lead: int, horizon: int
) -> None:
    with session.begin_nested() as all_of_it:
        hotel = a_hotel(session, now=SUNDAY_NOON, rooms=ROOMS)
        visitor = a_guest(session, hotel, now=SUNDAY_NOON)
        house = session.get_one(Property, hotel.property_id)
        house.lead_minutes, house.horizon_days = lead, horizon
        session.flush()
        as_said(session, hotel.room_type_id, told)
        for ahead in range(NIGHTS):
            for length in range(1, NIGHTS - ahead + 1):
                search = StaySearch(
                    account_id=hotel.account_id,
                    stay=StayDates.of(FIRST + timedelta(days=ahead), length),
                    adults=adults,
                    children=children,
                    rooms=rooms,
                )
                offered = bool(search_stays(session, search, now=SUNDAY_NOON))
                possible = can_be_held(session, hotel, visitor, search, SUNDAY_NOON)
                assert offered == possible, f"{search.stay}: offered {offered}, can be held {possible}"
        all_of_it.rollback()


@slow
@given(told=nights, length=some.integers(1, 3), rooms=some.integers(1, 2))
def test_flexible_dates_are_exactly_the_dates_a_search_finds(
    session: Session, told: list[Night], length: int, rooms: int
) -> None:
    with session.begin_nested() as all_of_it:
        hotel = a_hotel(session, now=SUNDAY_NOON, rooms=ROOMS)
        as_said(session, hotel.room_type_id, told)
        window = StayDates.of(FIRST, NIGHTS)
        search = StaySearch(account_id=hotel.account_id, stay=window, adults=2 * rooms, rooms=rooms)
        found = {offer.stay: offer.total for offer in flexible_stays(session, search, window, length, now=SUNDAY_NOON)}
        one_by_one = {}
        for ahead in range(NIGHTS - length + 1):
            stay = StayDates.of(FIRST + timedelta(days=ahead), length)
            single = StaySearch(account_id=hotel.account_id, stay=stay, adults=2 * rooms, rooms=rooms)
            for offer in search_stays(session, single, now=SUNDAY_NOON):
                one_by_one[offer.stay] = offer.total
        assert found == one_by_one
        all_of_it.rollback()


@slow
@given(first=nights, second=nights, rooms=some.integers(1, 3), length=some.integers(1, 4))
def test_whatever_comes_nearest_can_be_quoted_at_its_price(
    session: Session, first: list[Night], second: list[Night], rooms: int, length: int
) -> None:
    with session.begin_nested() as all_of_it:
        hotel = a_hotel(session, now=SUNDAY_NOON, rooms=ROOMS)
        suite = a_second_type(session, hotel)
        as_said(session, hotel.room_type_id, first)
        as_said(session, suite, second)
        stay = StayDates.of(FIRST + timedelta(days=1), length)
        search = StaySearch(account_id=hotel.account_id, stay=stay, adults=2 * rooms, rooms=rooms, city="Jaipur")
        for way in nearest_ways(session, search, now=SUNDAY_NOON):
            if isinstance(way, StayMix):
                halves = {part.stay for part in way.parts}
                quoted = [
                    quote_rooms(
                        session,
                        account_id=hotel.account_id,
                        stay=half,
                        rooms=[
                            RoomWanted(part.room_type_id, part.rate_plan_id, party.adults, party.children)
                            for part in way.parts
                            if part.stay == half
                            for party in part.parties
                        ],
                        now=SUNDAY_NOON,
                    )
                    for half in halves
                ]
                assert Money.total(quote.total_paise for quote in quoted) == way.total
            else:
                quote = quote_stay(
                    session,
                    account_id=hotel.account_id,
                    room_type_id=way.room_type_id,
                    rate_plan_id=way.rate_plan_id,
                    stay=way.stay,
                    rooms=rooms,
                    adults=2 * rooms,
                    children=0,
                    now=SUNDAY_NOON,
                )
                assert quote.total_paise == way.total
        all_of_it.rollback()


def a_second_type(session: Session, hotel: Hotel) -> int:
    """A suite beside the doubles."""
    suite = put(
        session,
        RoomType(
            property_id=hotel.property_id, name="Suite", description={}, base_adults=2, max_adults=3, max_guests=4
        ),
    )
    for number in range(ROOMS):
        put(session, Room(property_id=hotel.property_id, room_type_id=suite.id, number=str(301 + number)))
    price = Money.rupees(9_000)
    put(
        session,
        Rate(
            rate_plan_id=hotel.bar_id,
            room_type_id=suite.id,
            base_paise=price,
            weekend_paise=price,
            extra_adult_paise=Money.rupees(1_000),
            child_paise=Money.rupees(500),
        ),
    )
    extend_horizon(session, hotel.property_id, now=SUNDAY_NOON)
    return suite.id
