"""The real action endpoint with one action that does what must never be done twice."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any, Final

import uvicorn
from sqlalchemy import select, update
from sqlalchemy.orm import Session

import bot.server
from bot.turns import TurnContext, Understood
from core.bookings.hold import place_hold
from core.pricing.quote import quote_stay
from core.settings import load
from models.conversation import Conversation, Turn
from models.dates import StayDates
from models.guest import Guest
from models.messaging import InboxEntry
from models.property import RoomType
from models.rates import RatePlan
from models.states import InboxState, TurnState
from providers.house import open_house

ANSWER: Final = "hello_again"


def book_and_greet(context: TurnContext) -> None:
    """One room held, one message said: what must never be two."""
    session, now = context.session, context.now
    quote = quote_stay(
        session,
        account_id=context.conversation.account_id,
        room_type_id=session.scalars(select(RoomType.id)).one(),
        rate_plan_id=session.scalars(select(RatePlan.id)).one(),
        stay=StayDates.of(now.date() + timedelta(days=10), 2),
        rooms=1,
        adults=2,
        children=0,
        now=now,
    )
    place_hold(
        session,
        quote_id=quote.id,
        guest_id=context.guest.id,
        conversation_id=context.conversation.id,
        channel=context.conversation.channel,
        door="chat",
        now=now,
    )
    context.say(ANSWER)


def meet_first() -> None:
    """Two calls of a turn meet: the first has acted, but does not commit before the second stands at the door."""
    original = bot.server.answer_turn
    second = threading.Event()
    first = threading.Lock()

    def wrapped(*given: Any, **more: Any) -> None:  # noqa: ANN401 - as the original
        is_first = first.acquire(blocking=False)
        if not is_first:
            second.set()
        original(*given, **more)
        if is_first:
            second.wait(15)

    bot.server.answer_turn = wrapped


def forget_turns() -> None:
    """The control: an endpoint that neither locks the turn nor looks whether it was answered."""

    def careless(session: Session, call: Any, action: Callable[[TurnContext], None], *, now: datetime) -> None:  # noqa: ANN401 - as the original
        turn = session.get_one(Turn, call.tracker.latest_message.metadata.turn)
        talk = session.get_one(Conversation, turn.conversation_id)
        understood = Understood("book_stay", 1.0, (), turn.text)
        action(TurnContext(session, now, turn, talk, session.get_one(Guest, talk.guest_id), understood))
        session.execute(update(Turn).where(Turn.id == turn.id).values(state=TurnState.DONE, done_at=now))
        session.execute(update(InboxEntry).where(InboxEntry.turn_id == turn.id).values(state=InboxState.DONE))

    bot.server.answer_turn = careless


def run() -> None:
    """The action endpoint, with the one action that is tried."""
    settings = load()
    house = open_house(settings)
    token = settings.secret("engine_token")
    app = bot.server.create_app(house.engine, house.clock, token=token, actions={"action_stay": book_and_greet})
    uvicorn.run(app, port=settings.atithi_actions_port, access_log=False, log_config=None)
