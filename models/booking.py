"""The agreement between guest and house, and every thing that happened to it."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, ForeignKeyConstraint, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, Id, Json, one_of
from models.money import Money
from models.states import ActorKind, BookingKind, BookingStatus, Channel


class Booking(Base):
    """A stay or a table, from its hold to its end.

    `starts_at` and `ends_at` are check-in and check-out of a stay, start and end of turn of a table; `first_day` and
    `last_day` are arrival and departure of a stay, and the service day (twice) of a table. `policy` is the cancellation
    policy as it was agreed, `party_size` all people who come. Its account is its house's: one look at the house proves
    both, where every booking of an account would otherwise mark the account's row at the same time as all others.
    """

    __tablename__ = "booking"
    __table_args__ = (
        ForeignKeyConstraint(
            ["property_id", "account_id"], ["property.id", "property.account_id"], name="fk_booking_house"
        ),
        CheckConstraint("status <> 'held' OR hold_expires_at IS NOT NULL", name="a_hold_ends"),
        CheckConstraint("kind <> 'stay' OR last_day > first_day", name="a_stay_has_nights"),
        CheckConstraint("ends_at > starts_at", name="lasts"),
        CheckConstraint("party_size >= 1", name="somebody_comes"),
        CheckConstraint("deposit_paise BETWEEN 0 AND total_paise", name="deposit_within_total"),
        Index("ix_booking_holds", "hold_expires_at", postgresql_where=text("status IN ('held', 'pending_approval')")),
        Index("ix_booking_property_day", "property_id", "first_day"),
        Index("ix_booking_guest", "guest_id", "created_at"),
        # Who is to be reminded of what comes, and asked how it was.
        Index("ix_booking_coming", "starts_at", postgresql_where=text("status = 'confirmed'")),
        Index("ix_booking_over", "ends_at", postgresql_where=text("status IN ('arrived', 'completed')")),
    )

    id: Mapped[Id]
    account_id: Mapped[int]
    property_id: Mapped[int]
    guest_id: Mapped[int] = mapped_column(ForeignKey("guest.id"))
    conversation_id: Mapped[int | None] = mapped_column(ForeignKey("conversation.id"))
    quote_id: Mapped[int] = mapped_column(ForeignKey("quote.id"))
    kind: Mapped[BookingKind] = mapped_column(one_of(BookingKind))
    reference: Mapped[str] = mapped_column(unique=True)
    status: Mapped[BookingStatus] = mapped_column(one_of(BookingStatus))
    channel: Mapped[Channel] = mapped_column(one_of(Channel))
    first_day: Mapped[date]
    last_day: Mapped[date]
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    party_size: Mapped[int]
    adults: Mapped[int]
    children: Mapped[int] = mapped_column(default=0)
    total_paise: Mapped[Money]
    deposit_paise: Mapped[Money]
    policy: Mapped[Json]
    hold_expires_at: Mapped[datetime | None]
    hold_prolonged: Mapped[bool] = mapped_column(default=False)
    wishes: Mapped[str | None]
    created_at: Mapped[datetime]
    changed_at: Mapped[datetime]


class BookingEvent(Base):
    """Something that happened to a booking: who did it, through which door, and the facts of it.

    `account_id` is the booking's, written from it and never changed; it stands here for the feed's order.

    `xid` is the writing transaction; readers that page in commit order stop below `pg_snapshot_xmin`, and their cursor
    is (xid, id), so no event is ever missed.
    """

    __tablename__ = "booking_event"
    __table_args__ = (Index("ix_booking_event_cursor", "account_id", "xid", "id"),)

    id: Mapped[Id]
    account_id: Mapped[int]
    booking_id: Mapped[int] = mapped_column(ForeignKey("booking.id"), index=True)
    kind: Mapped[str]
    status: Mapped[BookingStatus] = mapped_column(one_of(BookingStatus))
    actor: Mapped[ActorKind] = mapped_column(one_of(ActorKind))
    actor_id: Mapped[int | None]
    door: Mapped[str]
    facts: Mapped[Json]
    at: Mapped[datetime]
    xid: Mapped[int] = mapped_column(server_default=text("(pg_current_xact_id()::text)::bigint"))
