"""What happens to one booking is no dearer in a house with ten thousand nights and a past than in an empty one."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from core.bookings.cancel import cancel
from core.bookings.change import change
from core.bookings.change_quote import quote_stay_change
from core.bookings.confirm import confirm
from core.bookings.expire import expire_due_holds
from core.bookings.release import release_hold
from models.booking import Booking
from models.dates import StayDates
from models.states import ActorKind
from tests.builders.houses import Hotel, Visitor, a_guest, a_hotel, a_stay_quote, hold
from tests.fixtures.rows_read import many_rows_read

EVE = date(2026, 12, 24)
# Each of these has thousands of rows.
_TABLES = ("night_inventory", "booking", "stay_room", "booking_event", "folio_line", "quote")

# One of everything is multiplied: other types with their nights, other guests, and their stays that are over.
_BUSY = """
INSERT INTO guest (account_id, language, created_at) SELECT account_id, language, created_at
FROM guest, generate_series(1, 400) n;
INSERT INTO room_type (property_id, name, description, base_adults, max_adults, max_guests, extra_beds)
SELECT property_id, name || n, description, base_adults, max_adults, max_guests, extra_beds
FROM room_type, generate_series(1, 29) n;
INSERT INTO night_inventory (room_type_id, night, sellable, held, sold, price_paise, minimum_stay, stop_sell)
SELECT t.id, i.night, i.sellable, 0, 0, i.price_paise, i.minimum_stay, i.stop_sell
FROM night_inventory i, room_type t WHERE t.id <> i.room_type_id;
INSERT INTO quote (account_id, property_id, kind, request, parts, policy, tax_paise, total_paise, deposit_paise,
    good_until, created_at)
SELECT account_id, property_id, kind, request, parts, policy, tax_paise, total_paise, deposit_paise, good_until,
    created_at FROM quote, generate_series(1, 4000) n;
INSERT INTO booking (account_id, property_id, guest_id, quote_id, kind, reference, status, channel, first_day,
    last_day, starts_at, ends_at, party_size, adults, children, total_paise, deposit_paise, policy, hold_prolonged,
    created_at, changed_at)
SELECT q.account_id, q.property_id, g.id, q.id, 'stay', 'PAST' || q.id, 'completed', 'whatsapp', d, d + 2, d, d + 2,
    2, 2, 0, 100000, 0, '{}', false, d, d
FROM quote q, LATERAL (SELECT min(id) + q.id % 400 AS id FROM guest) g,
    LATERAL (SELECT DATE '2025-01-01' + (q.id % 600)::int AS d) x;
INSERT INTO stay_room (booking_id, room_type_id, stay, adults, children, extra_beds, is_pinned, active)
SELECT b.id, t.id, daterange(first_day, last_day), 2, 0, 0, false, false
FROM booking b, (SELECT min(id) AS id FROM room_type) t;
INSERT INTO booking_event (account_id, booking_id, kind, status, actor, door, facts, at)
SELECT account_id, id, 'departed', 'completed', 'staff', 'desk', '{}', changed_at FROM booking;
INSERT INTO folio_line (booking_id, kind, label, amount_paise, at)
SELECT id, 'charge', 'stay', 100000, changed_at FROM booking;
ANALYZE
"""


@dataclass(frozen=True, slots=True)
class House:
    """A busy house, and how to see what an act costs in it."""

    session: Session
    hotel: Hotel
    visitor: Visitor
    now: datetime

    def holds(self, visitor: Visitor | None = None, *, arrival: date = EVE) -> Booking:
        """Somebody holds two nights."""
        quote = a_stay_quote(self.session, self.hotel, now=self.now, arrival=arrival)
        return hold(self.session, quote, visitor or self.visitor, now=self.now)

    def read(self, act: Callable[[], object]) -> dict[str, int]:
        """How many rows of which table an act looks at, where it looks at many."""
        return many_rows_read(self.session, act, of=_TABLES)


@pytest.fixture
def house(session: Session, now: datetime) -> House:
    """Thirty room types on sale for more than a year, four thousand stays that are over."""
    hotel = a_hotel(session, now=now, horizon_days=400)
    visitor = a_guest(session, hotel, now=now)
    a_stay_quote(session, hotel, now=now, arrival=EVE)
    session.flush()
    for statement in _BUSY.split(";\n"):
        session.execute(text(statement))
    return House(session, hotel, visitor, now)


def test_a_hold_reads_its_own_nights_only(house: House) -> None:
    assert house.read(house.holds) == {}


def test_who_takes_other_dates_instead_reads_the_nights_of_both_holds_only(house: House) -> None:
    house.holds()
    assert house.read(lambda: house.holds(arrival=EVE + timedelta(days=30))) == {}


def test_a_confirmation_reads_its_own_nights_only(house: House) -> None:
    held = house.holds()
    assert house.read(lambda: confirm(house.session, held.id, actor=ActorKind.GUEST, door="chat", now=house.now)) == {}


def test_a_released_hold_reads_its_own_nights_only(house: House) -> None:
    held = house.holds()
    assert (
        house.read(lambda: release_hold(house.session, held.id, actor=ActorKind.GUEST, door="chat", now=house.now))
        == {}
    )


def test_a_lapsed_hold_reads_its_own_nights_only(house: House) -> None:
    house.holds()
    assert house.read(lambda: expire_due_holds(house.session, now=house.now + timedelta(hours=1))) == {}


def test_a_hold_that_ends_a_lapsed_one_first_reads_the_nights_of_both_only(house: House) -> None:
    held = house.holds()
    held.hold_expires_at = house.now - timedelta(minutes=1)
    other = a_guest(house.session, house.hotel, now=house.now)
    assert house.read(lambda: house.holds(other)) == {}


def test_a_cancelled_stay_reads_its_own_nights_only(house: House) -> None:
    held = house.holds()
    confirm(house.session, held.id, actor=ActorKind.GUEST, door="chat", now=house.now)
    assert house.read(lambda: cancel(house.session, held.id, actor=ActorKind.GUEST, door="chat", now=house.now)) == {}


def test_a_changed_stay_reads_its_old_and_new_nights_only(house: House) -> None:
    held = house.holds()
    confirm(house.session, held.id, actor=ActorKind.GUEST, door="chat", now=house.now)
    quote = quote_stay_change(house.session, held, stay=StayDates.of(EVE + timedelta(days=1), 3), now=house.now)
    assert (
        house.read(
            lambda: change(house.session, held.id, quote_id=quote.id, actor=ActorKind.GUEST, door="chat", now=house.now)
        )
        == {}
    )
