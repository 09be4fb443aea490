"""The one clock of the house. Everything else is told what time it is."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta
from typing import Protocol

from sqlalchemy import Engine, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from models.account import DebugClock

_FRESH_FOR_S = 0.2


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

    def now(self) -> datetime:
        """The instant it is, moved ahead as the demo's person asked."""
        if time.monotonic() - self._read_at > _FRESH_FOR_S:
            with self._engine.connect() as connection:
                seconds = connection.scalar(select(DebugClock.ahead_seconds))
            self._ahead = timedelta(seconds=seconds or 0)
            self._read_at = time.monotonic()
        return datetime.now(UTC) + self._ahead


def clock_for(engine: Engine, *, debug: bool) -> Clock:
    """The clock of a process: movable only while debugging."""
    return DebugClockReader(engine) if debug else SystemClock()


def move_ahead(session: Session, by: timedelta) -> timedelta:
    """Let time pass for every process (debugging only; never backwards); returns how far ahead it is now."""
    seconds = max(0, int(by.total_seconds()))
    row = insert(DebugClock).values(id=1, ahead_seconds=seconds)
    moved = row.on_conflict_do_update(
        index_elements=["id"], set_={"ahead_seconds": DebugClock.ahead_seconds + row.excluded.ahead_seconds}
    )
    return timedelta(seconds=session.execute(moved.returning(DebugClock.ahead_seconds)).scalar_one())
