"""What the outside world has written down: every call of the product that was taken, and every line on a phone."""

from __future__ import annotations

import threading
import time
from collections import Counter
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any, Final

import httpx

from tests.fixtures.stack import Stack

type Json = dict[str, Any]

_READ_EVERY_S: Final = 0.5
_PAGE: Final = 100
_SETTLED_S: Final = 15.0  # an answer that is not written down by now never will be


@dataclass
class Calls:
    """Reads the sandbox's records of what it took and what it brought, before it forgets the oldest."""

    stack: Stack
    taken: Counter[int] = field(default_factory=Counter)
    refused: Counter[int] = field(default_factory=Counter)
    calls: list[Json] = field(default_factory=list)
    deliveries: list[Json] = field(default_factory=list)
    _after: int = 0
    _delivered: int = 0
    _closing: threading.Event = field(default_factory=threading.Event)

    def start(self) -> None:
        """Begin reading."""
        self._thread = threading.Thread(target=self._read_on, daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Read to the end."""
        self._closing.set()
        self._thread.join()
        self._read()

    def _read_on(self) -> None:
        while not self._closing.wait(_READ_EVERY_S):
            self._read()

    def _read(self) -> None:
        self._read_deliveries()
        wanted: dict[str, str | int] = {"provider": "twilio", "method": "POST", "match": "Messages.json"}
        calls: list[Json] = self.stack.sandbox.get("/debug/calls", params=wanted | {"after": self._after}).json()
        for call in calls:
            if call["status"] is None and time.time() - call["t"] < _SETTLED_S:
                return
            self._after = call["n"]
            message = int(call["body"]["StatusCallback"].rsplit("m=", 1)[1])
            (self.taken if call["status"] == HTTPStatus.CREATED else self.refused)[message] += 1
            self.calls.append({"n": call["n"], "t": call["t"], "status": call["status"], "message": message})

    def _read_deliveries(self) -> None:
        """Every attempt to bring the product a webhook."""
        fresh: list[Json] = self.stack.sandbox.get("/debug/deliveries", params={"after": self._delivered}).json()
        self.deliveries += fresh
        self._delivered = max([self._delivered, *(attempt["n"] for attempt in fresh)])


def phone_lines(stack: Stack, number: str) -> list[Json]:
    """Everything that ever was on a guest's phone."""
    lines: list[Json] = stack.sandbox.get(f"/guests/{number}/messages").json()
    return lines


def captures(stack: Stack) -> dict[str, Json]:
    """Every payment the bank has taken, by its id."""
    keys = (stack.environment["RAZORPAY_KEY_ID"], stack.environment["RAZORPAY_KEY_SECRET"])
    found: list[Json] = []
    while True:  # the bank shows a page at a time
        page = {"count": _PAGE, "skip": len(found)}
        answer = stack.sandbox.get("/v1/payments", params=page, auth=httpx.BasicAuth(*keys))
        answer.raise_for_status()
        items: list[Json] = answer.json()["items"]
        found += items
        if len(items) < _PAGE:
            return {each["id"]: each for each in found if each["captured"]}
