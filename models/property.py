"""Properties and what stands in them: room types, rooms, dining areas, tables, sittings, answers to questions."""

from __future__ import annotations

from datetime import date, datetime, time

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, String, UniqueConstraint, select, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, column_property, mapped_column

from models.account import Account
from models.base import Base, Id, Json, Name, one_of
from models.money import Money
from models.states import PropertyKind


class Property(Base):
    """One place of business, with its own clock, tax number and rules of the house."""

    __tablename__ = "property"
    __table_args__ = (
        UniqueConstraint("id", "account_id"),
        CheckConstraint("stars BETWEEN 1 AND 5", name="stars"),
        CheckConstraint("lat BETWEEN -90 AND 90 AND lon BETWEEN -180 AND 180", name="on_earth"),
        CheckConstraint("release_late_minutes >= 0", name="late"),
        Index("ix_property_search", "account_id", "kind", "city"),
        Index("ix_property_in_city", "account_id", text("lower(city)")),
    )

    id: Mapped[Id]
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    kind: Mapped[PropertyKind] = mapped_column(one_of(PropertyKind))
    name: Mapped[Name]
    description: Mapped[Json]
    city: Mapped[str]
    area: Mapped[str]
    address: Mapped[str]
    lat: Mapped[float]
    lon: Mapped[float]
    phone: Mapped[str | None]
    stars: Mapped[int | None]
    cuisines: Mapped[list[str]] = mapped_column(ARRAY(String), default=list)
    amenities: Mapped[list[str]] = mapped_column(ARRAY(String), default=list)
    picture: Mapped[str | None]
    time_zone: Mapped[str] = mapped_column(default="Asia/Kolkata")
    day_starts_at: Mapped[time] = mapped_column(default=time(4))
    check_in_at: Mapped[time] = mapped_column(default=time(14))
    check_out_at: Mapped[time] = mapped_column(default=time(11))
    gstin: Mapped[str | None]
    specified_premises: Mapped[bool] = mapped_column(default=False)
    service_charge_percent: Mapped[int] = mapped_column(default=0)
    needs_approval: Mapped[bool] = mapped_column(default=False)
    hold_minutes: Mapped[int] = mapped_column(default=20)
    horizon_days: Mapped[int] = mapped_column(default=365)
    lead_minutes: Mapped[int] = mapped_column(default=0)
    # A party that is not here so long after its start gives its table up; 0: never by itself.
    release_late_minutes: Mapped[int] = mapped_column(default=30, server_default="30")
    # Nothing the house says by itself, such as a reminder, comes between these.
    quiet_from: Mapped[time] = mapped_column(default=time(21), server_default="21:00")
    quiet_until: Mapped[time] = mapped_column(default=time(9), server_default="09:00")
    bring: Mapped[Json]
    cancellation_policy_id: Mapped[int] = mapped_column(ForeignKey("cancellation_policy.id"))
    created_at: Mapped[datetime]

    # Read from the account with every property: without a gateway nothing is asked for in advance.
    takes_online: Mapped[bool] = column_property(
        select(Account.takes_online).where(Account.id == account_id).correlate_except(Account).scalar_subquery()
    )


class RoomType(Base):
    """What is sold by the night; the room's number is given later."""

    __tablename__ = "room_type"
    __table_args__ = (
        UniqueConstraint("property_id", "name"),
        CheckConstraint(
            "base_adults >= 1 AND max_adults >= base_adults AND max_guests >= max_adults", name="occupancy"
        ),
    )

    id: Mapped[Id]
    property_id: Mapped[int] = mapped_column(ForeignKey("property.id"))
    name: Mapped[Name]
    description: Mapped[Json]
    base_adults: Mapped[int]
    max_adults: Mapped[int]
    max_guests: Mapped[int]
    extra_beds: Mapped[int] = mapped_column(default=0)
    picture: Mapped[str | None]


class Room(Base):
    """A numbered room of a type; one that is no more keeps its row for those who slept in it."""

    __tablename__ = "room"
    __table_args__ = (UniqueConstraint("property_id", "number"),)

    id: Mapped[Id]
    property_id: Mapped[int] = mapped_column(ForeignKey("property.id"))
    room_type_id: Mapped[int] = mapped_column(ForeignKey("room_type.id"), index=True)
    number: Mapped[str]
    retired_at: Mapped[datetime | None]


