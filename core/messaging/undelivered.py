"""Messages that did not reach their guest: seen by those in charge, and said again when they want it."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from core.messaging.wake import WAKE_OUTBOX, wake
from models.booking import Booking
from models.messaging import Message
from models.states import MessageState, Purpose

SHOWN_FOR: Final = timedelta(days=7)
_MOST: Final = 10
_SAME: Final = (
    "account_id",
    "line_id",
    "channel",
    "address",
    "conversation_id",
    "booking_id",
    "purpose",
    "reply",
    "facts",
    "options",
    "language",
)
SAID_AGAIN: Final = "said_again"  # in error_code of the one that was given up


def undelivered(
    session: Session, account_id: int, property_ids: Collection[int], *, now: datetime
) -> Sequence[Message]:
    """What failed lately, the newest first; of bookings only those of these houses."""
    theirs = Message.booking_id.is_(None) | Booking.property_id.in_(property_ids)
    return session.scalars(
        select(Message)
        .outerjoin(Booking, Booking.id == Message.booking_id)
        .where(
            Message.account_id == account_id,
            Message.state == MessageState.FAILED,
            Message.purpose != Purpose.STAFF,
            Message.created_at > now - SHOWN_FOR,
            theirs,
        )
        .order_by(Message.id.desc())
        .limit(_MOST)
    ).all()


def say_again(session: Session, message: Message, *, now: datetime) -> int | None:
    """The same to the same guest as a new message, once; None when it was said again already or never failed."""
    row = session.scalar(
        select(Message).where(Message.id == message.id).with_for_update().execution_options(populate_existing=True)
    )
    if row is None or row.state is not MessageState.FAILED:
        return None
    values = {name: getattr(row, name) for name in _SAME}
    again = session.scalar(
        insert(Message)
        .values(
            **values,
            key=f"again:{row.id}",
            state=MessageState.QUEUED,
            attempts=0,
            next_attempt_at=now,
            created_at=now,
        )
        .on_conflict_do_nothing(index_elements=["key"])
        .returning(Message.id)
    )
    if again is not None:
        row.state, row.error_code = MessageState.CANCELLED, SAID_AGAIN
        session.flush()
        wake(session, WAKE_OUTBOX)
    return again
