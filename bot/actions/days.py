"""Days to choose from, in the house's own calendar."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any, Final

from bot.actions.desk import Desk
from bot.turns import Offered
from models.dates import business_date

_FRIDAY: Final = 5
_WEEK: Final = 7
_DAYS_OFFERED: Final = 3


def today(desk: Desk) -> date:
    """The business day of the houses here."""
    house = desk.house_in_talk or desk.directory.houses[0]
    return business_date(desk.now, time_zone=house.time_zone, day_starts=house.day_starts_at)


def date_options(desk: Desk) -> list[Offered]:
    """Tonight, tomorrow, the coming weekend."""
    start = today(desk)
    friday = start + timedelta(days=(_FRIDAY - start.isoweekday()) % _WEEK)
    nights = {"tonight": (start, 1), "tomorrow": (start + timedelta(days=1), 1), "weekend": (friday, 2)}
    return [
        Offered("dates", {"arrival": arrival, "departure": arrival + timedelta(days=count)}, f"option_{name}")
        for name, (arrival, count) in nights.items()
    ]


def ask_day(desk: Desk, reply: str, facts: Mapping[str, Any] | None = None, *, beside: Sequence[Offered] = ()) -> None:
    """On which day? Today, tomorrow, the day after."""
    start = today(desk)
    days = [start + timedelta(days=ahead) for ahead in range(_DAYS_OFFERED)]
    titles = ["option_today", "option_tomorrow", *(desk.words("option_day", {"day": day}) for day in days[2:])]
    options = [Offered("date", {"day": day}, title) for day, title in zip(days, titles, strict=True)]
    desk.ask("date", reply, facts, options=[*options[: len(options) - len(beside)], *beside])
