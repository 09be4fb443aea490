"""Stands before the providers: records each call, and lets scripted misfortunes happen to it."""

import asyncio
import json
import re
import time
from collections.abc import Mapping
from datetime import UTC, datetime
from http import HTTPStatus
from typing import Any
from urllib.parse import parse_qsl

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from sandbox.faults import Fault
from sandbox.lines import Json
from sandbox.razorpay.errors import error_json
from sandbox.whatsapp.errors import error_json as meta_error
from sandbox.world import World

_TELEGRAM = re.compile(r"^/(file/)?bot[^/]*/")
_META = re.compile(r"^/(v\d+\.\d+|whatsapp_business)/")
_BODY_SHOWN = 64 * 1024


def provider_of(path: str) -> str | None:
    """Which provider's door this path is, if any."""
    if path.startswith(("/2010-04-01/", "/v1/Content")):
        return "twilio"
    if _META.match(path):
        return "meta"
    if path.startswith("/v1/"):
        return "razorpay"
    return "telegram" if _TELEGRAM.match(path) else None


def _readable(body: bytes, kind: str) -> Any:  # noqa: ANN401 - any JSON
    """The body as a person debugging would like to read it."""
    if not body or len(body) > _BODY_SHOWN or kind.startswith("multipart/"):
        return None if not body else f"({len(body)} bytes)"
    text = body.decode(errors="replace")
    if "json" in kind:
        try:
            return json.loads(text)
        except ValueError:
            return text
    return dict(parse_qsl(text, keep_blank_values=True))


def _refusal(provider: str, fault: Fault, status: int) -> Json:
    """A failure in the provider's own words."""
    if fault.body is not None:
        return fault.body
    if provider == "twilio":
        code = 20429 if status == HTTPStatus.TOO_MANY_REQUESTS else 20500
        return {"code": code, "message": "Scripted failure", "more_info": "", "status": status}
    if provider == "telegram":
        body: Json = {"ok": False, "error_code": status, "description": f"Scripted failure {status}"}
        if status == HTTPStatus.FORBIDDEN:
            body["description"] = "Forbidden: bot was blocked by the user"
        if status == HTTPStatus.TOO_MANY_REQUESTS or fault.retry_after is not None:
            after = fault.retry_after or 1
            body |= {"description": f"Too Many Requests: retry after {after}", "parameters": {"retry_after": after}}
        return body
    if provider == "meta":
        return meta_error(130429 if status == HTTPStatus.TOO_MANY_REQUESTS else 131000, "Scripted failure")
    refusal = error_json("Scripted failure")
    refusal["error"]["code"] = "SERVER_ERROR" if status >= HTTPStatus.INTERNAL_SERVER_ERROR else "BAD_REQUEST_ERROR"
    return refusal


class Turnstile:
    """ASGI middleware around the whole sandbox; only provider calls are recorded or troubled."""

    def __init__(self, app: ASGIApp, world: World) -> None:
        """Stand before `app`."""
        self.app = app
        self.world = world

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let one request through, or not."""
        provider = provider_of(scope["path"]) if scope["type"] == "http" else None
        if provider is None:
            await self.app(scope, receive, send)
            return
        body = await _read(receive)
        fault = self.world.faults.for_call(provider, scope["method"], scope["path"])
        entry = self._record(provider, scope, body, fault)
        started = time.perf_counter()
        try:
            if fault is None:
                await self.app(scope, _replay(body), _watching(send, entry))
            else:
                await self._trouble(provider, fault, scope, receive, body, send, entry)
        finally:
            entry["ms"] = round((time.perf_counter() - started) * 1000, 2)

    def _record(self, provider: str, scope: Scope, body: bytes, fault: Fault | None) -> Json:
        headers: Mapping[str, str] = {key.decode().lower(): value.decode("latin-1") for key, value in scope["headers"]}
        now = time.time()
        self.world.call_count += 1
        entry: Json = {
            "n": self.world.call_count,
            "t": now,
            "at": datetime.fromtimestamp(now, UTC).isoformat(timespec="microseconds").replace("+00:00", "Z"),
            "provider": provider,
            "method": scope["method"],
            "path": scope["path"],
            "query": scope["query_string"].decode(),
            "body": _readable(body, headers.get("content-type", "")),
            "idempotency": headers.get("x-refund-idempotency"),
            "status": None,
            "ms": None,
            "fault": fault.model_dump(exclude_none=True, exclude_defaults=True) if fault else None,
        }
        self.world.calls.append(entry)
        return entry

    async def _trouble(
        self, provider: str, fault: Fault, scope: Scope, receive: Receive, body: bytes, send: Send, entry: Json
    ) -> None:
        if fault.acts:
            await self.app(scope, _replay(body), _swallow)
        if fault.hang:
            await asyncio.sleep(fault.hang)
        if fault.drop:
            await _hang_up(receive, send)
        elif fault.status is not None:
            entry["status"] = fault.status
            await _answer(send, fault.status, _refusal(provider, fault, fault.status))
        elif fault.acts:
            await _hang_up(receive, send)
        else:
            await self.app(scope, _replay(body), _watching(send, entry))


async def _read(receive: Receive) -> bytes:
    chunks = []
    while True:
        message = await receive()
        chunks.append(message.get("body", b""))
        if message["type"] != "http.request" or not message.get("more_body"):
            return b"".join(chunks)


def _replay(body: bytes) -> Receive:
    """Give the buffered body once, then wait as an open connection would."""
    given = False

    async def receive() -> Message:
        nonlocal given
        if given:
            await asyncio.Event().wait()
        given = True
        return {"type": "http.request", "body": body, "more_body": False}

    return receive


def _watching(send: Send, entry: Json) -> Send:
    async def watched(message: Message) -> None:
        if message["type"] == "http.response.start":
            entry["status"] = message["status"]
        await send(message)

    return watched


async def _swallow(_message: Message) -> None:
    """The answer nobody hears."""


async def _answer(send: Send, status: int, body: Json) -> None:
    content = json.dumps(body).encode()
    headers = [(b"content-type", b"application/json"), (b"content-length", str(len(content)).encode())]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": content})


async def _hang_up(receive: Receive, send: Send) -> None:
    """Cut the line without an answer: uvicorn's request cycle, whose method `receive` is, holds the transport."""
    transport = getattr(getattr(receive, "__self__", None), "transport", None)
    if transport is not None:
        transport.abort()
        await asyncio.sleep(0.01)
        return
    # Another server: promise a body and break the promise.
    await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"1000")]})
