"""Statements put into the database's words once and sent to the driver itself, in the session's own transaction.

The library's layers between cost several times what the server needs for a small statement (docs/performance.md): what
every hold and every confirmation goes through is written as always, and only sent by a shorter way.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from enum import StrEnum
from functools import cached_property
from typing import Any, Final, cast

from psycopg import Connection, Cursor, Error
from psycopg.types.json import Jsonb
from psycopg.types.numeric import Int8
from sqlalchemy import BindParameter, Executable, bindparam, create_engine
from sqlalchemy import Connection as LibraryConnection
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session
from sqlalchemy.sql import ClauseElement
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.types import TypeEngine

from models.money import Money

type Row = tuple[Any, ...]

# psycopg takes longer statements apart each time they are sent.
LONGEST_KEPT: Final = 4096

# Selected by a transaction's first statement, for those that follow until `PLANNED_EACH_TIME`: each is planned once for
# a connection's life, whatever its values, and reads no table from one end to the other where there is an index.
# Otherwise the server plans a large statement anew each time, which costs more than running it; and what it planned
# while a table was young would go on reading all of it when it has grown, until statistics are next taken.
PLANNED_ONCE: Final = (
    "set_config('plan_cache_mode', 'force_generic_plan', true), set_config('enable_seqscan', 'off', true)"
)
PLANNED_EACH_TIME: Final = "set_config('plan_cache_mode', 'auto', true), set_config('enable_seqscan', 'on', true)"


class Prepared:
    """One statement with named values; rows come back as the driver reads them: enums as text, money as paise."""

    def __init__(self, statement: Executable) -> None:
        self._statement = statement

    def run(self, session: Session, **values: object) -> Cursor[Row]:
        """Send it with these values; a dict goes as JSON."""
        return self._send(session, driver_of(session), values)

    def run_over(self, connection: LibraryConnection, **values: object) -> Cursor[Row]:
        """The same without a session."""
        # It is psycopg's own; only its type is not known to the library.
        return self._send(connection, cast("Connection[Row]", connection.connection.driver_connection), values)

    def _send(
        self, where: Session | LibraryConnection, driver: Connection[Row], values: Mapping[str, object]
    ) -> Cursor[Row]:
        with as_the_library_says(where, driver):
            words, constants = self._words
            plain = {name: _plain(value) for name, value in values.items()}
            return driver.execute(words, constants | plain, prepare=True)

    @cached_property
    def _words(self) -> tuple[bytes, dict[str, object]]:
        """The text for the driver and the constants in it; what is left out has to be given each time."""
        statement, driver = cast("ClauseElement", self._statement), create_engine("postgresql+psycopg://").dialect
        compiled = cast("SQLCompiler", statement.compile(dialect=driver))
        if compiled.post_compile_params:
            options = {"render_postcompile": True}
            compiled = cast("SQLCompiler", statement.compile(dialect=driver, compile_kwargs=options))
        constants = {name: _plain(value) for name, value in compiled.params.items() if value is not None}
        return str(compiled).encode(), constants


def given(name: str, type_: TypeEngine[Any] | None = None) -> BindParameter[Any]:
    """A value that comes each time."""
    return bindparam(name, None, type_=type_)


def in_short(statement: str) -> str:
    """Without its line breaks: the driver reads a statement of up to so many signs once, a longer one each time."""
    words = " ".join(statement.split())
    if len(words) > LONGEST_KEPT:
        message = f"{len(words)} signs, and the driver keeps the reading of {LONGEST_KEPT}: {words[:80]}"
        raise ValueError(message)
    return words


def driver_of(session: Session) -> Connection[Row]:
    """The session's own connection, with everything the session has to say already said."""
    session.flush()
    # It is psycopg's own; only its type is not known to the library.
    return cast("Connection[Row]", session.connection().connection.driver_connection)


@contextmanager
def together(session: Session) -> Iterator[None]:
    """Statements in here are sent without waiting for each other's answers, until one of those is read.

    Only those of this module: the library wants every answer at once.
    """
    driver = driver_of(session)
    with as_the_library_says(session, driver), driver.pipeline():
        yield


@contextmanager
def as_the_library_says(where: Session | LibraryConnection, driver: Connection[Row]) -> Iterator[None]:
    """The driver's errors as everybody expects them, and a connection that is gone is not used again."""
    try:
        yield
    except Error as error:
        if driver.closed:
            (where.connection() if isinstance(where, Session) else where).invalidate(error)
        raise DBAPIError.instance(None, None, error, Error) from error


def _plain(value: object) -> object:
    """A number's size would be part of the statement's name: one width for all, and it is planned once."""
    if isinstance(value, StrEnum):
        return value.value
    if isinstance(value, int) and not isinstance(value, bool):
        return Int8(value)
    if isinstance(value, Money):
        return Int8(value.paise)
    if isinstance(value, dict):
        return Jsonb(value)
    if isinstance(value, list):
        return [_plain(each) for each in value]
    return value
