"""What orders about room numbers say beyond other orders: a second booking to swap with, the number of a new room."""

from __future__ import annotations

import re
from typing import Final

from bot.dates.lexicon import listed

KINDS: Final = frozenset({"move_room", "swap_rooms", "promise_room", "unpromise_room", "add_room", "remove_room"})
_NUMBER: Final = re.compile(r"(?<= )([a-z]?\d{1,4}[a-z]?)(?= )")
# Left over when the rooms are gone, and nobody's name.
_NOT_NAMES: Final = frozenset(
    listed("""
    move shift transfer change swap exchange interchange promise promised assign fix keep give hold into onto over
    them him her their they same other another with between each any will fine only add new remove delete retire
    pakka pakki pakke rakho rakh rakhna badal badlo badli bhejo bhej daal dalo aapas apas koi bhi liye pass paas
    naya nayi jodo jod hatao hata take promise-free unpromise unpin pin
    शिफ्ट बदलो बदल बदली भेजो पक्का पक्की रखो रख आपस कोई भी लिए नया जोडो जोड हटाओ हटा अदला साथ वादा पिन अनपिन
    """)
)


def without_orders(flat: str) -> str:
    """The words that may be a person's name."""
    return f" {' '.join(word for word in flat.split() if word not in _NOT_NAMES)} "


def number_in(flat: str) -> str | None:
    """The number of a room that is not there yet."""
    found = _NUMBER.search(flat)
    return found[1].upper() if found else None
