"""Between a person and the desk: who is told what, who is silent, and when the desk is back."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from core.messaging.handoff import BACK_AFTER, BACK_UNANSWERED, of_conversation, pass_on, remind, say_as_person
from models.conversation import Handoff
from models.messaging import Message
from models.states import ConversationMode
from tests.fixtures.talk import Talk


def said_since(talk: Talk, seen: set[int]) -> list[str]:
    rows = select(Message.id, Message.reply).where(Message.conversation_id == talk.row.id).order_by(Message.id)
    fresh = [(message_id, reply) for message_id, reply in talk.session.execute(rows) if message_id not in seen]
    seen |= {message_id for message_id, _ in fresh}
    return [reply for _, reply in fresh]


def writes(talk: Talk, words: str, turn_id: int) -> None:
    """What the worker does with words that come while a person has the conversation."""
    pass_on(talk.session, talk.row, words, kind="text", turn_id=turn_id, now=talk.clock.now())


def test_no_house_is_named_that_was_never_spoken_of(talk: Talk) -> None:
    answer = talk.say("I want to speak to someone", "talk_to_human")
    assert answer.replies == ["handed_over"]
    handoff = talk.session.scalars(select(Handoff)).one()
    assert handoff.property_id is None
    facts = talk.facts("owner_handoff")
    assert facts is None or facts["property"] is None


def test_a_complaint_about_a_house_goes_there_and_says_so(talk: Talk) -> None:
    answer = talk.say("the food at Ghee & Gulal was cold", "complain")
    assert "Ghee & Gulal" in answer.text
    assert talk.session.scalars(select(Handoff.property_id)).one() is not None


def test_who_waits_is_told_once_that_nobody_has_taken_it_and_may_have_the_desk_back(talk: Talk) -> None:
    talk.say("I want to speak to someone", "talk_to_human")
    seen: set[int] = set()
    said_since(talk, seen)
    writes(talk, "a room for tomorrow in Udaipur", 1)
    assert said_since(talk, seen) == ["nobody_took_it_yet"]
    writes(talk, "hello?", 2)
    assert said_since(talk, seen) == []
    writes(talk, "Go on.", 3)
    assert said_since(talk, seen) == ["desk_goes_on"]
    assert talk.row.mode is ConversationMode.DESK
    assert of_conversation(talk.session, talk.row.id) is None


def test_once_a_person_writes_the_desk_neither_tells_nor_comes_back_by_a_word(talk: Talk) -> None:
    talk.say("I want to speak to someone", "talk_to_human")
    handoff = of_conversation(talk.session, talk.row.id)
    assert handoff is not None
    say_as_person(talk.session, handoff, words="Here I am", name="Meera", now=talk.clock.now(), key="x")
    seen: set[int] = set()
    said_since(talk, seen)
    writes(talk, "go on", 1)
    assert said_since(talk, seen) == []
    assert talk.row.mode is ConversationMode.HUMAN


def _mode(talk: Talk) -> ConversationMode:
    """Who has the talk now."""
    return talk.row.mode


@pytest.mark.parametrize(("answered", "after"), [(False, BACK_UNANSWERED), (True, BACK_AFTER)])
def test_after_long_silence_the_desk_is_back_and_says_so(talk: Talk, *, answered: bool, after: timedelta) -> None:
    talk.say("room in jaipur", "search_stay")
    talk.say("I want to speak to someone", "talk_to_human")
    handoff = of_conversation(talk.session, talk.row.id)
    assert handoff is not None
    if answered:
        say_as_person(talk.session, handoff, words="Here I am", name="Meera", now=talk.clock.now(), key="x")
        talk.clock.advance(BACK_UNANSWERED + timedelta(minutes=1))
        remind(talk.session, now=talk.clock.now())
        assert _mode(talk) is ConversationMode.HUMAN, "whoever was answered once waits longer"
    seen: set[int] = set()
    talk.clock.advance(after - timedelta(minutes=1) if not answered else timedelta(0))
    remind(talk.session, now=talk.clock.now())
    assert _mode(talk) is ConversationMode.HUMAN
    said_since(talk, seen)
    talk.clock.advance(timedelta(minutes=1) if not answered else after)
    remind(talk.session, now=talk.clock.now())
    talk.session.refresh(talk.row)
    assert _mode(talk) is ConversationMode.DESK
    assert said_since(talk, seen) == ["handed_back" if answered else "handed_back_unanswered"]
    assert remind(talk.session, now=talk.clock.now()) == 0, "and only once"
    assert talk.say("24 to 26 december", "inform").replies[-1] == "ask_stay_guests", "from where it was"
