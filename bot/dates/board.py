"""The message as the rules see it: plain words on one line, from which each rule takes what it has read.

What one rule has taken, no other rule reads again: "24 dec" never becomes 24 guests.
"""

import re
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Final

# Words that name the thing, then words that only hint at it.
_CUES: Final = (
    (re.compile(r" (?:room|stay|checkin|checkout|hotel) "), re.compile(r" (?:table|seat|dinner|lunch|restaurant) ")),
    (
        re.compile(r"(?<! in) \d+ (?:night|week) (?!after)"),
        re.compile(r" (?:oclock|am|pm|\d : \d\d) "),
    ),
)
_ASKED_OF_STAYS: Final = frozenset({"dates", "guests"})
_ASKED_OF_TABLES: Final = frozenset({"date", "time", "party"})


def rule(pattern: str) -> re.Pattern[str]:
    """A pattern over whole plain words."""
    return re.compile(rf"(?<= )(?:{pattern})(?= )")


class Board:
    """The plain words of one message, with `~` where something has been taken."""

    def __init__(self, words: str) -> None:
        self.text = f" {words} "

    def has(self, pattern: re.Pattern[str]) -> bool:
        """Whether the words are there, without taking them."""
        return pattern.search(self.text) is not None

    def replace(self, found: re.Match[str], by: str = "~") -> None:
        """Take the words found."""
        self.text = self.text[: found.start()] + by + self.text[found.end() :]

    def take(self, pattern: re.Pattern[str]) -> re.Match[str] | None:
        """The first such words, taken from the message."""
        found = pattern.search(self.text)
        if found:
            self.replace(found)
        return found

    def take_back(self, pattern: re.Pattern[str]) -> None:
        """Forget such words; a unit named `v` in the pattern is kept, for the number before it."""
        self.text = pattern.sub(lambda found: found.groupdict().get("v") or "~", self.text)

    def take_all(self, pattern: re.Pattern[str]) -> list[re.Match[str]]:
        """All such words, taken from the message."""
        found = list(pattern.finditer(self.text))
        if found:
            self.text = pattern.sub("~", self.text)
        return found


@dataclass(frozen=True, slots=True)
class Scene:
    """When and why the message was written."""

    now: datetime
    today: date
    asked: str
    kind: str  # "stay", "table", or "" when nothing tells

    @property
    def is_late_night(self) -> bool:
        """After midnight and before the day starts: "kal" can mean two days."""
        return self.today < self.now.date()


def scene_of(words: str, *, now: datetime, day_starts: time, asked: str | None, journey: str | None) -> Scene:
    """The business date, and whether the guest is after a room or a table."""
    today = now.date() - timedelta(days=1) if now.time() < day_starts else now.date()
    return Scene(now=now, today=today, asked=asked or "", kind=_kind(f" {words} ", asked or "", journey or ""))


def _kind(text: str, asked: str, journey: str) -> str:
    """What the conversation is about, else what the question was about, else what the words tell."""
    if journey in {"stay", "table"}:
        return journey
    if asked in _ASKED_OF_STAYS:
        return "stay"
    if asked in _ASKED_OF_TABLES:
        return "table"
    for stay, table in _CUES:
        is_stay, is_table = stay.search(text) is not None, table.search(text) is not None
        if is_stay != is_table:
            return "stay" if is_stay else "table"
    return ""
