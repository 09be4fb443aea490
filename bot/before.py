"""What the last question asked for, read from its own words, when nobody kept it.

The desk knows what it asked. Other people's dialogues only show their words.

>>> sorted(asked_in("What city, and for how many people?"))
['guests', 'place']
>>> sorted(asked_in("Your table is booked."))
[]
"""

from __future__ import annotations

import re
from typing import Final

_ASKING: Final = (
    r"\b(?:what|which|any|prefer\w*|preference|specific|particular|your|another|different|other|ka?un\w*|kis\w*)\b"
)
_NEAR: Final = r"[^.?!]{0,60}"


def _about(things: str, more: str = "") -> re.Pattern[str]:
    return re.compile(rf"{_ASKING}{_NEAR}(?<![a-z])(?:{things})" + (f"|{more}" if more else ""))


_ASKED: Final = {
    "nights": re.compile(
        r"how many (?:nights|days)|how long|length of (?:the |your )?stay|number of (?:nights|days)|what days"
        r"|kitn[ie] (?:raat|din)|कितनी रात|कितने दिन"
    ),
    "guests": re.compile(
        r"how many(?: (?:people|guests|persons?|adults|diners|seats|others))|how (?:big|large) (?:is|of)|party size"
        r"|size of|number of (?:people|guests|diners)|for how many\W|how many (?:will|would|are|is|of|in)"
        r"|kitne (?:log|bande)|कितने लोग"
    ),
    "rooms": re.compile(r"how many (?:hotel )?rooms|number of rooms|kitne (?:kamre|room)|कितने कमरे"),
    "date": _about(
        r"day|date|dates",
        r"\bwhen\b|how soon|(?:check|start)\w*[- ](?:in )?(?:day|date)|kab\b|kis din|कब|किस दिन|तारीख",
    ),
    "time": _about(r"time|hour|timing", r"\bwhen\b|kitne baje|kis samay|कितने बजे|किस समय"),
    "place": _about(
        r"city|cities|area|areas|part of (?:the )?(?:town|city)|part hai|locations?|town|side of|region|neighbou?rhood",
        r"\bwhere\b|kahan|kis (?:area|jagah)|कहाँ|कहां|किस शहर|(?:in|of) town",
    ),
    "cuisine": _about(
        r"food|cuisine|cuisines|type of restaurant|kind of restaurant|khana|menu|dish|meal",
        r"(?:craving|like to eat|feel like eating|want to eat)",
    ),
    "price": _about(r"price|prices|priced|pricing|budget|cost", r"price range|how much .*(?:spend|pay)|कीमत|बजट"),
    "stars": _about(r"stars?|rating|ratings", r"star rating"),
    "name": _about(
        r"restaurants?|hotels?|places?|one",
        r"what.{0,12} name|name of the|which (?:restaurant|hotel|one|place)|pick one|choices|restaurant name"
        r"|where .*reserv"
        r"|would you (?:like|prefer) (?:to|at)?",
    ),
    "confirm": re.compile(
        r"(?:correct|right|confirm|shall i|should i|would you like me|do you want me|go ahead|okay|is that ok|sahi hai)"
        r"\b"
    ),
}
_QUESTION: Final = re.compile(
    r"[^.?!।]*[?]|[^.?!।]*\b(?:what|which|please|prefer\w*|confirm|tell me|need|kya|kaun\w*)\b[^.?!।]*"
)

# Films, trains, cars, machines and flats: a conversation about one of them asks for its rating or its price, too.
_OTHERS: Final = re.compile(
    r"\b(?:movies?|films?|cinema|director|trailer|episode|series|songs?|singer|concert|event|museum|trains?|flights?"
    r"|airlines?|bus(?:es)?|departure|tickets?|cars?|cab|sedan|suv|vehicle|laptop|desktop|processor|memory|battery"
    r"|operating system|apartment)\b"
    r"|फ़?िल्म|मूवी|धारावाहिक|टीवी|निर्देशक|ट्रेन|उड़ान|फ्लाइट|टिकट|प्रस्थान|गाड़ी|मॉडल|लैपटॉप|प्रोसेसर"
)


def speaks_of_others_business(words: str) -> bool:
    """Whether the other side was just talking of what no hotel and no restaurant offers.

    >>> speaks_of_others_business("The film was released in 1994."), speaks_of_others_business("The suite is free.")
    (True, False)
    """
    return _OTHERS.search(words.lower()) is not None


def asked_in(words: str) -> frozenset[str]:
    """Everything the other side's last message asked for; one message may ask for several things."""
    questions = " ".join(_QUESTION.findall(words.lower()))
    return frozenset(what for what, sign in _ASKED.items() if sign.search(questions))


def asked_of_us(asked: frozenset[str], *, stay: bool) -> str:
    """The same as one of the desk's own questions: the one whose answer may be a bare number comes first."""
    if "nights" in asked or (stay and "date" in asked):
        return "dates"
    for what, ours in (
        ("guests", "guests" if stay else "party"),
        ("time", "time"),
        ("date", "date"),
        ("place", "place"),
    ):
        if what in asked:
            return ours
    return "name" if "name" in asked else "none"


_OURS: Final = {
    "dates": {"date", "nights"},
    "date": {"date"},
    "time": {"time"},
    "guests": {"guests"},
    "party": {"guests"},
    "place": {"place"},
    "name": {"name"},
    "option": {"name"},
    "confirm": {"confirm"},
}


def asked_when(asked: str, words: str) -> frozenset[str]:
    """What was asked for: as known when the question was ours, else as its words show."""
    return frozenset(_OURS.get(asked, ())) if asked not in {"", "none"} else asked_in(words)
