"""Times of day: "half past seven", "sham 7 baje", "sadhe aath", "8ish", "in 2 hours".

A bare hour is read the way a restaurant would: 8 is 20:00, 1 is 13:00, 12 is noon.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
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
_DAY_HOURS: Final = 24
_HOUR: Final = 60
_HALF: Final = 30
_QUARTER: Final = 15

_PART: Final = r"morning|afternoon|noon|evening|night|tonight|midnight|breakfast|lunch|dinner"
_SMALL: Final = r"(?:about|at|in|on|by|,|is|around|:|se|oclock)"
_UNITS: Final = (
    r"people|adult|child|night|room|day|week|month|year|table|seat|star|kin|hour|minute|male|female|couple|friends|@"
    r"|jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec|tarikh|thousand|hundred|/|more|:|-|to|se|n?th|parents|family|\+"
)
_AHEAD: Final = rule(
    r"(?:in|after|about) (?:(?P<n>\d+)|(?P<half>half)(?: a| an)?|an?) (?P<unit>hour|minute)(?: from now)?"
    r"|(?P<n2>\d+) (?P<unit2>hour|minute) (?:after|in|from now|later)"
)
_LASTING: Final = rule(r"(?:for )?(?:about )?(?:\d+ - )?(?:\d{1,3}|half|an?)(?:\.\d)? (?:hour|minute)(?: and half)?")
_MILITARY: Final = rule(r"(?:at |by )?(?P<h>[01]?\d|2[0-3]) ?(?P<m>[0-5]\d) (?P<tail>am|pm|oclock|hour)")
_GLUED: Final = rule(r"(?:at |by )?(?P<h>[01]?\d|2[0-3])(?P<m>[0-5]\d) (?P<tail>am|pm|oclock|hour)")
_PAST: Final = rule(
    rf"(?:(?P<before>{_PART}) {_SMALL}? ?)?(?P<k>half|quarter|\d{{1,2}})(?: minute)? (?P<way>past|after|to|before) "
    rf"(?P<h>\d{{1,2}})(?: (?P<ap>am|pm))?(?P<oc> oclock)?(?: (?:in |at )?(?P<after>{_PART}))?"
)
_FRACTION: Final = rule(
    rf"(?:(?P<before>{_PART}) (?:{_SMALL} )?)?(?:(?P<k>sava|paune|sadhe) (?P<h>\d{{1,2}})|(?P<whole>dhai|dedh|paune|sava)(?= oclock))"
    rf"(?: (?P<ap>am|pm))?(?P<oc> oclock)?(?: (?:in |at )?(?P<after>{_PART}))?"
)
_TIME: Final = rule(
    rf"(?:(?P<before>{_PART}) (?:{_SMALL} )*)?(?P<h>\d{{1,2}})(?: : (?P<m>[0-5]\d)(?: : \d\d)?|\.(?P<dot>[0-5]\d))?"
    rf"(?P<ish> ish)?(?: (?P<ap>am|pm))?(?P<oc> oclock)?(?: (?P<in>in |on |at )?(?P<after>{_PART}))?"
)
_FROM: Final = re.compile(r" (?P<h>\d{1,2})(?: : (?P<m>[0-5]\d))?(?: am| pm| oclock)? (?:to|-|or|and|se|until) $")
_AT: Final = rule(
    rf"(?:at|by|around|about|before|after|se|~ at) (?P<h>\d{{1,2}})(?: (?P<m>[0-5][05]))?(?! (?:{_UNITS}))|(?P<h2>\d{{1,2}}) (?:after|before|until)(?! @)"
)
_ASKED: Final = rule(rf"(?P<h>[01]?\d|2[0-4])(?: ?(?P<m>[0-5]\d))?(?! (?:{_UNITS}))")
_ASKED_RANGE: Final = rule(r"(?P<h>\d{1,2}) (?:-|to|or|se|and) (?P<h2>\d{1,2})")
_ASKED_WORD: Final = rule(r"dhai|dedh")
_NAMED: Final = rule(r"(?P<noon>noon)|(?P<midnight>midnight)")
_SOME_PART: Final = re.compile(rf"(?<!\d) (?P<part>{_PART})(?= )")
_MEAL: Final = re.compile(r" (?P<meal>breakfast|lunch|dinner) ")
_MEAL_OF_PART: Final = {
    "afternoon": "lunch",
    "noon": "lunch",
    "evening": "dinner",
    "night": "dinner",
    "tonight": "dinner",
}


def meal_of(board: Board, scene: Scene) -> str | None:
    """The meal a table is for, else the one the part of the day suggests; a stay's meals are its meal plan."""
    if scene.kind == "stay":
        return None
    if found := _MEAL.search(board.text):
        return found["meal"]
    if found := _SOME_PART.search(board.text):
        return _MEAL_OF_PART.get(found["part"]) if scene.kind == "table" else None
    return None


