"""Who runs the place: invited by a one-time code, given a role, and out at once when removed."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from core.owners.link import IN_CHARGE, new_code
from models.account import AppUser, Line, Membership, OwnerChat
from models.states import Channel, Role

INVITED_FOR: Final = timedelta(days=2)
_NO_MAIL: Final = "invited.invalid"


@dataclass(frozen=True, slots=True)
class Colleague:
    """Somebody who runs something here."""

    user_id: int
    name: str
    roles: tuple[Role, ...]
    is_linked: bool


@dataclass(frozen=True, slots=True)
class Invitation:
    """A new colleague and the code for their chat; `whatsapp` is the house's number, where it has one."""

    user_id: int
    code: str
    whatsapp: str | None


def invite(
    session: Session,
    *,
    account_id: int,
    name: str,
    email: str | None,
    role: Role,
    property_id: int | None,
    now: datetime,
) -> Invitation:
    """Make room for somebody; they are in as soon as they send the code from their own chat."""
    user = email and session.scalar(select(AppUser).where(AppUser.email == email.lower()))
    if not user:
        user = AppUser(
            email=(email or f"{secrets.token_hex(6)}@{_NO_MAIL}").lower(),
            name=name[:200],
            password_hash=None,
            phone=None,
            created_at=now,
        )
        session.add(user)
        session.flush()
    held = session.scalar(
        select(Membership).where(
            Membership.user_id == user.id,
            Membership.account_id == account_id,
            Membership.property_id.is_not_distinct_from(property_id),
        )
    )
    if held is None:
        session.add(
            Membership(user_id=user.id, account_id=account_id, property_id=property_id, role=role, created_at=now)
        )
    else:
        held.role = role
    code = new_code(session, account_id=account_id, user_id=user.id, now=now, lives=INVITED_FOR)
    line = session.scalar(
        select(Line.address)
        .where(Line.account_id == account_id, Line.channel == Channel.WHATSAPP, Line.address.startswith("whatsapp:+"))
        .order_by(Line.id)
        .limit(1)
    )
    return Invitation(user.id, code, line and line.removeprefix("whatsapp:+"))


def remove(session: Session, *, account_id: int, user_id: int, now: datetime) -> list[tuple[int | None, Role]]:
    """Take every right and every chat away, now; returns what they held, to put back."""
    held = session.execute(
        delete(Membership)
        .where(Membership.account_id == account_id, Membership.user_id == user_id, Membership.role.in_(IN_CHARGE))
        .returning(Membership.property_id, Membership.role)
    ).all()
    session.execute(
        update(OwnerChat)
        .where(OwnerChat.account_id == account_id, OwnerChat.user_id == user_id, OwnerChat.unlinked_at.is_(None))
        .values(unlinked_at=now)
    )
    return [(where, role) for where, role in held]


def put_back(
    session: Session,
    *,
    account_id: int,
    user_id: int,
    roles: Sequence[tuple[int | None, Role]],
    removed_at: datetime,
    now: datetime,
) -> None:
    """Removed by mistake: the rights and the chats closed at that moment are theirs again."""
    session.add_all(
        Membership(user_id=user_id, account_id=account_id, property_id=where, role=role, created_at=now)
        for where, role in roles
    )
    session.execute(
        update(OwnerChat)
        .where(OwnerChat.account_id == account_id, OwnerChat.user_id == user_id, OwnerChat.unlinked_at == removed_at)
        .values(unlinked_at=None)
    )
    session.flush()


def set_role(session: Session, *, account_id: int, user_id: int, role: Role) -> Role:
    """Another role wherever they have one; returns the one before."""
    before = session.scalars(
        select(Membership).where(
            Membership.account_id == account_id, Membership.user_id == user_id, Membership.role.in_(IN_CHARGE)
        )
    ).all()
    old = before[0].role
    for each in before:
        each.role = role
    session.flush()
    return old


def team(session: Session, account_id: int) -> Sequence[Colleague]:
    """Everybody who runs something here."""
    linked = (
        select(OwnerChat.id)
        .where(OwnerChat.user_id == AppUser.id, OwnerChat.account_id == account_id, OwnerChat.unlinked_at.is_(None))
        .exists()
    )
    rows = session.execute(
        select(AppUser.id, AppUser.name, func.array_agg(Membership.role), linked)
        .join(Membership, Membership.user_id == AppUser.id)
        .where(Membership.account_id == account_id, Membership.role.in_(IN_CHARGE))
        .group_by(AppUser.id, AppUser.name)
        .order_by(AppUser.id)
    )
    return [Colleague(row[0], row[1], tuple(Role(role) for role in row[2]), row[3]) for row in rows]
