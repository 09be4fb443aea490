"""Guests who know what they want and do not mind waiting: each phone has one wish, and says what came of it."""

from __future__ import annotations

import itertools
import random
import re
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any, Final

import httpx

from tests.fixtures.stack import Stack

type Line = dict[str, Any]

_PATIENCE_S: Final = 100.0
_HOLDING_S: Final = 2.0
_PAY_LINK: Final = re.compile(r"/p/([\w-]+)")
_CITIES: Final = ("Jaipur", "Udaipur", "Mumbai")
_TABLES: Final = ("Ghee & Gulal", "Chhat Rooftop")
_BOOKED: Final = re.compile(r"\bbooked\b")
_CANCELLED: Final = re.compile(r"is cancelled")
_SMALL_TALK: Final = ("is breakfast included?", "is there parking?", "thank you")


class Outcome(StrEnum):
    """How far a guest got."""

    BOOKED = "booked"
    CANCELLED = "booked and cancelled"
    NOTHING_FREE = "offered nothing that can be booked"
    LEFT = "left when the time was over"
    GAVE_UP = "waited in vain"


class GoneError(Exception):
    """This guest goes no further."""

    def __init__(self, outcome: Outcome, where: str) -> None:
        super().__init__(f"{outcome.value}: {where}")
        self.outcome = outcome
        self.where = where


@dataclass
class ChaosGuest:
    """One phone with one wish."""

    stack: Stack
    number: str
    chance: random.Random
    closing: threading.Event
    sent: list[str] = field(default_factory=list)
    agreed: bool = False
    paid: int = 0
    outcome: Outcome = Outcome.LEFT
    where: str = ""
    _last: int = 0
    _seen: str = ""

    @property
    def address(self) -> str:
        """As the channel calls this phone."""
        return f"whatsapp:{self.number}"

    def live(self) -> ChaosGuest:
        """Wish for a room or a table, book it, pay for it, perhaps cancel it."""
        try:
            if self.chance.random() < 0.6:
                self._wants_a_room()
            else:
                self._wants_a_table()
            self.outcome = Outcome.BOOKED
            if self.chance.random() < 0.35:
                self._cancels()
                self.outcome = Outcome.CANCELLED
        except GoneError as gone:
            self.outcome, self.where = gone.outcome, gone.where
        return self

    def _wants_a_room(self) -> None:
        first = datetime.now(UTC) + timedelta(days=self.chance.randint(20, 200))
        last = first + timedelta(days=self.chance.randint(1, 3))
        self._writes("Hi")
        city = self.chance.choice(_CITIES)
        self._writes(f"double room in {city} for 2, {first:%-d %B %Y} to {last:%-d %B %Y}")
        offer = self._sees(lambda line: bool(line["options"]) and "Book a table" not in _titles(line), "rooms")
        if "Confirm" not in _titles(offer):
            if self.chance.random() < 0.3:
                self._writes(self.chance.choice(_SMALL_TALK))
                self._sees(lambda _line: True, "an answer beside the matter")
            self._taps(offer, 0)
            offer = self._sees(lambda line: bool(line["options"]), "a price")
        self._confirms(offer)

    def _wants_a_table(self) -> None:
        day = datetime.now(UTC) + timedelta(days=self.chance.randint(5, 80))
        day += timedelta(days=(5 - day.weekday()) % 7)  # everybody is open on Saturdays
        hour = self.chance.choice(("7", "7:30", "8", "8:30", "9"))
        place, party = self.chance.choice(_TABLES), self.chance.randint(2, 4)
        self._writes(f"table for {party} at {place} on {day:%-d %B %Y} at {hour} pm")
        offer = self._sees(lambda line: bool(line["options"]), "tables")
        if "Confirm" not in _titles(offer):
            self._taps(offer, 0)
            offer = self._sees(lambda line: bool(line["options"]), "a price")
        self._confirms(offer)

    def _confirms(self, quote: Line) -> None:
        if "Confirm" not in _titles(quote):
            raise GoneError(Outcome.NOTHING_FREE, quote["text"][:60])
        self._taps(quote, _titles(quote).index("Confirm"))
        self.agreed = True
        answer = self._sees(lambda line: bool(_PAY_LINK.search(line["text"]) or _BOOKED.search(line["text"])), "a hold")
        link = _PAY_LINK.search(answer["text"])
        if link is not None and not _BOOKED.search(answer["text"]):
            self._pays(link[1])
            self._sees(lambda line: bool(_BOOKED.search(line["text"])), "a confirmation")

    def _cancels(self) -> None:
        self._writes("cancel my booking")
        question = self._sees(lambda line: "Yes, cancel it" in _titles(line), "the terms of cancelling")
        self._taps(question, _titles(question).index("Yes, cancel it"))
        self._sees(lambda line: bool(_CANCELLED.search(line["text"])), "the cancellation")

    def _pays(self, token: str) -> None:
        """Until the page is there; what the bank has taken is paid, whoever dies meanwhile."""
        give_up_at = time.monotonic() + _PATIENCE_S
        unsure = False
        while time.monotonic() < give_up_at:
            try:
                answer = self.stack.sandbox.post(f"/payments/{token}", json={"outcome": "paid"})
            except httpx.TimeoutException:
                unsure = True
                continue
            if answer.is_success or (unsure and answer.status_code == httpx.codes.CONFLICT):
                self.paid += 1
                return
            if answer.status_code == httpx.codes.CONFLICT:
                raise GoneError(Outcome.GAVE_UP, f"the bank said {answer.text[:80]}")
            time.sleep(0.5)
        raise GoneError(Outcome.GAVE_UP, "the payment page")

    def _writes(self, text: str) -> None:
        self._post({"text": text})

    def _taps(self, line: Line, position: int) -> None:
        self._post({"tap": line["options"][position]["id"]})

    def _post(self, what: dict[str, str]) -> None:
        if self.closing.is_set():
            raise GoneError(Outcome.LEFT, "before saying more")
        answer = self.stack.sandbox.post(f"/guests/{self.number}/messages", json={"channel": "whatsapp", **what})
        answer.raise_for_status()
        posted = answer.json()
        self.sent.append(posted["sid"])
        self._last = max(self._last, posted["id"])

    def _sees(self, wanted: Callable[[Line], bool], what: str) -> Line:
        """The first new line on the phone that is what this guest waits for."""
        give_up_at = time.monotonic() + _PATIENCE_S
        while time.monotonic() < give_up_at:
            query = {"after": self._last, "wait": _HOLDING_S}
            for line in self.stack.sandbox.get(f"/guests/{self.number}/messages", params=query).json():
                self._last = max(self._last, line["id"])
                if line["direction"] == "out":
                    self._seen = line["text"]
                    if wanted(line):
                        return dict(line)
        raise GoneError(Outcome.GAVE_UP, f"waiting for {what}, the last words were {self._seen[:100]!r}")


