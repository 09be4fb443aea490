"""A light carrier for the load bench: Twilio's wire format, no phones behind it.

The sandbox keeps what is on each phone and checks what a careful provider checks; with hundreds of guests it would be
what is measured. This one takes a message, says so, tells the product twice how far it got (sent, delivered), and
remembers which message was taken when.
"""

from __future__ import annotations

import asyncio
import itertools
import json
import time
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Final

import aiohttp
from aiohttp import web
from twilio.request_validator import RequestValidator

_TICKS: Final = ("sent", "delivered")
_TICK_AFTER_S: Final = 0.02

type Form = dict[str, str]


@dataclass(frozen=True, slots=True)
class Taken:
    """One message of the product's, as the carrier took it."""

    sid: str
    message: int
    to: str
    body: str
    at: float


@dataclass
class Carrier:
    """The carrier's side of the wire: call it, and be called by it."""

    account: str
    token: str
    line: str
    product: str
    taken: list[Taken] = field(default_factory=list)
    trouble: list[str] = field(default_factory=list)
    _serial: itertools.count[int] = field(default_factory=lambda: itertools.count(1))
    _arrived: dict[str, asyncio.Event] = field(default_factory=lambda: defaultdict(asyncio.Event))
    _later: set[asyncio.Task[None]] = field(default_factory=set)

    async def open(self, port: int) -> None:
        """Begin to listen, and make ready to call."""
        app = web.Application()
        app.router.add_post("/2010-04-01/Accounts/{sid}/Messages.json", self._take)
        app.router.add_get("/2010-04-01/Accounts/{sid}/Messages.json", self._list)
        app.router.add_post("/v1/Content", self._template)
        app.router.add_get("/v1/Content", self._templates)
        self._runner = web.AppRunner(app, access_log=None)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", port).start()
        self._http = aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=64))
        self._sign: Callable[[str, Form], str] = RequestValidator(self.token).compute_signature

    async def close(self) -> None:
        """Say what is still to be said, then listen no more."""
        while self._later:
            await asyncio.gather(*self._later)
        await self._http.close()
        await self._runner.cleanup()

    async def say(self, guest: str, text: str) -> tuple[str, float, float]:
        """A guest writes: the message's id, when it was posted and when it was acknowledged."""
        sid = f"SM{next(self._serial):032x}"
        self._arrived[guest].clear()
        form = {
            "MessageSid": sid,
            "SmsMessageSid": sid,
            "AccountSid": self.account,
            "From": guest,
            "To": self.line,
            "Body": text,
            "NumMedia": "0",
            "NumSegments": "1",
            "MessageType": "text",
            "ProfileName": "Bench Guest",
            "WaId": guest.removeprefix("whatsapp:+"),
            "ApiVersion": "2010-04-01",
        }
        posted = time.time()
        await self._post(f"{self.product}/webhooks/twilio", form)
        return sid, posted, time.time()

    async def hears(self, guest: str, within_s: float) -> bool:
        """Whether anything new has reached this guest by then."""
        try:
            await asyncio.wait_for(self._arrived[guest].wait(), within_s)
        except TimeoutError:
            return False
        return True

    async def _take(self, request: web.Request) -> web.Response:
        form = await request.post()
        callback, to = str(form["StatusCallback"]), str(form["To"])
        words = json.loads(str(form.get("ContentVariables", "{}"))).get("1", "")
        body = str(form.get("Body", "")) or words
        sid = f"MM{next(self._serial):032x}"
        self.taken.append(Taken(sid, int(callback.rsplit("m=", 1)[1]), to, body, time.time()))
        self._arrived[to].set()
        task = asyncio.create_task(self._tell(callback, sid, to))
        self._later.add(task)
        task.add_done_callback(self._later.discard)
        return web.json_response({"sid": sid, "status": "queued", "to": to, "body": body}, status=201)

    async def _list(self, request: web.Request) -> web.Response:
        found = [
            {"sid": each.sid, "to": each.to, "from": self.line, "body": each.body, "status": "delivered"}
            for each in reversed(self.taken)
            if each.to == request.query.get("To", each.to)
        ]
        return web.json_response({"messages": found[:50], "page_size": 50, "page": 0, "next_page_uri": None})

    async def _template(self, request: web.Request) -> web.Response:
        asked: dict[str, Any] = await request.json()
        made = {"sid": f"HX{next(self._serial):032x}", "friendly_name": asked["friendly_name"]}
        return web.json_response(made, status=201)

    async def _templates(self, _request: web.Request) -> web.Response:
        return web.json_response({"contents": [], "meta": {"key": "contents", "next_page_url": None}})

    async def _tell(self, callback: str, sid: str, to: str) -> None:
        for tick in _TICKS:
            await asyncio.sleep(_TICK_AFTER_S)
            form = {"MessageSid": sid, "MessageStatus": tick, "From": self.line, "To": to, "AccountSid": self.account}
            await self._post(callback, form)

    async def _post(self, url: str, form: Form) -> None:
        headers = {"X-Twilio-Signature": self._sign(url, form)}
        async with self._http.post(url, data=form, headers=headers) as answer:
            await answer.read()
            if not answer.ok:
                self.trouble.append(f"{answer.status} from {url}")
