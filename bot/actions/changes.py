"""Changes of mind, said in passing or by a button, at any stage of a journey."""

from __future__ import annotations

import re
from typing import Final

from bot.actions import rooms, stay, table
from bot.actions.days import ask_day
from bot.actions.desk import Desk
from bot.actions.taking import takes
from bot.turns import Offered
from models.base import Json

_PEOPLE: Final = re.compile(r"people|guest|person|number of|party|kitne log|\blog\b|मेहमान|लोग")
_DAYS: Final = re.compile(r"\bdates?\b|\bdays?\b|\bdin\b|tarikh|तारीख|दिन")
_NAMED: Final = {
    "stay": {"dates": _DAYS, "guests": _PEOPLE, "room": re.compile(r"room|kamra|hotel|कमरा|होटल")},
    "table": {"day": _DAYS, "party": _PEOPLE, "time": re.compile(r"\btime|timing|hour|samay|समय")},
}


def changed_by_words(desk: Desk) -> bool:
    """Go on from a wish these words have changed; False when they say nothing new about it."""
    journey = desk.conversation.journey
    if journey not in {"stay", "table"}:
        return False
    heard = desk.hear(journey)
    wish = desk.table if journey == "table" else desk.stay
    merged = wish.merge(heard, desk.mentions, asked=desk.asked)
    if merged == wish and heard.problem is None:
        return False
    (table.table if journey == "table" else stay.stay)(desk)
    return True


def change_what(desk: Desk) -> None:
    """What shall be different? The usual three, as buttons."""
    if desk.conversation.journey == "table":
        names = ("day", "time", "party")
        desk.ask("change", "table_change_what", options=[_to_change(name) for name in names])
        return
    desk.ask("change", "stay_change_what", options=[_to_change(name) for name in ("dates", "room", "guests")])


def change_by_name(desk: Desk) -> None:
    """The thing to change may be named in the words; else ask which."""
    words = desk.text.casefold()
    named = [name for name, pattern in _NAMED[desk.conversation.journey].items() if pattern.search(words)]
    if len(named) == 1:
        take_change_one(desk, {"what": named[0]})
    else:
        change_what(desk)


def _to_change(name: str) -> Offered:
    return Offered("change_one", {"what": name}, f"option_change_{name}")


@takes("change")
def take_change(desk: Desk, _value: Json) -> None:
    """The button beside a price."""
    change_what(desk)


@takes("change_one")
def take_change_one(desk: Desk, value: Json) -> None:
    """One of the three: ask for it anew, or show the other rooms."""
    match value["what"]:
        case "dates":
            stay.ask_dates(desk)
        case "guests":
            stay.ask_guests(desk)
        case "room":
            rooms.look(desk, desk.stay)
        case "day":
            ask_day(desk, "ask_table_day")
        case "time":
            table.show_times(desk)
        case _:
            table.ask_party(desk)


@takes("place")
def take_place(desk: Desk, value: Json) -> None:
    """A city from the list."""
    if value["journey"] == "table":
        table.go_to(desk, value["city"])
    else:
        stay.go_to(desk, value["city"])
