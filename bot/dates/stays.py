"""From days and nights to a stay: when it begins, when it ends, and what does not add up."""

import re
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Final

from bot.dates import days as day_rules
from bot.dates.board import Board, Scene, rule
from bot.dates.days import Day

LONGEST_STAY: Final = 90
_WEEK: Final = 7
_FORTNIGHT: Final = 14


@dataclass(frozen=True, slots=True)
class Nights:
    """How long: nights, or days said instead, or nights to add to a stay already agreed."""

    count: int | None = None
    said_days: bool = False
    more: int | None = None
    unsure: bool = False


@dataclass(frozen=True, slots=True)
class Dates:
    """The days of a message in their roles."""

    check_in: Day | None = None
    check_out: Day | None = None
    is_range: bool = False
    last_night_included: bool = False


# --------------------------------------------------------------------------------------------------- nights

_MORE: Final = rule(
    r"(?:extend(?: \w+)? (?:by |for )?)(?P<a>\d+)(?: more)? (?:night|day)|(?P<b>\d+) more (?:night|day)"
    r"|(?P<c>\d+) (?:night|day) (?:and|more|extend)(?! \d)(?: (?:stay|extend|~))?"
)
_NIGHTS_AND_DAYS: Final = rule(r"(?P<a>\d+) (?:day|night)(?: and| ,| /| &)? (?P<b>\d+) (?:night|day)")
_RANGE: Final = rule(r"(?P<n>\d+) (?:-|to|or|se) (?P<m>\d+) (?P<unit>night|day)")
_COUNT: Final = rule(
    r"(?P<n>\d+)(?: more| x| -)? (?P<unit>night|day|week|fortnight)(?! (?:after|before|ago|oclock \d))"
)
_COUPLE: Final = rule(r"(?:a )?couple (?:of )?(?P<unit>night|day|week)")
_LABEL: Final = rule(r"night (?::|is|=|count|-) (?P<n>\d+)(?! (?:oclock|:|am|pm))")
_ONE: Final = rule(r"overnight|(?:only )?for (?:the )?night|single night|only (?:for )?tonight")


def find_nights(board: Board) -> Nights:
    """How many nights the message says, if it does."""
    if found := board.take(_MORE):
        return Nights(more=int(found["a"] or found["b"] or found["c"]))
    if found := board.take(_NIGHTS_AND_DAYS):
        words = found[0].split()
        return Nights(int(found["a"] if words[1] == "night" else found["b"]))
    if found := board.take(_RANGE):
        return Nights(int(found["n"]), said_days=found["unit"] == "day", unsure=True)
    if found := board.take(_COUPLE):
        return _of_unit(2, found["unit"])
    if found := board.take(_COUNT):
        return _of_unit(int(found["n"]), found["unit"])
    if found := board.take(_LABEL):
        return Nights(int(found["n"]))
    return Nights(1) if board.take(_ONE) else Nights()


def _of_unit(count: int, unit: str) -> Nights:
    if unit in {"week", "fortnight"}:
        return Nights(count * (_WEEK if unit == "week" else _FORTNIGHT))
    return Nights(count, said_days=unit == "day")


# ---------------------------------------------------------------------------------------------------- roles

