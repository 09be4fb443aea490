"""A one-time code ties a chat to a person; what they may do is looked up again at every command."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from models.account import AppUser, LinkCode, Membership, OwnerChat
from models.states import Channel, Role

IN_CHARGE = (Role.STAFF, Role.OWNER, Role.ADMIN)


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody in charge, as they are at this moment."""

    user_id: int
    name: str
    language: str
    property_ids: frozenset[int] | None  # None: all of the account's


def hash_of(code: str) -> str:
    """What is kept of a link code."""
    return hashlib.sha256(code.strip().upper().encode()).hexdigest()


def person_in(session: Session, *, account_id: int, line_id: int, address: str) -> Person | None:
    """Who speaks in this chat, if they still run anything here."""
    user = session.scalar(
        select(AppUser)
        .join(OwnerChat, OwnerChat.user_id == AppUser.id)
        .where(OwnerChat.line_id == line_id, OwnerChat.address == address, OwnerChat.unlinked_at.is_(None))
    )
    return None if user is None else _person(session, account_id, user)


def link(session: Session, *, account_id: int, line_id: int, address: str, code: str, now: datetime) -> Person | None:
    """Tie the chat to the person the code was made for; None when the code is wrong, used or too old."""
    user_id = session.scalar(
        update(LinkCode)
        .where(
            LinkCode.account_id == account_id,
            LinkCode.code_hash == hash_of(code),
            LinkCode.used_at.is_(None),
            LinkCode.expires_at > now,
        )
        .values(used_at=now)
        .returning(LinkCode.user_id)
    )
    if user_id is None:
        return None
    session.execute(
        update(OwnerChat)
        .where(OwnerChat.line_id == line_id, OwnerChat.address == address, OwnerChat.unlinked_at.is_(None))
        .values(unlinked_at=now)
    )
    session.add(
        OwnerChat(
            account_id=account_id,
            user_id=user_id,
            line_id=line_id,
            channel=Channel.TELEGRAM,
            address=address,
            linked_at=now,
        )
    )
    session.flush()
    return _person(session, account_id, session.get_one(AppUser, user_id))


def _person(session: Session, account_id: int, user: AppUser) -> Person | None:
    held = session.scalars(
        select(Membership.property_id).where(
            Membership.user_id == user.id, Membership.account_id == account_id, Membership.role.in_(IN_CHARGE)
        )
    ).all()
    if not held:
        return None
    everywhere = None in held
    return Person(
        user.id, user.name, user.language, None if everywhere else frozenset(each for each in held if each is not None)
    )
