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
from models.states import Channel, MessageState, Purpose, Role


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
    account_id = session.scalars(select(Property.account_id).where(Property.id == property_id)).one()
    chats = _chats(session, account_id, property_id)
    return _tell(session, account_id, chats, reply, facts, now, options=options, booking_id=booking_id, key=key)


def tell_account(
    session: Session, *, account_id: int, reply: str, facts: Json, now: datetime, key: str | None = None
) -> int:
    """Queue a card for everybody who runs anything of this account; returns how many were queued."""
    return _tell(session, account_id, _chats(session, account_id, None), reply, facts, now, key=key)


def say_to_chat(
    session: Session,
    *,
    account_id: int,
    line_id: int,
    address: str,
    reply: str,
    facts: Json,
    now: datetime,
    language: str = "en",
) -> None:
    """Queue an answer to one Telegram chat, whoever is in it."""
    _queue(
        session,
        {
            "account_id": account_id,
            "line_id": line_id,
            "channel": Channel.TELEGRAM,
            "address": address,
            "purpose": Purpose.STAFF,
            "reply": reply,
            "facts": facts,
            "options": [],
            "language": language,
        },
        now,
    )


def _chats(session: Session, account_id: int, property_id: int | None) -> Sequence[tuple[OwnerChat, str]]:
    """Each chat of those in charge once, with its person's language."""
    in_charge = select(Membership.id).where(
        Membership.user_id == OwnerChat.user_id,
        Membership.account_id == account_id,
        Membership.role.in_((Role.STAFF, Role.OWNER, Role.ADMIN)),
    )
    if property_id is not None:
        in_charge = in_charge.where(Membership.property_id.is_(None) | (Membership.property_id == property_id))
    found = session.execute(
        select(OwnerChat, AppUser.language)
        .join(AppUser, AppUser.id == OwnerChat.user_id)
        .where(OwnerChat.account_id == account_id, OwnerChat.unlinked_at.is_(None), in_charge.exists())
        .order_by(OwnerChat.id)
    )
    return [(row[0], row[1]) for row in found]


def _tell(
    session: Session,
    account_id: int,
    chats: Sequence[tuple[OwnerChat, str]],
    reply: str,
    facts: Json,
    now: datetime,
    *,
    options: Sequence[Json] = (),
    booking_id: int | None = None,
    key: str | None = None,
) -> int:
    queued = [
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
        for chat, language in chats
    ]
    return sum(message_id is not None for message_id in queued)


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
