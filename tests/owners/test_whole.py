"""Owners on their phones with the whole product behind them: every process, both providers' wire formats."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from models.account import OwnerChat
from models.conversation import Conversation, Handoff
from models.inventory import Closure
from models.states import Channel, ConversationMode
from tests.fixtures.stack import OWNER_CHAT, Stack
from tests.fixtures.waiting import eventually

pytestmark = [pytest.mark.engine, pytest.mark.xdist_group("stack")]


class OwnersPhone:
    """The owner's Telegram."""

    def __init__(self, stack: Stack) -> None:
        self.stack = stack

    def send(self, expecting: str, **what: Any) -> dict[str, Any]:  # noqa: ANN401 - whatever the phone can send
        """Send it, and wait for an answer with these words."""
        seen = max(line["id"] for line in self.stack.owner_lines())
        self.stack.sandbox.post(f"/owners/{OWNER_CHAT}/messages", json=what).raise_for_status()
        return self.wait_for(expecting, after=seen)

    def wait_for(self, words: str, *, after: int = 0) -> dict[str, Any]:
        """A line from the desk with these words."""
        found: list[dict[str, Any]] = []

        def look() -> bool:
            lines = self.stack.owner_lines()
            found[:] = [
                line for line in lines if line["id"] > after and line["direction"] == "out" and words in line["text"]
            ]
            return bool(found)

        eventually(look, within_s=60)
        return found[-1]


def test_a_room_is_closed_by_words_and_a_button_and_opened_by_undo(stack: Stack) -> None:
    phone = OwnersPhone(stack)
    asked = phone.send("Go ahead?", text="block Kesar Kothi 108 24-26 dec")
    done = phone.send("✓", tap=asked["options"][0]["id"])
    with Session(stack.database) as session:
        assert session.scalars(select(Closure.rooms).where(Closure.lifted_at.is_(None))).all() == [1]
    phone.send("Taken back", tap=done["options"][0]["id"])
    with Session(stack.database) as session:
        assert session.scalars(select(Closure).where(Closure.lifted_at.is_(None))).all() == []


def test_an_owner_on_whatsapp_is_known_before_the_guests_desk_speaks(stack: Stack) -> None:
    code = stack.ask(["owner-code", "desk@marigold.example", "--json"]).split('"code": "')[1].split('"')[0]
    phone = stack.phone()
    phone.post(text=f"start {code}")
    stack.wait_until(lambda session: _linked(session, phone.address))
    phone.post(text="today")
    eventually(lambda: sum(line["direction"] == "out" for line in phone.lines()) > 1, within_s=60)
    with Session(stack.database) as session:
        assert session.scalars(select(Conversation).where(Conversation.address == phone.address)).all() == []


def test_a_guest_is_answered_from_the_owners_phone_and_handed_back(stack: Stack) -> None:
    guest, owner = stack.phone(), OwnersPhone(stack)
    guest.send(text="I want to talk to a person")
    card = owner.wait_for("I want to talk to a person")
    owner.send("Sent to", text="Hello, this is Meera", reply_to=card["id"])
    eventually(lambda: any("this is Meera" in line["text"] for line in guest.lines()), within_s=60)
    seen = max(line["id"] for line in stack.owner_lines())
    guest.post(text="Do you have a crib?")
    owner.wait_for("Do you have a crib?", after=seen)
    owner.send("with the desk again", text="hand back", reply_to=card["id"])
    stack.wait_until(lambda session: _mode(session, guest.address) is ConversationMode.DESK)
    with Session(stack.database) as session:
        handoffs = session.scalars(select(Handoff).order_by(Handoff.id.desc()).limit(1)).one()
        assert handoffs.first_response_at is not None
        assert handoffs.closed_at is not None


def _linked(session: Session, address: str) -> bool:
    return session.scalar(select(OwnerChat.channel).where(OwnerChat.address == address)) is Channel.WHATSAPP


def _mode(session: Session, address: str) -> ConversationMode:
    return session.scalars(select(Conversation.mode).where(Conversation.address == address)).one()
