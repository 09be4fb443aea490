"""A message that left under a header of India's register is followed like any other."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.guests.identify import conversation_with
from core.messaging.outbox import say_to_guest
from core.unit_of_work import unit_of_work
from models.account import Line
from models.messaging import Message
from models.states import Channel, MessageState
from tests.webhooks.conftest import Door, payload

HEADER = "KESARK"


def test_a_status_under_the_header_finds_its_line_by_the_message(door: Door) -> None:
    with unit_of_work(door.house.engine) as session:
        line = session.scalars(select(Line).where(Line.channel == Channel.SMS)).one()
        was, line.settings = line.settings, {"dlt": {"entity_id": "1101", "header": HEADER}}
        talk = conversation_with(
            session,
            account_id=line.account_id,
            line_id=line.id,
            channel=Channel.SMS,
            address="+919876543210",
            now=door.house.clock.now(),
        )
        message = say_to_guest(session, conversation_id=talk, reply="hello", facts={}, now=door.house.clock.now())
        session.get_one(Message, message).state = MessageState.SENDING
    try:
        form = payload("twilio/status_delivered", From=HEADER, To="+919876543210")
        assert door.twilio(form, f"/webhooks/twilio/status?m={message}").status_code == 200
        with Session(door.house.engine) as session:
            assert session.get_one(Message, message).state is MessageState.DELIVERED
        for sender, about in (("OTHERS", message), (HEADER, 999_999), (HEADER, "x")):
            strange = payload("twilio/status_delivered", From=sender)
            assert door.twilio(strange, f"/webhooks/twilio/status?m={about}").status_code == 404
    finally:
        with unit_of_work(door.house.engine) as session:
            session.scalars(select(Line).where(Line.channel == Channel.SMS)).one().settings = was
