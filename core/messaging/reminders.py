"""What the house says by itself about a booking: what is due when, once each, and whether it is still true.

The rules are plain: from a booking follow its reminders, each with a moment, an end and a key. The key goes with the
message's row, so that however many workers look it is said once; it carries the booking's moment, so that a moved
booking is reminded of anew and its old reminder is never sent.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from core.bookings.facts import booking_facts
from core.messaging.outbox import say_to_guest
from models.base import Json, word
from models.booking import Booking
from models.conversation import Conversation
from models.guest import GuestIdentity
from models.messaging import Message
from models.property import Property
from models.states import BookingKind, BookingStatus, ConversationMode, MessageState, Purpose

DAY_BEFORE_AT: Final = time(10)
HOURS_BEFORE: Final = timedelta(hours=3)
BALANCE_DAYS: Final = 3
AFTERWARDS: Final = timedelta(hours=3)
REVIEW_FOR: Final = timedelta(days=3)
# Who wrote so lately is awake: what cannot wait until morning may be said.
AWAKE_FOR: Final = timedelta(hours=1)
_LAST_CALL: Final = timedelta(minutes=5)
_LAST_CALL_AT_MOST: Final = timedelta(hours=2)
_TOO_LATE: Final = timedelta(minutes=1)
# Who booked so shortly before needs no reminder of it.
_JUST_BOOKED: Final = timedelta(hours=4)
_AHEAD: Final = timedelta(days=BALANCE_DAYS + 1)
_MOST_AT_ONCE: Final = 200

REMINDERS: Final = frozenset({"remind_arrival", "remind_today", "remind_payment", "remind_balance", "review_ask"})


@dataclass(frozen=True, slots=True)
class Booked:
    """What the rules need to know of a booking, as plain values."""

    id: int
    kind: BookingKind
    status: BookingStatus
    created_at: datetime
    starts_at: datetime
    ends_at: datetime
    hold_ends_at: datetime | None
    zone: ZoneInfo


@dataclass(frozen=True, slots=True)
class Due:
    """Something to be said, from when until when, once."""

    reply: str
    key: str
    at: datetime
    until: datetime
    purpose: Purpose = Purpose.REMINDER


@dataclass(frozen=True, slots=True)
class Quiet:
    """The hours in which nothing is said unasked; the same hour twice: there are none."""

    begins: time
    ends: time
    zone: ZoneInfo

    def over_at(self, now: datetime) -> datetime:
        """This moment, or the end of the quiet hours it lies in."""
        local = now.astimezone(self.zone)
        at = local.time()
        over_midnight = self.begins > self.ends
        inside = (at >= self.begins or at < self.ends) if over_midnight else self.begins <= at < self.ends
        if not inside:
            return now
        ends = datetime.combine(local.date(), self.ends, self.zone)
        return (ends if ends > local else ends + timedelta(days=1)).astimezone(now.tzinfo)


@dataclass(frozen=True, slots=True)
class Ruling:
    """What becomes of a reminder at the moment it would leave: said with these facts, later, or never."""

    facts: Json | None = None
    later: datetime | None = None


def reminders_of(booked: Booked) -> tuple[Due, ...]:
    """Everything the house will ever say by itself about this booking, as it stands now."""
    match booked.status:
        case BookingStatus.HELD:
            return tuple(_of_a_hold(booked))
        case BookingStatus.CONFIRMED:
            return tuple(_before_they_come(booked))
        case BookingStatus.ARRIVED | BookingStatus.COMPLETED:
            asked_at = booked.ends_at + AFTERWARDS
            until = booked.ends_at + REVIEW_FOR
            return (Due("review_ask", f"review:{booked.id}", asked_at, until, Purpose.MARKETING),)
        case _:
            return ()


def queue_due(session: Session, *, now: datetime) -> int:
    """Queue what is due and was never queued, so many at a time; returns how many."""
    queued = 0
    for booking, house, talk, heard_from in _candidates(session, now):
        if queued >= _MOST_AT_ONCE:
            break
        quiet = quiet_of(house)
        for due in reminders_of(booked(booking, house)):
            if not due.at <= now < due.until or not _fits(session, booking, due):
                continue
            at = _when(due, quiet, now, heard_from)
            if at is None or at > now or _may_not(due, talk):
                continue
            facts = booking_facts(session, booking)
            queued += _say(session, booking, due, facts, now)
    return queued


def check(session: Session, message: Message, *, now: datetime) -> Ruling:
    """Whether a reminder that is about to leave is still true; what is said are the facts of this moment."""
    booking = None if message.booking_id is None else session.get(Booking, message.booking_id, populate_existing=True)
    if booking is None:
        return Ruling()
    house = session.get_one(Property, booking.property_id)
    due = next((each for each in reminders_of(booked(booking, house)) if _key(each) == message.key), None)
    if due is None or not due.at <= now < due.until or not _fits(session, booking, due):
        return Ruling()
    talk = None if message.conversation_id is None else session.get(Conversation, message.conversation_id)
    at = _when(due, quiet_of(house), now, talk.last_inbound_at if talk else None)
    if at is None:
        return Ruling()
    return Ruling(facts=booking_facts(session, booking)) if at <= now else Ruling(later=at)


def put_off(message: Message, until: datetime) -> None:
    """Not now: it waits without holding up what else is said to this guest."""
    message.state = MessageState.QUEUED
    message.attempts = 0
    message.next_attempt_at = until
    message.lease_until = None
    message.sent_at = None


def quiet_of(house: Property) -> Quiet:
    """When this house keeps quiet."""
    return Quiet(house.quiet_from, house.quiet_until, ZoneInfo(house.time_zone))


def booked(booking: Booking, house: Property) -> Booked:
    """The plain values of a booking."""
    return Booked(
        booking.id,
        booking.kind,
        booking.status,
        booking.created_at,
        booking.starts_at,
        booking.ends_at,
        booking.hold_expires_at,
        ZoneInfo(house.time_zone),
    )


def _of_a_hold(booked: Booked) -> Iterable[Due]:
    """It ends soon and is not paid."""
    if booked.hold_ends_at is None:
        return
    whole = booked.hold_ends_at - booked.created_at
    before = min(max(_LAST_CALL, whole / 4), _LAST_CALL_AT_MOST)
    if whole > 2 * before:
        yield Due(
            "remind_payment", f"payment:{booked.id}", booked.hold_ends_at - before, booked.hold_ends_at - _TOO_LATE
        )


def _before_they_come(booked: Booked) -> Iterable[Due]:
    local = booked.starts_at.astimezone(booked.zone)
    moment = f"{booked.id}:{booked.starts_at:%Y%m%dT%H%M}"
    eve = datetime.combine(local.date() - timedelta(days=1), DAY_BEFORE_AT, booked.zone)
    stay = booked.kind is BookingKind.STAY
    if booked.created_at <= eve - _JUST_BOOKED:
        until = datetime.combine(local.date(), time(), booked.zone)
        yield Due("remind_arrival", f"arrival:{moment}", eve, until)
    if stay:
        at = datetime.combine(local.date() - timedelta(days=BALANCE_DAYS), DAY_BEFORE_AT, booked.zone)
        if booked.created_at <= at - _JUST_BOOKED:
            yield Due("remind_balance", f"balance:{moment}", at, eve)
        return
    soon = booked.starts_at - HOURS_BEFORE
    if booked.created_at <= soon - _JUST_BOOKED / 2:
        yield Due("remind_today", f"today:{moment}", soon, booked.starts_at - timedelta(minutes=30))


def _when(due: Due, quiet: Quiet, now: datetime, heard_from: datetime | None) -> datetime | None:
    """Now, or when the quiet hours are over; None when that would be too late."""
    if due.reply == "remind_payment" and heard_from is not None and now - heard_from <= AWAKE_FOR:
        return now
    at = quiet.over_at(now)
    return at if at < due.until else None


def _fits(session: Session, booking: Booking, due: Due) -> bool:
    """What the booking's money says: nobody is asked for what is paid."""
    match due.reply:
        case "remind_balance":
            return bool(booking_facts(session, booking)["balance"])
        case "remind_payment":
            return bool(booking_facts(session, booking)["due_now"])
        case _:
            return True


