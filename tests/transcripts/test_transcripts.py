"""Whole conversations with the real product: every process, the database, and the sandbox for the outside world."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest
import yaml

from tests.fixtures.stack import Stack
from tests.fixtures.transcript import play, transcripts

pytestmark = [pytest.mark.engine, pytest.mark.xdist_group("stack")]


@pytest.mark.parametrize("path", transcripts(), ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_a_conversation_goes_as_written(
    stack: Stack, path: Path, record_property: Callable[[str, object], None]
) -> None:
    record_property("guest_messages", play(stack, path))


def test_there_are_ten_of_each_kind_and_no_two_are_alike() -> None:
    per_journey = Counter(path.parent.name for path in transcripts())
    assert per_journey["stays"] >= 10
    assert per_journey["tables"] >= 10
    shapes = [_shape(path) for path in transcripts()]
    assert len(set(shapes)) == len(shapes)


def _shape(path: Path) -> str:
    """What happens and what is answered, without the values."""
    script = yaml.safe_load(path.read_text(encoding="utf-8"))
    steps = [(next(iter(step)), str(step.get("desk"))) for step in script["steps"]]
    return str((script.get("channel"), script.get("language"), steps))
