"""How owners speak of rules: what secures a table when, how long it rests, and seasons with their names.

>>> said = deposit_said("deposit 1500 per table after 10 pm on saturdays for 8+, Late night")
>>> said.per, said.since, said.party, said.name
('table', datetime.time(22, 0), 8, 'Late night')
>>> season_said("season Diwali 25 oct to 5 nov +20%")
('Diwali', '25 oct to 5 nov +20%')
>>> season_said("दिवाली सीजन 25 अक्टूबर से 5 नवंबर +20%")[0]
'दिवाली'
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import time
from typing import Final, Literal

from bot.dates.words import fold

RULES: Final = frozenset({"deposit", "end_deposit", "buffer"})
SEASONS: Final = frozenset({"season", "end_season"})

_CLOCK: Final = r"(\d{1,2})(?:[:.](\d\d))? ?(am|pm|baje|बजे)?"
_AFTER: Final = re.compile(rf"\b(?:after|from) {_CLOCK}(?![\w/-])|{_CLOCK} ?(?:ke baad|के बाद|onwards?)")
_BEFORE: Final = re.compile(rf"\b(?:before|until|till) {_CLOCK}(?![\w/-])|{_CLOCK} ?(?:se pehle|से पहले|tak|तक)")
_BETWEEN: Final = re.compile(rf"\b(?:from )?{_CLOCK} ?(?:-|–|to|se|से) ?{_CLOCK}(?: tak| तक)?(?![\w/-])")
_MONTHS: Final = r" ?(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec|जन|फर|मार्च|अप्रैल|मई|जून|जुलाई|अग|सित|अक्टू|नव|दिस)"
_COVER: Final = re.compile(
    r"\b(?:per|a|each|every|har) (?:cover|person|head|guest|adult|pax|vyakti|insaan|mehmaan|aadmi)s?\b"
    r"|\bprati vyakti\b|प्रति व्यक्ति|हर (?:व्यक्ति|मेहमान)|\beach\b|\bpp\b"
)
_PARTY: Final = re.compile(
    r"\b(?:for |of |from )?(?:part(?:y|ies) of |groups? of )?(\d{1,2}) ?(?:\+|or more|and more|and above|people or more"
    r"|plus|se (?:zyada|jyada|upar)|ya (?:zyada|jyada|us se zyada)|से (?:ज्यादा|ऊपर)|या ज्यादा)(?: people| log| लोग)?"
)
_SEASON: Final = re.compile(r"\bseasons?\b|सीज़?न")
_ORDERS: Final = re.compile(r"\b(?:hatao|hata do|band karo|khatam|jodo|lagao)\b|हटाओ|हटा दो|बंद करो|जोड़ो|लगाओ")
_NOON: Final = 12


@dataclass(frozen=True, slots=True)
class DepositSaid:
    """What was read, and the words without it."""

    text: str
    per: Literal["table", "cover"]
    since: time | None = None
    until: time | None = None
    party: int | None = None
    name: str | None = None


def deposit_said(text: str) -> DepositSaid:
    """Hours, party and whose sum it is; a name stands after the last comma."""
    name = None
    before, comma, after = text.rpartition(",")
    if comma and after.strip() and not re.search(r"\d", after):
        text, name = before, after.strip()
    flat = fold(text)
    since = until = party = None
    if (found := _BETWEEN.search(flat)) and _is_clock(found) and not re.match(_MONTHS, flat[found.end() :]):
        since, until = _clock(found[1], found[2], found[3] or found[6]), _clock(found[4], found[5], found[6])
        flat = _out(flat, found)
    elif found := _AFTER.search(flat):
        since, flat = _clock(*(found.groups()[:3] if found[1] else found.groups()[3:])), _out(flat, found)
    elif found := _BEFORE.search(flat):
        until, flat = _clock(*(found.groups()[:3] if found[1] else found.groups()[3:])), _out(flat, found)
    if found := _PARTY.search(flat):
        party, flat = int(found[1]), _out(flat, found)
    per: Literal["table", "cover"] = "cover" if (each := _COVER.search(flat)) else "table"
    flat = _out(flat, each) if each else re.sub(r"\b(?:per|a|each|har|every) (?:table|mez|टेबल)s?\b|हर टेबल", " ", flat)
    return DepositSaid(flat, per, since, until, party, name)


def season_said(text: str) -> tuple[str | None, str]:
    """Its name, before or after the word, and the words without both."""
    found = _SEASON.search(fold(text))
    if found is None or len(fold(text)) != len(text):
        found = re.search(r"\bseasons?\b|सीज़?न|सीजन", text, re.IGNORECASE)
    if found is None:
        return None, text
    ahead, behind = text[: found.start()].strip(), text[found.end() :].strip()
    named = re.match(r"(?:called |named )?[\"']?([^\d+\-–%:,]+?)[\"']?(?=\s*(?:$|[\d+\-–:,]|from\b|se\b))", behind)
    ordinary = r"(?:remove|delete|end|stop|drop|lift|cancel|add|new|set|start|the|a|naya|हटाओ|नया)"
    before = re.sub(rf"^(?:{ordinary}\s+)+|^{ordinary}$", "", ahead, flags=re.IGNORECASE).strip()
    hindi = _ORDERS.sub("", behind).strip()
    if before:
        return before, hindi
    if named and named[1].strip():
        return named[1].strip(), behind[named.end() :].strip()
    return (hindi or None, "") if not re.search(r"\d", hindi) else (None, behind)


def _is_clock(found: re.Match[str]) -> bool:
    """Of 7-11 pm the hours are said; 24-26 are days."""
    return bool(found[3] or found[6])


def _clock(hour: str, minute: str | None, half: str | None) -> time:
    """Without a word tables are for the evening."""
    number = int(hour) % 24
    if half == "pm" or (half != "am" and number < _NOON):
        number = number % _NOON + _NOON
    elif half == "am":
        number %= _NOON
    return time(number, int(minute or 0))


def _out(flat: str, found: re.Match[str]) -> str:
    return f"{flat[: found.start()]} {flat[found.end() :]}"