def on_the_clock(hour: int, part: str) -> tuple[int, bool] | None:
    """A spoken hour as an hour of the day, and whether it needs a read-back.

    >>> on_the_clock(8, ""), on_the_clock(8, "morning"), on_the_clock(1, "night"), on_the_clock(12, "night")
    ((20, False), (8, False), (1, False), (0, False))
    """
    if not 0 <= hour <= _DAY_HOURS:
        return None
    if hour > _NOON or hour == 0:
        return hour % _DAY_HOURS, False
    if part in {"am", "morning", "breakfast"}:
        return hour % _NOON if part == "am" else hour, False
    if part == "pm":
        return hour % _NOON + _NOON, False
    if part in {"afternoon", "noon", "lunch"}:
        return (hour if hour >= 11 else hour + _NOON), False  # noqa: PLR2004 - eleven is still morning
    if part in {"night", "tonight", "midnight"}:
        return (hour + _NOON if 5 < hour < _NOON else hour % _NOON), False  # noqa: PLR2004 - "raat 2 baje" is after midnight
    if part in {"evening", "dinner"}:
        return (hour + _NOON) % _DAY_HOURS, False
    if hour == _NOON:
        return _NOON, False
    return (hour, True) if hour == 11 else (hour + _NOON, False)  # noqa: PLR2004 - brunch or a late dinner


def find_clock(board: Board, scene: Scene) -> Clock:
    """The time said with am, pm, "baje", minutes or a part of the day."""
    meal = meal_of(board, scene)
    if found := board.take(_AHEAD):
        return Clock(meal=meal, ahead=_ahead(found))
    for reader in (_glued, _past, _fraction, _spoken):
        if (clock := reader(board, scene)) is not None:
            board.take_all(_LASTING)
            return Clock(clock.at, clock.unsure, meal)
    board.take_all(_LASTING)
    return Clock(meal=meal)


def _ahead(found: re.Match[str]) -> timedelta:
    count = 0.5 if found["half"] else float(found["n"] or found["n2"] or 1)
    count = min(count, 1000.0)
    return timedelta(minutes=count if (found["unit"] or found["unit2"]) == "minute" else count * _HOUR)


def _part_elsewhere(board: Board) -> str:
    """ "kal sham, 7 baje": the part of the day may stand anywhere, but "2 night" is a count."""
    found = _SOME_PART.search(board.text)
    return found["part"] if found else ""


