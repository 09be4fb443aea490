"""One message read once: money first, then hours, days, nights, people, and what is left by what was asked."""

import datetime as dt
import re
from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta
from typing import Final

from bot.dates import clocktime, money, pairs, people, stays
from bot.dates.board import Board, Scene, rule, scene_of
from bot.dates.clocktime import Clock
from bot.dates.coming import LAST_DAY, next_day_of_month
from bot.dates.days import find_days
from bot.dates.heard import Heard, Window
from bot.dates.more import find_later, find_more
from bot.dates.nights import Nights, find_nights
from bot.dates.stays import Dates
from bot.dates.windows import find_window
from bot.dates.words import plain

_DAY_STARTS: Final = time(4)
_LONGEST_MESSAGE: Final = 1000
_MOST_GUESTS: Final = 100
_A_WEEK: Final = 7
_MOST_AT_A_TABLE: Final = 20
_OPEN_QUESTIONS: Final = frozenset({"", "none", "journey", "place", "date", "time", "party"})

# Numbers that count nothing a guest books.
_NOT_COUNTS: Final = rule(
    r"(?:room|flight|train|bus|gate|floor|platform|sector|phase|nh|highway|terminal)(?: (?:number|no|#|:))* \d{3,5}"
    r"|(?:\d (?:-|to|or) )?\d(?: -)? star|# ?\d+|\d+ %"
    r"|\d+(?:\.\d+)? (?:km|kms|kilometer|meter|metre|m|sqft|sq|ft|gb|mbps|bhk|bedroom|bed|beds|inch)"
    r"|(?:option|number|no|serial|choice) \d{1,2}(?= (?:wala|wali|please|is|ok|$))|\d+n?th floor"
    r"|(?:pin|pincode|zip)(?: code)? \d{6}|[$£€] ?\d+|\d+ (?:dollar|dollars|euro|euros|pounds|usd)"
    r"|booking (?:id|number|no|ref|reference)?(?: :)? ?\d{3,6}"
)
# "3 raat nahi 2 raat", "4 people, sorry 5 people", "not 24, 25 dec": what is taken back.
_UNIT: Final = "people|adult|child|night|day|room|week|oclock|am|pm|table|seat"
_OOPS: Final = r"(?:(?: ,| \.)* (?:nahi|sorry|no|oops|actually|matlab|rather|wait|i mean|i meant|make it))+(?: ,)?"
_TAKEN_BACK: Final = (
    rule(rf"\d+ (?P<u>{_UNIT}){_OOPS}(?= \d+ (?P=u) )"),
    rule(rf"(?<!for )(?:at )?\d{{1,2}}{_OOPS}(?= (?:at )?\d{{1,2}}(?:(?: : \d\d)? (?:am|pm|oclock)| : \d\d) )"),
    rule(rf"(?<= )not (?:for |at )?\d+(?: (?:{_UNIT}))?(?= , \d| \d)|(?<=\d )(?P<v>{_UNIT}) not \d+"),
)
_THIS_PART: Final = re.compile(r"\bthis (evening|morning|afternoon)\b")
_JANE: Final = re.compile(r"^((?:only )?\d{1,2}) jan$")  # "8 jan" are eight, when asked how many
_BEFORE_NOW: Final = rule(r"tha|thi|था|थी|थे|hua|हुआ|gaya|गया|was|had|did|ago|paid|stayed")
_PAST_KAL: Final = rule(r"yesterday|tomorrow|dayafter")
_ANY_OF: Final = re.compile(r"\b(?:any|anytime|between|flexible|kabhi|beech)\b|बीच|कभी")
_BARE: Final = re.compile(r"(?<= )(\d{1,4})(?:th)?(?= )")


