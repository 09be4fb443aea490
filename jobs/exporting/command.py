"""`atithi export bookings|guests|folio|ical`."""

from __future__ import annotations

import io
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Annotated, TextIO

import typer
from sqlalchemy.orm import Session

from core.owners import records
from core.settings import load
from core.unit_of_work import engine_for, unit_of_work
from jobs.exporting.calendar_feed import calendar_of
from jobs.exporting.written import write_csv, write_json
from jobs.sentences import Refusal
from jobs.whose import account_named, property_named
from models.base import Json
from providers.embedded import database_url


class Form(StrEnum):
    """How it is written."""

    CSV = "csv"
    JSON = "json"


_From = Annotated[datetime | None, typer.Option("--from", formats=["%Y-%m-%d"], help="The first day.")]
_To = Annotated[datetime | None, typer.Option("--to", formats=["%Y-%m-%d"], help="The last day.")]
_Form = Annotated[Form, typer.Option("--format", help="csv or json.")]
_Into = Annotated[Path | None, typer.Option("-o", "--output", help="The file to write; else the screen.")]
_Excel = Annotated[bool, typer.Option("--excel", help="Begin the file so that Excel reads Hindi and ₹ rightly.")]
_Account = Annotated[str, typer.Option("--account", help="Whose, when there are several accounts.")]
_Property = Annotated[str, typer.Option("--property", help="Of this property only, by name.")]


def bookings(
    first: _From = None,
    last: _To = None,
    form: _Form = Form.CSV,
    into: _Into = None,
    excel: _Excel = False,  # noqa: FBT002 - Typer's way
    account: _Account = "",
    property_name: _Property = "",
) -> None:
    """Write the bookings that arrive in these days."""
    _export(records.bookings, first, last, form, into, excel=excel, account=account, property_name=property_name)


def guests(
    first: _From = None,
    last: _To = None,
    form: _Form = Form.CSV,
    into: _Into = None,
    excel: _Excel = False,  # noqa: FBT002 - Typer's way
    account: _Account = "",
    property_name: _Property = "",
) -> None:
    """Write the guests, all or those who arrive in these days."""
    _export(records.guests, first, last, form, into, excel=excel, account=account, property_name=property_name)


def folio(
    first: _From = None,
    last: _To = None,
    form: _Form = Form.CSV,
    into: _Into = None,
    excel: _Excel = False,  # noqa: FBT002 - Typer's way
    account: _Account = "",
    property_name: _Property = "",
) -> None:
    """Write every charge, payment and refund of these days."""
    _export(records.folio, first, last, form, into, excel=excel, account=account, property_name=property_name)


def ical(
    property_name: _Property = "",
    first: _From = None,
    last: _To = None,
    into: _Into = None,
    account: _Account = "",
) -> None:
    """Write the running bookings of a property as a calendar, without names."""
    if not property_name:
        raise Refusal("Which property? Name it with --property.")
    with _session() as session:
        wanted = _wanted(session, first, last, account, property_name)
        feed = calendar_of(records.bookings(session, wanted))
    with _file(into) as file:
        file.write(feed.decode())


def _export(
    rows_of: Callable[[Session, records.Wanted], Iterator[Json]],
    first: datetime | None,
    last: datetime | None,
    form: Form,
    into: Path | None,
    *,
    excel: bool,
    account: str,
    property_name: str,
) -> None:
    with _session() as session:
        rows = rows_of(session, _wanted(session, first, last, account, property_name))
        with _file(into) as file:
            count = write_json(rows, file) if form is Form.JSON else write_csv(rows, file, for_excel=excel)
    print(f"{count} written.", file=sys.stderr)


def _wanted(
    session: Session, first: datetime | None, last: datetime | None, account: str, property_name: str
) -> records.Wanted:
    account_id = account_named(session, account, property_name)
    return records.Wanted(
        account_id,
        property_named(session, account_id, property_name),
        first and first.date(),
        last and last.date(),
    )


@contextmanager
def _session() -> Iterator[Session]:
    engine = engine_for(database_url(load()))
    try:
        with unit_of_work(engine) as session:
            yield session
    finally:
        engine.dispose()


@contextmanager
def _file(into: Path | None) -> Iterator[TextIO]:
    """The file appears when it is whole; the screen gets it as it comes."""
    if into is None:
        if isinstance(sys.stdout, io.TextIOWrapper):
            sys.stdout.reconfigure(encoding="utf-8", newline="")
        yield sys.stdout
        return
    unfinished = into.with_name(f"{into.name}.part")
    try:
        with unfinished.open("w", encoding="utf-8", newline="") as file:
            yield file
        unfinished.replace(into)
    finally:
        unfinished.unlink(missing_ok=True)
