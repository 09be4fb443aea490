"""Rules a hotelier would say in one sentence, each tried as it is said."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from itertools import pairwise

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from core.availability.closures import close_rooms
from core.availability.search import StaySearch, search_stays
from core.bookings.cancel import cancel
from core.bookings.confirm import confirm
from core.bookings.facts import booking_facts
from core.bookings.hold_table import table_numbers
from core.bookings.reference import ALPHABET, as_reference, new_reference
from core.bookings.seating import move_party, walk_in, walk_out
from core.errors import BookedThere, PartyTooLarge
from core.owners.figures import figures
from core.payments.desk import take_money
from core.payments.folio import folio_of
from models.booking import Booking, BookingEvent
from models.dates import StayDates
from models.inventory import Closure, StayRoom
from models.money import NOTHING, Money
from models.property import Property, Room
from models.states import ActorKind, BookingStatus, ClosureKind
from tests.builders.houses import Hotel, Tables, a_guest, a_hotel, a_restaurant, a_stay_quote, a_table_quote, hold
from tests.builders.prices import a_plan, a_quote_with, rupees

EVE = date(2026, 12, 24)  # a Thursday
EIGHT = datetime.fromisoformat("2026-12-24T20:00:00+05:30")


@pytest.fixture
def hotel(session: Session, now: datetime) -> Hotel:
    """Two doubles at 4,000 rupees; a third adult pays 1,000 and sleeps in an extra bed."""
    return a_hotel(session, now=now, rooms=2)


def agreed(session: Session, hotel: Hotel, now: datetime, **asked: int) -> Booking:
    quote = a_stay_quote(session, hotel, now=now, arrival=EVE, **asked)
    booking = hold(session, quote, a_guest(session, hotel, now=now), now=now)
    return confirm(session, booking.id, actor=ActorKind.GUEST, door="chat", now=now)


# ------------------------------------------------------------------------------------------------------ rooms


def test_a_third_adult_gets_an_extra_bed_and_pays_for_it(session: Session, hotel: Hotel, now: datetime) -> None:
    two, three = agreed(session, hotel, now), agreed(session, hotel, now, adults=3)
    beds = session.scalars(select(StayRoom.extra_beds).order_by(StayRoom.id)).all()
    assert beds == [0, 1]
    assert three.total_paise - two.total_paise == Money.rupees(2 * 1_050)


def test_a_room_takes_no_more_people_than_it_has_beds_for(session: Session, hotel: Hotel, now: datetime) -> None:
    with pytest.raises(PartyTooLarge):
        agreed(session, hotel, now, adults=4)


def test_a_child_pays_a_childs_price_whatever_its_age(session: Session, hotel: Hotel, now: datetime) -> None:
    alone, with_child = agreed(session, hotel, now), agreed(session, hotel, now, children=1)
    assert with_child.total_paise - alone.total_paise == Money.rupees(2 * 525)


def test_the_more_meals_the_dearer_and_who_asks_for_one_is_offered_it(
    session: Session, hotel: Hotel, now: datetime
) -> None:
    """Room only, with breakfast, half board, full board."""
    plans = {
        meals: a_plan(session, hotel, meals, meal_plan=meals, amount_paise=Money.rupees(more))
        for meals, more in (("CP", 400), ("MAP", 1_200), ("AP", 1_900))
    }
    prices = [rupees(a_quote_with(session, hotel, None, now=now, arrival=EVE))]
    for meals, plan in plans.items():
        quote = a_quote_with(session, hotel, None, now=now, arrival=EVE, plan_id=plan.id)
        assert quote.parts["meal_plan"] == meals
        prices.append(rupees(quote))
        search = StaySearch(account_id=hotel.account_id, stay=StayDates.of(EVE, 2), adults=2, meal_plan=meals)
        (offer,) = search_stays(session, search, now=now)
        assert (offer.meal_plan, offer.total) == (meals, quote.total_paise)
    assert prices == [8_400, 9_240, 10_920, 12_390]
    assert all(less < more for less, more in pairwise(prices))


@pytest.mark.parametrize(("kind", "percent"), [(ClosureKind.OUT_OF_ORDER, 100), (ClosureKind.OUT_OF_SERVICE, 50)])
def test_out_of_order_is_not_counted_as_a_room_and_out_of_service_is(
    kind: ClosureKind, percent: int, session: Session, hotel: Hotel, now: datetime
) -> None:
    """One of two rooms is sold, the other closed: a full house when it is broken, half of one when it is only kept."""
    agreed(session, hotel, now, nights=1)
    room = session.scalars(select(Room.id).where(Room.room_type_id == hotel.room_type_id).order_by(Room.id.desc()))
    close_rooms(
        session,
        property_id=hotel.property_id,
        room_type_id=hotel.room_type_id,
        nights=StayDates.of(EVE, 1),
        room_id=room.first(),
        reason="test",
        now=now,
        kind=kind,
    )
    session.flush()
    assert session.scalars(select(Closure.kind)).all() == [kind]
    assert figures(session, [hotel.property_id], EVE, EVE).occupancy == percent


# ---------------------------------------------------------------------------------------------- life and money


def test_a_reference_is_short_and_no_sign_of_it_looks_like_another() -> None:
    told = {new_reference() for _ in range(2_000)}
    assert len(told) > 1_990, "not to be guessed"
    assert {len(each) for each in told} == {6}
    assert set("".join(told)) <= set(ALPHABET)
    assert not set("01OILSBZU258AE") & set(ALPHABET)
    assert as_reference("k7qm-9c") == "K7QM9C"
    assert as_reference("K7QM9O") is None


def test_a_fee_that_is_waived_is_given_back_and_written_down_with_who_did_it(
    session: Session, hotel: Hotel, now: datetime
) -> None:
    booking = agreed(session, hotel, now)
    pays(session, booking, booking.total_paise, "cash", now)
    late = booking.starts_at - timedelta(hours=2)
    done = cancel(session, booking.id, actor=ActorKind.STAFF, actor_id=7, door="telegram", now=late, waive=True)
    assert (done.kept, done.refund) == (NOTHING, Money.rupees(8_400))
    event = session.scalars(select(BookingEvent).where(BookingEvent.kind == "cancelled")).one()
    assert (event.actor, event.actor_id, event.facts["waived"]) == (ActorKind.STAFF, 7, True)


def pays(session: Session, booking: Booking, amount: Money, how: str, now: datetime) -> None:
    take_money(session, booking.id, amount, how=how, key=f"{how}-{booking.id}", door="telegram", actor_id=None, now=now)


def test_the_balance_at_the_desk_is_paid_as_the_guest_likes_and_each_way_is_noted(
    session: Session, hotel: Hotel, now: datetime
) -> None:
    booking = agreed(session, hotel, now)
    for how, amount in (("cash", 400), ("card", 5_000), ("upi", 3_000)):
        pays(session, booking, Money.rupees(amount), how, now)
    assert folio_of(session, booking.id).balance == NOTHING
    noted = session.scalars(
        select(BookingEvent.facts["method"].as_string())
        .where(BookingEvent.kind == "paid_at_desk")
        .order_by(BookingEvent.id)
    ).all()
    assert noted == ["cash", "card", "upi"]


def test_a_deposit_paid_at_the_desk_confirms(session: Session, now: datetime) -> None:
    hotel = a_hotel(session, now=now, deposit_percent=50)
    quote = a_stay_quote(session, hotel, now=now, arrival=EVE)
    booking = hold(session, quote, a_guest(session, hotel, now=now), now=now)
    pays(session, booking, booking.deposit_paise, "cash", now)
    assert booking.status is BookingStatus.CONFIRMED
    assert folio_of(session, booking.id).balance == booking.total_paise - booking.deposit_paise


def test_what_is_told_of_a_booking_is_what_it_is_now(session: Session, hotel: Hotel, now: datetime) -> None:
    facts = booking_facts(session, agreed(session, hotel, now, adults=3))
    assert (facts["adults"], facts["total"], facts["balance"]) == (3, 1_050_000, 1_050_000)


# ------------------------------------------------------------------------------------------------------ tables


@pytest.fixture
def restaurant(session: Session, now: datetime) -> Tables:
    """Two tables for two that can be joined, and one for four."""
    return a_restaurant(session, now=now, covers=[(1, 2), (1, 2), (2, 4)], joined=[((0, 1), 3, 4)])


def test_a_party_at_joined_tables_moves_to_one_and_leaves_both(
    session: Session, restaurant: Tables, now: datetime
) -> None:
    first = a_table(session, restaurant, now, party=4)
    joined = a_table(session, restaurant, now, party=4)
    assert [len(table_numbers(session, each.id)) for each in (first, joined)] == [1, 2]
    cancel(session, first.id, actor=ActorKind.GUEST, door="chat", now=now)
    move_party(session, joined.id, [restaurant.table_ids[2]], door="desk", now=now, actor_id=None)
    assert [len(table_numbers(session, a_table(session, restaurant, now).id)) for _ in range(2)] == [1, 1]


def test_a_walk_in_that_leaves_gives_its_table_to_the_next(session: Session, restaurant: Tables, now: datetime) -> None:
    house, guest = session.get_one(Property, restaurant.property_id), a_guest(session, restaurant, now=now).guest_id
    small = restaurant.table_ids[:1]

    def sits_down() -> Booking:
        return walk_in(
            session, house, guest_id=guest, party_size=2, door="desk", now=EIGHT, actor_id=7, table_ids=small
        )

    first = sits_down()
    with pytest.raises(BookedThere):
        sits_down()
    walk_out(session, first.id, door="desk", now=EIGHT, actor_id=7)
    assert table_numbers(session, sits_down().id) == ["1"]


def a_table(session: Session, restaurant: Tables, now: datetime, party: int = 2) -> Booking:
    quote = a_table_quote(session, restaurant, now=now, starts_at=EIGHT, party_size=party)
    booking = hold(session, quote, a_guest(session, restaurant, now=now), now=now)
    return confirm(session, booking.id, actor=ActorKind.GUEST, door="chat", now=now)
