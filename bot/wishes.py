"""What a guest wants so far, typed: the frame an action keeps in the conversation between turns.

Everything is said once and kept; a later word replaces an earlier one. Nothing here looks anything up.
"""

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields, replace
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


def _date(raw: object) -> dt.date | None:
    try:
        return dt.date.fromisoformat(raw) if isinstance(raw, str) else None
    except ValueError:
        return None


def _time(raw: object) -> dt.time | None:
    try:
        return dt.time.fromisoformat(raw) if isinstance(raw, str) else None
    except ValueError:
        return None


def _flag(raw: object) -> bool:
    return raw is True


def _yes_or_no(raw: object) -> bool | None:
    return raw if isinstance(raw, bool) else None


def _texts(raw: object) -> tuple[str, ...]:
    return tuple(part for part in raw if isinstance(part, str)) if isinstance(raw, list | tuple) else ()


def _numbers(raw: object) -> tuple[int, ...]:
    return tuple(each for each in raw if isinstance(each, int)) if isinstance(raw, list | tuple) else ()


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
    "mix": _texts,
    "requests": _texts,
    "ages": _numbers,
    "near": _point,
    "weekends": _flag,
    "refundable": _yes_or_no,
} | dict.fromkeys(
    ("nights", "adults", "children", "rooms", "budget_min", "budget_max", "stars", "party_size", "within_km"), _whole
)


