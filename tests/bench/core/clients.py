"""Clients that are processes, each with a connection of its own, doing one thing over and over."""

from __future__ import annotations

import multiprocessing
import statistics
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Final

from sqlalchemy import Engine

from core.unit_of_work import engine_for
from tests.bench.proc import used

_FORK: Final = multiprocessing.get_context("fork")
_WARM: Final = 40

# One thing to do: with the client's own engine, the how-manieth thing of the whole part it is; returns what came of it.
type Job = Callable[[Engine, int], str]


@dataclass(slots=True)
class Ran:
    """What some clients did in some time."""

    clients: int
    seconds: float
    times: list[float]
    came: Counter[str]
    server_cpu_s: float
    client_cpu_s: float
    marks: list[tuple[float, float]] = field(default_factory=list)
    last: int = 0

    @property
    def done(self) -> int:
        """How many things were done."""
        return self.came["done"]

    @property
    def rate(self) -> float:
        """So many a second."""
        return self.done / self.seconds

    def at(self, percent: int) -> float:
        """The time within which so many per cent were done, in milliseconds."""
        return statistics.quantiles(self.times, n=100, method="inclusive")[percent - 1] * 1000


def run(url: str, job: Job, *, clients: int, seconds: float, first: int, server: int, most: int | None = None) -> Ran:
    """Let so many clients do it for so long, or until each has tried `most` times."""
    barrier, answers = _FORK.Barrier(clients + 1), _FORK.SimpleQueue()
    workers = [
        _FORK.Process(
            target=_client, args=(url, job, number, clients, seconds, first, most, barrier, answers), daemon=True
        )
        for number in range(clients)
    ]
    for worker in workers:
        worker.start()
    barrier.wait()
    cpu, began = used(server).cpu_s, time.perf_counter()
    heard = [answers.get() for _ in workers]
    if broken := [answer["broken"] for answer in heard if "broken" in answer]:
        barrier.abort()
        raise RuntimeError(broken[0])
    took = time.perf_counter() - began
    cpu = used(server).cpu_s - cpu
    barrier.wait()  # only now do they leave: a server process that has ended is hard to count
    for worker in workers:
        worker.join()
    came: Counter[str] = Counter()
    for answer in heard:
        came.update(answer["came"])
    return Ran(
        clients,
        max(answer["seconds"] for answer in heard) or took,
        [each for answer in heard for each in answer["times"]],
        came,
        cpu,
        sum(answer["cpu"] for answer in heard),
        sorted(mark for answer in heard for mark in answer["marks"]),
        max(answer["turn"] for answer in heard),
    )


def _client(
    url: str,
    job: Job,
    number: int,
    clients: int,
    seconds: float,
    first: int,
    most: int | None,
    barrier: Any,  # noqa: ANN401 - multiprocessing's own, without a public name
    answers: Any,  # noqa: ANN401 - the same
) -> None:
    engine = engine_for(url, pool_size=1, ping=False)
    came: Counter[str] = Counter()
    times, marks = [], []
    turn = first + number
    for _ in range(_WARM):
        job(engine, turn)
        turn += clients
    barrier.wait()
    cpu, began = time.process_time(), time.perf_counter()
    end = began + seconds
    tried = 0
    while (at := time.perf_counter()) < end and tried != most:
        try:
            outcome = job(engine, turn)
        except Exception as error:
            answers.put({"broken": repr(error)})
            raise
        took = time.perf_counter() - at
        came[outcome] += 1
        if outcome == "done":
            times.append(took)
            marks.append((time.time(), took))
        turn += clients
        tried += 1
    answers.put(
        {
            "came": dict(came),
            "times": times,
            "marks": marks,
            "seconds": time.perf_counter() - began,
            "cpu": time.process_time() - cpu,
            "turn": turn,
        }
    )
    barrier.wait()
    engine.dispose()
