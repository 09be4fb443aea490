"""Nothing survives the supervisor, nothing that should run stays down, and what cannot run is said."""

from __future__ import annotations

import json
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil
import pytest

from jobs.process_log import ProcessLog, readable
from jobs.supervisor import GaveUpError
from jobs.up import _bound, _only_one_here, is_up
from tests.fixtures.waiting import eventually

processes = pytest.mark.processes

_SUPERVISE = """
import sys, json
from pathlib import Path
from jobs.supervisor import GaveUpError, Patience, Program, Supervisor

folder = Path(sys.argv[1])
patience = Patience(first_pause_s=0.05, longest_pause_s=0.1, settled_after_s=30, tries=3, to_end_s=float(sys.argv[3]))
supervisor = Supervisor(logs=folder, show=lambda line: print(line, flush=True), patience=patience)
for name, code in json.loads(sys.argv[2]).items():
    once = (lambda: print("done", flush=True)) if name == "once" else None
    supervisor.add(Program(name, [sys.executable, "-c", code, str(folder)], once=once))
try:
    supervisor.run()
except GaveUpError as gave_up:
    sys.exit(str(gave_up))
"""

# Writes its own number and that of a child of its own, then waits.
_FAMILY = """
import os, pathlib, subprocess, sys
child = subprocess.Popen(["sleep", "300"])
numbers = pathlib.Path(sys.argv[1], "numbers")
numbers.with_suffix(".part").write_text(f"{os.getpid()} {child.pid}")
numbers.with_suffix(".part").rename(numbers)
child.wait()
"""
_DEAF = "import signal\nsignal.signal(signal.SIGTERM, signal.SIG_IGN)\n" + _FAMILY
_POLITE = """
import pathlib, signal, sys
signal.signal(signal.SIGTERM, lambda *_: sys.exit(pathlib.Path(sys.argv[1], "bye").write_text("") and 0))
print("ready", flush=True)
signal.pause()
"""


