"""Guests, the addresses they write from, and what they have agreed to receive."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, Id, one_of
from models.states import Channel


class Guest(Base):
    """The person who writes, stays or eats; a phone number is welcome, not required."""

    __tablename__ = "guest"

    id: Mapped[Id]
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), index=True)
    name: Mapped[str | None]
    phone: Mapped[str | None]
    email: Mapped[str | None]
    language: Mapped[str] = mapped_column(default="en")
    created_at: Mapped[datetime]
    erased_at: Mapped[datetime | None]


class GuestIdentity(Base):
    """An address a guest writes from, exactly as the channel calls it."""

    __tablename__ = "guest_identity"
    __table_args__ = (UniqueConstraint("account_id", "channel", "address"),)

    id: Mapped[Id]
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    guest_id: Mapped[int] = mapped_column(ForeignKey("guest.id"), index=True)
    channel: Mapped[Channel] = mapped_column(one_of(Channel))
    address: Mapped[str]
    opted_out_at: Mapped[datetime | None]
    created_at: Mapped[datetime]


class ConsentEvent(Base):
    """A STOP or START, kept with its time, its channel and its words."""

    __tablename__ = "consent_event"

    id: Mapped[Id]
    guest_identity_id: Mapped[int] = mapped_column(ForeignKey("guest_identity.id"), index=True)
    opted_out: Mapped[bool]
    wording: Mapped[str]
    at: Mapped[datetime]
