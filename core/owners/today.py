"""Who comes and who goes today, at each house somebody runs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.owners.link import Person
from models.booking import Booking
from models.dates import business_date
from models.guest import Guest
from models.property import Property
from models.states import SELLING, BookingKind, PropertyKind


@dataclass(frozen=True, slots=True)
class Coming:
    """One party: when, who, how many, and their reference."""

    at: datetime
    guest: str
    people: int
    reference: str


@dataclass(frozen=True, slots=True)
class HouseToday:
    """One house's day."""

    property: str
    kind: PropertyKind
    day: date
    coming: Sequence[Coming]
    leaving: int
    covers: int


def today(session: Session, account_id: int, person: Person, *, now: datetime) -> list[HouseToday]:
    """Each house of this person with today's arrivals, departures and covers."""
    houses = select(Property).where(Property.account_id == account_id).order_by(Property.kind, Property.name)
    if person.property_ids is not None:
        houses = houses.where(Property.id.in_(person.property_ids))
    return [_day_of(session, house, now) for house in session.scalars(houses)]


def _day_of(session: Session, house: Property, now: datetime) -> HouseToday:
    day = business_date(now, time_zone=house.time_zone, day_starts=house.day_starts_at)
    rows = session.execute(
        select(Booking, Guest.name)
        .join(Guest, Guest.id == Booking.guest_id)
        .where(
            Booking.property_id == house.id,
            Booking.status.in_(SELLING),
            (Booking.first_day == day) | (Booking.last_day == day),
        )
        .order_by(Booking.starts_at, Booking.id)
    ).all()
    zone = ZoneInfo(house.time_zone)
    coming = [
        Coming(booking.starts_at.astimezone(zone), name or "", booking.party_size, booking.reference)
        for booking, name in rows
        if booking.first_day == day
    ]
    stays = [booking for booking, _ in rows if booking.kind is BookingKind.STAY]
    return HouseToday(
        property=house.name,
        kind=house.kind,
        day=day,
        coming=coming,
        leaving=sum(booking.last_day == day for booking in stays),
        covers=sum(booking.party_size for booking, _ in rows if booking.kind is BookingKind.TABLE),
    )
