"""The hunter: kills one program after another at a moment when something is under way, and starts it again."""

from __future__ import annotations

import os
import random
import signal
import time
from collections import Counter
from dataclasses import dataclass, field
from typing import Final

import psycopg
from sqlalchemy.engine import make_url

from providers.embedded import EmbeddedPostgres
from tests.fixtures.stack import Process, Stack

POSTGRES: Final = "postgres"
_PROGRAMS: Final = ("web", "worker", "actions", "rasa")
_SELDOM: Final = {"rasa": 3}  # needs long to come back: killed as often as the rest, nobody would ever be answered
_AHEAD: Final = 5  # kills by which one may be ahead of another that is slow to come back
_NOBODY_LEFT: Final = 0.1  # how often the last of several may go too
_LONGEST_LURK_S: Final = 8.0
_TO_BEGIN_S: Final = 1.0  # a program just started has nothing under way yet
_LOOK_EVERY_S: Final = 0.004
_PAUSE_S: Final = 0.3  # the supervisor's first pause before it starts a program again

# What somebody is working on at this moment: claimed, its lease still good. `lease` makes each claim one of a kind.
_UNDER_WAY: Final = """
SELECT 'turn', id, attempts, lease_until::text FROM turn WHERE state = 'open' AND lease_until > now()
UNION ALL
SELECT 'send', id, attempts, lease_until::text FROM message WHERE state = 'sending' AND lease_until > now()
UNION ALL
SELECT 'money', id, attempts, lease_until::text FROM payment_link
    WHERE state IN ('opening', 'closing') AND lease_until > now()
UNION ALL
SELECT 'money', -id, attempts, lease_until::text FROM refund WHERE state = 'sending' AND lease_until > now()
"""

type Claim = tuple[str, int, int, str]


def _kind(name: str) -> str:
    """`worker` of `worker-2`."""
    return name.split("-", maxsplit=1)[0]


@dataclass(frozen=True, slots=True)
class Kill:
    """One kill: who and when, what was under way at that moment, and how old that knowledge was."""

    victim: str
    under_way: Counter[str]
    looked_ms: float
    at: float

    @property
    def hit(self) -> bool:
        """Whether a turn or a send was under way."""
        return self.under_way["turn"] + self.under_way["send"] > 0


