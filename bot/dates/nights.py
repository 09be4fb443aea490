"""How long a stay is: "2 raat", "a couple of nights", "3 days 2 nights", "one more night"."""

from dataclasses import dataclass
from typing import Final

from bot.dates.board import Board, rule
from bot.dates.coming import Day

_DAYS_OF: Final = {"week": 7, "fortnight": 14}
_MOST: Final = 5000


@dataclass(frozen=True, slots=True)
class Nights:
    """How long: nights, or days said instead, or nights to add to a stay already agreed."""

    count: int | None = None
    said_days: bool = False
    more: int | None = None
    unsure: bool = False


_MORE: Final = rule(
    r"extend(?: \w+){0,3}? (?:by |for )?(?P<a>\d+|an?|ek|one)(?: more)? (?:night|day)"
    r"|(?P<e>ek|another) (?:and )?night"
    r"|add (?:an? )?(?P<f>night)|(?P<b>\d+) more (?:night|day)"
    r"|(?P<c>\d+) (?:night|day)(?: and)? (?:more|extend)"
    r"|(?P<d>\d+) (?:night|day) and(?= (?:stay|chahiye|add|book|rukenge|rehna|kar|do|chahie|[.!?]) |\s*$)"
)
_FEWER: Final = rule(r"(?P<a>\d+|ek|an?) night (?:under|less|kam|fewer)|(?P<b>\d+) (?:less|fewer|under) night")
_LONG_AGO: Final = rule(r"(?:\d+|(?:a )?couple of|few) (?:night|day|week|month)s? (?:ago|back|pehle|before now)")
_NIGHTS_AND_DAYS: Final = rule(r"(?P<a>\d+) (?P<unit>day|night)(?: and| ,| /| &| -)? (?P<b>\d+) (?:night|day)")
_RANGE: Final = rule(r"(?P<n>\d+) (?:-|to|or|se) (?P<m>\d+) (?P<unit>night|day)")
_COUNT: Final = rule(r"(?P<n>\d+)(?: x| -)? (?P<unit>night|day|week|fortnight)(?! (?:after|before|ago|oclock \d))")
_COUPLE: Final = rule(r"(?:a )?couple (?:of )?(?P<unit>night|day|week)")
_FORTNIGHT: Final = rule(r"(?:a )?fortnight")
_ONLY: Final = rule(r"only (?:for )?@(?P<i>\d+)|@(?P<j>\d+) only")
_LABEL: Final = rule(r"night(?: stay)? (?::|is|=|count|-) (?P<n>\d+)(?! (?:oclock|:|am|pm))")
_ONE: Final = rule(
    r"(?:stay )?overnight stay|stay overnight|only (?:for )?(?:the )?night|for (?:the )?night|single night"
)


def find_nights(board: Board, days: list[Day]) -> Nights:
    """How many nights the message says, if it does; "just tonight" is one."""
    board.take_all(_LONG_AGO)
    for sign, pattern in ((-1, _FEWER), (1, _MORE)):
        if found := board.take(pattern):
            return Nights(more=sign * _count(next(said for said in found.groups() if said)))
    if found := board.take(_NIGHTS_AND_DAYS):
        return Nights(_count(found["a"] if found["unit"] == "night" else found["b"]))
    if found := board.take(_RANGE):
        return Nights(_count(found["n"]), said_days=found["unit"] == "day", unsure=True)
    if found := board.take(_COUPLE):
        return Nights(2 * _DAYS_OF.get(found["unit"], 1), said_days=found["unit"] == "day")
    if found := board.take(_COUNT) or board.take(_LABEL):
        unit = found.groupdict().get("unit", "night")
        return Nights(_count(found["n"]) * _DAYS_OF.get(unit, 1), said_days=unit == "day")
    if board.take(_FORTNIGHT):
        return Nights(_DAYS_OF["fortnight"])
    only = _ONLY.search(board.text)
    if board.take(_ONE) or (only and days[int(only["i"] or only["j"])].how == "near"):
        return Nights(1)
    return Nights()


def _count(digits: str) -> int:
    return min(int(digits), _MOST) if digits.isdecimal() else 1
