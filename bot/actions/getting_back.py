"""What a booking would give back if it were cancelled: told before any cancelling, and to who only asks."""

from __future__ import annotations

import re
from typing import Final
from zoneinfo import ZoneInfo

from bot.actions.desk import Desk
from core.bookings.cancel import cancellation_terms
from core.bookings.facts import booking_facts
from models.base import Json
from models.booking import Booking
from models.property import Property
from models.states import HOLDING

_HOW_MUCH: Final = re.compile(
    r"how much|what (?:amount|do i (?:get|lose)|will i (?:get|lose)|happens to my (?:money|deposit|advance))"
    r"|(?:do|will|would|can) i (?:still )?(?:get|lose)|kitn[aei]|kya milega|कितन|क्या मिलेगा"
)
_CANCELLING: Final = re.compile(r"cancel|कैंसि?ल|रद्द")
_BACK: Final = re.compile(r"\bback\b|refund|\blose\b|wap[aie]+s|vap[aie]+s|milega|milenge|katega|वापस|रिफ|मिले|कटेगा|कटेंगे")


def is_asked(text: str) -> bool:
    """Whether somebody asks what cancelling would give back, and not to cancel.

    >>> is_asked("how much will I get back if I cancel?"), is_asked("cancel karu to kitna wapas milega")
    (True, True)
    >>> is_asked("cancel my booking and refund me"), is_asked("how much is a room?")
    (False, False)
    """
    words = text.casefold()
    asks = bool(_HOW_MUCH.search(words) and _BACK.search(words))
    return asks and bool(_CANCELLING.search(words) or "refund" in words or "रिफ" in words)


def facts_of(desk: Desk, booking: Booking) -> Json:
    """The booking with what is kept, what comes back, and until when nothing is kept."""
    facts = booking_facts(desk.session, booking)
    if booking.status in HOLDING:
        return facts
    terms = cancellation_terms(desk.session, booking, now=desk.now)
    house = desk.session.get_one(Property, booking.property_id)
    free = terms.free_until if terms.free_until is not None and terms.free_until > desk.now else None
    return facts | {
        "kept": terms.kept.paise,
        "back": terms.back.paise,
        "free_until": free.astimezone(ZoneInfo(house.time_zone)) if free else None,
    }


def tell(desk: Desk, booking: Booking) -> None:
    """The real amount of this booking; nothing is cancelled by asking."""
    reply = "refund_nothing_paid" if booking.status in HOLDING else "refund_would_be"
    desk.say(reply, facts_of(desk, booking), booking_id=booking.id)