_GAP: Final = r"(?: (?:on|in|at|by|night|morning|evening|afternoon|,|:|is|date|tarikh|until|se|from|we|i|ll|will|around|about|~))*?"
_PARTIAL_FIRST: Final = rule(rf"(?P<d>\d{{1,2}})(?:n?th)? (?P<link>to|-|se|until) @(?P<j>\d+)")
_PARTIAL_LAST: Final = rule(
    r"@(?P<i>\d+) (?P<link>to|-|se|until) (?P<d>\d{1,2})(?:n?th)?(?! (?:people|adult|child|night|room|day|week|@|:|oclock|am|pm|more))"
)
_BARE_RANGE: Final = rule(
    r"(?P<a>\d{1,2}) (?P<link>to|-|se) (?P<b>\d{1,2})"
    r"(?! (?:people|adult|child|night|room|day|week|seat|star|kin|:|oclock|am|pm|thousand|lakh|\d|or |years?|year))"
)
_LINKED: Final = rule(rf"@(?P<i>\d+){_GAP} (?P<link>to|-|se|until|and){_GAP} @(?P<j>\d+)")
_OUT_BEFORE: Final = rule(rf"(?:checkout|until|till){_GAP} @(?P<i>\d+)")
_OUT_AFTER: Final = rule(rf"@(?P<i>\d+){_GAP} (?:checkout|until)")
_IN_BEFORE: Final = rule(rf"(?:checkin|from|start){_GAP} @(?P<i>\d+)")
_IN_AFTER: Final = rule(rf"@(?P<i>\d+){_GAP} (?:checkin|se|from)")
_ROLE_FIRST: Final = re.compile(r"checkin|checkout|@\d+")
_NOT_THIS: Final = rule(r"(?:not|instead of)(?: (?:on|for|the))? @(?P<i>\d+)|@(?P<j>\d+) (?:nahi|jagah|instead)")
_PLACED: Final = re.compile(r"@(\d+)")
_SHIFTED: Final = rule(
    r"(?P<n>\d+) (?P<unit>day|week) (?P<way>after|before) @(?P<i>\d+)|@(?P<j>\d+) (?:se )?(?P<n2>\d+) (?P<unit2>day|week) (?P<way2>after|before)"
    r"|day (?P<way3>after|before) @(?P<k>\d+)|@(?P<x>\d+) eve"
)
_DATED_WEEKDAY: Final = rule(r"@(?P<i>\d+)(?: ,| :| \()? (?:(?:the|on|tarikh) )?@(?P<j>\d+)")


def settle_days(board: Board, found: list[Day], scene: Scene) -> list[Day]:
    """Partial days completed, weekday and date joined, days counted from other days."""
    days = list(found)
    if match := board.take(_SHIFTED):
        days = _shift(board, match, days)
    while match := _DATED_WEEKDAY.search(board.text):
        joined = _join(days[int(match["i"])], days[int(match["j"])])
        if joined is None:
            break
        days.append(joined)
        board.replace(match, f"@{len(days) - 1}")
    if match := _PARTIAL_FIRST.search(board.text):
        end = days[int(match["j"])]
        days.append(day_rules._day_before(int(match["d"]), end) if end.how != "near" else Day(None, "day"))
        board.replace(match, f"@{len(days) - 1} {match['link']} @{match['j']}")
    if match := _PARTIAL_LAST.search(board.text):
        begins = days[int(match["i"])].on
        if begins and int(match["d"]) <= 31:
            days.append(day_rules.next_day_of_month(int(match["d"]), begins))
            board.replace(match, f"@{match['i']} {match['link']} @{len(days) - 1}")
    if not days:
        _bare_range(board, days, scene)
    return days


def _bare_range(board: Board, days: list[Day], scene: Scene) -> None:
    """ "24 to 27" is a stay when dates were asked for, or when it is said as one."""
    match = _BARE_RANGE.search(board.text)
    if match is None or int(match["a"]) > 31 or int(match["b"]) > 31:
        return
    before = board.text[: match.start()]
    after = board.text[match.end() :]
    said = before.endswith((" from ", " date ", " dates ", " tarikh ")) or after.startswith(
        (" until ", " tarikh ", " checkout ")
    )
    if not (
        scene.asked == "dates"
        or (said and scene.kind != "table")
        or (scene.kind == "stay" and scene.asked in {"", "none"})
    ):
        return
    begins = day_rules.next_day_of_month(int(match["a"]), scene.today)
    ends = day_rules.next_day_of_month(int(match["b"]), begins.on or scene.today)
    days += [begins, ends]
    board.replace(match, f"@0 {match['link']} @1")


