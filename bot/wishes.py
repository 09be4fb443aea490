"""What a guest wants so far, typed: the frame an action keeps in the conversation between turns.

Everything is said once and kept; a later word replaces an earlier one. Nothing here looks anything up.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields, replace
from datetime import date, time, timedelta
from typing import Any, Final, Self

from bot.dates import Heard
from bot.places import Mentions

_DATE_PROBLEMS: Final = frozenset(
    {"past", "check_out_before_check_in", "zero_nights", "nights_disagree", "too_long", "no_such_date"}
)
_MOST_BARE_NIGHTS: Final = 30


# ------------------------------------------------------------------------------------------------- the frame


def _text(raw: object) -> str | None:
    return raw if isinstance(raw, str) and raw else None


def _whole(raw: object) -> int | None:
    return raw if isinstance(raw, int) and not isinstance(raw, bool) else None


def _date(raw: object) -> date | None:
    try:
        return date.fromisoformat(raw) if isinstance(raw, str) else None
    except ValueError:
        return None


def _time(raw: object) -> time | None:
    try:
        return time.fromisoformat(raw) if isinstance(raw, str) else None
    except ValueError:
        return None


def _texts(raw: object) -> tuple[str, ...]:
    return tuple(part for part in raw if isinstance(part, str)) if isinstance(raw, list | tuple) else ()


def _point(raw: object) -> tuple[float, float] | None:
    match raw:
        case [int() | float() as lat, int() | float() as lon]:
            return float(lat), float(lon)
        case _:
            return None


_READERS: Final[dict[str, Callable[[object], Any]]] = {
    "check_in": _date,
    "check_out": _date,
    "flexible_from": _date,
    "flexible_to": _date,
    "day": _date,
    "time": _time,
    "amenities": _texts,
    "near": _point,
} | dict.fromkeys(("nights", "adults", "children", "rooms", "budget_min", "budget_max", "stars", "party_size"), _whole)


class _Frame:
    """To and from the JSON kept in the conversation row."""

    __slots__ = ()

    def to_json(self) -> dict[str, Any]:
        """Only what is known, dates and times as ISO text."""
        known = {field.name: getattr(self, field.name) for field in fields(self)}  # type: ignore[arg-type]  # mixed into dataclasses
        return {
            name: value.isoformat()
            if isinstance(value, date | time)
            else list(value)
            if isinstance(value, tuple)
            else value
            for name, value in known.items()
            if value not in {None, ()}
        }

    @classmethod
    def from_json(cls, raw: Mapping[str, Any] | None) -> Self:
        """What an older or newer version wrote is read as far as it is understood."""
        names = {field.name for field in fields(cls)}  # type: ignore[arg-type]  # mixed into dataclasses
        read = {name: _READERS.get(name, _text)(value) for name, value in (raw or {}).items() if name in names}
        return cls(**read)


# ------------------------------------------------------------------------------------------------------ stay


@dataclass(frozen=True, slots=True)
class StayWish(_Frame):
    """A room for some nights."""

    place: str | None = None
    area: str | None = None
    property_name: str | None = None
    check_in: date | None = None
    check_out: date | None = None
    nights: int | None = None  # said before any date was
    flexible_from: date | None = None
    flexible_to: date | None = None
    adults: int | None = None
    children: int | None = None
    rooms: int | None = None
    room_type: str | None = None
    meal_plan: str | None = None
    budget_min: int | None = None
    budget_max: int | None = None
    stars: int | None = None
    amenities: tuple[str, ...] = ()
    near: tuple[float, float] | None = None
    sort: str | None = None

    @property
    def guests(self) -> int | None:
        """Everyone who comes."""
        return None if self.adults is None else self.adults + (self.children or 0)

    def missing(self) -> str | None:
        """The next thing to ask, in the words of `asked`; None when the search can begin."""
        if not (self.place or self.area or self.property_name or self.near):
            return "place"
        if not (self.check_in and self.check_out):
            return "dates"
        return "guests" if self.adults is None else None

    def merge(self, heard: Heard, mentions: Mentions | None = None, *, asked: str | None = None) -> "StayWish":
        """The wish after one more message: corrections overwrite, what was not said stays."""
        wish = self._with_mentions(mentions) if mentions else self
        if heard.problem not in _DATE_PROBLEMS:
            wish = wish._with_dates(heard, asked)
        return wish._with_people(heard)._with_budget(heard)

    def _with_dates(self, heard: Heard, asked: str | None) -> "StayWish":
        """A new first day keeps the nights; a new number of nights keeps the first day."""
        if _is_the_nights(self, heard, asked) and self.check_in and heard.bare:
            return replace(self, check_out=self.check_in + timedelta(days=heard.bare), nights=heard.bare)
        if self.check_in and not self.check_out and asked == "dates" and _only_day(heard) and heard.check_in:
            if heard.check_in > self.check_in:
                return self._spanning(self.check_in, heard.check_in)
        if heard.check_in and heard.check_out:
            return self._spanning(heard.check_in, heard.check_out)
        nights = heard.nights or self.nights
        if heard.more_nights and nights:
            nights += heard.more_nights
        if heard.check_in:
            return self._from(heard.check_in, nights)
        if heard.check_out:
            begins = self.check_in if self.check_in and self.check_in < heard.check_out else None
            return self._spanning(begins, heard.check_out)
        if heard.flexible:
            flexible = replace(self, flexible_from=heard.flexible.start, flexible_to=heard.flexible.end, nights=nights)
            return replace(flexible, check_in=None, check_out=None)
        if nights != self.nights:
            return self._from(self.check_in, nights)
        return self

    def _spanning(self, begins: date | None, ends: date | None) -> "StayWish":
        nights = (ends - begins).days if begins and ends else self.nights
        return replace(self, check_in=begins, check_out=ends, nights=nights, flexible_from=None, flexible_to=None)

    def _from(self, begins: date | None, nights: int | None) -> "StayWish":
        ends = begins + timedelta(days=nights) if begins and nights else None
        moved = replace(self, check_in=begins, check_out=ends, nights=nights)
        return replace(moved, flexible_from=None, flexible_to=None) if begins else moved

    def _with_people(self, heard: Heard) -> "StayWish":
        """ "make it 6 people" counts everyone anew; "1 kid" adds to the adults already known."""
        rooms = heard.rooms if heard.rooms is not None else self.rooms
        if heard.adults is not None:
            children = heard.children if heard.children is not None else self.children
            return replace(self, adults=heard.adults, children=children, rooms=rooms)
        if heard.guests is not None:
            return replace(self, adults=heard.guests, children=heard.children, rooms=rooms)
        children = heard.children if heard.children is not None else self.children
        return replace(self, children=children, rooms=rooms)

    def _with_budget(self, heard: Heard) -> "StayWish":
        if heard.budget_min is None and heard.budget_max is None:
            return self
        return replace(self, budget_min=heard.budget_min, budget_max=heard.budget_max)

    def _with_mentions(self, mentions: Mentions) -> "StayWish":
        """Another city drops the property and the pin that belonged to the first."""
        moved = mentions.city is not None and mentions.city != self.place
        wish = replace(self, property_name=None, area=None, near=None) if moved else self
        if self.place in mentions.refused and not mentions.city:
            wish = replace(wish, place=None)
        return replace(
            wish,
            place=mentions.city or wish.place,
            area=mentions.area or wish.area,
            property_name=mentions.property or wish.property_name,
            room_type=mentions.room_type or wish.room_type,
            meal_plan=mentions.meal_plan or wish.meal_plan,
            stars=mentions.stars or wish.stars,
            amenities=tuple(dict.fromkeys((*wish.amenities, *mentions.amenities))),
            sort=mentions.price_word or wish.sort,
        )


def _is_the_nights(wish: StayWish, heard: Heard, asked: str | None) -> bool:
    """ "2", when the arrival is known and the departure is not, is two nights."""
    return (
        asked == "dates"
        and wish.check_in is not None
        and wish.check_out is None
        and heard.bare is not None
        and 0 < heard.bare <= _MOST_BARE_NIGHTS
        and heard.check_out is None
        and "check_in" in heard.ambiguous
    )


def _only_day(heard: Heard) -> bool:
    return heard.check_out is None and heard.nights is None


# ----------------------------------------------------------------------------------------------------- table


@dataclass(frozen=True, slots=True)
class TableWish(_Frame):
    """A table at a time."""

    place: str | None = None
    area: str | None = None
    property_name: str | None = None
    day: date | None = None
    time: time | None = None  # noqa: A003 - the word everyone uses
    meal: str | None = None
    party_size: int | None = None
    cuisine: str | None = None
    occasion: str | None = None
    budget_min: int | None = None
    budget_max: int | None = None
    stars: int | None = None
    amenities: tuple[str, ...] = ()
    near: tuple[float, float] | None = None
    sort: str | None = None

    def missing(self) -> str | None:
        """The next thing to ask, in the words of `asked`; None when a table can be looked for."""
        if not (self.place or self.area or self.property_name or self.near):
            return "place"
        if self.day is None:
            return "date"
        if self.time is None:
            return "time"
        return "party" if self.party_size is None else None

    def merge(self, heard: Heard, mentions: Mentions | None = None, *, asked: str | None = None) -> "TableWish":
        """The wish after one more message: corrections overwrite, what was not said stays."""
        del asked  # the same call as for a stay
        wish = self._with_mentions(mentions) if mentions else self
        if heard.problem not in _DATE_PROBLEMS:
            wish = replace(wish, day=heard.date or heard.check_in or wish.day, time=heard.time or wish.time)
        guests = heard.guests if heard.guests is not None else wish.party_size
        if heard.guests is None and heard.children is not None and wish.party_size is not None:
            guests = wish.party_size + heard.children
        wish = replace(wish, party_size=guests, meal=heard.meal or wish.meal)
        if heard.budget_min is None and heard.budget_max is None:
            return wish
        return replace(wish, budget_min=heard.budget_min, budget_max=heard.budget_max)

    def _with_mentions(self, mentions: Mentions) -> "TableWish":
        moved = mentions.city is not None and mentions.city != self.place
        wish = replace(self, property_name=None, area=None, near=None) if moved else self
        if self.place in mentions.refused and not mentions.city:
            wish = replace(wish, place=None)
        return replace(
            wish,
            place=mentions.city or wish.place,
            area=mentions.area or wish.area,
            property_name=mentions.property or wish.property_name,
            cuisine=mentions.cuisine or wish.cuisine,
            occasion=mentions.occasion or wish.occasion,
            stars=mentions.stars or wish.stars,
            amenities=tuple(dict.fromkeys((*wish.amenities, *mentions.amenities))),
            sort=mentions.price_word or wish.sort,
        )
