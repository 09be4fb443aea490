"""Two addresses become one guest only by proof; nobody guesses for long; a recycled number sees nothing old."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from core.bookings.find import bookings_of_guest
from core.guests.merge import MOST_WRONG, Proof, addresses_of, claim, fits
from core.messaging.heard import Heard
from core.messaging.turns import RECYCLED_AFTER, Taken, settle
from models.booking import Booking
from models.conversation import Conversation
from models.guest import Guest, GuestIdentity, ProofTry
from models.messaging import InboxEntry
from models.states import Channel, InboxState, Provider
from tests.builders.houses import Hotel, Visitor, a_guest, a_hotel, a_stay_quote, hold, put


def with_identity(session: Session, visitor: Visitor, now: datetime, *, name: str) -> Guest:
    talk = session.get_one(Conversation, visitor.conversation_id)
    guest = session.get_one(Guest, visitor.guest_id)
    guest.name = name
    put(
        session,
        GuestIdentity(
            account_id=talk.account_id,
            guest_id=guest.id,
            channel=Channel.WHATSAPP,
            address=talk.address,
            created_at=now,
        ),
    )
    return guest


@pytest.fixture
def hotel(session: Session, now: datetime) -> Hotel:
    return a_hotel(session, now=now)


@pytest.fixture
def booking(session: Session, hotel: Hotel, now: datetime) -> Booking:
    """Meera's, made from her first number."""
    visitor = a_guest(session, hotel, now=now)
    with_identity(session, visitor, now, name="Meera Sharma")
    arrival = (now + timedelta(days=9)).date()
    return hold(session, a_stay_quote(session, hotel, now=now, arrival=arrival), visitor, now=now)


@pytest.fixture
def stranger(session: Session, hotel: Hotel, now: datetime) -> Guest:
    """Somebody who writes from another number."""
    return with_identity(session, a_guest(session, hotel, now=now), now, name="M")


@pytest.mark.parametrize("said", ["Meera Sharma", "sharma", "It's Mrs. Sharma", "Meera ji", "meera naam se hai"])
def test_a_name_is_known_by_any_whole_part_of_it(said: str) -> None:
    assert fits(said, "Meera Sharma")


@pytest.mark.parametrize(
    "said", ["", "M", "Meer", "Asha Rao", "ji", "Meera Rao", "Asha Meera Ravi Sharma Gupta", "???"]
)
def test_a_part_of_a_word_a_list_of_names_or_none_is_no_proof(said: str) -> None:
    assert not fits(said, "Meera Sharma")


def test_a_name_in_hindi_is_one_too() -> None:
    assert fits("मीरा शर्मा के नाम से है", "मीरा शर्मा")
    assert not fits("मीरा", None)


def test_who_knows_reference_and_name_is_the_same_guest_under_both_numbers(
    session: Session, booking: Booking, stranger: Guest, now: datetime
) -> None:
    claimed = claim(session, stranger, booking, name="Sharma", now=now)
    assert (claimed.proof, claimed.guest.id) == (Proof.RIGHT, booking.guest_id)
    assert len(addresses_of(session, booking.guest_id)) == 2
    talks = session.scalars(select(Conversation.guest_id)).all()
    assert set(talks) == {booking.guest_id}
    assert stranger.merged_into_id == booking.guest_id
    assert [each.id for each in bookings_of_guest(session, claimed.guest.id, now=now)] == [booking.id]


def test_a_wrong_name_shows_nothing_and_is_counted_until_nothing_is_looked_at(
    session: Session, booking: Booking, stranger: Guest, now: datetime
) -> None:
    lefts = [claim(session, stranger, booking, name="Asha", now=now).left for _ in range(MOST_WRONG)]
    assert lefts == [4, 3, 2, 1, 0]
    assert claim(session, stranger, booking, name="Meera Sharma", now=now).proof is Proof.TOO_MANY
    assert stranger.merged_into_id is None
    assert len(session.scalars(select(ProofTry)).all()) == MOST_WRONG
    tomorrow = now + timedelta(days=1, seconds=1)
    assert claim(session, stranger, booking, name="Meera Sharma", now=tomorrow).proof is Proof.RIGHT


def test_many_phones_guess_no_better_than_one(session: Session, hotel: Hotel, booking: Booking, now: datetime) -> None:
    for number in range(MOST_WRONG):
        guest = with_identity(session, a_guest(session, hotel, now=now), now, name=f"G{number}")
        claim(session, guest, booking, name="Asha", now=now)
    one_more = with_identity(session, a_guest(session, hotel, now=now), now, name="G")
    assert claim(session, one_more, booking, name="Sharma", now=now).proof is Proof.TOO_MANY


def test_who_was_erased_is_nobody_to_become(session: Session, booking: Booking, stranger: Guest, now: datetime) -> None:
    session.get_one(Guest, booking.guest_id).erased_at = now
    session.flush()
    assert claim(session, stranger, booking, name="Sharma", now=now).proof is Proof.WRONG


def writes(session: Session, talk: Conversation, at: datetime) -> None:
    entry = put(
        session,
        InboxEntry(
            account_id=talk.account_id,
            provider=Provider.TWILIO,
            event_id=f"SM{at.timestamp()}",
            kind="message",
            line_id=talk.line_id,
            conversation_id=talk.id,
            payload={"heard": {"kind": "text", "text": "hi", "content": {}}},
            state=InboxState.NEW,
            next_attempt_at=at,
            received_at=at,
        ),
    )
    settle(session, Taken(talk, [entry], Heard("text", "hi")), action="test", now=at)


def test_after_a_very_long_silence_old_bookings_are_not_taken_up(
    session: Session, booking: Booking, now: datetime
) -> None:
    talk = session.get_one(Conversation, booking.conversation_id or 0)
    talk.frame, talk.asked, talk.booking_id = {"stay": {}}, "confirm", booking.id
    writes(session, talk, now)
    assert (talk.fresh_since, talk.asked) == (None, "confirm")
    later = now + RECYCLED_AFTER
    writes(session, talk, later)
    session.flush()
    kept = select(Conversation.fresh_since, Conversation.asked, Conversation.frame, Conversation.booking_id)
    assert session.execute(kept.where(Conversation.id == talk.id)).one() == (later, "none", {}, None)
    assert not bookings_of_guest(session, booking.guest_id, now=now, made_since=talk.fresh_since)
