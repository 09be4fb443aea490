"""Names and numbers of an account's houses found in an order: houses, room types, rooms, areas, tables, staff."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from rapidfuzz.distance import OSA

from bot import gazetteer
from bot.dates.lexicon import listed
from bot.dates.words import fold, known
from bot.owner.order import Target, Thing, ThingKind
from bot.owner.words import NOT_A_NAME
from bot.spelling import key

_LONGEST_NAME: Final = 5
_SHORTEST_PART: Final = 4
# Parts of names that say nothing alone, or that are words of an order.
_ORDINARY: Final = frozenset(
    key(word)
    for word in listed("""
    room rooms house hotel hotels restaurant the and of table tables bar open block free with view day days
    night nights guest staff owner late lunch dinner booking price rate today kal do sea main new club
    """)
)
_ROOM_WORDS: Final = frozenset(listed("room rooms rm kamra kamre no number # कमरा कमरे रूम नंबर"))
_TABLE_WORDS: Final = frozenset(listed("table tables tbl mez t टेबल मेज"))
_MONTH: Final = (
    r"(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec|tarikh|जन|फर|मार्च|अप्रैल|मई|जून|जुलाई|अग|सित|अक्टू|नव|दिस|तारीख)"
)
_LISTS: Final = frozenset({",", "and", "&", "aur", "और", "-", "to", "se"})


@dataclass(frozen=True, slots=True)
class Names:
    """Everything an order may name."""

    things: tuple[Thing, ...]


@dataclass(frozen=True, slots=True)
class Found:
    """What was named, the words without it, and a lone number that could be a room or a table."""

    targets: tuple[Target, ...]
    rest: tuple[str, ...]


def find(names: Names, words: Sequence[str], *, numbers: bool) -> Found:
    """Take every name out of the words, longest first; `numbers`: whether a bare 101 is a room."""
    index, numbered = _index(names)
    left: list[str | None] = list(words)
    targets: dict[int, Target] = {}
    for length in range(min(_LONGEST_NAME, len(words)), 0, -1):
        for start in range(len(words) - length + 1):
            part = left[start : start + length]
            if any(word is None for word in part) or not _begins_and_ends_in_words(part):
                continue
            written = key(" ".join(word or "" for word in part))
            things = index.get(written, ()) or _nearly(index, written, words[start], length)
            if things and _means_a_name(things, words, start, length):
                targets[start] = _target(" ".join(words[start : start + length]), things)
                left[start : start + length] = [None] * length
    for place, word in enumerate(words):
        if left[place] is None or _is_a_day(words, place):
            continue
        before = _before(words, place)
        things = numbered.get(fold(word).upper(), ())
        wanted = [thing for thing in things if _is_meant(thing, word, before, numbers=numbers)]
        if wanted:
            targets[place] = _target(word, wanted)
            left[place] = None
            if place and words[place - 1] in _ROOM_WORDS | _TABLE_WORDS:
                left[place - 1] = None
    ordered = tuple(targets[place] for place in sorted(targets))
    return Found(_once(ordered), tuple(word for word in left if word is not None))


def of_number(names: Names, number: str) -> tuple[Thing, ...]:
    """The rooms and tables of that number, in any house."""
    return _index(names)[1].get(number.upper(), ())


def _begins_and_ends_in_words(part: Sequence[str | None]) -> bool:
    """No comma or dash belongs to a name's ends."""
    return all(word is not None and word[0].isalnum() for word in (part[0], part[-1]))


def _is_a_day(words: Sequence[str], place: int) -> bool:
    """Of "room 101 24-26 dec" neither 24 nor 26 is a room."""
    if not re.fullmatch(r"[0-3]?\d", words[place]):
        return False
    after = " ".join(words[place + 1 : place + 5])
    return re.match(r"(?:(?:-|to|se|से|till|until) [0-3]?\d )?" + _MONTH, after) is not None


def _nearly(index: Mapping[str, tuple[Thing, ...]], written: str, word: str, length: int) -> tuple[Thing, ...]:
    """A name in Devanagari sounds nearly as it is written in Latin letters."""
    if length > 1 or word.isascii() or len(written) < _SHORTEST_PART:
        return ()
    return next((things for way, things in index.items() if OSA.distance(way, written, score_cutoff=1) <= 1), ())


def _means_a_name(things: Sequence[Thing], words: Sequence[str], start: int, length: int) -> bool:
    """A word of the calendar or of every order is no name by itself, nor is a short one that only sounds like one."""
    if length == 1 and (known(words[start]) or key(words[start]) in _ORDINARY):
        return False
    if length == 1 and words[start] in NOT_A_NAME and not _is_written(things, words[start]):
        return False  # "aa gaye" is nobody's Ghee & Gulal
    if length == 1 and len(words[start]) < _SHORTEST_PART and all(thing.kind != "staff" for thing in things):
        return words[start].isascii() and any(key(thing.name) == key(words[start]) for thing in things)
    return True


def _is_written(things: Sequence[Thing], word: str) -> bool:
    """Whether one of them has this very word in its name."""
    return any(word in fold(thing.name).split() for thing in things)


