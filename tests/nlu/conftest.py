"""A real Rasa with the trained model, and a stand-in for our actions that records what Rasa asks of it."""

from __future__ import annotations

import contextlib
import json
import socket
import subprocess
import tempfile
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, Final
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

from providers.engine import Engine
from providers.leash import leashed
from tests.fixtures.waiting import eventually

ROOT: Final = Path(__file__).resolve().parents[2]
TOKEN: Final = "shared-by-worker-engine-and-actions"
_START_S: Final = 90.0


@dataclass
class Call:
    """One call of an action, as it arrived."""

    token: str
    body: dict[str, Any]

    @property
    def action(self) -> str:
        """Which action Rasa chose."""
        return str(self.body["next_action"])

    @property
    def slots(self) -> dict[str, Any]:
        """What Rasa believed about the conversation."""
        slots: dict[str, Any] = self.body["tracker"]["slots"]
        return {name: slots[name] for name in ("journey", "asked")}

    @property
    def turn(self) -> str:
        """Which turn of ours it is."""
        return str(self.body["tracker"]["latest_message"]["metadata"]["turn"])


@dataclass
class Actions:
    """Our action endpoint's place: answers as told and remembers what it was asked."""

    port: int
    calls: list[Call] = field(default_factory=list)
    status: int = 200
    answer: bytes = b'{"events": [], "responses": []}'
    pause_s: float = 0.0
    together: threading.Barrier | None = None  # nobody is answered before so many have called

    def reset(self) -> None:
        """Answer well again, remember nothing."""
        self.calls, self.status, self.answer, self.pause_s = [], 200, b'{"events": [], "responses": []}', 0.0
        self.together = None


@dataclass
class RasaProcess:
    """One Rasa, started as the product starts it."""

    engine: Engine
    port: int
    actions_port: int
    log: Path
    more: dict[str, str] = field(default_factory=dict)
    process: subprocess.Popen[bytes] | None = None

    def __post_init__(self) -> None:
        self.client = httpx.Client(timeout=30, trust_env=False)

    def start(self) -> None:
        """Start it and wait until its model is loaded."""
        self.client.close()  # an earlier start's connections are gone with it
        self.client = httpx.Client(timeout=30, trust_env=False)
        actions_url = f"http://127.0.0.1:{self.actions_port}/webhook"
        command = self.engine.serve(port=self.port, actions_url=actions_url, token=TOKEN)
        with self.log.open("ab") as log:
            environment = command.environment | self.more
            self.process = subprocess.Popen(
                leashed(command.argv), cwd=command.folder, env=environment, stdout=log, stderr=log
            )
        eventually(self._is_healthy, within_s=_START_S)

    def kill(self) -> None:
        """End it with no chance to tidy up."""
        assert self.process is not None
        self.process.kill()
        self.process.wait()

    def post(self, path: str, body: Any, *, token: str | None = TOKEN) -> httpx.Response:  # noqa: ANN401 - any JSON
        """Call the door."""
        headers = {"authorization": f"Bearer {token}"} if token is not None else {}
        content = body if isinstance(body, bytes) else json.dumps(body).encode()
        return self.client.post(self.url(path), content=content, headers=headers)

    def take(self, text: str, *, turn: str = "turn-1", sender: str = "guest-1", **slots: str) -> httpx.Response:
        """Send a guest's message as the worker does."""
        return self.post("webhook", {"sender": sender, "text": text, "turn": turn, "slots": slots})

    def understand(self, text: str) -> dict[str, Any]:
        """What the engine reads in these words, without any action."""
        answer = self.post("parse", {"text": text})
        assert answer.status_code == httpx.codes.OK, answer.text
        read: dict[str, Any] = answer.json()
        return read

    def url(self, path: str) -> str:
        """An address behind the door."""
        return f"http://127.0.0.1:{self.port}/webhooks/turn/{path}"

    def _is_healthy(self) -> bool:
        assert self.process is not None
        assert self.process.poll() is None, self.log.read_text()[-3000:]
        try:
            return self.client.get(self.url("health"), timeout=2).is_success
        except httpx.TransportError:
            return False


def free_port() -> int:
    """A port nobody listens on."""
    with socket.socket() as door:
        door.bind(("127.0.0.1", 0))
        port: int = door.getsockname()[1]
        return port


@pytest.fixture(scope="session")
def engine() -> Engine:
    """The engine of this checkout, with its model trained (kept until something it reads changes)."""
    engine = Engine(ROOT, ROOT / "var")
    engine.train(lambda _line: None)
    return engine


@pytest.fixture(scope="session")
def actions_for_session() -> Iterator[Actions]:
    """One endpoint for all tests of this worker."""
    actions = Actions(port=0)

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["content-length"])))
            token = parse_qs(urlsplit(self.path).query).get("token", [""])[0]
            actions.calls.append(Call(token, body))
            time.sleep(actions.pause_s)
            if actions.together is not None:
                actions.together.wait()
            self.send_response(actions.status)
            self.send_header("content-type", "application/json")
            self.send_header("content-length", str(len(actions.answer)))
            with contextlib.suppress(BrokenPipeError, ConnectionResetError):  # who asked has given up meanwhile
                self.end_headers()
                self.wfile.write(actions.answer)

        def log_message(self, *_arguments: object) -> None:
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        server.daemon_threads = True
        actions.port = server.server_port
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield actions
        server.shutdown()
        thread.join()


@pytest.fixture(scope="session")
def rasa_for_session(engine: Engine, actions_for_session: Actions) -> Iterator[RasaProcess]:
    """One Rasa for all tests of this worker; it gives up on an action sooner, so that no test waits long."""
    with tempfile.TemporaryDirectory() as folder:
        rasa = RasaProcess(
            engine, free_port(), actions_for_session.port, Path(folder) / "log", {"ENGINE_TURN_SECONDS": "10"}
        )
        rasa.start()
        yield rasa
        rasa.kill()
        rasa.client.close()


@pytest.fixture
def actions(actions_for_session: Actions) -> Actions:
    """The endpoint, behaving well."""
    actions_for_session.reset()
    return actions_for_session


@pytest.fixture
def rasa(rasa_for_session: RasaProcess, actions: Actions) -> RasaProcess:
    """A running engine whose actions answer."""
    assert actions.status == httpx.codes.OK
    return rasa_for_session
