"""Which of the options offered a guest means: "2", "the second", "sabse sasta", "wo sea view wala"."""

import re
from collections.abc import Sequence
from typing import Final, NamedTuple

from rapidfuzz import fuzz

from bot.dates.lexicon import listed
from bot.dates.words import plain
from bot.spelling import bones, key


class Option(NamedTuple):
    """What was offered: its title, its line of text, its price in whole rupees."""

    title: str
    description: str = ""
    price: int | None = None


_UNIT: Final = (
    r"(?:people|adult|child|night|room|day|week|oclock|am|pm|star|:|jan|feb|mar|apr|may|jun|jul"
    r"|aug|sep|oct|nov|dec)"
)
_NUMBERED: Final = re.compile(
    rf" (?:option|number|no|choice|serial)(?: no| number| :| \.)? (?P<a>\d)(?= )|^ ?(?P<b>\d)(?: (?!{_UNIT})[^\d]*)?$"
    r"| (?P<c>\d) (?:wala|wali|wale|vala|vali|number|no|वाला|वाली)(?= )"
)
_ORDINAL: Final = re.compile(r" (?P<n>\d)n?th(?= )")
_FIRST: Final = re.compile(r" (?:before|over|top|upar) (?:wala|wali|vala|vali|one|option|वाला|वाली)(?= )")
_LAST: Final = re.compile(r" (?:last|bottom|under (?:wala|wali|vala|one|वाला|वाली))(?= )")
_MIDDLE: Final = re.compile(r" (?:mid|between) (?:wala|wali|one|option|वाला|वाली)?")
_CHEAP: Final = re.compile(
    r" (?:cheap|cheaper|cheapest|sasta|saste|sasti|lowest|least|economical|affordable|budget wala|budget one"
    r"|under budget|सस्ता|सस्ती|सस्ते)(?= )|less(?:er)? expensive| under (?:budget|price)"
)
_DEAR: Final = re.compile(
    r" (?:costliest|costly|costlier|expensive|priciest|luxury|premium|mehenga|mehnga|mahanga|mehengi|highest"
    r"|महंगा|महंगी)(?= )"
)
_PRICE: Final = re.compile(r" ₹?(?P<n>\d{3,6})(?= )")
_NOT: Final = re.compile(r" (?:not|dont)(?: the| want)* (?=\d|last|mid)")
_NO_FEATURES: Final = frozenset(
    key(word)
    for word in listed("""
    wo woh voh vo wala wali wale vala one the a this that option room hotel table number no yes ok okay please i want
    will take book karo kar do dena de with and in of for me le lo hai main thats is go let lets good nice theek thik
    chalega pakka confirm जी वो वह वाला वाली कर दो दीजिए
    """)
)
_ALIKE: Final = 85
_SHORTEST: Final = 2
_FUZZY_FROM: Final = 4
_BONES_FROM: Final = 3
_WRITTEN: Final = re.compile(r"[A-Za-z0-9\u00c0-\u024f]+|[\u0900-\u0963\u0970-\u097f]+")


def choose(text: str, options: Sequence[Option]) -> int | None:
    """The place of the option meant, or None when it is not clear which."""
    words = f" {plain(text)} "
    by_place = _by_place(words, len(options))
    if by_place is not None:
        return by_place
    named = _by_words(text, [option.title for option in options])
    if named is not None:
        return named
    priced = _by_price(words, [option.price for option in options])
    if priced is not None:
        return priced
    return _by_words(text, [f"{option.title} {option.description}" for option in options])


def _by_place(words: str, count: int) -> int | None:
    """A number, an ordinal, "the last one"."""
    words = _NOT.sub(" not_", words)
    place = None
    if found := _NUMBERED.search(words):
        place = int(found["a"] or found["b"] or found["c"])
    elif found := _ORDINAL.search(words):
        place = int(found["n"])
    elif _LAST.search(words):
        place = count
    elif _FIRST.search(words):
        place = 1
    elif count % 2 and _MIDDLE.search(words):
        place = count // 2 + 1
    return place - 1 if place is not None and 1 <= place <= count else None


def _by_price(words: str, prices: list[int | None]) -> int | None:
    """By what it costs: "the cheaper one", "sabse mehenga", "3500 wala"; two at the same price leave it open."""
    known = [price for price in prices if price is not None]
    if not known:
        return None
    if _CHEAP.search(words):
        return _only(prices, min(known))
    if _DEAR.search(words):
        return _only(prices, max(known))
    if found := _PRICE.search(words):
        return _only(prices, int(found["n"]))
    return None


def _only(prices: list[int | None], price: int) -> int | None:
    places = [place for place, other in enumerate(prices) if other == price]
    return places[0] if len(places) == 1 else None


def _by_words(text: str, lines: list[str]) -> int | None:
    """The one line that shares most with the message, in words the others do not have."""
    said = [word for word in _words(text) if word.sound not in _NO_FEATURES and len(word.sound) >= _SHORTEST]
    if not said:
        return None
    scores = [_score(said, _words(line), [_words(other) for other in lines if other is not line]) for line in lines]
    best = max(scores, default=0)
    return scores.index(best) if best > 0 and scores.count(best) == 1 else None


class _Word(NamedTuple):
    """One word by its sound; its consonants, too, when one side may be written in another script."""

    sound: str
    bones: str
    is_latin: bool


def _words(text: str) -> list[_Word]:
    written = [(word, key(word)) for word in _WRITTEN.findall(text)]
    return [_Word(sound, bones(word), word.isascii()) for word, sound in written if sound]


def _score(said: list[_Word], line: list[_Word], others: list[list[_Word]]) -> int:
    """Words of the message in this line; a word in every line tells nothing."""
    return sum(
        1 for word in said if _is_in(word, line) and not (others and all(_is_in(word, other) for other in others))
    )


def _is_in(word: _Word, line: list[_Word]) -> bool:
    return any(_is_same(word, other) for other in line)


def _is_same(word: _Word, other: _Word) -> bool:
    if word.sound == other.sound:
        return True
    if len(word.sound) >= _FUZZY_FROM and fuzz.ratio(word.sound, other.sound) >= _ALIKE:
        return True
    return word.is_latin is not other.is_latin and len(word.bones) >= _BONES_FROM and word.bones == other.bones
