"""Nights and days as an order keeps them while it waits."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from core.availability.table_closures import Days
from models.base import Json
from models.dates import StayDates


def span_json(nights: StayDates) -> list[str]:
    """Nights, to be kept."""
    return [nights.arrival.isoformat(), nights.departure.isoformat()]


def nights_in(args: Json) -> StayDates:
    """Nights, read back."""
    return StayDates(date.fromisoformat(args["nights"][0]), date.fromisoformat(args["nights"][1]))


def day_span_json(days: Days) -> list[str]:
    """Days, to be kept."""
    return [days.first.isoformat(), days.last.isoformat()]


def days_in(args: Json) -> Days:
    """Days, read back."""
    return Days(date.fromisoformat(args["days"][0]), date.fromisoformat(args["days"][1]))


def kept(changed: Sequence[tuple[int, date]]) -> list[list[object]]:
    """What changed, to be kept."""
    return [[number, day.isoformat()] for number, day in changed]


def unkept(kept: Sequence[Sequence[object]]) -> list[tuple[int, date]]:
    """What changed, read back."""
    return [(int(str(number)), date.fromisoformat(str(day))) for number, day in kept]
