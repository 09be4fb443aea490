"""Rows written as CSV or JSON; no cell of a table is ever taken for a formula."""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Iterable
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Final, TextIO

from models.base import Json
from models.money import PAISE_PER_RUPEE, Money

# A spreadsheet takes a cell that begins so for a formula, also one that a guest gave as a name.
_FORMULA: Final = re.compile(r"[=+\-@\t\r]")
_NUMBER: Final = re.compile(r"[+-]?\d[\d .]*")
BOM: Final = "\ufeff"


def write_csv(rows: Iterable[Json], file: TextIO, *, for_excel: bool = False) -> int:
    """A header and a line a row; returns how many. Excel knows UTF-8 by the mark at the beginning."""
    if for_excel:
        file.write(BOM)
    writer = csv.writer(file)
    count = 0
    for count, row in enumerate(rows, start=1):
        if count == 1:
            writer.writerow(row)
        writer.writerow([safe(_plain(value)) for value in row.values()])
    return count


def write_json(rows: Iterable[Json], file: TextIO) -> int:
    """A list of objects, one a line; returns how many."""
    count = 0
    file.write("[")
    for count, row in enumerate(rows, start=1):
        plain = {name: _plain(value) for name, value in row.items()}
        file.write(("" if count == 1 else ",") + "\n" + json.dumps(plain, ensure_ascii=False))
    file.write("\n]\n")
    return count


def safe(value: Any) -> Any:  # noqa: ANN401 - whatever a cell holds
    """Text that a spreadsheet would calculate is marked as text; numbers and telephone numbers stay as they are."""
    if isinstance(value, str) and _FORMULA.match(value) and not _NUMBER.fullmatch(value):
        return f"'{value}"
    return value


def _plain(value: Any) -> Any:  # noqa: ANN401 - whatever a row holds
    """Money as rupees with paise, moments and days as ISO."""
    match value:
        case Money():
            return str((Decimal(value.paise) / PAISE_PER_RUPEE).quantize(Decimal("0.01")))
        case datetime():
            return value.isoformat(timespec="seconds")
        case date():
            return value.isoformat()
    return value
