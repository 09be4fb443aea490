"""The one turn a request carries, kept where everything that answers it can see it."""

from __future__ import annotations

from contextvars import ContextVar
from dataclasses import dataclass, field


@dataclass
class Turn:
    """One guest message on its way through Rasa: what the product knows, and whether an action answered."""

    slots: dict[str, str] = field(default_factory=dict)
    answered: list[str] = field(default_factory=list)
    away: bool = False  # nobody was there to take it


# A context variable and not an argument: Rasa offers no way to hand its tracker store anything but a sender.
current_turn: ContextVar[Turn] = ContextVar("current_turn")
