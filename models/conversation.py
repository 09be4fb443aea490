"""One guest's conversation on one line, its turns, and who is talking."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, Id, Json, one_of
from models.states import Channel, ConversationMode, TurnState


class Conversation(Base):
    """What the desk knows of a conversation: the journey, the open question, the wish so far, the options offered.

    `asked` is what the last question asked for and `asked_turn_id` the turn that asked it; `menu` counts the lists
    offered, so that a tap on an old one is known as old. `frame` is the wish (see bot/wishes.py), `booking_id` the
    booking being talked about (the booking points back at its conversation; one of the two ends must be loose).
    """

    __tablename__ = "conversation"
    __table_args__ = (UniqueConstraint("line_id", "address"),)

    id: Mapped[Id]
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), index=True)
    line_id: Mapped[int] = mapped_column(ForeignKey("line.id"))
    channel: Mapped[Channel] = mapped_column(one_of(Channel))
    address: Mapped[str]
    guest_id: Mapped[int] = mapped_column(ForeignKey("guest.id"), index=True)
    language: Mapped[str] = mapped_column(default="en")
    language_chosen: Mapped[bool] = mapped_column(default=False)
    journey: Mapped[str] = mapped_column(default="none")
    asked: Mapped[str] = mapped_column(default="none")
    asked_turn_id: Mapped[int | None]
    frame: Mapped[Json]
    options: Mapped[list[Json]]
    menu: Mapped[int] = mapped_column(default=0)
    misses: Mapped[int] = mapped_column(default=0)
    booking_id: Mapped[int | None]
    mode: Mapped[ConversationMode] = mapped_column(one_of(ConversationMode))
    mode_since: Mapped[datetime | None]
    last_inbound_at: Mapped[datetime | None]
    # The advertisement they came by, as the provider told it.
    referral: Mapped[Json | None]
    # First words after a very long silence: the number may be somebody else's now, so older bookings need their
    # reference.
    fresh_since: Mapped[datetime | None]
    created_at: Mapped[datetime]


class Turn(Base):
    """One thing the guest said (perhaps in several messages) and the answer to it, done exactly once.

    `kind` is text, tap, location or media; `content` holds what is not text. While `open`, the worker that holds the
    lease may try; the action endpoint locks the row, answers, and marks it done in one transaction.
    """

    __tablename__ = "turn"
    __table_args__ = (
        Index("uq_turn_open", "conversation_id", unique=True, postgresql_where=text("state = 'open'")),
        Index("ix_turn_due", "next_attempt_at", postgresql_where=text("state = 'open'")),
    )

    id: Mapped[Id]
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    conversation_id: Mapped[int] = mapped_column(ForeignKey("conversation.id"))
    kind: Mapped[str]
    text: Mapped[str]
    content: Mapped[Json]
    first_received_at: Mapped[datetime]
    state: Mapped[TurnState] = mapped_column(one_of(TurnState))
    attempts: Mapped[int] = mapped_column(default=0)
    failures: Mapped[int] = mapped_column(default=0, server_default="0")  # tries that somebody took and did not answer
    lease_until: Mapped[datetime | None]
    worker: Mapped[int | None]  # whose lease it is; once that one is dead it is over
    next_attempt_at: Mapped[datetime]
    action: Mapped[str | None]
    answer: Mapped[Json | None]
    created_at: Mapped[datetime]
    done_at: Mapped[datetime | None]


class Handoff(Base):
    """A conversation handed to a person: why, who took it, when they first answered, when it came back.

    Until somebody answers, the house's people are reminded at `next_ping_at`; a taken one comes back by itself when
    nobody has written for long after `last_words_at`.
    """

    __tablename__ = "handoff"
    __table_args__ = (
        Index("uq_handoff_open", "conversation_id", unique=True, postgresql_where=text("closed_at IS NULL")),
    )

    id: Mapped[Id]
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    conversation_id: Mapped[int] = mapped_column(ForeignKey("conversation.id"))
    reason: Mapped[str]
    opened_at: Mapped[datetime]
    taken_by_id: Mapped[int | None] = mapped_column(ForeignKey("app_user.id"))
    taken_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]
    property_id: Mapped[int | None] = mapped_column(ForeignKey("property.id"))
    pings: Mapped[int] = mapped_column(default=0)
    next_ping_at: Mapped[datetime | None]
    first_response_at: Mapped[datetime | None]
    last_words_at: Mapped[datetime | None]
    closed_by_id: Mapped[int | None] = mapped_column(ForeignKey("app_user.id"))
