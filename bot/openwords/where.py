"""Where: a side of town, a district, or the name behind "in" or "near"."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from bot.dates.lexicon import listed
from bot.openwords.line import Word, bare_answer, is_cased, joined, run_end

_SIDE: Final = re.compile(
    r"\b(?:north(?:ern)?|south(?:ern)?|east(?:ern)?|west(?:ern)?|centre|center|central|downtown"
    r"|uttari?|dakshini?|purvi?|poorvi?|pash?chimi?)\b"
    r"(?! (?:indian?|african?|american?|korean?|european?|asian?|food|cuisine|hotel|reservation|office))",
    re.IGNORECASE,
)
_DISTRICT: Final = re.compile(
    r"((?:[^\s,।.?!]+ ){1,2}(?:district|industrial park|जिले|जिला|डिस्ट्रिक्ट|औद्योगिक पार्क))", re.IGNORECASE
)
_SAME: Final = re.compile(r"\bsame (?:area|part of town|neighbou?rhood|side of town)\b", re.IGNORECASE)
_IN: Final = frozenset(listed("in near around inside neighboring neighbouring nearby within outside by"))
_NOT_A_PLACE: Final = frozenset({"interested", "interest"})


def location_in(words: Sequence[Word], line: str, asked: frozenset[str], name: str | None) -> str | None:
    """The narrowest place named, else the whole answer to "where?"."""
    if found := _DISTRICT.search(line):
        return found[1]
    if side := next((found for found in _SIDE.finditer(line) if not _is_inside(found, line, name)), None):
        return side[0].lower()
    if found := _SAME.search(line):
        return found[0]
    named = _behind_in(words, line, name)
    if named is None and "place" in asked:
        answer = bare_answer(words, line)
        return None if answer is None or _overlaps(answer, name) else answer
    return named


def _behind_in(words: Sequence[Word], line: str, name: str | None) -> str | None:
    cased = is_cased(words)
    for place, word in enumerate(words[:-1]):
        if word.low not in _IN or (place and words[place - 1].low in _NOT_A_PLACE):
            continue
        end = run_end(words, place + 1, cased=cased)
        if end == place + 1:
            continue
        if cased and end + 1 < len(words) and words[end].text == "," and words[end + 1].text.isupper():
            end += 2  # the state behind the town
        written = joined(words, line, place + 1, end)
        if not _overlaps(written, name):
            return written
    return None


def _overlaps(written: str, name: str | None) -> bool:
    return name is not None and (written.lower() in name.lower() or name.lower() in written.lower())


def _is_inside(found: re.Match[str], line: str, name: str | None) -> bool:
    """Whether the word belongs to the name: "the West End hotel"."""
    if name is None:
        return False
    place = line.lower().find(name.lower())
    return place >= 0 and place <= found.start() < place + len(name)
