"""Guests of the bench: they post signed webhooks as Twilio does, and know when the provider was called for them."""

from __future__ import annotations

import itertools
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

import httpx
from sqlalchemy import select
from sqlalchemy.orm import Session
from twilio.request_validator import RequestValidator

from models.conversation import Turn
from models.messaging import InboxEntry
from tests.fixtures.stack import Stack

# What guests of a booking desk write.
SCRIPT: Final = (
    "Hi",
    "double room in Jaipur for 2, 24 to 27 December",
    "is breakfast included?",
    "2",
    "actually 2 nights",
    "table for 4 in Jaipur tomorrow 8pm",
    "kal nahi, parso",
    "thank you",
)
_ANSWER_S: Final = 30.0


@dataclass(frozen=True, slots=True)
class Said:
    """One message and its answer: when it was posted, acknowledged, and when the provider was called (Unix seconds)."""

    sid: str
    posted_at: float
    acknowledged_at: float
    answered_at: float


class Switchboard:
    """Reads the sandbox's record of calls, once for all guests, and wakes whoever waits for one."""

    def __init__(self, stack: Stack) -> None:
        self._stack = stack
        self._after = 0
        self._called: dict[int, float] = {}
        self._news = threading.Condition()
        self._closing = threading.Event()
        self._thread = threading.Thread(target=self._listen, daemon=True)
        self._thread.start()

    def answer_to(self, sid: str) -> tuple[float, float]:
        """When the provider was called with the first and the last message that answers this one; waits for them."""
        give_up_at = time.monotonic() + _ANSWER_S
        with self._news:
            while time.monotonic() < give_up_at:
                said = self._messages(sid)
                if said and said <= self._called.keys():
                    times = sorted(self._called[message] for message in said)
                    return times[0], times[-1]
                self._news.wait(0.05)
        message = f"no answer within {_ANSWER_S:g} s"
        raise TimeoutError(message)

    def close(self) -> None:
        """Stop reading."""
        self._closing.set()
        self._thread.join()

    def _messages(self, sid: str) -> set[int]:
        answer = select(Turn.answer).join(InboxEntry, InboxEntry.turn_id == Turn.id).where(InboxEntry.event_id == sid)
        with Session(self._stack.database) as session:
            done = session.scalar(answer)
        return set(done["said"]) if done else set()

    def _listen(self) -> None:
        while not self._closing.wait(0.01):
            wanted: dict[str, str | int] = {
                "provider": "twilio",
                "method": "POST",
                "match": "Messages.json",
                "after": self._after,
            }
            calls: list[dict[str, Any]] = self._stack.sandbox.get("/debug/calls", params=wanted).json()
            with self._news:
                for call in calls:
                    self._after = call["n"]
                    self._called[int(call["body"]["StatusCallback"].rsplit("m=", 1)[1])] = call["t"]
                if calls:
                    self._news.notify_all()


class BenchGuest:
    """A guest with a number of their own on WhatsApp."""

    _serial = itertools.count(1)

    def __init__(self, stack: Stack, switchboard: Switchboard) -> None:
        number = f"+9197{next(self._serial):08d}"
        self.address = f"whatsapp:{number}"
        self._switchboard = switchboard
        self._url = f"{stack.url}/webhooks/twilio"
        self._client = httpx.Client(timeout=30, trust_env=False)
        self._account = stack.environment["TWILIO_ACCOUNT_SID"]
        self._line = stack.environment["TWILIO_WHATSAPP_FROM"]
        self._sign: Callable[[str, dict[str, str]], str] = RequestValidator(
            stack.environment["TWILIO_AUTH_TOKEN"]
        ).compute_signature
        # The outside world must know the guest has written, or it would refuse free words.
        hello = stack.sandbox.post(f"/guests/{number}/messages", json={"channel": "whatsapp", "text": "Hello"})
        hello.raise_for_status()
        switchboard.answer_to(hello.json()["sid"])

    def say(self, text: str) -> Said:
        """Post one message and wait until the provider is called with its answer."""
        sid, form = self._form(text)
        headers = {"X-Twilio-Signature": self._sign(self._url, form)}
        posted = time.time()
        answer = self._client.post(self._url, data=form, headers=headers)
        acknowledged = time.time()
        answer.raise_for_status()
        first, _last = self._switchboard.answer_to(sid)
        return Said(sid, posted, acknowledged, first)

    def _form(self, text: str) -> tuple[str, dict[str, str]]:
        sid = f"SM{next(self._serial):032x}"
        return sid, {
            "MessageSid": sid,
            "SmsMessageSid": sid,
            "AccountSid": self._account,
            "From": self.address,
            "To": self._line,
            "Body": text,
            "NumMedia": "0",
            "NumSegments": "1",
            "MessageType": "text",
            "ProfileName": "Bench Guest",
            "WaId": self.address.removeprefix("whatsapp:+"),
            "ApiVersion": "2010-04-01",
        }
