"""Which rules of the house a changed stay must keep: only those that speak of what is different."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime

from core.availability.nights import NightCount, counted, refusal
from core.errors import BookingError, StayInThePast
from core.pricing.quote import check_dates, check_length
from models.booking import Booking
from models.dates import StayDates, business_date
from models.inventory import NightInventory
from models.property import Property
from models.states import BookingStatus


def stay_of_booking(booking: Booking) -> StayDates:
    """The nights a booking is for."""
    return StayDates(booking.first_day, booking.last_day)


def check_new_dates(booking: Booking, stay: StayDates, house: Property, now: datetime) -> None:
    """A stay may begin anew from today on; one that has begun may only end on another day, today at the soonest."""
    today = business_date(now, time_zone=house.time_zone, day_starts=house.day_starts_at)
    begun = booking.status is BookingStatus.ARRIVED
    if begun and stay.arrival != booking.first_day:
        raise StayInThePast(arrival=stay.arrival.isoformat(), today=today.isoformat())
    if stay.departure < today:
        raise StayInThePast(arrival=stay.departure.isoformat(), today=today.isoformat())
    if stay.arrival == booking.first_day:
        check_length(stay, house, now)
    else:
        check_dates(stay, house, now)


def why_not_changed(
    found: Mapping[int, Sequence[NightInventory]],
    had: Mapping[tuple[int, date], int],
    wanted: Mapping[int, int],
    *,
    old: StayDates,
    new: StayDates,
    by_staff: bool,
) -> BookingError | None:
    """The reason to say no to other nights or rooms; what the guest has already counts as free for them.

    Args:
        found: the nights of each type wanted, to the day of departure.
        had: rooms the booking has, by type and night.
        wanted: rooms of each type it shall have.
        old: its nights so far.
        new: its nights then.
        by_staff: the house may go beyond its own rules, but never beyond its rooms.
    """
    for room_type_id, rooms in wanted.items():
        knows_type = any(each == room_type_id for each, _ in had)
        rows = [
            _as_asked(counted(row), had.get((room_type_id, row.night), 0), rooms, old if knows_type else None, new)
            for row in found[room_type_id]
        ]
        if by_staff:
            rows = [NightCount(row.night, row.free) for row in rows]
        if (refused := refusal(rows, new, rooms)) is not None:
            return refused
    return None


def _as_asked(row: NightCount, mine: int, rooms: int, old: StayDates | None, new: StayDates) -> NightCount:
    """A night as this guest finds it: their own rooms are free, and rules about what stays the same are no matter."""
    return replace(
        row,
        free=row.free + mine,
        stop_sell=row.stop_sell and rooms > mine,
        minimum_stay=1 if old == new else row.minimum_stay,
        maximum_stay=None if old == new else row.maximum_stay,
        closed_to_arrival=row.closed_to_arrival and (old is None or old.arrival != new.arrival),
        closed_to_departure=row.closed_to_departure and (old is None or old.departure != new.departure),
    )
