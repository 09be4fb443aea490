"""A business carries its own data away: readable anywhere, and harmless in a spreadsheet."""

from __future__ import annotations

import csv
import io
import json
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
from icalendar import Calendar
from sqlalchemy import Engine
from sqlalchemy.orm import Session
from typer.testing import CliRunner

from core.bookings.confirm import confirm
from core.owners import records
from core.owners.records import Wanted
from core.unit_of_work import unit_of_work
from jobs.cli import command_line
from jobs.exporting.calendar_feed import calendar_of
from jobs.exporting.written import BOM, safe, write_csv, write_json
from models.guest import Guest
from models.money import Money
from models.states import ActorKind
from tests.builders.houses import Hotel, Visitor, a_guest, a_hotel, a_stay_quote, hold
from tests.fixtures.database import Database


@pytest.fixture
def hotel(session: Session, now: datetime) -> Hotel:
    """A hotel with one stay agreed and one held."""
    return booked(session, now)[0]


def booked(session: Session, now: datetime) -> tuple[Hotel, Visitor]:
    hotel = a_hotel(session, now=now)
    guest = a_guest(session, hotel, now=now)
    session.get_one(Guest, guest.guest_id).name = "=HYPERLINK(0)"
    arrival = (now + timedelta(days=7)).date()
    first = hold(session, a_stay_quote(session, hotel, now=now, arrival=arrival, rooms=2, adults=4), guest, now=now)
    confirm(session, first.id, actor=ActorKind.STAFF, door="desk", now=now)
    hold(session, a_stay_quote(session, hotel, now=now, arrival=arrival + timedelta(days=30)), guest, now=now)
    return hotel, guest


def test_bookings_of_some_days_have_their_money_and_rooms(session: Session, hotel: Hotel, now: datetime) -> None:
    arrival = (now + timedelta(days=7)).date()
    wanted = Wanted(hotel.account_id, hotel.property_id, first=arrival, last=arrival)
    (row,) = records.bookings(session, wanted)

    assert (row["arrival"], row["status"], row["rooms"], row["room_types"]) == (arrival, "confirmed", 2, "Double")
    assert (row["total"], row["paid"], row["adults"]) == (Money.rupees(16_800), Money(0), 4)
    assert len(list(records.bookings(session, Wanted(hotel.account_id)))) == 2


def test_another_account_sees_nothing_of_it(session: Session, hotel: Hotel, now: datetime) -> None:
    stranger = Wanted(a_hotel(session, now=now).account_id)

    for rows_of in (records.bookings, records.guests, records.folio):
        assert list(rows_of(session, Wanted(hotel.account_id)))
        assert not list(rows_of(session, stranger))


def test_guests_are_counted_and_the_forgotten_are_left_out(session: Session, hotel: Hotel, now: datetime) -> None:
    other = a_guest(session, hotel, now=now)
    arrival = (now + timedelta(days=7)).date()

    assert [row["bookings"] for row in records.guests(session, Wanted(hotel.account_id))] == [2, 0]
    assert [row["bookings"] for row in records.guests(session, Wanted(hotel.account_id, last=arrival))] == [1]
    session.get_one(Guest, other.guest_id).erased_at = now
    session.flush()
    assert len(list(records.guests(session, Wanted(hotel.account_id)))) == 1


def test_folio_lines_stand_under_the_day_of_the_house_and_add_up(session: Session, hotel: Hotel) -> None:
    lines = list(records.folio(session, Wanted(hotel.account_id, first=date(2026, 11, 22), last=date(2026, 11, 22))))

    assert Money.total(line["amount"] for line in lines) == Money.rupees(16_800)
    assert not list(records.folio(session, Wanted(hotel.account_id, first=date(2026, 11, 23))))


@pytest.mark.parametrize("cell", ["=1+1", "+cmd|x", "-2+3|x", "@SUM(A1)", "\tx", "=HYPERLINK(0)"])
def test_a_cell_that_a_spreadsheet_would_calculate_is_text(cell: str) -> None:
    assert safe(cell) == f"'{cell}"


@pytest.mark.parametrize("cell", ["+919876543210", "-120.50", "Meera", "अतिथि", "", None, 7, "2026-11-22", "a=b"])
def test_numbers_telephones_and_words_stay_as_they_are(cell: object) -> None:
    assert safe(cell) == cell


def test_a_table_is_utf8_and_marked_for_excel_when_asked(session: Session, hotel: Hotel) -> None:
    plain, marked = io.StringIO(), io.StringIO()

    assert write_csv(records.bookings(session, Wanted(hotel.account_id)), plain) == 2
    write_csv(records.bookings(session, Wanted(hotel.account_id)), marked, for_excel=True)
    assert marked.getvalue() == BOM + plain.getvalue()
    rows = list(csv.DictReader(io.StringIO(plain.getvalue())))
    assert (rows[0]["guest"], rows[0]["total"], rows[0]["wishes"]) == ("'=HYPERLINK(0)", "16800.00", "")


def test_json_has_the_same_rows_and_needs_no_marks(session: Session, hotel: Hotel) -> None:
    file = io.StringIO()
    write_json(records.bookings(session, Wanted(hotel.account_id)), file)

    rows = json.loads(file.getvalue())
    assert [row["guest"] for row in rows] == ["=HYPERLINK(0)"] * 2
    assert rows[0]["total"] == "16800.00"
    empty = io.StringIO()
    write_json(iter(()), empty)
    assert json.loads(empty.getvalue()) == []


def test_a_calendar_tells_when_it_is_taken_and_not_by_whom(session: Session, hotel: Hotel, now: datetime) -> None:
    feed = calendar_of(records.bookings(session, Wanted(hotel.account_id)))

    first, second = Calendar.from_ical(feed).walk("VEVENT")
    arrival = (now + timedelta(days=7)).date()
    assert (first.decoded("dtstart"), first.decoded("dtend")) == (arrival, arrival + timedelta(days=2))
    assert str(first["summary"]).startswith("2 × Double (")
    assert second["uid"] != first["uid"]
    assert b"HYPERLINK" not in feed


def test_the_command_writes_a_whole_file_or_none(
    engine: Engine, database: Database, now: datetime, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with unit_of_work(engine) as session:
        booked(session, now)
    monkeypatch.setenv("DATABASE_URL", database.url)
    monkeypatch.setenv("ATITHI_HOME", str(tmp_path / "home"))
    into = tmp_path / "bookings.csv"
    words = ["export", "bookings", "--from", "2026-11-01", "--excel", "-o", str(into)]
    done = CliRunner().invoke(command_line(words), words)

    assert done.exit_code == 0, done.output
    assert into.read_bytes().startswith(b"\xef\xbb\xbfreference,")
    assert len(into.read_text(encoding="utf-8-sig").splitlines()) == 3
    assert [path.name for path in tmp_path.iterdir()] == ["bookings.csv"] or not list(tmp_path.glob("*.part"))
