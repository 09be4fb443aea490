"""What the house says to guests and owners: rows that commit with the booking and leave afterwards."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from core.messaging.wake import WAKE_OUTBOX, wake
from models.account import AppUser, Membership, OwnerChat
from models.base import Json
from models.conversation import Conversation
from models.messaging import Message
from models.property import Property
from models.states import MessageState, Purpose, Role


def say_to_guest(
    session: Session,
    *,
    conversation_id: int,
    reply: str,
    facts: Json,
    now: datetime,
    options: Sequence[Json] = (),
    purpose: Purpose = Purpose.CONVERSATION,
    booking_id: int | None = None,
    turn_id: int | None = None,
    key: str | None = None,
) -> int | None:
    """Queue a reply for the guest of this conversation; with a `key` it is said once, however often it is asked.

    `facts` are plain JSON values: money as paise, dates and local moments as ISO text. Returns the message's id, or
    None when a message with that key exists already.
    """
    talk = session.get_one(Conversation, conversation_id)
    return _queue(
        session,
        {
            "account_id": talk.account_id,
            "line_id": talk.line_id,
            "channel": talk.channel,
            "address": talk.address,
            "conversation_id": talk.id,
            "booking_id": booking_id,
            "turn_id": turn_id,
            "purpose": purpose,
            "key": key,
            "reply": reply,
            "facts": facts,
            "options": list(options),
            "language": talk.language,
        },
        now,
    )


def tell_owners(
    session: Session,
    *,
    property_id: int,
    reply: str,
    facts: Json,
    now: datetime,
    options: Sequence[Json] = (),
    booking_id: int | None = None,
    key: str | None = None,
) -> int:
    """Queue a card for everybody who runs this property from a chat; returns how many were queued."""
    account_id = session.scalar(select(Property.account_id).where(Property.id == property_id))
    chats = session.execute(
        select(OwnerChat, AppUser.language)
        .join(AppUser, AppUser.id == OwnerChat.user_id)
        .where(
            OwnerChat.account_id == account_id,
            OwnerChat.unlinked_at.is_(None),
            select(Membership.id)
            .where(
                Membership.user_id == OwnerChat.user_id,
                Membership.account_id == account_id,
                Membership.role.in_((Role.STAFF, Role.OWNER, Role.ADMIN)),
                Membership.property_id.is_(None) | (Membership.property_id == property_id),
            )
            .exists(),
        )
        .order_by(OwnerChat.id)
    )
    queued = 0
    for chat, language in chats:
        queued += (
            _queue(
                session,
                {
                    "account_id": account_id,
                    "line_id": chat.line_id,
                    "channel": chat.channel,
                    "address": chat.address,
                    "booking_id": booking_id,
                    "purpose": Purpose.STAFF,
                    "key": None if key is None else f"{key}:{chat.id}",
                    "reply": reply,
                    "facts": facts,
                    "options": list(options),
                    "language": language,
                },
                now,
            )
            is not None
        )
    return queued


def _queue(session: Session, values: Json, now: datetime) -> int | None:
    row = (
        insert(Message)
        .values(state=MessageState.QUEUED, attempts=0, next_attempt_at=now, created_at=now, **values)
        .on_conflict_do_nothing(index_elements=["key"])
        .returning(Message.id)
    )
    message_id = session.scalar(row)
    if message_id is not None:
        wake(session, WAKE_OUTBOX)
    return message_id
