"""What kind: the cuisine, how dear, how many stars."""

from __future__ import annotations

import re
from typing import Final

from bot import gazetteer
from bot.dates.lexicon import listed
from bot.openwords.line import PLAIN

_EDGE: Final = r"(?<![\w\u0900-\u097f])", r"(?![\w\u0900-\u097f])"


def _any_of(ways: list[str]) -> re.Pattern[str]:
    """Any of these, the longest first, as whole words."""
    longest_first = sorted(ways, key=len, reverse=True)
    return re.compile(f"{_EDGE[0]}(?:{'|'.join(map(re.escape, longest_first))}){_EDGE[1]}", re.IGNORECASE)


_CUISINE: Final = _any_of([*listed(gazetteer.KITCHENS), *gazetteer.KITCHENS_OF_TWO_WORDS.strip().splitlines()])
_DISHES: Final = re.compile(
    r"\b(?:serv(?:es|ing|e)|craving|menu (?:of|with)) (?:some |a |great |good )*(?P<dish>[^\W\d_]+(?: [^\W\d_]+)?)"
    r"|\b(?P<kind>[^\W\d_]{4,}) (?:foods?|cuisine|khana)\b|(?P<hi>\S+(?: और \S+)?(?: व्यंजन| खाना))",
    re.IGNORECASE,
)
_NO_DISH: Final = PLAIN | frozenset(
    listed("""
    type alcohol wine beer liquor drinks delicious tasty local fresh healthy spicy decent favorite favourite amazing
    achha accha acha kaisa kis kaun kaunsa koye kare karta karte karti karne wala karna karo karey whatever
    """)
)


def is_cuisine(word: str) -> bool:
    """Whether the word alone names a kitchen."""
    return _CUISINE.fullmatch(word) is not None


def cuisine_in(line: str) -> str | None:
    """The kitchen: one known by name, else what stands where a kitchen's name would."""
    for found in _CUISINE.finditer(line):
        if not _is_refused(line, found):
            return found[0]
    for found in _DISHES.finditer(line):
        if found["hi"]:
            return str(found["hi"])
        said = (found["dish"] or found["kind"]).split()
        kind = [word for word in said if word.lower() not in _NO_DISH]
        if kind and kind[0] == said[0]:
            return " ".join(kind)
    return None


def _is_refused(line: str, found: re.Match[str]) -> bool:
    return re.search(r"\b(?:not|no|instead of|except)(?: \w+)? $", line[: found.start()], re.IGNORECASE) is not None


_PRICE: Final = {kind: _any_of([kind, *ways]) for kind, ways in gazetteer.rows(gazetteer.PRICE_WORDS).items()}
_NOT_TOO: Final = re.compile(r"\b(?:not|isn't|n't)(?: \w+)? (?:too|very|so|that|overly) $", re.IGNORECASE)


def price_in(line: str) -> str | None:
    """Cheap, moderate or expensive; "not too cheap" and "not very costly" are between.

    >>> price_in("something not too expensive"), price_in("thoda sasta")
    ('moderate', 'cheap')
    """
    line = re.sub(r"above average", "expensive", line, flags=re.IGNORECASE)
    found = {hit.start(): kind for kind, sign in _PRICE.items() for hit in sign.finditer(line)}
    if not found:
        return None
    last = max(found)
    return "moderate" if _NOT_TOO.search(line[:last]) else found[last]


_STARS: Final = re.compile(
    r"(?<![\w.])(?P<n>[0-5]|one|two|three|four|five|zero|ek|do|teen|chaar|char|paanch)(?: or more| \+)?[ -]*"
    r"(?:\*|star|सितारा|स्टार|sitara)|star(?:s| rating)? (?:of |is )?(?P<m>[0-5])\b",
    re.IGNORECASE,
)


def stars_in(line: str, asked: frozenset[str]) -> str | None:
    """How many stars; a number alone when they were asked for."""
    if found := _STARS.search(line):
        return found["n"] or found["m"]
    bare = re.fullmatch(r"\D*([1-5])\D*", line) if "stars" in asked else None
    return bare[1] if bare else None
