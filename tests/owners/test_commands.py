"""A first order, on both channels."""

from __future__ import annotations

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from models.inventory import Closure
from models.owners import OwnerAct
from models.states import ActState, Channel
from tests.fixtures.clock import StillClock
from tests.owners.chat import Office


@pytest.mark.parametrize("channel", [Channel.TELEGRAM, Channel.WHATSAPP])
def test_a_room_is_closed_after_a_yes_and_opened_by_undo(sample: Session, clock: StillClock, channel: Channel) -> None:
    chat = Office(sample, clock).chat("owner@marigold.example", channel)
    asked = chat.say("block 101 24-26 dec")
    assert asked.titles == ["Kesar Kothi", "Saanjh Lakehouse", "Tidewater Lane"]
    assert "Classic Double 101, Kesar Kothi: off sale" in chat.press("Kesar Kothi").text
    assert sample.scalars(select(Closure)).all() == []
    chat.press("Yes, do it")
    (closure,) = sample.scalars(select(Closure)).all()
    assert (closure.rooms, closure.lifted_at) == (1, None)
    chat.press("Undo")
    assert closure.lifted_at is not None
    done = sample.scalars(select(OwnerAct).order_by(OwnerAct.id)).all()
    assert [act.state for act in done] == [ActState.DROPPED, ActState.UNDONE]
