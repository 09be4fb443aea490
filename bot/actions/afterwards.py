"""Right after a booking, or whenever it was the last thing spoken of: words that want it otherwise.

"One more night", "make it a deluxe double", "mera time 9:30 kar do" begin no new search: they change what is booked.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from bot.actions import stay
from bot.actions.change_booking import of_hold
from bot.actions.change_wish import fitting, whole_wish
from bot.actions.desk import Desk
from bot.actions.my_booking import change_one_of
from bot.wishes import StayWish, TableWish
from core.bookings.find import bookings_of_guest
from models.booking import Booking
from models.states import BookingKind, BookingStatus

_CHANGEABLE: Final = frozenset({BookingStatus.HELD, BookingStatus.CONFIRMED, BookingStatus.ARRIVED})
# Said of what there is, not of something new.
_VERB: Final = re.compile(
    r"\b(?:make (?:it|that|this|us)|change|shift|move|push|postpone|prepone|resched\w*|extend|add|increase|reduce"
    r"|upgrade|downgrade|switch|update|modify|instead|actually|sorry|kar (?:do|de|dena|dijiye|dijie|lo)|kardo"
    r"|karwa\w*|badha\w*|badal\w*|jod\w*|hata\w*|ki jagah|ke bajay\w*)\b"
    r"|कर (?:दो|दे|देना|दीजिए|लो)|करवा|बढ़ा|बढा|बदल|जोड़|जोड|हटा|की जगह|के बजाय",
    re.IGNORECASE,
)
_COMING: Final = re.compile(
    r"\b(?:come|coming|arriv\w*|late|reach\w*|aa\w*enge|aa (?:rahe|jaa?yenge|sakte)|aana|der)\b"
    r"|आए|आएँ|आयें|आ (?:रहे|सकते)|देर",
    re.IGNORECASE,
)
# Said of something new, whatever there is.
_NEW: Final = re.compile(
    r"\b(?:another|new|second|also (?:need|want|book)|(?:ek|one) (?:aur|more)|doosr\w|dusr\w|nay[aie]) (?:\w+ ){0,2}?"
    r"(?:rooms?|tables?|hotel|stay|booking|reservation|restaurant|kamra|kamre|mez)\b"
    r"|\b(?:book|find|search|looking for|show me|available)\b|\bneed (?:a|another)\b"
    r"|(?:एक और|दूसर\S+|नय\S) (?:\S+ )?(?:कमरा|कमरे|टेबल|मेज|होटल|बुकिंग)|(?:बुक कर|ढूंढ|ढूँढ|खोज)",
    re.IGNORECASE,
)
_ONE_MORE_ROOM: Final = re.compile(
    r"\b(?:one more|another|ek aur|ek extra|an extra) (?:\w+ )?(?:room|kamra)\b|एक और (?:\S+ )?कमरा", re.IGNORECASE
)
_SOMETHING: Final = re.compile(
    r"\b(?:a|an|ek|any) (?:\w+ ){0,2}?(?:room|table|hotel|kamra|mez)\b|एक (?:\S+ )?(?:कमरा|टेबल|मेज|होटल)", re.IGNORECASE
)
_OTHER_MATTERS: Final = frozenset(
    {
        "cancel_booking",
        "check_booking",
        "pay",
        "abandon",
        "greet",
        "goodbye",
        "thank",
        "my_data",
        "change_language",
    }
)
_SURELY: Final = 0.6


def took(desk: Desk) -> bool:
    """Go on with the change of the booking meant, or ask which; False when these words change none."""
    if desk.held is not None and _says_more(desk, desk.conversation.journey):
        return of_hold(desk)
    if desk.conversation.journey != "none" or desk.asked not in {"none", "journey"} or _is_another_matter(desk):
        return False
    bookings = _changeable(desk)
    if not any(booking.id == desk.conversation.booking_id for booking in bookings):
        return False
    meant = [booking for booking in fitting(desk, bookings) if _is_said_of(desk, booking)]
    if not meant:
        return False
    change_one_of(desk, meant)
    return True


def one_more_room(desk: Desk) -> bool:
    """One more room like the last, at the same house on the same nights; for how many is asked."""
    if desk.conversation.journey != "none" or desk.asked not in {"none", "journey"}:
        return False
    heard, named = desk.hear("stay"), desk.mentions
    elsewhere = named.city or named.property or heard.check_in or heard.date or heard.flexible or desk.wants_near
    last = next((each for each in _changeable(desk) if each.id == desk.conversation.booking_id), None)
    if last is None or last.kind is not BookingKind.STAY or elsewhere or not _ONE_MORE_ROOM.search(desk.text):
        return False
    wish = whole_wish(desk, last)
    if isinstance(wish, TableWish):
        return False
    wish = replace(wish, adults=None, children=None, rooms=None, room_type=named.room_type, meal_plan=None)
    desk.conversation.journey = "stay"
    desk.remember(about_house=last.property_id)
    stay.proceed(desk, wish.merge(replace(heard, rooms=None)), before=StayWish())
    return True


def _is_another_matter(desk: Desk) -> bool:
    heard = desk.context.understood
    if heard.intent in _OTHER_MATTERS or _NEW.search(desk.text):
        return True
    return heard.intent in {"talk_to_human", "complain"} and heard.confidence >= _SURELY


def _changeable(desk: Desk) -> Sequence[Booking]:
    since = desk.conversation.fresh_since
    found = bookings_of_guest(desk.session, desk.guest.id, now=desk.now, made_since=since)
    return [booking for booking in found if booking.status in _CHANGEABLE]


def _is_said_of(desk: Desk, booking: Booking) -> bool:
    """A difference, a word of changing, or bare details that are no whole wish of their own."""
    heard = desk.hear(booking.kind.value)
    if _says_more(desk, booking.kind.value) or _VERB.search(desk.text):
        return True
    if booking.kind is BookingKind.TABLE and _COMING.search(desk.text):
        return True
    if desk.context.understood.intent != "inform" or _SOMETHING.search(desk.text):
        return False
    people = heard.guests is not None or heard.adults is not None
    dated = heard.check_in is not None or heard.date is not None
    return not (people and dated)


def _says_more(desk: Desk, kind: str) -> bool:
    """A difference from what was agreed: one more, a day later."""
    heard = desk.hear(kind)
    return any((heard.more_nights, heard.more_guests, heard.more_children, heard.later_days))
