"""The waiting line in the chat: offered beside what is nearest, joined by button or words, its offers answered."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from core.bookings.approve import approve, decline, propose
from core.bookings.waitlist import waits_of
from core.bookings.waitlist_offer import serve_next
from models.booking import Booking
from models.inventory import NightInventory
from models.messaging import Message
from models.property import Property, RoomType
from models.states import WaitStatus
from models.waitlist import WaitlistEntry
from tests.fixtures.clock import StillClock
from tests.fixtures.talk import Talk

SUITE = "Jharokha Suite at Kesar Kothi for 2, 9 to 11 december"


def stop(session: Session, room_type: str, *, closed: bool) -> None:
    """Take every night of a room type off sale, or put it back."""
    types = select(RoomType.id).where(RoomType.name == room_type)
    session.execute(update(NightInventory).where(NightInventory.room_type_id.in_(types)).values(stop_sell=closed))


def waiting(talk: Talk) -> list[WaitlistEntry]:
    """What this guest waits for."""
    talk.session.expire_all()
    return list(waits_of(talk.session, talk.guest.id))


def sold_out(talk: Talk, sample: Session) -> None:
    """The suite is gone, and the desk has said so."""
    stop(sample, "Jharokha Suite", closed=True)
    assert "Tell me if it's free" in talk.say(SUITE, "search_stay").titles


def comes_free(talk: Talk, sample: Session) -> Booking:
    """The suite is on sale again: the line is served, and the offer has left."""
    stop(sample, "Jharokha Suite", closed=False)
    for entry in waiting(talk):
        entry.changed_at = talk.clock.now()
    while serve_next(sample, now=talk.clock.now()):
        sample.flush()
    said = sample.scalars(select(Message).where(Message.reply == "waitlist_offer").order_by(Message.id.desc())).first()
    assert said is not None
    said.sent_at = talk.clock.now()
    sample.flush()
    return sample.get_one(Booking, said.booking_id)


@pytest.fixture
def in_line(talk: Talk, sample: Session) -> Talk:
    """A guest who waits for the suite."""
    sold_out(talk, sample)
    assert talk.tap("Tell me if it's free").replies == ["waitlist_joined"]
    return talk


def test_the_line_is_joined_by_the_button_beside_what_is_nearest(in_line: Talk) -> None:
    [entry] = waiting(in_line)
    suite = in_line.session.get_one(RoomType, entry.room_type_id)
    assert (suite.name, entry.adults, str(entry.first_day), entry.status) == (
        "Jharokha Suite", 2, "2026-12-09", WaitStatus.WAITING,
    )  # fmt: skip


@pytest.mark.parametrize(
    "words",
    [
        "put me on the waiting list",
        "waitlist me",
        "please tell me if one comes free",
        "let me know if it becomes available",
        "notify me when a room opens up",
        "agar khali ho to batana",
        "waiting list mein daal do",
        "jagah ho to bata dena",
        "जगह हो तो बताना",
        "खाली हो जाए तो बताइए",
        "वेटिंग लिस्ट में डाल दो",
    ],
)
def test_the_line_is_joined_in_words(talk: Talk, sample: Session, words: str) -> None:
    sold_out(talk, sample)
    assert talk.say(words, "out_of_scope").replies == ["waitlist_joined"]
    assert len(waiting(talk)) == 1


@pytest.mark.parametrize(
    "words",
    [
        "is a room free on 24 december?",
        "do you have any room available tomorrow",
        "kya kal koi kamra khali hai",
        "क्या कल कोई कमरा खाली है",
        "cancel my booking",
        "tell me about the hotel",
        "batao kya hai",
    ],
)
def test_other_words_are_not_taken_for_the_line(talk: Talk, words: str) -> None:
    assert not {"waitlist_joined", "waitlist_none", "waitlist_standing"} & set(talk.say(words, "ask_info").replies)


def test_words_with_the_whole_wish_join_at_once(talk: Talk, sample: Session) -> None:
    stop(sample, "Jharokha Suite", closed=True)
    answer = talk.say(f"put me on the waiting list: {SUITE}", "search_stay")
    assert answer.replies == ["waitlist_joined"]


def test_where_one_stands_is_told_and_the_line_is_left(in_line: Talk) -> None:
    assert in_line.say("where am I on the waiting list?", "ask_info").replies == ["waitlist_standing"]
    assert in_line.say("where is my booking", "check_booking").replies == ["waitlist_standing"]
    assert in_line.say("waiting list se hata do", "abandon").replies == ["waitlist_left"]
    assert waiting(in_line) == []
    assert in_line.say("meri waiting list kahan hai", "ask_info").replies[0] == "waitlist_none"


def test_the_offer_is_taken_by_its_button_and_paid_for(in_line: Talk, sample: Session) -> None:
    offered = comes_free(in_line, sample)
    in_line.say("do you have parking?", "ask_info")  # the button stays good
    assert in_line.tap_id(f"hold:{offered.id}:yes").replies == ["stay_held"]
    assert in_line.row.asked == "payment"


@pytest.mark.parametrize(("words", "intent", "replies"), [
    ("yes please", "affirm", ["stay_held"]),
    ("1", "select", ["stay_held"]),
    ("yes i'll take it", "search_stay", ["stay_held"]),
    ("haan le lo", "inform", ["stay_held"]),
    ("ok we take it!", "out_of_scope", ["stay_held"]),
    ("no thanks", "deny", ["offer_declined"]),
    ("2", "select", ["offer_declined"]),
])  # fmt: skip
def test_a_word_or_a_number_right_after_it_answers_too(
    in_line: Talk, sample: Session, words: str, intent: str, replies: list[str]
) -> None:
    comes_free(in_line, sample)
    assert in_line.say(words, intent).replies == replies


def test_a_yes_to_another_question_takes_nothing(in_line: Talk, sample: Session) -> None:
    offered = comes_free(in_line, sample)
    in_line.say("double room in Udaipur, 9 to 11 december", "search_stay")
    in_line.say("yes", "affirm")
    sample.refresh(offered)
    assert in_line.row.booking_id != offered.id


def test_a_yes_that_crossed_the_offer_takes_nothing(in_line: Talk, sample: Session) -> None:
    offered = comes_free(in_line, sample)
    in_line.before_it_was_sent()
    assert "stay_held" not in in_line.say("yes", "affirm").replies
    sample.refresh(offered)
    assert offered.status == "held"


def test_an_offer_whose_time_is_over_is_refused_kindly(in_line: Talk, sample: Session, clock: StillClock) -> None:
    offered = comes_free(in_line, sample)
    clock.advance(timedelta(days=2))
    assert in_line.tap_id(f"hold:{offered.id}:yes").replies == ["hold_lapsed"]


def test_nobody_takes_what_was_offered_to_another(in_line: Talk, sample: Session, clock: StillClock) -> None:
    offered = comes_free(in_line, sample)
    stranger = Talk(sample, clock, phone="+919829099999")
    assert stranger.tap_id(f"hold:{offered.id}:yes").replies == ["booking_not_found"]


def test_a_table_at_a_full_hour_has_a_line_too(talk: Talk, sample: Session) -> None:
    house = sample.scalars(select(Property).where(Property.name == "Do Mez")).one()
    others = [Talk(sample, talk.clock, phone=f"+91982903000{number}") for number in range(2)]
    for other, party in zip(others, (2, 4), strict=True):
        other.say(f"table at Do Mez on 9 december at 8 pm for {party}", "search_table")
        assert other.tap("Confirm").replies == ["awaiting_approval"]
    answer = talk.say("table at Do Mez on 9 december at 8 pm for 2", "search_table")
    assert "Tell me if it's free" in answer.titles
    assert talk.tap("Tell me if it's free").replies == ["waitlist_joined"]
    [entry] = waiting(talk)
    assert (entry.property_id, str(entry.from_at), str(entry.until_at)) == (house.id, "19:00:00", "21:00:00")


# ------------------------------------------------------------------------------------------------ a house that is asked


@pytest.fixture
def request_made(talk: Talk) -> Talk:
    """A guest who has asked for a table at Do Mez."""
    talk.say("table at Do Mez on 9 december at 8 pm for 2", "search_table")
    assert talk.tap("Confirm").replies == ["awaiting_approval"]
    return talk


def newest(talk: Talk) -> Message:
    """The last thing said to the guest."""
    mine = select(Message).where(Message.conversation_id == talk.row.id).order_by(Message.id.desc())
    said = talk.session.scalars(mine).first()
    assert said is not None
    said.sent_at = talk.clock.now()
    talk.session.flush()
    return said


def test_the_houses_yes_asks_for_the_deposit(request_made: Talk) -> None:
    booking = request_made.booking
    assert booking is not None
    approve(request_made.session, booking.id, door="owner_chat", now=request_made.clock.now(), actor_id=None)
    assert newest(request_made).reply == "request_approved"
    assert request_made.status == "held"
    assert request_made.say("I want to pay", "pay").replies == ["pay_link"]


def test_a_no_comes_with_what_is_near_and_a_button_to_more(request_made: Talk) -> None:
    booking = request_made.booking
    assert booking is not None
    now = request_made.clock.now()
    decline(request_made.session, booking.id, reason="a wedding", door="owner_chat", now=now, actor_id=None)
    said = newest(request_made)
    assert (said.reply, said.facts["words"]) == ("request_declined", "a wedding")
    assert request_made.tap_id(f"hold:{booking.id}:like").replies[0].startswith(("table", "quote_table"))


@pytest.mark.parametrize(("what", "replies"), [("yes", ["table_held"]), ("no", ["offer_declined"])])
def test_another_time_is_kept_and_answered(request_made: Talk, what: str, replies: list[str]) -> None:
    booking = request_made.booking
    assert booking is not None
    later = booking.starts_at + timedelta(minutes=30)
    now = request_made.clock.now()
    kept = propose(request_made.session, booking.id, starts_at=later, door="owner_chat", now=now, actor_id=None)
    assert newest(request_made).facts["instead_of"] == booking.reference
    assert request_made.tap_id(f"hold:{kept.id}:{what}").replies == replies


def test_a_guest_who_changes_their_mind_takes_the_request_back(request_made: Talk) -> None:
    request_made.say("cancel my booking", "cancel_booking")
    assert request_made.say("yes", "affirm").replies == ["hold_released"]
    assert request_made.status == "released"
