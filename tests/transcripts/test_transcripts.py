"""Whole conversations with the real product: every process, the database, and the sandbox for the outside world."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from statistics import median
from typing import Final

import pytest
import yaml

from models.base import Json
from tests.fixtures.stack import Stack
from tests.fixtures.transcript import play, transcripts

_BOOKED: Final = ("stay_held", "table_held", "booking_confirmed", "awaiting_approval")
_PER_LANGUAGE: Final = 40

pytestmark = [pytest.mark.engine, pytest.mark.xdist_group("stack")]


@pytest.mark.parametrize("path", transcripts(), ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_a_conversation_goes_as_written(
    stack: Stack, path: Path, record_property: Callable[[str, object], None]
) -> None:
    record_property("guest_messages", play(stack, path))


def test_there_are_enough_of_each_kind_and_language_and_no_two_are_alike() -> None:
    per_journey = Counter(path.parent.name for path in transcripts())
    assert per_journey["stays"] >= 10
    assert per_journey["tables"] >= 10
    per_language = Counter(_script(path).get("language", "en") for path in transcripts())
    assert all(per_language[language] >= _PER_LANGUAGE for language in ("en", "hi", "hinglish")), per_language
    shapes = [_shape(path) for path in transcripts()]
    assert len(set(shapes)) == len(shapes)


@pytest.mark.parametrize(("kind", "most"), [("stay", 4), ("table", 3)])
def test_a_booking_takes_few_messages(kind: str, most: int, record_property: Callable[[str, object], None]) -> None:
    """Counted over all conversations, from a guest's first message to the booking that is held or confirmed."""
    needed = sorted(count for path in transcripts() for made, count in _messages_per_booking(path) if made == kind)
    record_property(f"messages_per_{kind}", dict(sorted(Counter(needed).items())))
    counts = dict(sorted(Counter(needed).items()))
    print(f"{kind}: {len(needed)} bookings, median {median(needed)}, {counts}")  # noqa: T201 - the count is there to be read
    assert median(needed) <= most


def _messages_per_booking(path: Path) -> Iterator[tuple[str, int]]:
    """Each first booking of a guest, with how many messages it took; a time that is skipped is not counted."""
    said: Counter[str] = Counter()
    journey: dict[str, str] = {}
    booked: set[str] = set()
    for step in _script(path)["steps"]:
        who = step.get("as", "first")
        said[who] += bool(step.keys() & {"guest", "tap", "pin", "media"})
        replies = str(step.get("desk"))
        for kind in ("stay", "table"):
            if f"quote_{kind}" in replies:
                journey[who] = kind
        if who in journey and who not in booked and any(name in replies for name in _BOOKED):
            booked.add(who)
            yield journey[who], said[who]


def _script(path: Path) -> Json:
    """What is written there."""
    script: Json = yaml.safe_load(path.read_text(encoding="utf-8"))
    return script


def _shape(path: Path) -> str:
    """What happens and what is answered, without the values."""
    script = _script(path)
    steps = [(next(iter(step)), str(step.get("desk"))) for step in script["steps"]]
    return str((script.get("channel"), script.get("language"), steps))
