"""Names found in a message: cities, areas, properties, cuisines, amenities, room types, stars.

The caller passes the names it knows; spellings, scripts and slips are forgiven. What is refused ("not Jaipur,
Udaipur") is told apart from what is wanted.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Final

from rapidfuzz import process
from rapidfuzz.distance import OSA

from bot import gazetteer
from bot.choosing import Option, choose
from bot.dates.lexicon import listed
from bot.dates.words import known, plain
from bot.requests import requests_in
from bot.room_counts import Counted, counts_of
from bot.spelling import bones, key

__all__ = ["KnownNames", "Mentions", "NameFinder", "Option", "choose"]

Names = Mapping[str, Sequence[str]]


@dataclass(frozen=True, slots=True)
class Mentions:
    """What the message names, each by its usual name."""

    city: str | None = None
    area: str | None = None
    property: str | None = None
    cuisine: str | None = None
    amenities: tuple[str, ...] = ()
    room_type: str | None = None
    rooms_by_type: tuple[tuple[str, int], ...] = ()  # "2 classic doubles and the suite"
    counted: tuple[str, ...] = ()  # the words of these counts
    meal_plan: str | None = None
    stars: int | None = None
    price_word: str | None = None  # cheap, moderate, expensive
    occasion: str | None = None
    refundable: bool | None = None  # a rate that can be cancelled is wanted, or one that cannot will do
    within_km: int | None = None
    requests: tuple[str, ...] = ()  # what is asked of the house besides, such as a quiet room
    refused: tuple[str, ...] = ()  # cities, areas or properties said not to be wanted


_Meaning = tuple[str, str]  # what kind of name, and the usual name
# A word of everyday use counts only when it is the whole name of one of these.
_WHOLE_NAMES: Final = frozenset({"property", "city", "area", "price_word"})


@dataclass(frozen=True, slots=True)
class _Hit:
    kind: str
    name: str
    start: int  # word places in the message
    end: int


@dataclass(frozen=True, slots=True)
class KnownNames:
    """The caller's own names, each with other ways to write it."""

    cities: Names = field(default_factory=dict)
    areas: Names = field(default_factory=dict)
    properties: Names = field(default_factory=dict)
    cuisines: Names = field(default_factory=dict)
    amenities: Names = field(default_factory=dict)
    room_types: Names = field(default_factory=dict)


_LONGEST_NAME: Final = 6
# Alike in sound from five sounds on, one slip from six letters, two from nine: "go" is not Goa, "matter" not Mathura.
_BY_SOUND_FROM: Final = 5
_ONE_SLIP_FROM: Final = 6
_TWO_SLIPS_FROM: Final = 9
_PART_FROM: Final = 4
# Names of houses and rooms in the other script, by their consonants: "टाइडवाटर लेन" is Tidewater Lane.
_BY_BONES_FROM: Final = 4
_OWN: Final = frozenset({"property", "room_type", "area"})
_JOINING: Final = frozenset({"and", "aur", "और", "एंड", "एण्ड", "the", "द"})
_ORDINARY: Final = frozenset(
    listed("""
    hotel hotels resort restaurant restaurants palace inn house home stay the and of by lodge grand royal villa cafe
    kitchen club place near room rooms table book booking city beach lake garden guest bhavan haveli dhaba sweets for
    in me mein hai ka ki ke ko se kar do chahiye want need please good best nice cheap with without chat tv any some bar
    show list is are what which where how can you your my our single double family party date road street india time
    total budget have there here this that next week day night people adult child also executive standard business
    """)
)
# Half the houses of a town carry one of these: alone it names none of them.
_COMMON_IN_NAMES: Final = _ORDINARY | frozenset(
    listed("""
    court residency regency plaza park view hills hill valley heritage retreat spice green blue gold golden silver
    suites mahal niwas dera sky star express corner point square food foods bistro diner grill lounge terrace rooftop
    deck manor castle fort tower central international continental comfort boutique classic premium treat world
    """)
)
_MEALS: Final = tuple((plan, re.compile(pattern)) for plan, pattern in gazetteer.MEAL_PLANS)
_STARS: Final = re.compile(r"(?<!\d)([1-5])(?: -)? star")
_NEGATIONS: Final = frozenset({"not", "nahi", "nahin", "nhi", "nai", "dont", "except", "नहीं", "नही"})
_ENGLISH_NEGATIONS: Final = frozenset({"not", "dont", "except"})
_WORD: Final = re.compile(r"[a-z0-9]+|[\u0900-\u0963\u0970-\u097f]+|,")
_STRICT_RATE: Final = re.compile(
    r"non[\s-]?ref\w*|no refund|without refund|bina refund|refund nahi chahiye|नॉन[\s-]?रि?फ़?\S*|बिना रिफ़?ंड"
)
_FREE_RATE: Final = re.compile(
    r"flexible (?:rate|plan|price|wala|wali|one|option)|free cancel\w* (?:wala|wali|rate|plan|one|please|chahiye)"
    r"|with free cancel\w*|(?<!non )(?<!non-)\brefundable (?:rate|plan|wala|wali|one|chahiye)"
    r"|फ़?्?री कैंसिल?े?ल?\S* वाल|फ़?्लेक्सिबल (?:रेट|वाल)"
)
_RADIUS: Final = re.compile(
    r"(?:within|under|upto|up to|less than)\s+(?P<a>\d{1,3})\s*(?:km|kilomet)"
    r"|(?P<b>\d{1,3})\s*(?:km|kilomet\w*|किमी|किलोमीटर)\s*(?:ke|k|ki|के|की)?"
    r"\s*(?:andar|bheetar|radius|range|door tak|paas|अंदर|भीतर)"
)
_FARTHEST_KM: Final = 300
_FROM_WORDS: Final = frozenset({"from"})
_SE: Final = frozenset({"se", "से"})
_IN_WORDS: Final = frozenset({"in", "at", "near", "to", "mein", "me", "में", "paas", "around"})