class _Frame:
    """To and from the JSON kept in the conversation row."""

    __slots__ = ()

    def to_json(self) -> dict[str, Any]:
        """Only what is known, dates and times as ISO text."""
        known = {field.name: getattr(self, field.name) for field in fields(self)}  # type: ignore[arg-type]  # mixed into dataclasses
        return {
            name: value.isoformat()
            if isinstance(value, dt.date | dt.time)
            else list(value)
            if isinstance(value, tuple)
            else value
            for name, value in known.items()
            if value is not None and value != () and not (name == "weekends" and not value)
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
    check_in: dt.date | None = None
    check_out: dt.date | None = None
    nights: int | None = None  # said before any date was
    flexible_from: dt.date | None = None
    flexible_to: dt.date | None = None
    weekends: bool = False  # of the flexible days only the weekends
    adults: int | None = None
    children: int | None = None
    rooms: int | None = None
    room_type: str | None = None
    mix: tuple[str, ...] = ()  # rooms of several types, each as "2 Classic Double"
    meal_plan: str | None = None
    budget_min: int | None = None
    budget_max: int | None = None
    stars: int | None = None
    amenities: tuple[str, ...] = ()
    near: tuple[float, float] | None = None
    within_km: int | None = None
    refundable: bool | None = None  # whether a rate that gives nothing back will not do, or will
    sort: str | None = None
    ages: tuple[int, ...] = ()  # of the children, as far as they were said
    requests: tuple[str, ...] = ()  # what else is asked of the house

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
        wish = _stay_with_names(self, mentions) if mentions else self
        if heard.problem not in _DATE_PROBLEMS:
            wish = _stay_with_dates(wish, heard, asked)
        wish = _stay_with_people(wish, heard)
        return _with_budget(_stay_with_types(wish, mentions) if mentions else wish, heard)


def _stay_with_types(wish: StayWish, mentions: Mentions) -> StayWish:
    """Rooms counted by type: of several types together, of one type so many; a type alone ends the mixture."""
    by_type = mentions.rooms_by_type
    if len(by_type) > 1:
        said = tuple(f"{count} {name}" for name, count in by_type)
        return replace(wish, mix=said, room_type=None, rooms=sum(count for _, count in by_type))
    if by_type:
        return replace(wish, mix=(), rooms=by_type[0][1])
    return replace(wish, mix=()) if mentions.room_type else wish


def _stay_with_dates(wish: StayWish, heard: Heard, asked: str | None) -> StayWish:
    """A new first day keeps the nights; a new number of nights keeps the first day."""
    if asked == "dates" and wish.check_in and wish.check_out is None:
        ends = _said_end(wish.check_in, heard)
        if ends:
            return _spanning(wish, wish.check_in, ends)
    if heard.check_in and heard.check_out:
        return _spanning(wish, heard.check_in, heard.check_out)
    if heard.check_out:
        begins = wish.check_in if wish.check_in and wish.check_in < heard.check_out else None
        return _spanning(wish, begins, heard.check_out)
    nights = heard.nights or wish.nights
    if heard.more_nights and nights:
        nights = max(nights + heard.more_nights, 1)
    if heard.later_days and heard.check_in is None and wish.check_in and nights:
        return _beginning(wish, wish.check_in + dt.timedelta(days=heard.later_days), nights)
    if heard.flexible and heard.check_in is None:
        flexible = heard.flexible
        window = replace(wish, flexible_from=flexible.start, flexible_to=flexible.end, weekends=flexible.weekends)
        return replace(window, nights=nights, check_in=None, check_out=None)
    if heard.check_in or nights != wish.nights:
        return _beginning(wish, heard.check_in or wish.check_in, nights)
    return wish


def _said_end(begins: dt.date, heard: Heard) -> dt.date | None:
    """The arrival is known and the departure was asked for: "27" or "27 dec" is that, a small "2" is nights."""
    if heard.check_out is not None or heard.nights is not None:
        return None
    if heard.bare and heard.bare <= _MOST_BARE_NIGHTS and "check_in" in heard.ambiguous:
        return begins + dt.timedelta(days=heard.bare)
    return heard.check_in if heard.check_in and heard.check_in > begins else None


def _spanning(wish: StayWish, begins: dt.date | None, ends: dt.date | None) -> StayWish:
    """Both ends known; the nights follow."""
    nights = (ends - begins).days if begins and ends else wish.nights
    return replace(
        wish, check_in=begins, check_out=ends, nights=nights, flexible_from=None, flexible_to=None, weekends=False
    )


def _beginning(wish: StayWish, begins: dt.date | None, nights: int | None) -> StayWish:
    """A first day and a length; the departure follows when both are known."""
    ends = begins + dt.timedelta(days=nights) if begins and nights else None
    moved = replace(wish, check_in=begins, check_out=ends, nights=nights)
    return _settled(moved) if begins else moved


def _settled(wish: StayWish) -> StayWish:
    """With dates said there are no flexible days any more."""
    return replace(wish, flexible_from=None, flexible_to=None, weekends=False)


def _stay_with_people(wish: StayWish, heard: Heard) -> StayWish:
    """A new total counts everyone anew ("make it 6 people"); "1 kid" joins the adults already known."""
    wish = replace(wish, rooms=heard.rooms if heard.rooms is not None else wish.rooms)
    children = heard.children if heard.children is not None else wish.children
    wish = replace(wish, ages=heard.ages or (wish.ages if children == wish.children else ()))
    if heard.adults is not None:
        return replace(wish, adults=heard.adults, children=children)
    if heard.guests is not None:
        return replace(wish, adults=heard.guests, children=heard.children)
    return _with_more_people(replace(wish, children=children), heard)


def _with_more_people(wish: StayWish, heard: Heard) -> StayWish:
    """One more, or one less, than those already counted."""
    if heard.more_guests:
        wish = replace(wish, adults=max((wish.adults or 0) + heard.more_guests, 1))
    if heard.more_children:
        wish = replace(wish, children=max((wish.children or 0) + heard.more_children, 0) or None)
    return wish


def _stay_with_names(wish: StayWish, mentions: Mentions) -> StayWish:
    """Names said now replace those said before."""
    moved = _moved(wish, mentions)
    return replace(
        moved,
        place=mentions.city or moved.place,
        area=mentions.area or moved.area,
        property_name=mentions.property or moved.property_name,
        room_type=mentions.room_type or moved.room_type,
        meal_plan=mentions.meal_plan or moved.meal_plan,
        stars=mentions.stars or moved.stars,
        amenities=tuple(dict.fromkeys((*moved.amenities, *mentions.amenities))),
        refundable=moved.refundable if mentions.refundable is None else mentions.refundable,
        within_km=mentions.within_km or moved.within_km,
        sort=mentions.price_word or moved.sort,
        requests=tuple(dict.fromkeys((*moved.requests, *mentions.requests, *filter(None, [mentions.occasion])))),
    )


def _moved[W: ("StayWish", "TableWish")](wish: W, mentions: Mentions) -> W:
    """Another city drops the property, the area and the pin that belonged to the first; so does a refusal."""
    if mentions.city is not None and mentions.city != wish.place:
        return replace(wish, property_name=None, area=None, near=None)
    refused = set(mentions.refused)
    return replace(
        wish,
        place=None if wish.place in refused else wish.place,
        area=None if wish.area in refused else wish.area,
        property_name=None if wish.property_name in refused else wish.property_name,
    )


def _with_budget[W: ("StayWish", "TableWish")](wish: W, heard: Heard) -> W:
    """A budget is said whole: "under 4000" forgets "3000 to 5000"."""
    if heard.budget_min is None and heard.budget_max is None:
        return wish
    return replace(wish, budget_min=heard.budget_min, budget_max=heard.budget_max)


# ----------------------------------------------------------------------------------------------------- table


@dataclass(frozen=True, slots=True)
class TableWish(_Frame):
    """A table at a time."""

    place: str | None = None
    area: str | None = None
    property_name: str | None = None
    day: dt.date | None = None
    time: dt.time | None = None
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
    dining: str | None = None  # a part of the restaurant, such as its terrace
    seat: str | None = None  # by the window: for the house to know
    when: str | None = None  # "now" or "late", instead of an hour

    def missing(self) -> str | None:
        """The next thing to ask, in the words of `asked`; None when a table can be looked for."""
        if not (self.place or self.area or self.property_name or self.near):
            return "place"
        if self.day is None:
            return "date"
        if self.time is None and self.when is None:
            return "time"
        return "party" if self.party_size is None else None

    def merge(self, heard: Heard, mentions: Mentions | None = None, *, asked: str | None = None) -> "TableWish":
        """The wish after one more message: corrections overwrite, what was not said stays."""
        del asked  # one call for both wishes; a table's answers are told apart in understanding
        wish = _table_with_names(self, mentions) if mentions else self
        if heard.problem not in _DATE_PROBLEMS:
            wish = replace(wish, day=heard.date or heard.check_in or wish.day, time=heard.time or wish.time)
            if heard.later_days and wish.day and not (heard.date or heard.check_in):
                wish = replace(wish, day=wish.day + dt.timedelta(days=heard.later_days))
        return _with_budget(_table_with_people(wish, heard), heard)


def _table_with_people(wish: TableWish, heard: Heard) -> TableWish:
    """A table counts heads; a child said later joins the party."""
    party = heard.guests if heard.guests is not None else wish.party_size
    if heard.guests is None and heard.children is not None and party is not None:
        party += heard.children
    more = (heard.more_guests or 0) + (heard.more_children or 0)
    if heard.guests is None and more:
        party = max((party or 0) + more, 1)
    return replace(wish, party_size=party, meal=heard.meal or wish.meal)


def _table_with_names(wish: TableWish, mentions: Mentions) -> TableWish:
    """Names said now replace those said before."""
    moved = _moved(wish, mentions)
    return replace(
        moved,
        place=mentions.city or moved.place,
        area=mentions.area or moved.area,
        property_name=mentions.property or moved.property_name,
        cuisine=mentions.cuisine or moved.cuisine,
        occasion=mentions.occasion or moved.occasion,
        stars=mentions.stars or moved.stars,
        amenities=tuple(dict.fromkeys((*moved.amenities, *mentions.amenities))),
        sort=mentions.price_word or moved.sort,
    )
