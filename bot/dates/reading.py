"""One message read once: money first, then hours, days, nights, people, and what is left by what was asked."""

import datetime as dt
import re
from dataclasses import replace
from datetime import datetime, time, timedelta
from typing import Final

from bot.dates import clocktime, money, people, stays
from bot.dates import days as day_rules
from bot.dates.board import Board, Scene, rule, scene_of
from bot.dates.clocktime import Clock
from bot.dates.days import Day
from bot.dates.heard import Heard
from bot.dates.stays import Dates, Nights
from bot.dates.windows import find_window
from bot.dates.words import plain

_DAY_STARTS: Final = time(4)
_LONGEST_MESSAGE: Final = 1000
_LAST_DAY: Final = 31
_MOST_GUESTS: Final = 100

# Numbers that count nothing a guest books.
_NOT_COUNTS: Final = rule(
    r"(?:room|flight|train|bus|gate|floor|platform|sector|phase|nh|highway|terminal)(?: (?:number|no|#|:))* \d{3,5}"
    r"|\d(?: -)? star|# ?\d+|\d+ %|\d+(?:\.\d+)? (?:km|kms|kilometer|meter|metre|m|sqft|sq|ft|gb|mbps|bhk|bedroom|bed|beds|inch)"
    r"|(?:option|number|no\.|serial|choice) \d{1,2}|\d+ (?:th|n?th) floor|\d+n?th floor|(?:pin|pincode|zip)(?: code)? \d{6}"
    r"|[$£€] ?\d+|\d+ (?:dollar|dollars|euro|euros|pounds|usd)|booking (?:id|number|no|ref|reference)?(?: :)? ?\d{3,6}"
)
_BEFORE_NOW: Final = rule(r"tha|thi|था|थी|थे|hua|हुआ|gaya|गया|was|had|did|ago|paid|stayed")
_PAST_KAL: Final = rule(r"yesterday|tomorrow|dayafter")
_BARE: Final = re.compile(r"(?<= )(\d{1,4})(?:n?th)?(?= )")
_PAIR: Final = rule(r"(?P<a>\d{1,2})(?:n?th)? (?:and |, |to |- |se |~ )?(?P<b>\d{1,2})(?:n?th)?")


