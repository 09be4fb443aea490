"""Times of day: "half past seven", "sham 7 baje", "sadhe aath", "8ish", "in 2 hours".

A bare hour is read the way a restaurant would: 8 is 20:00, 1 is 13:00, 12 is noon.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import time, timedelta
from typing import Final

from bot.dates.board import Board, Scene, rule


@dataclass(frozen=True, slots=True)
class Clock:
    """A time, whether it needs a read-back, and the meal the message speaks of."""

    at: time | None = None
    unsure: bool = False
    meal: str | None = None
    ahead: timedelta | None = None  # said as "in 2 hours"


_NOON: Final = 12
_TEN: Final = 10  # breakfast or a late dinner
_ELEVEN: Final = 11  # brunch or a very late dinner
_EARLIEST_EVENING: Final = 6  # "raat 2 baje" is after midnight, "raat 8 baje" before
_DAY: Final = 24
_HOUR: Final = 60
_MOST_AHEAD: Final = 1000.0
_FRACTIONS: Final = {"sava": 15, "paune": -15, "sadhe": 30, "half": 30}
_WHOLE: Final = {"dhai": (2, 30), "dedh": (1, 30), "sava": (1, 15), "paune": (1, -15)}
_NAMED_PARTS: Final = {"half": 30, "quarter": 15}

_PART: Final = r"morning|afternoon|noon|evening|night|tonight|midnight|breakfast|lunch|dinner"
_PART_AFTER: Final = r"morning|afternoon|evening|night|breakfast|lunch|dinner"
_SMALL: Final = r"(?:about|at|in|on|by|,|is|around|:|se|oclock)"
_BEFORE: Final = rf"(?:(?P<before>{_PART}) (?:{_SMALL} )*)?"
_AFTER: Final = rf"(?: (?P<in>in |on |at )?(?P<after>{_PART_AFTER})| (?P<noon>noon|midnight))?"
_TAIL: Final = rf"(?: (?P<ap>am|pm))?(?P<oc> oclock)?{_AFTER}"
_COUNTED: Final = (
    r"people|adult|child|night|room|day|week|month|year|table|seat|star|kin|hour|minute|male|female|couple|friends|@\d+"
    r"|jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec|tarikh|thousand|hundred|lakh|more|parents|family|of us|%"
    r"|/|:|-|to|se|\+|n?th"
)

_AHEAD: Final = rule(
    r"(?:in|after) (?:about )?(?:(?P<n>\d+)|(?P<half>half)(?: a| an)?|an?) (?P<unit>hour|minute)(?: from now)?"
    r"|(?:(?P<n2>\d+)|(?P<half2>half)) (?P<unit2>hour|minute) (?:after|in|from now)"
)
_LASTING: Final = rule(r"(?:for )?(?:about )?(?:\d+ - )?(?:\d{1,3}|half|an?)(?:\.\d)? (?:hour|minute)(?: and half)?")
_GLUED: Final = rule(r"(?:at |by )?(?P<h>[01]?\d|2[0-3]) ?(?P<m>[0-5]\d) (?P<tail>am|pm|oclock|hour)")
_APART: Final = rule(rf"(?:at |by )?(?P<h>[01]?\d|2[0-3]) (?P<m>[0-5]\d) (?:in |at )?(?P<after>{_PART_AFTER})")
_PAST: Final = rule(
    rf"{_BEFORE}(?P<k>half|quarter|\d{{1,2}})(?: minute)? (?P<way>past|after|to|before) (?P<h>\d{{1,2}}){_TAIL}"
)
_FRACTION: Final = rule(
    rf"{_BEFORE}(?:(?P<k>sava|paune|sadhe|half) (?P<h>\d{{1,2}})(?! (?:{_COUNTED}) )"
    rf"|(?P<whole>dhai|dedh|paune|sava)(?= oclock)){_TAIL}"
)
_TIME: Final = rule(
    rf"{_BEFORE}(?P<h>\d{{1,2}})(?: : (?P<m>[0-5]\d)(?: : \d\d)?|\.(?P<dot>[0-5]\d))?(?P<ish> ish)?{_TAIL}"
)
_FROM: Final = re.compile(r" (?P<h>\d{1,2})(?: : (?P<m>[0-5]\d))?(?: am| pm| oclock)? (?:to|-|or|and|se|until) $")
_UNTIL: Final = re.compile(r" (?:to|-|or|and|se|until) \d{1,2}(?: : [0-5]\d)?(?: am| pm| oclock)+(?: until)?(?= )")
_FOLLOWED: Final = re.compile(rf" (?:{_COUNTED}) ")
_CORRECTED: Final = re.compile(r" (?:no|not|nahi|actually|sorry|instead|mean|meant|change|matlab|oops) ")
_SOME_PART: Final = re.compile(
    r" (?P<part>morning|afternoon|noon|evening|tonight|midnight|breakfast|lunch|dinner)(?= )"
    r"|(?<!\d) (?P<night>night)(?= )"
)
_MEAL: Final = re.compile(r" (?P<meal>breakfast|lunch|dinner) ")
_MEALS: Final = {"afternoon": "lunch", "noon": "lunch", "evening": "dinner", "night": "dinner", "tonight": "dinner"}

_MINUTES_BEHIND: Final = rule(r"(\d{1,2}) oclock (?:and )?([0-5]\d) minute")
_DAY_BETWEEN: Final = re.compile(
    r"(?<= )(?<!for )((?:(?:half|quarter|\d{1,2}) past |quarter to )?\d{1,2}) (tomorrow|today)"
    r" (?:in )?(night|evening|morning|afternoon)(?= )"
)
_CHANGE: Final = rule(r"change|shift|move|badal|reschedule")
_FROM_TO: Final = rule(r"from \d{1,2}(?: : [0-5]\d)?(?: am| pm| oclock)+(?= to \d)")
_AT: Final = rule(
    rf"(?:at|by|around|about|before|after) (?P<h>\d{{1,2}})(?: (?P<m>[0-5][05]))?(?! (?:{_COUNTED}) )"
    r"|(?P<h2>\d{1,2})(?: se)? (?:after|before)(?! @)"
)
_BETWEEN: Final = rule(
    rf"between (?P<h>\d{{1,2}}) (?:and|to|-) \d{{1,2}}(?! (?:{_COUNTED}) )"
    r"|(?P<h2>\d{1,2}) (?:and|to|-|se) \d{1,2} between"
)
_ASKED: Final = rule(rf"(?P<h>[01]?\d|2[0-4])(?: ?(?P<m>[0-5]\d))?(?! (?:{_COUNTED}) )")
_ASKED_RANGE: Final = rule(r"(?P<h>\d{1,2}) (?:-|to|or|se|and) (?P<h2>\d{1,2})")
_NAMED: Final = rule(r"(?P<noon>noon)|(?P<midnight>midnight)")


def on_the_clock(hour: int, part: str) -> tuple[int, bool] | None:
    """A spoken hour as an hour of the day, and whether it needs a read-back.

    >>> on_the_clock(8, ""), on_the_clock(8, "morning"), on_the_clock(1, "night"), on_the_clock(12, "night")
    ((20, False), (8, False), (1, False), (0, False))
    """
    if not 0 <= hour <= _DAY:
        return None
    if hour > _NOON or hour == 0:
        return hour % _DAY, False
    if part:
        return _of_part(hour, part), False
    if hour == _NOON:
        return _NOON, False
    return (hour, True) if hour == _ELEVEN else (hour + _NOON, hour == _TEN)


def _of_part(hour: int, part: str) -> int:
    """The hour in that part of the day."""
    if part in {"morning", "breakfast"}:
        return hour
    if part == "am":
        return hour % _NOON
    if part == "pm":
        return hour % _NOON + _NOON
    if part in {"afternoon", "noon", "lunch"}:
        return hour if hour >= _ELEVEN else hour + _NOON
    if part in {"night", "tonight", "midnight"}:
        return hour + _NOON if _EARLIEST_EVENING <= hour < _NOON else hour % _NOON
    return (hour + _NOON) % _DAY


def meal_of(board: Board, scene: Scene) -> str | None:
    """The meal a table is for, else the one the part of the day suggests; a stay's meals are its meal plan."""
    if scene.kind == "stay":
        return None
    if found := _MEAL.search(board.text):
        return found["meal"]
    return _MEALS.get(_said_part(board)) if scene.kind == "table" else None


