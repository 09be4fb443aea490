"""What a connection keeps from one transaction to the next."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from core.errors import RoomsGone
from core.unit_of_work import engine_for, unit_of_work
from tests.builders.houses import Hotel, a_guest, a_hotel, a_stay_quote, hold
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
