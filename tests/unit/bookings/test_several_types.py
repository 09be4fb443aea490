"""Rooms of several types in one booking: one price, one reference, all of them or none."""

from __future__ import annotations

from datetime import date, datetime

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from core.availability.nights import counts
from core.bookings.cancel import cancel
from core.bookings.confirm import confirm
from core.bookings.expire import expire_due_holds
from core.bookings.facts import booking_facts
from core.errors import BookingNotFound, NightsNotOnSale, PartyTooLarge, RoomsGone
from core.payments.folio import folio_of
from core.pricing.quote import RoomWanted, quote_rooms
from models.booking import Booking
from models.dates import StayDates
from models.inventory import NightInventory, StayRoom
from models.money import Money
from models.rates import CancellationPolicy, Quote, Rate, RatePlan
from models.states import ActorKind
from tests.builders.houses import Hotel, a_guest, a_hotel, another_type, hold, put

CHRISTMAS = StayDates(date(2026, 12, 24), date(2026, 12, 26))


@pytest.fixture
def hotel(session: Session, now: datetime) -> Hotel:
    return a_hotel(session, now=now, rooms=3, deposit_percent=50)


@pytest.fixture
def suite(session: Session, hotel: Hotel, now: datetime) -> int:
    return another_type(session, hotel, now=now, rooms=1)


def doubles_and_suite(session: Session, hotel: Hotel, suite: int, now: datetime, *, doubles: int = 2) -> Quote:
    double = RoomWanted(hotel.room_type_id, hotel.bar_id, 2)
    rooms = [*[double] * doubles, RoomWanted(suite, hotel.bar_id, 2, 1)]
    return quote_rooms(session, account_id=hotel.account_id, stay=CHRISTMAS, rooms=rooms, now=now)


def book(session: Session, hotel: Hotel, quote: Quote, now: datetime) -> Booking:
    return hold(session, quote, a_guest(session, hotel, now=now), now=now)


def both_counts(session: Session, hotel: Hotel, suite: int) -> list[tuple[int, int]]:
    """Held and sold on the first night, of the doubles and of the suite."""
    return [counts(session, each).get(CHRISTMAS.arrival, (0, 0)) for each in (hotel.room_type_id, suite)]


def test_one_price_is_the_sum_of_what_each_type_costs(
    session: Session, hotel: Hotel, suite: int, now: datetime
) -> None:
    mixed = doubles_and_suite(session, hotel, suite, now)
    alone = [
        quote_rooms(session, account_id=hotel.account_id, stay=CHRISTMAS, rooms=rooms, now=now)
        for rooms in (
            [RoomWanted(hotel.room_type_id, hotel.bar_id, 2)] * 2,
            [RoomWanted(suite, hotel.bar_id, 2, 1)],
        )
    ]
    assert mixed.total_paise == Money.total(each.total_paise for each in alone)
    assert mixed.deposit_paise == Money.total(each.deposit_paise for each in alone)
    assert [(line["night"], line["room"]) for line in mixed.parts["nights"]] == [
        (f"2026-12-{night}", room) for night in (24, 25) for room in (1, 2, 3)
    ]
    assert [room["room_type_id"] for room in mixed.request["rooms"]] == [hotel.room_type_id] * 2 + [suite]
    assert (mixed.request["adults"], mixed.request["children"]) == (6, 1)


def test_all_types_are_held_sold_and_given_back_together(
    session: Session, hotel: Hotel, suite: int, now: datetime
) -> None:
    booking = book(session, hotel, doubles_and_suite(session, hotel, suite, now), now)
    assert both_counts(session, hotel, suite) == [(2, 0), (1, 0)]
    rooms = session.scalars(select(StayRoom.room_type_id).where(StayRoom.booking_id == booking.id)).all()
    assert sorted(rooms) == sorted([hotel.room_type_id] * 2 + [suite])
    confirm(session, booking.id, actor=ActorKind.STAFF, door="desk", now=now)
    assert both_counts(session, hotel, suite) == [(0, 2), (0, 1)]
    assert folio_of(session, booking.id).charges == booking.total_paise
    cancel(session, booking.id, actor=ActorKind.STAFF, door="desk", now=now)
    assert both_counts(session, hotel, suite) == [(0, 0), (0, 0)]