@dataclass(frozen=True, slots=True)
class _Read:
    """What the rules found, before it is put into fields."""

    clock: Clock
    dates: Dates
    nights: Nights
    scene: Scene


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
    words = _THIS_PART.sub(r"today \1", words)
    if asked in {"guests", "party"}:
        words = _JANE.sub(r"\1 people", words)
    scene = scene_of(words, now=now, day_starts=day_starts, asked=asked, journey=journey)
    board = Board(words)
    board.take_all(_NOT_COUNTS)
    _drop_the_past(board, scene)
    for pattern in _TAKEN_BACK:
        board.take_back(pattern)
    ages = people.find_ages(board)
    more = find_more(board)
    budget = money.find_budget(board, scene)
    clock = clocktime.find_clock(board, scene)
    days = pairs.complete(board, find_days(board, scene), scene)
    nights = find_nights(board, days)
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
        ages=ages,
        more_guests=(more and more.guests) or None,
        more_children=(more and more.children) or None,
        later_days=None if dates.check_in or dates.check_out else find_later(text[:_LONGEST_MESSAGE]),
        rooms=party.rooms,
        budget_min=budget.least,
        budget_max=budget.most,
        flexible=window,
        ambiguous=_unsure(("guests", party.unsure), ("budget_max", budget.unsure), ("time", clock.unsure)),
    )
    heard, dates = _bare_numbers(board, heard, _Read(clock, dates, nights, scene))
    heard = _with_days(heard, _Read(clock, dates, nights, scene))
    heard = _any_of_them(heard, words)
    if budget.is_total and heard.nights and heard.budget_max and scene.kind == "stay":
        heard = replace(heard, budget_max=heard.budget_max // heard.nights)
    return heard


def _any_of_them(heard: Heard, words: str) -> Heard:
    """Fewer nights than days, and said to be any of them: "2 nights between 5 and 12 december"."""
    begins, ends = heard.check_in, heard.check_out
    if heard.problem != "nights_disagree" or begins is None or ends is None or not _ANY_OF.search(words):
        return heard
    if heard.nights is None or heard.nights >= (ends - begins).days:
        return heard
    window = Window(begins, ends - timedelta(days=1))
    unsure = tuple(name for name in heard.ambiguous if name not in {"nights", "check_in", "check_out"})
    return replace(heard, check_in=None, check_out=None, flexible=window, problem=None, ambiguous=unsure)


def _unsure(*fields: tuple[str, bool]) -> tuple[str, ...]:
    return tuple(name for name, unsure in fields if unsure)


def _drop_the_past(board: Board, scene: Scene) -> None:
    """A day in "kal book kiya tha" is behind us: no wish is in it."""
    if scene.asked not in {"dates", "date"} and board.has(_BEFORE_NOW):
        board.take_all(_PAST_KAL)


# --------------------------------------------------------------------------------------------- bare numbers


def _bare_numbers(board: Board, heard: Heard, read: _Read) -> tuple[Heard, Dates]:
    """A number alone is what was asked for, and nothing when nothing was."""
    left = [int(found[1]) for found in _BARE.finditer(board.text)]
    if not left:
        return heard, read.dates
    if len(left) == 1:
        heard = replace(heard, bare=left[0])
    asked = read.scene.asked
    if asked in {"guests", "party"} and heard.guests is None and 0 < left[0] <= _MOST_GUESTS:
        return _asked_guests(heard, left, asked), read.dates
    no_day = read.dates.check_in is None and read.dates.check_out is None
    if (
        heard.guests is None
        and len(left) == 1
        and 0 < left[0] <= _MOST_AT_A_TABLE
        and _speaks_of_a_table(heard, read, is_all=board.text.split()[1:] == ["~"])
    ):
        return replace(heard, guests=left[0]), read.dates
    if asked in {"date", "dates"} and no_day and 0 < left[0] <= LAST_DAY:
        return heard, _asked_dates(left, read)
    return heard, read.dates


def _speaks_of_a_table(heard: Heard, read: _Read, *, is_all: bool) -> bool:
    """Day and hour said with one more number, "kal 8 baje, 4": that is the party."""
    dated = read.dates.check_in is not None or read.scene.kind == "table" or is_all
    return dated and heard.time is not None and read.scene.kind != "stay" and read.scene.asked in _OPEN_QUESTIONS


def _asked_guests(heard: Heard, numbers: list[int], asked: str) -> Heard:
    """How many? "2"; or "2 1" for two adults and a child; beside children already counted, the adults."""
    first = numbers[0]
    if heard.children is not None:
        return replace(heard, adults=first, guests=first + heard.children, bare=None)
    match numbers:
        case [adults, children] if asked == "guests" and children <= adults:
            return replace(heard, adults=adults, children=children, guests=adults + children)
    return replace(heard, guests=first)


def _asked_dates(numbers: list[int], read: _Read) -> Dates:
    """Which dates? "24", or "24 27"; a small number may as well be nights, so it is read back."""
    begins = next_day_of_month(numbers[0], read.scene.today)
    match numbers:
        case [_, last] if read.scene.asked == "dates" and begins.on and 0 < last <= LAST_DAY:
            return Dates(begins, next_day_of_month(last, begins.on))
    small = read.scene.asked == "dates" and numbers[0] <= _A_WEEK and read.nights.count is None
    return Dates(replace(begins, unsure=begins.unsure or small))


# ---------------------------------------------------------------------------------------- days into fields


def _with_days(heard: Heard, read: _Read) -> Heard:
    """The days in the fields of a table, of a stay, or of both when nothing tells which it is."""
    kind, dates = read.scene.kind, read.dates
    heard = replace(heard, more_nights=read.nights.more)
    if read.clock.ahead is not None:
        at = read.scene.now + read.clock.ahead
        heard = replace(heard, time=at.time().replace(second=0, microsecond=0, tzinfo=None))
    if kind == "table" or (kind == "" and not dates.is_range and (read.nights.count or 1) == 1):
        heard = _table_day(heard, read)
    if kind != "table":
        heard = _stay_days(heard, read)
    return heard


def _table_day(heard: Heard, read: _Read) -> Heard:
    """The day of a table; a time that has passed today is a problem to speak of."""
    scene, day = read.scene, read.dates.check_in or read.dates.check_out
    if read.clock.ahead is not None and day is None:
        return replace(heard, date=(scene.now + read.clock.ahead).date())
    if day is None:
        return heard
    if day.on is None:
        return replace(heard, problem="no_such_date")
    on, passed = day.on, _has_passed(day.on, heard.time, scene)
    if passed and scene.is_late_night and on == scene.today:
        # After midnight "aaj 8 baje" is the evening to come; "tonight at 1" is still yesterday's service.
        on, passed = scene.now.date(), False
    unsure = ("date",) if day.unsure else ()
    return replace(heard, date=on, ambiguous=heard.ambiguous + unsure, problem="past" if passed else None)


def _has_passed(on: dt.date, at: time | None, scene: Scene) -> bool:
    """Whether the day, or its time, is behind us; small hours belong to the evening before."""
    if at is None:
        return on < scene.today
    moment = datetime.combine(on, at)
    if at < _DAY_STARTS:
        moment += timedelta(days=1)
    return moment < scene.now.replace(tzinfo=None)


def _stay_days(heard: Heard, read: _Read) -> Heard:
    """Check-in, check-out and nights, the third from the other two."""
    dates = _settled(read)
    problem = _problem(dates, read) or heard.problem
    check_in = dates.check_in.on if dates.check_in else None
    check_out = dates.check_out.on if dates.check_out else None
    count = read.nights.count
    if problem is None and not (heard.flexible and check_in is None):
        check_in, check_out, count = _third(check_in, check_out, count)
    unsure = (
        *heard.ambiguous,
        *_unsure(
            ("check_in", dates.check_in is not None and dates.check_in.unsure),
            ("check_out", dates.check_out is not None and dates.check_out.unsure),
            ("nights", read.nights.unsure or problem == "nights_disagree"),
        ),
    )
    return replace(
        heard,
        check_in=check_in,
        check_out=check_out,
        nights=count,
        ambiguous=tuple(dict.fromkeys(unsure)),
        problem=problem,
    )


def _settled(read: _Read) -> Dates:
    """Weekend nights, month ends and "24 and 25" settled."""
    begins, ends = read.dates.check_in, read.dates.check_out
    if ends and begins is None and ends.how == "weekday" and ends.on == read.scene.today:
        ends = replace(ends, on=read.scene.today + timedelta(days=_A_WEEK), unsure=False)
    if begins:
        begins = stays.weekend_start(begins, read.nights.count, read.scene.today)
    if begins and ends:
        begins, ends = stays.same_order(begins, stays.end_after(begins, ends))
        if read.dates.last_night_included and begins.on and ends.on and (ends.on - begins.on).days == 1:
            ends = replace(ends, on=ends.on + timedelta(days=1), unsure=True)
    return Dates(begins, ends)


def _third(
    check_in: dt.date | None, check_out: dt.date | None, nights: int | None
) -> tuple[dt.date | None, dt.date | None, int | None]:
    """Of arrival, departure and nights, two give the third."""
    if check_in and check_out:
        return check_in, check_out, (check_out - check_in).days
    if check_in and nights:
        return check_in, check_in + timedelta(days=nights), nights
    if check_out and nights:
        return check_out - timedelta(days=nights), check_out, nights
    return check_in, check_out, nights


def _problem(dates: Dates, read: _Read) -> str | None:
    """What cannot be, the first thing to speak of."""
    said = [day for day in (dates.check_in, dates.check_out) if day]
    if any(day.on is None for day in said):
        return "no_such_date"
    on = [day.on for day in said if day.on]
    span = (on[1] - on[0]).days if len(on) == 2 else None  # noqa: PLR2004 - arrival and departure
    if (on and on[0] < read.scene.today) or (span is not None and span <= 0 and said[0].rolled):
        return "past"
    return _span_problem(span, read.nights)


def _span_problem(span: int | None, nights: Nights) -> str | None:
    """Nights that are none, negative, too many, or not what the dates say."""
    if span is not None and span < 0:
        return "check_out_before_check_in"
    if 0 in {span, nights.count}:
        return "zero_nights"
    if max(span or 0, nights.count or 0) > stays.LONGEST_STAY:
        return "too_long"
    if span is None or nights.count is None or nights.count == span:
        return None
    return None if nights.said_days and nights.count == span + 1 else "nights_disagree"
