"""A guest may be forgotten: asked for in words, said back, done after a fresh yes."""

from __future__ import annotations

import re
from typing import Final

from bot.actions.desk import Desk
from bot.actions.taking import takes
from bot.turns import Offered
from core.guests.erase import erase, still_expected
from models.base import Json

_FORGET: Final = re.compile(
    r"\b(?:delete|erase|remove|wipe|forget|clear|mita\w*|hata\w*|delit)\b|मिटा|हटा|डिलीट|भूल जा", re.IGNORECASE
)
_ASKED: Final = "name"
_YES: Final = Offered("forget_me", {}, "option_forget_me")


def wants_to_be_forgotten(desk: Desk) -> bool:
    """Whether they want their data gone, not shown."""
    return bool(_FORGET.search(desk.text))


def ask(desk: Desk) -> None:
    """What goes and what stays is said before anything is done."""
    desk.remember(forget=True)
    desk.ask(_ASKED, "forget_ask", options=[_YES])


def took(desk: Desk) -> bool:
    """Whether these words were a yes, given to that very question; anything else lets it rest."""
    if desk.memory("forget") is None or desk.asked != _ASKED:
        return False
    desk.remember(forget=None)
    if desk.context.understood.intent == "affirm" and desk.context.answers_last_question:
        _forget(desk)
        return True
    desk.conversation.asked = "none"
    desk.remember(question=None)
    if desk.context.understood.intent in {"deny", "abandon"}:
        desk.say("forget_kept")
        return True
    return False


@takes("forget_me")
def take_yes(desk: Desk, _value: Json) -> None:
    """The button under the question."""
    _forget(desk)


def _forget(desk: Desk) -> None:
    """Goodbye first: afterwards nobody knows any more where to say it."""
    desk.forget_wishes()
    coming = still_expected(desk.session, desk.guest, now=desk.now)
    if coming:
        desk.say("forget_not_yet", {"bookings": ", ".join(coming)})
        return
    desk.say("forgotten")
    erase(desk.session, desk.guest, now=desk.now)
