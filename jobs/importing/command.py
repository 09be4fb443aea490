"""`atithi import bookings FILE`: the past of a house, or what it has promised."""

from __future__ import annotations

import json
import sys
from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Final

import typer
from sqlalchemy import Engine

from core.clock import clock_for
from core.settings import load
from core.unit_of_work import engine_for, unit_of_work
from jobs.importing import past, promised
from jobs.importing.promised import Fate, Outcome
from jobs.sentences import Refusal
from jobs.whose import account_named, property_named
from models.base import Json
from models.migrate import upgrade
from providers.embedded import database_url


class Form(StrEnum):
    """How the file is written."""

    HOTEL_BOOKINGS = past.FORM
    ATITHI_CSV = promised.FORM


_ODD: Final = {
    "zero_nights": "arrive and leave on the same day",
    "nobody": "have no guests at all",
    "bad_dates": "have no arrival or no number of nights that can be read",
    "impossible_rate": "have a rate below nothing or far above what the hotel takes",
    "unknown_people": "do not say how many adults, children or babies",
    "unknown_status": "do not say what became of them",
    "status_contradicts": "say both that they were cancelled and that they were not",
    "unreadable": "have a cell that cannot be read, taken as not known",
    "ragged_line": "have more or fewer cells than the header",
}


def command(
    file: Annotated[Path, typer.Argument(help="The file, .csv or .csv.gz.")],
    form: Annotated[Form, typer.Option("--format", help="How it is written.")],
    account: Annotated[str, typer.Option(help="Whose bookings, when there are several accounts.")] = "",
    property_name: Annotated[str, typer.Option("--property", help="The property they belong to, by name.")] = "",
    dry_run: Annotated[bool, typer.Option(help="Only say what would happen (atithi-csv).")] = False,  # noqa: FBT002 - Typer's way
    keep_going: Annotated[bool, typer.Option(help="Take over what can be, leave out the rest (atithi-csv).")] = False,  # noqa: FBT002 - Typer's way
    report: Annotated[Path | None, typer.Option(help="Write the report into this file as JSON, too.")] = None,
) -> None:
    """Read bookings from a file: past ones as history, or the future stays of a property that moves in."""
    if form is Form.HOTEL_BOOKINGS and (dry_run or keep_going):
        raise Refusal(
            "History is kept line by line, whatever is wrong with it: --dry-run and --keep-going are for stays."
        )
    settings = load()
    engine = engine_for(database_url(settings))
    upgrade(engine)
    now = clock_for(engine, debug=settings.atithi_debug).now()
    try:
        with unit_of_work(engine) as session:
            account_id = account_named(session, account, property_name)
            property_id = property_named(session, account_id, property_name)
        if form is Form.HOTEL_BOOKINGS:
            told = _past(engine, file, account_id, property_id, now=now)
        elif property_id is None:
            raise Refusal("Whose stays are these? Name the property with --property.")
        else:
            told = _promised(engine, file, property_id, now=now, dry_run=dry_run, keep_going=keep_going)
    finally:
        engine.dispose()
    if report is not None:
        report.write_text(json.dumps(told, indent=2, ensure_ascii=False, sort_keys=True) + "\n")
    if told.get("refused"):
        raise typer.Exit(1)


def _past(engine: Engine, file: Path, account_id: int, property_id: int | None, *, now: datetime) -> Json:
    with typer.progressbar(length=0, label="Keeping", file=sys.stderr, hidden=not sys.stderr.isatty()) as bar:

        def begun(lines: int, done: int) -> None:
            bar.length = lines
            if done:
                bar.label = "Going on"

        told = past.import_past(
            engine, file, account_id=account_id, property_id=property_id, now=now, begun=begun, kept=bar.update
        )
    for line in said(told):
        print(line)
    return told


def said(report: Json) -> list[str]:
    """The report of an import in words."""
    lines = [
        f"{report['rows']:,} bookings are kept as history.",
        f"The first arrival is {report['first_arrival']}, the last {report['last_arrival']}.",
        *(f"  {count:>8,}  {hotel}" for hotel, count in report["hotels"].items()),
        *(f"  {count:>8,}  {status.replace('_', '-')}" for status, count in report["statuses"].items()),
        f"  {report['lines_like_another']:>8,}  are word for word like another, and bookings of their own",
        f"  {report['nights_for_nothing']:>8,}  cost nothing",
        f"{report['cannot_be_stays']:,} of them cannot be stays. What is odd, with the first lines:",
    ]
    for kind, odd in report["oddities"].items():
        first = ", ".join(str(number) for number in odd["lines"])
        lines.append(f"  {odd['rows']:>8,}  {_ODD[kind]} (line {first})")
    if report["columns_left_out"]:
        lines.append(f"Columns not kept: {', '.join(report['columns_left_out'])}.")
    return lines


def _promised(engine: Engine, file: Path, property_id: int, *, now: datetime, dry_run: bool, keep_going: bool) -> Json:
    with typer.progressbar(length=0, label="Taking over", file=sys.stderr, hidden=not sys.stderr.isatty()) as bar:

        def begun(lines: int) -> None:
            bar.length = lines

        outcomes = promised.import_promised(
            engine,
            file,
            property_id=property_id,
            now=now,
            keep_going=keep_going,
            dry_run=dry_run,
            begun=begun,
            looked_at=bar.update,
        )
    told = counted(outcomes)
    for line in said_of_stays(told, dry_run=dry_run, keep_going=keep_going):
        print(line)
    return told


def counted(outcomes: Sequence[Outcome]) -> Json:
    """How many of each fate, and every line that was refused."""
    fates = Counter(outcome.fate for outcome in outcomes)
    wrong = promised.refused(outcomes)
    return {
        "lines": len(outcomes),
        "taken_over": fates[Fate.TAKEN_OVER],
        "known": fates[Fate.KNOWN],
        "refused": [{"line": each.line, "reference": each.reference, "why": each.why} for each in wrong],
    }


def said_of_stays(report: Json, *, dry_run: bool, keep_going: bool) -> list[str]:
    """What became of a file of future stays, in words."""
    wrong = report["refused"]
    lines = [f"line {each['line']} ({each['reference'] or 'no reference'}): {each['why']}" for each in wrong]
    if report["known"]:
        lines.append(f"{report['known']} came with an earlier import and are left as they are.")
    if dry_run:
        could = "" if not wrong else f", {len(wrong)} could not"
        return [*lines, f"{report['taken_over']} stays could be taken over{could}; nothing was done."]
    if wrong and not keep_going:
        return [
            *lines,
            f"{len(wrong)} of {report['lines']} cannot be taken over, so nothing was done.",
            "Mend them, or take over the others with --keep-going.",
        ]
    left_out = "" if not wrong else f", {len(wrong)} left out"
    return [*lines, f"{report['taken_over']} stays are taken over{left_out}."]
