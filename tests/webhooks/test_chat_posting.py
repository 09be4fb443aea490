"""What `atithi chat` posts is taken at the door of the line's own provider, Twilio's or Meta's."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from jobs.chat import _line
from jobs.chat_posting import posted
from models.account import Line
from models.base import Json
from models.states import Channel, Provider
from tests.webhooks.conftest import Door
from tests.webhooks.meta import connect_meta

OPTION = {"id": "4.2", "title": "Lake View Room"}
NUMBER = "+14155550142"


@pytest.fixture
def both(door: Door) -> Door:
    connect_meta(door)
    return door


@pytest.mark.parametrize("provider", [Provider.TWILIO, Provider.META])
@pytest.mark.parametrize(
    ("what", "option", "heard"),
    [
        ("Room for 2?", None, {"kind": "text", "text": "Room for 2?"}),
        ({"tap": "2"}, OPTION, {"kind": "tap", "text": "Lake View Room"}),
        ({"location": {"lat": 24.5, "lon": 73.6}}, None, {"kind": "location", "text": ""}),
    ],
)
def test_words_taps_and_pins_come_in_as_the_provider_brings_them(
    both: Door, provider: Provider, what: str | Json, option: Json | None, heard: dict[str, Any]
) -> None:
    with Session(both.house.engine) as session:
        first = select(Line.id).where(Line.provider == provider, Line.channel == Channel.WHATSAPP).order_by(Line.id)
        line = both.house.registry.line(session.scalars(first.limit(1)).one())
    ready = posted(both.house, line, NUMBER, what, option)
    assert both.http.post(ready.path, content=ready.body, headers=ready.headers).status_code == 200
    (entry,) = both.inbox()
    assert (entry.event_id, entry.provider) == (ready.sid, provider)
    assert heard.items() <= entry.payload["heard"].items()
    if option is not None:
        assert entry.payload["heard"]["content"]["id"] == "4.2"


def test_an_account_with_nothing_but_a_number_at_meta_can_be_written_to(both: Door) -> None:
    with Session(both.house.engine) as session, session.begin():
        for line in session.scalars(select(Line).where(Line.provider == Provider.TWILIO)):
            line.channel = Channel.SMS
    try:
        found = _line(both.house, "first", Channel.WHATSAPP)
    finally:
        with Session(both.house.engine) as session, session.begin():
            for line in session.scalars(select(Line).where(Line.provider == Provider.TWILIO)):
                line.channel = Channel.WHATSAPP if line.address.startswith("whatsapp:") else Channel.SMS
    assert found.provider is Provider.META
