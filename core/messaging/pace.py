"""No provider is rushed: every message takes a place in its line's pace, however many workers send.

The place is reserved in the database, so a thousand messages queue up behind each other once and are not looked at
again before their time comes.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import func, literal
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from core.messaging.capabilities import Capabilities
from core.messaging.wake import WAKE_OUTBOX, wake
from models.base import Instant
from models.messaging import Message, Pace
from models.states import MessageState


def waits_its_turn(session: Session, message: Message, can: Capabilities, *, per_second: float, now: datetime) -> bool:
    """Whether this message, just claimed, has to wait; it is put back for the moment its place comes."""
    if message.slot_at is not None and message.slot_at <= now:
        message.slot_at = None  # it has waited; a further attempt takes a new place
        return False
    places = [_place(session, message.line_id, "", per_second, max(1, round(per_second)), now)]
    if can.per_chat_second:
        places.append(_place(session, message.line_id, message.address, can.per_chat_second, can.chat_burst, now))
    place = max(places)
    if place <= now:
        return False
    message.state = MessageState.QUEUED
    message.next_attempt_at = message.slot_at = place
    message.sent_at = message.lease_until = message.worker = None
    wake(session, WAKE_OUTBOX, after=place - now)
    return True


def _place(session: Session, line_id: int, address: str, per_second: float, burst: int, now: datetime) -> datetime:
    """The next free place; so many may go at once after a pause."""
    gap = timedelta(seconds=1 / per_second)
    row = insert(Pace).values(line_id=line_id, address=address, full_at=now + gap)
    later = func.greatest(Pace.full_at, literal(now, Instant())) + gap
    taken = row.on_conflict_do_update(index_elements=["line_id", "address"], set_={"full_at": later})
    full_at = session.scalars(taken.returning(Pace.full_at)).one()
    return full_at - burst * gap