def _clock(board: Board, minutes: int, hour: int, part: str, *, exact: bool = False) -> Clock | None:
    """Hour and minutes, with the part of the day nearest to them."""
    settled = (hour % _DAY_HOURS, False) if exact else on_the_clock(hour, part or _part_elsewhere(board))
    if settled is None:
        return None
    total = (settled[0] * _HOUR + minutes) % (_DAY_HOURS * _HOUR)
    return Clock(time(total // _HOUR, total % _HOUR), settled[1])


def _parts(found: re.Match[str]) -> str:
    return found["ap"] or found["after"] or found["before"] or ""


def _glued(board: Board, _scene: Scene) -> Clock | None:
    """ "730pm", "1930 hrs"."""
    found = board.take(_GLUED)
    if not found:
        return None
    exact = found["tail"] == "hour"
    return _clock(board, int(found["m"]), int(found["h"]), "" if exact else found["tail"], exact=exact)


def _past(board: Board, _scene: Scene) -> Clock | None:
    """ "half past seven", "quarter to 8", "10 past 7"; "10 to 12" alone is not a time."""
    found = _PAST.search(board.text)
    if not found:
        return None
    named = {"half": _HALF, "quarter": _QUARTER}.get(found["k"])
    sure = named is not None or found["way"] == "past" or " minute " in found[0]
    minutes = named or (int(found["k"]) if found["k"].isdigit() else 0)
    if not sure or minutes >= _HOUR or int(found["h"]) > _DAY_HOURS:
        return None
    board.replace(found)
    return _clock(board, minutes if found["way"] in {"past", "after"} else -minutes, int(found["h"]), _parts(found))


def _fraction(board: Board, _scene: Scene) -> Clock | None:
    """ "sava 7", "paune aath", "sadhe saat", "dhai baje", "dedh baje"."""
    found = board.take(_FRACTION)
    if not found:
        return None
    if found["whole"]:
        hour, minutes = {"dhai": (2, 30), "dedh": (1, 30), "sava": (1, 15), "paune": (1, -15)}[found["whole"]]
    else:
        hour, minutes = int(found["h"]), {"sava": 15, "paune": -15, "sadhe": 30}[found["k"]]
    return _clock(board, minutes, hour, _parts(found))


def _spoken(board: Board, scene: Scene) -> Clock | None:
    """The last time said wins, so that "7, no 8 pm" is eight."""
    chosen: re.Match[str] | None = None
    for found in _candidates(board):
        if _is_time(found, board, scene):
            chosen = found
    if chosen is None:
        return None
    begins = _FROM.search(board.text[: chosen.start()])
    first = begins if begins and _is_range(begins, chosen) else None
    start = first.start() + 1 if first else chosen.start()
    part = _parts(chosen)
    exact = bool(chosen["m"]) and chosen["h"].startswith("0") and not part
    source = first or chosen
    minutes = int(source["m"] or (chosen["dot"] if source is chosen else None) or 0)
    board.text = f"{board.text[:start]}~{board.text[chosen.end() :]}"
    made = _clock(board, minutes, int(source["h"]), part, exact=exact)
    return Clock(made.at, unsure=True) if made and first else made


def _candidates(board: Board) -> Iterator[re.Match[str]]:
    return _TIME.finditer(board.text)


def _is_range(begins: re.Match[str], ends: re.Match[str]) -> bool:
    """ "7-8 pm" begins at seven; "for 4 - 8 pm" does not happen often enough to matter."""
    return int(begins["h"]) <= _NOON and int(begins["h"]) != int(ends["h"])


def _is_time(found: re.Match[str], board: Board, scene: Scene) -> bool:
    """Whether a number with something beside it is a time and not a count."""
    if int(found["h"]) > _DAY_HOURS:
        return False
    if found["ap"] or found["oc"] or found["ish"] or found["m"]:
        return True
    after = board.text[found.end() :]
    if found["dot"]:
        return scene.kind == "table" or scene.asked == "time" or bool(found["after"] or found["before"])
    if re.match(rf" (?:{_UNITS}) ", after):
        return False
    if found["before"]:
        return not re.search(r"\d $", board.text[: found.start()]) or found["before"] != "night"
    return bool(found["after"]) and (bool(found["in"]) or found["after"] in {"morning", "evening", "afternoon"})


def find_loose_clock(board: Board, scene: Scene) -> Clock | None:
    """A bare number that is a time by its place ("at 8") or because a time was asked for."""
    if found := board.take(_NAMED):
        return Clock(time(12) if found["noon"] else time(0))
    if scene.asked == "time":
        if found := board.take(_ASKED_RANGE):
            made = _clock(board, 0, int(found["h"]), "")
            return Clock(made.at, unsure=True) if made else None
        if found := board.take(_ASKED_WORD):
            return _clock(board, 30, 2 if found[0] == "dhai" else 1, "")
    found = board.take(_AT) if scene.kind != "stay" or scene.asked == "time" else None
    if found:
        return _clock(board, int(found["m"] or 0), int(found["h"] or found["h2"]), "")
    if scene.asked == "time" and (found := board.take(_ASKED)):
        return _clock(board, int(found["m"] or 0), int(found["h"]), "")
    return None
