"""The coming day: what a day of the month, a weekday or a weekend means when said today."""

import calendar
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Final

MONTHS: Final = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
WEEKDAYS: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
WEEK: Final = 7
_LATELY: Final = 45
_CENTURY: Final = 100
LAST_DAY: Final = 31
LAST_MONTH: Final = 12
SATURDAY: Final = 5
_OVER_MONTH_END: Final = 15  # "30 to 2 jan" turns the month, "27 to 24 dec" is a slip


@dataclass(frozen=True, slots=True)
class Day:
    """One day a guest named; `on` is empty when no such day exists."""

    on: date | None
    how: str  # "date", "month_day", "day", "weekday", "near", "weekend", "festival"
    unsure: bool = False
    rolled: bool = False  # the nearest such day has just passed


def on_date(year: int, month: int, day: int) -> Day:
    """A full date, if the calendar has it."""
    if year < _CENTURY:
        year += 2000
    if not 1 <= month <= LAST_MONTH or not 1 <= day <= calendar.monthrange(year, month)[1]:
        return Day(None, "date")
    return Day(date(year, month, day), "date")


def next_month_day(month: int, day: int, today: date) -> Day:
    """The next such day and month, today included: a stay is never in the past."""
    this_year = on_date(today.year, month, day)
    if this_year.on and this_year.on >= today:
        return replace(this_year, how="month_day")
    if (month, day) >= (today.month, today.day):
        return Day(None, "month_day")
    coming = on_date(today.year + 1, month, day).on
    lately = this_year.on is not None and (today - this_year.on).days <= _LATELY
    return Day(coming, "month_day", unsure=lately, rolled=lately)


def next_day_of_month(day: int, today: date) -> Day:
    """The next 24th, today included; the 31st skips short months."""
    if not 1 <= day <= LAST_DAY:
        return Day(None, "day")
    year, month = today.year, today.month
    for _ in range(3):
        if day <= calendar.monthrange(year, month)[1] and date(year, month, day) >= today:
            return Day(date(year, month, day), "day")
        year, month = month_after(year, month)
    return Day(None, "day")


def month_after(year: int, month: int) -> tuple[int, int]:
    """The month that follows, December by January."""
    return (year + 1, 1) if month == LAST_MONTH else (year, month + 1)


def add_months(day: date, months: int) -> date:
    """The same day some months on, or the month's last."""
    year, month = divmod(day.year * LAST_MONTH + day.month - 1 + months, LAST_MONTH)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def next_weekday(weekday: int, today: date, which: str) -> Day:
    """The coming Friday; "next Friday" is next week's, and read back when this week still has one."""
    ahead = (weekday - today.weekday()) % WEEK
    coming = today + timedelta(days=ahead)
    if which == "next":
        next_week = today + timedelta(days=WEEK - today.weekday() + weekday)
        return Day(next_week, "weekday", unsure=ahead > 0 and next_week != coming)
    if which == "coming" and ahead == 0:
        return Day(coming + timedelta(days=WEEK), "weekday")
    return Day(coming, "weekday", unsure=ahead == 0)


def coming_weekend(today: date, which: str) -> Day:
    """Saturday and Sunday; on a Saturday the one that begins, on a Sunday the one that comes."""
    saturday = today + timedelta(days=(SATURDAY - today.weekday()) % WEEK)
    if which == "next" and today.weekday() <= SATURDAY:
        saturday += timedelta(days=WEEK)
    return Day(saturday, "weekend", unsure=True)


def day_before(day: int, end: Day) -> Day:
    """The day of the month that comes before an end: in the same month, else in the one before."""
    if end.on is None or not 1 <= day <= LAST_DAY:
        return Day(None, "month_day")
    if day > end.on.day and day - end.on.day > _OVER_MONTH_END:
        before = add_months(end.on.replace(day=1), -1)
        return replace(on_date(before.year, before.month, day), how="month_day", rolled=end.rolled)
    return replace(on_date(end.on.year, end.on.month, day), how="month_day", rolled=end.rolled)