def _is_meant(thing: Thing, word: str, before: str, *, numbers: bool) -> bool:
    """Whether a number is a room's or a table's: said so, or long enough to be nothing else."""
    if thing.kind == "table":
        return before in _TABLE_WORDS or not word.isdigit()
    if before in _TABLE_WORDS:
        return False
    return numbers and (before in _ROOM_WORDS or len(word) >= 3 or not word.isdigit())  # noqa: PLR2004 - 101 and up


def _before(words: Sequence[str], place: int) -> str:
    """The word that says what kind of number it is, over a list of them: "rooms 101, 102 and 103"."""
    place -= 1
    while place >= 0 and (words[place] in _LISTS or re.fullmatch(r"[a-z]?\d{1,4}[a-z]?", words[place])):
        place -= 1
    return words[place] if place >= 0 else ""


def _target(said: str, things: Sequence[Thing]) -> Target:
    """Who carries the whole name comes before who has it as a part."""
    things = [thing for thing in things if key(thing.name) == key(said)] or things
    kinds = {thing.kind for thing in things}
    kind: ThingKind = next(each for each in _KINDS if each in kinds)
    return Target(kind, said, tuple(sorted({thing.id for thing in things if thing.kind == kind})))


_KINDS: Final[tuple[ThingKind, ...]] = ("house", "type", "area", "room", "table", "city", "staff")


def _once(targets: Sequence[Target]) -> tuple[Target, ...]:
    """What "Deluxe" and "Double" both may be, said of one type, is one target."""
    merged: list[Target] = []
    for target in targets:
        twin = next(
            (
                place
                for place, other in enumerate(merged)
                if other.kind == target.kind == "type" and _both(other, target)
            ),
            None,
        )
        if twin is None:
            merged.append(target)
        else:
            kept = merged[twin]
            merged[twin] = Target(kept.kind, f"{kept.said} {target.said}", _both(kept, target))
    return tuple(dict.fromkeys(merged))


def _both(one: Target, other: Target) -> tuple[int, ...]:
    return tuple(sorted(set(one.ids) & set(other.ids)))


@lru_cache(maxsize=64)
def _index(names: Names) -> tuple[dict[str, tuple[Thing, ...]], dict[str, tuple[Thing, ...]]]:
    """Spoken names by the way they sound, and numbers of rooms and tables."""
    spoken: dict[str, set[Thing]] = defaultdict(set)
    numbered: dict[str, set[Thing]] = defaultdict(set)
    for thing in names.things:
        if thing.kind in {"room", "table"}:
            numbered[thing.name.upper()].add(thing)
            continue
        for way in _ways(thing):
            spoken[key(way)].add(thing)
    return (
        {way: tuple(sorted(things, key=_by_id)) for way, things in spoken.items() if way},
        {number: tuple(sorted(things, key=_by_id)) for number, things in numbered.items()},
    )


def _by_id(thing: Thing) -> tuple[str, int]:
    return (thing.kind, thing.id)


def _ways(thing: Thing) -> set[str]:
    """The whole name, each telling word of it, and how Hindi writes a room type's words."""
    ways = {thing.name}
    parts = thing.name.split()
    if thing.kind != "city":
        ways |= {part for part in parts if len(part) >= _SHORTEST_PART and key(part) not in _ORDINARY}
    if thing.kind == "type":
        ways |= {alias for part in parts for alias in _aliases().get(key(part), ())}
    if thing.kind == "area":
        ways |= {alias for part in parts for alias in _areas().get(key(part), ())}
    if thing.kind == "house" and len(parts) > 1:
        ways.add(" ".join(parts[:2]))
    return ways


@lru_cache(maxsize=1)
def _areas() -> dict[str, tuple[str, ...]]:
    """How Hindi calls and writes the parts of a restaurant."""
    own = {"terrace": ("टैरेस", "टेरेस", "टेरस"), "courtyard": ("आँगन", "aangan", "angan", "कोर्टयार्ड"),
           "lounge": ("लाउंज", "लाऊंज"), "hall": ("हॉल", "हाल"), "deck": ("डेक",), "garden": ("गार्डन", "बगीचा", "bagicha"),
           "verandah": ("बरामदा", "baramda", "veranda"), "rooftop": ("रूफटॉप",), "lawn": ("लॉन",), "patio": ("पैटियो",),
           "balcony": ("बालकनी",), "poolside": ("पूलसाइड",), "shed": ("शेड",), "boat": ("बोट",)}  # fmt: skip
    return {key(name): ways for name, ways in own.items()}


@lru_cache(maxsize=1)
def _aliases() -> dict[str, tuple[str, ...]]:
    own = {"double": ("डबल",), "deluxe": ("डीलक्स", "delux", "dlx"), "suite": ("सुइट", "स्वीट", "suit"),
           "family": ("फैमिली",), "classic": ("क्लासिक",), "standard": ("स्टैंडर्ड", "std"), "twin": ("ट्विन",)}  # fmt: skip
    usual = {key(name): tuple(ways) for name, ways in gazetteer.rows(gazetteer.ROOM_TYPES).items()}
    return {**usual, **{key(name): (*usual.get(key(name), ()), *ways) for name, ways in own.items()}}
