"""What taking an option means: each kind of option is answered by the journey that offers it."""

from __future__ import annotations

from collections.abc import Callable

from bot.actions.desk import Desk
from models.base import Json

type Taker = Callable[[Desk, Json], None]

_TAKERS: dict[str, Taker] = {}


def takes(kind: str) -> Callable[[Taker], Taker]:
    """Mark the function that goes on when an option of this kind is taken."""

    def mark(taker: Taker) -> Taker:
        _TAKERS[kind] = taker
        return taker

    return mark


def take(desk: Desk, option: Json) -> None:
    """Go on from the option the guest took."""
    _TAKERS[option["kind"]](desk, option["value"])


def known_kinds() -> frozenset[str]:
    """Every kind of option somebody answers to."""
    return frozenset(_TAKERS)
