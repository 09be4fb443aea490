"""A whole booking by a WhatsApp number that comes straight from Meta: the same desk, the same words."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from models.account import Line
from models.booking import Booking
from models.conversation import Conversation
from models.messaging import Message
from models.states import BookingStatus, MessageState, Provider
from sandbox.settings import DEFAULT_ACCOUNTS
from tests.fixtures.stack import Stack

pytestmark = [pytest.mark.engine, pytest.mark.xdist_group("stack")]

KEYS = DEFAULT_ACCOUNTS[0]


def test_from_the_first_word_to_a_confirmed_booking(stack: Stack, tmp_path: Path) -> None:
    keys = {
        "token": KEYS.meta_token,
        "phone_number_id": KEYS.meta_number_id,
        "app_secret": KEYS.meta_app_secret,
        "verify_token": KEYS.meta_verify_token,
    }
    given = tmp_path / "keys.json"
    given.write_text(json.dumps({"whatsapp_cloud": keys}))
    assert "marigold is connected" in stack.ask(["account", "connect", "marigold", "--in", str(given)])
    phone = stack.phone(number="+919899900123")
    offered = phone.send(text="room in Udaipur for 2 people from 20 to 22 January", to=KEYS.meta_number)
    assert offered[-1]["sid"].startswith("wamid.")
    assert len(offered[-1]["options"]) > 1
    phone.send(tap=offered[-1]["options"][0]["id"])
    held = phone.tap("Confirm")
    with Session(stack.database) as session:
        talk = session.scalars(
            select(Conversation).join(Line, Line.id == Conversation.line_id).where(Line.provider == Provider.META)
        ).one()
        assert talk.address == phone.address
        booking = session.scalars(select(Booking).where(Booking.guest_id == talk.guest_id)).one()
        assert booking.status is BookingStatus.HELD
        reference = booking.reference
    token = held[-1]["text"].split("/p/")[1].split()[0]
    stack.pay(token)
    stack.wait_until(lambda session: _status(session, reference) is BookingStatus.CONFIRMED)
    confirmed = phone.news()
    assert any(reference in line["text"] for line in confirmed)
    assert all(line["sid"].startswith("wamid.") for line in confirmed)
    stack.wait_until(lambda session: _all_arrived(session, talk.id))


def _status(session: Session, reference: str) -> BookingStatus:
    return session.scalars(select(Booking.status).where(Booking.reference == reference)).one()


def _all_arrived(session: Session, conversation_id: int) -> bool:
    states = session.scalars(select(Message.state).where(Message.conversation_id == conversation_id)).all()
    return bool(states) and set(states) <= {MessageState.DELIVERED, MessageState.READ}
