"""How many rooms of which type: "2 classic doubles and the suite", "do deluxe aur ek suite".

>>> words = "2 classic doubles and the suite".split()
>>> counts_of([Counted("Classic Double", 1, 3), Counted("Suite", 5, 6)], words)
((('Classic Double', 2), ('Suite', 1)), ('2 classic doubles', 'the suite'))
>>> counts_of([Counted("Suite", 0, 1), Counted("Deluxe", 2, 3)], "suite or deluxe".split())
((), ())
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, NamedTuple

_SMALL: Final = {
    "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "ek": 1, "do": 2, "tin": 3, "teen": 3, "char": 4,
    "chaar": 4, "paanch": 5, "panch": 5, "एक": 1, "दो": 2, "तीन": 3, "चार": 4, "पाँच": 5, "पांच": 5,
    **dict(zip("१२३४५६", range(1, 7), strict=True)),
}  # fmt: skip
_ARTICLES: Final = frozenset({"a", "an", "the", "your"})
_MOST: Final = 9
# Before a number that counts people or closes dates: "for 2 deluxe" may mean two people.
_NO_ROOMS_AFTER: Final = frozenset({"for", "to", "till", "until", "upto", "se", "से", "kar", "कर", "de", "दे"})


class Counted(NamedTuple):
    """A room type named in a message, and where its words begin and end."""

    name: str
    start: int
    end: int


def counts_of(types: Sequence[Counted], words: Sequence[str]) -> tuple[tuple[tuple[str, int], ...], tuple[str, ...]]:
    """The types with their counts, and the words that say so; nothing unless at least one number is said."""
    rooms: dict[str, int] = {}
    phrases: list[str] = []
    is_counted = False
    for each in types:
        count, begin = _before(each, words)
        is_counted = is_counted or count is not None
        if count is None:
            count, begin = 1, each.start - (1 if each.start and words[each.start - 1] in _ARTICLES else 0)
        rooms[each.name] = rooms.get(each.name, 0) + count
        phrases.append(" ".join(words[begin : each.end]))
    return (tuple(rooms.items()), tuple(phrases)) if is_counted else ((), ())


def _before(each: Counted, words: Sequence[str]) -> tuple[int | None, int]:
    """The number right before the name, and where it stands."""
    place = each.start - 1
    if place >= 0 and words[place] == "x":
        place -= 1
    if place < 0 or (place and words[place - 1] in _NO_ROOMS_AFTER):
        return None, each.start
    said = words[place]
    count = int(said) if said.isdecimal() and said.isascii() else _SMALL.get(said)
    return (count, place) if count is not None and 0 < count <= _MOST else (None, each.start)
