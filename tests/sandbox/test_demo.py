"""`make demo` with a tiny product in place of ours: real processes, real signals."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from sandbox.demo import Ports, demo_environment
from tests.fixtures.waiting import eventually
from tests.sandbox.conftest import free_port

ROOT = Path(__file__).resolve().parents[2]
PRODUCT = """
import http.server, os, pathlib, sys
class Page(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200); self.end_headers(); self.wfile.write(os.environ["TWILIO_API_BASE_URL"].encode())
    def log_message(self, *_): pass
pathlib.Path(sys.argv[2]).write_text(str(os.getpid()))
http.server.ThreadingHTTPServer(("127.0.0.1", int(sys.argv[1])), Page).serve_forever()
"""
DEMO = "import sys; from sandbox.demo import run; run(sys.argv[1:])"


class Demo:
    """One running demo."""

    def __init__(self, folder: Path) -> None:
        self.ports = Ports(web=free_port(), sandbox=free_port(), actions=free_port(), rasa=free_port())
        self.pid_file = folder / "pid"
        self.log = folder / "log"
        self.environment = {
            **os.environ,
            "ATITHI_WEB_PORT": str(self.ports.web),
            "SANDBOX_PORT": str(self.ports.sandbox),
            "ATITHI_ACTIONS_PORT": str(self.ports.actions),
            "ATITHI_RASA_PORT": str(self.ports.rasa),
        }
        self.process: subprocess.Popen[bytes] | None = None

    def command(self) -> list[str]:
        product = [sys.executable, "-c", PRODUCT, str(self.ports.web), str(self.pid_file)]
        return [sys.executable, "-c", DEMO, *product]

    def start(self) -> subprocess.Popen[bytes]:
        with self.log.open("wb") as log:
            self.process = subprocess.Popen(self.command(), cwd=ROOT, env=self.environment, stdout=log, stderr=log)
        eventually(lambda: f"http://127.0.0.1:{self.ports.web}" in self.log.read_text())
        return self.process

    def answers(self, port: int) -> bool:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=2):
                return True
        except OSError:
            return False

    def product_pid(self) -> int:
        return int(self.pid_file.read_text())

    def everything_is_gone(self) -> bool:
        return not self.answers(self.ports.web) and not self.answers(self.ports.sandbox)


@pytest.fixture
def demo(tmp_path: Path) -> Iterator[Demo]:
    one = Demo(tmp_path)
    yield one
    if one.process is not None and one.process.poll() is None:
        one.process.kill()
        one.process.wait()


def test_it_says_where_to_look_and_ctrl_c_leaves_nothing_running(demo: Demo) -> None:
    process = demo.start()
    assert f"http://127.0.0.1:{demo.ports.sandbox}" in demo.log.read_text()
    assert demo.answers(demo.ports.web)
    assert demo.answers(demo.ports.sandbox)
    with urllib.request.urlopen(f"http://127.0.0.1:{demo.ports.web}/", timeout=2) as page:
        assert page.read().decode() == f"http://127.0.0.1:{demo.ports.sandbox}"
    process.send_signal(signal.SIGINT)
    assert process.wait(10) == 0
    assert demo.everything_is_gone()


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells a child that its parent was killed")
def test_killed_outright_it_still_leaves_nothing_running(demo: Demo) -> None:
    process = demo.start()
    process.kill()
    process.wait()
    assert eventually(demo.everything_is_gone)


def test_the_phones_stay_when_only_the_product_is_killed(demo: Demo) -> None:
    demo.start()
    os.kill(demo.product_pid(), signal.SIGKILL)
    eventually(lambda: "The product has stopped" in demo.log.read_text())
    assert demo.answers(demo.ports.sandbox)
    assert not demo.answers(demo.ports.web)


def test_a_taken_port_is_named_in_one_sentence(demo: Demo) -> None:
    with socket.socket() as squatter:
        squatter.bind(("127.0.0.1", demo.ports.rasa))
        squatter.listen()
        done = subprocess.run(
            demo.command(), cwd=ROOT, env=demo.environment, capture_output=True, timeout=20, check=False
        )
    assert done.returncode == 1
    assert done.stderr.decode() == (
        f"Port {demo.ports.rasa} is taken, and the language engine needs it. "
        "Stop the program that uses it, or choose another port with ATITHI_RASA_PORT=....\n"
    )


def test_a_product_that_cannot_start_ends_the_demo_with_its_own_code(demo: Demo) -> None:
    command = [sys.executable, "-c", DEMO, sys.executable, "-c", "import sys; sys.exit('No space left.')"]
    done = subprocess.run(command, cwd=ROOT, env=demo.environment, capture_output=True, timeout=20, check=False)
    assert (done.returncode, done.stderr.decode()) == (1, "No space left.\n")
    assert demo.everything_is_gone()


def test_the_product_learns_everything_from_its_environment() -> None:
    given = demo_environment(Ports(web=1, sandbox=2, actions=3, rasa=4))
    assert given["PUBLIC_BASE_URL"] == "http://127.0.0.1:1"
    assert {name for name, value in given.items() if value == "http://127.0.0.1:2"} == {
        *("SANDBOX_URL", "TWILIO_API_BASE_URL", "TELEGRAM_API_BASE_URL", "RAZORPAY_API_BASE_URL"),
        "WHATSAPP_CLOUD_API_BASE_URL",
    }
