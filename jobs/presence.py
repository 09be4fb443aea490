"""A worker is known to be alive by a lock it keeps at the database; what the dead had begun, the living take over."""

from __future__ import annotations

import random
import threading
import time
from typing import Final

import psycopg

from core.log import get_logger
from core.messaging.leases import WORKERS, missing_workers, take_over
from core.unit_of_work import unit_of_work
from providers.house import House

log = get_logger()

_MOST: Final = 2**31 - 1
# Somebody who has only lost the database for a moment is back by then.
MISSING_FOR_S: Final = 3.0


class Presence:
    """This worker's number and lock. Without the lock it has no number, and its leases lapse in their own time."""

    def __init__(self) -> None:
        self._number = random.randint(1, _MOST)  # noqa: S311 - no secret, only rarely the same
        self._seen = threading.Event()

    @property
    def number(self) -> int | None:
        """What to write beside a lease."""
        return self._number if self._seen.is_set() else None

    def hold(self, connection: psycopg.Connection) -> None:
        """Keep the lock for as long as this connection lives; shared, so that an old connection does not bar it."""
        connection.execute("SELECT pg_advisory_lock_shared(%s, %s)", (WORKERS, self._number))
        self._seen.set()

    def lost(self) -> None:
        """The connection has gone, and the lock with it."""
        self._seen.clear()

    def wait(self, seconds: float) -> bool:
        """Until it is to be seen, so that nothing is begun whose worker nobody would miss; False: it took longer."""
        return self._seen.wait(seconds)


class Heirs:
    """Looks for workers that died while they were doing something."""

    def __init__(self, house: House) -> None:
        self._house = house
        self._missing: dict[int, float] = {}

    def look(self) -> bool:
        """Take over from whoever has been missing for long enough; True when that was anything."""
        with unit_of_work(self._house.engine) as session:
            seen = time.monotonic()
            self._missing = {number: self._missing.get(number, seen) for number in missing_workers(session)}
            dead = [number for number, since in self._missing.items() if seen - since >= MISSING_FOR_S]
            taken = take_over(session, dead, now=self._house.clock.now()) if dead else 0
        if taken:
            log.warning("taken_over_from_dead_workers", count=taken)
        return taken > 0
