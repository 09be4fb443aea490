"""While a person has a guest the desk says nothing, what is queued included; alerts keep quiet hours."""

from __future__ import annotations

from datetime import datetime, time, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.owner.shows import digest_lines
from core.messaging.delivery import claim_next
from core.messaging.outbox import say_to_guest, tell_account
from core.owners.alerts import Wants
from core.owners.digest import send_digests, warn_of_few
from jobs.outbox import _a_human_is_talking
from models.messaging import Message
from models.states import Channel, MessageState, Purpose
from tests.fixtures.clock import StillClock
from tests.owners.chat import Office

MEERA = "owner@marigold.example"


def silent(session: Session, now: datetime) -> dict[str, bool]:
    """Of everything waiting to go out, what the desk must keep to itself."""
    found = {}
    while (claimed := claim_next(session, now=now)) is not None:
        found[claimed.message.reply] = _a_human_is_talking(claimed)
        claimed.message.state = MessageState.SENT
        session.flush()
    return found


def test_the_desk_is_silent_on_every_path_while_a_person_talks(sample: Session, clock: StillClock) -> None:
    office = Office(sample, clock)
    chat = office.chat(MEERA, Channel.TELEGRAM)
    talk = office.guest("Asha Mehta")
    queued = [
        ("hello_again", Purpose.CONVERSATION),
        ("hold_lapsed", Purpose.BOOKING_FACT),
        ("thank", Purpose.REMINDER),
        ("goodbye", Purpose.MARKETING),
    ]
    for reply, purpose in queued:
        say_to_guest(
            sample, conversation_id=talk.id, reply=reply, facts={}, now=clock.now(), purpose=purpose, key=reply
        )
    clock.advance(timedelta(seconds=1))
    office.hand_over("Asha Mehta", "I need a person")
    chat.say("reply I am here")
    waiting = select(Message).where(Message.conversation_id == talk.id)
    for message in sample.scalars(waiting):
        message.state = MessageState.QUEUED
    sample.flush()
    kept = silent(sample, clock.now())
    assert kept == {
        "hello_again": True,
        "hold_lapsed": False,
        "thank": True,
        "goodbye": True,
        "from_person": False,
    }


def test_in_quiet_hours_an_alert_waits_for_the_morning_and_holds_up_nobody(sample: Session, clock: StillClock) -> None:
    office = Office(sample, clock)
    chat = office.chat(MEERA, Channel.TELEGRAM)
    chat.say("quiet 11-14")  # it is noon
    facts = {"property": "Kesar Kothi", "lines": "24.12. 1/8"}
    tell_account(
        sample, account_id=office.account_id, reply="owner_low_availability", facts=facts, now=clock.now(), key="few"
    )
    alert = sample.scalars(select(Message).where(Message.reply == "owner_low_availability")).one()
    assert alert.next_attempt_at - clock.now() == timedelta(hours=1, minutes=59, seconds=50)
    tell_account(
        sample, account_id=office.account_id, reply="owner_desk_down", facts={"minutes": 3}, now=clock.now(), key="down"
    )
    claimed = claim_next(sample, now=clock.now())
    assert claimed is not None
    assert claimed.message.reply == "owner_desk_down"


def test_the_digest_comes_once_at_its_hour_unless_it_is_muted(sample: Session, clock: StillClock) -> None:
    office = Office(sample, clock)
    office.chat(MEERA, Channel.TELEGRAM)
    office.chat("desk@marigold.example", Channel.TELEGRAM).say("mute digest")
    office.stay("a", {"in": 1})
    assert send_digests(sample, digest_lines, now=clock.now()) == 0  # noon is too late for half past seven
    morning = clock.advance(timedelta(hours=19, minutes=35))
    assert [send_digests(sample, digest_lines, now=morning) for _ in range(2)] == [1, 0]
    digest = sample.scalars(select(Message).where(Message.reply == "owner_digest")).one()
    assert "Arrivals: 1" in digest.facts["lines"]
    assert office.bookings["a"].reference in digest.facts["lines"]


def test_few_rooms_left_is_told_once_for_each_night(sample: Session, clock: StillClock) -> None:
    office = Office(sample, clock)
    office.chat(MEERA, Channel.TELEGRAM)
    office.stay("a", {"in": 1, "nights": 1, "rooms": 3, "type": "Family Room"})
    assert [warn_of_few(sample, now=clock.now()) for _ in range(2)] == [1, 0]


def test_quiet_hours_may_pass_midnight() -> None:
    wants = Wants(quiet_from=time(22), quiet_until=time(7))
    late = datetime.fromisoformat("2026-11-22T23:30:00+05:30")
    assert wants.when("owner_new_booking", late) == datetime.fromisoformat("2026-11-23T07:00:00+05:30")
    assert wants.when("owner_handoff", late) == late


def test_what_is_wanted_is_kept_for_each_person(sample: Session, clock: StillClock) -> None:
    office = Office(sample, clock)
    meera, imran = office.chat(MEERA, Channel.TELEGRAM), office.chat("desk@marigold.example", Channel.WHATSAPP)
    meera.say("mute bookings")
    office.stay("a", {"in": 9})
    assert meera.news().replies == []
    assert imran.news().replies == ["owner_new_booking"]
