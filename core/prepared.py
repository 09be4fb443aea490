"""Statements put into the database's words once and sent to the driver itself, in the session's own transaction.

The library's layers between cost several times what the server needs for a small statement (docs/performance.md): what
every hold and every confirmation goes through is written as always, and only sent by a shorter way.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from enum import StrEnum
from functools import cached_property
from typing import Any, cast

from psycopg import Connection, Cursor, Error
from psycopg.types.json import Jsonb
from psycopg.types.numeric import Int8
from sqlalchemy import BindParameter, Executable, bindparam, create_engine
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session
from sqlalchemy.sql import ClauseElement
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.types import TypeEngine

from models.money import Money

type Row = tuple[Any, ...]


class Prepared:
    """One statement with named values; rows come back as the driver reads them: enums as text, money as paise."""

    def __init__(self, statement: Executable) -> None:
        self._statement = statement

    def run(self, session: Session, **values: object) -> Cursor[Row]:
        """Send it with these values; a dict goes as JSON."""
        driver = driver_of(session)
        with as_the_library_says(session, driver):
            words, constants = self._words
            return driver.execute(words, constants | {name: _plain(value) for name, value in values.items()})

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


def driver_of(session: Session) -> Connection[Row]:
    """The session's own connection, with everything the session has to say already said."""
    session.flush()
    # It is psycopg's own; only its type is not known to the library.
    return cast("Connection[Row]", session.connection().connection.driver_connection)


@contextmanager
def as_the_library_says(session: Session, driver: Connection[Row]) -> Iterator[None]:
    """The driver's errors as everybody expects them, and a connection that is gone is not used again."""
    try:
        yield
    except Error as error:
        if driver.closed:
            session.connection().invalidate(error)
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
