"""STOP in the guest's own words, and what may still be said to them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from core.messaging.consent import Choice, MayReceive, choice_in, may_receive, opts_out, record_choice
from models.conversation import Conversation
from models.guest import ConsentEvent, GuestIdentity
from models.states import Channel, Purpose
from tests.builders.houses import a_guest, a_hotel, put

NOW = datetime(2026, 11, 22, 6, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    "words",
    [
        "STOP",
        "stop.",
        " Stop! ",
        "band karo",
        "Bandh karo",
        "mat bhejo",
        "message mat bhejo",
        "please stop",
        "बंद करो",
        "मैसेज मत भेजो",
        "unsubscribe",
    ],
)
def test_a_stop_is_heard_in_three_languages(words: str) -> None:
    assert opts_out(words) is True


@pytest.mark.parametrize("words", ["START", "unstop", "chalu karo", "शुरू करो"])
def test_a_start_too(words: str) -> None:
    assert opts_out(words) is False


@pytest.mark.parametrize(
    "words",
    [
        "",
        "cancel",
        "stop at Jaipur for a night",
        "don't stop the booking",
        "booking band karo abhi nahi",
        "bus stop ke paas hotel",
        "no",
        "mat",
    ],
)
def test_other_words_are_not_taken_for_either(words: str) -> None:
    assert opts_out(words) is None


@pytest.mark.parametrize(
    ("purpose", "wrote_again", "answers", "may"),
    [
        (Purpose.REMINDER, False, False, MayReceive.NO),
        (Purpose.REMINDER, True, False, MayReceive.NO),
        (Purpose.MARKETING, True, False, MayReceive.NO),
        (Purpose.CONVERSATION, False, False, MayReceive.NO),
        (Purpose.CONVERSATION, False, True, MayReceive.YES),
        (Purpose.BOOKING_FACT, False, False, MayReceive.ELSEWHERE),
        (Purpose.BOOKING_FACT, True, False, MayReceive.YES),
        (Purpose.STAFF, False, False, MayReceive.YES),
    ],
)
def test_after_stop_nothing_comes_by_itself_and_money_is_not_kept_silent(
    purpose: Purpose, may: MayReceive, *, wrote_again: bool, answers: bool
) -> None:
    last = NOW + timedelta(minutes=5) if wrote_again else NOW - timedelta(minutes=5)
    assert may_receive(purpose, opted_out_at=NOW, last_inbound_at=last, answers_guest=answers) is may


def test_who_never_said_stop_receives_everything() -> None:
    assert all(
        may_receive(purpose, opted_out_at=None, last_inbound_at=None, answers_guest=False) is MayReceive.YES
        for purpose in Purpose
    )


@pytest.mark.parametrize("words", ["no offers", "Stop offers!", "offers mat bhejo", "ऑफ़र मत भेजो"])
def test_offers_alone_can_be_stopped(words: str) -> None:
    assert choice_in(words) == Choice(out=True, offers=True)
    assert opts_out(words) is None


def test_each_choice_is_kept_with_its_channel_door_and_words(session: Session, now: datetime) -> None:
    visitor = a_guest(session, a_hotel(session, now=now), now=now)
    talk = session.get_one(Conversation, visitor.conversation_id)
    identity = put(
        session,
        GuestIdentity(
            account_id=talk.account_id,
            guest_id=visitor.guest_id,
            channel=talk.channel,
            address=talk.address,
            created_at=now,
        ),
    )
    news = [
        record_choice(session, identity, opted_out=True, wording="no offers", offers=True, now=now),
        record_choice(session, identity, opted_out=True, wording="STOP", now=now),
        record_choice(session, identity, opted_out=True, wording="stop!!", door="carrier", now=now),
        record_choice(session, identity, opted_out=False, wording="START", now=now),
    ]
    session.flush()
    assert news == [True, True, False, True]
    assert (identity.opted_out_at, identity.offers_out_at) == (None, now)
    kept = session.scalars(select(ConsentEvent).order_by(ConsentEvent.id)).all()
    assert [(each.opted_out, each.offers, each.channel, each.door, each.wording) for each in kept] == [
        (True, True, Channel.WHATSAPP, "chat", "no offers"),
        (True, False, Channel.WHATSAPP, "chat", "STOP"),
        (True, False, Channel.WHATSAPP, "carrier", "stop!!"),
        (False, False, Channel.WHATSAPP, "chat", "START"),
    ]
