"""What happens to one table is no dearer in a restaurant with thousands of evenings behind it than in a new one."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from core.bookings.cancel import cancel
from core.bookings.confirm import confirm
from core.bookings.expire import expire_due_holds
from models.booking import Booking
from models.states import ActorKind
from tests.builders.houses import Tables, Visitor, a_guest, a_restaurant, a_table_quote, hold
from tests.fixtures.rows_read import many_rows_read

# Each of these has thousands of rows.
_TABLES = ("area_day", "booking", "table_turn", "booking_event", "folio_line", "quote")

_BUSY = """
INSERT INTO guest (account_id, language, created_at) SELECT account_id, language, created_at
FROM guest, generate_series(1, 400) n;
INSERT INTO quote (account_id, property_id, kind, request, parts, policy, tax_paise, total_paise, deposit_paise,
    good_until, created_at)
SELECT account_id, property_id, kind, request, parts, policy, tax_paise, total_paise, deposit_paise, good_until,
    created_at FROM quote, generate_series(1, 4000) n;
INSERT INTO booking (account_id, property_id, guest_id, quote_id, kind, reference, status, channel, first_day,
    last_day, starts_at, ends_at, party_size, adults, children, total_paise, deposit_paise, policy, hold_prolonged,
    created_at, changed_at)
SELECT q.account_id, q.property_id, g.id, q.id, 'table', 'PAST' || q.id, 'completed', 'whatsapp', d::date, d::date, d,
    d + interval '2 h', 2, 2, 0, 0, 0, '{}', false, d, d
FROM quote q, LATERAL (SELECT min(id) + q.id % 400 AS id FROM guest) g,
    LATERAL (SELECT TIMESTAMPTZ '2020-01-01 19:00+05:30' + (q.id % 2000)::int * interval '1 day' AS d) x;
INSERT INTO table_turn (booking_id, dining_table_id, during, is_pinned, in_area, active)
SELECT b.id, t.id, tstzrange(starts_at, ends_at), false, false, b.id % 2 = 0
FROM booking b, LATERAL (SELECT min(id) + b.id / 2000 % 3 AS id FROM dining_table) t
WHERE b.id IN (SELECT DISTINCT ON (first_day) id FROM booking) OR b.id % 2 = 1;
INSERT INTO booking_event (account_id, booking_id, kind, status, actor, door, facts, at)
SELECT account_id, id, 'departed', 'completed', 'staff', 'desk', '{}', changed_at FROM booking;
INSERT INTO area_day (dining_area_id, service_day, closed)
SELECT a.id, DATE '2010-01-01' + n, false FROM dining_area a, generate_series(1, 3000) n;
ANALYZE
"""


@dataclass(frozen=True, slots=True)
class Restaurant:
    """A busy restaurant, and how to see what an act costs in it."""

    session: Session
    tables: Tables
    visitor: Visitor
    now: datetime

    def holds(self, *, days: int = 3) -> Booking:
        """Somebody holds a table for two."""
        evening = self.now.replace(hour=14, minute=0) + timedelta(days=days)
        quote = a_table_quote(self.session, self.tables, now=self.now, starts_at=evening)
        return hold(self.session, quote, self.visitor, now=self.now)

    def read(self, act: Callable[[], object]) -> dict[str, int]:
        """How many rows of which table an act looks at, where it looks at many."""
        return many_rows_read(self.session, act, of=_TABLES)


@pytest.fixture
def restaurant(session: Session, now: datetime) -> Restaurant:
    """Three tables and four thousand evenings that are over."""
    tables = a_restaurant(session, now=now)
    visitor = a_guest(session, tables, now=now)
    evening = now.replace(hour=14, minute=0) + timedelta(days=3)
    a_table_quote(session, tables, now=now, starts_at=evening)
    session.flush()
    for statement in _BUSY.split(";\n"):
        session.execute(text(statement))
    return Restaurant(session, tables, visitor, now)


def test_a_held_table_reads_its_own_evening_only(restaurant: Restaurant) -> None:
    assert restaurant.read(restaurant.holds) == {}


def test_who_takes_another_evening_instead_reads_both_evenings_only(restaurant: Restaurant) -> None:
    restaurant.holds()
    assert restaurant.read(lambda: restaurant.holds(days=5)) == {}


def test_a_confirmed_table_reads_its_own_evening_only(restaurant: Restaurant) -> None:
    booking_id = restaurant.holds().id
    assert (
        restaurant.read(
            lambda: confirm(restaurant.session, booking_id, actor=ActorKind.GUEST, door="chat", now=restaurant.now)
        )
        == {}
    )


def test_a_cancelled_table_reads_its_own_evening_only(restaurant: Restaurant) -> None:
    booking_id = restaurant.holds().id
    confirm(restaurant.session, booking_id, actor=ActorKind.GUEST, door="chat", now=restaurant.now)
    assert (
        restaurant.read(
            lambda: cancel(restaurant.session, booking_id, actor=ActorKind.GUEST, door="chat", now=restaurant.now)
        )
        == {}
    )


def test_a_lapsed_table_reads_its_own_evening_only(restaurant: Restaurant) -> None:
    restaurant.holds()
    later = restaurant.now + timedelta(hours=1)
    assert restaurant.read(lambda: expire_due_holds(restaurant.session, now=later)) == {}
