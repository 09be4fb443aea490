"""A booking made from another number: its name or a code sent there proves it, and then both numbers are one guest."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from typing import Final

from bot.actions.desk import Desk
from bot.actions.taking import takes
from bot.turns import Offered
from core.bookings.reference import as_reference
from core.bookings.tell import tell_guest
from core.errors import BookingNotFound
from core.guests.merge import CODE_LIVES, Claimed, Proof, claim, claim_by_code, new_code
from models.base import Json
from models.booking import Booking

_ANOTHER: Final = re.compile(
    r"\b(?:another|other|different|old|wife'?s|husband'?s|doosr\w*|dusr\w*|purane?|alag)\s+(?:phone|mobile|number)"
    r"|(?:दूसरे|पुराने|अलग) (?:नंबर|फ़ोन|फोन)",
    re.IGNORECASE,
)
_ASKED: Final = "name"
_BY_CODE: Final = re.compile(r"^\s*1\s*[.)]?\s*$|\b(?:code|otp)\b|कोड|ओटीपी", re.IGNORECASE)
_A_CODE: Final = Offered("proof_code", {}, "option_proof_code")
_NEVER_MIND: Final = frozenset({"deny", "abandon", "goodbye", "talk_to_human", "change_language"})


def says_so(desk: Desk) -> bool:
    """Whether they say that they booked from another number."""
    return bool(_ANOTHER.search(desk.text))


def ask_proof(desk: Desk, booking: Booking, what: str) -> None:
    """In whose name is it? What was wanted goes on when that is right; a code to the other number does as well."""
    desk.conversation.journey = "my_booking"
    desk.remember(proof={"booking_id": booking.id, "what": what})
    options = [] if booking.conversation_id is None else [_A_CODE]
    desk.ask(_ASKED, "ask_proof", {"reference": booking.reference}, options=options)


@takes("proof_code")
def send_code(desk: Desk, _value: Json) -> None:
    """A code goes to where the booking was made; whoever tells it back holds both numbers."""
    open_claim = desk.memory("proof")
    booking = None if open_claim is None else desk.session.get(Booking, open_claim["booking_id"])
    if booking is None or booking.account_id != desk.account_id or booking.conversation_id is None:
        raise BookingNotFound
    facts = {"reference": booking.reference, "minutes": int(CODE_LIVES.total_seconds() // 60)}
    code = new_code(desk.session, desk.guest, booking, now=desk.now)
    if code is None:
        desk.forget_wishes()
        desk.say("proof_too_many", facts)
        return
    about = str(desk.context.turn.id)
    tell_guest(desk.session, booking, "proof_code", now=desk.now, about=about, more=facts | {"code": code})
    desk.remember(proof=open_claim | {"by": "code"})
    desk.ask(_ASKED, "ask_code", facts)


def took(desk: Desk, go_on: Callable[[Desk, Booking, str], None]) -> bool:
    """Whether these words were the name, or the code, asked for."""
    open_claim = desk.memory("proof")
    if open_claim is None or desk.asked != _ASKED:
        return False
    if desk.context.understood.intent in _NEVER_MIND:
        desk.forget_wishes()
        return False
    booking = desk.session.get(Booking, open_claim["booking_id"])
    if booking is None or booking.account_id != desk.account_id:
        raise BookingNotFound
    if as_reference(desk.text.strip()) == booking.reference:
        return False  # said once more, which is neither a name nor a code
    digits = _digits(desk.text)
    by_code = "by" in open_claim and bool(digits)
    if not by_code and _BY_CODE.search(desk.text) and booking.conversation_id is not None:
        send_code(desk, {})
        return True
    claimed = (
        claim_by_code(desk.session, desk.guest, booking, code=digits, now=desk.now)
        if by_code
        else claim(desk.session, desk.guest, booking, name=desk.text, now=desk.now)
    )
    _settle(desk, booking, claimed, go_on, open_claim["what"], wrong="code_wrong" if by_code else "proof_wrong")
    return True


def _settle(
    desk: Desk,
    booking: Booking,
    claimed: Claimed,
    go_on: Callable[[Desk, Booking, str], None],
    what: str,
    *,
    wrong: str,
) -> None:
    facts = {"reference": booking.reference, "left": claimed.left}
    match claimed.proof:
        case Proof.RIGHT:
            desk.context.guest = claimed.guest
            desk.forget_wishes()
            desk.say("proof_right")
            about = str(desk.conversation.id)
            if booking.conversation_id != desk.conversation.id:
                tell_guest(desk.session, booking, "identity_joined", now=desk.now, about=about)
            go_on(desk, booking, what)
        case Proof.WRONG if claimed.left:
            desk.ask(_ASKED, wrong, facts)
        case _:
            desk.forget_wishes()
            desk.say("proof_too_many", facts)


def _digits(text: str) -> str:
    """The digits in it, in whatever script: ४८२ ९१३ is 482913."""
    return "".join(str(unicodedata.digit(sign)) for sign in text if sign.isdigit())
