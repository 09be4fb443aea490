"""Days named in a message: dates, weekdays, "kal", "in 3 days", festivals.

Each day found is replaced on the board by `@0`, `@1` ... so that the rules for stays read "@0 to @1".
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import Final

from bot.dates.board import Board, Scene, rule
from bot.dates.coming import (
    LAST_DAY,
    LAST_MONTH,
    MONTHS,
    SATURDAY,
    WEEK,
    WEEKDAYS,
    Day,
    add_months,
    coming_weekend,
    day_before,
    month_after,
    next_day_of_month,
    next_month_day,
    next_weekday,
    on_date,
)
from bot.dates.festivals import next_festival

_Maker = Callable[[re.Match[str], Scene], Day | None]

_MON: Final = f"(?P<mon>{'|'.join(MONTHS)})"
_WD: Final = f"(?P<wd>{'|'.join(WEEKDAYS)})"
_D: Final = r"(?P<d>\d{1,2})(?:n?th)?"
_YEAR: Final = r"(?: ,? ?(?P<y>20\d\d))?"
_NOT_COUNTED: Final = (
    r"(?! (?:people|adult|child|night|room|week|table|seat|star|kin|hour|minute|oclock|am|pm|:|male|female|couple"
    r"|friends|day|of us|or \d+ (?:people|night|room)))"
)
_NOT_CHOSEN: Final = (
    r"(?! (?:week|floor|room|one|option|wala|wali|choice|hotel|time|people|adult|birthday|anniversary|number))"
)


def _month(found: re.Match[str]) -> int:
    return MONTHS.index(found["mon"]) + 1


def _month_day(found: re.Match[str], scene: Scene) -> Day | None:
    day, month = int(found["d"]), _month(found)
    return on_date(int(found["y"]), month, day) if found["y"] else next_month_day(month, day, scene.today)


def _numeric_date(found: re.Match[str], _scene: Scene) -> Day | None:
    day, month, year = int(found["d"]), int(found["m"]), int(found["y"])
    if month > LAST_MONTH >= day:
        day, month = month, day
    made = on_date(year, month, day)
    return replace(made, unsure=day <= LAST_MONTH and day != month) if made.on else made


def _iso(found: re.Match[str], _scene: Scene) -> Day | None:
    return on_date(int(found["y"]), int(found["m"]), int(found["d"]))


def _day_and_month(found: re.Match[str], scene: Scene) -> Day | None:
    """24/12, and 12/24 as some write it; 4/5 is the fourth of May, read back."""
    day, month = int(found["d"]), int(found["m"])
    swapped = month > LAST_MONTH >= day
    if swapped:
        day, month = month, day
    made = next_month_day(month, day, scene.today) if 1 <= month <= LAST_MONTH else Day(None, "month_day")
    unclear = not swapped and day <= LAST_MONTH and day != month
    return replace(made, unsure=made.unsure or unclear)


def _dashed(found: re.Match[str], scene: Scene) -> Day | None:
    """24-12 is a date; 5-7 may be days, people or hours, so only a question about the day makes it one."""
    day, month = int(found["d"]), int(found["m"])
    is_date = day > LAST_MONTH >= month >= 1 and day <= LAST_DAY
    if is_date or (scene.asked == "date" and 1 <= month <= LAST_MONTH):
        return _day_and_month(found, scene)
    return None


def _dotted(found: re.Match[str], scene: Scene) -> Day | None:
    """24.12 is a date; 7.30 is a time unless a day was asked for."""
    day, month = int(found["d"]), int(found["m"])
    if not (1 <= month <= LAST_MONTH and 1 <= day <= LAST_DAY):
        return None
    if day > LAST_MONTH * 2 - 1 or scene.asked in {"date", "dates"} or scene.kind == "stay":
        return _day_and_month(found, scene)
    return None


def _day_of_near_month(found: re.Match[str], scene: Scene) -> Day | None:
    year, month = scene.today.year, scene.today.month
    if found["which"] == "next":
        year, month = month_after(year, month)
    return on_date(year, month, int(found["d"]))


def _day_of_month(found: re.Match[str], scene: Scene) -> Day | None:
    return next_day_of_month(int(found["d"]), scene.today)


_NEAR: Final = {"yesterday": -1, "today": 0, "tonight": 0, "tomorrow": 1, "dayafter": 2, "tarson": 3}


def _near(found: re.Match[str], scene: Scene) -> Day | None:
    word = found[0].split(" ")[0]
    unsure = scene.is_late_night and word != "tonight" and not (word == "today" and "night" in found[0])
    return Day(scene.today + timedelta(days=_NEAR[word]), "near", unsure=unsure)


def _ahead(found: re.Match[str], scene: Scene) -> Day | None:
    count, unit = int(found["n"] or 1), found["unit"]
    if count > 500:  # noqa: PLR2004 - nobody counts further ahead in days or weeks
        return None
    if unit == "month":
        return Day(add_months(scene.today, count), "near")
    return Day(scene.today + timedelta(days=count * (WEEK if unit == "week" else 1)), "near")


def _weekday(found: re.Match[str], scene: Scene) -> Day | None:
    weekday = WEEKDAYS.index(found["wd"])
    groups = found.groupdict()
    week = groups.get("week") or groups.get("week2")
    if week == "next":
        return replace(next_weekday(weekday, scene.today, "next"), unsure=False)
    return next_weekday(weekday, scene.today, groups.get("which") or "")


def _nth_weekday(found: re.Match[str], scene: Scene) -> Day | None:
    """The 2nd Saturday of a month: of the one named, else of the next month that still has it ahead."""
    weekday, count = WEEKDAYS.index(found["wd"]), int(found["n"])
    if count not in range(1, 6):
        return None
    year, month = scene.today.year, scene.today.month
    for _ in range(LAST_MONTH + 1):
        first = date(year, month, 1)
        on = first + timedelta(days=(weekday - first.weekday()) % WEEK + WEEK * (count - 1))
        if on.month == month and on >= scene.today and found["mon"] in {None, MONTHS[month - 1]}:
            return Day(on, "date")
        year, month = month_after(year, month)
    return None


def _day_from(found: re.Match[str], scene: Scene) -> Day | None:
    """A stay "from 24" begins on the 24th; a table "from 8" does not."""
    return None if scene.kind == "table" else next_day_of_month(int(found["d"]), scene.today)


def _day_until(found: re.Match[str], scene: Scene) -> Day | None:
    """When the dates were asked for, "10 tak" is until the tenth."""
    return next_day_of_month(int(found["d"]), scene.today) if scene.asked == "dates" else None


def _some_weekend(found: re.Match[str], scene: Scene) -> Day | None:
    return coming_weekend(scene.today, found["which"] or "")


def _festival(found: re.Match[str], scene: Scene) -> Day | None:
    festival = next_festival(found["name"], scene.today, int(found["y"]) if found["y"] else None)
    if festival is None:
        return None
    on = festival.on - timedelta(days=1) if found["eve"] else festival.on
    if found["weekend"]:
        saturday = on + timedelta(days=SATURDAY - on.weekday()) if on.weekday() else on - timedelta(days=2)
        return Day(saturday, "weekend", unsure=True)
    return Day(on, "festival", unsure=festival.unsure)


_ARRIVING: Final = "|".join(
    rf"(?<={word} )" for role in ("checkin", "checkout") for word in (role, f"{role} on", f"{role} :", f"{role} date")
)
_RULES: Final[tuple[tuple[re.Pattern[str], _Maker], ...]] = tuple(
    (rule(pattern), maker)
    for pattern, maker in (
        (r"(?P<y>20\d\d) ([-/]) (?P<m>\d{1,2}) \2 (?P<d>\d{1,2})(?! [-/] (?:\d{4}|\d{1,2} [-/]))", _iso),
        (r"(?P<d>\d{1,2}) ([-/]) (?P<m>\d{1,2}) \2 (?P<y>20\d\d|\d\d)", _numeric_date),
        (r"(?P<d>\d{1,2})\.(?P<m>\d{1,2})\.(?P<y>20\d\d|\d\d)", _numeric_date),
        (rf"{_D} (?:of )?(?:tarikh )?{_MON}{_YEAR}", _month_day),
        (rf"{_MON} (?:tarikh )?{_D}{_NOT_COUNTED}{_YEAR}", _month_day),
        (rf"{_D}(?: tarikh)? (?:of )?(?P<which>this|next|is) month", _day_of_near_month),
        (rf"(?P<which>this|next|is) month (?:in )?(?:on )?{_D}{_NOT_COUNTED}(?: tarikh)?", _day_of_near_month),
        (r"(?P<d>\d{1,2}) / (?P<m>\d{1,2})(?! [/\d])", _day_and_month),
        (r"(?P<d>\d{1,2}) - (?P<m>\d{1,2})(?! -)" + _NOT_COUNTED, _dashed),
        (r"(?P<d>\d{1,2})\.(?P<m>\d{1,2})" + _NOT_COUNTED, _dotted),
        (r"(?:in|after) (?P<n>\d+) (?P<unit>day|week|month)", _ahead),
        (r"(?P<n>\d+) (?P<unit>day|week|month) (?:after|ahead|hence|from (?:now|today))(?! festival| @)", _ahead),
        (r"from now(?= to| until)", lambda _found, scene: Day(scene.today, "near")),
        (r"today (?:in )?night|tomorrow night|yesterday|today|tonight|tomorrow|dayafter|tarson", _near),
        (rf"(?P<n>\d)n?th {_WD}(?: (?:of |in )?{_MON})?", _nth_weekday),
        (rf"(?P<week>next|this|is|coming) week (?:in )?(?:on )?{_WD}", _weekday),
        (rf"{_WD} (?:of )?(?P<week>next|this|is|coming) week", _weekday),
        (rf"(?:(?P<which>next|this|is|coming) )?{_WD}(?: day)?", _weekday),
        (r"festival_(?P<name>\w+)(?P<eve> eve)?(?P<weekend> weekend)?(?: (?P<y>20\d\d))?", _festival),
        (r"(?:(?P<which>next|this|is|coming) )?weekend", _some_weekend),
        (r"(?:tarikh|on) (?P<d>\d{1,2})n?th" + _NOT_CHOSEN, _day_of_month),
        (
            r"(?P<d>\d{1,2}) tarikh|tarikh (?P<d2>\d{1,2})" + _NOT_COUNTED,
            lambda f, s: next_day_of_month(int(f["d"] or f["d2"]), s.today),
        ),
        (r"(?P<d>\d{1,2})th" + _NOT_CHOSEN, _day_of_month),
        (rf"(?:{_ARRIVING}){_D}{_NOT_COUNTED}", _day_of_month),
        (rf"{_D}(?= (?:checkin|checkout) )", _day_of_month),
        (rf"{_D}(?= until )", _day_until),
        (rf"(?<=from ){_D}{_NOT_COUNTED}(?! (?:to|-|se|until|and|people))", _day_from),
    )
)
_FULL_DATES: Final = 3  # the first rules leave nothing open, so they are read before "24 to 27 dec"
_ANY_MONTH: Final = "|".join(MONTHS)
_NOT_A_MONTH: Final = rf"(?! (?:of )?(?:{_ANY_MONTH}) )"
_SAME_MONTH: Final = rule(
    rf"(?<![-/.] )(?<!(?:{_ANY_MONTH}) ){_D} (?P<link>to|-|se|until|and) "
    rf"(?P<d2>\d{{1,2}})(?:n?th)?(?: tarikh)? (?:of )?{_MON}{_YEAR}"
)
_MONTH_FIRST: Final = rule(
    rf"{_MON} {_D} (?P<link>to|-|se|until|and) (?P<d2>\d{{1,2}})(?:n?th)?{_NOT_A_MONTH}{_NOT_COUNTED}{_YEAR}"
)


def find_days(board: Board, scene: Scene) -> list[Day]:
    """Every day named, in the order found; the board keeps their places as `@0`, `@1`."""
    days: list[Day] = []
    _place_all(board, _RULES[:_FULL_DATES], days, scene)
    for pattern in (_SAME_MONTH, _MONTH_FIRST):
        if found := pattern.search(board.text):
            _place_pair(board, found, days, scene)
    _place_all(board, _RULES[_FULL_DATES:], days, scene)
    return days


def _place_all(board: Board, rules: Sequence[tuple[re.Pattern[str], _Maker]], days: list[Day], scene: Scene) -> None:
    for pattern, maker in rules:
        start = 0
        while found := pattern.search(board.text, start):
            made = maker(found, scene)
            start = found.start() + 1
            if made:
                board.replace(found, f"@{len(days)}")
                days.append(made)


def _place_pair(board: Board, found: re.Match[str], days: list[Day], scene: Scene) -> None:
    """24 to 27 dec: both days are in December; 30 to 2 jan begins in the month before."""
    month, last = _month(found), int(found["d2"])
    year = int(found["y"]) if found["y"] else None
    end = on_date(year, month, last) if year else next_month_day(month, last, scene.today)
    first = int(found["d"])
    begins = day_before(first, end) if end.on else on_date(year or scene.today.year, month, first)
    board.replace(found, f"@{len(days)} {found['link']} @{len(days) + 1}")
    days += [begins, end]
