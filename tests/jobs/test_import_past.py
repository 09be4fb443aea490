"""A file of past bookings becomes history: every line once, whatever is wrong with it and whatever interrupts."""

from __future__ import annotations

import csv
import gzip
import os
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from datetime import date, datetime
from pathlib import Path
from typing import Any, Final

import pytest
from sqlalchemy import Engine, func, select, text
from sqlalchemy.orm import Session

from core.history.hotel_bookings import COLUMNS
from core.unit_of_work import unit_of_work
from jobs.importing.command import said
from jobs.importing.past import import_past
from jobs.sentences import Refusal
from models.base import Json
from models.history import HistoryBooking, HistoryImport
from models.inventory import NightInventory
from models.states import BookingStatus
from tests.builders.houses import a_hotel
from tests.fixtures.database import Database

PLAIN: Final = {
    "hotel": "Fort View",
    "is_canceled": "0",
    "lead_time": "30",
    "arrival_date_year": "2024",
    "arrival_date_month": "February",
    "arrival_date_week_number": "9",
    "arrival_date_day_of_month": "28",
    "stays_in_weekend_nights": "1",
    "stays_in_week_nights": "2",
    "adults": "2",
    "children": "1",
    "babies": "0",
    "meal": "BB",
    "country": "IND",
    "market_segment": "Direct",
    "distribution_channel": "Direct",
    "is_repeated_guest": "1",
    "previous_cancellations": "0",
    "previous_bookings_not_canceled": "3",
    "reserved_room_type": "A",
    "assigned_room_type": "B",
    "booking_changes": "0",
    "deposit_type": "No Deposit",
    "agent": "NULL",
    "company": "",
    "days_in_waiting_list": "0",
    "customer_type": "Transient",
    "adr": "82.335",
    "required_car_parking_spaces": "0",
    "total_of_special_requests": "2",
    "reservation_status": "Check-Out",
    "reservation_status_date": "2024-03-02",
}


@pytest.fixture
def account_id(engine: Engine, now: datetime) -> int:
    with unit_of_work(engine) as session:
        return a_hotel(session, now=now).account_id


def written(path: Path, *rows: Mapping[str, str], more: tuple[str, ...] = ()) -> Path:
    """A file of these lines, each the plain one but for what is said."""
    packed = path.suffix == ".gz"
    with gzip.open(path, "wt", newline="") if packed else path.open("w", newline="", encoding="utf-8-sig") as file:
        writer = csv.DictWriter(file, (*more, *COLUMNS))
        writer.writeheader()
        writer.writerows(dict.fromkeys(more, "") | PLAIN | dict(row) for row in rows)
    return path


def bring(engine: Engine, path: Path, account_id: int, now: datetime) -> Json:
    return import_past(engine, path, account_id=account_id, property_id=None, now=now)


def kept(engine: Engine, account_id: int) -> list[dict[str, Any]]:
    """All lines of an account, without what names the import."""
    columns = [c for c in HistoryBooking.__table__.c if c.name not in {"account_id", "history_import_id"}]
    with Session(engine) as session:
        rows = session.execute(
            select(*columns).where(HistoryBooking.account_id == account_id).order_by(HistoryBooking.line)
        )
        return [dict(row) for row in rows.mappings()]


@pytest.mark.parametrize("name", ["past.csv", "past.csv.gz"])
def test_a_line_is_read_column_by_column(
    engine: Engine, account_id: int, now: datetime, tmp_path: Path, name: str
) -> None:
    bring(engine, written(tmp_path / name, {}), account_id, now)

    (line,) = kept(engine, account_id)
    assert line == {
        "line": 2,
        "reference": None,
        "hotel": "Fort View",
        "status": BookingStatus.COMPLETED,
        "status_on": date(2024, 3, 2),
        "booked_on": date(2024, 1, 29),
        "arrival": date(2024, 2, 28),
        "departure": date(2024, 3, 2),
        "lead_days": 30,
        "nights": 3,
        "weekend_nights": 1,
        "adults": 2,
        "children": 1,
        "babies": 0,
        "rate_cents": 8_234,
        "currency": None,
        "meal": "BB",
        "country": "IND",
        "segment": "Direct",
        "channel": "Direct",
        "agency": None,
        "company": None,
        "customer_type": "Transient",
        "deposit_type": "No Deposit",
        "reserved_room_type": "A",
        "assigned_room_type": "B",
        "is_repeated_guest": True,
        "earlier_cancellations": 0,
        "earlier_stays": 3,
        "changes": 0,
        "waiting_days": 0,
        "parking_spaces": 0,
        "special_requests": 2,
        "is_stay": True,
        "oddities": [],
        "raw": None,
    }


