"""A tiny product on a real port: takes webhooks, remembers them, and may answer through the official clients."""

from __future__ import annotations

import json
import sys
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl

Answer = tuple[int, dict[str, str], bytes]


@dataclass(frozen=True)
class Heard:
    """One request as it arrived."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes

    @property
    def form(self) -> dict[str, str]:
        return dict(parse_qsl(self.body.decode(), keep_blank_values=True))

    @property
    def json(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(self.body)
        return found


class _QuietServer(ThreadingHTTPServer):
    def handle_error(self, request: object, client_address: object) -> None:
        """A sandbox that starts over hangs up in the middle; that is no news."""
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)  # type: ignore[arg-type]  # passed on as it came


@dataclass
class Desk:
    """The product's side of every wire."""

    port: int = 0
    heard: list[Heard] = field(default_factory=list)
    reactions: list[Callable[[Heard], Answer | None]] = field(default_factory=list)
    _news: threading.Condition = field(default_factory=threading.Condition)
    _server: ThreadingHTTPServer | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def open(self) -> None:
        desk = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def _take(self) -> None:
                length = int(self.headers.get("Content-Length") or 0)
                headers = {key.lower(): value for key, value in self.headers.items()}
                status, extra, body = desk.take(Heard(self.command, self.path, headers, self.rfile.read(length)))
                self.send_response(status)
                for key, value in extra.items():
                    self.send_header(key, value)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            do_GET = _take  # noqa: N815 - the names http.server calls
            do_POST = _take  # noqa: N815 - the same

            def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class's name
                """Say nothing."""

        self._server = _QuietServer(("127.0.0.1", self.port), Handler)
        self._server.daemon_threads = True
        self.port = self._server.server_port
        threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()

    def close(self) -> None:
        if self._server is not None:
            self._server.shutdown()
            self._server.server_close()
            self._server = None

    def take(self, request: Heard) -> Answer:
        answer = None
        for reaction in list(self.reactions):
            answer = answer or reaction(request)
        with self._news:
            self.heard.append(request)
            self._news.notify_all()
        return answer or (200, {"Content-Type": "application/json"}, b"{}")

    def forget(self) -> None:
        with self._news:
            self.heard.clear()
        self.reactions.clear()

    def wait_until(self, found: Callable[[], bool], seconds: float = 60.0) -> None:
        """Wait until something was heard."""
        with self._news:
            assert self._news.wait_for(found, seconds), f"heard only {[one.path for one in self.heard]}"

    def moved(self) -> dict[str, Any]:
        """How the product's clock was told to move (it is also read, once, when the sandbox starts)."""

        def told() -> list[Heard]:
            return [one for one in self.heard if (one.method, one.path) == ("POST", "/debug/clock")]

        self.wait_until(lambda: bool(told()))
        return told()[0].json

    def wait_for(self, path: str, count: int = 1, seconds: float = 60.0) -> list[Heard]:
        """The requests to this path, once there are so many."""

        def found() -> list[Heard]:
            return [one for one in self.heard if one.path.split("?")[0] == path]

        with self._news:
            assert self._news.wait_for(lambda: len(found()) >= count, seconds), (
                f"{len(found())} of {count} requests to {path}; heard {[one.path for one in self.heard]}"
            )
            return found()
