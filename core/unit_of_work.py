"""The transaction opens and commits here, at the door, and nowhere else."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any, Final, override

import psycopg
from psycopg.pq import TransactionStatus
from sqlalchemy import Dialect, Engine, create_engine, event
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import DisconnectionError
from sqlalchemy.orm import Session
from sqlalchemy.pool import ConnectionPoolEntry

_POOL_SIZE = 10
_FRESH_FOR_S: Final = 1.0
_OPTIONS = "-c timezone=UTC -c jit=off -c lock_timeout=5000 -c idle_in_transaction_session_timeout=60000"


class _Connection(psycopg.Connection[Any]):
    """psycopg's own, that keeps what it has prepared when a transaction is given up without anything having failed.

    psycopg prepares everything anew after a rollback, because a table made in it is gone. No door makes tables, and
    every guest who is told that the house is full is a rollback.
    """

    @override
    def rollback(self) -> None:
        with self.lock:
            if self.pgconn.transaction_status == TransactionStatus.INTRANS:
                self.pgconn.exec_(b"ROLLBACK")
        super().rollback()


def engine_for(url: str, *, pool_size: int = _POOL_SIZE, ping: bool = True, plan_once: bool = False) -> Engine:
    """Connections to the database; a lock nobody gives back in five seconds is an error, not a hang.

    A connection that has rested is asked whether it still lives; who tries again anyway need not ask (`ping`).
    Who asks the same few things all day long has the server plan each once: planning costs more than doing them.
    """
    engine = create_engine(
        url,
        pool_size=pool_size,
        max_overflow=0,
        pool_use_lifo=True,  # few connections used often know their statements; many used in turn learn each anew
        connect_args={
            "options": _OPTIONS + (" -c plan_cache_mode=force_generic_plan" if plan_once else ""),
            "prepare_threshold": 1,
        },
    )
    event.listen(engine, "do_connect", _connect)
    if ping:
        event.listen(engine, "checkin", _rests)
        event.listen(engine, "checkout", partial(_is_alive, engine.dialect))
    return engine


def _connect(_dialect: Dialect, _record: ConnectionPoolEntry, where: list[str], how: dict[str, Any]) -> _Connection:
    return _Connection.connect(*where, **how)


def _rests(_driver: object, record: ConnectionPoolEntry) -> None:
    record.info["rests_since"] = time.monotonic()


def _is_alive(dialect: Dialect, driver: DBAPIConnection, record: ConnectionPoolEntry, _proxy: object) -> None:
    """Ask a connection that has rested: a database that was away is then not noticed by whoever comes next."""
    if time.monotonic() - record.info.get("rests_since", time.monotonic()) < _FRESH_FOR_S:
        return
    try:
        dialect.do_ping(driver)
    except dialect.loaded_dbapi.Error as error:
        raise DisconnectionError from error


@contextmanager
def unit_of_work(engine: Engine) -> Iterator[Session]:
    """Commit on success, roll everything back on any error."""
    with Session(engine, expire_on_commit=False) as session, session.begin():
        yield session
