"""The control: an endpoint for turns that books and answers first and notes the turn as done afterwards.

No lock, no look at whether the turn was answered before. Killed in between, it answers the same turn again; if the
driver saw no doubles here, it would see none anywhere.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import datetime
from typing import Any, Final

from fastapi import FastAPI
from sqlalchemy import update
from sqlalchemy.orm import Session

import bot.server
from bot.turns import TurnContext, Understood
from models.conversation import Conversation, Turn
from models.guest import Guest
from models.messaging import InboxEntry
from models.states import InboxState, TurnState

_BETWEEN_S: Final = 0.4


def answer_carelessly(session: Session, call: Any, action: Callable[[TurnContext], None], *, now: datetime) -> None:  # noqa: ANN401 - as the original
    """Act and commit; only then write down that it was done."""
    heard = call.tracker.latest_message
    turn = session.get_one(Turn, heard.metadata.turn)
    talk = session.get_one(Conversation, turn.conversation_id)
    ranking = tuple((each.name, each.confidence) for each in heard.intent_ranking if each.name)
    understood = Understood(heard.intent.name or "nlu_fallback", heard.intent.confidence, ranking, turn.text)
    context = TurnContext(session, now, turn, talk, session.get_one(Guest, talk.guest_id), understood)
    bot.server._act(context, action, call.next_action)
    session.commit()
    time.sleep(_BETWEEN_S)
    with Session(session.get_bind()) as later, later.begin():
        done = {"state": TurnState.DONE, "done_at": now, "lease_until": None, "answer": {"said": context.said}}
        later.execute(update(Turn).where(Turn.id == turn.id).values(**done))
        later.execute(
            update(InboxEntry).where(InboxEntry.turn_id == turn.id).values(state=InboxState.DONE, done_at=now)
        )


def app_from_settings() -> FastAPI:
    """The action endpoint with its care taken out."""
    bot.server.answer_turn = answer_carelessly
    return bot.server.app_from_settings()
