"""`make bench ARGS="core --seconds 3"`: holds, confirmations, searches, a house filled and rushed.

Everything runs on one server in one run: the limit (a bare insert through the same library) before and after each part,
and libres from PyPI on a database of its own. The machine is shared by the server and its clients; compare ratios.
"""

from __future__ import annotations

import argparse
import platform
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from sqlalchemy import Engine, text

from providers.embedded import EmbeddedPostgres
from tests.bench.core.clients import Job, Ran, run
from tests.bench.core.full import fill, rush
from tests.bench.core.jobs import bare, hold
from tests.bench.core.peer import libres
from tests.bench.core.town import Town, build
from tests.bench.search import measure as measure_search
from tests.fixtures.database import Database, clone, ensure_template

_DEBIAN_15: Final = Path("/usr/lib/postgresql/15/bin")
_GUESTS_A_PART: Final = 3_000


@dataclass(slots=True)
class Bench:
    """One run on one server."""

    database: Database
    server: int
    town: Town
    seconds: float
    turn: int = 0

    def run(self, job: Job, clients: int, *, seconds: float | None = None, most: int | None = None) -> Ran:
        """Some clients at work; every turn is another guest's, so that nobody holds anything yet."""
        ran = run(
            self.database.url,
            job,
            clients=clients,
            seconds=seconds or self.seconds,
            first=self.turn,
            server=self.server,
            most=most,
        )
        self.turn = ran.last + clients
        if self.turn > self.town.guests:
            message = f"{self.town.guests:,} guests are too few: somebody would hold twice"
            raise RuntimeError(message)
        return ran

    def limit(self, clients: int) -> Ran:
        """The bare insert; it uses up no guests."""
        job = bare(self.town)
        return run(self.database.url, job, clients=clients, seconds=self.seconds, first=0, server=self.server)


def main(words: Sequence[str] | None = None) -> None:
    """Run what is asked for, on the embedded server and on PostgreSQL 15 where there is one."""
    line = argparse.ArgumentParser(prog="make bench ARGS=core", description=__doc__)
    line.add_argument("--seconds", type=float, default=3.0, help="how long each part runs")
    line.add_argument("--full", action="store_true", help="search up to a million bookings, not a hundred thousand")
    line.add_argument("--only", default="", help="holds, peer, fill, rush, search; comma separated")
    line.add_argument("--server", choices=("both", "embedded", "15"), default="both")
    given = line.parse_args(words)
    only = set(filter(None, given.only.split(",")))
    if given.server != "15":
        _on_server(None, given.seconds, only, full=given.full)
    if given.server != "embedded":
        if _DEBIAN_15.exists():
            _on_server(_DEBIAN_15, given.seconds, only, full=given.full)
        else:
            print(f"No PostgreSQL 15 in {_DEBIAN_15}: that half is left out.")


def _on_server(binaries: Path | None, seconds: float, only: set[str], *, full: bool) -> None:
    parts: dict[str, Callable[[Bench], None]] = {
        "holds": _holds,
        "peer": _peer,
        "fill": lambda bench: fill(bench.database.engine, bench.town, bench.run),
        "rush": lambda bench: rush(bench.database.engine, bench.town, bench.run),
    }
    with _server(binaries) as (server, pid):
        ensure_template(server)
        with clone(server) as database:
            print(f"## {_version(database.engine)}, {platform.machine()}, {seconds:g} s a part\n", flush=True)
            bench = Bench(database, pid, build(database.engine), seconds)
            database.engine.dispose()  # no connection is handed to a child
            for name, part in parts.items():
                if not only or name in only:
                    part(bench)
                    database.engine.dispose()
        if not only or "search" in only:
            _search(server, full=full)


def _holds(bench: Bench) -> None:
    """Each cell between two runs of the limit with as many clients."""
    print("| what | clients | a second | of the limit | aim | p50 ms | p99 ms | CPU us: server | client |")
    print("| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |")
    for clients in (1, 8, 32):
        before = bench.limit(clients)
        for wishes in (bench.town.hot, bench.town.cold):
            ran = bench.run(hold(bench.town, wishes), clients)
            after = bench.limit(clients)
            limit = (before.rate + after.rate) / 2
            _row(f"hold, {wishes.name}", ran, f"{ran.rate / limit:.2f}", "0.45" if clients > 1 else "")
            before = after
        _row("the limit", before, "1", "")
    print()


def _peer(bench: Bench) -> None:
    print("| what | clients | a second | times libres | aim | p50 ms | p99 ms | CPU us: server | client |")
    print("| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |")
    for clients, aim in ((1, "30"), (8, "250")):
        other = libres(bench.database.url, clients, max(bench.seconds, 5.0))
        ran = bench.run(hold(bench.town, bench.town.hot, agree=True), clients)
        times = f"{ran.rate / other.rate:.0f}" if other is not None else "?"
        _row("hold and confirm, in a conversation", ran, times, aim)
        if other is None:
            print("| libres could not be had | | | | | | | | |")
        else:
            tail = f"{other.p50_ms:.1f} | {other.p99_ms:.1f} | | |"
            print(f"| libres {other.version}: reserve, approve, commit | {clients} | {other.rate:.1f} | 1 | | {tail}")
    print()


def _search(server: EmbeddedPostgres, *, full: bool) -> None:
    """On a database of its own, on the same server."""
    print("Aim: a city's search p50 of 3 ms at most, from a thousand to a million bookings.\n")
    with clone(server) as database:
        measure_search(database.engine, 1_000_000 if full else 100_000)
    print()


def _row(what: str, ran: Ran, ratio: str, aim: str) -> None:
    count = max(ran.done, 1)
    server, client = ran.server_cpu_s * 1e6 / count, ran.client_cpu_s * 1e6 / count
    times = f"{ran.at(50):.2f} | {ran.at(99):.2f}" if ran.times else "- | -"
    print(
        f"| {what} | {ran.clients} | {ran.rate:,.0f} | {ratio} | {aim} | {times} | {server:.0f} | {client:.0f} |",
        flush=True,
    )
    if odd := {name: count for name, count in ran.came.items() if name not in {"done", "full"}}:
        print(f"| … errors: {odd} | | | | | | | | |")


def _version(engine: Engine) -> str:
    with engine.connect() as connection:
        version: str = connection.scalars(text("SELECT 'PostgreSQL ' || current_setting('server_version')")).one()
    return version


@contextmanager
def _server(binaries: Path | None) -> Iterator[tuple[EmbeddedPostgres, int]]:
    """A durable server of our own, with its main process."""
    folder = Path(tempfile.mkdtemp(prefix="atithi-bench-"))
    folder.chmod(0o755)
    server = EmbeddedPostgres(folder, binaries=binaries)
    server.start()
    try:
        yield server, int((server.folder / "data" / "postmaster.pid").read_text().split()[0])
    finally:
        server.release()


if __name__ == "__main__":
    main()
