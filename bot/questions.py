"""What a question is about, by the words guests use in three languages, and which of its clauses are questions at all.

>>> topics("check-in time? and parking hai kya")
('check_in', 'parking')
>>> clauses("24 dec, and is breakfast included?")
(['24 dec'], ['is breakfast included'])
"""

from __future__ import annotations

import re
from typing import Final

# In the order of being particular: the first that fits a stretch of words wins over what follows.
_TOPICS: Final[dict[str, str]] = {
    "photo": r"photo|picture|pics?\b|image|tasveer|फ़?ोटो|तस्वीर"
    r"|\bshow me (?:the|a|your|this|that) (?:room|suite|place|hotel|restaurant)\b",
    "check_in": r"check[\s-]?in|checkin|चेक[\s-]?इन|early arrival",
    "check_out": r"check[\s-]?out|checkout|चेक[\s-]?आउट|late departure",
    "parking": r"parking|car park|park (?:my|the|our|a) car|gaadi|gadi|पार्किंग|गाड़ी|valet",
    "breakfast": r"break\s?fast|nashta|naashta|nasta|नाश्ता|ब्रेकफास्ट|ब्रेकफ़ास्ट",
    "wifi": r"wi[\s-]?fi|internet|वाई[\s-]?फ़?ाई|वाईफाई|इंटरनेट",
    "pool": r"pool|swim|पूल|तैर",
    "pets": r"\bpets?\b|\bdogs?\b|\bcats?\b|kutta|kutte|billi|पालतू|कुत्त|बिल्ली",
    "smoking": r"smok|cigarette|सिगरेट|धूम्रपान",
    "wheelchair": r"wheel\s?chair|step[\s-]?free|disab|handicap|व्हील\s?चेयर|व्हीलचेयर",
    "dress_code": r"dress|wear|kapde|कपड़े|ड्रेस",
    "alcohol": r"alcohol|liquor|beer|wine|cocktail|daaru|daru|sharab|शराब|बीयर",
    "birthday": r"birthday|anniversary|cake|decorat|janamdin|जन्मदिन|केक|सालगिरह",
    "outdoor": r"outdoor|outside|open air|rooftop|terrace|bahar baith|बाहर|छत",
    "veg": r"\bveg\b|vegetarian|\bjain\b|non[\s-]?veg|vegan|shakahari|शाकाहार|जैन|वेज",
    "menu": r"menu|dishes|special(?:it|t)|kya khana|khane me kya|मेन्यू|मेनू|खाने में क्या",
    "cancellation": r"cancel|refund|policy|रद्द|कैंसल|रिफ़?ंड|वापस",
    "payment": r"pay|upi|card|cash|gpay|phonepe|paytm|भुगतान|नक़?द|कार्ड|पैसे कैसे",
    "children": r"child|kids?\b|baby|bachch?[aeo]|extra bed|cot\b|बच्च|पालना",
    "hours": r"timing|opening|open|close|hours|khul|band hota|kitne baje|कितने बजे|खुल|समय|बंद होत",
    "distance": r"\bfar\b|distance|near(?:est)? |station|airport|kitn[ai] door|kitni dur|door hai"
    r"|दूर|स्टेशन|एयरपोर्ट|हवाई",
    "address": r"address|where (?:is|are|exactly)|location|direction|\bmap\b|kahan hai|kahaan"
    r"|\bpata\b|reach|पता|कहाँ|कहां|रास्ता|लोकेशन",
    "phone": r"phone|number|contact|call|फ़ोन|फोन|नंबर|संपर्क",
    "stars": r"\bstars?\b|rating|स्टार",
    "cuisine": r"cuisine|kind of food|type of food|kaisa khana|किस तरह का खाना",
    "price": r"price|rate|cost|tariff|how much|kitne ka|kitna (?:lagega|hoga|padega)|kiraya|दाम|क़?ीमत|किराया|कितने का",
    "hotels": r"which hotels|what hotels|your hotels|hotels do you|kaun ?s[ei] hotel|कौन ?से होटल",
    "restaurants": r"which restaurants|what restaurants|your restaurants|restaurants do you|kaun ?s[ei] restaurant"
    r"|कौन ?से रेस्",
}
TOPICS: Final = {name: re.compile(pattern) for name, pattern in _TOPICS.items()}
_SPLIT: Final = re.compile(r"[?!;\n,।]+|\.(?=\s|$)|\s(?:and also|and|also|aur|plus|but|lekin|par yeh|और|लेकिन)\s(?=\D)")
_ASKING: Final = re.compile(
    r"\b(?:is|are|do|does|can|could|what|when|where|which|how|any|kya|kab|kahan|kitne|kitna|kitni|kaisa|kaise)\b"
    r"|क्या|कब|कहाँ|कहां|कितन|कैस"
)
MOST_ANSWERED: Final = 2


def topics(text: str) -> tuple[str, ...]:
    """What is asked about, in the order of the words, two things at most."""
    words = text.casefold()
    found = [(hit.start(), name) for name, pattern in TOPICS.items() if (hit := pattern.search(words))]
    covered = {name for _, name in found}
    if covered & {"check_in", "check_out", "breakfast", "parking", "pool"}:
        covered -= {"hours", "price"}  # "check-in time" asks for one thing
    if "phone" in covered and "payment" in covered:
        covered -= {"phone"}
    return tuple(name for _, name in sorted(found) if name in covered)[:MOST_ANSWERED]


def clauses(text: str) -> tuple[list[str], list[str]]:
    """The message in two: what is told, and what is asked."""
    parts = [part.strip() for part in _SPLIT.split(text.casefold()) if part.strip()]
    asked = [part for part in parts if _is_asked(part)]
    told = [part for part in parts if part not in asked]
    return told, asked


def _is_asked(part: str) -> bool:
    """A child that is counted is told; a child without a number is asked about."""
    if _ASKING.search(part):
        return True
    return any(pattern.search(part) for pattern in TOPICS.values()) and not any(sign.isdigit() for sign in part)


# What is part of the wish itself when it is asked for: no side question.
_OF_THE_WISH: Final = frozenset(
    {"price", "hotels", "restaurants", "photo", "outdoor", "cuisine", "birthday", "stars", "children", "hours"}
)
_THING_WANTED: Final = re.compile(
    r"\b(?:rooms?|hotels?|tables?|stay|resort|kamra|kamre|mez|place|restaurants?)\b|कमर|होटल|टेबल|मेज|जगह"
)


def side_question(text: str) -> bool:
    """Whether something is told and something else asked about the house in one message.

    >>> side_question("2 people, is breakfast included?"), side_question("24 dec, 2 log, breakfast chahiye")
    (True, False)
    >>> side_question("do you have rooms with a pool, 24 dec, 2 people?"), side_question("is breakfast included?")
    (False, False)
    """
    told, asked = clauses(text)
    about = [part for part in asked if _ASKING.search(part) and not _THING_WANTED.search(part)]
    return bool(told) and any(set(topics(part)) - _OF_THE_WISH for part in about)
