"""The desk's intents in the neutral scheme in which public dialogue data is scored.

Only measuring needs this. The desk itself answers the same words by what was asked; public data judges one message at a
time, so what the system said before has to stand in for what we would have asked.
"""

import re
from enum import StrEnum
from typing import Final

ACTS: Final = {
    "greet": "greet",
    "goodbye": "goodbye",
    "thank": "thank",
    "affirm": "affirm",
    "deny": "negate",
    "inform": "inform",
    "search_stay": "search_hotel",
    "book_stay": "book_hotel",
    "search_table": "search_restaurant",
    "book_table": "book_restaurant",
    "select": "select",
    "ask_alternatives": "request_alts",
    "ask_info": "request_info",
    "check_booking": "check_booking",
    "change_booking": "modify",
    "cancel_booking": "cancel",
    "pay": "request_info",
    "abandon": "negate",
    "talk_to_human": "talk_to_human",
    "complain": "complaint",
    "request_service": "service_request",
    "change_language": "out_of_scope",
    "my_data": "request_info",
    "tap": "select",
    "share_location": "inform",
    "send_media": "out_of_scope",
    "out_of_scope": "out_of_scope",
    "nlu_fallback": "out_of_scope",
}


class Said(StrEnum):
    """What kind of thing the other side said last."""

    NOTHING = "nothing"
    ASKED_DETAIL = "asked for a detail"
    ASKED_YES_NO = "asked yes or no"
    OFFERED = "named a place"
    DONE = "said it is done"


_DETAIL_SLOTS = frozenset({"place", "dates", "guests", "date", "time", "party", "name", "journey"})
_YES_NO_SLOTS = frozenset({"confirm", "cancel", "change", "payment"})

_DONE = re.compile(r"\b(booked|reserved|confirmed|complete|success\w*|reference|made (the|your|that)|all set)\b|बुक हो")
_OPEN_QUESTION = re.compile(
    r"(^|[.!?,:] )(and |so |sure |ok |okay )?(what|which|where|when|how|who|for (how|what|when))\b[^.?!]*\?$"
)
_DETAIL = re.compile(
    r"\b(what|which|where|when|how (many|long|much)|who)\b[^.?!]*\?"
    r"|\bwhat (time|day|date|city|kind|type|area|price|food)\b"
    r"|\b(preference|prefer|preferred|specific|in mind|tell me|for how)\b"
    r"|\b(any|another|different) (area|price|type|cuisine)\b"
    r"|\b(kaun|kaunsa|kaunse|kis|kitne|kab|kahan)\b|कौन|किस|कितने|कब|कहाँ|कहां"
)
_YES_NO = re.compile(
    r"\b(would you like|shall i|should i|do you want|want me to|can i (book|reserve|help)|anything else|go ahead"
    r"|is (that|this|it) (right|correct|ok|okay|your)|correct|confirm|right)\b[^.?!]*\?"
    r"|\bconfirm\b|^(ok(ay)?|sure|so)\b.*\b(reservation|table|rooms?|check(ing)?[ -]in) (for|on|at|in)\b|, right"
    r"|\b(reservation|table) for \d|\bcheck(ing)?[ -]in\b"
    r"|\bhai (na|right)\b|\brahe ha?in? ?\?|क्या मैं|क्या आप चाहते"
)
_STAY = re.compile(
    r"\b(hotels?|rooms?|rm|nights?|guest ?houses?|check(ing)?[ -]?(in|out)|stay|suite|kamr[ae]|raat)\b"
    r"|होटल|कमर|रात|ठहर|रुक"
)
_TABLE = re.compile(
    r"\b(restaurants?|tables?|dinner|lunch|dine|diner|eat|eating|food|cuisine|serves?|khana|brunch|cafe)\b"
    r"|रेस्|टेबल|खान|व्यंजन"
)
_CLOCK = re.compile(r"\b\d{1,2}([:.]\d\d)?\s*([ap]\.?m|baje|o ?clock)\b|\b\d{1,2}:\d\d\b|बजे")
_NO = re.compile(r"(no|nope|nah|nahi|nahin|ji nahi|नहीं|जी नहीं)\b")
_THANKS = re.compile(r"\b(thanks?|thank you|thankful|shukriya|dhanyav?w?aa?d|appreciate\w*)\b|धन्यवाद|शुक्रिया")
_A_FEW_WORDS = 4


def neutral_act(intent: str, *, text: str = "", asked: str = "none", prev_system: str = "") -> str:
    """The act a stranger would call this message, given the intent the engine read and what was said before it."""
    act = ACTS[intent]
    said = said_before(asked=asked, prev_system=prev_system)
    if act in {"book_hotel", "book_restaurant", "search_hotel", "search_restaurant"}:
        return _rightly_housed(act, text.lower(), prev_system.lower(), said)
    if act == "affirm" and said is Said.OFFERED:
        return "select"
    if act == "goodbye" and said is Said.ASKED_YES_NO and _NO.match(text.lower()):
        return "thank" if _THANKS.search(text.lower()) else "negate"
    if act == "out_of_scope" and said is Said.ASKED_DETAIL and len(text.split()) <= _A_FEW_WORDS:
        return "inform"
    return act


def said_before(*, asked: str = "none", prev_system: str = "") -> Said:
    """What the last message of the other side was about: what we know we asked, else what its words show."""
    if asked == "option":
        return Said.OFFERED
    if asked in _DETAIL_SLOTS:
        return Said.ASKED_DETAIL
    if asked in _YES_NO_SLOTS:
        return Said.ASKED_YES_NO
    words = prev_system.lower().strip()
    if not words:
        return Said.NOTHING
    for sign, said in (
        (_DONE, Said.DONE),
        (_OPEN_QUESTION, Said.ASKED_DETAIL),
        (_YES_NO, Said.ASKED_YES_NO),
        (_DETAIL, Said.ASKED_DETAIL),
    ):
        if sign.search(words):
            return said
    return Said.OFFERED


def _rightly_housed(act: str, text: str, before: str, said: Said) -> str:
    """Tell a stay from a table by the message's own words, else by the words before it."""
    verb, _ = act.split("_")
    stay, table = bool(_STAY.search(text)), bool(_TABLE.search(text) or _CLOCK.search(text))
    if stay == table:
        stay, table = bool(_STAY.search(before)), bool(_TABLE.search(before))
    if stay != table:
        act = f"{verb}_hotel" if stay else f"{verb}_restaurant"
    return "inform" if said is Said.ASKED_DETAIL else act
