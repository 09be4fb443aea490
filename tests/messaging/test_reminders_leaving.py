"""A queued reminder and the outbox: what changes between the two is what the guest hears, or does not."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from core.bookings.cancel import cancel
from core.bookings.confirm import confirm
from core.bookings.hold import place_hold
from core.messaging.reminders import queue_due
from core.unit_of_work import unit_of_work
from models.booking import Booking
from models.conversation import Conversation
from models.messaging import Message
from models.property import Property
from models.states import ActorKind, Channel, ConversationMode, MessageState
from tests.builders.houses import a_hotel, a_stay_quote
from tests.messaging.conftest import Post

INDIA = ZoneInfo("Asia/Kolkata")


@pytest.fixture
def reminded(post: Post) -> Post:
    """It is noon before the day of a stay, and its reminder has just been queued."""
    local = post.clock.now().astimezone(INDIA)
    noon = datetime.combine(local.date() + timedelta(days=1), time(12), INDIA)
    arrival = noon.date() + timedelta(days=1)
    with unit_of_work(post.house.engine) as session:
        booked_at = post.clock.now()
        hotel = replace(a_hotel(session, now=booked_at), account_id=post.account_id)
        session.get_one(Property, hotel.property_id).account_id = post.account_id
        guest_id = session.get_one(Conversation, post.conversation_id).guest_id
        quote = a_stay_quote(session, hotel, now=booked_at, arrival=arrival)
        booking = place_hold(
            session,
            quote_id=quote.id,
            guest_id=guest_id,
            conversation_id=post.conversation_id,
            channel=Channel.WHATSAPP,
            door="chat",
            now=booked_at,
        )
        booking.created_at = booked_at - timedelta(days=3)
        confirm(session, booking.id, actor=ActorKind.STAFF, door="test", now=booked_at)
    post.send_all()
    post.pass_time(noon - local)
    post.change(last_inbound_at=post.clock.now())
    with unit_of_work(post.house.engine) as session:
        assert queue_due(session, now=post.clock.now()) == 1
    return post


def row(post: Post) -> Message:
    with Session(post.house.engine) as session:
        return session.scalars(select(Message).where(Message.reply == "remind_arrival")).one()


def heard(post: Post) -> list[str]:
    return [line["text"] for line in post.arrived() if "See you tomorrow" in line["text"]]


def test_it_arrives_with_what_is_true_now(reminded: Post) -> None:
    with unit_of_work(reminded.house.engine) as session:
        house = session.scalars(select(Property)).one()
        house.address = "7 New Road"
    reminded.send_all()
    (text,) = heard(reminded)
    assert "7 New Road" in text


def test_a_booking_cancelled_meanwhile_is_not_reminded_of(reminded: Post) -> None:
    with unit_of_work(reminded.house.engine) as session:
        booking = session.scalars(select(Booking)).one()
        cancel(session, booking.id, actor=ActorKind.STAFF, door="test", now=reminded.clock.now())
    reminded.send_all()
    assert (heard(reminded), row(reminded).state, row(reminded).error_code) == (
        [],
        MessageState.CANCELLED,
        "no_longer_true",
    )


def test_a_person_who_took_over_meanwhile_is_not_talked_over(reminded: Post) -> None:
    reminded.change(mode=ConversationMode.HUMAN, mode_since=reminded.clock.now())
    reminded.send_all()
    assert (heard(reminded), row(reminded).error_code) == ([], "human")


def test_one_that_is_held_up_until_the_night_comes_in_the_morning_and_holds_up_nothing(reminded: Post) -> None:
    with unit_of_work(reminded.house.engine) as session:
        house = session.scalars(select(Property)).one()
        house.quiet_from, house.quiet_until = time(11), time(16)
    reminded.say("goodbye")
    reminded.send_all()
    assert (heard(reminded), len(reminded.arrived())) == ([], 2)
    reminded.pass_time(timedelta(hours=4))
    reminded.send_all()
    assert len(heard(reminded)) == 1
