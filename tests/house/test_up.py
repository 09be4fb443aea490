"""`atithi up` as a whole: pages answer, and nothing is left when it goes, however it goes."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import psutil
import pytest

from providers.embedded import folder_for
from tests.fixtures.waiting import eventually

pytestmark = pytest.mark.processes


@dataclass(frozen=True, slots=True)
class Running:
    """A supervisor of the whole product, without the language engine."""

    process: subprocess.Popen[str]
    home: Path
    port: int

    def family(self) -> set[psutil.Process]:
        """Everybody who was told about this home, and the database server in it."""
        database = str(folder_for(self.home))
        found = set()
        for one in psutil.process_iter():
            try:
                if database in " ".join(one.cmdline()) or one.environ().get("ATITHI_HOME") == str(self.home):
                    found.add(one)
            except (psutil.NoSuchProcess, psutil.AccessDenied):  # gone meanwhile, or nobody's of ours
                continue
        return found


def _free_port() -> int:
    with socket.socket() as any_port:
        any_port.bind(("127.0.0.1", 0))
        port: int = any_port.getsockname()[1]
        return port


def _environment(home: Path, web_port: int) -> dict[str, str]:
    return os.environ | {
        "ATITHI_HOME": str(home),
        "ATITHI_WEB_PORT": str(web_port),
        "ATITHI_ACTIONS_PORT": str(_free_port()),
        "ENGINE_URLS": f"http://127.0.0.1:{_free_port()}",
    }


def _start(home: Path, web_port: int, *words: str) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "jobs.cli", "up", *words]
    with (home / "said.txt").open("w") as said:
        return subprocess.Popen(command, env=_environment(home, web_port), stdout=said, stderr=said, text=True)


@pytest.fixture
def running(tmp_path: Path) -> Iterator[Running]:
    """The product, answering."""
    port = _free_port()
    with _start(tmp_path, port) as process:
        try:
            eventually(lambda: "Pages are at" in (tmp_path / "said.txt").read_text(), within_s=120)
            yield Running(process, tmp_path, port)
        finally:
            process.kill()
    if os.geteuid() == 0:
        shutil.rmtree(folder_for(tmp_path), ignore_errors=True)


def test_nothing_is_left_when_the_supervisor_is_killed(running: Running) -> None:
    before = running.family()
    assert len(before) > 4  # itself, the web door, the keeper, the database server, ...
    running.process.kill()
    running.process.wait()
    eventually(lambda: not running.family(), within_s=120)


def test_nothing_is_left_when_it_is_asked_to_stop(running: Running) -> None:
    running.process.send_signal(signal.SIGINT)
    assert running.process.wait(120) == 0
    assert (running.home / "said.txt").read_text().endswith("Stopped.\n")
    eventually(lambda: not running.family(), within_s=120)


def test_a_killed_web_process_refuses_nobody(running: Running) -> None:
    """The listening socket is the supervisor's: who calls meanwhile waits for the next process."""
    door = next(one for one in running.family() if "jobs.web:app_from_settings" in one.cmdline())
    door.kill()
    with urllib.request.urlopen(f"http://127.0.0.1:{running.port}/healthz", timeout=120) as answer:
        assert answer.status == 200


def test_of_several_web_and_worker_processes_any_may_die(tmp_path: Path) -> None:
    port = _free_port()
    with _start(tmp_path, port, "--web", "2", "--worker", "2") as process:
        try:
            eventually(lambda: "Pages are at" in (tmp_path / "said.txt").read_text(), within_s=120)
            running = Running(process, tmp_path, port)
            for program in ("jobs.web:app_from_settings", "jobs.worker"):
                eventually(partial(_are_two, running, program, set()), within_s=120)
                victim = next(iter(_named(running, program)))
                victim.kill()
                with urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=120) as answer:
                    assert answer.status == 200
                eventually(partial(_are_two, running, program, {victim}), within_s=120)
        finally:
            process.kill()
    if os.geteuid() == 0:
        shutil.rmtree(folder_for(tmp_path), ignore_errors=True)


def _are_two(running: Running, program: str, dead: set[psutil.Process]) -> bool:
    return len(_named(running, program) - dead) == 2


def _named(running: Running, program: str) -> set[psutil.Process]:
    found = set()
    for one in running.family():
        try:
            if program in one.cmdline() and one.status() != psutil.STATUS_ZOMBIE:
                found.add(one)
        except psutil.NoSuchProcess:  # gone meanwhile
            continue
    return found


def test_a_killed_database_server_comes_back(running: Running) -> None:
    data = folder_for(running.home) / "data"
    killed = psutil.Process(int((data / "postmaster.pid").read_text().split()[0]))
    killed.kill()
    eventually(lambda: "PostgreSQL" in _server_log_after(running.home, killed.pid))


def _server_log_after(home: Path, pid: int) -> str:
    return (folder_for(home) / "server.log").read_text().rpartition(f"[{pid}]")[2]


def test_a_taken_port_is_a_sentence_and_not_a_traceback(tmp_path: Path) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port: int = other.getsockname()[1]
        assert _start(tmp_path, port).wait(30) == 1
    said = (tmp_path / "said.txt").read_text()
    assert f"Port {port} is taken" in said
    assert "Traceback" not in said


def test_settings_that_do_not_fit_are_a_sentence_and_not_a_traceback(tmp_path: Path) -> None:
    environment = _environment(tmp_path, _free_port()) | {"RAZORPAY_KEY_ID": "rzp_test_1"}
    command = [sys.executable, "-m", "jobs.cli", "up"]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert "Razorpay is half configured: set RAZORPAY_KEY_SECRET" in done.stderr
    assert "Traceback" not in done.stderr
