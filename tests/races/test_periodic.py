"""Every worker looks at the clock; whatever is due by it is done once, also when two look at the same instant."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import Engine, func, select, text
from sqlalchemy.orm import Session

from bot.owner.shows import digest_lines
from core.availability.horizon import extend_horizon
from core.bookings.approve_ask import remind_house
from core.bookings.arrive import arrive
from core.bookings.confirm import confirm
from core.bookings.expire import expire_due_holds
from core.bookings.late import release_late
from core.bookings.number_ahead import give_numbers, types_waiting
from core.messaging import recordings
from core.messaging.handoff import open_handoff, remind
from core.messaging.outbox import say_to_guest
from core.messaging.reminders import queue_due
from core.owners.digest import send_digests, warn_of_few
from core.payments.ask import ask_for_payment
from core.payments.audit import LOOK_EVERY, claim_look
from core.payments.reconcile import claim_open_links
from models.account import Account
from models.base import Base
from models.booking import Booking
from models.conversation import Conversation, Turn
from models.messaging import Message
from models.property import Property
from models.states import ActorKind, BookingStatus, LinkState, TurnState
from tests.builders.houses import (
    Tables,
    a_guest,
    a_hotel,
    a_restaurant,
    a_stay_quote,
    a_table_quote,
    an_owner,
    hold,
    put,
)
from tests.fixtures.waiting import eventually
from tests.races.conftest import NIGHT, Place

_WAITS: Final = text("SELECT wait_event_type = 'Lock' FROM pg_stat_activity WHERE pid = :pid")
_INDIA: Final = ZoneInfo("Asia/Kolkata")

type Prepare = Callable[[Session, datetime], datetime]
type Job = Callable[[Session, datetime], int]


@dataclass(frozen=True, slots=True)
class Left:
    """What a job has done: how much it says, and how many rows there are of everything afterwards."""

    done: int
    rows: dict[str, int]


def a_held_room(session: Session, now: datetime, **how: object) -> Booking:
    hotel = a_hotel(session, now=now, **how)  # type: ignore[arg-type] # each job names its own
    an_owner(session, hotel, now=now)
    return hold(
        session, a_stay_quote(session, hotel, now=now, arrival=NIGHT), a_guest(session, hotel, now=now), now=now
    )


def a_sold_room(session: Session, now: datetime, **how: object) -> Booking:
    return confirm(session, a_held_room(session, now, **how).id, actor=ActorKind.GUEST, door="chat", now=now)


def a_hold_over(session: Session, now: datetime) -> datetime:
    a_held_room(session, now, deposit_percent=50)
    return now + timedelta(hours=1)


def a_party_too_late(session: Session, now: datetime) -> datetime:
    house = a_restaurant(session, now=now)
    starts = datetime.combine(NIGHT, time(20), _INDIA).astimezone(UTC)
    _late, here = (a_table(session, house, now, starts) for _ in range(2))
    arrive(session, here.id, now=starts, door="desk", actor_id=1)  # this house marks who has come
    return starts + timedelta(minutes=40)


def a_table(session: Session, house: Tables, now: datetime, starts: datetime) -> Booking:
    quote = a_table_quote(session, house, now=now, starts_at=starts)
    held = hold(session, quote, a_guest(session, house, now=now), now=now)
    return confirm(session, held.id, actor=ActorKind.GUEST, door="chat", now=now)


def a_stay_tomorrow(session: Session, now: datetime) -> datetime:
    booking = a_sold_room(session, now)
    return booking.starts_at - timedelta(hours=20)


def a_morning(session: Session, now: datetime) -> datetime:
    a_sold_room(session, now)
    return datetime.combine(NIGHT, time(7, 35), _INDIA).astimezone(UTC)


def an_evening_nearly_full(session: Session, now: datetime) -> datetime:
    a_sold_room(session, now, rooms=2)
    return datetime.combine(NIGHT, time(9), _INDIA).astimezone(UTC)


def a_week_later(session: Session, now: datetime) -> datetime:
    a_hotel(session, now=now)
    a_restaurant(session, now=now)
    return now + timedelta(days=7)


def an_account_with_a_bank(session: Session, now: datetime) -> datetime:
    hotel = a_hotel(session, now=now)
    session.get_one(Account, hotel.account_id).takes_online = True
    session.flush()
    claim_look(session, now=now)  # opens the day's page
    return now + LOOK_EVERY


def a_link_nobody_asked_about(session: Session, now: datetime) -> datetime:
    link = ask_for_payment(session, a_held_room(session, now, deposit_percent=50).id, now=now)
    link.state, link.checked_at = LinkState.OPEN, now
    return now + timedelta(minutes=10)


def a_guest_who_waits_for_a_person(session: Session, now: datetime) -> datetime:
    hotel = a_hotel(session, now=now)
    an_owner(session, hotel, now=now)
    talk = session.get_one(Conversation, a_guest(session, hotel, now=now).conversation_id)
    open_handoff(session, talk, reason="asked", now=now, property_id=hotel.property_id)
    return now + timedelta(minutes=20)


def a_request_half_over(session: Session, now: datetime) -> datetime:
    booking = a_held_room(session, now, needs_approval=True)
    assert booking.status is BookingStatus.PENDING_APPROVAL
    assert booking.hold_expires_at is not None
    return now + (booking.hold_expires_at - now) * 0.6


def a_stay_without_a_number(session: Session, now: datetime) -> datetime:
    booking = a_sold_room(session, now)
    return booking.starts_at - timedelta(days=1)


def a_recording(session: Session, now: datetime) -> datetime:
    hotel = a_hotel(session, now=now)
    talk = session.get_one(Conversation, a_guest(session, hotel, now=now).conversation_id)
    turn = Turn(
        account_id=talk.account_id,
        conversation_id=talk.id,
        kind="media",
        text="",
        content={},
        first_received_at=now,
        state=TurnState.DONE,
        next_attempt_at=now,
        created_at=now,
    )
    recordings.note(session, put(session, turn), [{"url": "https://api.example/a", "type": "audio/ogg"}], now=now)
    return now


def extend_all(session: Session, now: datetime) -> int:
    for each in session.scalars(select(Property.id)).all():
        extend_horizon(session, each, now=now)
    return 0  # it tells how many days it missed, which two may at once; what counts is which rows there are


def number_all(session: Session, now: datetime) -> int:
    return sum(give_numbers(session, each, now=now) for each in types_waiting(session, now=now))


_JOBS: Final[dict[str, tuple[Prepare, Job]]] = {
    "a hold that is over ends": (a_hold_over, lambda session, now: len(expire_due_holds(session, now=now))),
    "a late party's table is free": (a_party_too_late, lambda session, now: len(release_late(session, now=now))),
    "a guest is reminded": (a_stay_tomorrow, lambda session, now: queue_due(session, now=now)),
    "the day is told": (a_morning, lambda session, now: send_digests(session, digest_lines, now=now)),
    "few rooms are left": (an_evening_nearly_full, lambda session, now: warn_of_few(session, now=now)),
    "days go on sale": (a_week_later, extend_all),
    "the books are compared": (
        an_account_with_a_bank,
        lambda session, now: int(claim_look(session, now=now) is not None),
    ),
    "a link is asked about": (
        a_link_nobody_asked_about,
        lambda session, now: len(claim_open_links(session, now=now)),
    ),
    "who waits is brought up": (a_guest_who_waits_for_a_person, lambda session, now: remind(session, now=now)),
    "a request is brought up": (a_request_half_over, lambda session, now: remind_house(session, now=now)),
    "a room gets its number": (a_stay_without_a_number, number_all),
    "a recording is fetched": (
        a_recording,
        lambda session, now: int(recordings.claim_next(session, now=now) is not None),
    ),
}


def careless_reminder(session: Session, now: datetime) -> int:
    """The control: looks who has not been told, and tells them; neither a lock nor a key."""
    told = select(Message.booking_id).where(Message.reply == "table_soon", Message.booking_id.is_not(None))
    due = session.scalars(select(Booking).where(Booking.id.not_in(told))).all()
    for booking in due:
        assert booking.conversation_id is not None
        say_to_guest(
            session,
            conversation_id=booking.conversation_id,
            reply="table_soon",
            facts={},
            now=now,
            booking_id=booking.id,
        )
    return len(due)


def census(session: Session) -> dict[str, int]:
    """How many rows every table has."""
    return {
        name: session.scalar(select(func.count()).select_from(table)) or 0
        for name, table in Base.metadata.tables.items()
    }


def alone(engine: Engine, job: Job, now: datetime) -> Left:
    """What one worker would do; taken back."""
    with Session(engine) as session:
        done = job(session, now)
        session.flush()
        left = Left(done, census(session))
        session.rollback()
    return left


def together(engine: Engine, job: Job, now: datetime) -> Left:
    """A second worker begins while the first has acted and not yet committed."""
    with (
        engine.connect() as connection,  # its own, so that it can be watched
        Session(engine) as first,
        Session(connection) as second,
        ThreadPoolExecutor(1) as elsewhere,
    ):
        pid = second.scalar(select(func.pg_backend_pid()))
        second.commit()
        done = job(first, now)
        first.flush()

        def also() -> int:
            did = job(second, now)
            second.commit()
            return did

        running = elsewhere.submit(also)
        eventually(lambda: running.done() or _waits_for_a_lock(engine, pid), within_s=60)
        first.commit()
        done += running.result(60)
    with Session(engine) as session:
        return Left(done, census(session))


def _waits_for_a_lock(engine: Engine, pid: int | None) -> bool:
    with Session(engine) as session:
        return bool(session.scalar(_WAITS, {"pid": pid}))


@pytest.mark.parametrize("name", _JOBS)
def test_two_workers_at_once_do_what_one_would_have_done(place: Place, name: str) -> None:
    prepare, job = _JOBS[name]
    with Session(place.engine) as session, session.begin():
        due = prepare(session, place.now)
        before = Left(0, census(session))
    wanted = alone(place.engine, job, due)
    assert wanted != before, "nothing was due: this would prove nothing"
    assert together(place.engine, job, due) == wanted


def test_control_without_a_lock_or_a_key_two_workers_do_it_twice(place: Place) -> None:
    with Session(place.engine) as session, session.begin():
        due = a_stay_tomorrow(session, place.now)
    wanted = alone(place.engine, careless_reminder, due)
    seen = together(place.engine, careless_reminder, due)
    assert (wanted.done, seen.done) == (1, 2)
    assert seen.rows["message"] == wanted.rows["message"] + 1
