"""What the guest wants to pay, in whole rupees: "under 5k", "5000 tak", "₹3,000-4,500", "3 hazar se kam"."""

import re
from dataclasses import dataclass
from typing import Final

from bot.dates.board import Board, Scene, rule


@dataclass(frozen=True, slots=True)
class Budget:
    """The least and the most; `unsure` for "around 4000", `is_total` for the whole stay."""

    least: int | None = None
    most: int | None = None
    unsure: bool = False
    is_total: bool = False


_SMALLEST: Final = 100
_LARGEST: Final = 10_000_000
_THOUSAND: Final = 1000
_YEARS: Final = frozenset(range(1990, 2100)) - {2000}

_N: Final = r"(?:₹ ?\d+|\d{3,8})"
_PER: Final = r"(?: per (?:night|people|head|day))?(?: ₹)?"
_BETWEEN: Final = rule(
    r"(?:between )?(?P<a>₹ ?\d+|\d{1,8}) (?:-|to|and|se|until) (?P<b>₹ ?\d+|\d{3,8})"
    r"(?: (?:until|between|in|budget|rs))*"
)
_UNDER: Final = rule(
    rf"(?:under|max|until)(?: (?:of|is|to|a|rs|budget|about|:))* (?P<n>{_N})"
    rf"|(?P<m>{_N}){_PER}(?: se)? (?:until|under|max|or under|or less|over nahi)"
)
_OVER: Final = rule(
    rf"(?:over|minute|min|above)(?: (?:of|is|to|a))* (?P<n>{_N})"
    rf"|(?P<m>{_N}){_PER}(?: se)? (?:over|plus|\+|or over|or more)"
)
_ABOUT: Final = rule(rf"about (?P<n>{_N})|(?P<m>{_N}) (?:about|ish)")
_BUDGET: Final = rule(
    rf"budget(?: (?:of|is|about|approx|my|hai|he|h|:|-|=|total|within|per|night|a))* (?P<n>{_N})"
    rf"|(?P<m>{_N})(?: (?:is|my|our|per|night|people))* budget"
)
_MARKED: Final = rule(r"(?P<n>₹ ?\d+)")
_FOR_TWO: Final = rule(rf"(?P<n>{_N}) for (?:2|couple)(?! (?:night|day|room|people|adult))")
_BARE: Final = rule(r"(?P<n>\d{3,6})(?! (?:night|day|week|people|room|table))")
_TOTAL: Final = re.compile(r" (?:total|overall|in all) ")
_RULES: Final = ((_UNDER, "most"), (_OVER, "least"), (_ABOUT, "about"), (_BUDGET, "most"), (_MARKED, "most"))

# A bare number is money only when it is a round sum and we did not just ask for another number.
_BARE_FROM: Final = 500
_ROUND: Final = 50
_NOT_AMOUNTS: Final = frozenset({"which_booking", "option", "name", "payment", "time", "date", "party", "cancel"})


def find_budget(board: Board, scene: Scene) -> Budget:
    """The budget, if the message names one."""
    total = _TOTAL.search(board.text) is not None
    if found := _between(board):
        return found
    if scene.kind == "table" and (match := board.take(_FOR_TWO)):
        return Budget(most=_amount(match["n"]) // 2)
    for pattern, side in _RULES:
        match = pattern.search(board.text)
        if match and _is_sum(_written(match)):
            board.replace(match)
            amount = _amount(_written(match))
            if side == "least":
                return Budget(least=amount, is_total=total)
            return Budget(most=amount, unsure=side == "about", is_total=total)
    return _bare(board, scene)


def _written(match: re.Match[str]) -> str:
    return str(match["n"] or match["m"])


def _amount(written: str) -> int:
    return int(written.removeprefix("₹"))


def _is_sum(written: str) -> bool:
    """A sum of money, not a small count or a year."""
    if written.startswith("₹"):
        return _amount(written) <= _LARGEST
    return _SMALLEST <= _amount(written) <= _LARGEST and _amount(written) not in _YEARS


def _between(board: Board) -> Budget | None:
    """From the least to the most: "₹3,000-4,500", "3-5k" (both thousands), "3 se 4 hazar"."""
    match = _BETWEEN.search(board.text)
    if not match or not _is_sum(match["b"]):
        return None
    low, high = _amount(match["a"]), _amount(match["b"])
    if low < _SMALLEST and high % _THOUSAND == 0 and match["b"].startswith("₹"):
        low *= _THOUSAND
    if not _SMALLEST <= low < high:
        return None
    board.replace(match)
    return Budget(least=low, most=high)


def _bare(board: Board, scene: Scene) -> Budget:
    """A round sum with nothing beside it: "4500", "3999"."""
    if scene.asked in _NOT_AMOUNTS or scene.kind == "table":
        return Budget()
    for match in _BARE.finditer(board.text):
        amount = int(match["n"])
        if amount >= _BARE_FROM and amount not in _YEARS and (amount % _ROUND == 0 or amount % 100 == 99):  # noqa: PLR2004 - 3999
            board.replace(match)
            return Budget(most=amount)
    return Budget()
