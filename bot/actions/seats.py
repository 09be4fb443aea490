"""Where and when somebody wants to sit beyond city and hour: on the terrace, by the window, open now, open late."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Final

from sqlalchemy import select

from bot.actions.days import today
from bot.actions.desk import Desk
from bot.dates.words import fold
from bot.spelling import key
from bot.wishes import TableWish
from models.property import DiningArea
from models.states import PropertyKind

NOW: Final = re.compile(
    r"\b(?:open|table|place|restaurant|food|khula|khule)\b.*\b(?:right now|now|abhi|at the moment)\b"
    r"|\b(?:abhi|right now)\b.*\b(?:open|khula|khule|table|jagah|restaurant)\b|अभी .*(?:खुला|खुले|टेबल|मेज)|(?:खुला|खुले) .*अभी"
)
LATE: Final = re.compile(
    r"\b(?:open (?:till |until )?late|late ?night|late evening|after midnight|der raat|der tak|late tak)\b"
    r"|देर (?:रात|तक)"
)
# What may be asked for at a table but is nobody's to promise: it is told to the house.
_SEATS: Final = {
    "window": re.compile(r"\bwindow\b|khidki|खिडकी"),
    "quiet corner": re.compile(r"\bquiet\b|\bcorner\b|shaant|shant|kone|कोने|शांत"),
    "high chair": re.compile(r"high ?chair|baby chair|बेबी चेयर"),
}
# How guests call the usual parts of a restaurant.
_CALLED: Final = {
    "terrace": ("terrace", "chhat", "chat par", "छत", "टेरेस", "टैरेस"),
    "garden": ("garden", "lawn", "bageecha", "बगीचा", "बगीचे", "गार्डन"),
    "courtyard": ("courtyard", "aangan", "angan", "आंगन"),
    "lounge": ("lounge", "लाउंज"),
    "deck": ("deck", "डेक"),
    "hall": ("hall", "हॉल", "हाल"),
}
_SHORTEST: Final = 4
_FOR_THE_KITCHEN: Final = frozenset({"jain food", "step-free room"})


def with_seats(desk: Desk, wish: TableWish) -> TableWish:
    """The wish with the area, the seat and the kind of hour these words ask for."""
    words = fold(desk.without_names())
    dining = _area_in(words, dining_areas(desk))
    seats = [name for name, pattern in _SEATS.items() if pattern.search(words)]
    seats += [each for each in desk.mentions.requests if each in _FOR_THE_KITCHEN or each.endswith(" allergy")]
    amenities = tuple(each for each in wish.amenities if not dining or key(each) not in {key("rooftop"), key(dining)})
    wish = replace(
        wish,
        dining=dining or wish.dining,
        amenities=amenities,
        seat=", ".join(dict.fromkeys([*(wish.seat.split(", ") if wish.seat else []), *seats])) or None,
    )
    return _with_hour(desk, wish, words)


def dining_areas(desk: Desk) -> list[str]:
    """What the restaurants here call their parts."""
    ids = [house.id for house in desk.directory.of_kind(PropertyKind.RESTAURANT)]
    rows = select(DiningArea.name).distinct().where(DiningArea.property_id.in_(ids)).order_by(DiningArea.name)
    return list(desk.session.scalars(rows))


def wishes_of(wish: TableWish) -> str | None:
    """What is told to the house with the booking."""
    return "; ".join(part for part in (wish.occasion, wish.seat) if part) or None


def _with_hour(desk: Desk, wish: TableWish, words: str) -> TableWish:
    """Now, or late in the evening; an hour said afterwards counts more."""
    if NOW.search(words):
        return replace(wish, when="now", day=today(desk), time=None)
    if LATE.search(words) and wish.time is None:
        return replace(wish, when="late")
    return replace(wish, when=None) if wish.time is not None else wish


def _area_in(words: str, names: list[str]) -> str | None:
    """The part of a house that is named; one that every room of the world could be called by is not."""
    spoken = {key(word) for word in re.findall(r"[\w\u0900-\u097f]+", words)}
    for name in names:
        called = next((ways for part, ways in _CALLED.items() if part in name.casefold().split()), ())
        if any(_says(words, way) for way in called):
            return name
        sound = key(name)
        if (
            len(name) >= _SHORTEST
            and " " not in name
            and name.casefold() not in {"room", "main", "hall"}
            and sound in spoken
        ):
            return name
        if " " in name and _says(words, name.casefold()):
            return name
    return None


def _says(words: str, way: str) -> bool:
    return re.search(rf"(?<![\w\u0900-\u097f]){re.escape(way)}(?![\w\u0900-\u097f])", words) is not None
