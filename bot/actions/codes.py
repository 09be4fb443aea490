"""Codes a guest gives in passing: noted, tried on the price that is open, and told kindly when they do not count."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any, Final

from bot.actions.desk import Desk
from bot.actions.holding import let_hold_go
from bot.dates.lexicon import listed
from core.errors import BookingError, CodeRefused
from core.pricing.promotions import codes_of
from core.pricing.rates import plans_for
from models.base import Json
from models.rates import Quote

_ABOUT: Final = re.compile(
    r"\bcoupons?\b|\bpromos?\b|\bpromo\s?codes?\b|promotion(?:al)? code"
    r"|(?:discount|voucher|offer|corporate|company) code"
    r"|(?:use|apply|my|mera|have a|hai|lagao|laga do) code\b|\bcode (?:is|hai|use|apply|laga|lagao)\b"
    r"|\bcode [A-Z0-9]{4,}\b"
    r"|कूपन|प्रोमो|ऑफ़?र कोड|डिस्काउंट कोड|कोड (?:है|लगा)",
    re.IGNORECASE,
)
_OTHER_CODES: Final = re.compile(r"(?:dress|pin|qr|bar|zip|postal|booking|wi-?fi) code", re.IGNORECASE)
_WORD: Final = re.compile(r"[A-Za-z][A-Za-z0-9_-]{2,19}")
_LOOKS_LIKE_ONE: Final = re.compile(r"(?=.*[A-Z0-9])[A-Z0-9_-]{4,20}|(?=.*\d)[A-Za-z0-9_-]{4,20}")
_FILLING: Final = frozenset(
    listed("""
    a an the is it my i have use apply code coupon promo promocode promotion hai mera yeh ye wala lagao laga do karo
    please pls also and with this here discount voucher offer ka ki bhi got है कोड कूपन प्रोमो मेरा यह लगा दो कृपया
    """)
)

type Ask = Callable[..., Quote]


def took(desk: Desk) -> bool:
    """Take a code out of the guest's words; False when there is none, or when they say more than that."""
    code, certain = _code_in(desk)
    speaks = bool(_ABOUT.search(desk.text)) and not _OTHER_CODES.search(desk.text)
    if code is None and not (speaks and _says_little(desk.text, None)):
        return False
    if code is None:
        desk.say("code_ask")
        desk.ask_again()
        return True
    picked = desk.memory("picked")
    desk.remember(code=code)
    if not _says_little(desk.text, code):
        return False  # "2 rooms for 24 dec, code SAVE10": the rest is heard as always, and the price has the code
    if picked is None or "starts_at" in picked or "then" in picked:
        if certain:
            desk.say("code_noted", {"code": code})
        else:
            desk.remember(code=None)
            desk.say("code_refused", CodeRefused(promotion=code, reason="unknown", **_NOTHING).facts)
        desk.ask_again()
        return True
    let_hold_go(desk, silently=True)
    from bot.actions.rooms import quote  # noqa: PLC0415 - rooms price with codes, and codes price rooms anew

    quote(desk, picked)
    return True


def priced(desk: Desk, ask: Ask) -> Quote:
    """The price with the guest's code; when it does not count they are told why, and get the price without it."""
    code = desk.memory("code")
    if code is None:
        return ask(guest_id=desk.guest.id)
    try:
        with desk.session.begin_nested():
            return ask(code=code, guest_id=desk.guest.id)
    except CodeRefused as refusal:
        return _without(desk, ask, refusal)


def plan_for(desk: Desk, value: Json) -> int:
    """The plan that was picked, or the negotiated one that the guest's code opens for this room."""
    code, picked = desk.memory("code"), int(value["rate_plan_id"])
    if code is None:
        return picked
    plans = plans_for(desk.session, [value["room_type_id"]], code=code).get(value["room_type_id"], [])
    return next((plan.rate_plan_id for plan in plans if plan.access_code == code), picked)


def facts_of(desk: Desk, told: Quote) -> Mapping[str, Any]:
    """The lines of a price that tell what was saved and what comes with it."""
    parts = told.parts
    promotion, long_stay = parts.get("promotion"), parts.get("long_stay")
    includes = parts.get("includes") or {}
    included = includes.get(desk.language) or includes.get("en")
    return {
        "code_line": promotion and desk.words("quote_code", promotion),
        "long_stay_line": desk.words("quote_long_stay", {"off": long_stay}) if long_stay else None,
        "includes_line": desk.words("quote_includes", {"includes": included}) if included else None,
    }


def used_up_meanwhile(desk: Desk, refusal: BookingError) -> bool:
    """Somebody took the last use of the code before the yes: the price without it, to be agreed on anew."""
    picked = desk.memory("picked")
    if not isinstance(refusal, CodeRefused) or picked is None:
        return False
    from bot.actions.rooms import quote  # noqa: PLC0415 - as above

    desk.remember(code=None)
    desk.say(refusal.code, refusal.facts)
    quote(desk, picked)
    return True


_LITTLE: Final = 2
_NOTHING: Final[Json] = {"starts_on": None, "ends_on": None, "nights": None}


def _without(desk: Desk, ask: Ask, refusal: CodeRefused) -> Quote:
    desk.remember(code=None)
    desk.say(refusal.code, refusal.facts)
    return ask(guest_id=desk.guest.id)


def _code_in(desk: Desk) -> tuple[str | None, bool]:
    """The code in these words and whether it is one of the house's; another only when codes are spoken of."""
    words = _WORD.findall(desk.text)
    speaks = bool(_ABOUT.search(desk.text)) and not _OTHER_CODES.search(desk.text)
    candidates = [word for word in words if speaks or word.isupper() or len(words) == 1]
    if not candidates:
        return None, False
    ours = codes_of(desk.session, desk.account_id)
    known = next((word.upper() for word in candidates if word.upper() in ours), None)
    if known is not None or not speaks:
        return known, known is not None
    unknown = (word for word in candidates if _LOOKS_LIKE_ONE.fullmatch(word) and word.lower() not in _FILLING)
    return next((word.upper() for word in unknown), None), False


def _says_little(text: str, code: str | None) -> bool:
    """Whether nothing is said beside the code itself."""
    words = re.findall(r"[^\W\d_][\w-]*|\d+", text.casefold())
    said = [word for word in words if word not in _FILLING and word != (code or "").casefold()]
    return len(said) <= _LITTLE