def test_when_one_type_is_gone_nothing_of_the_other_is_taken(
    session: Session, hotel: Hotel, suite: int, now: datetime
) -> None:
    first, second = (doubles_and_suite(session, hotel, suite, now, doubles=1) for _ in range(2))
    book(session, hotel, first, now)
    with pytest.raises(RoomsGone) as refused:
        book(session, hotel, second, now)
    assert refused.value.facts["free"] == 0
    assert both_counts(session, hotel, suite) == [(1, 0), (1, 0)]
    with pytest.raises(RoomsGone):
        doubles_and_suite(session, hotel, suite, now)


def test_a_mixed_hold_that_lapses_gives_every_type_back(
    session: Session, hotel: Hotel, suite: int, now: datetime
) -> None:
    booking = book(session, hotel, doubles_and_suite(session, hotel, suite, now), now)
    assert booking.hold_expires_at is not None
    expire_due_holds(session, now=booking.hold_expires_at)
    assert both_counts(session, hotel, suite) == [(0, 0), (0, 0)]


def test_the_booking_tells_its_rooms_by_type(session: Session, hotel: Hotel, suite: int, now: datetime) -> None:
    facts = booking_facts(session, book(session, hotel, doubles_and_suite(session, hotel, suite, now), now))
    assert facts["rooms_by_type"] == "2 × Double, 1 × Suite"
    assert (facts["rooms"], facts["room_type"], facts["meal_plan"]) == (3, "Double, Suite", "EP")


def test_rooms_of_two_houses_are_no_one_booking(session: Session, hotel: Hotel, now: datetime) -> None:
    neighbour = a_hotel(session, now=now)
    rooms = [
        RoomWanted(hotel.room_type_id, hotel.bar_id, 2),
        RoomWanted(neighbour.room_type_id, neighbour.bar_id, 2),
    ]
    with pytest.raises(BookingNotFound):
        quote_rooms(session, account_id=hotel.account_id, stay=CHRISTMAS, rooms=rooms, now=now)


@pytest.mark.parametrize(("adults", "children"), [(0, 1), (4, 0), (3, 2), (1, -1)])
def test_every_room_must_take_its_own_people(
    session: Session, hotel: Hotel, now: datetime, adults: int, children: int
) -> None:
    rooms = [RoomWanted(hotel.room_type_id, hotel.bar_id, adults, children)]
    with pytest.raises(PartyTooLarge):
        quote_rooms(session, account_id=hotel.account_id, stay=CHRISTMAS, rooms=rooms, now=now)


def test_a_rule_of_one_type_refuses_the_whole(session: Session, hotel: Hotel, suite: int, now: datetime) -> None:
    quote = doubles_and_suite(session, hotel, suite, now)
    session.get_one(NightInventory, (suite, CHRISTMAS.arrival)).stop_sell = True
    session.flush()
    with pytest.raises(NightsNotOnSale):
        book(session, hotel, quote, now)
    assert both_counts(session, hotel, suite) == [(0, 0), (0, 0)]


def test_of_two_policies_the_one_that_keeps_most_counts_at_every_hour(
    session: Session, hotel: Hotel, suite: int, now: datetime
) -> None:
    strict = put(
        session,
        CancellationPolicy(
            account_id=hotel.account_id,
            name="Week",
            terms={"tiers": [{"hours_before": 168, "percent": 30}], "no_show_percent": 60},
        ),
    )
    plan = RatePlan(
        property_id=hotel.property_id,
        code="WEEK",
        name="Week",
        meal_plan="CP",
        percent=0,
        deposit_percent=10,
        cancellation_policy_id=strict.id,
    )
    put(session, plan)
    price = {name: Money.rupees(5_000) for name in ("base_paise", "weekend_paise", "extra_adult_paise", "child_paise")}
    put(session, Rate(rate_plan_id=plan.id, room_type_id=suite, **price))
    rooms = [RoomWanted(hotel.room_type_id, hotel.bar_id, 2), RoomWanted(suite, plan.id, 2)]
    quote = quote_rooms(session, account_id=hotel.account_id, stay=CHRISTMAS, rooms=rooms, now=now)
    assert quote.policy == {
        "name": "Flexible, Week",
        "tiers": [
            {"hours_before": 168, "percent": 30},
            {"hours_before": 48, "percent": 60},
            {"hours_before": 24, "percent": 60},
        ],
        "no_show_percent": 100,
    }
    assert quote.parts["meal_plan"] == "EP, CP"
