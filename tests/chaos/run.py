"""One run: start everything, let guests in, hunt, let it become quiet, and look whether all laws held."""

from __future__ import annotations

import random
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Final

from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from providers.embedded import EmbeddedPostgres
from tests.chaos.audit import Audit, Check, still_coming, unfinished, unheard
from tests.chaos.evidence import keep
from tests.chaos.guests import ChaosGuest, Crowd
from tests.chaos.hunt import Hunter, Kill
from tests.chaos.records import Calls
from tests.fixtures.database import ensure_template
from tests.fixtures.stack import Stack, running

_LEASES: Final = timedelta(minutes=1)
_CARELESS: Final = "tests.chaos.careless:app_from_settings"
_CAREFUL: Final = "bot.server:app_from_settings"
_QUIET_FOR_S: Final = 1.5


@dataclass(frozen=True, slots=True)
class Plan:
    """How long, how many, and whether the turn lock is taken out."""

    guests: int
    kills: int
    hunting_s: float
    pause_s: float
    calm_s: float
    seed: int
    workers: int = 2
    engines: int = 2
    webs: int = 2
    careless: bool = False
    skip_leases: bool = False  # let time pass for what the dead still hold, instead of waiting for it
    keep: Path | None = None  # where the database, the phones and the logs go


@dataclass(frozen=True, slots=True)
class Result:
    """What happened, and what was true in the end."""

    plan: Plan
    kills: Sequence[Kill]
    ended_by_themselves: Counter[str]
    outcomes: Counter[str]
    in_vain: Sequence[str]
    guests: int
    messages_in: int
    apologies: int
    checks: Sequence[Check]
    hunted_s: float
    calm_after_s: float

    @property
    def broken(self) -> list[Check]:
        """The laws that did not hold."""
        return [check for check in self.checks if check.broken]


def chaos(plan: Plan) -> Result:
    """Run it on a server, a database and ports of its own."""
    with _server() as (server, home):
        more = {"BURST_SECONDS": "0.05"}
        actions = _CARELESS if plan.careless else _CAREFUL
        with running(
            server, home, more=more, workers=plan.workers, engines=plan.engines, webs=plan.webs, actions=actions
        ) as stack:
            return _run(plan, stack, server)


def _run(plan: Plan, stack: Stack, server: EmbeddedPostgres) -> Result:
    calls, crowd = Calls(stack), Crowd(stack, at_once=plan.guests, seed=plan.seed)
    hunter = Hunter(stack, server, random.Random(plan.seed))
    calls.start()
    crowd.start()
    started = time.monotonic()
    hunter.hunt(until=started + plan.hunting_s, most=plan.kills, pause_s=plan.pause_s)
    hunted_s = time.monotonic() - started
    calm_from = time.monotonic()
    crowd.close()
    hunter.bring_all_back()
    hunter.close()
    if plan.skip_leases:
        _let_leases_lapse(stack)
    crowd.join(plan.calm_s)
    _wait_for_quiet(stack, crowd.guests, calm_from + plan.calm_s)
    calls.close()
    if crowd.troubles:
        raise crowd.troubles[0]
    with Session(stack.database.execution_options(isolation_level="REPEATABLE READ")) as session:  # one moment's truth
        audit = Audit(stack, session, crowd.guests, calls)
        checks = audit.checks()
        if plan.keep is not None:
            keep(plan.keep, stack, server, guests=crowd.guests, kills=hunter.kills, calls=calls, checks=checks)
        return Result(
            plan=plan,
            kills=hunter.kills,
            ended_by_themselves=hunter.ended_by_themselves,
            outcomes=Counter(guest.outcome.value for guest in crowd.guests),
            in_vain=[f"{guest.number} {guest.where}" for guest in crowd.guests if guest.outcome == "waited in vain"],
            guests=len(crowd.guests),
            messages_in=sum(len(guest.sent) for guest in crowd.guests),
            apologies=audit.apologies(),
            checks=checks,
            hunted_s=hunted_s,
            calm_after_s=time.monotonic() - calm_from,
        )


def _let_leases_lapse(stack: Stack) -> None:
    """A minute passes at once. The workers end in good order first, so that only the dead hold a lease then."""
    workers = [process for name, process in stack.processes.items() if name.startswith("worker")]
    for process in workers:
        process.stop()
    stack.skip(_LEASES)
    for process in workers:
        process.start()


def _wait_for_quiet(stack: Stack, guests: Sequence[ChaosGuest], give_up_at: float) -> None:
    """Until nobody has anything to do, for a while; when that never comes, the audit says what is stuck."""
    quiet_since = None
    while time.monotonic() < give_up_at:
        quiet = _is_quiet(stack, guests)
        if not quiet:
            quiet_since = None
        elif quiet_since is None:
            quiet_since = time.monotonic()
        elif time.monotonic() - quiet_since > _QUIET_FOR_S:
            return
        time.sleep(0.2)


def _is_quiet(stack: Stack, guests: Sequence[ChaosGuest]) -> bool:
    try:
        with Session(stack.database) as session:
            return not unfinished(session) and not unheard(session, stack) and not still_coming(session, stack, guests)
    except OperationalError:  # a connection from before the server's last death
        return False


@contextmanager
def _server() -> Iterator[tuple[EmbeddedPostgres, Path]]:
    """A durable server of its own: it is going to be killed."""
    with tempfile.TemporaryDirectory(prefix="atithi-chaos-") as name:
        folder = Path(name)
        folder.chmod(0o755)
        data = folder / "postgres"
        data.mkdir()
        server = EmbeddedPostgres(data)
        server.start()
        try:
            ensure_template(server)
            yield server, folder
        finally:
            server.stop()
