"""What the house says to guests and owners: rows that commit with the booking and leave afterwards."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from psycopg.types.json import Jsonb
from sqlalchemy import ARRAY, BigInteger, String, any_, exists, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.exc import NoResultFound
from sqlalchemy.orm import Session

from core.messaging.wake import WAKE_OUTBOX, nudge
from core.owners.alerts import wants_of
from core.prepared import Prepared, given
from models.account import AppUser, Line, Membership, OwnerChat
from models.base import Json
from models.conversation import Conversation
from models.messaging import Message
from models.property import Property
from models.states import MessageState, Purpose, Role

_BLANK: Final[Json] = {
    "state": MessageState.QUEUED,
    "attempts": 0,
    "by_template": False,
    "conversation_id": None,
    "booking_id": None,
    "turn_id": None,
    "key": None,
}
_SAID: Final = (*_BLANK, "account_id", "line_id", "channel", "address", "purpose", "reply", "facts", "options")
_TABLE: Final = Message.metadata.tables[Message.__tablename__]
# Built once, and it wakes the senders in the same breath: every reply waits for it.
_QUEUE: Final = Prepared(
    insert(_TABLE)
    .values({name: given(name) for name in (*_SAID, "language", "next_attempt_at", "created_at")})
    .on_conflict_do_nothing(index_elements=["key"])
    .returning(Message.id, nudge(WAKE_OUTBOX))
)
_TALK: Final = Prepared(
    select(
        Conversation.account_id, Conversation.line_id, Conversation.channel, Conversation.address, Conversation.language
    ).where(Conversation.id == given("conversation_id"))
)
_PROPERTY: Final = given("property_id", BigInteger())
_IN_CHARGE: Final = Prepared(
    select(OwnerChat.id).where(
        OwnerChat.account_id == given("account_id"),
        OwnerChat.unlinked_at.is_(None),
        exists().where(
            Membership.user_id == OwnerChat.user_id,
            Membership.account_id == given("account_id"),
            Membership.role == any_(given("roles", ARRAY(String()))),
            Membership.property_id.is_(None) | _PROPERTY.is_(None) | (Membership.property_id == _PROPERTY),
        ),
    )
)


@dataclass(frozen=True, slots=True)
class Chat:
    """The chat of somebody in charge, and the language they read."""

    row: OwnerChat
    language: str


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
    talk = _TALK.run(session, conversation_id=conversation_id).fetchone()
    if talk is None:
        raise NoResultFound
    account_id, line_id, channel, address, language = talk
    return _queue(
        session,
        {
            "account_id": account_id,
            "line_id": line_id,
            "channel": channel,
            "address": address,
            "conversation_id": conversation_id,
            "booking_id": booking_id,
            "turn_id": turn_id,
            "purpose": purpose,
            "key": key,
            "reply": reply,
            "facts": facts,
            "options": list(options),
            "language": language,
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
    account_id: int | None = None,
) -> int:
    """Queue a card for everybody who runs this property from a chat; returns how many were queued."""
    if account_id is None:
        account_id = session.scalars(select(Property.account_id).where(Property.id == property_id)).one()
    chats = chats_of(session, account_id, property_id)
    return _tell(session, account_id, chats, reply, facts, now, options=options, booking_id=booking_id, key=key)


def tell_account(
    session: Session, *, account_id: int, reply: str, facts: Json, now: datetime, key: str | None = None
) -> int:
    """Queue a card for everybody who runs anything of this account; returns how many were queued."""
    return _tell(session, account_id, chats_of(session, account_id, None), reply, facts, now, key=key)


def tell_chats(
    session: Session,
    account_id: int,
    chats: Sequence[Chat],
    reply: str,
    facts: Json,
    now: datetime,
    *,
    options: Sequence[Json] = (),
    key: str | None = None,
) -> int:
    """Queue a card for these chats; returns how many were queued."""
    return _tell(session, account_id, chats, reply, facts, now, options=options, key=key)


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
    options: Sequence[Json] = (),
    booking_id: int | None = None,
) -> int | None:
    """Queue an answer to one chat of those in charge, whoever is in it."""
    return _queue(
        session,
        {
            "account_id": account_id,
            "line_id": line_id,
            "channel": session.get_one(Line, line_id).channel,
            "address": address,
            "booking_id": booking_id,
            "purpose": Purpose.STAFF,
            "reply": reply,
            "facts": facts,
            "options": list(options),
            "language": language,
        },
        now,
    )


def continue_later(session: Session, message: Message, parts: Sequence[str], *, now: datetime) -> None:
    """What is too long for one message follows in further ones, each once."""
    for number, words in enumerate(parts, start=2):
        _queue(
            session,
            {
                "account_id": message.account_id,
                "line_id": message.line_id,
                "channel": message.channel,
                "address": message.address,
                "conversation_id": message.conversation_id,
                "booking_id": message.booking_id,
                "turn_id": message.turn_id,
                "purpose": message.purpose,
                "key": f"more:{message.id}:{number}",
                "reply": "continued",
                "facts": {"words": words},
                "options": [],
                "language": message.language,
            },
            now,
        )


def chats_of(
    session: Session,
    account_id: int,
    property_id: int | None,
    roles: Collection[Role] = (Role.STAFF, Role.OWNER, Role.ADMIN),
) -> Sequence[Chat]:
    """Each chat of those in charge once, with its person's language."""
    found = _IN_CHARGE.run(
        session, account_id=account_id, property_id=property_id, roles=[role.value for role in roles]
    )
    ids = [row[0] for row in found]
    if not ids:
        return []
    chats = session.execute(
        select(OwnerChat, AppUser.language)
        .join(AppUser, AppUser.id == OwnerChat.user_id)
        .where(OwnerChat.id.in_(ids))
        .order_by(OwnerChat.id)
    )
    return [Chat(row[0], row[1]) for row in chats]


def _tell(
    session: Session,
    account_id: int,
    chats: Sequence[Chat],
    reply: str,
    facts: Json,
    now: datetime,
    *,
    options: Sequence[Json] = (),
    booking_id: int | None = None,
    key: str | None = None,
) -> int:
    """To each chat whose person wants to hear it, at once or when their quiet hours end."""
    wants = wants_of(session, account_id, {chat.row.user_id for chat in chats})
    queued = [
        _queue(
            session,
            {
                "account_id": account_id,
                "line_id": chat.row.line_id,
                "channel": chat.row.channel,
                "address": chat.row.address,
                "booking_id": booking_id,
                "purpose": Purpose.STAFF,
                "key": None if key is None else f"{key}:{chat.row.id}",
                "reply": reply,
                "facts": facts,
                "options": list(options),
                "language": chat.language,
            },
            now,
            due=wants[chat.row.user_id].when(reply, now),
        )
        for chat in chats
        if wants[chat.row.user_id].hears(reply)
    ]
    return sum(message_id is not None for message_id in queued)


def _queue(session: Session, values: Json, now: datetime, *, due: datetime | None = None) -> int | None:
    row = _BLANK | values | {"options": Jsonb(values["options"]), "next_attempt_at": due or now, "created_at": now}
    queued = _QUEUE.run(session, **row).fetchone()
    return None if queued is None else queued[0]