def _may_not(due: Due, talk: tuple[ConversationMode, datetime | None, datetime | None]) -> bool:
    """A person is talking to them, or they have said STOP: not queued, so that it may still come when that is over."""
    mode, opted_out_at, no_offers_at = talk
    stopped = opted_out_at is not None or (due.purpose is Purpose.MARKETING and no_offers_at is not None)
    return mode is ConversationMode.HUMAN or stopped


_HOLDS: Final = (BookingStatus.HELD, BookingStatus.PENDING_APPROVAL)
_BEEN_HERE: Final = (BookingStatus.ARRIVED, BookingStatus.COMPLETED)
_WITH_TALK: Final = (
    select(
        Booking,
        Property,
        Conversation.mode,
        GuestIdentity.opted_out_at,
        GuestIdentity.offers_out_at,
        Conversation.last_inbound_at,
    )
    .join(Property, Property.id == Booking.property_id)
    .join(Conversation, Conversation.id == Booking.conversation_id)
    .outerjoin(
        GuestIdentity,
        (GuestIdentity.account_id == Conversation.account_id)
        & (GuestIdentity.channel == Conversation.channel)
        & (GuestIdentity.address == Conversation.address),
    )
    .order_by(Booking.id)
)
type _Talk = tuple[ConversationMode, datetime | None, datetime | None]


