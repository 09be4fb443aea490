"""One to five, right after the house has asked how it was."""

from __future__ import annotations

import re
from typing import Final

from sqlalchemy import select

from bot.actions.desk import Desk
from core.bookings.facts import booking_facts
from core.bookings.review import LOW, review
from models.booking import Booking
from models.messaging import Message

_STARS: Final = re.compile(r"([1-5१-५])(?:\s*(?:/|out of|में से|mein se)\s*[5५])?\s*(?:stars?|तारे|taare|सितारे)?")
_DRAWN: Final = re.compile(r"[★⭐]\ufe0f?")


def took(desk: Desk) -> bool:
    """Whether these words were the answer; then it is kept, and nothing else happens."""
    stars = stars_in(desk.text)
    booking = None if stars is None else _asked_about(desk)
    if stars is None or booking is None:
        return False
    facts = booking_facts(desk.session, booking) | {"review_stars": stars}
    if not review(desk.session, booking, stars=stars, now=desk.now):
        return False
    desk.say("review_low" if stars <= LOW else "review_thanks", facts, booking_id=booking.id)
    return True


def stars_in(text: str) -> int | None:
    """The number, written or drawn."""
    words = text.casefold().strip(" .!()#")
    drawn = len(_DRAWN.findall(words))
    if drawn and not _DRAWN.sub("", words).strip():
        return drawn if drawn <= 5 else None  # noqa: PLR2004 - of five
    found = _STARS.fullmatch(words)
    return int(found[1]) if found else None


def _asked_about(desk: Desk) -> Booking | None:
    """The booking, when the question was the last thing said here before these words were written."""
    talk = desk.conversation
    asked = desk.session.scalar(
        select(Message)
        .where(
            Message.line_id == talk.line_id,
            Message.address == talk.address,
            Message.conversation_id == talk.id,
            Message.sent_at <= desk.context.turn.first_received_at,
        )
        .order_by(Message.id.desc())
        .limit(1)
    )
    if asked is None or asked.reply != "review_ask" or asked.booking_id is None:
        return None
    booking = desk.session.get_one(Booking, asked.booking_id)
    return booking if booking.guest_id == desk.guest.id else None
