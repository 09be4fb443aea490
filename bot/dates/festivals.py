"""When the festivals are, so that "diwali weekend" is a date.

Dates come from the library `holidays` (government gazettes; moon-sighted ones are estimates and are read back).
"""

from datetime import date, timedelta
from functools import lru_cache
from typing import Final, NamedTuple

from holidays.countries.india import India


class Festival(NamedTuple):
    """A festival's day; `unsure` when it lasts several days or waits for the moon."""

    on: date
    unsure: bool


# The name as the library writes it, and days from there to the day guests mean.
_IN_LIBRARY: Final[dict[str, tuple[str, int]]] = {
    "diwali": ("Diwali", 0),
    "dhanteras": ("Diwali", -2),
    "holi": ("Holi", 0),
    "holika": ("Holika Dahan", 0),
    "dussehra": ("Dussehra", 0),
    "navratri": ("Dussehra", -9),
    "durgapuja": ("Dussehra (Saptami)", 0),
    "rakhi": ("Raksha Bandhan", 0),
    "janmashtami": ("Janmashtami", 0),
    "shivratri": ("Maha Shivaratri", 0),
    "eid": ("Id-ul-Fitr", 0),
    "bakrid": ("Id-ul-Zuha", 0),
    "muharram": ("Muharram", 0),
    "onam": ("Onam", 0),
    "pongal": ("Pongal", 0),
    "sankranti": ("Makar Sankranti", 0),
    "baisakhi": ("Vaisakhi", 0),
    "ugadi": ("Ugadi", 0),
    "gudipadwa": ("Gudi Padwa", 0),
    "vishu": ("Vishu", 0),
    "easter": ("Easter Sunday", 0),
    "goodfriday": ("Good Friday", 0),
    "chhath": ("Pratihar Shashthi or Surya Shashthi", 0),
    "karwachauth": ("Karaka Chaturthi", 0),
    "bhaidooj": ("Bhai Duj", 0),
    "ganesh": ("Ganesh Chaturthi", 0),
    "ramnavami": ("Ram Navami", 0),
    "gurunanak": ("Guru Nanak's Jayanti", 0),
    "buddha": ("Buddha Purnima", 0),
}
_FIXED: Final[dict[str, tuple[int, int]]] = {
    "christmas": (12, 25),
    "christmaseve": (12, 24),
    "nye": (12, 31),
    "newyear": (1, 1),
    "newyears": (12, 31),
    "lohri": (1, 13),
    "valentine": (2, 14),
    "independence": (8, 15),
    "republic": (1, 26),
    "gandhi": (10, 2),
}
# Kept over several days, or named loosely: always read back.
_LOOSE: Final = frozenset({"navratri", "durgapuja", "newyears", "chhath", "onam", "pongal"})
_YEARS: Final = range(2001, 2036)  # where the library has tables of Hindu and Islamic days
_ESTIMATED: Final = "(estimated)"


@lru_cache(maxsize=16)
def _year(year: int) -> dict[str, tuple[date, bool]]:
    """Every holiday name of a year with its day and whether it is only an estimate; none where the gazettes end."""
    if year not in _YEARS:
        return {}
    calendar = India(years=[year], categories=("public", "optional"), language="en_IN")
    full: dict[str, tuple[date, bool]] = {}
    short: dict[str, tuple[date, bool]] = {}
    for day, names in sorted(calendar.items()):
        for name in str(names).split("; "):
            estimated = name.endswith(_ESTIMATED)
            bare = name.removesuffix(_ESTIMATED).strip()
            full.setdefault(bare, (day, estimated))
            short.setdefault(bare.split(" (")[0].split(" / ")[0], (day, estimated))
    return short | full  # "Dussehra" itself, not "Dussehra (Saptami)" two days before


def _in_year(name: str, year: int) -> Festival | None:
    """The festival in that year, when it is known."""
    if name in _FIXED:
        month, day = _FIXED[name]
        return Festival(date(year, month, day), name in _LOOSE)
    known, shift = _IN_LIBRARY[name]
    found = _year(year).get(known)
    if found is None:
        return None
    return Festival(found[0] + timedelta(days=shift), found[1] or name in _LOOSE)


def next_festival(name: str, today: date, year: int | None = None) -> Festival | None:
    """The next time the festival is kept, today included.

    >>> next_festival("diwali", date(2026, 11, 22)).on.isoformat()
    '2027-10-29'
    >>> next_festival("christmas", date(2026, 11, 22)).on.isoformat()
    '2026-12-25'
    """
    for candidate in (year,) if year else (today.year, today.year + 1):
        found = _in_year(name, candidate)
        if found and (year or found.on >= today):
            return found
    return None