def coming(now: datetime) -> ColumnElement[bool]:
    """Confirmed, and soon enough to be reminded of."""
    return (Booking.status == word(BookingStatus.CONFIRMED)) & Booking.starts_at.between(now, now + _AHEAD)


def ending(now: datetime) -> ColumnElement[bool]:
    """Held, and about to lapse."""
    # the second condition says nothing new to people, but names the index
    held = (Booking.status == word(BookingStatus.HELD)) & Booking.status.in_([word(each) for each in _HOLDS])
    return held & Booking.hold_expires_at.between(now, now + _LAST_CALL_AT_MOST)


def over(now: datetime) -> ColumnElement[bool]:
    """They have been here, not long ago."""
    return Booking.status.in_([word(each) for each in _BEEN_HERE]) & Booking.ends_at.between(
        now - REVIEW_FOR, now - AFTERWARDS
    )


def _candidates(session: Session, now: datetime) -> Sequence[tuple[Booking, Property, _Talk, datetime | None]]:
    """Bookings something is due for that was never said, each kind found by its own index, the most pressing first."""
    found: list[tuple[Booking, Property, _Talk, datetime | None]] = []
    for kind in (ending(now), coming(now), over(now)):
        rows = session.execute(_WITH_TALK.where(kind)).all()
        due = {
            row[0].id: keys
            for row in rows
            if (keys := {_key(each) for each in reminders_of(booked(row[0], row[1])) if each.at <= now < each.until})
        }
        wanted = sorted(set().union(*due.values())) if due else []
        said = set(session.scalars(select(Message.key).where(Message.key.in_(wanted)))) if wanted else set()
        found += [
            (row[0], row[1], (row[2], row[3], row[4]), row[5]) for row in rows if due.get(row[0].id, set()) - said
        ]
    return found


def _say(session: Session, booking: Booking, due: Due, facts: Json, now: datetime) -> bool:
    message_id = say_to_guest(
        session,
        conversation_id=booking.conversation_id or 0,  # the candidates all have one
        reply=due.reply,
        facts=facts,
        now=now,
        purpose=due.purpose,
        booking_id=booking.id,
        key=_key(due),
    )
    return message_id is not None


def _key(due: Due) -> str:
    return f"{due.reply}:{due.key}"