@contextmanager
def supervising(folder: Path, *, to_end_s: float = 2, **programs: str) -> Iterator[subprocess.Popen[str]]:
    """A supervisor in a process of its own, so that it can be killed."""
    command = [sys.executable, "-c", _SUPERVISE, str(folder), json.dumps(programs), str(to_end_s)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as supervisor:
        try:
            yield supervisor
        finally:
            supervisor.kill()
            supervisor.communicate()


def _numbers(folder: Path) -> list[int]:
    eventually((folder / "numbers").exists)
    return [int(word) for word in (folder / "numbers").read_text().split()]


def _none_left(numbers: list[int]) -> bool:
    alive = [one for one in psutil.process_iter(["status"]) if one.info["status"] != psutil.STATUS_ZOMBIE]
    return not any(one.pid in numbers for one in alive)


@processes
@pytest.mark.parametrize("program", [_FAMILY, _DEAF], ids=["obedient", "deaf"])
def test_a_killed_supervisor_leaves_nothing_behind(tmp_path: Path, program: str) -> None:
    with supervising(tmp_path, family=program) as supervisor:
        numbers = _numbers(tmp_path)
        supervisor.kill()
        eventually(lambda: _none_left(numbers))


@processes
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_an_orderly_end_asks_everybody_first(tmp_path: Path, number: signal.Signals) -> None:
    with supervising(tmp_path, polite=_POLITE, family=_FAMILY) as supervisor:
        assert supervisor.stdout is not None
        numbers = _numbers(tmp_path)
        eventually(lambda: "ready" in (supervisor.stdout.readline() if supervisor.stdout else ""))
        supervisor.send_signal(number)
        assert supervisor.wait(20) == 0
    assert (tmp_path / "bye").exists()
    eventually(lambda: _none_left(numbers))


@processes
def test_a_second_interrupt_does_not_wait_for_the_deaf(tmp_path: Path) -> None:
    with supervising(tmp_path, to_end_s=300, deaf=_DEAF) as supervisor:
        assert supervisor.stdout is not None
        numbers = _numbers(tmp_path)
        supervisor.send_signal(signal.SIGINT)
        assert supervisor.stdout.readline() == "Stopping ...\n"
        supervisor.send_signal(signal.SIGINT)
        assert supervisor.wait(20) == 0
    eventually(lambda: _none_left(numbers))


@processes
def test_a_program_that_dies_is_started_again_and_its_children_do_not_stay(tmp_path: Path) -> None:
    with supervising(tmp_path, family=_FAMILY):
        first = _numbers(tmp_path)
        (tmp_path / "numbers").unlink()
        psutil.Process(first[0]).kill()
        second = _numbers(tmp_path)
        assert set(first).isdisjoint(second)
        eventually(lambda: _none_left(first))
        assert all(psutil.pid_exists(number) for number in second)


@processes
def test_a_program_that_never_stays_up_ends_it_all_with_a_sentence(tmp_path: Path) -> None:
    with supervising(tmp_path, family=_FAMILY, broken="raise SystemExit('no such table')") as supervisor:
        numbers = _numbers(tmp_path)
        said, complaint = supervisor.communicate(timeout=120)
    assert supervisor.returncode == 1
    assert "broken ended with code 1 4 times in a row" in complaint
    assert str(tmp_path / "broken.log") in complaint
    assert "no such table" in said
    eventually(lambda: _none_left(numbers))


@processes
def test_a_program_that_runs_once_is_followed_by_what_waits_for_it(tmp_path: Path) -> None:
    with supervising(tmp_path, once="print('prepared')", polite=_POLITE) as supervisor:
        assert supervisor.stdout is not None
        eventually(lambda: supervisor.stdout is not None and supervisor.stdout.readline() == "done\n")
        assert supervisor.poll() is None


@processes
def test_a_program_that_runs_once_and_fails_ends_it_all(tmp_path: Path) -> None:
    with supervising(tmp_path, once="raise SystemExit(3)", polite=_POLITE) as supervisor:
        _, complaint = supervisor.communicate(timeout=120)
    assert supervisor.returncode == 1
    assert "once ended with code 3; its last words" in complaint


def test_a_taken_port_is_named_with_the_setting_that_moves_it() -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        with pytest.raises(GaveUpError, match=rf"Port {port} is taken .* ATITHI_WEB_PORT"):
            _bound("127.0.0.1", port, "ATITHI_WEB_PORT")


def test_a_second_supervisor_over_the_same_home_is_refused(tmp_path: Path) -> None:
    assert not is_up(tmp_path)
    with _only_one_here(tmp_path):
        assert is_up(tmp_path)
        with pytest.raises(GaveUpError, match="already runs here"), _only_one_here(tmp_path):
            pass
    assert not is_up(tmp_path)


def test_what_programs_say_is_kept_whole_and_shown_short(tmp_path: Path) -> None:
    shown: list[str] = []
    log = ProcessLog("web", tmp_path / "web.log", shown.append)
    line = json.dumps({"event": "turn_done", "level": "warning", "timestamp": "2026-11-22", "turn": 7})

    log.write(f"{line}\nplain ".encode())
    log.write("कमरा\n".encode())
    log.write(b"no end")
    log.close()

    assert shown == ["web     | WARNING turn_done turn=7", "web     | plain कमरा", "web     | no end"]
    assert (tmp_path / "web.log").read_text() == f"{line}\nplain कमरा\nno end\n"


def test_of_a_wordy_program_only_trouble_is_shown(tmp_path: Path) -> None:
    shown: list[str] = []
    log = ProcessLog("rasa", tmp_path / "rasa.log", shown.append, wordy=True)
    said = "INFO loading\nx.py:1: DeprecationWarning: old\n2026 ERROR broken\n"

    log.write(said.encode())

    assert shown == ["rasa    | 2026 ERROR broken"]
    assert (tmp_path / "rasa.log").read_text() == said


@pytest.mark.parametrize("line", ["{not json", "plain", '{"a": "b"}x'])
def test_a_line_that_is_not_structured_is_shown_as_it_is(line: str) -> None:
    assert readable(line) == line


def test_a_log_that_has_grown_large_is_put_aside(tmp_path: Path) -> None:
    log = ProcessLog("web", tmp_path / "web.log", lambda _: None)
    for _ in range(5):
        with (tmp_path / "web.log").open("wb") as file:
            file.truncate(10_000_001)
        log.write(b"next\n")
    assert (tmp_path / "web.log").read_text() == "next\n"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["web.log", "web.log.1", "web.log.2", "web.log.3"]
