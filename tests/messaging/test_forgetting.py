"""Who wants to be forgotten is: nothing that says who they are is left anywhere, and the accounts still add up."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import inspect, select, text
from sqlalchemy.orm import Session

from core.bookings.cancel import cancel
from core.bookings.events import record
from core.guests.erase import erase, still_expected
from core.guests.identify import conversation_with, identity_of
from core.guests.merge import merge
from core.messaging.consent import record_choice
from models.booking import Booking
from models.conversation import Conversation
from models.guest import ConsentEvent, Guest, GuestIdentity
from models.messaging import Message
from models.states import ActorKind, Channel, MessageState
from models.waitlist import WaitlistEntry
from tests.fixtures.clock import StillClock
from tests.fixtures.talk import Talk

NAME, SECOND, WISH = "Zubeida Quraishi", "Zubi Q", "a pillow without feathers"
PHONES = ("+919829000071", "+919829000072")


@pytest.fixture
def guest(sample: Session, clock: StillClock) -> Talk:
    """Somebody known under two numbers, with a stay that was cancelled and a place in a line."""
    first, second = (Talk(sample, clock, phone=phone) for phone in PHONES)
    for talk, name in ((first, NAME), (second, SECOND)):
        talk.guest.name, talk.guest.email = name, f"{name.split()[0].lower()}@example.com"
        sample.add(
            GuestIdentity(
                account_id=talk.guest.account_id,
                guest_id=talk.guest.id,
                channel=Channel.WHATSAPP,
                address=talk.row.address,
                created_at=clock.now(),
            )
        )
    sample.flush()
    first.say("Standard Double at Teej Terrace for 2, 20 to 21 December", "book_stay")
    first.say("yes", "affirm")
    booking = first.booking
    assert booking is not None
    booking.wishes = WISH
    facts = {"words": WISH, "amount": 5, "before": {"starts": "2026-12-20", "guest": NAME}}
    record(sample, booking, "wish_noted", actor=ActorKind.GUEST, door="chat", now=clock.now(), facts=facts)
    merge(sample, second.guest.id, into=first.guest.id)
    sample.add(
        WaitlistEntry(
            account_id=first.guest.account_id,
            property_id=booking.property_id,
            guest_id=first.guest.id,
            conversation_id=second.row.id,
            kind="stay",
            status="waiting",
            first_day=booking.first_day,
            last_day=booking.last_day,
            adults=2,
            created_at=clock.now(),
            changed_at=clock.now(),
        )
    )
    sample.flush()
    return first


def everything(session: Session) -> str:
    """Every value of every row of the database, in one text."""
    names = inspect(session.connection()).get_table_names()
    return "\n".join(
        str(row)
        for name in names
        for row in session.execute(text(f'SELECT t::text FROM "{name}" t')).scalars()  # noqa: S608 - our own tables
    )


def end(guest: Talk) -> Booking:
    booking = guest.booking
    assert booking is not None
    cancel(guest.session, booking.id, actor=ActorKind.GUEST, door="test", now=guest.clock.now())
    for message in guest.session.scalars(select(Message)):
        message.state = MessageState.DELIVERED
        message.body = f"Dear {NAME}"
    guest.session.flush()
    return booking


def test_nothing_that_says_who_they_are_is_left_under_either_number(guest: Talk) -> None:
    booking = end(guest)
    session = guest.session
    before = everything(session)
    personal = (NAME, SECOND, WISH, *PHONES, "zubeida@example.com")
    assert all(each in before for each in personal)
    erase(session, guest.guest, now=guest.clock.now())
    session.flush()
    after = everything(session)
    assert [each for each in personal if each in after] == []
    assert session.scalars(select(WaitlistEntry)).all() == []
    assert booking.reference in after
    assert session.get_one(Booking, booking.id).total_paise == booking.total_paise


def test_numbers_and_moments_of_what_happened_stay(guest: Talk) -> None:
    end(guest)
    erase(guest.session, guest.guest, now=guest.clock.now())
    facts = guest.session.execute(text("SELECT facts FROM booking_event WHERE kind = 'wish_noted'")).scalar_one()
    assert facts == {"amount": 5, "before": {"starts": "2026-12-20"}}


def test_who_is_still_expected_is_not_forgotten_yet(guest: Talk) -> None:
    assert guest.booking is not None
    assert still_expected(guest.session, guest.guest, now=guest.clock.now()) == [guest.booking.reference]
    assert guest.say("delete my data", "my_data").replies == ["forget_ask"]
    said = guest.tap("Yes, delete it")
    assert said.replies == ["forget_not_yet"]
    assert guest.booking.reference in said.text
    assert guest.guest.name == NAME


@pytest.mark.parametrize("words", ["delete my data", "mera data mita do", "मेरा डेटा मिटा दो"])
def test_a_fresh_yes_forgets_and_the_goodbye_still_leaves(guest: Talk, words: str) -> None:
    end(guest)
    address = guest.row.address
    asked = guest.say(words, "my_data")
    assert asked.replies == ["forget_ask"]
    guest.say("yes", "affirm")
    goodbye = guest.session.scalars(select(Message).where(Message.reply == "forgotten")).one()
    assert goodbye.address == address
    assert (guest.guest.name, guest.guest.erased_at is None) == (None, False)
    assert guest.row.address != address


def test_no_or_anything_else_keeps_everything(guest: Talk) -> None:
    end(guest)
    guest.say("delete my data", "my_data")
    assert guest.say("no", "deny").replies == ["forget_kept"]
    guest.say("delete my data", "my_data")
    assert "forgotten" not in guest.say("where is my booking?", "check_booking").replies
    assert "forgotten" not in guest.say("yes", "affirm").replies
    assert guest.guest.name == NAME


def test_my_data_tells_of_both_numbers(guest: Talk) -> None:
    told = guest.say("what do you know about me", "my_data")
    assert told.replies[0] == "my_data"
    assert all(phone in told.text for phone in PHONES)
    assert guest.booking is not None
    assert guest.booking.reference in told.text


def test_a_stop_is_remembered_and_who_writes_again_is_somebody_new(guest: Talk) -> None:
    end(guest)
    session, now, address = guest.session, guest.clock.now(), guest.row.address
    identity = session.scalars(select(GuestIdentity).where(GuestIdentity.address == address)).one()
    record_choice(session, identity, opted_out=True, wording="STOP", now=now)
    erase(session, guest.guest, now=now)
    kept = session.scalars(select(GuestIdentity)).all()
    assert [(each.address, each.opted_out_at) for each in kept] == [(address, now)]
    assert len(session.scalars(select(ConsentEvent)).all()) == 1
    again = conversation_with(
        session,
        account_id=guest.guest.account_id,
        line_id=guest.row.line_id,
        channel=Channel.WHATSAPP,
        address=address,
        now=now + timedelta(days=1),
    )
    newcomer = session.get_one(Conversation, again)
    assert newcomer.guest_id != guest.guest.id
    assert identity_of(session, newcomer).opted_out_at == now
    assert session.get_one(Guest, guest.guest.id).erased_at == now