class NameFinder:
    """Built once from the names known; finds them in messages."""

    def __init__(self, names: KnownNames) -> None:
        self._written: dict[str, list[_Meaning]] = {}
        self._add("property", names.properties)
        self._add("area", names.areas)
        self._add("city", _with_usual(names.cities, gazetteer.CITIES))
        self._add("room_type", _in_plural(_with_usual(names.room_types, gazetteer.ROOM_TYPES)))
        self._add("amenity", _with_usual(names.amenities, gazetteer.AMENITIES))
        self._add("cuisine", _with_usual(names.cuisines, gazetteer.CUISINES))
        self._add("occasion", gazetteer.rows(gazetteer.OCCASIONS))
        self._add("price_word", gazetteer.rows(gazetteer.PRICE_WORDS))
        self._add_parts(names.properties)
        self._sounds: dict[str, list[_Meaning]] = {}
        self._bones: dict[str, list[_Meaning]] = {}
        self._by_letter: dict[str, list[str]] = {}
        for written, meanings in self._written.items():
            sound = key(written)
            if len(sound) >= _BY_SOUND_FROM:
                self._sounds.setdefault(sound, meanings)
            if written.isascii() and meanings[0][0] in _OWN and len(skeleton := _skeleton(written)) >= _BY_BONES_FROM:
                self._bones.setdefault(skeleton, meanings)
            if len(written) >= _ONE_SLIP_FROM and meanings[0][0] not in {"occasion", "price_word"}:
                self._by_letter.setdefault(written[0], []).append(written)

    def _add(self, kind: str, names: Names) -> None:
        for name, ways in names.items():
            for way in (name, *ways):
                meanings = self._written.setdefault(" ".join(_WORD.findall(_flat(way))), [])
                if (kind, name) not in meanings:
                    meanings.append((kind, name))
        self._written.pop("", None)

    def _add_parts(self, properties: Names) -> None:
        """One word of a name: "the Umaid" is enough for Umaid Haveli, when no other property shares the word."""
        owners: dict[str, set[str]] = {}
        for name in properties:
            for word in _WORD.findall(_flat(name)):
                owners.setdefault(word, set()).add(name)
        for word, names in owners.items():
            if len(names) == 1 and len(word) >= _PART_FROM and word not in _COMMON_IN_NAMES:
                self._written.setdefault(word, [("property", next(iter(names)))])

    def find(self, text: str) -> Mentions:
        """Every name in the message."""
        words = _WORD.findall(_flat(text))
        hits = self._hits(words)
        wanted, refused = _apart(hits, words)
        plain_text = f" {plain(text)} "
        stars = _STARS.search(plain_text)
        types = [Counted(hit.name, hit.start, hit.end) for hit in wanted if hit.kind == "room_type"]
        rooms_by_type, counted = counts_of(types, words)
        return Mentions(
            city=_place(wanted, words, "city"),
            area=_place(wanted, words, "area"),
            property=_last(wanted, "property"),
            cuisine=_last(wanted, "cuisine"),
            amenities=tuple(dict.fromkeys(hit.name for hit in wanted if hit.kind == "amenity")),
            room_type=_last(wanted, "room_type"),
            rooms_by_type=rooms_by_type,
            counted=counted,
            meal_plan=_meal_plan(plain_text),
            stars=int(stars[1]) if stars else None,
            price_word=_last(wanted, "price_word"),
            occasion=_last(wanted, "occasion"),
            refundable=_refundable(text),
            within_km=_within(text),
            requests=requests_in(text),
            refused=tuple(hit.name for hit in refused if hit.kind in {"city", "area", "property"}),
        )

    def _hits(self, words: list[str]) -> list[_Hit]:
        """The longest names first, so that "Taj Lake Palace" is not a lake."""
        taken = [False] * len(words)
        hits: list[_Hit] = []
        for length in range(min(_LONGEST_NAME, len(words)), 0, -1):
            for start in range(len(words) - length + 1):
                if any(taken[start : start + length]) or "," in words[start : start + length]:
                    continue
                if meanings := self._meanings(words[start : start + length]):
                    hits += [_Hit(kind, name, start, start + length) for kind, name in meanings]
                    taken[start : start + length] = [True] * length
        return sorted(hits, key=lambda hit: hit.start)

    def _meanings(self, words: list[str]) -> list[_Meaning]:
        """The names this stretch of words stands for: as written, as it sounds, or with a slip of the finger."""
        written = " ".join(words)
        if len(words) == 1 and (written in _ORDINARY or known(written)):
            return [meaning for meaning in self._written.get(written, ()) if meaning[0] in _WHOLE_NAMES]
        if written in self._written:
            return self._written[written]
        sound = " ".join(key(word) for word in words)
        if len(sound) >= _BY_SOUND_FROM and sound in self._sounds:
            return self._sounds[sound]
        if not written.isascii() and len(skeleton := _skeleton(written)) >= _BY_BONES_FROM:
            return self._bones.get(skeleton, [])
        if len(written) < _ONE_SLIP_FROM:
            return []
        slips = 2 if len(words) == 1 and len(written) >= _TWO_SLIPS_FROM else 1
        choices = self._by_letter.get(written[0], ())
        best = process.extractOne(written, choices, scorer=OSA.distance, score_cutoff=slips)
        return [] if best is None else self._written[best[0]]


