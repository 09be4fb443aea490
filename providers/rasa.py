"""The way to the language engine: a turn in, an acknowledgement out; what was answered is read from the database."""

from __future__ import annotations

import itertools
import threading
from collections.abc import Sequence
from http import HTTPStatus
from typing import Final

import httpx

from core.errors import ProviderUnavailable
from core.settings import Settings

_LONGEST_TEXT: Final = 2000
_WORDLESS: Final = {"tap": "/tap", "location": "/share_location", "media": "/send_media"}


class RasaEngine:
    """Any of several Rasa processes; a turn goes to the next one, and past one that does not answer."""

    def __init__(self, urls: Sequence[str], token: str, *, timeout: float = 15.0) -> None:
        limits = httpx.Limits(max_connections=32, max_keepalive_connections=32, keepalive_expiry=30)
        self._client = httpx.Client(
            headers={"Authorization": f"Bearer {token}"} if token else {},
            timeout=httpx.Timeout(timeout, connect=2.0),
            limits=limits,
            trust_env=False,
        )
        self._urls = tuple(url.rstrip("/") for url in urls)
        self._turns = itertools.count()
        self._lock = threading.Lock()

    def take(self, *, turn_id: int, conversation_id: int, kind: str, text: str, journey: str, asked: str) -> None:
        """Let the engine choose the action and run it once.

        Raises:
            ProviderUnavailable: nobody said it was answered; the turn's row tells whether it was.
        """
        body = {
            "sender": str(conversation_id),
            "turn": str(turn_id),
            "text": _WORDLESS.get(kind) or said(text),
            "slots": {"journey": journey, "asked": asked},
        }
        with self._lock:
            first = next(self._turns)
        reason = "no engine is configured"
        for offset in range(len(self._urls)):
            url = self._urls[(first + offset) % len(self._urls)]
            try:
                answer = self._client.post(f"{url}/webhooks/turn/webhook", json=body)
            except httpx.ConnectError as error:
                reason = str(error)  # certainly not begun there: the next one may take it
                continue
            except httpx.HTTPError as error:
                raise ProviderUnavailable(reason=type(error).__name__, reached=True) from error
            if answer.status_code == HTTPStatus.OK:
                return
            reason = f"status {answer.status_code}: {answer.text[:200]}"
            if answer.status_code != HTTPStatus.SERVICE_UNAVAILABLE:  # that one is still loading its model
                raise ProviderUnavailable(reason=reason, reached=True)
        raise ProviderUnavailable(reason=reason)

    def is_ready(self) -> bool:
        """Whether at least one engine has its model loaded."""
        for url in self._urls:
            try:
                if self._client.get(f"{url}/webhooks/turn/health", timeout=1.0).status_code == HTTPStatus.OK:
                    return True
            except httpx.HTTPError:
                continue
        return False

    def close(self) -> None:
        """Let the connections go."""
        self._client.close()


def engine_urls(settings: Settings) -> tuple[str, ...]:
    """Where the engines are: as configured, else the first loopback port."""
    given = tuple(url.strip() for url in settings.engine_urls.split(",") if url.strip())
    return given or (f"http://127.0.0.1:{settings.atithi_rasa_port}",)


def said(text: str) -> str:
    """The guest's words as the engine may have them: never an order to it, never endless, never nothing."""
    return text.strip().lstrip("/").strip()[:_LONGEST_TEXT] or "?"