def test_lines_that_are_alike_are_bookings_of_their_own(
    engine: Engine, account_id: int, now: datetime, tmp_path: Path
) -> None:
    report = bring(engine, written(tmp_path / "past.csv", {}, {}, {"adr": "90"}, {}), account_id, now)

    assert report["rows"] == len(kept(engine, account_id)) == 4
    assert report["lines_like_another"] == 2


def test_a_copy_with_references_and_columns_of_its_own_keeps_the_references(
    engine: Engine, account_id: int, now: datetime, tmp_path: Path
) -> None:
    path = written(tmp_path / "past.csv", {"booking_id": "B 7", "part": "x"}, more=("booking_id", "part"))
    report = bring(engine, path, account_id, now)

    assert kept(engine, account_id)[0]["reference"] == "B 7"
    assert report["columns_left_out"] == ["part"]


@pytest.mark.parametrize(
    ("cells", "oddities", "can_be_a_stay"),
    [
        ({"stays_in_weekend_nights": "0", "stays_in_week_nights": "0"}, {"zero_nights"}, False),
        ({"adults": "0", "children": "0"}, {"nobody"}, False),
        ({"adults": "0", "children": "NA"}, {"nobody", "unknown_people"}, False),
        ({"children": "NA"}, {"unknown_people"}, True),
        ({"arrival_date_day_of_month": "30"}, {"bad_dates"}, False),
        ({"arrival_date_month": "Phalgun"}, {"bad_dates"}, False),
        ({"arrival_date_year": "NULL"}, {"bad_dates"}, False),
        ({"arrival_date_year": "9999", "arrival_date_month": "December"}, {"bad_dates"}, False),
        ({"stays_in_week_nights": "9000"}, {"bad_dates"}, False),
        ({"stays_in_week_nights": "-2"}, {"bad_dates", "unreadable"}, False),
        ({"adr": "-6.38"}, {"impossible_rate"}, True),
        ({"adr": "5400"}, {"impossible_rate"}, True),
        ({"adr": "1e99"}, {"unreadable"}, True),
        ({"adr": "much"}, {"unreadable"}, True),
        ({"reservation_status": "Left"}, {"unknown_status"}, True),
        ({"is_canceled": "1"}, {"status_contradicts"}, True),
        ({"reservation_status_date": "some day"}, {"unreadable"}, True),
        ({"adr": "0"}, set(), True),
        ({"children": "1.0", "agent": "NULL", "country": "NULL", "meal": "Undefined"}, set(), True),
        ({"reservation_status_date": "02/03/2024"}, set(), True),
    ],
)
def test_a_line_that_cannot_be_right_is_kept_as_it_stands_and_reported(
    engine: Engine,
    account_id: int,
    now: datetime,
    tmp_path: Path,
    cells: dict[str, str],
    oddities: set[str],
    *,
    can_be_a_stay: bool,
) -> None:
    report = bring(engine, written(tmp_path / "past.csv", {}, {}, cells), account_id, now)

    line = kept(engine, account_id)[2]
    assert set(line["oddities"]) == set(report["oddities"]) == oddities
    assert line["is_stay"] is can_be_a_stay
    assert line["raw"] == (PLAIN | cells if oddities else None)
    assert all(report["oddities"][kind]["lines"] == [4] for kind in oddities)
    assert all(said(report))


