"""What an action sees of one turn: who writes, what they said, what was understood, and how to answer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from enum import Enum
from functools import cached_property
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.messaging.outbox import say_to_guest
from models.base import Json
from models.conversation import Conversation, Turn
from models.dates import StayDates
from models.guest import Guest
from models.messaging import Message
from models.money import Money


@dataclass(frozen=True, slots=True)
class Understood:
    """What the language engine made of the guest's words; `text` is what the guest wrote, untouched."""

    intent: str
    confidence: float
    ranking: tuple[tuple[str, float], ...]
    text: str


@dataclass(frozen=True, slots=True)
class Offered:
    """Something the guest may choose: `value` is what the action needs when it is chosen."""

    kind: str
    value: Json
    title: str
    description: str = ""
    price: Money | None = None


@dataclass
class TurnContext:
    """One turn inside its one transaction; whatever is said leaves when it commits, or not at all."""

    session: Session
    now: datetime
    turn: Turn
    conversation: Conversation
    guest: Guest
    understood: Understood
    said: list[int] = field(default_factory=list)

    def say(
        self,
        reply: str,
        facts: Mapping[str, Any] | None = None,
        options: Sequence[Offered] = (),
        asked: str | None = None,
        booking_id: int | None = None,
    ) -> None:
        """Queue a reply; options become the conversation's current menu, `asked` its open question."""
        offered = self._offer(options) if options else []
        if asked is not None:
            self.conversation.asked = asked
            self.conversation.asked_turn_id = self.turn.id
        message_id = say_to_guest(
            self.session,
            conversation_id=self.conversation.id,
            reply=reply,
            facts=plain_facts(facts or {}),
            now=self.now,
            options=offered,
            booking_id=booking_id,
            turn_id=self.turn.id,
        )
        if message_id is not None:
            self.said.append(message_id)

    @property
    def tapped(self) -> Json | None:
        """The option of the current menu that was tapped; None when the button is an old one."""
        wanted = self.turn.content.get("id")
        return next((option for option in self.conversation.options if option["id"] == wanted), None)

    @cached_property
    def answers_last_question(self) -> bool:
        """Whether the guest can have seen the open question: it had left before these words arrived."""
        left_at = self.session.scalar(
            select(Message.sent_at)
            .where(Message.turn_id == self.conversation.asked_turn_id)
            .order_by(Message.id.desc())  # the question closes the answer that asks it
            .limit(1)
        )
        return left_at is not None and left_at <= self.turn.first_received_at

    def _offer(self, options: Sequence[Offered]) -> list[Json]:
        self.conversation.menu += 1
        menu = [
            {
                "id": f"{self.conversation.menu}.{number}",
                "kind": option.kind,
                "value": plain_facts(option.value),
                "title": option.title,
                "description": option.description,
                "price": None if option.price is None else option.price.paise,
            }
            for number, option in enumerate(options, start=1)
        ]
        self.conversation.options = menu
        return menu


def plain_facts(facts: Mapping[str, Any]) -> Json:
    """Facts as JSON keeps them: money as paise, dates and moments as ISO text."""
    return {str(name): _plain(value) for name, value in facts.items()}


def _plain(value: Any) -> Any:  # noqa: ANN401, PLR0911 - facts are any plain values, one line for each kind
    match value:
        case Money():
            return value.paise
        case Enum():
            return value.value
        case datetime() | date() | time():
            return value.isoformat()
        case StayDates():
            return {"arrival": value.arrival.isoformat(), "departure": value.departure.isoformat()}
        case timedelta():
            return int(value.total_seconds())
        case Decimal():
            return float(value)
        case Mapping():
            return plain_facts(value)
        case list() | tuple() | set() | frozenset():
            return [_plain(item) for item in value]
        case None | bool() | int() | float() | str():
            return value
        case _:
            return str(value)
