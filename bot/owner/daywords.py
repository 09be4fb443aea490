"""Days in an order: which ones, which days of the week, how many nights, and for how many people."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date, datetime, time
from typing import Final

from bot.dates import Heard, understand
from bot.dates.words import plain
from bot.owner import group
from bot.owner import words as w
from bot.owner.order import Order

_PARTY: Final = re.compile(
    r"(?<= )(?:for|party of|x|×) (\d{1,2})(?= )|(?<= )(\d{1,2}) (?:people|adult|pax|cover|covers)(?= )"
)
_GOING: Final = re.compile(r" (?:check ?-? ?(?:in|out)s?|checkins?|checkouts?|चेक ?(?:इन|आउट))(?= )")
_MONTH_DASH: Final = re.compile(r"([a-z]{3,}) - (\d)")
_PAST: Final = re.compile(r" (?:yesterday|kal (?:raat )?(?:ka|ke|ki) .*(?:the|tha|thi|gaye)|beete) ")


def with_weekdays(order: Order, flat: str) -> tuple[Order, str]:
    """Which days of the week a price or a shortest stay is for, and the words without them."""
    weekdays: tuple[int, ...] = ()
    if order.kind in {"price", "min_stay", "deposit"} and not w.THIS_WEEKEND.search(flat):
        for pattern, days in ((w.WEEKENDS, w.WEEKEND), (w.WEEKDAYS_WORD, w.WEEKDAY)):
            if found := pattern.search(flat):
                weekdays = days
                flat = flat[: found.start()] + "~" + flat[found.end() :]
                break
        else:
            said = {day: match for day, every in w.EVERY_DAY.items() if (match := every.search(flat))}
            weekdays = tuple(said)
            for match in said.values():
                flat = flat.replace(match[0], "~")
    return replace(order, weekdays=weekdays), flat


def with_days(order: Order, flat: str, *, now: datetime, day_starts: time) -> Order:
    """The days said, and for prices the days of the week."""
    if order.kind == "day":
        flat = _GOING.sub(" ", flat)
    flat = _MONTH_DASH.sub(r"\1 to \2", flat)
    nights = None
    if order.kind in {"min_stay", "max_stay"} and (counted := re.search(r"(?<= )(\d{1,2})(?= )", f" {plain(flat)} ")):
        nights = int(counted[1])
        flat = re.sub(rf"(?<= ){counted[1]}(?= )", "~", flat, count=1)
    journey = "stay" if order.kind in group.ABOUT_NIGHTS and not _speaks_of_tables(order, flat) else None
    heard = understand(flat, now=now, journey=journey, day_starts=day_starts)
    first, last = _ends(heard, flat)
    return replace(
        order,
        first=first,
        last=last,
        nights=nights or heard.nights,
        at=heard.time,
        party=heard.guests or _party(flat),
        count=heard.rooms,
        past=bool(_PAST.search(flat)),
    )


def _speaks_of_tables(order: Order, flat: str) -> bool:
    return bool(order.of_kind("table", "area")) or bool(re.search(r" (?:tables?|mez|टेबल|मेज) ", flat))


def _ends(heard: Heard, flat: str) -> tuple[date | None, date | None]:
    first = heard.check_in or heard.date
    if first is None and heard.flexible is not None:
        return heard.flexible.start, heard.flexible.end
    ranged = heard.check_out is not None and heard.check_in is not None
    if ranged and heard.nights == 1 and not re.search(r"(?:-|to|se|until|tak|से|तक|night|raat|रात|and|&)", flat):
        return first, None
    return first, heard.check_out if ranged else None


def _party(flat: str) -> int | None:
    found = _PARTY.search(f" {plain(flat)} ")
    return int(found[1] or found[2]) if found else None
