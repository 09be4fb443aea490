"""A choice among what was offered: by tap, number, name, hour or price."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from bot.actions.changes import changed_by_words
from bot.actions.desk import Desk
from bot.actions.my_booking import start_options
from bot.actions.taking import take
from models.base import Json

# Questions a number answers by itself, whatever list stands beside them.
COUNTED: Final = frozenset({"dates", "guests", "date", "time", "party"})
_MONEY: Final = frozenset({"confirm", "yes_cancel", "change_yes"})


def select(desk: Desk) -> None:
    """A choice among what was offered; where nothing is meant, perhaps a detail."""
    if desk.asked in COUNTED and changed_by_words(desk):
        return
    options = desk.conversation.options if desk.asked not in {"confirm", "change"} else []
    offers = desk.memory("offers") or []
    if take_named(desk, options) or (desk.asked != "payment" and take_named(desk, offers)) or changed_by_words(desk):
        return
    if desk.asked in {"none", "journey"} and not options:
        desk.ask("journey", "what_next", options=start_options())
        return
    desk.say("unclear_open")
    desk.ask_again()


def take_named(desk: Desk, options: Sequence[Json]) -> bool:
    """Take the option these words mean; False when they mean none of them."""
    option = _at_the_hour(desk, options) or desk.choice(options)
    if option is None:
        return False
    take(desk, option)
    return True


def take_typed(desk: Desk) -> bool:
    """Somebody typed a number of the list, or the very words of a button; on SMS there is no other way."""
    options = desk.conversation.options
    words = " ".join(desk.text.casefold().split()).strip(" .!#()")
    if not options or not words:
        return False
    option = next((each for each in options if desk.titled(each).casefold() == words), None)
    if option is None and words.isdecimal() and desk.asked not in COUNTED and 1 <= int(words) <= len(options):
        option = options[int(words) - 1]
    if option is None or (option["kind"] in _MONEY and not desk.context.answers_last_question):
        return False
    take(desk, option)
    return True


def _at_the_hour(desk: Desk, options: Sequence[Json]) -> Json | None:
    """Find the half past eight one in a list of start times."""
    slots = [option for option in options if option["kind"] == "table"]
    at = desk.hear("table").time if slots else None
    if at is None:
        return None
    fitting = [option for option in slots if _starts(desk, option) == at]
    return fitting[0] if len(fitting) == 1 else None


def _starts(desk: Desk, option: Json) -> object:
    house = desk.directory.by_id(option["value"]["property_id"])
    return house.local(datetime.fromisoformat(option["value"]["starts_at"])).time() if house else None
