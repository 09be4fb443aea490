"""A booking made from another number: the name it is under proves it, and then both numbers are one guest."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final

from bot.actions.desk import Desk
from core.bookings.tell import tell_guest
from core.errors import BookingNotFound
from core.guests.merge import Proof, claim
from models.booking import Booking

_ANOTHER: Final = re.compile(
    r"\b(?:another|other|different|old|wife'?s|husband'?s|doosr\w*|dusr\w*|purane?|alag)\s+(?:phone|mobile|number)"
    r"|(?:दूसरे|पुराने|अलग) (?:नंबर|फ़ोन|फोन)",
    re.IGNORECASE,
)
_ASKED: Final = "name"
_NEVER_MIND: Final = frozenset({"deny", "abandon", "goodbye", "talk_to_human", "change_language"})


def says_so(desk: Desk) -> bool:
    """Whether they say that they booked from another number."""
    return bool(_ANOTHER.search(desk.text))


def ask_proof(desk: Desk, booking: Booking, what: str) -> None:
    """In whose name is it? What was wanted goes on when that is right."""
    desk.conversation.journey = "my_booking"
    desk.remember(proof={"booking_id": booking.id, "what": what})
    desk.ask(_ASKED, "ask_proof", {"reference": booking.reference})


def took(desk: Desk, go_on: Callable[[Desk, Booking, str], None]) -> bool:
    """Whether these words were the name asked for."""
    open_claim = desk.memory("proof")
    if open_claim is None or desk.asked != _ASKED:
        return False
    if desk.context.understood.intent in _NEVER_MIND:
        desk.forget_wishes()
        return False
    booking = desk.session.get(Booking, open_claim["booking_id"])
    if booking is None or booking.account_id != desk.account_id:
        raise BookingNotFound
    claimed = claim(desk.session, desk.guest, booking, name=desk.text, now=desk.now)
    facts = {"reference": booking.reference, "left": claimed.left}
    match claimed.proof:
        case Proof.RIGHT:
            desk.context.guest = claimed.guest
            desk.forget_wishes()
            desk.say("proof_right")
            about = str(desk.conversation.id)
            if booking.conversation_id != desk.conversation.id:
                tell_guest(desk.session, booking, "identity_joined", now=desk.now, about=about)
            go_on(desk, booking, open_claim["what"])
        case Proof.WRONG if claimed.left:
            desk.ask(_ASKED, "proof_wrong", facts)
        case _:
            desk.forget_wishes()
            desk.say("proof_too_many", facts)
    return True
