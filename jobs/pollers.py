"""Threads that look for work when they are woken, and once in a while by themselves.

A nudge from the database wakes one thread, a timer the same, so an idle worker costs next to nothing. A lost nudge
costs the time until the next look, never a message.
"""

from __future__ import annotations

import heapq
import threading
import time
from collections.abc import Callable, Mapping
from typing import Final

import psycopg
from sqlalchemy.engine import make_url
from sqlalchemy.exc import OperationalError

from core.log import get_logger
from jobs.presence import Presence

log = get_logger()

# What one look brings: True when there was something, False when not, or in how many seconds to look again.
type Work = Callable[[], bool | float]

_AFTER_TROUBLE_S: Final = 1.0
_RECONNECT_S: Final = 0.5
_LISTEN_FOR_S: Final = 1.0
_LONGEST_WAIT_S: Final = 5.0


class Poller:
    """One kind of work and the threads that do it."""

    def __init__(self, name: str, work: Work, *, every: float, threads: int = 1) -> None:
        self.name = name
        self._work = work
        self._every = every
        self._look_at = time.monotonic() + every
        self._wanted = threading.Condition()
        self._nudges = threads  # everybody looks once at the start
        self._most = threads
        self._stopping = False
        self._timers: list[float] = []
        self._threads = [
            threading.Thread(target=self._run, name=f"{name}-{number}", daemon=True) for number in range(threads)
        ]

    def start(self) -> None:
        """Begin."""
        for thread in self._threads:
            thread.start()

    def wake(self, after: float = 0.0) -> None:
        """There may be something to do, now or in a while."""
        with self._wanted:
            if after > 0:
                heapq.heappush(self._timers, time.monotonic() + after)
            else:
                self._nudges = min(self._most, self._nudges + 1)
            self._wanted.notify()

    def stop(self) -> None:
        """Finish what is being done and begin nothing more."""
        with self._wanted:
            self._stopping = True
            self._wanted.notify_all()

    def join(self, timeout: float) -> bool:
        """Whether all threads ended in time."""
        give_up_at = time.monotonic() + timeout
        for thread in self._threads:
            thread.join(max(0.0, give_up_at - time.monotonic()))
        return not any(thread.is_alive() for thread in self._threads)

    def _run(self) -> None:
        while self._wait():
            found: bool | float = True
            while found is True and not self._stopping:
                found = self._look()
            if found is not False and found is not True:
                self.wake(found)

    def _look(self) -> bool | float:
        try:
            return self._work()
        except OperationalError as error:
            log.warning("work_waits_for_the_database", poller=self.name, error=type(error.orig).__name__)
            return _AFTER_TROUBLE_S
        except Exception:
            # Nothing may end this thread: what failed is still a row, and is tried again.
            log.exception("work_failed", poller=self.name)
            return _AFTER_TROUBLE_S

    def _wait(self) -> bool:
        """Until there may be work; False at the end."""
        with self._wanted:
            while not self._stopping:
                now = time.monotonic()
                if self._nudges:
                    self._nudges -= 1
                    return True
                if self._timers and self._timers[0] <= now:
                    heapq.heappop(self._timers)
                    return True
                if self._look_at <= now:
                    self._look_at = now + self._every
                    return True
                self._wanted.wait(min(self._look_at, *self._timers[:1], now + _LONGEST_WAIT_S) - now)
        return False


class Listener:
    """Hears the database's nudges and passes them on, and shows that this worker lives; reconnects by itself."""

    def __init__(self, url: str, channels: Mapping[str, tuple[Poller, ...]], presence: Presence) -> None:
        self._conninfo = _conninfo(url)
        self._presence = presence
        self._channels = channels
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="listener", daemon=True)

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def stop(self) -> None:
        """End within a second."""
        self._stopping.set()
        self._thread.join(2)

    def _run(self) -> None:
        while not self._stopping.is_set():
            try:
                self._listen()
            except psycopg.Error as error:
                log.warning("listener_lost_the_database", error=type(error).__name__)
                self._stopping.wait(_RECONNECT_S)
            finally:
                self._presence.lost()

    def _listen(self) -> None:
        with psycopg.connect(self._conninfo, autocommit=True) as connection:
            self._presence.hold(connection)
            for channel in self._channels:
                connection.execute(psycopg.sql.SQL("LISTEN {}").format(psycopg.sql.Identifier(channel)))
            for pollers in self._channels.values():  # what was said while nobody listened
                _wake(pollers, "")
            while not self._stopping.is_set():
                for nudge in connection.notifies(timeout=_LISTEN_FOR_S):
                    _wake(self._channels[nudge.channel], nudge.payload)
                    if self._stopping.is_set():
                        return


def _wake(pollers: tuple[Poller, ...], payload: str) -> None:
    after = int(payload) / 1000 if payload.isdigit() else 0.0
    for poller in pollers:
        poller.wake(after)


def _conninfo(url: str) -> str:
    """SQLAlchemy's address as the driver itself understands it."""
    return make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)