def _said_part(board: Board) -> str:
    """The part of the day the message speaks of; "2 night" is a count, not a part of the day."""
    found = _SOME_PART.search(board.text)
    return (found["part"] or found["night"]) if found else ""


def _take(board: Board, found: re.Match[str]) -> None:
    """Take a time; "tonight" before it stays, for it is a day too."""
    board.replace(found, "tonight ~" if found["before"] == "tonight" else "~")


def find_clock(board: Board, scene: Scene) -> Clock:
    """The time said with am, pm, "baje", minutes or a part of the day."""
    meal = meal_of(board, scene)
    _gather(board, scene)
    if found := board.take(_AHEAD):
        return Clock(meal=meal, ahead=_ahead(found))
    readers: tuple[Callable[[Board, Scene], Clock | None], ...] = (_glued, _apart, _past, _fraction, _spoken)
    clock = next((read for reader in readers if (read := reader(board, scene))), Clock())
    board.take_all(_LASTING)
    return replace(clock, meal=meal)


def _gather(board: Board, scene: Scene) -> None:
    """What belongs to one time is brought together: "1 oclock 15 minute", "9 tomorrow night"."""
    board.text = _MINUTES_BEHIND.sub(r"\1 : \2 oclock", board.text)
    if scene.kind == "table" or scene.asked == "time":
        board.text = _DAY_BETWEEN.sub(r"\2 \1 in \3", board.text)
    if board.has(_CHANGE) and (found := _FROM_TO.search(board.text)):
        board.replace(found)


