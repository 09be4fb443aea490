"""What became of a message only moves forward, in whatever order Twilio tells it."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from core.messaging.outbox import say_to_guest
from core.unit_of_work import unit_of_work
from jobs.inbox import Inbox
from jobs.outbox import Outbox
from models.conversation import Conversation
from models.messaging import Message
from models.states import MessageState, Purpose
from tests.webhooks.conftest import NEXT_TOKEN, Door, payload

SID = "MM5ea1a8c6b9fd4e64a0b6d6f5f0a1c0ff"


@pytest.fixture
def message_id(door: Door) -> int:
    """A message on its way to a guest."""
    door.twilio(payload("twilio/whatsapp_text"))
    now = door.house.clock.now()
    with unit_of_work(door.house.engine) as session:
        talk = session.scalars(select(Conversation)).one()
        found = say_to_guest(
            session,
            conversation_id=talk.id,
            reply="hello_again",
            facts={"reference": "AB12CD"},
            now=now,
            purpose=Purpose.BOOKING_FACT,
        )
        assert found is not None
        session.get_one(Message, found).state = MessageState.SENDING
    return found


def tell(door: Door, message_id: int | str, status: str, **more: str) -> int:
    form = payload("twilio/status_delivered", MessageStatus=status, SmsStatus=status, **more)
    return door.twilio(form, f"/webhooks/twilio/status?m={message_id}").status_code


def state(door: Door) -> MessageState:
    return next(each.state for each in door.all(Message) if each.reply == "hello_again")


@pytest.mark.parametrize(
    ("told", "ends_as"),
    [
        (["sent", "delivered", "read"], MessageState.READ),
        (["read", "delivered", "sent"], MessageState.READ),
        (["delivered", "sent", "queued"], MessageState.DELIVERED),
        (["sent", "sent", "sent"], MessageState.SENT),
        (["sent", "failed"], MessageState.FAILED),
        (["undelivered", "sent"], MessageState.FAILED),
        (["delivered", "failed"], MessageState.DELIVERED),
        (["sending", "scheduled", "something-new"], MessageState.SENDING),
    ],
)
def test_a_late_status_never_hides_a_later_one(
    door: Door, message_id: int, told: list[str], ends_as: MessageState
) -> None:
    inbox = Inbox(door.house)
    for status in told:
        assert tell(door, message_id, status) == 200
        while inbox.work_next():
            pass
    assert state(door) is ends_as


def test_a_status_finds_its_message_by_our_own_number_before_we_know_theirs(door: Door, message_id: int) -> None:
    assert tell(door, message_id, "delivered") == 200
    (message,) = (each for each in door.all(Message) if each.reply == "hello_again")
    assert (message.state, message.provider_id) == (MessageState.DELIVERED, SID)
    assert message.delivered_at == door.house.clock.now()


def test_a_status_about_nothing_of_ours_changes_nothing(door: Door, message_id: int) -> None:
    for about in (message_id + 1_000, "", "abc", "9" * 40, "-1"):
        assert tell(door, about, "delivered") == 200
    assert state(door) is MessageState.SENDING


def test_one_number_cannot_tell_of_another_numbers_message(door: Door, message_id: int) -> None:
    form = payload("twilio/status_delivered", From="+14155550101")
    assert door.twilio(form, f"/webhooks/twilio/status?m={message_id}").status_code == 200
    assert state(door) is MessageState.SENDING


def test_an_unsigned_status_is_refused(door: Door, message_id: int) -> None:
    form = payload("twilio/status_delivered")
    path = f"/webhooks/twilio/status?m={message_id}"
    assert door.twilio(form, path, token="0" * 32).status_code == 403
    assert door.twilio(form, path, token=NEXT_TOKEN).status_code == 200


def test_a_message_shut_out_by_the_window_goes_by_template_or_another_way(door: Door, message_id: int) -> None:
    tell(door, message_id, "failed", ErrorCode="63016")
    Inbox(door.house).work_next()
    (message,) = (each for each in door.all(Message) if each.reply == "hello_again")
    assert (message.state, message.channel, message.by_template) == (MessageState.QUEUED, "whatsapp", True)
    assert delivery_of(door, message.id) == (MessageState.QUEUED, "sms", "+919876543210")


def delivery_of(door: Door, message_id: int) -> tuple[MessageState, str, str]:
    """What becomes of it at the next attempt, when no template is approved."""
    Outbox(door.house).send_next()
    message = next(each for each in door.all(Message) if each.id == message_id)
    return message.state, message.channel, message.address
