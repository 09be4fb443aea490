"""`make bench`: the way of a message, timed on the whole product with the sandbox as its outside world.

Figures are of this machine, in this run; compare them only with figures of the same run.
"""

from __future__ import annotations

import socket
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Final

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.orm import Session

from models.conversation import Turn
from models.messaging import InboxEntry, Message
from providers.embedded import EmbeddedPostgres
from tests.bench.core.__main__ import main as core
from tests.bench.guests import SCRIPT, BenchGuest, Said, Switchboard
from tests.bench.load import Wanted, load, wanted
from tests.bench.proc import Used, snapshot
from tests.fixtures.database import ensure_template
from tests.fixtures.stack import Stack, running

_ROUNDS_ALONE: Final = 12
_GUESTS: Final = 16
_ROUNDS_TOGETHER: Final = 5
_STAGES: Final = ("acknowledged", "door", "queue", "rasa", "action", "send", "whole way")
_OUTSIDE: Final = "sandbox"


@dataclass(frozen=True, slots=True)
class Part:
    """One part of the bench: what was said, how long it took, and what each process used."""

    title: str
    said: Sequence[Said]
    seconds: float
    before: dict[str, Used]
    after: dict[str, Used]


def main() -> None:
    """Run both parts and print the tables; `core` measures holds and searches instead, `load` many guests at once."""
    if sys.argv[1:2] == ["core"]:
        core(sys.argv[2:])
        return
    if sys.argv[1:2] == ["search"]:
        core([*sys.argv[2:], "--only", "search"])
        return
    folder = Path(tempfile.mkdtemp(prefix="atithi-bench-"))
    folder.chmod(0o755)
    data = folder / "postgres"
    data.mkdir()
    server = EmbeddedPostgres(data)
    server.start()
    try:
        ensure_template(server)
        if sys.argv[1:2] == ["load"]:
            _load(server, folder, wanted(sys.argv[2:]))
            return
        with running(server, folder, more={"BURST_SECONDS": "0"}) as stack:
            _run(stack, server)
    finally:
        server.release()


def _load(server: EmbeddedPostgres, folder: Path, plan: Wanted) -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port: int = free.getsockname()[1]
    more = {"BURST_SECONDS": "0", "TWILIO_API_BASE_URL": f"http://127.0.0.1:{port}"}
    with running(server, folder, more=more) as stack:
        load(stack, plan, port, _pids(stack, server))


def _pids(stack: Stack, server: EmbeddedPostgres) -> dict[str, int]:
    pids = {name: process.running.pid for name, process in stack.processes.items() if process.running}
    return pids | {"postgres": int((server.folder / "data" / "postmaster.pid").read_text().split()[0])}


def _run(stack: Stack, server: EmbeddedPostgres) -> None:
    pids = _pids(stack, server)
    switchboard = Switchboard(stack)
    _talk(BenchGuest(stack, switchboard), 1)  # whatever is made once is made now
    one = BenchGuest(stack, switchboard)
    crowd = [BenchGuest(stack, switchboard) for _ in range(_GUESTS)]
    alone = _part("one guest, one message after another", pids, lambda: _talk(one, _ROUNDS_ALONE))
    together = _part(f"{_GUESTS} guests at once", pids, lambda: _crowd(crowd))
    switchboard.close()
    print("burst wait: 0 s here; a person's installation waits BURST_SECONDS (1 s) for the rest of a burst\n")
    for part in (alone, together):
        _tell(stack, part)


def _part(title: str, pids: dict[str, int], run: Callable[[], list[Said]]) -> Part:
    before = snapshot(pids)
    started = time.perf_counter()
    said = run()
    seconds = time.perf_counter() - started
    return Part(title, said, seconds, before, snapshot(pids))


def _talk(guest: BenchGuest, rounds: int) -> list[Said]:
    return [guest.say(text) for _ in range(rounds) for text in SCRIPT]


def _crowd(guests: Sequence[BenchGuest]) -> list[Said]:
    with ThreadPoolExecutor(len(guests)) as pool:
        return [said for talk in pool.map(lambda guest: _talk(guest, _ROUNDS_TOGETHER), guests) for said in talk]


def _tell(stack: Stack, part: Part) -> None:
    turns = len(part.said)
    print(f"## {part.title}: {turns} turns, {turns / part.seconds:.1f} turns/s\n")
    print("| stage | p50 ms | p95 ms | p99 ms |\n| --- | ---: | ---: | ---: |")
    times = _stages(stack, part.said)
    for stage in _STAGES:
        cuts = statistics.quantiles((row[stage] * 1000 for row in times), n=100, method="inclusive")
        print(f"| {stage} | {cuts[49]:.1f} | {cuts[94]:.1f} | {cuts[98]:.1f} |")
    print("\n| process | CPU ms per turn | memory MB |\n| --- | ---: | ---: |")
    for name, after in part.after.items():
        whose = f"{name} (the outside world)" if name == _OUTSIDE else name
        cpu = (after.cpu_s - part.before[name].cpu_s) * 1000 / turns
        print(f"| {whose} | {cpu:.1f} | {after.memory / 1e6:.0f} |")
    print()


def _stages(stack: Stack, said: Sequence[Said]) -> list[dict[str, float]]:
    """How long each message spent in each stage, in seconds.

    Door: until the message is recorded. Queue: until its turn. Rasa: until its action begins. Action: until its answer
    has committed and a sender has it. Send: until the provider is called.
    """
    posted = {each.sid: each for each in said}
    with Session(stack.database) as session:
        rows = session.execute(
            select(InboxEntry.event_id, InboxEntry.received_at, Turn.created_at, Message.created_at, Message.sent_at)
            .join(Turn, Turn.id == InboxEntry.turn_id)
            .join(Message, Message.turn_id == Turn.id)
            .where(InboxEntry.event_id.in_(posted))
            .ext(distinct_on(InboxEntry.event_id))
            .order_by(InboxEntry.event_id, Message.id)
        ).all()
    times = []
    for sid, received, turned, acted, sent in rows:
        if sent is None:
            continue
        each = posted[sid]
        marks = [each.posted_at, *(mark.timestamp() for mark in (received, turned, acted, sent)), each.answered_at]
        steps = [later - sooner for sooner, later in pairwise(marks)]
        times.append(
            {
                "acknowledged": each.acknowledged_at - each.posted_at,
                **dict(zip(("door", "queue", "rasa", "action", "send"), steps, strict=True)),
                "whole way": each.answered_at - each.posted_at,
            }
        )
    return times


if __name__ == "__main__":
    main()
