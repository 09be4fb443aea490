"""Bookings made before the house moved in: how its past went, and what it already owed its guests."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, Integer, SmallInteger, String, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, Id, Json, one_of
from models.states import BookingStatus


class HistoryImport(Base):
    """One file of past bookings, known by its contents: the same file again is the same import.

    `lines_done` moves in the transaction that keeps the lines, so an import that was killed goes on where it stood.
    """

    __tablename__ = "history_import"
    __table_args__ = (UniqueConstraint("account_id", "fingerprint"),)

    id: Mapped[Id]
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    property_id: Mapped[int | None] = mapped_column(ForeignKey("property.id"))
    fingerprint: Mapped[str]
    form: Mapped[str]
    file_name: Mapped[str]
    lines: Mapped[int]
    lines_done: Mapped[int] = mapped_column(default=0)
    started_at: Mapped[datetime]
    finished_at: Mapped[datetime | None]
    report: Mapped[Json | None]


class HistoryBooking(Base):
    """One past booking as its old system wrote it down; it takes nothing off sale, and two alike are two bookings.

    What the old system did not know is null. `rate_cents` is the average rate a night in hundredths of a currency the
    file does not name; `oddities` says what cannot be right, `is_stay` whether somebody can have slept here on it, and
    `raw` is the line itself where something is odd.
    """

    __tablename__ = "history_booking"
    __table_args__ = (Index("ix_history_booking_arrival", "account_id", "hotel", "arrival"),)

    history_import_id: Mapped[int] = mapped_column(ForeignKey("history_import.id"), primary_key=True)
    line: Mapped[int] = mapped_column(Integer, primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    reference: Mapped[str | None]
    hotel: Mapped[str]
    status: Mapped[BookingStatus | None] = mapped_column(one_of(BookingStatus))
    status_on: Mapped[date | None]
    booked_on: Mapped[date | None]
    arrival: Mapped[date | None]
    departure: Mapped[date | None]
    lead_days: Mapped[int | None] = mapped_column(SmallInteger)
    nights: Mapped[int | None] = mapped_column(SmallInteger)
    weekend_nights: Mapped[int | None] = mapped_column(SmallInteger)
    adults: Mapped[int | None] = mapped_column(SmallInteger)
    children: Mapped[int | None] = mapped_column(SmallInteger)
    babies: Mapped[int | None] = mapped_column(SmallInteger)
    rate_cents: Mapped[int | None] = mapped_column(Integer)
    currency: Mapped[str | None] = mapped_column(String(3))
    meal: Mapped[str | None]
    country: Mapped[str | None]
    segment: Mapped[str | None]
    channel: Mapped[str | None]
    agency: Mapped[str | None]
    company: Mapped[str | None]
    customer_type: Mapped[str | None]
    deposit_type: Mapped[str | None]
    reserved_room_type: Mapped[str | None]
    assigned_room_type: Mapped[str | None]
    is_repeated_guest: Mapped[bool | None]
    earlier_cancellations: Mapped[int | None] = mapped_column(SmallInteger)
    earlier_stays: Mapped[int | None] = mapped_column(SmallInteger)
    changes: Mapped[int | None] = mapped_column(SmallInteger)
    waiting_days: Mapped[int | None] = mapped_column(SmallInteger)
    parking_spaces: Mapped[int | None] = mapped_column(SmallInteger)
    special_requests: Mapped[int | None] = mapped_column(SmallInteger)
    is_stay: Mapped[bool]
    oddities: Mapped[list[str]] = mapped_column(ARRAY(String), server_default=text("'{}'"))
    raw: Mapped[Json | None]


class BookingOrigin(Base):
    """Where a booking came from that was made in another system: its reference there, and the line it was read from."""

    __tablename__ = "booking_origin"
    __table_args__ = (UniqueConstraint("property_id", "reference"),)

    booking_id: Mapped[int] = mapped_column(ForeignKey("booking.id"), primary_key=True)
    property_id: Mapped[int] = mapped_column(ForeignKey("property.id"))
    reference: Mapped[str]
    source: Mapped[str]
    line: Mapped[Json]
    imported_at: Mapped[datetime]
