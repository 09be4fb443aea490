"""A table, from the quote to the release."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from core.bookings.cancel import cancel
from core.bookings.confirm import confirm
from core.bookings.expire import expire_due_holds
from core.bookings.facts import booking_facts
from core.errors import NotServing, PartyTooLarge, TablesGone, TimeHasPassed
from models.booking import Booking
from models.inventory import AreaDay, TableTurn
from models.money import Money
from models.states import ActorKind, BookingStatus
from tests.builders.houses import Tables, a_guest, a_restaurant, a_table_quote, hold

EIGHT = datetime.fromisoformat("2026-11-28T20:00:00+05:30")
NINE_THIRTY = EIGHT + timedelta(minutes=90)


@pytest.fixture
def restaurant(session: Session, now: datetime) -> Tables:
    """Two tables for two and one for four."""
    return a_restaurant(session, now=now)


def held(session: Session, restaurant: Tables, now: datetime, starts_at: datetime = EIGHT, party: int = 2) -> Booking:
    """A new guest holds a table."""
    quote = a_table_quote(session, restaurant, now=now, starts_at=starts_at, party_size=party)
    return hold(session, quote, a_guest(session, restaurant, now=now), now=now)


def tables_of(session: Session, booking: Booking) -> list[int]:
    """The tables a booking has now."""
    turns = select(TableTurn.dining_table_id).where(TableTurn.booking_id == booking.id, TableTurn.active)
    return sorted(session.scalars(turns))


def test_a_party_has_its_table_for_the_whole_turn(session: Session, restaurant: Tables, now: datetime) -> None:
    booking = held(session, restaurant, now)
    assert (booking.starts_at, booking.ends_at) == (EIGHT, NINE_THIRTY)
    assert (booking.first_day, booking.last_day) == (date(2026, 11, 28),) * 2
    assert tables_of(session, booking) == [restaurant.table_ids[0]]
    assert confirm(session, booking.id, actor=ActorKind.GUEST, door="chat", now=now).status is BookingStatus.CONFIRMED


def test_one_party_may_follow_another_at_once(session: Session, now: datetime) -> None:
    restaurant = a_restaurant(session, now=now, covers=[(1, 2)])
    first = held(session, restaurant, now)
    with pytest.raises(TablesGone):
        held(session, restaurant, now, EIGHT + timedelta(minutes=60))
    second = held(session, restaurant, now, NINE_THIRTY)
    assert tables_of(session, first) == tables_of(session, second)


def test_joined_tables_are_given_and_released_together(session: Session, now: datetime) -> None:
    restaurant = a_restaurant(session, now=now, covers=[(1, 2), (1, 2)], joined=[((0, 1), 3, 4)])
    four = held(session, restaurant, now, party=4)
    assert tables_of(session, four) == list(restaurant.table_ids)
    with pytest.raises(TablesGone):
        held(session, restaurant, now)
    confirm(session, four.id, actor=ActorKind.GUEST, door="chat", now=now)
    cancel(session, four.id, actor=ActorKind.GUEST, door="chat", now=now)
    assert tables_of(session, four) == []
    assert len({tuple(tables_of(session, held(session, restaurant, now))) for _ in range(2)}) == 2


def test_a_set_is_not_joined_while_one_of_its_tables_is_taken(session: Session, now: datetime) -> None:
    restaurant = a_restaurant(session, now=now, covers=[(1, 2), (1, 2)], joined=[((0, 1), 3, 4)])
    held(session, restaurant, now)
    with pytest.raises(TablesGone):
        held(session, restaurant, now, party=4)


def test_a_lapsed_hold_gives_its_table_back(session: Session, now: datetime) -> None:
    restaurant = a_restaurant(session, now=now, covers=[(1, 2)], cover_deposit=300)
    booking = held(session, restaurant, now)
    assert booking.deposit_paise == Money.rupees(600)
    later = now + timedelta(minutes=20)
    assert expire_due_holds(session, now=later) == [booking.id]
    assert held(session, restaurant, later).status is BookingStatus.HELD


def test_pacing_limits_the_covers_that_start_together(session: Session, now: datetime) -> None:
    restaurant = a_restaurant(session, now=now, covers=[(1, 4)] * 4, pacing_covers=6)
    held(session, restaurant, now, party=4)
    with pytest.raises(TablesGone):
        held(session, restaurant, now, party=3)
    assert held(session, restaurant, now, party=2).status is BookingStatus.HELD
    assert held(session, restaurant, now, EIGHT + timedelta(minutes=30), party=3).status is BookingStatus.HELD


def test_joined_tables_count_their_party_once_for_the_pacing(session: Session, now: datetime) -> None:
    restaurant = a_restaurant(
        session, now=now, covers=[(1, 2), (1, 2), (1, 2)], joined=[((0, 1), 3, 4)], pacing_covers=6
    )
    held(session, restaurant, now, party=4)
    assert held(session, restaurant, now, party=2).status is BookingStatus.HELD


def test_a_closed_area_seats_nobody(session: Session, restaurant: Tables, now: datetime) -> None:
    quote = a_table_quote(session, restaurant, now=now, starts_at=EIGHT)
    session.get_one(AreaDay, (restaurant.area_id, date(2026, 11, 28))).closed = True
    session.flush()
    with pytest.raises(TablesGone):
        hold(session, quote, a_guest(session, restaurant, now=now), now=now)


def test_a_day_that_was_never_opened_is_not_sold_out_but_not_served(
    session: Session, restaurant: Tables, now: datetime
) -> None:
    quote = a_table_quote(session, restaurant, now=now, starts_at=EIGHT + timedelta(days=200))
    with pytest.raises(NotServing):
        hold(session, quote, a_guest(session, restaurant, now=now), now=now)


@pytest.mark.parametrize(
    ("starts_at", "party", "refusal"),
    [
        (EIGHT + timedelta(minutes=10), 2, NotServing),
        (EIGHT - timedelta(hours=5), 2, NotServing),
        (datetime.fromisoformat("2026-11-21T20:00:00+05:30"), 2, TimeHasPassed),
        (EIGHT, 5, PartyTooLarge),
        (EIGHT, 0, PartyTooLarge),
        (EIGHT, 50, PartyTooLarge),
    ],
    ids=["between two slots", "in the afternoon", "yesterday", "five", "nobody", "fifty"],
)
def test_tables_that_cannot_be(
    session: Session, restaurant: Tables, now: datetime, starts_at: datetime, party: int, refusal: type[Exception]
) -> None:
    with pytest.raises(refusal):
        a_table_quote(session, restaurant, now=now, starts_at=starts_at, party_size=party)


def test_lead_time_is_kept(session: Session, now: datetime) -> None:
    restaurant = a_restaurant(session, now=now, lead_minutes=120)
    tonight = datetime.fromisoformat("2026-11-22T20:00:00+05:30")
    just_in_time, too_late = tonight - timedelta(minutes=121), tonight - timedelta(minutes=120)
    assert a_table_quote(session, restaurant, now=just_in_time, starts_at=tonight).total_paise == Money(0)
    with pytest.raises(TimeHasPassed):
        a_table_quote(session, restaurant, now=too_late, starts_at=tonight)


def test_the_facts_of_a_table_say_where_one_sits(session: Session, restaurant: Tables, now: datetime) -> None:
    facts = booking_facts(session, held(session, restaurant, now, party=3))
    assert (facts["dining"], facts["party"], facts["starts"]) == ("Terrace", 3, "2026-11-28T20:00+05:30")
    assert facts["rooms"] is None
