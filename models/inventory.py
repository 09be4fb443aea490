"""What can be sold on a night or at a table; the database refuses to sell it twice, whatever the Python does."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, false, text
from sqlalchemy.dialects.postgresql import ExcludeConstraint, Range
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, Id, Name, one_of
from models.money import Money
from models.states import ClosureKind


class NightInventory(Base):
    """One room type on one night: how many can be sold, how many are held and sold, and the best available rate.

    `closed_to_arrival` is read on the first night of a stay, `closed_to_departure` on its day of departure, the
    shortest and the longest stay on each of its nights.
    """

    __tablename__ = "night_inventory"
    __table_args__ = (
        CheckConstraint("held >= 0 AND sold >= 0 AND held + sold <= sellable", name="not_oversold"),
        Index("ix_night_inventory_night", "night", "room_type_id"),
        {"postgresql_with": {"fillfactor": 70}},
    )

    room_type_id: Mapped[int] = mapped_column(ForeignKey("room_type.id"), primary_key=True)
    night: Mapped[date] = mapped_column(primary_key=True)
    sellable: Mapped[int]
    held: Mapped[int] = mapped_column(default=0)
    sold: Mapped[int] = mapped_column(default=0)
    price_paise: Mapped[Money]
    minimum_stay: Mapped[int] = mapped_column(default=1)
    stop_sell: Mapped[bool] = mapped_column(default=False)
    maximum_stay: Mapped[int | None]
    closed_to_arrival: Mapped[bool] = mapped_column(default=False, server_default=false())
    closed_to_departure: Mapped[bool] = mapped_column(default=False, server_default=false())


class StayRoom(Base):
    """One room of a stay; its number comes later, and two guests never share one."""

    __tablename__ = "stay_room"
    __table_args__ = (
        CheckConstraint("NOT isempty(stay)", name="has_nights"),
        CheckConstraint("adults >= 1 AND children >= 0 AND extra_beds >= 0", name="people"),
        ExcludeConstraint(
            (text("int8range(room_id, room_id, '[]')"), "="),
            ("stay", "&&"),
            name="room_never_shared",
            where=text("room_id IS NOT NULL AND active"),
            using="gist",
            deferrable=True,
            initially="IMMEDIATE",
        ),
        Index("ix_stay_room_active", "room_type_id", text("lower(stay)"), postgresql_where=text("active")),
        Index("ix_stay_room_numbered", "room_type_id", postgresql_where=text("active AND room_id IS NOT NULL")),
    )

    id: Mapped[Id]
    booking_id: Mapped[int] = mapped_column(ForeignKey("booking.id"), index=True)
    room_type_id: Mapped[int] = mapped_column(ForeignKey("room_type.id"))
    room_id: Mapped[int | None] = mapped_column(ForeignKey("room.id"))
    stay: Mapped[Range[date]]
    adults: Mapped[int]
    children: Mapped[int] = mapped_column(default=0)
    extra_beds: Mapped[int] = mapped_column(default=0)
    is_pinned: Mapped[bool] = mapped_column(default=False)
    active: Mapped[bool] = mapped_column(default=True)


class AreaDay(Base):
    """One dining area on one service day: the row that is locked before a table is given."""

    __tablename__ = "area_day"

    dining_area_id: Mapped[int] = mapped_column(ForeignKey("dining_area.id"), primary_key=True)
    service_day: Mapped[date] = mapped_column(primary_key=True)
    closed: Mapped[bool] = mapped_column(default=False)


class TableTurn(Base):
    """One table kept for one party from its start to the end of its turn and of laying it; two never share it.

    A pinned party is never moved to another table by the house itself, one `in_area` only within its dining area.
    """

    __tablename__ = "table_turn"
    __table_args__ = (
        CheckConstraint("NOT isempty(during)", name="lasts"),
        ExcludeConstraint(
            (text("int8range(dining_table_id, dining_table_id, '[]')"), "="),
            ("during", "&&"),
            name="table_never_shared",
            where=text("active"),
            using="gist",
            deferrable=True,
            initially="IMMEDIATE",
        ),
    )

    id: Mapped[Id]
    booking_id: Mapped[int] = mapped_column(ForeignKey("booking.id"), index=True)
    dining_table_id: Mapped[int] = mapped_column(ForeignKey("dining_table.id"))
    during: Mapped[Range[datetime]]
    is_pinned: Mapped[bool] = mapped_column(default=False)
    in_area: Mapped[bool] = mapped_column(default=False, server_default="false")
    active: Mapped[bool] = mapped_column(default=True)


class PrivateEvent(Base):
    """A dining area, or without one the whole restaurant, kept for a named party from one moment to another."""

    __tablename__ = "private_event"
    __table_args__ = (CheckConstraint("NOT isempty(during)", name="lasts"),)

    id: Mapped[Id]
    property_id: Mapped[int] = mapped_column(ForeignKey("property.id"), index=True)
    dining_area_id: Mapped[int | None] = mapped_column(ForeignKey("dining_area.id"))
    name: Mapped[Name]
    during: Mapped[Range[datetime]]
    created_at: Mapped[datetime]
    lifted_at: Mapped[datetime | None]


class Closure(Base):
    """Rooms of a type, or one room, taken off sale for some nights by the house."""

    __tablename__ = "closure"
    __table_args__ = (
        CheckConstraint("NOT isempty(nights)", name="has_nights"),
        CheckConstraint("rooms > 0", name="rooms"),
        Index("ix_closure_running", "room_type_id", postgresql_where=text("lifted_at IS NULL")),
    )

    id: Mapped[Id]
    property_id: Mapped[int] = mapped_column(ForeignKey("property.id"), index=True)
    room_type_id: Mapped[int] = mapped_column(ForeignKey("room_type.id"))
    room_id: Mapped[int | None] = mapped_column(ForeignKey("room.id"))
    nights: Mapped[Range[date]]
    rooms: Mapped[int]
    kind: Mapped[ClosureKind] = mapped_column(
        one_of(ClosureKind), default=ClosureKind.OUT_OF_ORDER, server_default=ClosureKind.OUT_OF_ORDER.value
    )
    reason: Mapped[Name]
    created_at: Mapped[datetime]
    lifted_at: Mapped[datetime | None]
