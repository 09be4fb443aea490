"""A reply that quotes an older message answers that one, never what was asked last."""

from __future__ import annotations

from typing import Final

from sqlalchemy import select

from bot.actions import my_booking, standing
from bot.actions.desk import Desk
from core.messaging.heard import Heard
from models.messaging import Message

_OFFERS: Final = frozenset({"waitlist_offer", "house_proposes"})


def of_something_old(desk: Desk) -> bool:
    """Whether a bare yes, no or number answers an older message; then it is about that one, or kindly left aside."""
    quoted = _quoted(desk)
    if quoted is None or not Heard("text", desk.text).stands_alone or _is_still_open(desk, quoted):
        return False
    if quoted.reply in _OFFERS and quoted.booking_id is not None and standing.answers(desk, quoted.booking_id):
        return True
    desk.say("old_question")
    if desk.asked != "none" and desk.memory("question") is not None:
        desk.ask_again()
    elif my_booking.quoted_booking(desk) is not None:
        my_booking.check(desk)
    return True


def _quoted(desk: Desk) -> Message | None:
    sid = desk.context.turn.content.get("answers")
    if not sid:
        return None
    return desk.session.scalar(
        select(Message).where(Message.provider_id == sid, Message.conversation_id == desk.conversation.id)
    )


def _is_still_open(desk: Desk, quoted: Message) -> bool:
    """It asked the open question, or its choices are the current ones, or nothing was said since."""
    talk = desk.conversation
    if quoted.turn_id is not None and quoted.turn_id == talk.asked_turn_id:
        return True
    if quoted.options and quoted.options == talk.options:
        return True
    later = desk.session.scalar(
        select(Message.id).where(Message.conversation_id == talk.id, Message.id > quoted.id).limit(1)
    )
    return later is None
