"""Tables people bring: .csv or .csv.gz, with a header, in UTF-8."""

from __future__ import annotations

import csv
import gzip
import hashlib
import io
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Final, cast

from jobs.sentences import Refusal

_PIECE: Final = 1 << 20
_LONGEST_CELL: Final = 1 << 20


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a table: its place in the file (the header is line 1) and its cells by column."""

    number: int
    cells: dict[str, str]
    ragged: bool


@dataclass(frozen=True, slots=True)
class Table:
    """The columns of a file and its lines, empty ones left out."""

    columns: list[str]
    lines: Iterator[Line]


def fingerprint(path: Path) -> str:
    """What is in the file, whatever it is called and whether it is packed."""
    digest = hashlib.sha256()
    with _readable(path), _unpacked(path) as file:
        while piece := file.read(_PIECE):
            digest.update(piece)
    return digest.hexdigest()


@contextmanager
def opened(path: Path, *, needs: tuple[str, ...]) -> Iterator[Table]:
    """The table in this file, which must have these columns."""
    csv.field_size_limit(_LONGEST_CELL)
    with _readable(path), _unpacked(path) as binary:
        file = io.TextIOWrapper(binary, encoding="utf-8-sig", newline="")
        head = file.readline()
        delimiter = ";" if head.count(";") > head.count(",") else ","
        columns = [name.strip() for name in next(csv.reader([head], delimiter=delimiter), [])]
        reader = csv.reader(file, delimiter=delimiter, strict=True)
        if missing := [name for name in needs if name not in columns]:
            raise Refusal(f"{path.name} has no column {', '.join(missing)}: nothing was read.")
        yield Table(columns, _lines(reader, lambda: reader.line_num + 1, columns))


def _lines(rows: Iterator[list[str]], number: Callable[[], int], columns: list[str]) -> Iterator[Line]:
    """The header was read apart, so the reader counts from the line after it."""
    width = len(columns)
    for cells in rows:
        if cells:
            # NUL is no sign that PostgreSQL keeps.
            clean = (cell.replace("\0", "") if "\0" in cell else cell for cell in cells)
            yield Line(number(), dict(zip(columns, clean, strict=False)), len(cells) != width)


def _unpacked(path: Path) -> BinaryIO:
    return cast("BinaryIO", gzip.open(path, "rb")) if path.suffix == ".gz" else path.open("rb")


@contextmanager
def _readable(path: Path) -> Iterator[None]:
    """What can be wrong with a file, as sentences."""
    if not path.is_file():
        raise Refusal(f"There is no file {path}.")
    try:
        yield
    except UnicodeDecodeError as error:
        raise Refusal(f"{path.name} is not UTF-8: save it as “CSV UTF-8”.") from error
    except csv.Error as error:
        raise Refusal(f"{path.name} is not a table of comma-separated values: {error}.") from error
    except (EOFError, gzip.BadGzipFile, zlib.error) as error:
        raise Refusal(f"{path.name} is damaged, its end is missing or it is not packed with gzip.") from error
