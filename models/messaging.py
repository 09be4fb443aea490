"""The inbox of outside events and the outbox of messages; both are rows, so nothing is lost with a process."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, false, text
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, Id, Json, one_of
from models.states import Channel, InboxState, MessageState, Provider, Purpose


class InboxEntry(Base):
    """An event from outside, verified and recorded once, worked later.

    `kind` is `message`, `status`, `update` (Telegram) or the gateway's event name; `payload` is what was posted.
    """

    __tablename__ = "inbox_entry"
    __table_args__ = (
        UniqueConstraint("account_id", "provider", "event_id"),
        Index("ix_inbox_entry_waiting", "next_attempt_at", postgresql_where=text("state = 'new'")),
        Index(
            "ix_inbox_entry_conversation", "conversation_id", "id", postgresql_where=text("state IN ('new', 'taken')")
        ),
    )

    id: Mapped[Id]
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    provider: Mapped[Provider] = mapped_column(one_of(Provider))
    event_id: Mapped[str]
    kind: Mapped[str]
    line_id: Mapped[int | None] = mapped_column(ForeignKey("line.id"))
    conversation_id: Mapped[int | None] = mapped_column(ForeignKey("conversation.id"))
    payload: Mapped[Json]
    state: Mapped[InboxState] = mapped_column(one_of(InboxState))
    turn_id: Mapped[int | None] = mapped_column(ForeignKey("turn.id"), index=True)
    attempts: Mapped[int] = mapped_column(default=0)
    next_attempt_at: Mapped[datetime]
    error: Mapped[str | None]
    received_at: Mapped[datetime]
    done_at: Mapped[datetime | None]


class Message(Base):
    """A message to a person: what is to be said (name and facts of a reply), to whom, and how far it has got.

    `key`, where given, makes a message unique (a reminder goes out once). `body` is the text as it was sent, `sent_at`
    when it left (or may have left, while that is unknown). `by_template`: the provider said that the window is shut.
    `slot_at`: its place in the line's pace was already taken. `shown_as` is what it became on the phone (text, buttons,
    list, photo, pin, template), `cost_micros` what it will probably cost, in millionths of a US dollar.
    """

    __tablename__ = "message"
    __table_args__ = (
        Index("ix_message_due", "next_attempt_at", postgresql_where=text("state = 'queued'")),
        Index("ix_message_in_flight", "lease_until", postgresql_where=text("state IN ('sending', 'unknown')")),
        Index(
            "ix_message_recipient",
            "line_id",
            "address",
            "id",
            postgresql_where=text("state IN ('queued', 'sending', 'unknown')"),
        ),
        Index("ix_message_conversation", "conversation_id", "id"),
    )

    id: Mapped[Id]
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    line_id: Mapped[int] = mapped_column(ForeignKey("line.id"))
    channel: Mapped[Channel] = mapped_column(one_of(Channel))
    address: Mapped[str]
    conversation_id: Mapped[int | None] = mapped_column(ForeignKey("conversation.id"))
    booking_id: Mapped[int | None] = mapped_column(ForeignKey("booking.id"))
    turn_id: Mapped[int | None] = mapped_column(ForeignKey("turn.id"))
    purpose: Mapped[Purpose] = mapped_column(one_of(Purpose))
    key: Mapped[str | None] = mapped_column(unique=True)
    reply: Mapped[str]
    facts: Mapped[Json]
    options: Mapped[list[Json]]
    language: Mapped[str]
    body: Mapped[str | None]
    state: Mapped[MessageState] = mapped_column(one_of(MessageState))
    attempts: Mapped[int] = mapped_column(default=0)
    next_attempt_at: Mapped[datetime]
    lease_until: Mapped[datetime | None]
    worker: Mapped[int | None]  # whose lease it is; once that one is dead it is over
    provider_id: Mapped[str | None] = mapped_column(index=True)
    error_code: Mapped[str | None]
    by_template: Mapped[bool] = mapped_column(server_default=false())
    slot_at: Mapped[datetime | None]
    shown_as: Mapped[str | None]
    segments: Mapped[int | None]
    cost_micros: Mapped[int | None]
    created_at: Mapped[datetime]
    sent_at: Mapped[datetime | None]
    delivered_at: Mapped[datetime | None]
    read_at: Mapped[datetime | None]


class Recording(Base):
    """A picture, voice note or file a guest sent, fetched once from the provider and kept for the house.

    Or a picture of the house for a guest: then it came with no turn but from `user_id`, for the guest of that handoff,
    and `words` stand below it. `body` is null until it is here; `state` is new, kept, or refused with the reason in
    `error`.
    """

    __tablename__ = "recording"
    __table_args__ = (
        UniqueConstraint("turn_id", "number"),
        CheckConstraint("state IN ('new', 'kept', 'refused')", name="state"),
        CheckConstraint("(turn_id IS NULL) = (user_id IS NOT NULL)", name="of_somebody"),
        Index("ix_recording_due", "next_attempt_at", postgresql_where=text("state = 'new'")),
    )

    id: Mapped[Id]
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    line_id: Mapped[int] = mapped_column(ForeignKey("line.id"))
    turn_id: Mapped[int | None] = mapped_column(ForeignKey("turn.id"))
    handoff_id: Mapped[int | None] = mapped_column(ForeignKey("handoff.id"))
    user_id: Mapped[int | None] = mapped_column(ForeignKey("app_user.id"))
    words: Mapped[str | None]
    number: Mapped[int]
    url: Mapped[str]
    content_type: Mapped[str]
    body: Mapped[bytes | None]
    state: Mapped[str]
    error: Mapped[str | None]
    attempts: Mapped[int] = mapped_column(default=0)
    next_attempt_at: Mapped[datetime]
    created_at: Mapped[datetime]


class Template(Base):
    """A message body registered with a provider: made once, found again by its name (`reminder_stay.hi`).

    `approval` is what WhatsApp thinks of it, in the provider's words; only an approved one leaves outside the window.
    """

    __tablename__ = "template"
    __table_args__ = (UniqueConstraint("account_id", "provider", "name"),)

    id: Mapped[Id]
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    provider: Mapped[Provider] = mapped_column(
        one_of(Provider), default=Provider.TWILIO, server_default=Provider.TWILIO.value
    )
    name: Mapped[str]
    provider_id: Mapped[str]
    fingerprint: Mapped[str]
    approval: Mapped[str] = mapped_column(default="unsubmitted", server_default="unsubmitted")
    rejected_because: Mapped[str | None]
    checked_at: Mapped[datetime | None]
    created_at: Mapped[datetime]


class Pace(Base):
    """How far ahead the places of a line (or, with an address, of one chat) are given away: no provider is rushed."""

    __tablename__ = "pace"

    line_id: Mapped[int] = mapped_column(ForeignKey("line.id"), primary_key=True)
    address: Mapped[str] = mapped_column(primary_key=True, default="")
    full_at: Mapped[datetime]
