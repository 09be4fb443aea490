"""Who booked from another number, quotes an older message, rates a stay, sends a picture with words."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from models.booking import Booking
from models.guest import Review
from models.messaging import Message, Recording
from models.states import BookingStatus, Purpose
from tests.fixtures.clock import StillClock
from tests.fixtures.talk import Talk


@pytest.fixture
def booked(sample: Session, clock: StillClock) -> Talk:
    """Meera, who has a booking under her first number."""
    first = Talk(sample, clock, phone="+919829000001")
    first.guest.name = "Meera Sharma"
    first.say("Standard Double at Teej Terrace for 2, 20 to 21 December", "book_stay")
    first.say("yes", "affirm")
    assert first.status == "confirmed"
    return first


@pytest.fixture
def other(booked: Talk, sample: Session, clock: StillClock) -> Talk:
    """Another number nobody knows."""
    assert booked.booking is not None
    return Talk(sample, clock, phone="+919829000002")


def reference(booked: Talk) -> str:
    booking = booked.booking
    assert booking is not None
    return booking.reference


@pytest.mark.parametrize("words", ["I booked from another number, {}", "doosre number se book kiya tha {}", "{}"])
def test_a_reference_and_the_name_open_a_booking_of_another_number(booked: Talk, other: Talk, words: str) -> None:
    asked = other.say(words.format(reference(booked)), "check_booking")
    assert asked.replies == ["ask_proof"]
    assert "Teej" not in asked.text
    shown = other.say("Meera Sharma", "inform")
    assert shown.replies == ["proof_right", "booking_status"]
    assert reference(booked) in shown.text
    assert other.row.guest_id == booked.guest.id
    told = booked.session.scalars(select(Message.reply).where(Message.conversation_id == booked.row.id)).all()
    assert "identity_joined" in told


def test_a_wrong_name_shows_nothing_and_the_sixth_is_not_looked_at(booked: Talk, other: Talk) -> None:
    other.say(reference(booked), "check_booking")
    said = [other.say(name, "inform") for name in ("Asha", "Ravi", "Kiran", "Sunil", "Deepa")]
    assert [each.replies for each in said] == [["proof_wrong"]] * 4 + [["proof_too_many"]]
    assert not any("Teej" in each.text for each in said)
    other.say(reference(booked), "check_booking")
    assert other.say("Meera Sharma", "inform").replies == ["proof_too_many"]
    assert other.row.guest_id != booked.guest.id


def code_sent(booked: Talk) -> str:
    sent = booked.session.scalars(
        select(Message)
        .where(Message.conversation_id == booked.row.id, Message.reply == "proof_code")
        .order_by(Message.id.desc())
        .limit(1)
    ).one()
    code: str = sent.facts["code"]
    return code


@pytest.mark.parametrize("how", ["tap", "1", "send me an otp", "कोड भेजो"])
def test_a_code_sent_to_the_other_number_opens_the_booking_too(booked: Talk, other: Talk, how: str) -> None:
    asked = other.say(reference(booked), "check_booking")
    assert asked.titles == ["Send a code"]
    sent = other.tap("Send a code") if how == "tap" else other.say(how, "inform")
    assert sent.replies == ["ask_code"]
    code = code_sent(booked)
    assert code not in sent.text
    shown = other.say(f"it is {code[:3]} {code[3:]}", "inform")
    assert shown.replies == ["proof_right", "booking_status"]
    assert other.row.guest_id == booked.guest.id


def test_a_wrong_old_or_twice_told_code_opens_nothing(booked: Talk, other: Talk) -> None:
    other.say(reference(booked), "check_booking")
    other.tap("Send a code")
    old = code_sent(booked)
    wrong = f"{(int(old) + 1) % 10**6:06}"
    assert other.say(wrong, "inform").replies == ["code_wrong"]
    other.clock.advance(timedelta(minutes=10))
    assert other.say(old, "inform").replies == ["code_wrong"]
    assert other.say("send the code again", "inform").replies == ["ask_code"]
    assert other.say(old, "inform").replies == (["code_wrong"] if old != code_sent(booked) else ["proof_right"])
    assert other.row.guest_id != booked.guest.id
    assert other.say("Meera Sharma", "inform").replies == ["proof_right", "booking_status"]


def test_no_more_than_three_codes_a_day_go_to_anybody(booked: Talk, other: Talk) -> None:
    for _ in range(3):
        other.say(reference(booked), "check_booking")
        assert other.tap("Send a code").replies == ["ask_code"]
    other.say(reference(booked), "check_booking")
    assert other.tap("Send a code").replies == ["proof_too_many"]
    told = select(Message).where(Message.conversation_id == booked.row.id, Message.reply == "proof_code")
    assert len(booked.session.scalars(told).all()) == 3


def test_a_code_for_one_guest_is_none_for_another(
    booked: Talk, other: Talk, sample: Session, clock: StillClock
) -> None:
    other.say(reference(booked), "check_booking")
    other.tap("Send a code")
    thief = Talk(sample, clock, phone="+919829000003")
    thief.say(reference(booked), "check_booking")
    thief.tap("Send a code")
    assert other.say(code_sent(booked), "inform").replies == ["code_wrong"]


def test_never_mind_ends_the_asking(booked: Talk, other: Talk) -> None:
    other.say(reference(booked), "check_booking")
    assert "proof_wrong" not in other.say("no, leave it", "deny").replies
    assert other.row.asked != "name"


def test_a_number_that_was_silent_for_long_needs_the_reference(booked: Talk) -> None:
    booked.row.fresh_since = booked.clock.now() + timedelta(seconds=1)
    booked.row.booking_id = None
    assert booked.say("where is my booking", "check_booking").replies == ["no_booking"]
    assert booked.say(reference(booked), "check_booking").replies == ["booking_status"]
    assert booked.say("where is my booking", "check_booking").replies == ["booking_status"]


# ------------------------------------------------------------------------------------------------------- quoting


def quote(talk: Talk, message: Message, text: str, intent: str) -> list[str]:
    """Answer just that message."""
    message.provider_id = f"MM{message.id:032x}"
    talk.session.flush()
    return talk.turn_with({"answers": message.provider_id}, text, intent).replies


def newest(talk: Talk, reply: str) -> Message:
    mine = select(Message).where(Message.conversation_id == talk.row.id, Message.reply == reply)
    return talk.session.scalars(mine.order_by(Message.id.desc()).limit(1)).one()


def test_yes_to_an_old_quote_does_not_take_the_new_one(talk: Talk) -> None:
    talk.say("Standard Double at Teej Terrace for 2, 20 to 21 December", "book_stay")
    old = newest(talk, "quote_stay")
    talk.say("Standard Double at Teej Terrace for 2, 22 to 23 December", "book_stay")
    assert quote(talk, old, "yes", "affirm")[0] == "old_question"
    assert talk.booking_count() == 0
    assert quote(talk, newest(talk, "quote_stay_again"), "yes", "affirm") == ["booking_confirmed"]


def test_words_about_a_quoted_booking_are_about_that_one(talk: Talk) -> None:
    for days in ("20 to 21", "22 to 23"):
        talk.say(f"Standard Double at Teej Terrace for 2, {days} December", "book_stay")
        talk.say("yes", "affirm")
    mine = select(Message).where(Message.conversation_id == talk.row.id, Message.reply == "booking_confirmed")
    first, second = talk.session.scalars(mine.order_by(Message.id)).all()
    assert first.booking_id != second.booking_id
    assert quote(talk, first, "cancel this", "cancel_booking") == ["cancel_ask"]
    assert talk.row.frame["about_booking"] == first.booking_id


# ------------------------------------------------------------------------------------------------------- reviews


def ask(talk: Talk, booking: Booking) -> None:
    """The house asks how it was."""
    now = talk.clock.now()
    talk.session.add(
        Message(
            account_id=booking.account_id,
            line_id=talk.row.line_id,
            channel=talk.row.channel,
            address=talk.row.address,
            conversation_id=talk.row.id,
            booking_id=booking.id,
            purpose=Purpose.MARKETING,
            reply="review_ask",
            facts={},
            options=[],
            language="en",
            state="sent",
            attempts=1,
            next_attempt_at=now,
            created_at=now,
            sent_at=now,
        )
    )
    booking.status = BookingStatus.COMPLETED
    talk.session.flush()


@pytest.mark.parametrize(
    ("words", "stars", "reply"),
    [("5", 5, "review_thanks"), ("४", 4, "review_thanks"), ("2/5", 2, "review_low"), ("⭐⭐⭐", 3, "review_thanks")],
)
def test_a_number_after_the_question_is_the_answer(booked: Talk, words: str, stars: int, reply: str) -> None:
    assert booked.booking is not None
    ask(booked, booked.booking)
    assert booked.say(words, "select").replies == [reply]
    (kept,) = booked.session.scalars(select(Review)).all()
    assert kept.stars == stars


def test_a_number_later_is_not_and_nobody_rates_twice(booked: Talk) -> None:
    assert booked.booking is not None
    ask(booked, booked.booking)
    booked.say("5", "select")
    booked.say("1", "select")
    (kept,) = booked.session.scalars(select(Review)).all()
    assert kept.stars == 5


# --------------------------------------------------------------------------------------------------------- media


def test_a_picture_with_words_is_answered_by_its_words_and_kept(talk: Talk) -> None:
    media = [{"url": "https://api.twilio.com/x", "type": "image/jpeg"}]
    said = talk.turn_with({"media": media}, "hello", "greet")
    assert said.replies == ["greet"]
    (kept,) = talk.session.scalars(select(Recording)).all()
    assert (kept.content_type, kept.state) == ("image/jpeg", "new")
