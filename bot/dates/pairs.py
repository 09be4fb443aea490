"""Days that complete each other: "24 to @0", "Friday @0", "2 days after @0"."""

import re
from dataclasses import replace
from datetime import date, timedelta
from typing import Final

from bot.dates.board import Board, Scene, rule
from bot.dates.coming import LAST_DAY, Day, day_before, next_day_of_month

_WEEK: Final = 7
_YEAR: Final = 366
_COUNTED: Final = (
    r"(?:people|adult|child|night|room|day|week|month|seat|table|star|kin|hour|minute|:|oclock|am|pm|more|thousand|lakh"
    r"|year|%)"
)

_FIRST: Final = rule(r"(?P<d>\d{1,2})(?:n?th)? (?P<link>to|-|se|until) @(?P<i>\d+)")
_LAST: Final = rule(rf"@(?P<i>\d+) (?P<link>to|-|se|until) (?P<d>\d{{1,2}})(?:n?th)?(?! (?:{_COUNTED}|@))")
_BARE: Final = rule(
    r"(?:(?P<from>from|tarikh) )?(?P<a>\d{1,2})(?:n?th)? (?P<link>to|-|se) (?P<b>\d{1,2})(?:n?th)?"
    rf"(?! (?:{_COUNTED}|\d|or ))(?P<until> (?:until|tarikh|checkout))?"
)
_SHIFTED: Final = rule(
    r"(?P<n>\d+) (?P<unit>day|week) (?P<way>after|before) @(?P<i>\d+)"
    r"|@(?P<j>\d+) (?:se )?(?P<n2>\d+) (?P<unit2>day|week) (?P<way2>after|before)"
    r"|day (?P<way3>after|before) @(?P<k>\d+)|@(?P<x>\d+) eve"
)
_WITH_WEEKDAY: Final = rule(r"@(?P<i>\d+)(?: [.,:(])* (?:(?:the|on|tarikh|is|hai) )?@(?P<j>\d+)")


def complete(board: Board, found: list[Day], scene: Scene) -> list[Day]:
    """All days of the message, the incomplete ones finished by their neighbours."""
    days = list(found)
    if match := _SHIFTED.search(board.text):
        _shift(board, match, days)
    while (match := _WITH_WEEKDAY.search(board.text)) and (
        joined := _join(days[int(match["i"])], days[int(match["j"])])
    ):
        board.replace(match, f"@{len(days)}")
        days.append(joined)
    if match := _FIRST.search(board.text):
        end = days[int(match["i"])]
        if end.how in {"month_day", "date", "day", "festival"}:
            board.replace(match, f"@{len(days)} {match['link']} @{match['i']}")
            days.append(day_before(int(match["d"]), end))
    if match := _LAST.search(board.text):
        begins = days[int(match["i"])].on
        if begins and int(match["d"]) <= LAST_DAY:
            board.replace(match, f"@{match['i']} {match['link']} @{len(days)}")
            days.append(next_day_of_month(int(match["d"]), begins))
    if not days:
        _bare_range(board, days, scene)
    return days


def _bare_range(board: Board, days: list[Day], scene: Scene) -> None:
    """24 to 27 without a month is a stay when dates were asked for, or when it is said as one."""
    match = _BARE.search(board.text)
    if match is None or int(match["a"]) > LAST_DAY or int(match["b"]) > LAST_DAY:
        return
    said = bool(match["from"] or match["until"]) and scene.kind != "table"
    if not (scene.asked == "dates" or said or (scene.kind == "stay" and scene.asked in {"", "none", "place"})):
        return
    begins = next_day_of_month(int(match["a"]), scene.today)
    days += [begins, next_day_of_month(int(match["b"]), begins.on or scene.today)]
    board.replace(match, f"@0 {match['link']} @1")


def _shift(board: Board, match: re.Match[str], days: list[Day]) -> None:
    """Days counted from another: "2 days after Diwali", "Diwali se ek din pehle", "the day after Christmas"."""
    place = int(match["i"] or match["j"] or match["k"] or match["x"])
    way = match["way"] or match["way2"] or match["way3"] or "before"
    weeks = "week" in {match["unit"], match["unit2"]}
    count = min(int(match["n"] or match["n2"] or 1) * (_WEEK if weeks else 1), _YEAR)
    day = days[place]
    board.replace(match, f"@{len(days)}")
    days.append(Day(_moved(day.on, count if way == "after" else -count), "festival", unsure=day.unsure))


def _moved(day: date | None, by: int) -> date | None:
    return None if day is None else day + timedelta(days=by)


def _join(first: Day, second: Day) -> Day | None:
    """Friday 25 December is one day; when the two disagree the date wins and is read back."""
    if (first.how == "weekday") == (second.how == "weekday"):
        return None
    dated, weekday = (second, first) if first.how == "weekday" else (first, second)
    if dated.how in {"near", "weekend"}:
        return None
    agree = dated.on is not None and weekday.on is not None and dated.on.weekday() == weekday.on.weekday()
    return replace(dated, unsure=not agree)
