"""Turns are taken here: what a guest said goes to the language engine, whose action answers it exactly once."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.errors import ProviderError, ProviderUnavailable
from core.guests.identify import identity_of
from core.log import get_logger
from core.messaging import pictures, turns
from core.messaging.consent import Choice, record_choice
from core.messaging.handoff import pass_on
from core.messaging.heard import Heard
from core.messaging.outbox import say_to_guest, tell_account
from core.messaging.turns import Taken
from core.ports import SpeechToText
from core.unit_of_work import unit_of_work
from jobs.presence import Presence
from models.base import Json
from models.conversation import Conversation, Turn
from models.states import Channel, ConversationMode, TurnState
from providers.house import House
from providers.media import fetch_sent
from providers.rasa import RasaEngine
from providers.speech import listener

log = get_logger()

# While the engine or its actions cannot be reached at all, turns wait longer than the guest's patience.
_KEPT_WAITING: Final = timedelta(hours=1)
# What was taken and not answered as often as this fails by itself: whoever took it was not just killed over it.
_FAILS_BY_ITSELF: Final = 3


@dataclass(frozen=True, slots=True)
class _Try:
    """What one attempt at a turn needs, as plain values."""

    turn_id: int
    account_id: int
    conversation_id: int
    kind: str
    text: str
    journey: str
    asked: str
    attempts: int
    failures: int
    created_at: datetime
    language: str
    line_id: int
    voice_note: Json | None


class Turns:
    """Takes one turn at a time; many threads may share it."""

    def __init__(self, house: House, engine: RasaEngine, presence: Presence | None = None) -> None:
        self._house = house
        self._presence = presence or Presence()
        self._engine = engine
        self._quiet = timedelta(seconds=house.settings.burst_seconds)
        self._patience = timedelta(seconds=house.settings.give_up_seconds)
        self._listener = listener(house.settings.speech_to_text)

    def take_next(self) -> bool:
        """Answer one guest who has written; False when nobody waits."""
        with unit_of_work(self._house.engine) as session:
            now = self._house.clock.now()
            taken = turns.take_next(session, now=now, quiet=self._quiet)
            if taken is None:
                return False
            turn = _settled(session, taken, now) or turns.begin(session, taken, now=now, worker=self._presence.number)
            attempt = _attempt(turn, taken.conversation) if turn.state is TurnState.OPEN else None
        if attempt is not None:
            self._try(attempt)
        return True

    def take_again(self) -> bool | float:
        """Try one turn again that was not answered; False when there is none, or in how many seconds to look."""
        with unit_of_work(self._house.engine) as session:
            turn = turns.take_again(session, now=self._house.clock.now(), worker=self._presence.number)
            if turn is None:
                return False
            attempt = _attempt(turn, session.get_one(Conversation, turn.conversation_id))
        return self._try(attempt)

    def _try(self, attempt: _Try) -> bool | float:
        if attempt.voice_note is not None and self._listener is not None:
            attempt = self._written_down(attempt, attempt.voice_note, self._listener)
        try:
            self._engine.take(
                turn_id=attempt.turn_id,
                conversation_id=attempt.conversation_id,
                kind=attempt.kind,
                text=attempt.text,
                journey=attempt.journey,
                asked=attempt.asked,
            )
        except ProviderUnavailable as trouble:
            return self._not_answered(attempt, str(trouble.facts.get("reason")), reached="reached" in trouble.facts)
        # Should the engine be wrong, the turn is still open and is taken again when its lease lapses.
        return True

    def _written_down(self, attempt: _Try, voice_note: Json, listening: SpeechToText) -> _Try:
        """The words of a voice note, as if they had been typed; what cannot be heard stays a voice note."""
        try:
            audio, kind = fetch_sent(self._house, self._house.registry.line(attempt.line_id), voice_note["url"])
            words = listening.write_down(audio, kind, language=attempt.language).strip()
        except ProviderError as trouble:
            log.warning("voice_note_not_heard", turn=attempt.turn_id, code=trouble.code, **trouble.facts)
            return attempt
        if not words:
            return attempt
        with unit_of_work(self._house.engine) as session:
            turn = session.get_one(Turn, attempt.turn_id, with_for_update={"key_share": True})
            if turn.state is TurnState.OPEN:
                turn.kind, turn.text = "text", words
        return replace(attempt, kind="text", text=words)

    def _not_answered(self, attempt: _Try, reason: str, *, reached: bool) -> bool | float:
        """Perhaps it was, and only the word of it was lost: the turn's row tells."""
        with unit_of_work(self._house.engine) as session:
            state = session.scalars(select(Turn.state).where(Turn.id == attempt.turn_id)).one()
            if state is not TurnState.OPEN:
                return True
            now = self._house.clock.now()
            log.warning("turn_not_answered", turn=attempt.turn_id, attempts=attempt.attempts, reason=reason)
            waited = now - attempt.created_at
            if waited >= self._patience:
                self._apologise(session, attempt, now)
                if attempt.failures + reached >= _FAILS_BY_ITSELF or waited >= _KEPT_WAITING:
                    turns.give_up(session, attempt.turn_id, now=now)
                    return True
            pause = turns.put_back(session, attempt.turn_id, attempts=attempt.attempts, now=now, failed=reached)
            return pause.total_seconds()

    def _apologise(self, session: Session, attempt: _Try, now: datetime) -> None:
        """Once per turn to the guest, once an hour to those who run the place."""
        log.error("guest_not_answered", turn=attempt.turn_id, conversation=attempt.conversation_id)
        say_to_guest(
            session,
            conversation_id=attempt.conversation_id,
            reply="desk_down",
            facts={},
            now=now,
            turn_id=attempt.turn_id,
            key=f"desk_down:{attempt.turn_id}",
        )
        tell_account(
            session,
            account_id=attempt.account_id,
            reply="owner_desk_down",
            facts={"minutes": int((now - attempt.created_at).total_seconds() // 60)},
            now=now,
            key=f"owner_desk_down:{attempt.account_id}:{now:%Y%m%d%H}",
        )


def _settled(session: Session, taken: Taken, now: datetime) -> Turn | None:
    """What needs no language engine: STOP and START, and what a person will read instead of the desk."""
    talk, heard = taken.conversation, taken.heard
    if heard.is_reaction:
        return turns.settle(session, taken, action="reaction", now=now)
    if (choice := heard.choice) is not None:
        identity = identity_of(session, talk)
        before = identity.offers_out_at if choice.offers else identity.opted_out_at
        if choice.out or before is not None:
            return _chosen(session, taken, choice, now=now)
    if talk.mode is ConversationMode.HUMAN:
        turn = turns.settle(session, taken, action="human", now=now)
        if not pictures.pass_on(session, turn, heard.content.get("media", ()), now=now):
            pass_on(session, talk, _said(heard), kind=heard.kind, turn_id=turn.id, now=now)
        return turn
    return None


def _said(heard: Heard) -> str:
    """Words as they are, a pin as a map."""
    if heard.kind == "location" and not heard.text:
        return f"📍 https://maps.google.com/?q={heard.content['lat']},{heard.content['lon']}"
    return heard.text


def _chosen(session: Session, taken: Taken, choice: Choice, *, now: datetime) -> Turn:
    """Kept with its words, and confirmed once."""
    talk, heard = taken.conversation, taken.heard
    name = f"{'offers' if choice.offers else 'opt'}_{'out' if choice.out else 'in'}"
    turn = turns.settle(session, taken, action=name, now=now)
    changed = record_choice(
        session,
        identity_of(session, talk),
        opted_out=choice.out,
        offers=choice.offers,
        wording=heard.text,
        door="carrier" if heard.content.get("opt_out") else "chat",
        now=now,
    )
    carrier_answers = talk.channel is Channel.SMS and not choice.offers
    if changed and not carrier_answers:
        reply = name if choice.offers else f"opted_{'out' if choice.out else 'in'}"
        say_to_guest(session, conversation_id=talk.id, reply=reply, facts={}, now=now, turn_id=turn.id)
    return turn


def _attempt(turn: Turn, talk: Conversation) -> _Try:
    return _Try(
        turn_id=turn.id,
        account_id=turn.account_id,
        conversation_id=talk.id,
        kind=turn.kind,
        text=turn.text,
        journey=talk.journey,
        asked=talk.asked,
        attempts=turn.attempts,
        failures=turn.failures,
        created_at=turn.created_at,
        language=talk.language,
        line_id=talk.line_id,
        voice_note=_voice_note(turn),
    )


def _voice_note(turn: Turn) -> Json | None:
    """The recording of a turn that has no words."""
    items = turn.content.get("media", ()) if turn.kind == "media" else ()
    return next((item for item in items if "audio" in str(item.get("type")) and item.get("url")), None)
