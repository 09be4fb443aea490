"""Guests, the addresses they write from, and what they have agreed to receive."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
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
    # Who turned out to be the same person as somebody known: everything of theirs is under that guest now.
    merged_into_id: Mapped[int | None] = mapped_column(ForeignKey("guest.id"))


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
    offers_out_at: Mapped[datetime | None]  # offers only: facts and reminders of their bookings still come
    created_at: Mapped[datetime]


class ConsentEvent(Base):
    """A STOP or START, kept with its time, channel, door and words; `offers` when it is about offers only."""

    __tablename__ = "consent_event"

    id: Mapped[Id]
    guest_identity_id: Mapped[int] = mapped_column(ForeignKey("guest_identity.id"), index=True)
    opted_out: Mapped[bool]
    offers: Mapped[bool] = mapped_column(default=False, server_default="false")
    channel: Mapped[Channel | None] = mapped_column(one_of(Channel))
    door: Mapped[str] = mapped_column(default="chat", server_default="chat")
    wording: Mapped[str]
    at: Mapped[datetime]


class ProofTry(Base):
    """Somebody said that a booking made under another address is theirs; wrong guesses are counted."""

    __tablename__ = "proof_try"
    __table_args__ = (Index("ix_proof_try_guest", "guest_id", "at"),)

    id: Mapped[Id]
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    guest_id: Mapped[int] = mapped_column(ForeignKey("guest.id"))
    reference: Mapped[str]
    right: Mapped[bool]
    at: Mapped[datetime]


class ProofCode(Base):
    """A one-time code sent to where a booking was made, for who says from another address that it is theirs.

    Only its hash is kept; `used_at` once it was told back to us.
    """

    __tablename__ = "proof_code"
    __table_args__ = (
        CheckConstraint("expires_at > created_at", name="code_lives_a_while"),
        Index("ix_proof_code_guest", "guest_id", "booking_id", "created_at"),
    )

    id: Mapped[Id]
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    guest_id: Mapped[int] = mapped_column(ForeignKey("guest.id"))
    booking_id: Mapped[int] = mapped_column(ForeignKey("booking.id"), index=True)
    code_hash: Mapped[str]
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


class Review(Base):
    """How it was, one to five, asked once when the stay or the meal is over."""

    __tablename__ = "review"
    __table_args__ = (CheckConstraint("stars BETWEEN 1 AND 5", name="one_to_five"),)

    id: Mapped[Id]
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    property_id: Mapped[int] = mapped_column(ForeignKey("property.id"), index=True)
    booking_id: Mapped[int] = mapped_column(ForeignKey("booking.id"), unique=True)
    guest_id: Mapped[int] = mapped_column(ForeignKey("guest.id"))
    stars: Mapped[int]
    at: Mapped[datetime]