def test_a_line_with_cells_missing_is_kept_and_reported(
    engine: Engine, account_id: int, now: datetime, tmp_path: Path
) -> None:
    path = written(tmp_path / "past.csv", {}, {})
    lines = path.read_text(encoding="utf-8-sig").splitlines()
    path.write_text("\n".join([lines[0], lines[1].rsplit(",", 4)[0], "", lines[2]]))
    report = bring(engine, path, account_id, now)

    assert report["rows"] == 2
    assert report["oddities"]["ragged_line"] == {"rows": 1, "lines": [2], "no_stay": True}
    assert [line["line"] for line in kept(engine, account_id)] == [2, 4]


def test_the_same_file_again_changes_nothing_and_says_the_same(
    engine: Engine, account_id: int, now: datetime, tmp_path: Path
) -> None:
    first = bring(engine, written(tmp_path / "past.csv", {}, {"adr": "-1"}), account_id, now)
    lines = kept(engine, account_id)
    other_name = tmp_path / "copy.csv.gz"
    other_name.write_bytes(gzip.compress((tmp_path / "past.csv").read_bytes()))

    assert bring(engine, other_name, account_id, now) == first
    assert kept(engine, account_id) == lines


def test_history_takes_nothing_off_sale(engine: Engine, account_id: int, now: datetime, tmp_path: Path) -> None:
    taken = select(func.sum(NightInventory.held + NightInventory.sold), func.count())
    with Session(engine) as session:
        before = session.execute(taken).one()
    bring(engine, written(tmp_path / "past.csv", {"arrival_date_year": str(now.year)}), account_id, now)

    with Session(engine) as session:
        assert session.execute(taken).one() == before


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("past.csv", b"hotel,adr\nFort View,10\n", "has no column is_canceled"),
        ("past.csv", b"\xff\xfe\x00", "is not UTF-8"),
        ("past.csv.gz", b"hotel,adr\n", "is damaged"),
        ("past.csv.gz", gzip.compress(b"hotel", mtime=0)[:-4], "is damaged"),
        ("past.csv", b"", "has no column"),
    ],
)
def test_a_file_that_is_not_such_a_table_is_refused_in_a_sentence(
    engine: Engine, account_id: int, now: datetime, tmp_path: Path, name: str, content: bytes, sentence: str
) -> None:
    (tmp_path / name).write_bytes(content)

    with pytest.raises(Refusal, match=sentence):
        bring(engine, tmp_path / name, account_id, now)


@pytest.mark.processes
def test_an_import_killed_half_way_goes_on_and_ends_as_if_nothing_had_happened(
    database: Database, account_id: int, now: datetime, tmp_path: Path
) -> None:
    rows = 24_000
    path = written(tmp_path / "past.csv", *({"adr": str(line % 150 - 1)} for line in range(rows)))
    process = _started(path, database.url, tmp_path)
    try:
        done = next(done for done in _progress(database.engine) if done)
        with database.engine.begin() as holding:
            # While we keep the row nobody gets on: the process is certainly half-way when it dies.
            done = holding.scalar(text("SELECT lines_done FROM history_import FOR UPDATE"))
            process.kill()
            process.wait()
    finally:
        process.kill()
        process.wait()
    assert 0 < done < rows
    assert 0 < len(kept(database.engine, account_id)) < rows

    resumed = bring(database.engine, path, account_id, now)
    with unit_of_work(database.engine) as session:
        other_id = a_hotel(session, now=now).account_id
    whole = bring(database.engine, path, other_id, now)

    assert resumed == whole
    assert resumed["rows"] == rows
    assert kept(database.engine, account_id) == kept(database.engine, other_id)
    with Session(database.engine) as session:
        assert all(each.finished_at for each in session.scalars(select(HistoryImport)))


def _started(path: Path, url: str, home: Path) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-m", "jobs.cli", "import", "bookings", str(path), "--format", "hotel-bookings"],
        env={**os.environ, "DATABASE_URL": url, "ATITHI_HOME": str(home / "home")},
    )


def _progress(engine: Engine) -> Iterator[int]:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        with Session(engine) as session:
            yield session.scalar(select(HistoryImport.lines_done)) or 0
        time.sleep(0.01)
    pytest.fail("the import has not begun")
