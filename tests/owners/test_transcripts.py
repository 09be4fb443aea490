"""Written owners' chats, each on both channels: what is said back, and the rows that are left."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml
from sqlalchemy.orm import Session

from models.states import Channel
from tests.fixtures.clock import StillClock
from tests.owners.playing import Player


@cache
def scripts() -> tuple[dict[str, Any], ...]:
    """Every chat written down."""
    found: list[dict[str, Any]] = []
    for path in sorted((Path(__file__).parent / "chats").glob("*.yml")):
        found += yaml.safe_load(path.read_text(encoding="utf-8"))
    return tuple(found)


@pytest.mark.parametrize("channel", [Channel.TELEGRAM, Channel.WHATSAPP], ids=str)
@pytest.mark.parametrize("script", scripts(), ids=lambda script: script["about"])
def test_a_chat_goes_as_written(sample: Session, clock: StillClock, script: dict[str, Any], channel: Channel) -> None:
    Player(sample, clock, channel, script).play()


def test_there_are_enough_chats_and_no_two_are_alike() -> None:
    shapes = {
        str([(next(iter(step)), step.get("say"), step.get("replies"), step.get("then")) for step in script["steps"]])
        for script in scripts()
    }
    assert len(shapes) == len(scripts()) >= 60
