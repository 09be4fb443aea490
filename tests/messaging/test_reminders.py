"""Reminders: due by rule, said once, true at the moment they leave, and never at night."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Engine, select, text
from sqlalchemy.orm import Session

from core.bookings.cancel import cancel
from core.bookings.confirm import confirm
from core.bookings.expire import expire_due_holds
from core.guests.identify import identity_of
from core.messaging import reminders
from core.messaging.consent import record_choice
from core.messaging.reminders import Booked, Quiet, check, coming, ending, over, put_off, queue_due, reminders_of
from core.payments.desk import take_money
from core.unit_of_work import unit_of_work
from models.booking import Booking
from models.conversation import Conversation
from models.guest import GuestIdentity
from models.messaging import Message
from models.property import Property
from models.states import ActorKind, BookingKind, BookingStatus, Channel, ConversationMode, MessageState, Purpose
from tests.builders.houses import (
    Hotel,
    Tables,
    Visitor,
    a_guest,
    a_hotel,
    a_restaurant,
    a_stay_quote,
    a_table_quote,
    hold,
    put,
)

INDIA = ZoneInfo("Asia/Kolkata")
THURSDAY = date(2026, 12, 24)
NIGHT = Quiet(time(21), time(9), INDIA)


def india(day: date, hour: int, minute: int = 0) -> datetime:
    return datetime.combine(day, time(hour, minute), INDIA).astimezone(UTC)


def a_stay(
    session: Session, now: datetime, *, deposit_percent: int = 0, confirmed: bool = True
) -> tuple[Hotel, Visitor, Booking]:
    hotel = a_hotel(session, now=now, deposit_percent=deposit_percent)
    visitor = known(session, a_guest(session, hotel, now=now), now)
    booking = hold(session, a_stay_quote(session, hotel, now=now, arrival=THURSDAY), visitor, now=now)
    if confirmed:
        confirm(session, booking.id, actor=ActorKind.STAFF, door="test", now=now)
    return hotel, visitor, booking


def a_table(session: Session, now: datetime) -> tuple[Tables, Visitor, Booking]:
    house = a_restaurant(session, now=now)
    visitor = known(session, a_guest(session, house, now=now), now)
    quote = a_table_quote(session, house, now=now, starts_at=india(THURSDAY, 20))
    booking = hold(session, quote, visitor, now=now)
    confirm(session, booking.id, actor=ActorKind.STAFF, door="test", now=now)
    return house, visitor, booking


def known(session: Session, visitor: Visitor, now: datetime) -> Visitor:
    """Their address is an identity, as for everybody who has written."""
    talk = session.get_one(Conversation, visitor.conversation_id)
    put(
        session,
        GuestIdentity(
            account_id=talk.account_id,
            guest_id=talk.guest_id,
            channel=Channel.WHATSAPP,
            address=talk.address,
            created_at=now,
        ),
    )
    return visitor


def said(session: Session, visitor: Visitor) -> list[str]:
    mine = select(Message.reply).where(Message.conversation_id == visitor.conversation_id)
    return [reply for reply in session.scalars(mine.order_by(Message.id)) if reply.startswith(("remind_", "review_"))]


def newest(session: Session, visitor: Visitor) -> Message:
    mine = select(Message).where(Message.conversation_id == visitor.conversation_id)
    return session.scalars(mine.order_by(Message.id.desc()).limit(1)).one()


def booked_like(kind: BookingKind, status: BookingStatus, *, booked_before: timedelta) -> Booked:
    starts = india(THURSDAY, 20 if kind is BookingKind.TABLE else 14)
    return Booked(1, kind, status, starts - booked_before, starts, starts + timedelta(hours=2), None, INDIA)


# ------------------------------------------------------------------------------------------------------ the rules


def test_a_stay_is_reminded_of_its_balance_and_the_day_before() -> None:
    due = reminders_of(booked_like(BookingKind.STAY, BookingStatus.CONFIRMED, booked_before=timedelta(days=20)))
    assert {each.reply: each.at for each in due} == {
        "remind_arrival": india(date(2026, 12, 23), 10),
        "remind_balance": india(date(2026, 12, 21), 10),
    }


def test_a_table_is_reminded_the_day_before_and_a_few_hours_before() -> None:
    due = reminders_of(booked_like(BookingKind.TABLE, BookingStatus.CONFIRMED, booked_before=timedelta(days=20)))
    assert {each.reply: each.at for each in due} == {
        "remind_arrival": india(date(2026, 12, 23), 10),
        "remind_today": india(THURSDAY, 17),
    }


def test_who_has_just_booked_is_not_reminded_of_it() -> None:
    tonight = booked_like(BookingKind.TABLE, BookingStatus.CONFIRMED, booked_before=timedelta(hours=4))
    assert reminders_of(tonight) == ()


@pytest.mark.parametrize(
    "status", [BookingStatus.CANCELLED, BookingStatus.NO_SHOW, BookingStatus.EXPIRED, BookingStatus.RELEASED]
)
def test_what_is_over_is_never_reminded_of(status: BookingStatus) -> None:
    assert reminders_of(booked_like(BookingKind.STAY, status, booked_before=timedelta(days=9))) == ()


@given(
    st.datetimes(datetime(2026, 1, 1), datetime(2027, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001 - Hypothesis wants naive ends
    st.times(),
    st.times(),
)
def test_quiet_hours_end_outside_themselves_and_within_a_day(now: datetime, begins: time, ends: time) -> None:
    quiet = Quiet(begins, ends, INDIA)
    over = quiet.over_at(now)
    assert now <= over < now + timedelta(days=1)
    assert quiet.over_at(over) == over


@pytest.mark.parametrize(("hour", "minute", "waits"), [(20, 59, False), (21, 0, True), (3, 0, True), (9, 0, False)])
def test_nine_in_the_evening_to_nine_in_the_morning_is_night(hour: int, minute: int, *, waits: bool) -> None:
    now = india(THURSDAY, hour, minute)
    assert (NIGHT.over_at(now) > now) is waits


# ------------------------------------------------------------------------------------------------------ the queue


def test_each_is_said_once_however_often_one_looks(session: Session, now: datetime) -> None:
    _, visitor, _ = a_stay(session, now)
    for at in (india(date(2026, 12, 21), 11), india(date(2026, 12, 23), 11), india(date(2026, 12, 23), 12)):
        queue_due(session, now=at)
        queue_due(session, now=at + timedelta(seconds=30))
    assert said(session, visitor) == ["remind_balance", "remind_arrival"]
    assert newest(session, visitor).purpose is Purpose.REMINDER


def test_a_table_is_reminded_twice(session: Session, now: datetime) -> None:
    _, visitor, _ = a_table(session, now)
    for at in (india(date(2026, 12, 23), 10), india(THURSDAY, 16, 59), india(THURSDAY, 17), india(THURSDAY, 18)):
        queue_due(session, now=at)
    assert said(session, visitor) == ["remind_arrival", "remind_today"]


def test_two_workers_at_once_say_it_once(engine: Engine, now: datetime) -> None:
    with unit_of_work(engine) as session:
        _, visitor, _ = a_stay(session, now)
    at = india(date(2026, 12, 23), 11)

    def look(_: int) -> int:
        with unit_of_work(engine) as session:
            return queue_due(session, now=at)

    with ThreadPoolExecutor(6) as together:
        queued = list(together.map(look, range(6)))
    with Session(engine) as session:
        assert (sum(queued), said(session, visitor)) == (1, ["remind_arrival"])


def test_nobody_is_woken(session: Session, now: datetime) -> None:
    hotel, visitor, _ = a_stay(session, now)
    house = session.get_one(Property, hotel.property_id)
    house.quiet_from, house.quiet_until = time(9), time(12)
    session.flush()
    assert queue_due(session, now=india(date(2026, 12, 23), 11, 59)) == 0
    assert queue_due(session, now=india(date(2026, 12, 23), 12)) == 1
    assert said(session, visitor) == ["remind_arrival"]


def test_after_stop_nothing_and_after_start_again(session: Session, now: datetime) -> None:
    _, visitor, _ = a_stay(session, now)
    identity = identity_of(session, session.get_one(Conversation, visitor.conversation_id))
    record_choice(session, identity, opted_out=True, wording="STOP", now=now)
    at = india(date(2026, 12, 23), 11)
    assert queue_due(session, now=at) == 0
    record_choice(session, identity, opted_out=False, wording="START", now=at)
    assert queue_due(session, now=at) == 1


def test_no_reminder_while_a_person_has_the_conversation(session: Session, now: datetime) -> None:
    _, visitor, _ = a_stay(session, now)
    talk = session.get_one(Conversation, visitor.conversation_id)
    talk.mode = ConversationMode.HUMAN
    session.flush()
    at = india(date(2026, 12, 23), 11)
    assert queue_due(session, now=at) == 0
    talk.mode = ConversationMode.DESK
    session.flush()
    assert queue_due(session, now=at) == 1


def test_who_has_paid_is_not_asked_for_the_balance(session: Session, now: datetime) -> None:
    _, visitor, booking = a_stay(session, now)
    take_money(session, booking.id, booking.total_paise, how="cash", key="desk:1", door="test", actor_id=None, now=now)
    assert queue_due(session, now=india(date(2026, 12, 21), 11)) == 0
    assert queue_due(session, now=india(date(2026, 12, 23), 11)) == 1
    assert newest(session, visitor).facts["balance"] == 0


def test_a_hold_about_to_end_unpaid_is_told_even_at_night_to_who_has_just_written(
    session: Session, now: datetime
) -> None:
    tonight = india(now.date(), 22)
    _, visitor, booking = a_stay(session, tonight, deposit_percent=50, confirmed=False)
    assert booking.hold_expires_at is not None
    soon = booking.hold_expires_at - timedelta(minutes=4)
    assert queue_due(session, now=soon - timedelta(minutes=5)) == 0
    assert queue_due(session, now=soon) == 0
    talk = session.get_one(Conversation, visitor.conversation_id)
    talk.last_inbound_at = tonight
    session.flush()
    assert queue_due(session, now=soon) == 1
    assert said(session, visitor) == ["remind_payment"]
    assert newest(session, visitor).facts["due_now"] > 0


def test_after_the_stay_one_question_within_three_days(session: Session, now: datetime) -> None:
    _, visitor, booking = a_stay(session, now)
    booking.status = BookingStatus.COMPLETED
    session.flush()
    left = booking.ends_at
    assert queue_due(session, now=left + timedelta(hours=2)) == 0
    assert queue_due(session, now=left + timedelta(days=4)) == 0
    assert queue_due(session, now=left + timedelta(hours=4)) == 1
    assert queue_due(session, now=left + timedelta(hours=5)) == 0
    assert (said(session, visitor), newest(session, visitor).purpose) == (["review_ask"], Purpose.MARKETING)


# ------------------------------------------------------------------------------------------- at the moment it leaves


def a_queued_one(session: Session, now: datetime) -> tuple[Booking, Message, datetime]:
    _, visitor, booking = a_stay(session, now)
    at = india(date(2026, 12, 23), 11)
    assert queue_due(session, now=at) == 1
    return booking, newest(session, visitor), at


def test_what_leaves_are_the_facts_of_that_moment(session: Session, now: datetime) -> None:
    booking, message, at = a_queued_one(session, now)
    booking.party_size = 4
    session.flush()
    ruling = check(session, message, now=at)
    assert ruling.facts is not None
    assert ruling.facts["party"] == 4


def test_a_cancelled_booking_is_not_reminded_of(session: Session, now: datetime) -> None:
    booking, message, at = a_queued_one(session, now)
    cancel(session, booking.id, actor=ActorKind.GUEST, door="test", now=at)
    ruling = check(session, message, now=at)
    assert (ruling.facts, ruling.later) == (None, None)


def test_a_moved_booking_never_gets_its_old_reminder_and_gets_a_new_one(session: Session, now: datetime) -> None:
    booking, message, at = a_queued_one(session, now)
    for name in ("starts_at", "ends_at"):
        setattr(booking, name, getattr(booking, name) + timedelta(days=2))
    booking.first_day += timedelta(days=2)
    booking.last_day += timedelta(days=2)
    session.flush()
    assert check(session, message, now=at).facts is None
    assert queue_due(session, now=at + timedelta(days=2)) == 1


def test_what_was_held_up_until_the_night_waits_for_morning_and_holds_nobody_up(
    session: Session, now: datetime
) -> None:
    booking, message, at = a_queued_one(session, now)
    house = session.get_one(Property, booking.property_id)
    house.quiet_from, house.quiet_until = time(10), time(15)
    session.flush()
    ruling = check(session, message, now=at)
    assert (ruling.facts, ruling.later) == (None, india(date(2026, 12, 23), 15))
    assert ruling.later is not None
    message.attempts = 1
    put_off(message, ruling.later)
    assert (message.state, message.attempts, message.next_attempt_at) == (MessageState.QUEUED, 0, ruling.later)


def test_one_that_comes_after_its_time_is_not_said(session: Session, now: datetime) -> None:
    _, message, _ = a_queued_one(session, now)
    assert check(session, message, now=india(THURSDAY, 9, 30)).facts is None


def test_a_lapsed_hold_is_not_asked_to_be_paid(session: Session, now: datetime) -> None:
    _, visitor, booking = a_stay(session, now, deposit_percent=50, confirmed=False)
    assert booking.hold_expires_at is not None
    assert queue_due(session, now=booking.hold_expires_at - timedelta(minutes=3)) == 1
    message = newest(session, visitor)
    expire_due_holds(session, now=booking.hold_expires_at + timedelta(seconds=1))
    assert check(session, message, now=booking.hold_expires_at - timedelta(minutes=2)).facts is None


def crowd(session: Session, booking: Booking, count: int) -> None:
    """The same booking so many times more: years of a large house, one in a hundred soon to come."""
    columns = [column.name for column in Booking.__table__.columns if column.name != "id"]
    changed = {
        "reference": "'X' || n",
        "status": "CASE WHEN n % 3 = 0 THEN 'completed' ELSE 'confirmed' END",
        "starts_at": "starts_at + (n % 2000 - 1000) * interval '1 day'",
        "ends_at": "ends_at + (n % 2000 - 1000) * interval '1 day'",
        "conversation_id": "conversation_id",
    }
    values = ", ".join(changed.get(name, name) for name in columns)
    session.execute(
        text(
            f"INSERT INTO booking ({', '.join(columns)}) SELECT {values} FROM booking, generate_series(1, :count) n "  # noqa: S608 - our own columns
            "WHERE booking.id = :id"
        ),
        {"count": count, "id": booking.id},
    )
    session.execute(text("ANALYZE booking"))


def test_who_is_to_be_reminded_is_found_by_an_index_among_many_bookings(session: Session, now: datetime) -> None:
    _, _, booking = a_stay(session, now)
    crowd(session, booking, 20_000)
    for kind, index in (
        (ending(now), "ix_booking_holds"),
        (coming(now), "ix_booking_coming"),
        (over(now), "ix_booking_over"),
    ):
        statement = select(Booking.id).where(kind).compile(session.get_bind(), compile_kwargs={"literal_binds": True})
        plan = "\n".join(session.connection().exec_driver_sql(f"EXPLAIN {statement}".replace("%", "%%")).scalars())
        assert index in plan, plan
        assert "Seq Scan" not in plan, plan


def test_those_who_want_no_reminders_do_not_hold_up_the_others(
    session: Session, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reminders, "_MOST_AT_ONCE", 1)
    hotel, silent, _ = a_stay(session, now)
    record_choice(
        session,
        identity_of(session, session.get_one(Conversation, silent.conversation_id)),
        opted_out=True,
        wording="STOP",
        now=now,
    )
    other = known(session, a_guest(session, hotel, now=now), now)
    booking = hold(session, a_stay_quote(session, hotel, now=now, arrival=THURSDAY), other, now=now)
    confirm(session, booking.id, actor=ActorKind.STAFF, door="test", now=now)
    assert queue_due(session, now=india(THURSDAY - timedelta(days=1), 10, 5)) == 1
    assert said(session, other) == ["remind_arrival"]
