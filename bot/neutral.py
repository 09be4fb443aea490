"""The desk's intents in the neutral scheme in which public dialogue data is scored.

Only measuring needs this. The desk itself answers the same words by what was asked; public data judges one message at a
time, so what the system said before has to stand in for what we would have asked.
"""

import re
from collections.abc import Collection, Sequence
from enum import StrEnum
from typing import Final

from bot.before import asked_when, speaks_of_others_business
from bot.questions import topics

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
    r"|\b(further|additional|other|any(thing)?|something|what) (assist\w*|help|else)\b"
    r"|\b(help|assist) you (with|further|today|in)\b"
    r"|\bso you\b|\bshall i\b|\b(is|at|for|to|try|about|until) \d{1,2}([:.]\d\d)? ?([ap]\.?m\b|\?)"
    r"|\baap .*\b(hai na|rahe hai)"
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
# "Is there a cheap one?" asks for another place, "is it cheap?" about this one.
_SEARCHED = frozenset({"cuisine", "location", "price_range", "stars"})
_ANY_LIKE_IT = re.compile(
    r"\b(one|ones|any|anything|something|how about|what about|what if|is there|are there|try|koi|kuch)\b|कोई|कुछ"
)
_SURE = frozenset({"date", "date_end", "guests", "nights", "time", "cuisine", "price_range", "stars", "rooms"})
_ANSWERS = {
    "nights": {"nights", "date", "date_end"},
    "guests": {"guests"},
    "rooms": {"rooms"},
    "date": {"date", "date_end", "nights"},
    "time": {"time"},
    "place": {"location"},
    "cuisine": {"cuisine"},
    "price": {"price_range"},
    "stars": {"stars"},
    "name": {"name"},
}
_WISHES_AT_TIMES = frozenset(
    {"select", "request_service", "change_booking", "ask_alternatives", "talk_to_human", "pay"}
)
_ANY_WILL_DO = re.compile(
    r"\b(any(thing|where|one| \w+)? (is fine|will do|works)|does ?n.?t matter|(do ?n.?t|not) (really )?(care|mind)"
    r"|no preference|not (important|picky|fussy)|parva+h?|koi ba[at]?th? na|koi bhi|kuch bhi|kahin bhi|farak nahi)"
    r"|कोई भी|कुछ भी|फ़?र्क"
)
_YES = re.compile(r"(yes|yeah|yep|yup|sure|ok|okay|haan?|ji|theek|हाँ|हां|जी)\b")
_NO_THANKS = re.compile(r"(no|nope|nahi|nahin)[ ,.]*(thanks|thank you|thank u|shukriya|dhanyavaad)?[ .!]*")
_FAREWELL = re.compile(r"\b(bye|goodbye|alvida|good ?night|see you|take care|have a)|अलविदा")
_ABOUT_US = re.compile(rf"{_STAY.pattern}|{_TABLE.pattern}|reserv|book")
_CLEARLY_OURS = frozenset({"greet", "goodbye", "thank", "affirm", "deny"})
_NOT_OURS_ODDS = 7.0
_AMID_OTHERS_BUSINESS = 4.0
_A_FEW_WORDS = 4


def neutral_act(
    intent: str, *, text: str = "", asked: str = "none", prev_system: str = "", slots: Collection[str] = ()
) -> str:
    """The act a stranger would call this message: by its intent, what the readers found, and what was said before."""
    said = said_before(asked=asked, prev_system=prev_system)
    words, asked_for = text.lower(), asked_when(asked, prev_system)
    act = ACTS[intent]
    if said is not Said.NOTHING and (
        _answers(intent, words, slots, asked_for)
        or _asks_for_one(intent, words, slots)
        or _any_will_do(intent, words, said)
    ):
        return "inform"
    if act in {"book_hotel", "book_restaurant", "search_hotel", "search_restaurant"}:
        if said is Said.ASKED_YES_NO and not slots and _YES.match(words):
            return "affirm"
        return _rightly_housed(act, words, prev_system.lower(), said)
    if act == "affirm" and said is Said.OFFERED:
        return "select"
    if act in {"goodbye", "thank"}:
        return _parting(act, words, said)
    if act == "out_of_scope" and said is Said.ASKED_DETAIL and len(text.split()) <= _A_FEW_WORDS:
        return "inform"
    return act


def journey_of(intent: str, *, text: str, prev_system: str) -> str | None:
    """A room or a table: by the message's own words, by the words before it, else by the intent."""
    for words in (text.lower(), prev_system.lower()):
        stay, table = bool(_STAY.search(words)), bool(_TABLE.search(words))
        if stay != table:
            return "stay" if stay else "table"
    return {"search_stay": "stay", "book_stay": "stay", "search_table": "table", "book_table": "table"}.get(intent)


def settled(
    ranking: Sequence[tuple[str, float]], *, text: str, prev_system: str = "", slots: Collection[str] = ()
) -> str:
    """The intent, where a message without any word of our business is several times as likely not to be ours.

    All the more so when the other side was just speaking of films or trains: "how is it rated?" is then about them.
    """
    intent, words, before = ranking[0][0], text.lower(), prev_system.lower()
    if intent in _CLEARLY_OURS or _ABOUT_US.search(words):
        return intent
    amid = speaks_of_others_business(before) and not _ABOUT_US.search(before)
    is_question = intent == "ask_info"
    if not (amid and is_question) and (not _SURE.isdisjoint(slots) or (topics(words) and not amid)):
        return intent
    odds = _NOT_OURS_ODDS * (_AMID_OTHERS_BUSINESS if amid else 1)
    likely = {name: share * (odds if name == "out_of_scope" else 1) for name, share in ranking}
    return max(likely, key=lambda name: likely[name])


def _answers(intent: str, text: str, slots: Collection[str], asked: frozenset[str]) -> bool:
    """Whether the message, taken for something else, holds what was asked for."""
    found = frozenset(slots)
    answered = any(not found.isdisjoint(_ANSWERS[what]) for what in asked & _ANSWERS.keys())
    if intent in {"out_of_scope", "nlu_fallback"}:
        return answered or (intent == "nlu_fallback" and not found.isdisjoint(_SURE))
    if intent in _WISHES_AT_TIMES:
        return answered
    return intent == "ask_info" and answered and "?" not in text


def _asks_for_one(intent: str, text: str, slots: Collection[str]) -> bool:
    """A question that is a wish: "is there a cheap one?"."""
    return intent == "ask_info" and not _SEARCHED.isdisjoint(slots) and _ANY_LIKE_IT.search(text) is not None


def _any_will_do(intent: str, text: str, said: Said) -> bool:
    """It does not matter: an answer too, whatever the words look like."""
    is_answer = said is Said.ASKED_DETAIL and intent in {"deny", "out_of_scope", "nlu_fallback", "ask_info", "complain"}
    return is_answer and _ANY_WILL_DO.search(text) is not None


def _parting(act: str, text: str, said: Said) -> str:
    """A no to "anything else?" is a no, thanks are thanks, and only a farewell is a farewell."""
    thanks = _THANKS.search(text) is not None
    if said is Said.ASKED_YES_NO and _NO_THANKS.fullmatch(text):
        return "negate"
    if said is Said.ASKED_YES_NO and _NO.match(text) and (act == "goodbye" or not thanks):
        return "thank" if thanks else "negate"
    if act == "goodbye" and thanks and not _FAREWELL.search(text):
        return "thank"
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
