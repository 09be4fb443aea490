"""Something went wrong that only a person can put right: the guest's conversation is put before the house.

One that is with a person already gets a note instead of a second card.
"""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from sqlalchemy.orm import Session

from core.messaging.handoff import of_conversation, open_handoff, tell_people
from models.base import Json
from models.booking import Booking
from models.conversation import Conversation

type Trouble = Literal["payment", "refund", "delivery"]


def escalate(session: Session, booking: Booking, trouble: Trouble, *, about: str, now: datetime) -> bool:
    """A card with the last messages and what the desk knows; False when it was booked outside any conversation.

    `about` tells apart what may go wrong several times with one booking, such as a payment's id.
    """
    if booking.conversation_id is None:
        return False
    facts: Json = {"trouble": trouble, "reference": booking.reference}
    running = of_conversation(session, booking.conversation_id)
    if running is not None:
        key = f"trouble:{running.id}:{trouble}:{about}"
        tell_people(session, running, reply="owner_trouble_note", now=now, key=key, more=facts)
        return True
    talk = session.get_one(Conversation, booking.conversation_id)
    handoff = open_handoff(session, talk, reason=trouble, now=now, property_id=booking.property_id)
    if handoff is not None:
        session.flush()
        key = f"owner_handoff:{handoff.id}"
        tell_people(session, handoff, reply="owner_trouble", now=now, key=key, more=facts)
    return True
