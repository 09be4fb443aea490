"""Accounts (tenants), the people who run their properties, their phone lines and their keys to the providers."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text, true
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, Id, Json, Name, one_of
from models.states import Channel, Provider, Role


class Account(Base):
    """One business on this installation; everything else belongs to exactly one account.

    `takes_online` is kept by whoever connects providers: without a gateway nothing is asked for in advance.
    """

    __tablename__ = "account"

    id: Mapped[Id]
    slug: Mapped[str] = mapped_column(unique=True)
    name: Mapped[Name]
    takes_online: Mapped[bool] = mapped_column(default=True, server_default=true())
    created_at: Mapped[datetime]


class Credential(Base):
    """A provider's secret, encrypted with the installation's key; never logged, never shown."""

    __tablename__ = "credential"
    __table_args__ = (UniqueConstraint("account_id", "provider", "name"),)

    id: Mapped[Id]
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    provider: Mapped[Provider] = mapped_column(one_of(Provider))
    name: Mapped[str]
    ciphertext: Mapped[bytes]
    changed_at: Mapped[datetime]


class Line(Base):
    """A number or bot of ours that people write to; what was written *to* decides the account.

    `address` is exactly what the provider calls it: `whatsapp:+1415…`, `+1415…`, or a Telegram bot's id. `settings` are
    what this line does otherwise than the installation: `per_second`, `prices`, `dlt` (see docs/channels.md).
    """

    __tablename__ = "line"
    __table_args__ = (UniqueConstraint("provider", "address"),)

    id: Mapped[Id]
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), index=True)
    provider: Mapped[Provider] = mapped_column(one_of(Provider))
    channel: Mapped[Channel] = mapped_column(one_of(Channel))
    address: Mapped[str]
    settings: Mapped[Json] = mapped_column(default=dict, server_default=text("'{}'::jsonb"))


class AppUser(Base):
    """Somebody who can sign in: staff, an owner, or a guest with a login."""

    __tablename__ = "app_user"

    id: Mapped[Id]
    email: Mapped[str] = mapped_column(unique=True)
    name: Mapped[Name]
    password_hash: Mapped[str | None]
    phone: Mapped[str | None]
    language: Mapped[str] = mapped_column(default="en")
    created_at: Mapped[datetime]


class Membership(Base):
    """A person's role at a property, or at all properties of the account when none is named."""

    __tablename__ = "membership"
    __table_args__ = (UniqueConstraint("user_id", "account_id", "property_id", postgresql_nulls_not_distinct=True),)

    id: Mapped[Id]
    user_id: Mapped[int] = mapped_column(ForeignKey("app_user.id"))
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), index=True)
    property_id: Mapped[int | None] = mapped_column(ForeignKey("property.id"))
    role: Mapped[Role] = mapped_column(one_of(Role))
    created_at: Mapped[datetime]


class OwnerChat(Base):
    """The chat in which an owner or a member of staff runs the place."""

    __tablename__ = "owner_chat"
    __table_args__ = (
        Index("uq_owner_chat_open", "line_id", "address", unique=True, postgresql_where=text("unlinked_at IS NULL")),
    )

    id: Mapped[Id]
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), index=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("app_user.id"))
    line_id: Mapped[int] = mapped_column(ForeignKey("line.id"))
    channel: Mapped[Channel] = mapped_column(one_of(Channel))
    address: Mapped[str]
    linked_at: Mapped[datetime]
    heard_at: Mapped[datetime | None]
    unlinked_at: Mapped[datetime | None]


class LinkCode(Base):
    """A one-time code that ties a chat to a person; only its hash is kept."""

    __tablename__ = "link_code"
    __table_args__ = (CheckConstraint("expires_at > created_at", name="code_lives_a_while"),)

    id: Mapped[Id]
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    user_id: Mapped[int] = mapped_column(ForeignKey("app_user.id"))
    code_hash: Mapped[str] = mapped_column(unique=True)
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


class DebugClock(Base):
    """How far a demo's clock has been moved; one row at most, read only when debugging is on."""

    __tablename__ = "debug_clock"
    __table_args__ = (CheckConstraint("id = 1", name="one_row"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    ahead_seconds: Mapped[int]
