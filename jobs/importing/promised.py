"""Future stays of a house that moves in: all of the file or none of it, through the same verbs as any booking."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Final

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from core.errors import AtithiError
from core.history.take_over import known_already, lock_house, take_over
from core.unit_of_work import unit_of_work
from jobs.importing.files import Line, opened
from jobs.importing.stay_line import NEEDED, House, NotReadableError, read_house, read_stay

FORM: Final = "atithi-csv"
_WORDS: Final = {
    "rooms_gone": "not enough rooms of that type are free on these nights",
    "nights_not_on_sale": "these nights are not on sale: closed, beyond the horizon, or against a restriction",
    "beyond_horizon": "the house is not on sale that far ahead",
    "stay_in_the_past": "the arrival has passed",
    "too_late_to_arrive": "the arrival has passed",
    "stay_too_long": "that is longer than anybody may stay",
    "party_too_large": "more people than the rooms take",
    "too_many_holds": "this guest is choosing several rooms at this moment",
}


class Fate(StrEnum):
    """What became of a line."""

    TAKEN_OVER = "taken_over"
    KNOWN = "known"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Outcome:
    """A line, what became of it, and why when it was refused."""

    line: int
    reference: str
    fate: Fate
    why: str = ""


def import_promised(
    engine: Engine,
    path: Path,
    *,
    property_id: int,
    now: datetime,
    keep_going: bool = False,
    dry_run: bool = False,
    begun: Callable[[int], None] = lambda _lines: None,
    looked_at: Callable[[int], None] = lambda _lines: None,
) -> list[Outcome]:
    """Take the file's stays over; when one of them cannot be, none is, unless told to keep going.

    A stay that came with an earlier import is left as it is.
    """
    with opened(path, needs=NEEDED) as table:
        lines = list(table.lines)
    begun(len(lines))
    with unit_of_work(engine) as session:
        house = read_house(session, property_id)
    if keep_going and not dry_run:
        return _each_for_itself(engine, house, lines, now=now, looked_at=looked_at)
    outcomes: list[Outcome] = []
    with unit_of_work(engine) as session:
        lock_house(session, property_id)
        for line in lines:
            outcomes.append(_take(session, house, line, now=now))
            looked_at(1)
        if dry_run or refused(outcomes):
            session.rollback()
    return outcomes


def refused(outcomes: Iterable[Outcome]) -> list[Outcome]:
    """The lines that cannot be taken over."""
    return [outcome for outcome in outcomes if outcome.fate is Fate.REFUSED]


def _each_for_itself(
    engine: Engine, house: House, lines: Sequence[Line], *, now: datetime, looked_at: Callable[[int], None]
) -> list[Outcome]:
    outcomes = []
    for line in lines:
        with unit_of_work(engine) as session:
            outcomes.append(_take(session, house, line, now=now))
        looked_at(1)
    return outcomes


def _take(session: Session, house: House, line: Line, *, now: datetime) -> Outcome:
    """One line, wholly or not at all."""
    reference = line.cells.get("reference", "").strip()
    try:
        stay = read_stay(line, house)
        if (known := known_already(session, house.property_id, reference)) is not None:
            if known.line == stay.line:
                return Outcome(line.number, reference, Fate.KNOWN)
            return Outcome(line.number, reference, Fate.REFUSED, "it came before, and said something else then")
        with session.begin_nested():
            take_over(session, house.property_id, stay, now=now)
    except NotReadableError as error:
        return Outcome(line.number, reference, Fate.REFUSED, str(error))
    except AtithiError as error:
        return Outcome(line.number, reference, Fate.REFUSED, _WORDS.get(error.code, error.code.replace("_", " ")))
    return Outcome(line.number, reference, Fate.TAKEN_OVER)
