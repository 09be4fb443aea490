"""Chats of those in charge through the sandbox: Telegram's and Twilio's own wire formats, signed, both ways."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import pytest

from models.states import Channel
from providers.embedded import EmbeddedPostgres
from tests.owners.playing import Player
from tests.owners.test_transcripts import scripts
from tests.owners.wire import Wire, open_wire

pytestmark = pytest.mark.xdist_group("owners-wire")

_AT_LEAST: Final = 60
_CHANNELS: Final = (Channel.TELEGRAM, Channel.WHATSAPP)


@pytest.fixture(scope="module")
def wire(postgres: EmbeddedPostgres, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Wire]:
    """One sandbox and one web door for all of them."""
    home: Path = tmp_path_factory.mktemp("wire")
    with open_wire(postgres, home) as wire:
        yield wire


def chosen() -> list[tuple[dict[str, Any], Channel]]:
    """The shortest chats, turn about on each of the two channels; all of them are played without the wire besides."""
    short = sorted(scripts(), key=lambda script: len(script["steps"]))[:_AT_LEAST]
    return [(script, _CHANNELS[place % 2]) for place, script in enumerate(short)]


@pytest.mark.parametrize(
    ("script", "channel"), chosen(), ids=lambda each: each.get("about") if isinstance(each, dict) else str(each)
)
def test_a_chat_goes_the_same_way_over_the_wire(wire: Wire, script: dict[str, Any], channel: Channel) -> None:
    with wire.office() as office:
        Player(office.session, office.clock, channel, script, office).play()


def test_enough_chats_go_over_the_wire_on_both_channels() -> None:
    channels = [channel for _, channel in chosen()]
    assert len(channels) >= _AT_LEAST
    assert min(channels.count(channel) for channel in _CHANNELS) >= _AT_LEAST // 2