def _skeleton(written: str) -> str:
    """The consonants of a whole name, the words that join its parts left out."""
    return "".join(bones(word) for word in written.split() if word not in _JOINING)


def _in_plural(types: Names) -> dict[str, tuple[str, ...]]:
    """Two suites are suites."""
    return {
        name: (*ways, *(f"{way}s" for way in (name, *ways) if way.isascii() and not way.endswith("s")))
        for name, ways in types.items()
    }


def _with_usual(own: Names, table: str) -> dict[str, tuple[str, ...]]:
    """The caller's names with the ways we know for them; usual names the caller lacks are still understood."""
    usual = gazetteer.rows(table)
    by_key = {key(way): name for name, ways in usual.items() for way in (name, *ways)}
    merged: dict[str, tuple[str, ...]] = {}
    for name, ways in own.items():
        twin = by_key.get(key(name))
        merged[name] = (*ways, *((twin, *usual.pop(twin, ())) if twin else ()))
    return merged | usual


@lru_cache(maxsize=1024)
def _flat(text: str) -> str:
    """Small letters, dashes and dots as spaces, commas kept: they part a refusal from a wish."""
    return re.sub(r"[^a-z0-9\u0900-\u0963\u0970-\u097f,]+", " ", text.lower().replace("'", "").replace("’", ""))


def _apart(hits: list[_Hit], words: list[str]) -> tuple[list[_Hit], list[_Hit]]:
    """What is wanted and what is refused: "not Jaipur, Udaipur", "जयपुर नहीं उदयपुर"."""
    wanted: list[_Hit] = []
    refused: list[_Hit] = []
    for hit in hits:
        (refused if _is_refused(hit, words) else wanted).append(hit)
    return wanted, refused


def _is_refused(hit: _Hit, words: list[str]) -> bool:
    before = words[max(0, hit.start - 2) : hit.start]
    after = words[hit.end : hit.end + 2]
    if before and before[-1] != "," and any(word in _ENGLISH_NEGATIONS for word in before):
        return True
    tail = [word for word in after if word not in _IN_WORDS]
    return bool(tail) and tail[0] in _NEGATIONS - _ENGLISH_NEGATIONS


def _place(hits: list[_Hit], words: list[str], kind: str) -> str | None:
    """Where to, not where from: "Delhi se Jaipur", "I am from Delhi, hotel in Jaipur"."""
    places = [hit for hit in hits if hit.kind == kind]
    going = [hit for hit in places if not _is_origin(hit, words)]
    said_in = [hit for hit in going if _is_inside(hit, words)]
    chosen = said_in or going
    return chosen[-1].name if chosen else None


def _is_origin(hit: _Hit, words: list[str]) -> bool:
    before = words[hit.start - 1] if hit.start else ""
    after = words[hit.end] if hit.end < len(words) else ""
    return before in _FROM_WORDS or after in _SE


def _is_inside(hit: _Hit, words: list[str]) -> bool:
    before = words[hit.start - 1] if hit.start else ""
    after = words[hit.end] if hit.end < len(words) else ""
    return before in _IN_WORDS or after in _IN_WORDS - {"to", "at", "near", "in"}


def _last(hits: Iterable[_Hit], kind: str) -> str | None:
    names = [hit.name for hit in hits if hit.kind == kind]
    return names[-1] if names else None


def _refundable(text: str) -> bool | None:
    """The rate named: one that can be cancelled, or one that cannot; a question names none.

    >>> _refundable("non refundable chalega"), _refundable("free cancellation wala"), _refundable("is it refundable?")
    (False, True, None)
    """
    words = text.lower()
    if "?" in words:
        return None
    if _STRICT_RATE.search(words):
        return False
    return True if _FREE_RATE.search(words) else None


def _within(text: str) -> int | None:
    """How far from the place at most: "within 5 km"."""
    found = _RADIUS.search(text.lower())
    return min(max(int(found["a"] or found["b"]), 1), _FARTHEST_KM) if found else None


def _meal_plan(text: str) -> str | None:
    return next((plan for plan, pattern in _MEALS if pattern.search(text)), None)