class DiningArea(Base):
    """A part of a restaurant whose tables are given out together: terrace, hall, courtyard.

    `buffer_minutes` lie between two parties at one of its tables, to clear and to lay it.
    """

    __tablename__ = "dining_area"
    __table_args__ = (
        UniqueConstraint("property_id", "name"),
        CheckConstraint("buffer_minutes >= 0", name="buffer"),
    )

    id: Mapped[Id]
    property_id: Mapped[int] = mapped_column(ForeignKey("property.id"))
    name: Mapped[Name]
    buffer_minutes: Mapped[int] = mapped_column(default=0, server_default="0")


class DiningTable(Base):
    """A table with the fewest and the most covers it takes."""

    __tablename__ = "dining_table"
    __table_args__ = (
        UniqueConstraint("dining_area_id", "number"),
        CheckConstraint("min_covers >= 1 AND max_covers >= min_covers", name="covers"),
    )

    id: Mapped[Id]
    dining_area_id: Mapped[int] = mapped_column(ForeignKey("dining_area.id"))
    number: Mapped[str]
    min_covers: Mapped[int]
    max_covers: Mapped[int]


class JoinedTables(Base):
    """Tables that can be pushed together for a larger party."""

    __tablename__ = "joined_tables"
    __table_args__ = (CheckConstraint("min_covers >= 1 AND max_covers >= min_covers", name="covers"),)

    id: Mapped[Id]
    dining_area_id: Mapped[int] = mapped_column(ForeignKey("dining_area.id"), index=True)
    table_ids: Mapped[list[int]] = mapped_column(ARRAY(BigInteger))
    min_covers: Mapped[int]
    max_covers: Mapped[int]


class Sitting(Base):
    """A service period such as dinner: its weekdays, its start times and what a cover costs in deposit.

    `weekdays` holds ISO numbers (Monday 1 to Sunday 7); `last_order_at` may lie after midnight. `pacing_covers` is how
    many covers may start in one slot, in the whole restaurant.
    """

    __tablename__ = "sitting"
    __table_args__ = (
        UniqueConstraint("property_id", "name"),
        CheckConstraint("slot_minutes BETWEEN 5 AND 240", name="slot_minutes"),
    )

    id: Mapped[Id]
    property_id: Mapped[int] = mapped_column(ForeignKey("property.id"))
    name: Mapped[Name]
    weekdays: Mapped[list[int]] = mapped_column(ARRAY(BigInteger))
    opens_at: Mapped[time]
    last_order_at: Mapped[time]
    slot_minutes: Mapped[int]
    pacing_covers: Mapped[int | None]
    cover_deposit_paise: Mapped[Money]
    cover_price_paise: Mapped[Money]


class TurnTime(Base):
    """How long a party of up to so many keeps its table."""

    __tablename__ = "turn_time"
    __table_args__ = (UniqueConstraint("property_id", "up_to_covers"), CheckConstraint("minutes > 0", name="minutes"))

    id: Mapped[Id]
    property_id: Mapped[int] = mapped_column(ForeignKey("property.id"))
    up_to_covers: Mapped[int]
    minutes: Mapped[int]


class Answer(Base):
    """What the house answers to a common question, per language."""

    __tablename__ = "answer"
    __table_args__ = (UniqueConstraint("property_id", "topic"),)

    id: Mapped[Id]
    property_id: Mapped[int] = mapped_column(ForeignKey("property.id"))
    topic: Mapped[str]
    words: Mapped[Json]


class Season(Base):
    """Nights on which all prices of a property move by so many per cent."""

    __tablename__ = "season"
    __table_args__ = (CheckConstraint("last_night >= first_night", name="in_order"),)

    id: Mapped[Id]
    property_id: Mapped[int] = mapped_column(ForeignKey("property.id"), index=True)
    name: Mapped[Name]
    first_night: Mapped[date]
    last_night: Mapped[date]
    percent: Mapped[int]