@dataclass
class Hunter:
    """Kills and restarts; call it from one thread only, which is the one that holds the leashes."""

    stack: Stack
    server: EmbeddedPostgres
    chance: random.Random
    kills: list[Kill] = field(default_factory=list)
    ended_by_themselves: Counter[str] = field(default_factory=Counter)
    _counted: set[Claim] = field(default_factory=set)
    _start_at: dict[str, float] = field(default_factory=dict)
    _started: dict[str, float] = field(default_factory=dict)
    _failures: Counter[str] = field(default_factory=Counter)
    _looking: psycopg.Connection | None = None

    def hunt(self, *, until: float, most: int, pause_s: float) -> None:
        """One kill after another, each program in its turn, until the time or the number is reached."""
        while True:
            self._wait(self.chance.uniform(0.2, 1.8) * pause_s)
            if time.monotonic() >= until or len(self.kills) >= most:
                return
            victim = self._next_victim()
            if victim is not None:
                self._strike(victim)

    def bring_all_back(self, within_s: float = 300.0) -> None:
        """Everything runs again."""
        give_up_at = time.monotonic() + within_s
        while not all(self._is_up(name) for name in self._names()):
            self._tend()
            assert time.monotonic() < give_up_at, "not everything came back"
            time.sleep(0.1)
        for process in self.stack.processes.values():
            process.wait_until_healthy()

    def close(self) -> None:
        """Look no more."""
        if self._looking is not None:
            self._looking.close()
            self._looking = None

    def _names(self) -> list[str]:
        programs = [name for name in self.stack.processes if _kind(name) in _PROGRAMS]
        return [*programs, POSTGRES]

    def _next_victim(self) -> str | None:
        """Whoever is up and was killed least often for its kind; chance decides between equals."""
        often: Counter[str] = Counter()
        for kill in self.kills:
            often[kill.victim] += _SELDOM.get(_kind(kill.victim), 1)
        names = self._names()
        self.chance.shuffle(names)
        most = min(often[name] for name in names) + _AHEAD
        up = [name for name in sorted(names, key=often.__getitem__) if self._is_up(name) and often[name] <= most]
        if self.chance.random() < _NOBODY_LEFT:
            return next(iter(up), None)
        return next((name for name in up if name not in self._last_of_several(up)), None)

    def _last_of_several(self, up: list[str]) -> set[str]:
        """Who is left of several of a kind: without it nothing is under way, and there is nothing to hit for long."""
        kinds = Counter(_kind(name) for name in self._names())
        alive = Counter(_kind(name) for name in up)
        return {name for name in up if kinds[_kind(name)] > 1 and alive[_kind(name)] == 1}

    def _strike(self, victim: str) -> None:
        """Wait for a moment when something new is under way, kill, and look whether it was left lying."""
        give_up_at = time.monotonic() + _LONGEST_LURK_S
        before, looked = self._fresh(), time.monotonic()
        while not any(kind in {"turn", "send"} for kind, *_ in before) and looked < give_up_at:
            time.sleep(_LOOK_EVERY_S)
            self._tend()
            before, looked = self._fresh(), time.monotonic()
        if not any(kind in {"turn", "send"} for kind, *_ in before):
            return  # a kill that hits nothing proves nothing
        if victim == POSTGRES:
            pid = self._postmaster()
            if pid is None:
                return
            os.kill(pid, signal.SIGKILL)
            struck = time.monotonic()
        else:
            process = self._process(victim)
            if process.running is None or process.running.poll() is not None:
                return
            process.running.kill()
            struck = time.monotonic()
            before &= self._claims()  # what is still claimed now was not just finished before the blow
            process.running.wait()
            self._start_at[victim] = struck + _PAUSE_S
        self._counted |= before
        under_way = Counter(kind for kind, *_ in before)
        self.kills.append(Kill(victim, under_way, (struck - looked) * 1000, at=time.time()))

    def _wait(self, seconds: float) -> None:
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            self._tend()
            time.sleep(min(0.05, max(0.0, until - time.monotonic())))

    def _tend(self) -> None:
        """As the supervisor does: what has ended starts again after a pause that grows when it keeps ending."""
        now = time.monotonic()
        for name in self._names():
            if name == POSTGRES:
                if not self.server.is_running():  # its keeper ends when the server dies again and again
                    self.ended_by_themselves["postgres_keeper"] += 1
                    self.server.start()
                continue
            process = self._process(name)
            if process.running is not None and process.running.poll() is not None and name not in self._start_at:
                self.ended_by_themselves[name] += 1
                self._failures[name] += 1
                self._start_at[name] = now + min(_PAUSE_S * 2 ** self._failures[name], 8.0)
            if self._start_at.get(name, float("inf")) <= now:
                del self._start_at[name]
                process.start()
                self._started[name] = now

    def _is_up(self, name: str) -> bool:
        if name == POSTGRES:
            return self._connection() is not None
        process = self._process(name)
        settled = time.monotonic() - self._started.get(name, 0.0) > _TO_BEGIN_S
        return name not in self._start_at and settled and process.has_begun()

    def _process(self, name: str) -> Process:
        return self.stack.processes[name]

    def _postmaster(self) -> int | None:
        try:
            return int((self.server.folder / "data" / "postmaster.pid").read_text().split()[0])
        except (FileNotFoundError, IndexError, ValueError):
            return None

    def _fresh(self) -> set[Claim]:
        """What is under way and was not counted at an earlier kill: the dead hold their leases for a while."""
        return self._claims() - self._counted

    def _claims(self) -> set[Claim]:
        connection = self._connection()
        if connection is None:
            return set()
        try:
            return {(row[0], row[1], row[2], row[3]) for row in connection.execute(_UNDER_WAY)}
        except psycopg.OperationalError:
            self.close()
            return set()

    def _connection(self) -> psycopg.Connection | None:
        if self._looking is not None and self._looking.closed:
            self._looking = None
        if self._looking is None:
            url = make_url(self.stack.database_url).set(drivername="postgresql")
            try:
                self._looking = psycopg.connect(url.render_as_string(hide_password=False), autocommit=True)
            except psycopg.OperationalError:
                self._looking = None
        return self._looking
