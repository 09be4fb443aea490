"""Which action answers which message: every intent in every situation, asked of the trained model itself.

    var/engine/bin/python -m nlu.engine.decisions var/models/….tar.gz

prints one JSON line for each (intent, journey, asked): the actions Rasa would call before it listens again.
"""

from __future__ import annotations

import asyncio
import json
import logging
import sys
from itertools import product
from typing import Any

import structlog
from rasa.core.agent import Agent
from rasa.shared.core.constants import ACTION_LISTEN_NAME
from rasa.shared.core.events import ActionExecuted, UserUttered
from rasa.shared.nlu.constants import INTENT_NAME_KEY

from nlu.engine.tracker_store import PerTurnTracker
from nlu.engine.turn import Turn, current_turn

TOO_MANY = 3  # Rasa would go on to ten; two answers to one message are already a mistake


def main(model: str) -> None:
    """Ask for every combination and print the answers."""
    logging.disable(logging.WARNING)
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))
    agent = Agent.load(model, tracker_store=PerTurnTracker(None))
    asyncio.run(_print_all(agent))


async def _print_all(agent: Agent) -> None:
    values = {slot.name: slot.values for slot in agent.domain.slots if slot.name in {"journey", "asked"}}
    # Rasa adds its own value for "anything else" to categorical slots, and its own intents to the domain.
    journeys, asked = ([value for value in values[name] if value != "__other__"] for name in ("journey", "asked"))
    intents = [name for name in agent.domain.intents if name not in {"restart", "back", "session_start"}]
    for intent, journey, question in product(intents, journeys, asked):
        actions = await _actions(agent, intent, {"journey": journey, "asked": question})
        print(json.dumps({"intent": intent, "journey": journey, "asked": question, "actions": actions}))  # noqa: T201 - its output


async def _actions(agent: Agent, intent: str, slots: dict[str, str]) -> list[str]:
    """What Rasa's rules choose, one after the other, until they listen."""
    current_turn.set(Turn(slots=slots))
    tracker = await agent.tracker_store.retrieve("anyone")
    tracker.update(UserUttered(intent=_certain(intent), parse_data={"intent": _certain(intent)}), agent.domain)
    actions: list[str] = []
    while len(actions) < TOO_MANY:
        prediction = agent.processor._predict_next_with_tracker(tracker)  # noqa: SLF001 - Rasa has no public door
        action = agent.domain.action_names_or_texts[prediction.max_confidence_index]
        if action == ACTION_LISTEN_NAME:
            break
        actions.append(action)
        tracker.update(ActionExecuted(action), agent.domain)
    return actions


def _certain(intent: str) -> dict[str, Any]:
    return {INTENT_NAME_KEY: intent, "confidence": 1.0}


if __name__ == "__main__":
    main(sys.argv[1])
