"""The door of the engine: one guest message in, one action called, an honest answer back."""

from __future__ import annotations

import asyncio
import hmac
import json
import logging
import os
import time
from collections.abc import Awaitable, Callable
from typing import Any

from rasa.core.agent import Agent
from rasa.core.channels.channel import InputChannel, UserMessage
from rasa.shared.exceptions import RasaException
from sanic import Blueprint, Sanic
from sanic.request import Request
from sanic.response import HTTPResponse
from sanic.response import json as as_json
from sanic.response import text as as_text

from nlu.engine import away, checks, kept
from nlu.engine.turn import Turn, current_turn

away.install()
checks.install()
kept.install()

logger = logging.getLogger(__name__)

MAX_BODY = 64 * 1024  # a guest's longest message is 4 kB; nothing honest is near this
# Rasa itself would wait 300 s for an action; the worker's lease on the turn is shorter than that.
TURN_SECONDS = float(os.environ.get("ENGINE_TURN_SECONDS", "12"))
POLICY_SLOTS = ("journey", "asked")
OURS = ("/tap", "/share_location", "/send_media")  # turns without words; the content is in the turn's row


class RefusedError(Exception):
    """The request is not one we answer; carries the status and the reason."""

    def __init__(self, status: int, reason: str) -> None:
        """Keep the status beside the sentence."""
        super().__init__(reason)
        self.status = status


class TurnInput(InputChannel):
    """Takes a turn from the product's worker over loopback."""

    def __init__(self, token: str) -> None:
        """Remember the shared token and start counting."""
        self._token = token.encode()
        self.answered = 0
        self.failed = 0
        self.seconds = 0.0

    @classmethod
    def name(cls) -> str:
        """The channel is served under /webhooks/turn."""
        return "turn"

    @classmethod
    def from_credentials(cls, credentials: dict[str, Any] | None) -> TurnInput:
        """Refuse to start without a token: the door must never stand open."""
        token = str((credentials or {}).get("token") or "")
        if not token:
            message = "The engine needs ENGINE_TOKEN, the secret it shares with the worker."
            raise RasaException(message)
        return cls(token)

    def blueprint(self, on_new_message: Callable[[UserMessage], Awaitable[Any]]) -> Blueprint:
        """The four addresses of the door."""
        door = Blueprint("turn")

        @door.listener("before_server_start")
        async def bound_bodies(app: Sanic, _loop: object) -> None:
            app.config.REQUEST_MAX_SIZE = MAX_BODY
            app.config.FALLBACK_ERROR_FORMAT = "json"

        @door.exception(RefusedError)
        async def refused(_request: Request, error: RefusedError) -> HTTPResponse:
            return as_json({"ok": False, "reason": str(error)}, status=error.status)

        @door.post("/webhook")
        async def receive(request: Request) -> HTTPResponse:
            body = self._read(request)
            return await self._answer(_message(body), _slots(body), on_new_message)

        @door.post("/parse")
        async def parse(request: Request) -> HTTPResponse:
            text = _text(self._read(request))
            parsed = await _agent(request).parse_message(text)
            return as_json({key: parsed.get(key) for key in ("intent", "intent_ranking", "entities")})

        @door.get("/health")
        async def health(request: Request) -> HTTPResponse:
            return as_json({"ok": True, "model": _agent(request).model_name})

        @door.get("/metrics")
        async def metrics(_request: Request) -> HTTPResponse:
            return as_text(self._metrics(), content_type="text/plain; version=0.0.4")

        return door

    async def _answer(
        self, message: UserMessage, slots: dict[str, str], on_new_message: Callable[[UserMessage], Awaitable[Any]]
    ) -> HTTPResponse:
        """Let Rasa choose and call the action; anything but exactly one answered action is a failure, said aloud."""
        turn = Turn(slots=slots)
        current_turn.set(turn)
        started = time.perf_counter()
        try:
            await asyncio.wait_for(on_new_message(message), TURN_SECONDS)
            reason = "" if turn.answered else "no action answered"
        except asyncio.TimeoutError:
            reason = f"no action answered within {TURN_SECONDS:g} s"
        except Exception as error:
            # The guest's words stay out of the log: the turn id is enough to find them.
            logger.exception("turn failed", extra={"turn": (message.metadata or {}).get("turn")})
            reason = f"{type(error).__name__}"
        self.seconds += time.perf_counter() - started
        if reason:
            self.failed += 1
            return as_json({"ok": False, "reason": reason}, status=503 if turn.away else 502)
        self.answered += 1
        return as_json({"ok": True, "actions": turn.answered})

    def _read(self, request: Request) -> dict[str, Any]:
        """Only our own worker may speak, and only in JSON objects."""
        given = request.headers.get("authorization", "")
        if not hmac.compare_digest(given.encode(), b"Bearer " + self._token):
            raise RefusedError(401, "wrong or missing token")
        try:
            body = json.loads(request.body)
        except ValueError:
            raise RefusedError(400, "the body is not JSON") from None
        if not isinstance(body, dict):
            raise RefusedError(400, "the body is not a JSON object")
        return body

    def _metrics(self) -> str:
        """Figures in the form Prometheus reads."""
        return (
            "# TYPE engine_turns_total counter\n"
            f'engine_turns_total{{outcome="answered"}} {self.answered}\n'
            f'engine_turns_total{{outcome="failed"}} {self.failed}\n'
            "# TYPE engine_turn_seconds_total counter\n"
            f"engine_turn_seconds_total {self.seconds:.6f}\n"
        )


def _agent(request: Request) -> Agent:
    """The loaded model, or a refusal while there is none."""
    agent = getattr(request.app.ctx, "agent", None)
    if agent is None or not agent.is_ready():
        raise RefusedError(503, "the language model is not loaded")
    return agent


def _text(body: dict[str, Any]) -> str:
    """The guest's words."""
    text = body.get("text")
    if not isinstance(text, str):
        raise RefusedError(400, "text is missing")
    # Rasa takes "/greet" for an order; only we may give one, never a guest.
    return text if text in OURS else text.strip().lstrip("/")


def _message(body: dict[str, Any]) -> UserMessage:
    """The turn as Rasa wants it; the turn id travels in the metadata to the action."""
    sender, turn = body.get("sender"), body.get("turn")
    if not isinstance(sender, str) or not sender or not isinstance(turn, str) or not turn:
        raise RefusedError(400, "sender and turn are missing")
    return UserMessage(_text(body), sender_id=sender, input_channel=TurnInput.name(), metadata={"turn": turn})


def _slots(body: dict[str, Any]) -> dict[str, str]:
    """The two facts the rules need; an unknown name is a mistake of ours and is refused."""
    slots = body.get("slots", {})
    if not isinstance(slots, dict) or not all(k in POLICY_SLOTS and isinstance(v, str) for k, v in slots.items()):
        raise RefusedError(400, "slots may only be " + " and ".join(POLICY_SLOTS))
    return {name: slots.get(name, "none") for name in POLICY_SLOTS}
