"""Guests who are here take a better room, or a smaller one: what they have slept in stays as it was."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from core.availability.nights import counts
from core.bookings.arrive import arrive, depart, un_depart
from core.bookings.change import Changed, change
from core.bookings.change_quote import quote_stay_change
from core.bookings.confirm import confirm
from core.bookings.rooms import move_room, numbers_of
from core.errors import RoomsGone
from core.owners.find import find_bookings
from core.payments.credit_note import current_invoice
from core.payments.folio import folio_of
from core.pricing.quote import RoomWanted
from models.booking import Booking
from models.dates import StayDates
from models.inventory import NightInventory, StayRoom
from models.money import Money
from models.property import Room
from models.states import ActorKind
from tests.builders.houses import Hotel, a_guest, a_hotel, a_stay_quote, another_type, hold

EVE = date(2026, 12, 24)
NIGHTS = [EVE + timedelta(days=day) for day in range(4)]
DOUBLE, SUITE = Money.rupees(4_200), Money.rupees(7_350)


@pytest.fixture
def hotel(session: Session, now: datetime) -> Hotel:
    """Two doubles at 4,000 rupees."""
    return a_hotel(session, now=now, rooms=2)


@pytest.fixture
def suite(session: Session, hotel: Hotel, now: datetime) -> int:
    """One at 7,000."""
    return another_type(session, hotel, now=now, price=7_000, rooms=1)


@pytest.fixture
def here(session: Session, hotel: Hotel, suite: int, now: datetime) -> Booking:
    """Three nights in a double; it is the afternoon after the first."""
    quote = a_stay_quote(session, hotel, now=now, arrival=EVE, nights=3)
    booking = hold(session, quote, a_guest(session, hotel, now=now), now=now)
    confirm(session, booking.id, actor=ActorKind.STAFF, door="desk", now=now)
    arrive(session, booking.id, door="desk", now=booking.starts_at, actor_id=None)
    assert suite
    return booking


def afternoon(booking: Booking) -> datetime:
    return booking.starts_at + timedelta(days=1)


def to(
    session: Session, hotel: Hotel, booking: Booking, room_type_id: int, *, nights: int = 3, free: bool = False
) -> Changed:
    """Another type from this afternoon on."""
    at = afternoon(booking)
    rooms = [RoomWanted(room_type_id, hotel.bar_id, 2)]
    quote = quote_stay_change(session, booking, stay=StayDates.of(EVE, nights), rooms=rooms, free=free, now=at)
    return change(session, booking.id, quote_id=quote.id, actor=ActorKind.STAFF, door="desk", now=at)


def test_the_night_slept_costs_what_it_cost_and_the_others_what_the_suite_costs(
    session: Session, hotel: Hotel, suite: int, here: Booking
) -> None:
    done = to(session, hotel, here, suite)
    assert done.total == DOUBLE + SUITE * 2
    assert folio_of(session, here.id).charges == done.total


def test_each_night_is_taken_in_the_room_it_is_slept_in(
    session: Session, hotel: Hotel, suite: int, here: Booking
) -> None:
    to(session, hotel, here, suite)
    assert counts(session, hotel.room_type_id) == {NIGHTS[0]: (0, 1)}
    assert counts(session, suite) == {NIGHTS[1]: (0, 1), NIGHTS[2]: (0, 1)}
    rooms = session.execute(select(StayRoom.room_type_id, StayRoom.stay).order_by(StayRoom.id)).all()
    assert [(each, StayDates.from_range(stay).length) for each, stay in rooms] == [(hotel.room_type_id, 1), (suite, 2)]
    assert len(numbers_of(session, here.id)) == 1


def test_a_suite_that_was_full_last_night_is_no_obstacle(
    session: Session, hotel: Hotel, suite: int, here: Booking
) -> None:
    session.get_one(NightInventory, (suite, EVE)).sold = 1
    session.flush()
    assert to(session, hotel, here, suite).total == DOUBLE + SUITE * 2


def test_a_suite_that_is_full_tomorrow_is_refused_and_they_stay_where_they_are(
    session: Session, hotel: Hotel, suite: int, here: Booking
) -> None:
    session.get_one(NightInventory, (suite, NIGHTS[2])).sold = 1
    session.flush()
    before = numbers_of(session, here.id)
    with pytest.raises(RoomsGone), session.begin_nested():
        to(session, hotel, here, suite)
    assert numbers_of(session, here.id) == before


def test_a_better_room_for_nothing_changes_no_price(session: Session, hotel: Hotel, suite: int, here: Booking) -> None:
    done = to(session, hotel, here, suite, free=True)
    assert (done.before_total, done.total, done.to_pay) == (DOUBLE * 3, DOUBLE * 3, Money(0))


def test_the_room_they_left_is_given_to_the_next_guests(
    session: Session, hotel: Hotel, suite: int, here: Booking
) -> None:
    old = session.scalars(select(StayRoom.room_id).where(StayRoom.booking_id == here.id)).one()
    to(session, hotel, here, suite)
    at = afternoon(here)
    quote = a_stay_quote(session, hotel, now=at, arrival=NIGHTS[1], nights=1)
    other = hold(session, quote, a_guest(session, hotel, now=at), now=at)
    confirm(session, other.id, actor=ActorKind.STAFF, door="desk", now=at)
    assert old is not None
    arrive(session, other.id, door="desk", now=at, actor_id=None, rooms=[old])
    found = find_bookings(session, [hotel.property_id], today=NIGHTS[1], room_ids=[old])
    assert [booking.id for booking in found] == [other.id]


def test_they_stay_longer_in_the_suite_and_move_within_a_type_as_others_do(
    session: Session, hotel: Hotel, suite: int, here: Booking
) -> None:
    to(session, hotel, here, suite)
    number = numbers_of(session, here.id)
    assert to(session, hotel, here, suite, nights=4).total == DOUBLE + SUITE * 3
    assert numbers_of(session, here.id) == number, "in their room"
    to(session, hotel, here, hotel.room_type_id, nights=4)
    free = session.scalars(select(Room).where(Room.room_type_id == hotel.room_type_id).order_by(Room.number)).all()
    other = next(room for room in free if [room.number] != numbers_of(session, here.id))
    move_room(session, here.id, other.id, door="desk", now=afternoon(here), actor_id=None)
    assert numbers_of(session, here.id) == [other.number]


def test_when_they_leave_every_night_is_given_back_and_leaving_can_be_undone(
    session: Session, hotel: Hotel, suite: int, here: Booking
) -> None:
    to(session, hotel, here, suite)
    number = numbers_of(session, here.id)
    at = here.ends_at
    depart(session, here.id, door="desk", now=at, actor_id=None)
    assert (counts(session, hotel.room_type_id), counts(session, suite)) == ({}, {})
    un_depart(session, here.id, door="desk", now=at, actor_id=None)
    assert counts(session, suite) == {NIGHTS[1]: (0, 1), NIGHTS[2]: (0, 1)}
    assert numbers_of(session, here.id) == number


def test_the_bill_names_each_night_by_the_room_it_was_slept_in(
    session: Session, hotel: Hotel, suite: int, here: Booking
) -> None:
    to(session, hotel, here, suite)
    depart(session, here.id, door="desk", now=here.ends_at, actor_id=None)
    invoice = current_invoice(session, here.id)
    assert invoice is not None
    assert [(line["what"], line["count"]) for line in invoice.content["lines"]] == [("Double", 1), ("Suite", 2)]
    assert invoice.total_paise == DOUBLE + SUITE * 2


def test_a_room_more_from_today_on_costs_nothing_for_last_night_and_one_less_still_costs_it(
    session: Session, hotel: Hotel, here: Booking
) -> None:
    at, stay = afternoon(here), StayDates.of(EVE, 3)
    two = [RoomWanted(hotel.room_type_id, hotel.bar_id, 1)] * 2
    one = [RoomWanted(hotel.room_type_id, hotel.bar_id, 2)]
    for rooms, total in ((two, DOUBLE * 5), (one, DOUBLE * 4)):
        quote = quote_stay_change(session, here, stay=stay, rooms=rooms, now=at)
        done = change(session, here.id, quote_id=quote.id, actor=ActorKind.STAFF, door="desk", now=at)
        assert done.total == total
        at += timedelta(days=1)
    assert counts(session, hotel.room_type_id) == {NIGHTS[0]: (0, 1), NIGHTS[1]: (0, 2), NIGHTS[2]: (0, 1)}
