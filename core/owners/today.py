"""A day at each house somebody runs: who comes, who goes, who sleeps here, who eats when, and what is still unpaid."""

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
from models.rates import Quote
from models.states import HOLDING, SELLING, BookingKind, BookingStatus, PropertyKind

_SHOWN = SELLING | HOLDING | {BookingStatus.COMPLETED}


@dataclass(frozen=True, slots=True)
class Coming:
    """One party: when, who, how many, their reference, and where their booking stands."""

    at: datetime
    guest: str
    people: int
    reference: str
    status: BookingStatus
    until: date


@dataclass(frozen=True, slots=True)
class HouseToday:
    """One house's day; `covers` by the name of the sitting."""

    property_id: int
    property: str
    kind: PropertyKind
    day: date
    coming: Sequence[Coming]
    going: Sequence[Coming]
    in_house: Sequence[Coming]
    unpaid: Sequence[Coming]
    covers: Sequence[tuple[str, int]]


def houses_of(session: Session, account_id: int, person: Person) -> Sequence[Property]:
    """The houses this person runs."""
    houses = select(Property).where(Property.account_id == account_id).order_by(Property.kind, Property.name)
    if person.property_ids is not None:
        houses = houses.where(Property.id.in_(person.property_ids))
    return session.scalars(houses).all()


def business_day(house: Property, now: datetime) -> date:
    """The day the house is working on."""
    return business_date(now, time_zone=house.time_zone, day_starts=house.day_starts_at)


def day_of(session: Session, house: Property, day: date) -> HouseToday:
    """One house on one day."""
    rows = session.execute(
        select(Booking, Guest.name, Quote.parts["sitting"].astext)
        .join(Guest, Guest.id == Booking.guest_id)
        .join(Quote, Quote.id == Booking.quote_id)
        .where(
            Booking.property_id == house.id,
            Booking.status.in_(_SHOWN),
            Booking.first_day <= day,
            Booking.last_day >= day,
        )
        .order_by(Booking.starts_at, Booking.id)
    ).all()
    zone = ZoneInfo(house.time_zone)
    agreed = [(booking, name) for booking, name, _ in rows if booking.status not in HOLDING]
    covers: dict[str, int] = {}
    for booking, _, sitting in rows:
        if booking.kind is BookingKind.TABLE and booking.status not in HOLDING:
            covers[sitting or ""] = covers.get(sitting or "", 0) + booking.party_size
    stays = [(booking, name) for booking, name in agreed if booking.kind is BookingKind.STAY]
    return HouseToday(
        property_id=house.id,
        property=house.name,
        kind=house.kind,
        day=day,
        coming=[_coming(booking, name, zone) for booking, name in agreed if booking.first_day == day],
        going=[_coming(booking, name, zone) for booking, name in stays if booking.last_day == day],
        in_house=[
            _coming(booking, name, zone)
            for booking, name in stays
            if booking.status is BookingStatus.ARRIVED and booking.last_day > day
        ],
        unpaid=[_coming(booking, name, zone) for booking, name, _ in rows if booking.status in HOLDING],
        covers=tuple(covers.items()),
    )


def _coming(booking: Booking, name: str | None, zone: ZoneInfo) -> Coming:
    return Coming(
        booking.starts_at.astimezone(zone),
        name or "",
        booking.party_size,
        booking.reference,
        booking.status,
        booking.last_day,
    )
