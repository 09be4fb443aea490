"""Who waits for something sold out, in what order, and when the line has to be looked at."""

from __future__ import annotations

from datetime import date, datetime, time

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, Id, one_of
from models.states import BookingKind, WaitStatus


class WaitlistEntry(Base):
    """One guest's place in the line of one property: what they want, and where they stand.

    `first_day` and `last_day` are arrival and departure of a stay, the service day (twice) of a table; without a room
    type any will do, without times any hour of the day. Of a table
    `adults` are all who come. While `offered`, `booking_id` is the hold made for them.
    """

    __tablename__ = "waitlist_entry"
    __table_args__ = (
        CheckConstraint("kind <> 'stay' OR last_day > first_day", name="a_stay_has_nights"),
        CheckConstraint("adults >= 1 AND children >= 0 AND rooms >= 1", name="somebody_comes"),
        CheckConstraint("status <> 'offered' OR booking_id IS NOT NULL", name="an_offer_is_a_hold"),
        Index(
            "uq_waitlist_entry_live",
            "guest_id",
            "property_id",
            "first_day",
            "last_day",
            unique=True,
            postgresql_where=text("status IN ('waiting', 'offered')"),
        ),
        Index("ix_waitlist_entry_line", "property_id", "first_day", "id", postgresql_where=text("status = 'waiting'")),
        Index("ix_waitlist_entry_booking", "booking_id", postgresql_where=text("booking_id IS NOT NULL")),
    )

    id: Mapped[Id]
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    property_id: Mapped[int] = mapped_column(ForeignKey("property.id"))
    guest_id: Mapped[int] = mapped_column(ForeignKey("guest.id"))
    conversation_id: Mapped[int] = mapped_column(ForeignKey("conversation.id"))
    kind: Mapped[BookingKind] = mapped_column(one_of(BookingKind))
    status: Mapped[WaitStatus] = mapped_column(one_of(WaitStatus))
    first_day: Mapped[date]
    last_day: Mapped[date]
    room_type_id: Mapped[int | None] = mapped_column(ForeignKey("room_type.id"))
    rooms: Mapped[int] = mapped_column(default=1)
    adults: Mapped[int]
    children: Mapped[int] = mapped_column(default=0)
    from_at: Mapped[time | None]
    until_at: Mapped[time | None]
    booking_id: Mapped[int | None] = mapped_column(ForeignKey("booking.id"))
    created_at: Mapped[datetime]
    changed_at: Mapped[datetime]


class WaitlistCall(Base):
    """Something may have come free at a property on these days: until the line was looked at, nobody else takes it."""

    __tablename__ = "waitlist_call"
    __table_args__ = (Index("ix_waitlist_call_property", "property_id", "id"),)

    id: Mapped[Id]
    property_id: Mapped[int] = mapped_column(ForeignKey("property.id"))
    first_day: Mapped[date]
    last_day: Mapped[date]
    at: Mapped[datetime]
