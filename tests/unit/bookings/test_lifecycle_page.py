"""The page about the life of a booking shows the moves the code allows."""

from __future__ import annotations

from pathlib import Path

from core.bookings.lifecycle import mermaid
from models.states import BookingStatus

PAGE = Path(__file__).parents[3] / "docs" / "lifecycle.md"


def test_the_diagram_is_drawn_from_the_table_of_moves() -> None:
    assert f"```mermaid\n{mermaid()}\n```" in PAGE.read_text(), "paste the output of core.bookings.lifecycle.mermaid()"


def test_every_status_is_explained() -> None:
    table = PAGE.read_text().split("| status |")[1].split("## One change")[0]
    assert [status for status in BookingStatus if status.value not in table] == []
