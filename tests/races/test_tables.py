"""The last table, and many parties who want it at the same instant."""

from __future__ import annotations

import threading
from collections import Counter
from datetime import datetime, timedelta
from itertools import pairwise

import pytest
from sqlalchemy import select, text
from sqlalchemy.dialects.postgresql import Range
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from models.booking import Booking
from models.inventory import TableTurn
from tests.builders.houses import Tables
from tests.races.conftest import Place, Wish, hold_it
from tests.races.rush import rush

EIGHT = datetime.fromisoformat("2026-11-28T20:00:00+05:30")


def test_the_last_table_is_given_once(place: Place) -> None:
    restaurant = place.restaurant(covers=[(1, 2)])
    wishes = place.table_wishes(restaurant, [(EIGHT, 2)] * 16)
    answers = rush(place.url, lambda session, wish: hold_it(session, wish, place.now), wishes)
    assert Counter(answer if isinstance(answer, str) else "held" for answer in answers) == {
        "held": 1,
        "tables_gone": 15,
    }


def test_parties_for_single_and_joined_tables_never_share_one(place: Place) -> None:
    restaurant = place.restaurant(covers=[(1, 2)] * 4, joined=[((0, 1), 3, 4), ((2, 3), 3, 4), ((0, 1, 2, 3), 5, 8)])
    half_an_hour = timedelta(minutes=30)
    wishes = place.table_wishes(
        restaurant,
        [(EIGHT, 4), (EIGHT, 2), (EIGHT + half_an_hour, 4), (EIGHT, 8), (EIGHT - half_an_hour, 2), (EIGHT, 3)] * 3,
    )
    answers = rush(place.url, lambda session, wish: hold_it(session, wish, place.now), wishes)
    assert 1 <= sum(isinstance(answer, int) for answer in answers) <= 4
    with Session(place.engine) as session:
        turns = session.execute(
            select(TableTurn.dining_table_id, Booking.starts_at, Booking.ends_at)
            .join(Booking, Booking.id == TableTurn.booking_id)
            .where(TableTurn.active)
            .order_by(TableTurn.dining_table_id, Booking.starts_at)
        ).all()
    for earlier, later in pairwise(turns):
        assert earlier.dining_table_id != later.dining_table_id or earlier.ends_at <= later.starts_at


def test_the_pacing_holds_in_a_rush(place: Place) -> None:
    restaurant = place.restaurant(covers=[(1, 2)] * 12, pacing_covers=6)
    wishes = place.table_wishes(restaurant, [(EIGHT, 2)] * 12)
    answers = rush(place.url, lambda session, wish: hold_it(session, wish, place.now), wishes)
    assert sum(isinstance(answer, int) for answer in answers) == 3


def without_the_lock(place: Place, restaurant: Tables, wishes: list[Wish]) -> list[bool | str]:
    """Everybody looks, then everybody sits down: the way it must not be done."""
    bookings = []
    for wish, hours in zip(wishes, range(len(wishes)), strict=True):
        other_day = place.table_wishes(restaurant, [(EIGHT + timedelta(days=1 + hours), 2)])[0]
        with Session(place.engine) as session, session.begin():
            bookings.append(hold_it(session, Wish(other_day.quote_id, wish.visitor), place.now))
    everybody_has_looked = threading.Barrier(len(wishes))
    turn = Range(EIGHT, EIGHT + timedelta(minutes=90))

    def look_then_sit(session: Session, booking_id: int) -> bool:
        taken = session.scalar(select(TableTurn.id).where(TableTurn.during.overlaps(turn), TableTurn.active))
        everybody_has_looked.wait()
        if taken is not None:
            return False
        session.add(
            TableTurn(
                booking_id=booking_id,
                dining_table_id=restaurant.table_ids[0],
                during=turn,
                is_pinned=False,
                active=True,
            )
        )
        session.flush()
        return True

    return rush(place.url, look_then_sit, bookings)


def test_without_lock_and_constraint_the_last_table_is_given_many_times(place: Place) -> None:
    """The control: if this gave the table only once, the tests above would prove nothing."""
    restaurant = place.restaurant(covers=[(1, 2)])
    with place.engine.begin() as connection:
        connection.execute(text("ALTER TABLE table_turn DROP CONSTRAINT table_never_shared"))
    assert without_the_lock(place, restaurant, place.table_wishes(restaurant, [(EIGHT, 2)] * 4)) == [True] * 4


def test_without_the_lock_the_constraint_still_refuses(place: Place) -> None:
    restaurant = place.restaurant(covers=[(1, 2)])
    # Two that find each other's row wait for one another: one of them is the deadlock's victim instead.
    with pytest.raises(DBAPIError, match=r"table_never_shared|deadlock detected"):
        without_the_lock(place, restaurant, place.table_wishes(restaurant, [(EIGHT, 2)] * 2))
