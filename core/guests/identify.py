"""Who is writing: the line they wrote to decides the account, their address on that channel decides the guest."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from sqlalchemy import bindparam, func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from models.account import Line
from models.conversation import Conversation
from models.guest import Guest, GuestIdentity
from models.states import Channel, ConversationMode, Provider

_LONGEST_NAME = 200
_KNOWN: Final = select(Conversation.id).where(
    Conversation.line_id == bindparam("line_id"), Conversation.address == bindparam("address")
)


def line_at(session: Session, provider: Provider, address: str) -> Line | None:
    """The number or bot of ours that the provider calls by this address."""
    return session.scalar(select(Line).where(Line.provider == provider, Line.address == address))


def conversation_with(
    session: Session,
    *,
    account_id: int,
    line_id: int,
    channel: Channel,
    address: str,
    now: datetime,
    name: str | None = None,
    phone: str | None = None,
) -> int:
    """The conversation with this address on this line, begun when it is the first message; returns its id."""
    where = {"line_id": line_id, "address": address}
    if (found := session.scalar(_KNOWN, where)) is not None:
        return found
    # Two first messages at the same instant must not make two guests.
    session.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(f"{account_id}:{channel}:{address}", 0))))
    if (found := session.scalar(_KNOWN, where)) is not None:
        return found
    guest = _guest_at(session, account_id, channel, address) or _meet(
        session, account_id, channel, address, name=name, phone=phone, now=now
    )
    conversation = Conversation(
        account_id=account_id,
        line_id=line_id,
        channel=channel,
        address=address,
        guest_id=guest.id,
        language=guest.language,
        frame={},
        options=[],
        mode=ConversationMode.DESK,
        created_at=now,
    )
    session.add(conversation)
    session.flush()
    return conversation.id


def identity_of(session: Session, conversation: Conversation) -> GuestIdentity:
    """The address this conversation is held with, as a guest's identity."""
    return session.scalars(
        select(GuestIdentity).where(
            GuestIdentity.account_id == conversation.account_id,
            GuestIdentity.channel == conversation.channel,
            GuestIdentity.address == conversation.address,
        )
    ).one()


def _guest_at(session: Session, account_id: int, channel: Channel, address: str) -> Guest | None:
    return session.scalar(
        select(Guest)
        .join(GuestIdentity, GuestIdentity.guest_id == Guest.id)
        .where(
            GuestIdentity.account_id == account_id,
            GuestIdentity.channel == channel,
            GuestIdentity.address == address,
            Guest.erased_at.is_(None),
        )
    )


def _meet(
    session: Session,
    account_id: int,
    channel: Channel,
    address: str,
    *,
    name: str | None,
    phone: str | None,
    now: datetime,
) -> Guest:
    guest = Guest(account_id=account_id, name=(name or "").strip()[:_LONGEST_NAME] or None, phone=phone, created_at=now)
    session.add(guest)
    session.flush()
    # Of somebody who was forgotten only a STOP is left here: it goes on with the address.
    row = insert(GuestIdentity).values(
        account_id=account_id, guest_id=guest.id, channel=channel, address=address, created_at=now
    )
    session.execute(
        row.on_conflict_do_update(
            index_elements=["account_id", "channel", "address"], set_={"guest_id": row.excluded.guest_id}
        )
    )
    return guest
