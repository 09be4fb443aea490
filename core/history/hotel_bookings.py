"""The public hotel bookings file: 32 columns, a line a booking, as its authors describe them.

Antonio, Almeida, Nunes 2019, doi 10.1016/j.dib.2018.11.126. Copies that carry a `booking_id` beside them keep it as the
booking's reference; further columns say nothing that these do not.
"""

from __future__ import annotations

import calendar
from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from typing import Final

from core.history.past import NO_STAY, Oddity, PastBooking, odd_people, odd_rate, odd_stay
from models.states import BookingStatus

COLUMNS: Final = (
    "hotel",
    "is_canceled",
    "lead_time",
    "arrival_date_year",
    "arrival_date_month",
    "arrival_date_week_number",
    "arrival_date_day_of_month",
    "stays_in_weekend_nights",
    "stays_in_week_nights",
    "adults",
    "children",
    "babies",
    "meal",
    "country",
    "market_segment",
    "distribution_channel",
    "is_repeated_guest",
    "previous_cancellations",
    "previous_bookings_not_canceled",
    "reserved_room_type",
    "assigned_room_type",
    "booking_changes",
    "deposit_type",
    "agent",
    "company",
    "days_in_waiting_list",
    "customer_type",
    "adr",
    "required_car_parking_spaces",
    "total_of_special_requests",
    "reservation_status",
    "reservation_status_date",
)
REFERENCE: Final = "booking_id"
_MISSING: Final = frozenset({"", "NULL", "NA", "N/A", "NaN", "nan", "None"})
_MONTHS: Final = {name.lower(): number for number, name in enumerate(calendar.month_name) if name}
_STATUS: Final = {
    "Check-Out": BookingStatus.COMPLETED,
    "Canceled": BookingStatus.CANCELLED,
    "No-Show": BookingStatus.NO_SHOW,
}
_LARGEST: Final = 16_000
_YEARS: Final = range(1900, 2200)
_LARGEST_CENTS: Final = 2_000_000_000


class _Line:
    """One line, asked column by column; what cannot be read is noted and taken as not known."""

    def __init__(self, values: Mapping[str, str]) -> None:
        self.values = values
        self.unreadable = False

    def words(self, column: str) -> str | None:
        text = self.values.get(column, "").strip()
        return None if text in _MISSING else text

    def number(self, column: str) -> int | None:
        text = self.words(column)
        if text is None:
            return None
        # Copies that went through a spreadsheet or a data frame say 2.0.
        whole = text.removesuffix(".0")
        if whole.isascii() and whole.isdigit() and int(whole) <= _LARGEST:
            return int(whole)
        self.unreadable = True
        return None

    def cents(self, column: str) -> int | None:
        text = self.words(column)
        if text is None:
            return None
        try:
            cents = Decimal(text) * 100
            if abs(cents) <= _LARGEST_CENTS:
                return int(cents.quantize(Decimal(1), ROUND_HALF_UP))
        except InvalidOperation:
            pass
        self.unreadable = True
        return None

    def day(self, column: str) -> date | None:
        text = self.words(column)
        if text is None:
            return None
        for pattern in ("%Y-%m-%d", "%d/%m/%Y"):
            try:
                return datetime.strptime(text, pattern).date()  # noqa: DTZ007 - a date, read from a date
            except ValueError:
                continue
        self.unreadable = True
        return None

    def arrival(self) -> date | None:
        month = self.words("arrival_date_month") or ""
        year, day = self.number("arrival_date_year"), self.number("arrival_date_day_of_month")
        number = _MONTHS.get(month.lower()) or (int(month) if month.isascii() and month.isdigit() else None)
        if year is None or year not in _YEARS or day is None or number is None:
            return None
        try:
            return date(year, number, day)
        except ValueError:
            return None


def rate_of(values: Mapping[str, str]) -> int | None:
    """The average rate of a line in hundredths, to learn what is usual."""
    return _Line(values).cents("adr")


def read(number: int, values: Mapping[str, str], *, usual_rate: int | None, ragged: bool = False) -> PastBooking:
    """One line of the file; whatever is wrong with it is noted, and the line is kept.

    Args:
        number: its place in the file, the header being line 1.
        values: its cells by column.
        usual_rate: what a night at this hotel costs as a rule, in hundredths.
        ragged: whether it had more or fewer cells than the header.
    """
    line = _Line(values)
    arrival, lead = line.arrival(), line.number("lead_time")
    weekend, week = line.number("stays_in_weekend_nights"), line.number("stays_in_week_nights")
    nights = None if weekend is None or week is None else weekend + week
    people = line.number("adults"), line.number("children"), line.number("babies")
    rate = line.cents("adr")
    status = _STATUS.get(line.words("reservation_status") or "")
    cancelled = line.number("is_canceled")
    odd = [*odd_stay(arrival, nights), *odd_people(*people), *odd_rate(rate, usual_rate)]
    if ragged:
        odd.append(Oddity.RAGGED_LINE)
    if status is None:
        odd.append(Oddity.UNKNOWN_STATUS)
    elif cancelled is not None and bool(cancelled) != (status is not BookingStatus.COMPLETED):
        odd.append(Oddity.STATUS_CONTRADICTS)
    repeated = line.number("is_repeated_guest")
    booking = PastBooking(
        line=number,
        reference=line.words(REFERENCE),
        hotel=line.words("hotel") or "",
        status=status,
        status_on=line.day("reservation_status_date"),
        booked_on=_later(arrival, None if lead is None else -lead),
        arrival=arrival,
        departure=None if Oddity.BAD_DATES in odd else _later(arrival, nights),
        lead_days=lead,
        nights=nights,
        weekend_nights=weekend,
        adults=people[0],
        children=people[1],
        babies=people[2],
        rate_cents=rate,
        meal=line.words("meal"),
        country=line.words("country"),
        segment=line.words("market_segment"),
        channel=line.words("distribution_channel"),
        agency=line.words("agent"),
        company=line.words("company"),
        customer_type=line.words("customer_type"),
        deposit_type=line.words("deposit_type"),
        reserved_room_type=line.words("reserved_room_type"),
        assigned_room_type=line.words("assigned_room_type"),
        is_repeated_guest=None if repeated is None else bool(repeated),
        earlier_cancellations=line.number("previous_cancellations"),
        earlier_stays=line.number("previous_bookings_not_canceled"),
        changes=line.number("booking_changes"),
        waiting_days=line.number("days_in_waiting_list"),
        parking_spaces=line.number("required_car_parking_spaces"),
        special_requests=line.number("total_of_special_requests"),
        is_stay=not NO_STAY.intersection(odd),
        oddities=tuple(odd),
        raw=dict(values) if odd else None,
    )
    if not line.unreadable:
        return booking
    return replace(booking, oddities=(*odd, Oddity.UNREADABLE), raw=dict(values))


def _later(day: date | None, days: int | None) -> date | None:
    return None if day is None or days is None else day + timedelta(days=days)
