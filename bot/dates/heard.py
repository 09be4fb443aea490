"""What one message said."""

import datetime as dt
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Window:
    """Days within which the guest is flexible, both included: "any 2 nights next week"; perhaps only its weekends."""

    start: dt.date
    end: dt.date
    weekends: bool = False


@dataclass(frozen=True, slots=True)
class Heard:
    """What one message said; None is not said.

    Stays fill `check_in`, `check_out` and `nights` (the third follows from the other two); tables fill `date` and
    `time`; when nothing tells which it is, a single day fills both `check_in` and `date`.
    """

    check_in: dt.date | None = None
    check_out: dt.date | None = None
    nights: int | None = None
    more_nights: int | None = None  # "one more night": to add to the stay already agreed
    later_days: int | None = None  # "a day later": all of it moves; earlier when below nothing
    date: dt.date | None = None
    time: dt.time | None = None
    meal: str | None = None  # breakfast, lunch or dinner, when only that much is said
    guests: int | None = None
    adults: int | None = None
    children: int | None = None
    ages: tuple[int, ...] = ()  # of the children
    more_guests: int | None = None  # "one more person": to add to those who come; fewer when below nothing
    more_children: int | None = None
    rooms: int | None = None
    budget_min: int | None = None
    budget_max: int | None = None
    flexible: Window | None = None
    bare: int | None = None  # a number with nothing beside it
    ambiguous: tuple[str, ...] = ()
    problem: str | None = None
