"""Trouble comes before a person; what did not arrive is seen and said again, once."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from core.messaging.outbox import say_to_guest
from core.messaging.reroute import tell_people
from core.messaging.trouble import Trouble, escalate
from core.messaging.undelivered import say_again, undelivered
from models.booking import Booking
from models.conversation import Conversation, Handoff
from models.messaging import Message
from models.states import ConversationMode, MessageState, Purpose
from tests.builders.houses import Hotel, a_guest, a_hotel, a_stay_quote, an_owner, hold


@pytest.fixture
def hotel(session: Session, now: datetime) -> Hotel:
    hotel = a_hotel(session, now=now)
    an_owner(session, hotel, now=now)
    return hotel


@pytest.fixture
def booking(session: Session, hotel: Hotel, now: datetime) -> Booking:
    arrival = (now + timedelta(days=9)).date()
    quote = a_stay_quote(session, hotel, now=now, arrival=arrival)
    return hold(session, quote, a_guest(session, hotel, now=now), now=now)


def cards(session: Session) -> list[str]:
    wanted = select(Message.reply).where(Message.purpose == Purpose.STAFF, Message.reply.like("owner_trouble%"))
    return list(session.scalars(wanted.order_by(Message.id)))


def a_message(session: Session, booking: Booking, now: datetime, **more: object) -> Message:
    message_id = say_to_guest(
        session,
        conversation_id=booking.conversation_id or 0,
        reply="booking_confirmed",
        facts={"reference": booking.reference},
        now=now,
        purpose=Purpose.BOOKING_FACT,
        booking_id=booking.id,
    )
    message = session.get_one(Message, message_id)
    for name, value in more.items():
        setattr(message, name, value)
    session.flush()
    return message


@pytest.mark.parametrize("trouble", ["payment", "refund", "delivery"])
def test_trouble_opens_a_card_and_the_desk_keeps_quiet(
    session: Session, booking: Booking, now: datetime, trouble: Trouble
) -> None:
    assert escalate(session, booking, trouble, about="1", now=now)
    handoff = session.scalars(select(Handoff)).one()
    talk = session.get_one(Conversation, booking.conversation_id or 0)
    assert (handoff.reason, handoff.property_id, talk.mode) == (trouble, booking.property_id, ConversationMode.HUMAN)
    assert cards(session) == ["owner_trouble"]


def test_a_guest_who_is_with_a_person_gets_a_note_and_each_trouble_one(
    session: Session, booking: Booking, now: datetime
) -> None:
    for about in ("1", "2", "2"):
        escalate(session, booking, "payment", about=about, now=now)
    assert len(session.scalars(select(Handoff)).all()) == 1
    assert cards(session) == ["owner_trouble", "owner_trouble_note"]


def test_what_was_booked_outside_any_conversation_has_nobody_to_hand_over(
    session: Session, booking: Booking, now: datetime
) -> None:
    booking.conversation_id = None
    assert not escalate(session, booking, "refund", about="1", now=now)
    assert cards(session) == []


def test_a_fact_that_cannot_be_told_is_such_trouble_and_small_talk_is_not(
    session: Session, booking: Booking, now: datetime
) -> None:
    tell_people(session, a_message(session, booking, now, purpose=Purpose.CONVERSATION), now=now)
    assert cards(session) == []
    tell_people(session, a_message(session, booking, now), now=now)
    assert cards(session) == ["owner_trouble"]


def test_what_failed_is_listed_and_said_again_once(
    session: Session, hotel: Hotel, booking: Booking, now: datetime
) -> None:
    failed = a_message(session, booking, now, state=MessageState.FAILED, error_code="63024")
    a_message(session, booking, now)
    shown = undelivered(session, hotel.account_id, [hotel.property_id], now=now)
    assert [each.id for each in shown] == [failed.id]
    again = say_again(session, failed, now=now)
    assert again is not None
    row = session.get_one(Message, again)
    assert (row.state, row.facts, row.address) == (MessageState.QUEUED, failed.facts, failed.address)
    assert say_again(session, failed, now=now) is None
    assert not undelivered(session, hotel.account_id, [hotel.property_id], now=now)


def test_other_houses_and_old_ones_are_not_listed(
    session: Session, hotel: Hotel, booking: Booking, now: datetime
) -> None:
    a_message(session, booking, now, state=MessageState.FAILED)
    assert not undelivered(session, hotel.account_id, [], now=now)
    assert not undelivered(session, hotel.account_id + 1, [hotel.property_id], now=now)
    assert not undelivered(session, hotel.account_id, [hotel.property_id], now=now + timedelta(days=8))


def test_what_arrived_is_not_said_again(session: Session, booking: Booking, now: datetime) -> None:
    assert say_again(session, a_message(session, booking, now, state=MessageState.READ), now=now) is None