def understand(
    text: str,
    *,
    now: datetime,
    asked: str | None = None,
    journey: str | None = None,
    day_starts: time = _DAY_STARTS,
) -> Heard:
    """Everything the message says; `now` is in the property's zone, `asked` is what our last message asked."""
    words = plain(text[:_LONGEST_MESSAGE])
    scene = scene_of(words, now=now, day_starts=day_starts, asked=asked, journey=journey)
    board = Board(words)
    board.take_all(_NOT_COUNTS)
    _drop_the_past(board, scene)
    budget = money.find_budget(board, scene)
    clock = clocktime.find_clock(board, scene)
    days = day_rules.find_days(board, scene)
    days = stays.settle_days(board, days, scene)
    nights = stays.find_nights(board)
    window = find_window(board, scene, days)
    dates = stays.roles(board, days, scene)
    party = people.find_people(board, scene)
    if clock.at is None and clock.ahead is None:
        loose = clocktime.find_loose_clock(board, scene)
        clock = replace(loose, meal=clock.meal) if loose else clock
    heard = Heard(
        time=clock.at,
        meal=clock.meal,
        guests=party.guests,
        adults=party.adults,
        children=party.children,
        rooms=party.rooms,
        budget_min=budget.least,
        budget_max=budget.most,
        flexible=window,
        ambiguous=_unsure(("guests", party.unsure), ("budget_max", budget.unsure), ("time", clock.unsure)),
    )
    if nights.count is None and dates.check_in is None:
        heard, dates, nights = _bare_numbers(board, heard, scene, dates, nights)
    else:
        heard, _, _ = _bare_numbers(
            board, heard, replace(scene, asked=scene.asked if scene.asked in {"guests", "party"} else ""), dates, nights
        )
    heard = _with_dates(heard, dates, nights, clock, scene)
    if budget.is_total and heard.nights and heard.budget_max and scene.kind == "stay":
        heard = replace(heard, budget_max=heard.budget_max // heard.nights)
    return heard


def _unsure(*fields: tuple[str, bool]) -> tuple[str, ...]:
    return tuple(name for name, unsure in fields if unsure)


def _drop_the_past(board: Board, scene: Scene) -> None:
    """ "kal book kiya tha" speaks of yesterday: no wish is in it."""
    if scene.asked in {"dates", "date"}:
        return
    if board.has(_BEFORE_NOW):
        board.take_all(_PAST_KAL)


def _bare_numbers(
    board: Board, heard: Heard, scene: Scene, dates: Dates, nights: Nights
) -> tuple[Heard, Dates, Nights]:
    """A number alone is what was asked for, and nothing when nothing was."""
    left = [found[1] for found in _BARE.finditer(board.text)]
    if not left:
        return heard, dates, nights
    first = int(left[0])
    heard = replace(heard, bare=first) if len(left) == 1 else heard
    if scene.asked in {"guests", "party"} and heard.guests is None and 0 < first <= _MOST_GUESTS:
        return _asked_guests(heard, [int(number) for number in left], scene), dates, nights
    if scene.asked == "dates" and first <= _LAST_DAY:
        return heard, _asked_dates(board, scene, first), nights
    if scene.asked == "date" and 0 < first <= _LAST_DAY:
        return heard, Dates(day_rules.next_day_of_month(first, scene.today)), nights
    return heard, dates, nights


def _asked_guests(heard: Heard, numbers: list[int], scene: Scene) -> Heard:
    """ "2", or "2 1" for two adults and a child; with a child already counted, the rest are adults."""
    first = numbers[0]
    if heard.children is not None:
        return replace(heard, adults=first, guests=first + heard.children, bare=None)
    if scene.asked == "guests" and len(numbers) == 2 and numbers[1] <= first:  # noqa: PLR2004 - adults and children
        return replace(heard, adults=first, children=numbers[1], guests=first + numbers[1])
    return replace(heard, guests=first)


def _asked_dates(board: Board, scene: Scene, first: int) -> Dates:
    """ "24", or "24 27"."""
    begins = day_rules.next_day_of_month(first, scene.today)
    pair = _PAIR.search(board.text)
    if pair and int(pair["b"]) <= _LAST_DAY and begins.on:
        ends = day_rules.next_day_of_month(int(pair["b"]), begins.on)
        return Dates(begins, ends, is_range=True)
    return Dates(replace(begins, unsure=begins.unsure or first <= 7))  # noqa: PLR2004 - may be nights


def _with_dates(heard: Heard, dates: Dates, nights: Nights, clock: Clock, scene: Scene) -> Heard:
    """The days in their fields, with what follows from them and what contradicts."""
    if scene.kind == "table" or (scene.kind == "" and not dates.is_range and nights.count is None):
        heard = _table_day(heard, dates, clock, scene)
        if scene.kind == "table":
            return heard
    elif clock.ahead is not None:
        at = scene.now + clock.ahead
        heard = replace(heard, time=at.time().replace(second=0, microsecond=0, tzinfo=None))
    return _stay(heard, dates, nights, scene)


def _table_day(heard: Heard, dates: Dates, clock: Clock, scene: Scene) -> Heard:
    """The evening of a table; a time that has passed today is a problem to speak of."""
    if clock.ahead is not None:
        at = scene.now + clock.ahead
        return replace(heard, date=at.date(), time=at.time().replace(second=0, microsecond=0, tzinfo=None))
    day = dates.check_in or dates.check_out
    if day is None:
        return heard
    if day.on is None:
        return replace(heard, problem="no_such_date")
    on = day.on
    passed = _has_passed(on, heard.time, scene)
    if passed and scene.is_late_night and on == scene.today:
        # After midnight "aaj 8 baje" is the evening to come; "tonight at 1" is still yesterday's service.
        on, passed = scene.now.date(), False
    heard = replace(heard, date=on, ambiguous=heard.ambiguous + (("date",) if day.unsure else ()))
    return replace(heard, problem="past") if passed else heard


def _has_passed(on: dt.date, at: time | None, scene: Scene) -> bool:
    if on < scene.today:
        return True
    if at is None:
        return False
    moment = datetime.combine(on, at)
    if at < _DAY_STARTS:
        moment += timedelta(days=1)
    return moment < scene.now.replace(tzinfo=None)


def _stay(heard: Heard, dates: Dates, nights: Nights, scene: Scene) -> Heard:
    """Check-in, check-out and nights, the third from the other two."""
    begins, ends, count = dates.check_in, dates.check_out, nights.count
    heard = replace(heard, more_nights=nights.more)
    unsure = list(heard.ambiguous)
    if nights.unsure:
        unsure.append("nights")
    if begins:
        begins = stays.weekend_start(begins, count, scene.today)
        if begins.unsure:
            unsure.append("check_in")
    if begins and ends:
        ends = stays.end_after(begins, ends)
    if ends and ends.unsure:
        unsure.append("check_out")
    check_in = begins.on if begins else None
    check_out = ends.on if ends else None
    if dates.last_night_included and check_in and check_out and (check_out - check_in).days == 1:
        check_out += timedelta(days=1)
        unsure.append("check_out")
    problem = _problem(begins, ends, check_in, check_out, nights, scene)
    if problem == "nights_disagree":
        unsure.append("nights")
    elif check_in and check_out and check_out > check_in:
        count = (check_out - check_in).days
    elif check_in and count and ends is None and count <= stays.LONGEST_STAY:
        check_out = check_in + timedelta(days=count)
    elif check_out and count and begins is None and count <= stays.LONGEST_STAY:
        check_in = check_out - timedelta(days=count)
    if heard.flexible and check_in is None:
        check_out = None
    return replace(
        heard,
        check_in=check_in,
        check_out=check_out,
        nights=count,
        ambiguous=tuple(dict.fromkeys(unsure)),
        problem=problem or heard.problem,
    )


def _problem(
    begins: Day | None,
    ends: Day | None,
    check_in: dt.date | None,
    check_out: dt.date | None,
    nights: Nights,
    scene: Scene,
) -> str | None:
    """What cannot be, the first thing to speak of."""
    if (begins and begins.on is None) or (ends and ends.on is None):
        return "no_such_date"
    if (check_in and check_in < scene.today) or (
        begins and ends and begins.rolled and check_out and check_in and check_out <= check_in
    ):
        return "past"
    if check_out and check_in is None and check_out < scene.today:
        return "past"
    if nights.count == 0 or (check_in and check_out and check_in == check_out):
        return "zero_nights"
    if check_in and check_out and check_out < check_in:
        return "check_out_before_check_in"
    if check_in and check_out and nights.count:
        span = (check_out - check_in).days
        if nights.count != span and not (nights.said_days and nights.count == span + 1):
            return "nights_disagree"
    span = (check_out - check_in).days if check_in and check_out else (nights.count or 0)
    return "too_long" if span > stays.LONGEST_STAY else None
