"""The rooms of a changed stay: written anew before the guests are here; afterwards what they have slept in stays.

Guests who are here and change to another type of room move today: the nights slept stay where they were and cost what
they cost, in the inventory and on the bill.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from datetime import date, datetime

from sqlalchemy import delete
from sqlalchemy.orm import Session

from core.bookings.rooms import rows_of
from models.base import Json
from models.booking import Booking
from models.dates import StayDates, business_date
from models.inventory import StayRoom
from models.property import Property
from models.rates import Quote
from models.states import BookingStatus

type Rooms = Counter[tuple[int, date]]


def slept_until(booking: Booking, house: Property, now: datetime) -> date:
    """The first night that can still be another: today for guests who are here; of others none is slept yet."""
    if booking.status is not BookingStatus.ARRIVED:
        return date.min
    return max(booking.first_day, business_date(now, time_zone=house.time_zone, day_starts=house.day_starts_at))


def as_wanted(wanted: Mapping[int, int], stay: StayDates, had: Rooms, slept: date) -> Rooms:
    """The rooms of each night then: those it had on the nights slept, those it wants on the others."""
    ahead = Counter({(each, night): rooms for each, rooms in wanted.items() for night in stay.nights if night >= slept})
    return ahead + Counter({key: rooms for key, rooms in had.items() if key[1] < slept})


def with_nights_slept(had: Rooms, wanted: Mapping[int, int], stay: StayDates, slept: date) -> Rooms:
    """What counts as theirs when the house's rules are asked: nights that are over are no question any more."""
    over = Counter({(each, night): rooms for each, rooms in wanted.items() for night in stay.nights if night < slept})
    return had | over


def write_rooms(session: Session, booking: Booking, quote: Quote, stay: StayDates, slept: date) -> None:
    """The rooms as quoted; of guests who are here, a room of the same type goes on and another one ends today."""
    asked = list(quote.request["rooms"])
    if booking.status is not BookingStatus.ARRIVED:
        session.execute(delete(StayRoom).where(StayRoom.booking_id == booking.id))
    else:
        for row in rows_of(session, booking.id):
            if row.stay.upper == booking.last_day:
                asked = _goes_on_or_ends(session, row, asked, stay, slept)
    first = slept if booking.status is BookingStatus.ARRIVED else stay.arrival
    if first < stay.departure:
        session.add_all(_a_room(booking, room, StayDates(first, stay.departure)) for room in asked)
    session.flush()


def _goes_on_or_ends(session: Session, row: StayRoom, asked: list[Json], stay: StayDates, slept: date) -> list[Json]:
    """What is left to be given once this room has found its place among what is asked for."""
    same = next((room for room in asked if room["room_type_id"] == row.room_type_id), None)
    begins, ends = StayDates.from_range(row.stay).arrival, slept
    if same is not None:
        ends = stay.departure
        asked = [room for room in asked if room is not same]
        row.adults, row.children, row.extra_beds = same["adults"], same["children"], same["extra_beds"]
        row.room_id, row.is_pinned = None, False  # given again once all rooms are written
    if begins < ends:
        row.stay = StayDates(begins, ends).as_range()
    else:
        session.delete(row)
    return asked


def _a_room(booking: Booking, room: Json, stay: StayDates) -> StayRoom:
    return StayRoom(
        booking_id=booking.id,
        room_type_id=room["room_type_id"],
        room_id=None,
        stay=stay.as_range(),
        adults=room["adults"],
        children=room["children"],
        extra_beds=room["extra_beds"],
        is_pinned=False,
        active=True,
    )
