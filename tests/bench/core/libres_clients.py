"""Run by libres' own Python: clients that reserve stays of one to five nights in one type of fifty rooms.

libres works with serializable transactions and leaves trying again to its caller, as its documentation says.
"""

from __future__ import annotations

import json
import multiprocessing
import random
import statistics
import sys
import time
from datetime import datetime, timedelta
from importlib.metadata import version
from typing import Any

import libres
from libres.modules.errors import AlreadyReservedError
from sqlalchemy.exc import DBAPIError

_ROOMS = 50
_NIGHTS = 365
_ZONE = "Asia/Kolkata"
_FIRST = datetime(2030, 1, 1)  # noqa: DTZ001 - libres puts the zone in itself


def main() -> None:
    dsn, clients, seconds = sys.argv[1], int(sys.argv[2]), float(sys.argv[3])
    scheduler = _scheduler(dsn)
    scheduler.setup_database()
    scheduler.commit()
    days = [_day(ahead) for ahead in range(_NIGHTS)]
    scheduler.allocate(days, quota=_ROOMS, whole_day=True)
    scheduler.commit()
    scheduler.close()
    scheduler.session_provider.stop_service()
    fork = multiprocessing.get_context("fork")
    answers: Any = fork.SimpleQueue()
    workers = [fork.Process(target=_client, args=(dsn, seconds, number, answers)) for number in range(clients)]
    for worker in workers:
        worker.start()
    times = [took for _ in workers for took in answers.get()]
    for worker in workers:
        worker.join()
    cuts = statistics.quantiles(times, n=100, method="inclusive")
    told = {"rate": len(times) / seconds, "p50_ms": cuts[49] * 1000, "p99_ms": cuts[98] * 1000}
    print(json.dumps({"version": version("libres"), **told}))


def _scheduler(dsn: str) -> Any:  # noqa: ANN401 - a class of libres
    context = libres.registry.register_context("bench", replace=True)
    context.set_setting("dsn", dsn)
    return libres.new_scheduler(context, "double", _ZONE)


def _day(ahead: int) -> tuple[datetime, datetime]:
    begins = _FIRST + timedelta(days=ahead)
    return begins, begins + timedelta(hours=23, minutes=59)


def _client(dsn: str, seconds: float, number: int, answers: Any) -> None:  # noqa: ANN401 - multiprocessing's own
    random.seed(number)
    scheduler = _scheduler(dsn)
    times = []
    end = time.perf_counter() + seconds
    while (began := time.perf_counter()) < end:
        if _book(scheduler, end):
            times.append(time.perf_counter() - began)
    answers.put(times)


def _book(scheduler: Any, end: float) -> bool:  # noqa: ANN401 - a class of libres
    nights = random.randint(1, 5)
    arrival = random.randrange(_NIGHTS - nights)
    while time.perf_counter() < end:
        try:
            token = scheduler.reserve("guest@example.com", [_day(arrival + night) for night in range(nights)])
            scheduler.approve_reservations(token)
            scheduler.commit()
        except AlreadyReservedError:
            scheduler.rollback()
            return False
        except DBAPIError:
            scheduler.rollback()
        else:
            return True
    return False


if __name__ == "__main__":
    main()
