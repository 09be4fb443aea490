"""What owners and staff order from a chat: each order is a row, with how it was meant, done and undone."""

from __future__ import annotations

from datetime import date, datetime, time

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, Id, Json, one_of
from models.states import ActState, Channel


class OwnerAct(Base):
    """One order: who gave it from where, what was understood, what became of it and how it is undone.

    While `open` it waits for a yes or for one of its `choices`, until it expires; `order` is what will be done then.
    `effect` is what the person was told, in their language; `undo` what brings back the state before, if anything does.
    """

    __tablename__ = "owner_act"
    __table_args__ = (
        Index("ix_owner_act_chat", "line_id", "address", "id"),
        Index("ix_owner_act_account", "account_id", "id"),
    )

    id: Mapped[Id]
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    property_id: Mapped[int | None] = mapped_column(ForeignKey("property.id"))
    user_id: Mapped[int] = mapped_column(ForeignKey("app_user.id"))
    line_id: Mapped[int] = mapped_column(ForeignKey("line.id"))
    channel: Mapped[Channel] = mapped_column(one_of(Channel))
    address: Mapped[str]
    kind: Mapped[str]
    words: Mapped[str]
    order: Mapped[Json]
    choices: Mapped[list[Json]]
    state: Mapped[ActState] = mapped_column(one_of(ActState))
    effect: Mapped[str | None]
    undo: Mapped[Json | None]
    booking_id: Mapped[int | None] = mapped_column(ForeignKey("booking.id"), index=True)
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    done_at: Mapped[datetime | None]
    undone_at: Mapped[datetime | None]
    undone_by_id: Mapped[int | None] = mapped_column(ForeignKey("app_user.id"))


class OwnerPreference(Base):
    """What somebody in charge wants to hear unasked, and when; without a row, all of it, and at half past seven."""

    __tablename__ = "owner_preference"
    __table_args__ = (UniqueConstraint("account_id", "user_id"),)

    id: Mapped[Id]
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    user_id: Mapped[int] = mapped_column(ForeignKey("app_user.id"))
    muted: Mapped[list[str]] = mapped_column(ARRAY(String), default=list)
    digest_at: Mapped[time] = mapped_column(default=time(7, 30))
    quiet_from: Mapped[time | None]
    quiet_until: Mapped[time | None]


class TableClosure(Base):
    """A table taken off sale for some service days, both included."""

    __tablename__ = "table_closure"
    __table_args__ = (
        CheckConstraint("last_day >= first_day", name="in_order"),
        Index("ix_table_closure_table", "dining_table_id", "first_day"),
    )

    id: Mapped[Id]
    property_id: Mapped[int] = mapped_column(ForeignKey("property.id"))
    dining_table_id: Mapped[int] = mapped_column(ForeignKey("dining_table.id"))
    first_day: Mapped[date]
    last_day: Mapped[date]
    reason: Mapped[str]
    created_at: Mapped[datetime]
    lifted_at: Mapped[datetime | None]
