"""A booking of the past, and what about it cannot be right."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final

from models.base import Json
from models.states import BookingStatus


class Oddity(StrEnum):
    """What is wrong with a line, in one word for the report."""

    ZERO_NIGHTS = "zero_nights"
    NOBODY = "nobody"
    BAD_DATES = "bad_dates"
    IMPOSSIBLE_RATE = "impossible_rate"
    UNKNOWN_PEOPLE = "unknown_people"
    UNKNOWN_STATUS = "unknown_status"
    STATUS_CONTRADICTS = "status_contradicts"
    UNREADABLE = "unreadable"
    RAGGED_LINE = "ragged_line"


# On such a line nobody can have slept here.
NO_STAY: Final = frozenset({Oddity.ZERO_NIGHTS, Oddity.NOBODY, Oddity.BAD_DATES, Oddity.RAGGED_LINE})
# A rate so many times what the hotel usually takes was typed by mistake.
MOST_TIMES_USUAL: Final = 10
LONGEST_NIGHTS: Final = 3_650


@dataclass(frozen=True, slots=True)
class PastBooking:
    """One line of an old system, read; the fields are those of models/history.py."""

    line: int
    reference: str | None
    hotel: str
    status: BookingStatus | None
    status_on: date | None
    booked_on: date | None
    arrival: date | None
    departure: date | None
    lead_days: int | None
    nights: int | None
    weekend_nights: int | None
    adults: int | None
    children: int | None
    babies: int | None
    rate_cents: int | None
    meal: str | None
    country: str | None
    segment: str | None
    channel: str | None
    agency: str | None
    company: str | None
    customer_type: str | None
    deposit_type: str | None
    reserved_room_type: str | None
    assigned_room_type: str | None
    is_repeated_guest: bool | None
    earlier_cancellations: int | None
    earlier_stays: int | None
    changes: int | None
    waiting_days: int | None
    parking_spaces: int | None
    special_requests: int | None
    is_stay: bool
    oddities: tuple[Oddity, ...]
    raw: Json | None


def odd_people(*people: int | None) -> Iterable[Oddity]:
    """Nobody at all cannot have stayed; a number the old system lost is only worth knowing."""
    if not any(people):
        yield Oddity.NOBODY
    if None in people:
        yield Oddity.UNKNOWN_PEOPLE


def odd_stay(arrival: date | None, nights: int | None) -> Iterable[Oddity]:
    """Somebody who leaves on the day of arrival has not slept here."""
    if arrival is None or nights is None or nights > LONGEST_NIGHTS:
        yield Oddity.BAD_DATES
    elif nights == 0:
        yield Oddity.ZERO_NIGHTS


def odd_rate(cents: int | None, usual: int | None) -> Iterable[Oddity]:
    """No hotel pays its guests, and none takes ten times its usual rate; a night for nothing is a kindness."""
    if cents is not None and (cents < 0 or (usual and cents > MOST_TIMES_USUAL * usual)):
        yield Oddity.IMPOSSIBLE_RATE
