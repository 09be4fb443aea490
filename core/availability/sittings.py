"""Start times of a restaurant's day and how long a party keeps its table: rules over plain values."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from models.money import Money

# When a house has not said how long its tables are kept.
USUAL_TURN: Final = timedelta(hours=2)


@dataclass(frozen=True, slots=True)
class SittingFacts:
    """A service period of a restaurant."""

    sitting_id: int
    name: str
    weekdays: frozenset[int]
    opens_at: time
    last_order_at: time
    slot_minutes: int
    pacing_covers: int | None
    cover_deposit: Money
    cover_price: Money


@dataclass(frozen=True, slots=True)
class DayFacts:
    """How a house counts its days: its zone, and the local time at which one service day becomes the next."""

    time_zone: str
    starts_at: time

    def moment(self, service_day: date, clock: time) -> datetime:
        """The instant a clock time of a service day falls on: half past midnight still belongs to the evening before.

        A time the zone skips (clocks put forward) is the moment after the gap; one it has twice is the first.
        """
        day = service_day if clock >= self.starts_at else service_day + timedelta(days=1)
        return datetime.combine(day, clock, ZoneInfo(self.time_zone)).astimezone(ZoneInfo("UTC"))


@dataclass(frozen=True, slots=True)
class Slot:
    """A start time inside a sitting."""

    sitting: SittingFacts
    service_day: date
    starts_at: datetime


def slots(sitting: SittingFacts, service_day: date, day: DayFacts) -> tuple[Slot, ...]:
    """The start times of a sitting on one service day, opening to last order, in whole steps."""
    if service_day.isoweekday() not in sitting.weekdays:
        return ()
    opens = day.moment(service_day, sitting.opens_at)
    last = day.moment(service_day, sitting.last_order_at)
    step = timedelta(minutes=sitting.slot_minutes)
    return tuple(
        Slot(sitting, service_day, opens + step * number)
        for number in range((last - opens) // step + 1)
        if last >= opens
    )


def slots_of_day(sittings: Iterable[SittingFacts], service_day: date, day: DayFacts) -> tuple[Slot, ...]:
    """All start times of the house on one service day, earliest first."""
    found = (slot for sitting in sittings for slot in slots(sitting, service_day, day))
    return tuple(sorted(found, key=lambda slot: slot.starts_at))


def turn_time(turn_times: Sequence[tuple[int, int]], party_size: int) -> timedelta:
    """How long a party keeps its table: the rule for the smallest party it fits in, else the largest rule there is.

    Args:
        turn_times: pairs of "up to so many covers" and minutes.
        party_size: how many come.
    """
    for up_to_covers, minutes in sorted(turn_times):
        if party_size <= up_to_covers:
            return timedelta(minutes=minutes)
    return timedelta(minutes=max(turn_times)[1]) if turn_times else USUAL_TURN
