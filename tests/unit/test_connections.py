"""What a connection keeps from one transaction to the next."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from core.errors import RoomsGone
from core.unit_of_work import engine_for, unit_of_work
from models.states import BookingKind
from tests.builders.houses import Hotel, a_guest, a_hotel, a_restaurant, a_stay_quote, a_table_quote, hold
from tests.fixtures.database import Database

_PREPARED = text("SELECT count(*) FROM pg_prepared_statements WHERE statement LIKE 'WITH asked%'")
EVE = date(2026, 12, 24)


@pytest.fixture
def one_connection(database: Database) -> Iterator[Engine]:
    """An engine that has one connection only."""
    engine = engine_for(database.url, pool_size=1)
    yield engine
    engine.dispose()


def prepared(session: Session) -> int:
    """How many holds the connection has ready."""
    count: int = session.scalars(_PREPARED).one()
    return count


def planned(session: Session) -> tuple[str, str]:
    """How the server plans what this transaction asks next."""
    words = "SELECT current_setting('plan_cache_mode'), current_setting('enable_seqscan')"
    row = session.execute(text(words)).one()
    return row[0], row[1]


def full(session: Session, now: datetime) -> Hotel:
    """A house with one room, which somebody holds."""
    hotel = a_hotel(session, now=now, rooms=1)
    hold(session, a_stay_quote(session, hotel, now=now, arrival=EVE), a_guest(session, hotel, now=now), now=now)
    return hotel


def test_a_refused_hold_leaves_the_statement_of_the_next_one_ready(one_connection: Engine, now: datetime) -> None:
    with unit_of_work(one_connection) as session:
        hotel = full(session, now)
    with pytest.raises(RoomsGone), unit_of_work(one_connection) as session:
        hold(session, a_stay_quote(session, hotel, now=now, arrival=EVE), a_guest(session, hotel, now=now), now=now)
    with unit_of_work(one_connection) as session:
        assert prepared(session) == 1
        assert session.scalars(text("SELECT count(*) FROM booking")).one() == 1


def test_after_an_error_of_the_database_everything_is_prepared_anew(one_connection: Engine, now: datetime) -> None:
    with unit_of_work(one_connection) as session:
        hotel = full(session, now)
    with pytest.raises(DBAPIError), unit_of_work(one_connection) as session:
        session.execute(text("SELECT 1 / 0"))
    with unit_of_work(one_connection) as session:
        assert prepared(session) == 0
        later = a_stay_quote(session, hotel, now=now, arrival=date(2027, 1, 4))
        assert hold(session, later, a_guest(session, hotel, now=now), now=now).id
        assert prepared(session) == 1


def test_after_a_hold_made_refused_or_not_ordinary_statements_are_planned_as_before(
    session: Session, now: datetime
) -> None:
    hotel, restaurant = full(session, now), a_restaurant(session, now=now)
    evening = now.replace(hour=14) + timedelta(days=3)
    table = a_table_quote(session, restaurant, now=now, starts_at=evening)
    assert hold(session, table, a_guest(session, restaurant, now=now), now=now).kind is BookingKind.TABLE
    assert planned(session) == ("auto", "on")
    with pytest.raises(RoomsGone):
        hold(session, a_stay_quote(session, hotel, now=now, arrival=EVE), a_guest(session, hotel, now=now), now=now)
    assert planned(session) == ("auto", "on")
    visitor = a_guest(session, hotel, now=now)
    for days in (10, 20):  # the second time the first hold has to end before it
        stay = a_stay_quote(session, hotel, now=now, arrival=EVE + timedelta(days=days))
        assert hold(session, stay, visitor, now=now).id
        assert planned(session) == ("auto", "on")
