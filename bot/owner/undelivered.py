"""`undelivered` shows what did not reach a guest, `retry 12` says it again."""

from __future__ import annotations

import re
from typing import Final

from bot.dates.words import fold
from bot.owner.counter import Counter, Halt, Shower, button
from bot.owner.order import Order
from core.messaging.undelivered import say_again, undelivered
from models.messaging import Message
from models.states import Role

_NUMBER: Final = re.compile(r"\d{1,15}")


def show(counter: Counter, _order: Order) -> None:
    """Who did not get what, and why, each with a button to say it again."""
    found = undelivered(counter.session, counter.account_id, counter.house_ids, now=counter.now)
    if not found:
        counter.say("owner_all_delivered")
        return
    lines = [counter.words("owner_undelivered_line", _facts(message)) for message in found]
    options = [button(f"again:{message.id}", "option_owner_say_again", {"number": message.id}) for message in found[:3]]
    counter.say("owner_undelivered", {"lines": "\n".join(lines)}, options=options)


def retry(counter: Counter, order: Order) -> None:
    """The same words to the same guest once more."""
    named = _NUMBER.search(fold(counter.heard.text))
    number = order.number if order.number is not None else int(named[0]) if named else None
    found = undelivered(counter.session, counter.account_id, counter.house_ids, now=counter.now)
    if number is None and len(found) == 1:
        number = found[0].id
    message = next((each for each in found if each.id == number), None)
    if message is None:
        raise Halt("owner_not_undelivered")
    counter.require(Role.STAFF, None if message.booking_id is None else _house_of(counter, message))
    if say_again(counter.session, message, now=counter.now) is None:
        raise Halt("already_so")
    counter.say("owner_said_again", _facts(message))


def _house_of(counter: Counter, message: Message) -> int | None:
    return next((house.id for house in counter.houses if house.name == message.facts.get("property")), None)


def _facts(message: Message) -> dict[str, object]:
    return {
        "number": message.id,
        "address": message.address.removeprefix("whatsapp:"),
        "reference": message.facts.get("reference"),
        "what": message.reply.replace("_", " "),
        "why": message.error_code or "?",
    }


SHOWS: Final[dict[str, Shower]] = {"undelivered": show, "say_again": retry}
