"""Every intent in every situation leads to exactly one action, and to the right one."""

from __future__ import annotations

import json
import subprocess
from itertools import product

import pytest

from providers.engine import Engine

pytestmark = [pytest.mark.engine, pytest.mark.xdist_group("engine")]

JOURNEYS = ("none", "stay", "table", "my_booking", "payment", "faq", "handoff")
ASKED = (
    *("none", "journey", "place", "dates", "guests", "option", "confirm", "date", "time", "party", "name"),
    *("which_booking", "cancel", "change", "payment", "language", "unclear"),
)
ALWAYS = {
    "greet": "action_greet",
    "goodbye": "action_goodbye",
    "thank": "action_thank",
    "affirm": "action_confirm",
    "deny": "action_decline",
    "search_stay": "action_stay",
    "book_stay": "action_stay",
    "search_table": "action_table",
    "book_table": "action_table",
    "select": "action_select",
    "ask_alternatives": "action_alternatives",
    "ask_info": "action_answer",
    "check_booking": "action_check_booking",
    "change_booking": "action_change_booking",
    "cancel_booking": "action_cancel_booking",
    "pay": "action_pay",
    "abandon": "action_abandon",
    "talk_to_human": "action_handoff",
    "complain": "action_handoff",
    "request_service": "action_service",
    "change_language": "action_language",
    "my_data": "action_my_data",
    "tap": "action_tap",
    "share_location": "action_location",
    "send_media": "action_media",
}
# Details alone, and words nobody understood: who looks at them is a matter of what is going on.
BY_JOURNEY = {"stay": "action_stay", "table": "action_table", "my_booking": "action_change_booking"}
OPEN_ANSWERS = {"place", "dates", "guests", "date", "time", "party", "option", "name"}


def expected(intent: str, journey: str, asked: str) -> str:
    """The rule in a sentence: details belong to what is going on; unknown words too, if a free answer was asked for."""
    if intent in ALWAYS:
        return ALWAYS[intent]
    if intent == "inform":
        return "action_stay" if journey == "none" else BY_JOURNEY.get(journey, "action_unclear")
    free = OPEN_ANSWERS | ({"which_booking"} if journey == "my_booking" else set())
    return BY_JOURNEY.get(journey, "action_unclear") if asked in free else "action_unclear"


def test_every_intent_in_every_situation_has_exactly_one_action(engine: Engine) -> None:
    command = engine.tool()
    argv = [command.argv[0], "-m", "nlu.engine.decisions", str(engine.model)]
    done = subprocess.run(argv, cwd=command.folder, env=command.environment, capture_output=True, text=True, check=True)
    decided = {(d["intent"], d["journey"], d["asked"]): d["actions"] for d in map(json.loads, done.stdout.splitlines())}
    situations = list(product([*ALWAYS, "inform", "out_of_scope", "nlu_fallback"], JOURNEYS, ASKED))
    assert decided == {situation: [expected(*situation)] for situation in situations}
