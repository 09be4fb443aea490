"""Sums in an order: an amount, a part of it, or by how much a price moves."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Final

from bot.dates.words import plain
from bot.owner import group
from bot.owner import words as w
from bot.owner.order import Order

MONEY: Final = re.compile(r"₹ ?(\d+)|(?<![\w.:%-])(\d{3,6})(?![\w.:%])(?! *(?:am|pm|oclock|baje|night|people))")
_WRITTEN: Final = re.compile(
    r"(?:(?:₹|rs|inr|rupees?) ?\.? ?)?(?<![\d.])(\d{1,3}(?:,\d{2,3})+|\d+(?:\.\d+)?)"
    r" ?(?:k|hazaa?r|thousand|हजार)?(?: ?/ ?-)?(?: (?:rs|rupees?|rupaye|रुपये|रु))?(?= )"
)
YEAR: Final = re.compile(r"(?<=[a-z]{3}) 20\d\d (?!rs)")


def with_money(order: Order, flat: str) -> tuple[Order, str]:
    """A price, a part of it, or by how much it moves; and the words without it."""
    if order.kind not in group.ABOUT_MONEY:
        return order, flat
    up, down = bool(w.UP.search(flat)), bool(w.DOWN.search(flat))
    if found := w.PERCENT.search(flat):
        percent = int(found[2])
        if order.kind in {"price", "season"}:
            percent = -percent if found[1] == "-" or (down and found[1] != "+") else percent
        return replace(order, percent=percent), flat[: found.start()] + " " + flat[found.end() :]
    if order.kind == "price" and (signed := w.SIGNED.search(flat)):
        change = int(signed[1] + signed[2])
        return replace(order, change=change), flat[: signed.start()] + " " + flat[signed.end() :]
    plainly = f" {plain(flat)} "
    if order.kind in group.ABOUT_NIGHTS:  # "24 dec 2026" is a day there; "refund 2000" is money
        plainly = YEAR.sub(" ~ ", plainly)
    money = MONEY.search(plainly)
    if money is None:
        return order, flat
    amount = int(money[1] or money[2])
    rest = _without(flat, amount) or plainly[: money.start()] + " " + plainly[money.end() :]
    if order.kind == "price" and (up or down) and (w.BY_AMOUNT.search(flat) or not w.TO_AMOUNT.search(flat)):
        moves = not re.search(r" (?:ghata|badha|कम|बढा)\w* (?:ke|kar ?ke|कर|के|करके) ", flat)
        if moves:
            return replace(order, change=-amount if down and not _says_up_only(flat) else amount), rest
    return replace(order, amount=amount), rest


def _without(flat: str, amount: int) -> str | None:
    """The words without the amount, when it was written in digits."""
    for found in _WRITTEN.finditer(flat):
        digits = float(found[1].replace(",", ""))
        if amount in {round(digits), round(digits * 1000)}:
            return flat[: found.start()] + " " + flat[found.end() :]
    return None


def _says_up_only(flat: str) -> bool:
    return bool(w.UP.search(flat)) and not w.DOWN.search(flat)
