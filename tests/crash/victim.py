"""Runs one program of the product and, when told so, kills it (SIGKILL) at a named step.

`python -m tests.crash.victim worker --die-at "provider has it, not recorded"`. The product knows nothing of this: its
functions are wrapped here. Imported by name, late, because a program that is often started should start fast.
"""

from __future__ import annotations

import argparse
import os
import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from importlib import import_module
from typing import Any, Final

from sqlalchemy import Engine
from sqlalchemy.orm import Session


def die() -> None:
    """No goodbye: as when the machine's memory runs out."""
    os.kill(os.getpid(), signal.SIGKILL)


def before(place: str) -> None:
    """Die at the door of that function."""
    owner, name = _find(place)
    setattr(owner, name, lambda *_, **__: die())


def after(place: str) -> None:
    """Die when that function has done its work and before anybody hears of it."""
    owner, name = _find(place)
    original: Callable[..., Any] = getattr(owner, name)

    def wrapped(*given: Any, **more: Any) -> None:  # noqa: ANN401 - whatever it takes
        original(*given, **more)
        die()

    setattr(owner, name, wrapped)


def after_finding(place: str) -> None:
    """Die when that function has found something, before what it wrote is committed."""
    owner, name = _find(place)
    original: Callable[..., Any] = getattr(owner, name)

    def wrapped(*given: Any, **more: Any) -> None:  # noqa: ANN401 - whatever it takes
        if original(*given, **more) is not None:
            die()

    setattr(owner, name, wrapped)


def after_commit(place: str) -> None:
    """Die when the transaction in which that function was called is committed."""
    owner, name = _find(place)
    original, transaction = getattr(owner, name), owner.unit_of_work
    inside = threading.local()

    def noted(*given: Any, **more: Any) -> Any:  # noqa: ANN401 - whatever it takes and gives
        inside.called = True
        return original(*given, **more)

    @contextmanager
    def deadly(engine: Engine) -> Iterator[Session]:
        with transaction(engine) as session:
            yield session
        if getattr(inside, "called", False):
            die()

    setattr(owner, name, noted)
    owner.unit_of_work = deadly


def hold_for_an_hour() -> None:
    """Whoever waits for a lease of this program waits far longer than any test."""
    hour = timedelta(hours=1)
    delivery, turns = import_module("core.messaging.delivery"), import_module("core.messaging.turns")
    vars(delivery)["LEASE"] = hour
    for claims in (turns.begin, turns.take_again):
        claims.__kwdefaults__["lease"] = hour


def _find(place: str) -> tuple[Any, str]:
    """What holds the function, and its name there: `module:Class.function`."""
    module, _, path = place.partition(":")
    *owners, name = path.split(".")
    owner: Any = import_module(module)
    for each in owners:
        owner = getattr(owner, each)
    return owner, name


STEPS: Final[dict[str, dict[str, tuple[Callable[[str], None], str]]]] = {
    "web": {
        "message not yet committed": (after, "webhooks.twilio:record_once"),
        "message committed, Twilio not answered": (after_commit, "webhooks.twilio:record_once"),
    },
    "worker": {
        "turn found, not yet claimed": (before, "core.messaging.turns:begin"),
        "turn written, claim not committed": (after, "core.messaging.turns:begin"),
        "turn claimed, engine not asked": (before, "providers.rasa:RasaEngine.take"),
        "engine answered, nobody told": (after, "providers.rasa:RasaEngine.take"),
        "message claimed, claim not committed": (after_finding, "core.messaging.delivery:claim_next"),
        "message claimed, provider not called": (before, "providers.twilio:TwilioChannel.send"),
        "provider has it, not recorded": (after, "providers.twilio:TwilioChannel.send"),
        "sending recorded, not committed": (after, "core.messaging.delivery:record_sent"),
    },
    "engine": {
        "turn heard, action not called": (before, "tests.crash.engine:StandIn.call"),
        "action answered, worker not told": (after, "tests.crash.engine:StandIn.call"),
    },
    "actions": {
        "action called, nothing done": (before, "bot.server:answer_turn"),
        "action done, not committed": (after, "bot.server:answer_turn"),
        "action committed, engine not told": (after_commit, "bot.server:answer_turn"),
    },
}


PROGRAMS: Final = {
    "web": "tests.crash.web:run",
    "worker": "jobs.worker:main",
    "engine": "tests.crash.engine:run",
    "actions": "tests.crash.actions:run",
}


def main() -> None:
    """Run the program, prepared for its end."""
    parser = argparse.ArgumentParser()
    parser.add_argument("program", choices=PROGRAMS)
    parser.add_argument("--die-at")
    parser.add_argument("--first", action="append", default=[], help="a function to call before, as module:name")
    arguments = parser.parse_args()
    if arguments.die_at:
        prepare, place = STEPS[arguments.program][arguments.die_at]
        prepare(place)
    for place in [*arguments.first, PROGRAMS[arguments.program]]:
        owner, name = _find(place)
        getattr(owner, name)()


if __name__ == "__main__":
    main()
