"""All houses of a kind, by name and city."""

from __future__ import annotations

from typing import Final

from bot.actions.desk import Desk
from models.states import PropertyKind

_KINDS: Final = {"hotels": PropertyKind.HOTEL, "restaurants": PropertyKind.RESTAURANT}


def tell_houses(desk: Desk, kind: str) -> None:
    """Our hotels, or our restaurants."""
    names = [f"{house.name} ({house.city})" for house in desk.directory.of_kind(_KINDS[kind])]
    desk.say(f"answer_{kind}", {"names": names})
