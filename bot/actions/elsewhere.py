"""A place that is named where there is no house of ours is said back by its name, not passed over."""

from __future__ import annotations

import re
from typing import Final

from bot.actions.desk import Desk
from bot.dates.lexicon import listed
from bot.dates.words import known
from bot.openwords import named_in
from bot.openwords.line import PLAIN
from models.states import PropertyKind

# A name before "mein" of who writes Hindi, in either script: "London mein table", "टिम्बकटू में होटल".
_MEIN: Final = re.compile(
    r"(?P<name>[a-z]{4,}|[\u0900-\u0963\u0970-\u097f]{3,})\s+(?:mein|me|mai|में|मे)(?=\s+(?:\S+\s+){0,4}?"
    r"(?:room|kamra|kamre|hotel|table|restaurant|rehna|rukna|stay|khana|dinner|lunch|कमरा|कमरे|होटल|टेबल|मेज|रेस्टोरेंट"
    r"|रेस्तरां|ठहर|रुक|खाना|डिनर|लंच))",
    re.IGNORECASE,
)
_NO_TOWN: Final = re.compile(
    r"window|terrace|roof|balcony|garden|courtyard|corner|outdoor|outside|indoor|inside|lake|beach|\bsea\b|river|view"
    r"|station|airport|metro|market|\bme\b|\bmy\b|\bus\b|\bac\b|\bsun\b|shade|quiet|bar\b|deck|hall|lounge|private|bulk"
    r"|name|cash|card|upi|time|total|same|city|town|area|hotel|room|table|house|restaurant|village|mountain|hills?\b"
    r"|holiday|vacation|festival|season|budget|rupees|₹|\brs\b|weekend|hindi|english|hinglish",
    re.IGNORECASE,
)
_NO_TOWN_IN_HINDI: Final = frozenset(
    listed("""
    shaam sham raat subah dopahar kamre kamra hotel room table budget naam beech rupaye rupay hazar hazaar weekend
    hafte mahine saal dhoop chhat khidki andar bahar garden jaldi family group paise baad baare unme isme usme kisme
    दिसंबर जनवरी शाम रात सुबह दोपहर कमरे कमरा होटल टेबल बजट नाम बीच रुपये रुपए हजार हज़ार हफ्ते हफ़्ते महीने साल छत
    बगीचे खिड़की अंदर बाहर बारे इसमें उसमें किसमें परिवार रेस्टोरेंट रेस्तरां दिन दिनों
    """)
)


def elsewhere(desk: Desk, kind: PropertyKind, *, place: str | None) -> str | None:
    """A city named where there is no such house: one we know of, or one written where a place would stand.

    With `place` known only a city we know moves the wish, unless where was just asked.
    """
    named = desk.mentions
    if named.city:
        return None if desk.directory.in_city(named.city, kind) else named.city
    if named.area or named.property or desk.wants_near or (place and desk.asked != "place"):
        return None
    found = named_in(desk.text).location or _before_mein(desk.text)
    if found is None or _NO_TOWN.search(found) or _says_something_else(desk, found):
        return None
    return found.title() if found.isascii() else found


def _before_mein(text: str) -> str | None:
    for found in _MEIN.finditer(text):
        name = found["name"]
        if name.lower() not in _NO_TOWN_IN_HINDI | PLAIN and not known(name.lower()):
            return name
    return None


def _says_something_else(desk: Desk, words: str) -> bool:
    """December, the evening, a cuisine or a room type: names of other things, heard as such."""
    heard, named = desk.hear("stay", words), desk.directory.finder.find(words)
    of_time = (heard.check_in, heard.date, heard.time, heard.meal, heard.flexible, heard.nights, heard.guests)
    of_things = (named.cuisine, named.room_type, named.amenities, named.occasion, named.price_word, named.meal_plan)
    return any(of_time) or any(of_things)
