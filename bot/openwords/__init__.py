"""Names and kinds that are not ours, as the guest wrote them: "in Palo Alto", "at the Fat Duck", "Catalan food".

The desk looks its own names up (places.py). This reads names nobody listed, by the words around them, so that a hotel
in Timbuktu is a place we do not serve, and not a message we do not understand.

>>> named_in("Any cheap Thai food in Palo Alto?")
Named(location='Palo Alto', name=None, cuisine='Thai', price='cheap', stars=None)
>>> named_in("book the Limehouse hotel, 4 stars").name
'Limehouse'
"""

from __future__ import annotations

from dataclasses import dataclass

from bot.openwords.kinds import cuisine_in, price_in, stars_in
from bot.openwords.line import tidy, without_verbs, words_of
from bot.openwords.where import location_in
from bot.openwords.which import name_in

__all__ = ["Named", "named_in", "tidy"]


@dataclass(frozen=True, slots=True)
class Named:
    """What was named, as written."""

    location: str | None = None
    name: str | None = None
    cuisine: str | None = None
    price: str | None = None
    stars: str | None = None


def named_in(text: str, *, asked: frozenset[str] = frozenset(), before: str = "") -> Named:
    """Every open name in the message; `before` is what the other side said last, `asked` what that asked for."""
    line = tidy(text)
    words = words_of(without_verbs(line))
    name = name_in(words, line, asked, tidy(before))
    return Named(
        location=location_in(words, line, asked, name),
        name=name,
        cuisine=cuisine_in(line),
        price=price_in(line),
        stars=stars_in(line, asked),
    )
