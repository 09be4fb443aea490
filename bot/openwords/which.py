"""Which house: called so, just offered, with a house's word in its name, or the one somebody wants to be at."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from bot.dates.lexicon import listed
from bot.openwords.kinds import is_cuisine
from bot.openwords.line import PARTS_OF_NAMES, PLAIN, Word, bare_answer, is_cased, joined, run_end, words_of

_CALLED: Final = frozenset({"called", "named"})
_KIND: Final = frozenset(listed("hotel restaurant guesthouse house inn lodge"))
_CAPITALS: Final = re.compile(r"(?:\.?[A-Z0-9][\w'’&.-]*)(?: (?:(?:of|the|and|&|by|de|la|at) )*[A-Z0-9][\w'’&.-]*)*")
_SHORTEST_OFFERED: Final = 4


def name_in(words: Sequence[Word], line: str, asked: frozenset[str], before: str) -> str | None:
    """The house named, as written."""
    cased = is_cased(words)
    return (
        _behind(_CALLED, words, line, cased=cased)
        or _offered(line, before)
        or _with_kind(words, line)
        or _behind({"at"}, words, line, cased=cased)
        or _interesting(words, line, cased=cased)
        or (bare_answer(words, line) if "name" in asked and "place" not in asked else None)
    )


def _behind(signs: frozenset[str] | set[str], words: Sequence[Word], line: str, *, cased: bool) -> str | None:
    """The name behind "called" or "at"."""
    for place, word in enumerate(words[:-1]):
        if word.low in signs:
            start = place + 1 + (words[place + 1].low == "the")
            end = run_end(words, start, cased=cased)
            if end > start:
                return joined(words, line, start, end)
    return None


def _interesting(words: Sequence[Word], line: str, *, cased: bool) -> str | None:
    """The name behind "interested in"."""
    for place, word in enumerate(words[:-2]):
        if word.low == "interested" and words[place + 1].low == "in":
            end = run_end(words, place + 2, cased=cased)
            if end > place + 2:
                return joined(words, line, place + 2, end)
    return None


def _offered(line: str, before: str) -> str | None:
    """The longest stretch of words that the other side had just used as a name."""
    low = line.lower()
    spans = [found[0].strip(" .,") for found in _CAPITALS.finditer(before) if not found[0][0].isdigit()]
    known = [span for span in spans if len(span) >= _SHORTEST_OFFERED and span.lower() not in PLAIN]
    said = [span for span in known if span.lower() in low]
    if said or before != before.lower() or not line.isascii():
        return max(said, key=len, default=None)
    return _shared(line, before)


def _shared(line: str, before: str) -> str | None:
    """Where nobody writes capitals, the longest run of words that both sides used and that mean nothing else."""
    ours, theirs = words_of(line), f" {' '.join(word.low for word in words_of(before))} "
    best = ""
    for start in range(len(ours)):
        if not _may_begin(ours[start]):
            continue
        end = start
        while end < len(ours) and _is_wordy(ours[end]) and f" {_low(ours[start : end + 1])} " in theirs:
            end += 1
        while end > start and ours[end - 1].low in PLAIN and ours[end - 1].low not in PARTS_OF_NAMES:
            end -= 1
        if end > start:
            best = max(best, joined(ours, line, start, end), key=len)
    return best or None


def _low(words: Sequence[Word]) -> str:
    return " ".join(word.low for word in words)


def _is_wordy(word: Word) -> bool:
    return word.text.strip(".")[:1].isalpha()


def _may_begin(word: Word) -> bool:
    return _is_wordy(word) and (word.low not in PLAIN or word.low == "the") and not is_cuisine(word.low)


def _with_kind(words: Sequence[Word], line: str) -> str | None:
    """A run of capitals with a house's word in it or beside it: "the Limehouse hotel", "Finches Bed and Breakfast"."""
    place = 0
    while place < len(words):
        end = run_end(words, place, cased=True)
        if end == place:
            place += 1
            continue
        run = words[place:end]
        proper = [word for word in run if word.low not in PLAIN | PARTS_OF_NAMES and not word.is_first]
        of_a_kind = any(word.low in PARTS_OF_NAMES for word in run) or (end < len(words) and words[end].low in _KIND)
        if proper and of_a_kind and not is_cuisine(run[0].low):
            return joined(words, line, place, end)
        place = end
    return None
