"""From days to a stay: which day begins it and which ends it."""

import re
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Final

from bot.dates.board import Board, Scene, rule
from bot.dates.coming import Day, next_day_of_month, next_month_day, next_weekday

LONGEST_STAY: Final = 90


@dataclass(frozen=True, slots=True)
class Dates:
    """The days of a message in their roles."""

    check_in: Day | None = None
    check_out: Day | None = None
    last_night_included: bool = False

    @property
    def is_range(self) -> bool:
        """Whether both ends were said."""
        return self.check_in is not None and self.check_out is not None


_GAP: Final = (
    r"(?: (?:on|in|at|by|night|morning|evening|afternoon|,|:|is|hai|date|tarikh|until|se|from|we|i|ll|will|around|about"
    r"|karenge|karna|hoga|day|would|be|of|my|our|~))*?"
)
_LINKED: Final = rule(rf"(?P<to>to )?@(?P<i>\d+){_GAP} (?P<link>to|-|se|until|and){_GAP} @(?P<j>\d+)")
_OUT_BEFORE: Final = rule(rf"(?:checkout|until){_GAP} @(?P<i>\d+)")
# "Wednesday morning, will leave Saturday": the word before a day is that day's.
_OUT_AFTER: Final = rule(rf"@(?P<i>\d+){_GAP} (?:checkout|until)(?!{_GAP} @)")
_IN_BEFORE: Final = rule(rf"(?:checkin|from|start){_GAP} @(?P<i>\d+)")
_IN_AFTER: Final = rule(rf"@(?P<i>\d+){_GAP} (?:checkin|se|from)")
_ROLE_FIRST: Final = re.compile(r"checkin|checkout|@\d+")
_REFUSED: Final = rule(
    r"(?:not|instead of)(?: (?:on|for|the))? @(?P<i>\d+)|@(?P<j>\d+)(?: ,)? (?:nahi|jagah|instead(?! of))"
    r"|@(?P<k>\d+)(?: [,.-])* (?:no|sorry|actually|oops|matlab|rather|i meant?|make it)(?= (?:[a-z,]+ ){0,3}@\d)"
    r"|said (?:on |for )?@(?P<l>\d+)(?= (?:[a-z,.-]+ ){0,5}@\d)"
    r"|@(?P<m>\d+) (?:bola|kaha|likha|बोला|कहा) (?:tha|था)(?= .*@\d)"
)
_CHANGE: Final = re.compile(r" change ")
_PLACED: Final = re.compile(r"@(\d+)")


def roles(board: Board, days: list[Day], scene: Scene) -> Dates:
    """Which day begins the stay and which ends it; for a table, the first or the corrected day."""
    placed = _not_refused(board, days)
    linked = [match for match in _LINKED.finditer(board.text) if _both_kept(match, placed)]
    if linked:
        return _range(board, linked[-1], days, scene)
    begins, ends = _said_roles(board)
    left = [place for place in placed if place not in {begins, ends}]
    if begins is None and left:
        begins = left.pop(0)
    if ends is None and begins is not None and scene.kind != "table":
        ends = next((place for place in left if _is_after(days[place], days[begins])), None)
    return Dates(_at(days, begins), _at(days, ends))


def _not_refused(board: Board, days: list[Day]) -> list[int]:
    """The places of the days that stand: not "24 nahi", and no weekend beside a date."""
    placed = [int(place) for place in _PLACED.findall(board.text)]
    if len(placed) < 2:  # noqa: PLR2004 - a single day is never the refused one of two
        return placed
    gone = {
        int(match["i"] or match["j"] or match["k"] or match["l"] or match["m"]) for match in board.take_all(_REFUSED)
    }
    if any(days[place].how in {"month_day", "date"} for place in placed):
        gone |= {place for place in placed if days[place].how == "weekend"}
    return [place for place in placed if place not in gone] or placed


def _both_kept(match: re.Match[str], placed: list[int]) -> bool:
    return int(match["i"]) in placed and int(match["j"]) in placed


def _range(board: Board, match: re.Match[str], days: list[Day], scene: Scene) -> Dates:
    """Two linked days are a stay; "change from Friday to Saturday" is the second alone."""
    first, last = days[int(match["i"])], days[int(match["j"])]
    moves = match["link"] == "to" and not match["to"] and board.has(_CHANGE)
    if moves or (scene.kind == "table" and match["link"] in {"to", "se"}):
        return Dates(replace(last, unsure=last.unsure or scene.kind != "table"))
    return Dates(first, last, last_night_included=match["link"] == "and")


def _at(days: list[Day], place: int | None) -> Day | None:
    return None if place is None else days[place]


def _is_after(day: Day, other: Day) -> bool:
    return day.on is not None and other.on is not None and day.on > other.on


def _said_roles(board: Board) -> tuple[int | None, int | None]:
    """Check-in and check-out words bind to the day behind them, or in Hindi order to the day before."""
    first = _ROLE_FIRST.search(board.text)
    if first is not None and first[0].startswith("@"):
        begins = board.take(_IN_AFTER) or board.take(_IN_BEFORE)
        ends = board.take(_OUT_AFTER) or board.take(_OUT_BEFORE)
    else:
        ends = board.take(_OUT_BEFORE) or board.take(_OUT_AFTER)
        begins = board.take(_IN_BEFORE) or board.take(_IN_AFTER)
    return (int(begins["i"]) if begins else None), (int(ends["i"]) if ends else None)


def end_after(begins: Day, ends: Day) -> Day:
    """The end in the year, month or week that follows the beginning, when its own words leave that open."""
    if begins.on is None or ends.on is None or ends.on > begins.on:
        return ends
    if ends.how == "weekday":
        return next_weekday(ends.on.weekday(), begins.on + timedelta(days=1), "")
    if ends.how == "day":
        return next_day_of_month(ends.on.day, begins.on + timedelta(days=1))
    if ends.how == "month_day" and not begins.rolled:
        later = next_month_day(ends.on.month, ends.on.day, begins.on)
        if later.on and (later.on - begins.on).days <= LONGEST_STAY:
            return replace(later, unsure=False, rolled=False)
    return ends


def same_order(begins: Day, ends: Day) -> tuple[Day, Day]:
    """Beside 31/12, the day and the month of 2/1 are no longer in doubt."""
    numeric = begins.how == ends.how and begins.how in {"month_day", "date"}
    if numeric and begins.unsure != ends.unsure and not (begins.rolled or ends.rolled):
        return replace(begins, unsure=False), replace(ends, unsure=False)
    return begins, ends


def weekend_start(day: Day, nights: int | None, today: date) -> Day:
    """Two nights of a weekend begin on Friday."""
    if day.how == "weekend" and day.on and nights == 2:  # noqa: PLR2004 - Friday and Saturday night
        return replace(day, on=max(day.on - timedelta(days=1), today))
    return day