def _ahead(found: re.Match[str]) -> timedelta:
    """In 2 hours, in half an hour, 30 minutes from now."""
    count = 0.5 if found["half"] or found["half2"] else min(float(found["n"] or found["n2"] or 1), _MOST_AHEAD)
    return timedelta(minutes=count) if "minute" in {found["unit"], found["unit2"]} else timedelta(hours=count)


def _clock(board: Board, hour: int, minutes: int, part: str = "", *, exact: bool = False) -> Clock | None:
    """Hour and minutes with their part of the day, which may stand elsewhere ("kal sham, 7 baje")."""
    part = part or _said_part(board)
    settled = (hour % _DAY, False) if exact else on_the_clock(hour, part)
    if settled is None:
        return None
    total = (settled[0] * _HOUR + minutes) % (_DAY * _HOUR)
    return Clock(time(total // _HOUR, total % _HOUR), settled[1])


def _part(found: re.Match[str]) -> str:
    return found["ap"] or found["after"] or found["noon"] or found["before"] or ""


def _glued(board: Board, _scene: Scene) -> Clock | None:
    """Digits without a colon: "730pm", "7 30 pm", "1930 hrs"."""
    found = board.take(_GLUED)
    if not found:
        return None
    exact = found["tail"] == "hour"
    return _clock(
        board, int(found["h"]), int(found["m"]), found["tail"] if found["tail"] in {"am", "pm"} else "", exact=exact
    )


def _apart(board: Board, _scene: Scene) -> Clock | None:
    """Digits without a colon before a part of the day: "6 55 in the morning"."""
    found = board.take(_APART)
    return _clock(board, int(found["h"]), int(found["m"]), found["after"]) if found else None


def _past(board: Board, _scene: Scene) -> Clock | None:
    """Half past seven, quarter to 8, 10 past 7; "5 to 7 pm" is from five to seven."""
    found = _PAST.search(board.text)
    if not found:
        return None
    minutes = _NAMED_PARTS.get(found["k"]) or int(found["k"])
    later = found["way"] in {"past", "after"}
    said_as_minutes = found["k"] in _NAMED_PARTS or found["way"] == "past" or " minute " in found[0]
    is_clock = minutes > _NOON and bool(_part(found) or found["oc"])
    if not (said_as_minutes or is_clock) or minutes >= _HOUR or int(found["h"]) > _DAY:
        return None
    _take(board, found)
    return _clock(board, int(found["h"]), minutes if later else -minutes, _part(found))


def _fraction(board: Board, _scene: Scene) -> Clock | None:
    """Sava 7, paune aath, sadhe saat, dhai baje, dedh baje."""
    found = _FRACTION.search(board.text)
    if not found:
        return None
    _take(board, found)
    hour, minutes = _WHOLE[found["whole"]] if found["whole"] else (int(found["h"]), _FRACTIONS[found["k"]])
    return _clock(board, hour, minutes, _part(found))


def _spoken(board: Board, scene: Scene) -> Clock | None:
    """The first time said, or the last when the guest corrects: "7, no 8 pm"."""
    times = [found for found in _TIME.finditer(board.text) if _is_time(found, board, scene)]
    if not times:
        return None
    between = board.text[times[0].end() : times[-1].start()]
    chosen = times[-1] if _CORRECTED.search(f"{between} ") else times[0]
    begins = _FROM.search(board.text[: chosen.start()])
    if begins and 0 < int(begins["h"]) <= _NOON and begins["h"] != chosen["h"]:
        board.text = f"{board.text[: begins.start() + 1]}~{board.text[chosen.end() :]}"
        made = _clock(board, int(begins["h"]), int(begins["m"] or 0), _part(chosen))
        return replace(made, unsure=True) if made else None
    part = _part(chosen)
    exact = bool(chosen["m"]) and chosen["h"].startswith("0") and not part
    if ends := _UNTIL.match(board.text, chosen.end()):
        board.replace(ends, " ~")
    _take(board, chosen)
    made = _clock(board, int(chosen["h"]), int(chosen["m"] or chosen["dot"] or 0), part, exact=exact)
    return replace(made, unsure=made.unsure or ends is not None) if made else None


def _is_time(found: re.Match[str], board: Board, scene: Scene) -> bool:
    """Whether a number with something beside it is a time and not a count."""
    if int(found["h"]) > _DAY:
        return False
    if found["ap"] or found["oc"] or found["ish"] or found["m"] or found["noon"]:
        return True
    if found["dot"]:
        return scene.kind == "table" or scene.asked == "time" or bool(found["after"] or found["before"])
    if _FOLLOWED.match(board.text, found.end()):
        return False
    if found["before"]:
        return found["before"] != "night" or not board.text[: found.start()].rstrip()[-1:].isdigit()
    return bool(found["after"]) and (bool(found["in"]) or found["after"] in {"morning", "evening", "afternoon"})


def find_loose_clock(board: Board, scene: Scene) -> Clock | None:
    """A bare number that is a time by its place ("at 8") or because a time was asked for."""
    if found := board.take(_BETWEEN):
        return _unsure(_clock(board, int(found["h"] or found["h2"]), 0))
    if found := board.take(_NAMED):
        return Clock(time(_NOON) if found["noon"] else time(0))
    if scene.asked == "time":
        return _asked(board)
    found = board.take(_AT) if scene.kind != "stay" else None
    return _clock(board, int(found["h"] or found["h2"]), int(found["m"] or 0)) if found else None


def _unsure(clock: Clock | None) -> Clock | None:
    return replace(clock, unsure=True) if clock else None


def _asked(board: Board) -> Clock | None:
    """The answer to "at what time?": "8", "830", "7-8", "dhai"."""
    if found := board.take(_ASKED_RANGE):
        return _unsure(_clock(board, int(found["h"]), 0))
    for word, (hour, minutes) in _WHOLE.items():
        if f" {word} " in board.text:
            return _clock(board, hour, minutes)
    found = board.take(_ASKED)
    return _clock(board, int(found["h"]), int(found["m"] or 0)) if found else None
