"""A one-time code ties a chat to a person; what they may do is looked up again at every command."""

from __future__ import annotations

import hashlib
import re
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import BigInteger, ColumnElement, String, select, update
from sqlalchemy.orm import Session

from core.prepared import given
from models.account import AppUser, Line, LinkCode, Membership, OwnerChat
from models.base import word
from models.states import Role

IN_CHARGE = (Role.STAFF, Role.OWNER, Role.ADMIN)
CODE_LIVES: Final = timedelta(minutes=30)
BRINGS_CODE: Final = re.compile(r"/?start\s+([0-9A-Fa-f]{8})\s*", re.IGNORECASE)
# Built once: every message a guest writes waits for this one.
IN_CHARGE_THERE: Final = (
    select(Membership.id)
    .join(OwnerChat, OwnerChat.user_id == Membership.user_id)
    .where(
        OwnerChat.line_id == given("line_id", BigInteger()),
        OwnerChat.address == given("address", String()),
        OwnerChat.unlinked_at.is_(None),
        OwnerChat.account_id == given("account_id", BigInteger()),
        Membership.account_id == given("account_id", BigInteger()),
        Membership.role.in_([word(role) for role in IN_CHARGE]),
    )
    .limit(1)
)
_RANK: Final = {Role.CUSTOMER: 0, Role.STAFF: 1, Role.OWNER: 2, Role.ADMIN: 3}


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody in charge, as they are at this moment: `roles` by property, None standing for all of the account's."""

    user_id: int
    name: str
    language: str
    property_ids: frozenset[int] | None  # None: all of the account's
    roles: tuple[tuple[int | None, Role], ...] = ()

    def role_at(self, property_id: int | None) -> Role:
        """The highest role there; without a property the role held everywhere."""
        held = [role for where, role in self.roles if where is None or where == property_id]
        return max(held, key=_RANK.__getitem__, default=Role.CUSTOMER)

    def may(self, role: Role, property_id: int | None) -> bool:
        """Whether this person is at least that, there."""
        return _RANK[self.role_at(property_id)] >= _RANK[role]


def hash_of(code: str) -> str:
    """What is kept of a link code."""
    return hashlib.sha256(code.strip().upper().encode()).hexdigest()


def new_code(session: Session, *, account_id: int, user_id: int, now: datetime, lives: timedelta = CODE_LIVES) -> str:
    """A code with which this person ties a chat to themselves, once."""
    code = secrets.token_hex(4).upper()
    session.add(
        LinkCode(
            account_id=account_id,
            user_id=user_id,
            code_hash=hash_of(code),
            created_at=now,
            expires_at=now + lives,
        )
    )
    session.flush()
    return code


def person_in(session: Session, *, account_id: int, line_id: int, address: str) -> Person | None:
    """Who speaks in this chat, if they still run anything here."""
    user = session.scalar(
        select(AppUser)
        .join(OwnerChat, OwnerChat.user_id == AppUser.id)
        .where(*_open(line_id, address), OwnerChat.account_id == account_id)
    )
    return None if user is None else _person(session, account_id, user)


def is_in_charge(session: Session, *, account_id: int, line_id: int, address: str, text: str) -> bool:
    """Whether who writes runs the place, or brings a code: then it is no guest's message."""
    if BRINGS_CODE.fullmatch(text.strip()):
        return True
    chat = {"account_id": account_id, "line_id": line_id, "address": address}
    return session.scalar(IN_CHARGE_THERE, chat) is not None


def lock_chat(session: Session, *, line_id: int, address: str, now: datetime) -> None:
    """One order of a chat at a time; remembers when the chat was last heard."""
    session.execute(update(OwnerChat).where(*_open(line_id, address)).values(heard_at=now))


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
    session.execute(update(OwnerChat).where(*_open(line_id, address)).values(unlinked_at=now))
    session.add(
        OwnerChat(
            account_id=account_id,
            user_id=user_id,
            line_id=line_id,
            channel=session.get_one(Line, line_id).channel,
            address=address,
            linked_at=now,
            heard_at=now,
        )
    )
    session.flush()
    return _person(session, account_id, session.get_one(AppUser, user_id))


def _open(line_id: int, address: str) -> tuple[ColumnElement[bool], ...]:
    return (OwnerChat.line_id == line_id, OwnerChat.address == address, OwnerChat.unlinked_at.is_(None))


def _person(session: Session, account_id: int, user: AppUser) -> Person | None:
    held = session.execute(
        select(Membership.property_id, Membership.role).where(
            Membership.user_id == user.id, Membership.account_id == account_id, Membership.role.in_(IN_CHARGE)
        )
    ).all()
    if not held:
        return None
    roles = tuple((where, role) for where, role in held)
    everywhere = any(where is None for where, _ in roles)
    scope = None if everywhere else frozenset(where for where, _ in roles if where is not None)
    return Person(user.id, user.name, user.language, scope, roles)