def _shift(board: Board, match: re.Match[str], days: list[Day]) -> list[Day]:
    """ "2 days after Diwali", "Diwali se ek din pehle", "the day after Christmas"."""
    place = int(match["i"] or match["j"] or match["k"] or match["x"])
    way = match["way"] or match["way2"] or match["way3"] or "before"
    count = int(match["n"] or match["n2"] or 1) * (_WEEK if (match["unit"] or match["unit2"]) == "week" else 1)
    day = days[place]
    moved = day.on + timedelta(days=count if way == "after" else -count) if day.on and count <= 366 else None
    board.text = board.text.replace(" ~ ", f" @{len(days)} ", 1) if " ~ " in board.text else board.text
    return [*days, Day(moved, "festival", unsure=day.unsure)]


def _join(first: Day, second: Day) -> Day | None:
    """ "Friday 25 December" is one day; when the two disagree the date wins and is read back."""
    if (first.how == "weekday") == (second.how == "weekday"):
        return None
    dated, weekday = (second, first) if first.how == "weekday" else (first, second)
    if dated.how in {"near", "weekend"}:
        return None
    agree = dated.on is not None and weekday.on is not None and dated.on.weekday() == weekday.on.weekday()
    return replace(dated, unsure=dated.unsure and not agree or not agree)


def roles(board: Board, days: list[Day], scene: Scene) -> Dates:
    """Which day begins the stay and which ends it."""
    placed = [int(place) for place in _PLACED.findall(board.text)]
    if len(placed) > 1:
        for match in board.take_all(_NOT_THIS):
            placed.remove(int(match["i"] or match["j"]))
    if match := board.take(_LINKED):
        first, last = int(match["i"]), int(match["j"])
        return Dates(days[first], days[last], is_range=True, last_night_included=match["link"] == "and")
    begins, ends = _said_roles(board)
    left = [place for place in placed if place not in {begins, ends}]
    if begins is None and left:
        begins = left.pop(0)
    if ends is None and left and scene.kind != "table":
        later = [place for place in left if _is_after(days[place], days[begins] if begins is not None else None)]
        ends = later[0] if later else None
    dates = Dates(_at(days, begins), _at(days, ends))
    return replace(dates, is_range=dates.check_in is not None and dates.check_out is not None)


def _at(days: list[Day], place: int | None) -> Day | None:
    return None if place is None else days[place]


def _is_after(day: Day, other: Day | None) -> bool:
    return other is not None and day.on is not None and other.on is not None and day.on > other.on


def _said_roles(board: Board) -> tuple[int | None, int | None]:
    """Check-in and check-out words bind to the day behind them, or in Hindi order to the day before."""
    first = _ROLE_FIRST.search(board.text)
    hindi_order = first is not None and first[0].startswith("@")
    out_rules = (_OUT_AFTER, _OUT_BEFORE) if hindi_order else (_OUT_BEFORE, _OUT_AFTER)
    in_rules = (_IN_AFTER, _IN_BEFORE) if hindi_order else (_IN_BEFORE, _IN_AFTER)
    begins = ends = None
    order = (in_rules, out_rules) if hindi_order else (out_rules, in_rules)
    for rules in order:
        match = board.take(rules[0]) or board.take(rules[1])
        if match and rules is out_rules:
            ends = int(match["i"])
        elif match:
            begins = int(match["i"])
    return begins, ends


# ------------------------------------------------------------------------------------------------ adding up


def end_after(begins: Day, ends: Day) -> Day:
    """The end in the year, month or week that follows the beginning, when its own words leave that open."""
    if begins.on is None or ends.on is None or ends.on > begins.on:
        return ends
    if ends.how == "weekday":
        return day_rules.next_weekday(ends.on.weekday(), begins.on + timedelta(days=1), "")
    if ends.how == "day":
        return day_rules.next_day_of_month(ends.on.day, begins.on + timedelta(days=1))
    if ends.how == "month_day" and not begins.rolled:
        later = day_rules.next_month_day(ends.on.month, ends.on.day, begins.on)
        if later.on and (later.on - begins.on).days <= LONGEST_STAY:
            return replace(later, unsure=False, rolled=False)
    return ends


def weekend_start(day: Day, nights: int | None, today: date) -> Day:
    """Two nights of a weekend begin on Friday."""
    if day.how == "weekend" and day.on and nights == 2:  # noqa: PLR2004 - Friday and Saturday night
        return replace(day, on=max(day.on - timedelta(days=1), today))
    return day
