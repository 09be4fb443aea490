"""A file of past bookings is kept as history: every line once, nothing of it on sale or taken off sale."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import batched
from pathlib import Path
from typing import Final

from sqlalchemy import Engine

from core.history import hotel_bookings
from core.history.keep import HistoryFile, begin, finish, keep
from core.unit_of_work import unit_of_work
from jobs.importing.files import Line, fingerprint, opened
from models.base import Json

FORM: Final = "hotel-bookings"
_LINES_AT_ONCE: Final = 5_000


@dataclass(frozen=True, slots=True)
class Survey:
    """What one look through the file tells: how many lines, the usual rate of each hotel, and lines alike."""

    lines: int
    usual_rates: dict[str, int]
    alike: int
    columns_left_out: list[str]


def import_past(
    engine: Engine,
    path: Path,
    *,
    account_id: int,
    property_id: int | None,
    now: datetime,
    begun: Callable[[int, int], None] = lambda _lines, _done: None,
    kept: Callable[[int], None] = lambda _lines: None,
) -> Json:
    """Keep the file's lines and say what is odd about them; `begun` and `kept` hear how far it has got."""
    contents = fingerprint(path)
    survey = look_through(path)
    file = HistoryFile(path.name, FORM, contents, survey.lines)
    with unit_of_work(engine) as session:
        under_way = begin(session, account_id, file, property_id=property_id, now=now)
        import_id, done = under_way.id, under_way.lines_done
    begun(survey.lines, done)
    with opened(path, needs=hotel_bookings.COLUMNS) as table:
        for lines in batched(_left(table.lines, done, kept), _LINES_AT_ONCE):
            read = [
                hotel_bookings.read(
                    line.number,
                    line.cells,
                    usual_rate=survey.usual_rates.get(line.cells.get("hotel", "")),
                    ragged=line.ragged,
                )
                for line in lines
            ]
            with unit_of_work(engine) as session:
                keep(session, import_id, read)
            kept(len(lines))
    with unit_of_work(engine) as session:
        more = {"lines_like_another": survey.alike, "columns_left_out": survey.columns_left_out}
        return finish(session, import_id, more=more, now=now)


def look_through(path: Path) -> Survey:
    """Read the file once without keeping anything."""
    rates: defaultdict[str, Counter[int]] = defaultdict(Counter)
    seen: set[int] = set()
    lines = 0
    with opened(path, needs=hotel_bookings.COLUMNS) as table:
        for line in table.lines:
            lines += 1
            seen.add(hash(tuple(line.cells.get(column) for column in hotel_bookings.COLUMNS)))
            rate = hotel_bookings.rate_of(line.cells)
            if rate is not None and rate > 0:
                rates[line.cells.get("hotel", "")][rate] += 1
        known = {*hotel_bookings.COLUMNS, hotel_bookings.REFERENCE}
        left_out = [column for column in table.columns if column not in known]
    usual = {hotel: _median(counts) for hotel, counts in rates.items()}
    return Survey(lines, usual, lines - len(seen), left_out)


def _left(lines: Iterator[Line], done: int, skipped: Callable[[int], None]) -> Iterator[Line]:
    """The lines an earlier attempt has not kept."""
    passed = 0
    for line in lines:
        if line.number > done:
            yield line
        else:
            passed += 1
    skipped(passed) if passed else None


def _median(counts: Counter[int]) -> int:
    half = counts.total() / 2
    for value in sorted(counts):
        half -= counts[value]
        if half <= 0:
            return value
    return 0
