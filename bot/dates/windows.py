"""Days within which a guest is flexible: "next week", "end of december", "any weekend in january"."""

import calendar
import re
from dataclasses import replace
from datetime import date, timedelta
from typing import Final

from bot.dates.board import Board, Scene, rule
from bot.dates.coming import MONTHS, Day, month_after
from bot.dates.heard import Window

_WEEK: Final = 7
_MON: Final = f"(?P<mon>{'|'.join(MONTHS)})"
_PARTS: Final = (
    r"(?P<part>end|last week|early|start|1n?th week|before week|mid|between|2n?th week|3n?th week|4n?th week)"
)
_MONTH: Final = rule(
    rf"(?:(?:in|by|at|on) )?{_PARTS} (?:of |in )?(?:{_MON}|(?P<which>this|next|is)? ?month)"
    rf"|(?:{_MON.replace('mon', 'mon2')}|(?P<which2>this|next|is)? ?month)(?: in)? {_PARTS.replace('part', 'part2')}"
)
_WHOLE_MONTH: Final = rule(
    rf"(?:in|for|during|any time in|sometime in) {_MON}(?! \d)|{_MON.replace('mon', 'mon2')} (?:in|month)"
    r"|(?P<which>this|next) month"
    rf"|{_MON.replace('mon', 'mon3')}(?P<y> 20\d\d)?(?! \d)"
)
_WEEKS: Final = rule(r"(?P<which>this|next|coming|is) week(?: in)?")
_AFTER_DAY: Final = rule(r"(?P<way>after|before) @(?P<i>\d+)|@(?P<j>\d+)(?: se)? (?P<way2>after|before)")
# "koi bhi weekend december mein", "weekend in december", "kisi bhi weekend"
_ANY_WEEKEND: Final = rule(r"(?:any|some|1 of|flexible)(?: \S+)? @\d+")
_WEEKEND: Final = rule(r"(?:(?:any|some|a|1 of|flexible) )?(?:\S+ )?@\d+")
_WEEKS_AHEAD: Final = 8
_SURE_MONTHS: Final = frozenset(MONTHS) - {"may", "mar"}


def find_window(board: Board, scene: Scene, days: list[Day]) -> Window | None:
    """The stretch of days named, when no single day is."""
    if found := board.take(_AFTER_DAY):
        return _around(days[int(found["i"] or found["j"])], found["way"] or found["way2"], scene.today)
    if days:
        return _weekends(board, scene, days)
    if found := board.take(_WEEKS):
        monday = scene.today - timedelta(days=scene.today.weekday())
        if found["which"] in {"next", "coming"}:
            monday += timedelta(days=_WEEK)
        return Window(max(monday, scene.today), monday + timedelta(days=_WEEK - 1))
    return _month(board, scene)


def _weekends(board: Board, scene: Scene, days: list[Day]) -> Window | None:
    """One weekend of several: of a month that is named, or any of the next weeks."""
    if any(day.how != "weekend" for day in days):
        return None
    is_any = board.has(_ANY_WEEKEND)
    window = _month(board, scene)
    if window is None and is_any:
        window = Window(scene.today, scene.today + timedelta(days=_WEEK * _WEEKS_AHEAD))
    if window is None:
        return None
    board.take_all(_WEEKEND)
    return replace(window, weekends=True)


def _month(board: Board, scene: Scene) -> Window | None:
    """A month, or a part of one."""
    if found := board.take(_MONTH):
        return _part_of_month(found, scene.today)
    found = _WHOLE_MONTH.search(board.text)
    if not found or (found["mon3"] and found["mon3"] not in _SURE_MONTHS):
        return None
    board.replace(found)
    name = found["mon"] or found["mon2"] or found["mon3"]
    first = _first_of(name, found["which"], scene.today, int(found["y"]) if found["y"] else None)
    return _within(first, 1, _last(first), scene.today)


def _around(day: Day, way: str, today: date) -> Window | None:
    """Around a day: "after Diwali" is the week behind it; "before the 24th" the week up to it."""
    if day.on is None:
        return None
    if way == "after":
        return Window(day.on + timedelta(days=1), day.on + timedelta(days=_WEEK))
    return Window(max(today, day.on - timedelta(days=_WEEK)), max(today, day.on - timedelta(days=1)))


def _first_of(name: str | None, which: str | None, today: date, year: int | None = None) -> date:
    """The first of the month meant: the one that runs or comes."""
    if name is None:
        first = today.replace(day=1)
        return date(*month_after(first.year, first.month), 1) if which == "next" else first
    month = MONTHS.index(name) + 1
    return date(year or (today.year if month >= today.month else today.year + 1), month, 1)


def _last(first: date) -> int:
    return calendar.monthrange(first.year, first.month)[1]


def _within(first: date, start: int, end: int, today: date) -> Window | None:
    window = Window(max(first.replace(day=start), today), first.replace(day=end))
    return window if window.start <= window.end else None


def _part_of_month(found: re.Match[str], today: date) -> Window | None:
    """The last week, the first ten days, the days around the fifteenth."""
    part = found["part"] or found["part2"]
    first = _first_of(found["mon"] or found["mon2"], found["which"] or found["which2"], today)
    last = _last(first)
    start, end = {
        "end": (last - 6, last),
        "last week": (last - 6, last),
        "early": (1, 10),
        "start": (1, 10),
        "1th week": (1, 7),
        "before week": (1, 7),
        "2th week": (8, 14),
        "3th week": (15, 21),
        "4th week": (22, 28),
    }.get(part.replace("nth", "th"), (10, 20))
    return _within(first, start, end, today)
