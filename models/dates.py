"""A stay runs from its arrival to its departure; the departure day is free for the next guest."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Self
from zoneinfo import ZoneInfo

from sqlalchemy.dialects.postgresql import Range


@dataclass(frozen=True, slots=True, order=True)
class StayDates:
    """The nights somebody sleeps here: arrival included, departure not.

    Raises:
        ValueError: when the departure is not after the arrival.
    """

    arrival: date
    departure: date

    def __post_init__(self) -> None:
        if self.departure <= self.arrival:
            message = f"a stay ends after it begins: {self.arrival} to {self.departure}"
            raise ValueError(message)

    @classmethod
    def of(cls, arrival: date, nights: int) -> Self:
        """So many nights from that day."""
        return cls(arrival, arrival + timedelta(days=nights))

    @classmethod
    def from_range(cls, value: Range[date]) -> Self:
        """Read back from the database's half-open range."""
        if value.lower is None or value.upper is None:
            message = f"a stay has both ends: {value}"
            raise ValueError(message)
        return cls(value.lower, value.upper)

    def as_range(self) -> Range[date]:
        """The half-open range the database guards."""
        return Range(self.arrival, self.departure, bounds="[)")

    @property
    def nights(self) -> tuple[date, ...]:
        """The dates slept, first night first."""
        return tuple(self.arrival + timedelta(days=day) for day in range(self.length))

    @property
    def length(self) -> int:
        """How many nights."""
        return (self.departure - self.arrival).days

    def overlaps(self, other: StayDates) -> bool:
        """Whether both would need the room on the same night."""
        return self.arrival < other.departure and other.arrival < self.departure


def business_date(now: datetime, *, time_zone: str, day_starts: time) -> date:
    """The day the house is working on: at 00:30 it is still yesterday's evening.

    Args:
        now: an aware instant.
        time_zone: the property's IANA zone.
        day_starts: local time at which the house turns to the next day (the night audit).
    """
    local = now.astimezone(ZoneInfo(time_zone))
    return local.date() if local.time() >= day_starts else local.date() - timedelta(days=1)
