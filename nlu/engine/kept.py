"""What Rasa would work out or set up anew for every turn, kept: decisions of its rules, connections to the actions.

A turn starts from nothing but its intent and two slots, so the same ones always lead to the same action. Rasa would go
through all rules twice a turn, open a connection for each action, and send it the whole history: half of its time.
"""

from __future__ import annotations

from collections.abc import Hashable
from typing import Any
from weakref import WeakKeyDictionary

import aiohttp
import rasa
from rasa.core.actions.action import RemoteAction
from rasa.core.policies.policy import PolicyPrediction
from rasa.core.processor import MessageProcessor
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import ActionExecuted
from rasa.shared.core.trackers import DialogueStateTracker, EventVerbosity
from rasa.shared.nlu.constants import INTENT_NAME_KEY
from rasa.utils.endpoints import EndpointConfig

# The actions' server closes what was quiet for five seconds: never to be caught writing into that.
KEEP_S = 3.0

_decide_anew = MessageProcessor._predict_next_with_tracker  # noqa: SLF001 - Rasa has no public door
_decided: WeakKeyDictionary[MessageProcessor, dict[Hashable, PolicyPrediction]] = WeakKeyDictionary()
_connections: list[aiohttp.TCPConnector] = []


def install() -> None:
    """Put them in the place of Rasa's own; it offers no other way."""
    MessageProcessor._predict_next_with_tracker = _decide  # noqa: SLF001 - as above
    RemoteAction._action_call_format = _order  # noqa: SLF001 - as above
    EndpointConfig.session = _session


def _decide(self: MessageProcessor, tracker: DialogueStateTracker) -> PolicyPrediction:
    """Ask the rules once for each intent in each situation."""
    said = tracker.latest_message
    if said is None or said.entities or tracker.followup_action:
        return _decide_anew(self, tracker)
    done = tuple(event.action_name for event in tracker.events if isinstance(event, ActionExecuted))
    known = tuple((slot.name, str(slot.value)) for slot in tracker.slots.values() if slot.value is not None)
    asked = (said.intent.get(INTENT_NAME_KEY), done, known)
    kept = _decided.setdefault(self, {})
    if asked not in kept:
        kept[asked] = _decide_anew(self, tracker)
    return kept[asked]


def _order(self: RemoteAction, tracker: DialogueStateTracker, domain: Domain) -> dict[str, Any]:  # noqa: ARG001 - as Rasa calls it
    """What an action has to know: the newest message and the slots, without everything that led there."""
    state = tracker.current_state(EventVerbosity.NONE)
    return {
        "next_action": self.name(),
        "sender_id": tracker.sender_id,
        "tracker": state,
        "version": rasa.__version__,
    }


def _session(self: EndpointConfig) -> aiohttp.ClientSession:
    """A session over connections that stay open when it ends."""
    if not _connections or _connections[0].closed:
        _connections[:] = [aiohttp.TCPConnector(limit=0, keepalive_timeout=KEEP_S)]
    return aiohttp.ClientSession(headers=self.headers, connector=_connections[0], connector_owner=False)
