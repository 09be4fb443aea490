"""Who writes under a user name is asked for a number the house can call, before it keeps a room or a table."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from phonenumbers import PhoneNumberFormat, PhoneNumberMatcher, format_number

from bot.actions.desk import Desk
from bot.turns import Offered

_ASKED: Final = "name"
_HOME: Final = "IN"
_WITHOUT: Final = Offered("no_phone", {}, "option_no_phone")


def asked_for_phone(desk: Desk) -> bool:
    """Ask once, where nobody knows a number; False when there is nothing to ask."""
    if desk.guest.phone is not None or desk.memory("phone_asked"):
        return False
    picked = desk.memory("picked") or {}
    house = desk.directory.by_id(picked.get("property_id")) or desk.house_in_talk
    desk.remember(phone_asked="open")
    desk.ask(_ASKED, "ask_phone", {"property": house.name if house else desk.directory.desk}, options=[_WITHOUT])
    return True


def took(desk: Desk, go_on: Callable[[Desk], None]) -> bool:
    """Whether these words were the number, or said that there shall be none."""
    if desk.memory("phone_asked") != "open" or desk.asked != _ASKED:
        return False
    found = phone_in(desk.text)
    if found is None and desk.context.understood.intent not in {"deny", "select"}:
        return False  # something else: it is answered, and the number asked for again
    if found is not None:
        desk.guest.phone = found
        desk.say("phone_noted", {"phone": found})
    go_on_without(desk, go_on)
    return True


def go_on_without(desk: Desk, go_on: Callable[[Desk], None]) -> None:
    """With a number or without one: what was wanted goes on."""
    desk.remember(phone_asked="done")
    desk.conversation.asked = "confirm"
    go_on(desk)


def phone_in(text: str) -> str | None:
    """The first number in the words that a phone can have, with its country.

    >>> phone_in("it's 98290 12345"), phone_in("+44 20 7946 0018 please"), phone_in("room 204")
    ('+919829012345', '+442079460018', None)
    """
    found = next(iter(PhoneNumberMatcher(text, _HOME)), None)
    return None if found is None else format_number(found.number, PhoneNumberFormat.E164)