class Crowd:
    """So many guests at once; whoever is done makes room for the next one."""

    def __init__(self, stack: Stack, *, at_once: int, seed: int) -> None:
        self._stack = stack
        self._closing = threading.Event()
        self._serial = itertools.count(1)
        self._seed = seed
        self._lock = threading.Lock()
        self.guests: list[ChaosGuest] = []
        self.troubles: list[BaseException] = []
        self._chairs = [threading.Thread(target=self._sit, name=f"chair-{n}", daemon=True) for n in range(at_once)]

    def start(self) -> None:
        """Let them in."""
        for chair in self._chairs:
            chair.start()

    def close(self) -> None:
        """Nobody new comes, and nobody says anything more."""
        self._closing.set()

    def join(self, within_s: float) -> bool:
        """Whether everybody has left."""
        give_up_at = time.monotonic() + within_s
        for chair in self._chairs:
            chair.join(max(0.0, give_up_at - time.monotonic()))
        return not any(chair.is_alive() for chair in self._chairs)

    def _sit(self) -> None:
        try:
            while not self._closing.is_set():
                self._next().live()
        except Exception as trouble:  # noqa: BLE001 - told at the end, where it fails the run
            self.troubles.append(trouble)

    def _next(self) -> ChaosGuest:
        with self._lock:
            serial = next(self._serial)
            chance = random.Random(f"{self._seed}:{serial}")
            guest = ChaosGuest(self._stack, f"+9196{serial:08d}", chance, self._closing)
            self.guests.append(guest)
            return guest


def _titles(line: Line) -> list[str]:
    return [option["title"] for option in line["options"]]
