"""The endpoint Rasa calls with the action it chose: one turn, one transaction, answered once however often it asks.

Listens on loopback or the compose network only; who does not know the shared token is turned away.
"""

from __future__ import annotations

import hmac
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Annotated, Any

import uvicorn
from fastapi import Depends, FastAPI, HTTPException, Query, Request, Response
from pydantic import BaseModel, Field
from sqlalchemy import Engine, select, update
from sqlalchemy.exc import InterfaceError, OperationalError
from sqlalchemy.orm import Session

from bot.actions import ACTIONS
from bot.ready import get_ready
from bot.turns import TurnContext, Understood
from core.clock import Clock, clock_for
from core.errors import AtithiError
from core.log import configure, get_logger
from core.settings import load
from core.unit_of_work import engine_for, unit_of_work
from models.base import Json
from models.conversation import Conversation, Turn
from models.guest import Guest
from models.messaging import InboxEntry
from models.states import InboxState, TurnState
from providers.embedded import database_url

_MAX_BODY = 512 * 1024
_NOTHING_MORE: Json = {"events": [], "responses": []}  # the texts leave by the outbox, never through Rasa

log = get_logger()

type Action = Callable[[TurnContext], None]


class Intent(BaseModel):
    """What the guest seems to want, and how sure the engine is."""

    name: str | None = None
    confidence: float = 0.0


class Metadata(BaseModel):
    """What the worker sent along: which turn this is."""

    turn: int


class LatestMessage(BaseModel):
    """The guest's words as Rasa understood them."""

    text: str | None = None
    intent: Intent = Field(default_factory=Intent)
    intent_ranking: list[Intent] = Field(default_factory=list)
    entities: list[dict[str, Any]] = Field(default_factory=list)
    metadata: Metadata


class Tracker(BaseModel):
    """The part of Rasa's tracker an action of ours needs."""

    sender_id: str
    slots: dict[str, Any] = Field(default_factory=dict)
    latest_message: LatestMessage


class ActionCall(BaseModel):
    """Rasa's order to run one action."""

    next_action: str
    sender_id: str
    tracker: Tracker


def create_app(engine: Engine, clock: Clock, *, token: str, actions: Mapping[str, Action] = ACTIONS) -> FastAPI:
    """The action endpoint over this database."""
    app = FastAPI(title="Atithi actions", docs_url=None, redoc_url=None, openapi_url=None, max_body_size=_MAX_BODY)
    app.state.token = token
    for away in (OperationalError, InterfaceError):
        app.add_exception_handler(away, _not_now)

    @app.post("/webhook", dependencies=[Depends(_know_the_token)])
    def answer(call: ActionCall) -> Json:
        action = actions.get(call.next_action)
        if action is None:
            log.error("action_unknown", action=call.next_action)
            raise HTTPException(404, f"no such action: {call.next_action}")
        with unit_of_work(engine) as session:
            answer_turn(session, call, action, now=clock.now())
        return _NOTHING_MORE

    @app.get("/healthz")
    def health() -> Json:
        with engine.connect() as connection:
            connection.exec_driver_sql("SELECT 1")
        return {"ok": True}

    return app


def answer_turn(session: Session, call: ActionCall, action: Action, *, now: datetime) -> None:
    """Answer the turn, unless it was answered before: what was said then is on its way or has arrived."""
    found = session.execute(
        select(Turn, Conversation, Guest)
        .join(Conversation, Conversation.id == Turn.conversation_id)
        .join(Guest, Guest.id == Conversation.guest_id)
        .where(Turn.id == call.tracker.latest_message.metadata.turn)
        # not FOR UPDATE: the webhook door goes on recording what this guest sends meanwhile
        .with_for_update(of=(Turn, Conversation), key_share=True)
    ).one_or_none()
    if found is None:
        raise HTTPException(404, "no such turn")
    turn, conversation, guest = found
    if turn.state is not TurnState.OPEN:
        return
    context = TurnContext(session, now, turn, conversation, guest, _understood(call, turn))
    _act(context, action, call.next_action)
    turn.state = TurnState.DONE
    turn.done_at = now
    turn.lease_until = None
    turn.action = call.next_action
    turn.answer = {"said": context.said}
    session.execute(
        update(InboxEntry).where(InboxEntry.turn_id == turn.id).values(state=InboxState.DONE, done_at=now),
        execution_options={"synchronize_session": False},
    )


def app_from_settings() -> FastAPI:
    """What `atithi up` serves on the loopback port of the actions."""
    settings = load()
    configure(process="actions")
    get_ready()
    engine = engine_for(database_url(settings), ping=False)  # what fails is ordered again
    return create_app(engine, clock_for(engine, debug=settings.atithi_debug), token=settings.secret("engine_token"))


def _act(context: TurnContext, action: Action, name: str) -> None:
    """Run the action; what the house refuses is undone and said instead."""
    try:
        with context.session.begin_nested():
            action(context)
    except AtithiError as refusal:
        log.info("action_refused", action=name, code=refusal.code, turn=context.turn.id)
        context.said.clear()
        context.say(refusal.code, refusal.facts)


def _understood(call: ActionCall, turn: Turn) -> Understood:
    heard = call.tracker.latest_message
    return Understood(
        intent=heard.intent.name or "nlu_fallback",
        confidence=heard.intent.confidence,
        ranking=tuple((intent.name, intent.confidence) for intent in heard.intent_ranking if intent.name),
        text=turn.text,
    )


def _know_the_token(request: Request, token: Annotated[str, Query()] = "") -> None:
    expected: str = request.app.state.token
    if not hmac.compare_digest(token.encode(), expected.encode()):
        raise HTTPException(403, "wrong or missing token")


def _not_now(_request: Request, error: Exception) -> Response:
    """The database is away: nothing was done, and the turn waits for as long as it takes."""
    log.warning("action_waits_for_the_database", error=type(error).__name__)
    return Response(status_code=503)


def main() -> None:
    """Listen on loopback until told to stop."""
    settings = load()
    uvicorn.run(
        app_from_settings(), host="127.0.0.1", port=settings.atithi_actions_port, access_log=False, log_config=None
    )


if __name__ == "__main__":
    main()
