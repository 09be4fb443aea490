"""The way to the language engine: a turn in, an acknowledgement out; what was answered is read from the database."""

from __future__ import annotations

import itertools
import json
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from http import HTTPStatus
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from typing import Final
from urllib.parse import urlsplit

from urllib3.util import wait_for_read

from core.errors import ProviderUnavailable
from core.settings import Settings

_LONGEST_TEXT: Final = 2000
_WORDLESS: Final = {"tap": "/tap", "location": "/share_location", "media": "/send_media"}
_TURN: Final = "/webhooks/turn/webhook"
_HEALTH: Final = "/webhooks/turn/health"
_CONNECT_S: Final = 2.0
_READY_S: Final = 1.0


class RasaEngine:
    """Any of several Rasa processes; a turn goes to the next one, and past one that does not answer."""

    def __init__(self, urls: Sequence[str], token: str, *, timeout: float = 15.0) -> None:
        self._headers = {"Content-Type": "application/json"}
        if token:
            self._headers["Authorization"] = f"Bearer {token}"
        self._doors = tuple(_Door(url) for url in urls)
        self._timeout = timeout
        self._turns = itertools.count()  # counts by itself in one step, whichever thread asks

    def take(self, *, turn_id: int, conversation_id: int, kind: str, text: str, journey: str, asked: str) -> None:
        """Let the engine choose the action and run it once.

        Raises:
            ProviderUnavailable: nobody said it was answered; the turn's row tells whether it was.
        """
        body = json.dumps({
            "sender": str(conversation_id),
            "turn": str(turn_id),
            "text": _WORDLESS.get(kind) or said(text),
            "slots": {"journey": journey, "asked": asked},
        }).encode()  # fmt: skip
        first = next(self._turns)
        reason = "no engine is configured"
        for offset in range(len(self._doors)):
            door = self._doors[(first + offset) % len(self._doors)]
            try:
                status, words = door.ask("POST", _TURN, body, self._headers, timeout=self._timeout)
            except _ShutError as error:
                reason = str(error)  # certainly not begun there: the next one may take it
                continue
            except (OSError, HTTPException) as error:
                raise ProviderUnavailable(reason=type(error).__name__, reached=True) from error
            if status == HTTPStatus.OK:
                return
            reason = f"status {status}: {words[:200].decode(errors='replace')}"
            if status != HTTPStatus.SERVICE_UNAVAILABLE:  # else its model is not loaded yet, or the actions are away
                raise ProviderUnavailable(reason=reason, reached=True)
        raise ProviderUnavailable(reason=reason)

    def is_ready(self) -> bool:
        """Whether at least one engine has its model loaded."""
        for door in self._doors:
            try:
                if door.ask("GET", _HEALTH, None, self._headers, timeout=_READY_S)[0] == HTTPStatus.OK:
                    return True
            except (OSError, HTTPException):
                continue
        return False

    def close(self) -> None:
        """Let the connections go."""
        for door in self._doors:
            door.close()


class _ShutError(OSError):
    """Nobody opens."""


class _Door:
    """One engine's address, and the connections to it that are free at this moment."""

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        self._kind = HTTPSConnection if parts.scheme == "https" else HTTPConnection
        self._host, self._port = parts.hostname or "", parts.port
        self._path = parts.path.rstrip("/")
        self._free: list[HTTPConnection] = []
        self._lock = threading.Lock()

    def ask(
        self, method: str, path: str, body: bytes | None, headers: dict[str, str], *, timeout: float
    ) -> tuple[int, bytes]:
        """The status and the words of the answer.

        Raises:
            _ShutError: no connection could be made, so that certainly nothing was asked.
        """
        with self._connection(timeout) as connection:
            connection.request(method, self._path + path, body, headers)
            answer = connection.getresponse()
            return answer.status, answer.read()

    def close(self) -> None:
        """Let the free connections go."""
        with self._lock:
            while self._free:
                self._free.pop().close()

    @contextmanager
    def _connection(self, timeout: float) -> Iterator[HTTPConnection]:
        """One that was used before and is still open, else a new one; kept again unless anything went wrong."""
        connection = self._kept() or self._connected()
        connection.sock.settimeout(timeout)
        try:
            yield connection
        except BaseException:
            connection.close()
            raise
        if connection.sock is not None:  # else the engine wanted it closed
            with self._lock:
                self._free.append(connection)

    def _kept(self) -> HTTPConnection | None:
        while True:
            with self._lock:
                connection = self._free.pop() if self._free else None
            if connection is None or not wait_for_read(connection.sock, timeout=0):
                return connection
            connection.close()  # the engine has hung up meanwhile

    def _connected(self) -> HTTPConnection:
        connection = self._kind(self._host, self._port, timeout=_CONNECT_S)
        try:
            connection.connect()
        except OSError as error:
            raise _ShutError(str(error)) from error
        return connection


def engine_urls(settings: Settings) -> tuple[str, ...]:
    """Where the engines are: as configured, else the first loopback port."""
    given = tuple(url.strip() for url in settings.engine_urls.split(",") if url.strip())
    return given or (f"http://127.0.0.1:{settings.atithi_rasa_port}",)


def said(text: str) -> str:
    """The guest's words as the engine may have them: never an order to it, never endless, never nothing."""
    return text.strip().lstrip("/").strip()[:_LONGEST_TEXT] or "?"
