"""The one clock of the house. Everything else is told what time it is."""

from __future__ import annotations

import threading
import time
from datetime import UTC, datetime, timedelta
from typing import Protocol

from sqlalchemy import Engine, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from models.account import DebugClock

_FRESH_FOR_S = 0.2
_STALE_AFTER_S = 0.4
_AHEAD = select(DebugClock.ahead_seconds)


class Clock(Protocol):
    """Tells an aware UTC instant."""

    def now(self) -> datetime:
        """The instant it is."""
        ...


class SystemClock:
    """The machine's own clock."""

    def now(self) -> datetime:
        """The instant it is."""
        return datetime.now(UTC)


class DebugClockReader:
    """The machine's clock plus the offset kept in the database, so that every process of a demo agrees on the time."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._ahead = timedelta()
        self._read_at = float("-inf")
        self._reading = threading.Lock()

    def now(self) -> datetime:
        """The instant it is, moved ahead as the demo's person asked."""
        age = time.monotonic() - self._read_at
        # One reads anew, and the others need not wait for that while what they know is hardly older.
        if age > _FRESH_FOR_S and self._reading.acquire(blocking=age > _STALE_AFTER_S):
            try:
                with self._engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
                    seconds = connection.scalar(_AHEAD)
                self._ahead = timedelta(seconds=seconds or 0)
                self._read_at = time.monotonic()
            finally:
                self._reading.release()
        return datetime.now(UTC) + self._ahead


def clock_for(engine: Engine, *, debug: bool) -> Clock:
    """The clock of a process: movable only while debugging."""
    return DebugClockReader(engine) if debug else SystemClock()


def wait_until_known() -> None:
    """Every process has read the moved clock when this returns; before, one could still answer by yesterday's."""
    time.sleep(_STALE_AFTER_S)


def move_ahead(session: Session, by: timedelta) -> timedelta:
    """Let time pass for every process (debugging only; never backwards); returns how far ahead it is now."""
    seconds = max(0, int(by.total_seconds()))
    row = insert(DebugClock).values(id=1, ahead_seconds=seconds)
    moved = row.on_conflict_do_update(
        index_elements=["id"], set_={"ahead_seconds": DebugClock.ahead_seconds + row.excluded.ahead_seconds}
    )
    return timedelta(seconds=session.execute(moved.returning(DebugClock.ahead_seconds)).scalar_one())
