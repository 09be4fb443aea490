"""The table of moves drawn as a diagram, so that the page about it can never be out of date."""

from __future__ import annotations

from models.states import BOOKING_MOVES, BookingStatus

BEGINNINGS = (BookingStatus.HELD, BookingStatus.PENDING_APPROVAL)


def mermaid() -> str:
    """Every status and every move, in Mermaid's language."""
    begins = [f"    [*] --> {status}" for status in BEGINNINGS]
    moves = [
        f"    {before} --> {after}"
        for before in BookingStatus
        for after in BookingStatus
        if after in BOOKING_MOVES[before]
    ]
    ends = [f"    {status} --> [*]" for status in BookingStatus if not BOOKING_MOVES[status]]
    return "\n".join(["stateDiagram-v2", *begins, *moves, *ends])
