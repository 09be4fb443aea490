"""The neutral acts by which public dialogue data is scored: what was said before decides where words alone cannot."""

from __future__ import annotations

import pytest
import yaml

from bot.neutral import ACTS, Said, neutral_act, said_before
from tests.nlu.conftest import ROOT


def test_every_intent_has_a_neutral_act() -> None:
    domains = [yaml.safe_load(path.read_text()) for path in ROOT.glob("nlu/*/domain.yml")]
    assert {intent for domain in domains for intent in domain["intents"]} | {"nlu_fallback"} == set(ACTS)


@pytest.mark.parametrize(
    ("intent", "text", "before", "act"),
    [
        ("affirm", "sounds good", "The Haveli has a pool and costs 4,000 rupees.", "select"),
        ("affirm", "yes", "Would you like me to book it?", "affirm"),
        ("affirm", "yes", "", "affirm"),
        ("affirm", "great", "It is booked, your reference is AT-1.", "affirm"),
        ("search_table", "find one in udaipur", "Which city are you in?", "inform"),
        ("search_table", "find a restaurant", "", "search_restaurant"),
        ("book_table", "book it for 3 nights", "", "book_hotel"),
        ("book_stay", "reserve it for 8 pm", "", "book_restaurant"),
        ("book_table", "please book it", "The hotel has a double room.", "book_hotel"),
        ("book_stay", "please book it", "The restaurant has space.", "book_restaurant"),
        ("out_of_scope", "mohan", "What name should I put it under?", "inform"),
        ("out_of_scope", "who won the match yesterday evening", "What name should I put it under?", "out_of_scope"),
        ("nlu_fallback", "grznk", "", "out_of_scope"),
        ("goodbye", "no, that is all", "Anything else I can do?", "negate"),
        ("goodbye", "no, that is all, thanks", "Anything else I can do?", "thank"),
        ("goodbye", "bye", "Anything else I can do?", "goodbye"),
        ("cancel_booking", "cancel it", "The hotel has a double room.", "cancel"),
    ],
)
def test_the_same_words_after_different_words(intent: str, text: str, before: str, act: str) -> None:
    assert neutral_act(intent, text=text, prev_system=before) == act


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ("option", Said.OFFERED),
        ("dates", Said.ASKED_DETAIL),
        ("confirm", Said.ASKED_YES_NO),
        ("none", Said.NOTHING),
    ],
)
def test_what_we_know_we_asked_needs_no_guessing(asked: str, said: Said) -> None:
    assert said_before(asked=asked) is said
