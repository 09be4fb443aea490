"""One turn, and every program of ours killed at every step of it: answered once, booked once, nothing left over."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Final

import pytest

from models.booking import Booking
from models.messaging import InboxEntry, Message
from providers.embedded import EmbeddedPostgres
from tests.crash.town import Town, town
from tests.crash.victim import STEPS
from tests.fixtures.waiting import eventually

pytestmark = [pytest.mark.xdist_group("crash"), pytest.mark.timeout(420)]

_EVERY_STEP: Final = [
    pytest.param(program, step, id=f"{program}: {step}") for program in STEPS for step in STEPS[program]
]
_guests = (f"+9198111{number:05d}" for number in itertools.count(1))


@pytest.fixture(scope="module")
def running(postgres: EmbeddedPostgres, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    """The town, for all tests of this file."""
    with town(postgres, tmp_path_factory.mktemp("home")) as here:
        yield here


@pytest.fixture
def guest() -> str:
    """Somebody new."""
    return next(_guests)


def test_a_turn_that_nobody_kills_is_answered_once(running: Town, guest: str) -> None:
    running.write(guest, "a room please")
    eventually(lambda: running.is_calm(guest), within_s=120)
    assert len(running.heard(guest)) == len(running.rows(Booking, guest)) == 1


@pytest.mark.parametrize(("program", "step"), _EVERY_STEP)
def test_a_program_killed_there_is_finished_by_the_next_one(running: Town, guest: str, program: str, step: str) -> None:
    running.start(program, "--die-at", step)
    running.write(guest, "a room please")
    eventually(lambda: running.was_killed(program), within_s=120)
    running.bring_back(program)
    eventually(lambda: running.is_calm(guest), within_s=150)
    assert len(running.heard(guest)) == 1
    assert len(running.rows(Message, guest)) == len(running.rows(Booking, guest)) == 1
    assert len(running.rows(InboxEntry, guest)) == 1


@pytest.mark.parametrize(
    "step",
    ["turn claimed, engine not asked", "message claimed, provider not called", "provider has it, not recorded"],
)
def test_what_a_dead_worker_had_begun_waits_for_no_lease(running: Town, guest: str, step: str) -> None:
    patient = ("--first", "tests.crash.victim:hold_for_an_hour")
    running.start("worker", "--die-at", step, *patient)
    running.write(guest, "a room please")
    eventually(lambda: running.was_killed("worker"), within_s=120)
    running.start("worker", *patient)
    eventually(lambda: running.is_calm(guest), within_s=120)
    assert len(running.heard(guest)) == len(running.rows(Message, guest)) == len(running.rows(Booking, guest)) == 1


@pytest.mark.parametrize(("careless", "times"), [(False, 1), (True, 2)], ids=["with the lock", "control: without it"])
def test_a_turn_ordered_twice_at_once_is_answered_once(
    running: Town, guest: str, *, careless: bool, times: int
) -> None:
    running.stop("worker")
    control = ["--first", "tests.crash.actions:forget_turns"] if careless else []
    running.start("actions", *control, "--first", "tests.crash.actions:meet_first")
    try:
        running.write(guest, "a room please")
        turn_id = running.claim_turn(guest)
        eventually(lambda: running.answers("actions"), within_s=120)
        with ThreadPoolExecutor(2) as together:
            statuses = list(together.map(lambda _: running.post_to_actions(turn_id, guest), range(2)))
    finally:
        running.start("actions")
        running.start("worker")
    assert statuses == [200, 200]
    eventually(lambda: len(running.heard(guest)) >= times and running.is_calm(guest), within_s=120)
    assert len(running.rows(Booking, guest)) == len(running.heard(guest)) == times
