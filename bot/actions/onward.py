"""The next town of a journey, as soon as the one before is settled: booked, or given up."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Final

from bot.actions import legs, stay
from bot.actions.desk import Desk
from bot.wishes import StayWish
from models.booking import Booking
from models.states import ACTIVE, BookingKind

_NEXT: Final = re.compile(
    r"\b(?:next|go on|continue|carry on|aage|agla|agle|second one|doosr\w|dusr\w)\b|आगे|अगला|अगली|दूसर", re.IGNORECASE
)
_GOING_ON: Final = frozenset(
    {
        "affirm",
        "thank",
        "greet",
        "inform",
        "search_stay",
        "book_stay",
        "ask_alternatives",
        "select",
        "pay",
        "out_of_scope",
        "nlu_fallback",
    }
)
_DROPPING: Final = frozenset({"abandon", "deny", "goodbye"})


def go_on(desk: Desk, then: Sequence[StayWish]) -> bool:
    """On to the next town, from the day the one before ends; False when there is none."""
    here = _booked(desk)
    then = [each for each in then if here is None or each.place != _town(desk, here)]
    if not then:
        return False
    first, *rest = then
    wish = _after(desk, first)
    desk.conversation.journey, desk.conversation.asked = "stay", "none"
    desk.remember(stay=None, picked=None, quote_id=None, then_quote_id=None, offers=None, question=None)
    legs.keep(desk, rest)
    desk.say("legs_next", {"place": wish.place})
    stay.proceed(desk, wish, before=StayWish())
    return True


def took(desk: Desk) -> bool:
    """Words after the first town is booked, or that leave its payment for later, lead on to the next."""
    then = legs.waiting(desk)
    if not then:
        return False
    intent = desk.context.understood.intent
    if desk.asked == "payment" and desk.held is not None:
        if not _NEXT.search(desk.text) and desk.mentions.city != then[0].place:
            return False
        desk.remember(beside=desk.held.id)
        return go_on(desk, then)
    if desk.asked != "none" or desk.conversation.journey != "none":
        return False
    if intent in _DROPPING and not _NEXT.search(desk.text):
        legs.keep(desk, [])
        return False
    if intent not in _GOING_ON and not _NEXT.search(desk.text):
        return False
    return go_on(desk, then)


def _after(desk: Desk, wish: StayWish) -> StayWish:
    """It follows what was really booked, whatever was planned."""
    booking = _booked(desk)
    if booking is None:
        return wish
    nights = wish.nights or 1
    begins = booking.last_day
    return replace(
        wish,
        check_in=begins,
        check_out=begins + timedelta(days=nights),
        adults=booking.adults,
        children=booking.children or None,
    )


def _booked(desk: Desk) -> Booking | None:
    """The stay that was just settled."""
    booking_id = desk.conversation.booking_id
    booking = desk.session.get(Booking, booking_id) if booking_id else None
    is_stay = booking is not None and booking.kind is BookingKind.STAY and booking.status in ACTIVE
    return booking if is_stay else None


def _town(desk: Desk, booking: Booking) -> str | None:
    house = desk.directory.by_id(booking.property_id)
    return house.city if house else None
