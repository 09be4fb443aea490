"""A guest's message that comes while the database is starting waits at the door instead of being turned away.

Twilio does not bring a message again that was answered with an error, Meta only after a while, and a database that was
killed is back within seconds. Payments and owners' chats come again by themselves, so only guests' messages wait.
"""

from __future__ import annotations

import asyncio
import time
from http import HTTPStatus
from typing import Final

from fastapi import FastAPI, Request, Response
from sqlalchemy.exc import InterfaceError, OperationalError, TimeoutError  # noqa: A004 - of the pool: all are taken
from starlette.types import ASGIApp, Message, Receive, Scope, Send

# What is raised while the database is away, or every connection to it is taken.
AWAY: Final = (OperationalError, InterfaceError, TimeoutError)
# Where guests' messages come in, and how long one may be.
_WAITING: Final = {"/webhooks/twilio": 64 * 1024, "/webhooks/whatsapp": 3 * 1024 * 1024}
_PATIENCE_S: Final = 10.0  # Twilio hangs up after fifteen, Meta after twenty
_LOOK_AGAIN_S: Final = 0.25


def wait_at_the_door(app: FastAPI) -> None:
    """Say "not now" when the database is away, and let guests' messages wait until it is back."""
    for trouble in AWAY:
        app.add_exception_handler(trouble, _not_now)
    app.add_middleware(Patience)


class Patience:
    """Asks again while the application says "not now"; the inbox takes a message once however often it is asked."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let everything else through untouched."""
        longest = _WAITING.get(scope["path"]) if scope["type"] == "http" and scope["method"] == "POST" else None
        if longest is None:
            await self._app(scope, receive, send)
            return
        heard = await _read(receive, longest)
        give_up_at = time.monotonic() + _PATIENCE_S
        while True:
            said: list[Message] = []
            await self._app(dict(scope), _again(heard, receive), _into(said))
            not_now = bool(said) and said[0].get("status") == HTTPStatus.SERVICE_UNAVAILABLE
            if not not_now or time.monotonic() > give_up_at:
                break
            await asyncio.sleep(_LOOK_AGAIN_S)
        for message in said:
            await send(message)


async def _not_now(_request: Request, _error: Exception) -> Response:
    return Response(status_code=HTTPStatus.SERVICE_UNAVAILABLE, headers={"Retry-After": "1"})


async def _read(receive: Receive, longest: int) -> list[Message]:
    """The body as it came; of one that is too long only as much as it takes to refuse it."""
    heard, length = [await receive()], 0
    while heard[-1]["type"] == "http.request" and heard[-1].get("more_body") and length <= longest:
        heard.append(await receive())
        length = sum(len(message.get("body", b"")) for message in heard)
    return heard


def _again(heard: list[Message], receive: Receive) -> Receive:
    left = iter(heard)

    async def replay() -> Message:
        return next(left, None) or await receive()

    return replay


def _into(said: list[Message]) -> Send:
    async def keep(message: Message) -> None:
        said.append(message)

    return keep
