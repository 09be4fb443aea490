"""What orders about tables say beyond other orders: which table goes where, hours of an event and its name, minutes.

>>> take("move_table", "table 5 ko 7 par shift karo").text
'table 5 to table 7 to shift karo'
>>> taken = take("event", "private event terrace 24 dec 7pm-11pm, Sharma wedding")
>>> taken.at, taken.until, taken.words
(datetime.time(19, 0), datetime.time(23, 0), 'Sharma wedding')
>>> take("late_rule", "release late tables after 20 minutes").minutes
20
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import time
from typing import Final

from bot.dates.lexicon import listed
from bot.dates.words import fold

# Kinds of orders whose numbers are those of tables.
OF_TABLES: Final = frozenset({"move_table", "pin", "unpin", "seat"})
KINDS: Final = OF_TABLES | {"event", "end_event", "late_rule"}

_TO: Final = frozenset({"to", "onto", "into", "at", "on", "over", "ko", "par", "pe", "mein", "को", "पर", "पे", "में"})
_TABLE: Final = frozenset({"table", "tables", "tbl", "mez", "टेबल", "मेज"})
_ALL_TOGETHER: Final = re.compile(r"\b(?:join|split|over|jodo|jod|baant\w*)\b|जोड|बांट")
_CLOCK: Final = r"(\d{1,2})(?:[:.](\d\d))? ?(am|pm|baje|बजे)?"
_MONTH_AFTER: Final = r"(?! ?(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec|tarikh|तारीख))"
_HOURS: Final = re.compile(
    rf"(?:\b(?:from|shaam|raat|शाम|रात) )?(?<![\d.]){_CLOCK} ?(?:-|–|to|till|until|se|से) ?{_CLOCK}"
    rf"(?: ?(?:tak|baje|तक|बजे))*(?![\w/-]){_MONTH_AFTER}"
)
_NEVER: Final = re.compile(r"\b(?:never|no|off|dont|do not|mat|band|nahi|kabhi)\b|बंद|मत|नहीं|कभी")
_MINUTES: Final = re.compile(r"(\d{1,3}) ?(?:min\w*|m|मिनट)?\b")
_NOON: Final = 12
# Left over when the tables are gone, and nobody's name.
NOT_NAMES: Final = frozenset(
    listed("""
    move shift transfer split join change pin unpin promise fix over onto into shifted jodo jod badlo badal jao
    शिफ्ट बदलो बदल जोडो जाओ ले पिन अनपिन
    """)
)


@dataclass(frozen=True, slots=True)
class Taken:
    """The words without what was read from them, and what was read."""

    text: str
    at: time | None = None
    until: time | None = None
    words: str | None = None
    minutes: int | None = field(default=None, repr=False)
    together: bool = field(default=False, repr=False)


def take(kind: str, text: str) -> Taken:
    """Read what only this kind of order says."""
    match kind:
        case "event" | "end_event":
            return _event(text)
        case "late_rule":
            found = _MINUTES.search(fold(text))
            minutes = 0 if _NEVER.search(fold(text)) else int(found[1]) if found else None
            return Taken(_MINUTES.sub("~", text), minutes=minutes)
        case _:
            together = bool(_ALL_TOGETHER.search(fold(text)))
            return Taken(_with_tables_named(text) if kind == "move_table" else text, together=together)


def _with_tables_named(text: str) -> str:
    """Every number after "to" is a table's: "table 5 to 7", "table 5 ko 7 par"."""
    words: list[str] = []
    for word in text.split():
        is_number = re.fullmatch(r"[A-Za-z]?\d{1,3}[A-Za-z]?,?", word) is not None
        if is_number and words and words[-1] == "to":
            words.append("table")
        words.append("to" if fold(word) in _TO else word)
    return " ".join(words)


def _event(text: str) -> Taken:
    """Its name stands after the last comma, when nothing else does."""
    words = None
    before, comma, after = text.rpartition(",")
    if comma and after.strip() and not re.search(r"\d", after):
        text, words = before, after.strip()
    found = _HOURS.search(fold(text))
    if found is None:
        return Taken(text, words=words)
    at, until = _hours(found)
    plain = fold(text)
    return Taken(plain[: found.start()] + plain[found.end() :], at, until, words)


def _hours(found: re.Match[str]) -> tuple[time, time]:
    """Of "7-11pm" both are in the evening, "11 to 1 am" passes midnight; without a word, tables are for the evening."""
    first, last = int(found[1]) % 24, int(found[4]) % 24
    if found[6] in {"am", "pm"}:
        last = last % _NOON + (_NOON if found[6] == "pm" else 0)
    elif last < _NOON:
        last += _NOON
    if found[3] in {"am", "pm"}:
        first = first % _NOON + (_NOON if found[3] == "pm" else 0)
    elif first < _NOON and (found[6] != "am" or first > last):
        first += _NOON
    if found[6] not in {"am", "pm"} and last <= first and last >= _NOON:
        last -= _NOON  # "9 to 1": one at night
    return time(first % 24, int(found[2] or 0)), time(last % 24, int(found[5] or 0))
