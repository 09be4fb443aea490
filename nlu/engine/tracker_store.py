"""Rasa remembers nothing between turns: each turn starts from the slots the product sends with it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager

from rasa.core.lock_store import LockStore
from rasa.core.tracker_store import TrackerStore
from rasa.shared.core.constants import ACTION_LISTEN_NAME, ACTION_SESSION_START_NAME
from rasa.shared.core.events import ActionExecuted, SessionStarted, SlotSet
from rasa.shared.core.trackers import DialogueStateTracker
from rasa.utils.endpoints import EndpointConfig

from nlu.engine.turn import Turn, current_turn


class PerTurnTracker(TrackerStore):
    """A fresh memory for every message, so that any Rasa process may take any turn."""

    async def retrieve(self, sender_id: str) -> DialogueStateTracker:
        """Begin the conversation anew, with what the product knows of it."""
        tracker = self.init_tracker(sender_id)
        tracker.update(ActionExecuted(ACTION_SESSION_START_NAME), self.domain)
        tracker.update(SessionStarted(), self.domain)
        for name, value in current_turn.get(Turn()).slots.items():
            tracker.update(SlotSet(name, value), self.domain)
        tracker.update(ActionExecuted(ACTION_LISTEN_NAME), self.domain)
        return tracker

    async def save(self, tracker: DialogueStateTracker) -> None:
        """Keep nothing: the conversation's truth is a row of the product's database."""

    async def keys(self) -> Iterable[str]:
        """No conversation is ever stored."""
        return ()


class NoLock(LockStore):
    """Turns share no state, so none waits for another; Rasa's own lock would be polled once a second."""

    def __init__(self, endpoint_config: EndpointConfig | None = None) -> None:  # noqa: ARG002 - Rasa passes it
        """Take what Rasa passes to every lock store; there is nothing to configure."""
        super().__init__()

    @asynccontextmanager
    async def lock(
        self,
        conversation_id: str,  # noqa: ARG002 - Rasa's signature
        lock_lifetime: float = 0.0,  # noqa: ARG002
        wait_time_in_seconds: float = 0.0,  # noqa: ARG002
    ) -> AsyncIterator[None]:
        """Enter at once; the worker already takes one turn at a time per guest."""
        yield
