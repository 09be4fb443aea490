"""What a business may carry away of its own: bookings, guests and money, a row each, as plain values."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import BigInteger, Date, Select, cast, func, select
from sqlalchemy.orm import Session

from models.booking import Booking
from models.folio import FolioLine, Payment
from models.guest import Guest
from models.history import BookingOrigin
from models.inventory import StayRoom
from models.money import NOTHING, Money
from models.property import Property, RoomType
from models.states import FolioKind

type Row = dict[str, Any]
_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class Wanted:
    """Of which account and property, and which days, both included; what is not said is not asked."""

    account_id: int
    property_id: int | None = None
    first: date | None = None
    last: date | None = None


def bookings(session: Session, wanted: Wanted) -> Iterator[Row]:
    """Every booking that arrives in these days, whatever became of it."""
    paid = (
        select(
            FolioLine.booking_id,
            _sum(FolioKind.PAYMENT).label("paid"),
            _sum(FolioKind.REFUND).label("refunded"),
        )
        .group_by(FolioLine.booking_id)
        .subquery()
    )
    rooms = (
        select(
            StayRoom.booking_id,
            func.count().label("rooms"),
            func.string_agg(RoomType.name.distinct(), ", ").label("room_types"),
        )
        .join(RoomType, RoomType.id == StayRoom.room_type_id)
        .group_by(StayRoom.booking_id)
        .subquery()
    )
    asked = (
        select(
            Booking,
            Property.name.label("property"),
            Guest.name.label("guest"),
            Guest.phone,
            rooms.c.rooms,
            rooms.c.room_types,
            paid.c.paid,
            paid.c.refunded,
            BookingOrigin.source,
            BookingOrigin.reference.label("old_reference"),
        )
        .join(Property, Property.id == Booking.property_id)
        .join(Guest, Guest.id == Booking.guest_id)
        .outerjoin(rooms, rooms.c.booking_id == Booking.id)
        .outerjoin(paid, paid.c.booking_id == Booking.id)
        .outerjoin(BookingOrigin, BookingOrigin.booking_id == Booking.id)
        .where(Booking.account_id == wanted.account_id)
        .order_by(Booking.first_day, Booking.id)
    )
    for row in session.execute(_within(asked, wanted, Booking.first_day), execution_options={"yield_per": _AT_ONCE}):
        booking: Booking = row.Booking
        yield {
            "reference": booking.reference,
            "property": row.property,
            "kind": booking.kind.value,
            "status": booking.status.value,
            "channel": booking.channel.value,
            "source": row.source,
            "old_reference": row.old_reference,
            "guest": row.guest,
            "phone": row.phone,
            "arrival": booking.first_day,
            "departure": booking.last_day,
            "starts_at": booking.starts_at,
            "ends_at": booking.ends_at,
            "adults": booking.adults,
            "children": booking.children,
            "rooms": row.rooms,
            "room_types": row.room_types,
            "total": booking.total_paise,
            "paid": Money(row.paid or 0),
            "refunded": Money(row.refunded or 0),
            "wishes": booking.wishes,
            "booked_at": booking.created_at,
        }


def guests(session: Session, wanted: Wanted) -> Iterator[Row]:
    """Every guest who has not asked to be forgotten, with what they booked to arrive in these days."""
    booked = (
        select(
            Booking.guest_id,
            func.count().label("bookings"),
            func.min(Booking.first_day).label("first_arrival"),
            func.max(Booking.first_day).label("last_arrival"),
        )
        .group_by(Booking.guest_id)
        .where(Booking.account_id == wanted.account_id)
    )
    counted = _within(booked, wanted, Booking.first_day).subquery()
    everybody = wanted.first is None and wanted.last is None and wanted.property_id is None
    asked = (
        select(Guest, counted.c.bookings, counted.c.first_arrival, counted.c.last_arrival)
        .join(counted, counted.c.guest_id == Guest.id, isouter=everybody)
        .where(Guest.account_id == wanted.account_id, Guest.erased_at.is_(None))
        .order_by(Guest.id)
    )
    for row in session.execute(asked, execution_options={"yield_per": _AT_ONCE}):
        guest: Guest = row.Guest
        yield {
            "guest": guest.name,
            "phone": guest.phone,
            "email": guest.email,
            "language": guest.language,
            "known_since": guest.created_at,
            "bookings": row.bookings or 0,
            "first_arrival": row.first_arrival,
            "last_arrival": row.last_arrival,
        }


def folio(session: Session, wanted: Wanted) -> Iterator[Row]:
    """Every line of every account, by the day it was written on the property's own clock."""
    day = cast(func.timezone(Property.time_zone, FolioLine.at), Date)
    asked = (
        select(
            FolioLine,
            Booking.reference,
            Property.name.label("property"),
            Payment.provider,
            Payment.method,
            day.label("day"),
        )
        .join(Booking, Booking.id == FolioLine.booking_id)
        .join(Property, Property.id == Booking.property_id)
        .outerjoin(Payment, Payment.id == FolioLine.payment_id)
        .where(Booking.account_id == wanted.account_id)
        .order_by(FolioLine.id)
    )
    for row in session.execute(_within(asked, wanted, day), execution_options={"yield_per": _AT_ONCE}):
        line: FolioLine = row.FolioLine
        yield {
            "day": row.day,
            "property": row.property,
            "reference": row.reference,
            "kind": line.kind.value,
            "label": line.label,
            "amount": line.amount_paise or NOTHING,
            "provider": row.provider and row.provider.value,
            "method": row.method,
            "at": line.at,
        }


def _sum(kind: FolioKind) -> Any:  # noqa: ANN401 - an SQL expression; its type has no short name
    return cast(func.sum(FolioLine.amount_paise).filter(FolioLine.kind == kind), BigInteger)


def _within[*Columns](
    asked: Select[*Columns],
    wanted: Wanted,
    day: Any,  # noqa: ANN401 - a column or a cast
) -> Select[*Columns]:
    if wanted.property_id is not None:
        asked = asked.where(Booking.property_id == wanted.property_id)
    if wanted.first is not None:
        asked = asked.where(day >= wanted.first)
    if wanted.last is not None:
        asked = asked.where(day <= wanted.last)
    return asked
