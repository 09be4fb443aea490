"""An order that waits for a yes is put right by a word: "no, 5200" is the same order with another price.

>>> said("no, 5200"), said("nahi 26 dec"), said("no"), said("no show K7QM9C"), said("actually 5200")
('5200', '26 dec', None, None, '5200')
"""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import datetime
from typing import Final

from bot.dates.words import fold
from bot.owner.names import Names
from bot.owner.order import Order
from bot.owner.parse import read, read_as
from core.owners.acts import SAID
from models.owners import OwnerAct

_NO_BUT: Final = re.compile(
    r"^(?:no|nope|nahi|nahin|nai|na|not that|sorry|oops|actually|wait|i meant|meant|make (?:it|that)|change (?:it )?to"
    r"|matlab|arre|galat|नहीं|नही|ना|मतलब|अरे|गलत)(?:[\s,.!;:-]+)"
    r"(?:i meant |i mean |make it |but |matlab |मतलब )?(?P<rest>.+)$"
)
_ORDERS_OF_THEIR_OWN: Final = frozenset({"unclear", "find", "day", "free", "price", "pick", "reply", "calendar"})
# What may be put right, and what it takes the place of.
_INSTEAD: Final = {
    "amount": ("percent", "change"),
    "percent": ("amount", "change"),
    "change": ("amount", "percent"),
    "first": ("last", "nights"),
    "nights": ("last",),
}
_PARTS: Final = (
    "amount", "percent", "change", "first", "last", "nights", "at", "until", "party", "number", "reference", "phone",
)  # fmt: skip


def said(words: str) -> str | None:
    """What shall be instead; None when nothing is put right."""
    found = _NO_BUT.match(fold(words).strip())
    if found is None or re.match(r"(?:show|shows|arrivals?|departures?|service|deposit|check)\b", found["rest"]):
        return None
    return found["rest"].strip()


def put_right(act: OwnerAct | None, words: str, names: Names, *, now: datetime) -> Order | None:
    """The waiting order with what was put right; None when it is something else that was said."""
    if act is None or SAID not in act.order:
        return None
    rest = said(words)
    bare = rest is None and re.fullmatch(r"\s*(?:₹|rs\.? ?)?\d[\d,]{2,7}(?: ?/-)?\s*", fold(words)) is not None
    if rest is None and not bare:
        return None
    waiting = Order.from_json(act.order[SAID])
    rest = rest or words
    other = read(rest, names, now=now)
    if other.kind not in _ORDERS_OF_THEIR_OWN and other.kind != waiting.kind:
        return None  # a new order, which is said back for itself
    heard = read_as(waiting.kind, rest, names, now=now)
    parts = {name: getattr(heard, name) for name in _PARTS if getattr(heard, name) is not None}
    gone = {name: None for part in parts for name in _INSTEAD.get(part, ()) if name not in parts}
    targets = waiting.targets
    for target in heard.targets:
        targets = (*(each for each in targets if each.kind != target.kind), target)
    better = replace(waiting, **(gone | parts), targets=targets)
    return None if better == waiting else better
