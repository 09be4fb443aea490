"""A guest's wish to be forgotten: everything that says who they are goes, the house's accounts stay."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

from sqlalchemy import String, cast, delete, or_, select, update
from sqlalchemy.orm import Session

from core.bookings.waitlist_line import leave_lines
from models.base import Json
from models.booking import Booking, BookingEvent
from models.conversation import Conversation, Handoff, Turn
from models.guest import ConsentEvent, Guest, GuestIdentity, ProofCode, ProofTry
from models.messaging import InboxEntry, Message, Recording
from models.owners import OwnerAct
from models.states import ACTIVE, InboxState, MessageState
from models.waitlist import WaitlistEntry

GONE: Final = "erased:{}"
_SAID: Final = frozenset({MessageState.QUEUED, MessageState.SENDING, MessageState.UNKNOWN})
# Of what happened to a booking, numbers, moments and these words stay; nothing anybody wrote does.
_WORDS_THAT_STAY: Final = frozenset({"provider", "method", "status", "kind", "outcome", "currency", "how"})
_NUMBER_OR_MOMENT: Final = re.compile(r"[0-9][0-9T:+.Z-]*")


def still_expected(session: Session, guest: Guest, *, now: datetime) -> Sequence[str]:
    """References of what they have booked and not yet had: until then the house must know who comes."""
    return session.scalars(
        select(Booking.reference)
        .where(Booking.guest_id == guest.id, Booking.status.in_(ACTIVE), Booking.ends_at > now)
        .order_by(Booking.starts_at)
    ).all()


def erase(session: Session, guest: Guest, *, now: datetime) -> None:
    """Forget this guest under every address of theirs; bookings, payments and invoices stay without them.

    A STOP is remembered with its address, or the next message would go against it. What has been said to them and is
    still on its way arrives.
    """
    session.execute(select(Guest.id).where(Guest.id == guest.id).with_for_update())
    same = [guest.id, *session.scalars(select(Guest.id).where(Guest.merged_into_id == guest.id))]
    bookings = session.scalars(select(Booking.id).where(Booking.guest_id.in_(same))).all()
    talks = session.scalars(select(Conversation.id).where(Conversation.guest_id.in_(same))).all()
    for one in same:
        leave_lines(session, one, now=now)
    session.execute(delete(WaitlistEntry).where(WaitlistEntry.guest_id.in_(same)))
    _forget_bookings(session, bookings)
    _forget_words(session, talks, bookings)
    _forget_addresses(session, same, talks)
    for table in (ProofTry, ProofCode):
        session.execute(delete(table).where(table.guest_id.in_(same)))
    session.execute(
        update(Guest).where(Guest.id.in_(same)).values(name=None, phone=None, email=None, erased_at=now),
        execution_options={"synchronize_session": "fetch"},
    )


def _forget_bookings(session: Session, bookings: Sequence[int]) -> None:
    session.execute(
        update(Booking).where(Booking.id.in_(bookings)).values(wishes=None),
        execution_options={"synchronize_session": "fetch"},
    )
    for event in session.scalars(select(BookingEvent).where(BookingEvent.booking_id.in_(bookings))):
        event.facts = without_words(event.facts)
    session.execute(delete(ProofCode).where(ProofCode.booking_id.in_(bookings)))
    session.execute(update(OwnerAct).where(OwnerAct.booking_id.in_(bookings)).values(words="", effect=None))


def _forget_words(session: Session, talks: Sequence[int], bookings: Sequence[int]) -> None:
    """What was written and sent, on both sides, and what the house's people were told of it."""
    turns = select(Turn.id).where(Turn.conversation_id.in_(talks))
    handoffs = select(Handoff.id).where(Handoff.conversation_id.in_(talks))
    session.execute(delete(Recording).where(or_(Recording.turn_id.in_(turns), Recording.handoff_id.in_(handoffs))))
    session.execute(update(Turn).where(Turn.conversation_id.in_(talks)).values(text="", content={}))
    session.execute(
        update(InboxEntry)
        .where(InboxEntry.conversation_id.in_(talks), InboxEntry.state.in_((InboxState.DONE, InboxState.FAILED)))
        .values(payload={})
    )
    about = or_(
        Message.conversation_id.in_(talks),
        Message.booking_id.in_(bookings),
        Message.facts["handoff"].as_integer().in_(handoffs),
    )
    session.execute(update(Message).where(about, Message.state.not_in(_SAID)).values(body=None, facts={}, options=[]))


def _forget_addresses(session: Session, guests: Sequence[int], talks: Sequence[int]) -> None:
    """Who writes again is somebody new; only a STOP keeps its address."""
    gone = select(GuestIdentity.id).where(
        GuestIdentity.guest_id.in_(guests), GuestIdentity.opted_out_at.is_(None), GuestIdentity.offers_out_at.is_(None)
    )
    session.execute(delete(ConsentEvent).where(ConsentEvent.guest_identity_id.in_(gone)))
    session.execute(delete(GuestIdentity).where(GuestIdentity.id.in_(gone)))
    session.execute(
        update(Message)
        .where(Message.conversation_id.in_(talks), Message.state.not_in(_SAID))
        .values(address=GONE.format("") + cast(Message.conversation_id, String))
    )
    for talk in session.scalars(select(Conversation).where(Conversation.id.in_(talks))):
        talk.address = GONE.format(talk.id)
        talk.frame, talk.options, talk.referral = {}, [], None
        talk.journey = talk.asked = "none"
        talk.booking_id = None
    session.flush()


def without_words(facts: Any) -> Any:  # noqa: ANN401 - any JSON
    """Numbers, moments and the house's own words.

    >>> without_words({"amount": 500, "words": "my wife is ill", "how": "cash", "was": {"starts": "2026-12-24"}})
    {'amount': 500, 'how': 'cash', 'was': {'starts': '2026-12-24'}}
    """
    if isinstance(facts, dict):
        kept: Json = {}
        for name, value in facts.items():
            left = value if name in _WORDS_THAT_STAY and isinstance(value, str) else without_words(value)
            if left not in (None, "", [], {}):
                kept[name] = left
        return kept
    if isinstance(facts, list):
        return [left for value in facts if (left := without_words(value)) not in (None, "", [], {})]
    if isinstance(facts, str):
        return facts if _NUMBER_OR_MOMENT.fullmatch(facts) else None
    return facts
