"""What is said as a difference from what was agreed: one more person, a child less, a day later.

>>> from bot.dates.words import plain
>>> find_more(Board(plain("ek aur aadmi"))), find_more(Board(plain("add 2 kids")))
(More(guests=1, children=0), More(guests=0, children=2))
>>> find_later("postpone by a day"), find_later("एक दिन पहले आएंगे"), find_later("2 days later"), find_later("3 days")
(1, -1, 2, None)
"""

import re
from dataclasses import dataclass
from typing import Final

from bot.dates.board import Board, rule

_YOUNG: Final = frozenset({"son", "daughter", "child"})
_WHO: Final = r"(?P<who>people|adult|child|son|daughter|kin|friends)"
_WORDS: Final = {"a": 1, "an": 1, "ek": 1, "one": 1, "do": 2, "tin": 3, "teen": 3, "char": 4, "chaar": 4}
_N: Final = rf"(?P<n>\d{{1,2}}|{'|'.join(_WORDS)})"
_MOST: Final = 50
_MORE: Final = (
    rule(rf"(?:(?:by |add |for )?{_N} )?(?:more|another) {_WHO}"),
    rule(rf"(?:add|jod|include) (?:in |us )?(?:{_N} )?{_WHO}"),
    rule(rf"(?P<n>ek|do|tin|teen|char|chaar) and {_WHO}"),
    rule(
        rf"{_N} {_WHO} (?:more|extend|add|jod"
        r"|and(?= (?:extend|add|jod|जोड|जोड़|checkin|come|aa|aayega|aayegi|aayenge|ho|hoga|honge) | (?:[.!?] )?$))"
    ),
    rule(rf"(?P<n>an?) {_WHO} (?:too|also|as well|bhi|coming|joining)"),
)
_FEWER: Final = (
    rule(rf"{_N} {_WHO} (?:under|less|fewer|kam|minus)(?! than)"),
    rule(rf"{_N} (?:less|fewer|under) {_WHO}"),
)
_DAYS: Final = r"(?P<{}>\d{{1,2}}|an?|one|two|ek|do|एक|दो) (?:days?|din|दिन)"
_LATER: Final = re.compile(
    rf"\b(?:postpone|push|delay|shift|move)\w*\b.{{0,20}}?\bby {_DAYS.format('n')}(?! (?:earlier|pehle|पहले|before))"
    rf"|{_DAYS.format('m')} (?:later|baad|late|aage|बाद|आगे|देर)",
    re.IGNORECASE,
)
_EARLIER: Final = re.compile(
    rf"\b(?:prepone|advance)\w*\b.{{0,20}}?\bby {_DAYS.format('n')}"
    rf"|{_DAYS.format('m')} (?:earlier|early|pehle|pahle|before|पहले)",
    re.IGNORECASE,
)
_SMALL: Final = {"two": 2, "do": 2, "दो": 2}


@dataclass(frozen=True, slots=True)
class More:
    """So many more than were agreed; fewer when below nothing."""

    guests: int = 0
    children: int = 0


def find_more(board: Board) -> More | None:
    """People to add to those known, or to take away; the words are taken from the board."""
    for sign, patterns in ((-1, _FEWER), (1, _MORE)):
        for pattern in patterns:
            found = board.take(pattern)
            if found is not None:
                said = found.groupdict()
                count = sign * _count(said.get("n"))
                return More(children=count) if said["who"] in _YOUNG else More(guests=count)
    return None


def find_later(text: str) -> int | None:
    """By how many days all of it moves: later, or earlier when below nothing."""
    words = text.casefold()
    for sign, pattern in ((-1, _EARLIER), (1, _LATER)):
        if found := pattern.search(words):
            said = found["n"] or found["m"] or "1"
            return sign * (int(said) if said.isdecimal() else _SMALL.get(said, 1))
    return None


def _count(said: str | None) -> int:
    if said is None:
        return 1
    return min(int(said), _MOST) if said.isdecimal() else _WORDS[said]
