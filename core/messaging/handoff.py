"""A guest is handed to a person: who is told, who takes it, what they write, and when the desk is back.

While a person has the conversation the desk is silent on every path; facts about the guest's own booking and money
still go out, and appear before the person too.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import and_, or_, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from core.messaging.heard import wants_desk_back
from core.messaging.outbox import Chat, chats_of, say_to_guest, tell_chats
from models.account import AppUser
from models.base import Json
from models.conversation import Conversation, Handoff, Turn
from models.guest import Guest
from models.messaging import Message
from models.property import Property
from models.states import ConversationMode, MessageState, Purpose, Role

PING_AFTER: Final = timedelta(minutes=5)
MOST_PINGS: Final = 3
BACK_AFTER: Final = timedelta(hours=3)
# Nobody has written a word to the guest by then: the desk is back, and says so.
BACK_UNANSWERED: Final = timedelta(minutes=30)
_LINES: Final = 6
_LONGEST_LINE: Final = 160
_SAID: Final = (MessageState.SENT, MessageState.DELIVERED, MessageState.READ, MessageState.UNKNOWN)


@dataclass(frozen=True, slots=True)
class Taken:
    """Whether the conversation is yours now, and else whose."""

    handoff: Handoff
    won: bool
    by: str


def open_handoff(
    session: Session, conversation: Conversation, *, reason: str, now: datetime, property_id: int | None
) -> Handoff | None:
    """Hand the conversation over, once; None when a person has it already."""
    handoff_id = session.scalar(
        insert(Handoff)
        .values(
            account_id=conversation.account_id,
            conversation_id=conversation.id,
            reason=reason,
            opened_at=now,
            property_id=property_id,
            next_ping_at=now + PING_AFTER,
            last_words_at=now,
            pings=0,
        )
        .on_conflict_do_nothing()
        .returning(Handoff.id)
    )
    conversation.mode = ConversationMode.HUMAN
    conversation.mode_since = now
    conversation.misses = 0
    return None if handoff_id is None else session.get_one(Handoff, handoff_id)


def tell_people(
    session: Session, handoff: Handoff, *, reply: str, now: datetime, key: str, more: Json | None = None
) -> int:
    """A card for those who may answer, with buttons to take it or to give it back."""
    chats = who(session, handoff)
    facts = {**card_facts(session, handoff), "reason_name": handoff.reason, **(more or {})}
    return tell_chats(session, handoff.account_id, chats, reply, facts, now, options=buttons(handoff), key=key)


def buttons(handoff: Handoff) -> list[Json]:
    """What can be pressed below a card."""
    taken = handoff.taken_by_id is not None
    shown = [] if taken else [(f"ht:{handoff.id}", "option_owner_take")]
    shown += [(f"hb:{handoff.id}", "option_owner_hand_back"), (f"hr:{handoff.id}", "option_owner_canned")]
    return [{"id": name, "title": title, "description": "", "value": {}} for name, title in shown]


def card_facts(session: Session, handoff: Handoff) -> Json:
    """Who it is, what was said last, and what the desk knows of their wish."""
    talk = session.get_one(Conversation, handoff.conversation_id)
    guest = session.get_one(Guest, talk.guest_id)
    house = None if handoff.property_id is None else session.get_one(Property, handoff.property_id)
    return {
        "handoff": handoff.id,
        "guest": guest.name,
        "phone": guest.phone or talk.address,
        "property": None if house is None else house.name,
        "lines": "\n".join(last_words(session, talk.id)) or None,
        "known": known_of(talk),
        "ad": advertisement_of(talk),
    }


def last_words(session: Session, conversation_id: int, *, lines: int = _LINES) -> list[str]:
    """The end of the conversation, oldest first: what the guest wrote (>) and what was answered."""
    heard = session.execute(
        select(Turn.first_received_at, Turn.text, Turn.kind)
        .where(Turn.conversation_id == conversation_id)
        .order_by(Turn.id.desc())
        .limit(lines)
    )
    said = session.execute(
        select(Message.created_at, Message.body)
        .where(Message.conversation_id == conversation_id, Message.state.in_(_SAID), Message.body.is_not(None))
        .order_by(Message.id.desc())
        .limit(lines)
    )
    together = [(at, f"> {_short(text or kind)}") for at, text, kind in heard]
    together += [(at, _short(body)) for at, body in said if body]
    return [line for _, line in sorted(together)[-lines:]]


def advertisement_of(talk: Conversation) -> str | None:
    """The advertisement they came by, in its own headline or else its first words."""
    return advertisement_in(talk.referral)


def advertisement_in(referral: Json | None) -> str | None:
    """The same, of what the channel said of it."""
    told = referral or {}
    words = told.get("headline") or told.get("body") or told.get("source_url")
    return _short(str(words)) if words else None


def known_of(talk: Conversation) -> str | None:
    """The wish so far, as plain values."""
    wish = talk.frame.get(talk.journey) if talk.journey in {"stay", "table"} else None
    shown = [str(value) for name, value in (wish or {}).items() if name not in {"near", "sort"} and value]
    return ", ".join(shown) or None


def take(session: Session, handoff_id: int, account_id: int, *, user_id: int, now: datetime) -> Taken | None:
    """Of two who take it at once one has it, and the other is told who."""
    handoff = _locked(session, handoff_id, account_id)
    if handoff is None:
        return None
    won = handoff.taken_by_id in {None, user_id}
    if won and handoff.taken_by_id is None:
        handoff.taken_by_id, handoff.taken_at = user_id, now
        handoff.last_words_at = now
        session.flush()
    by = session.scalars(select(AppUser.name).where(AppUser.id == handoff.taken_by_id)).one()
    return Taken(handoff, won, by)


def say_as_person(session: Session, handoff: Handoff, *, words: str, name: str, now: datetime, key: str) -> None:
    """A person's own words to the guest; the first answer stops the reminders."""
    say_to_guest(
        session,
        conversation_id=handoff.conversation_id,
        reply="from_person",
        facts={"words": words, "name": name},
        now=now,
        purpose=Purpose.PERSON,
        key=key,
    )
    handoff.first_response_at = handoff.first_response_at or now
    handoff.last_words_at = now
    handoff.next_ping_at = None
    session.flush()


def hand_back(
    session: Session, handoff_id: int, account_id: int, *, user_id: int | None, now: datetime, silently: bool = False
) -> Handoff | None:
    """The desk speaks again, from where it was; None when that was so already."""
    handoff = _locked(session, handoff_id, account_id)
    if handoff is None or handoff.closed_at is not None:
        return None
    handoff.closed_at, handoff.closed_by_id, handoff.next_ping_at = now, user_id, None
    talk = session.get_one(Conversation, handoff.conversation_id)
    talk.mode, talk.mode_since = ConversationMode.DESK, None
    session.flush()
    if not silently:
        reply = "handed_back" if handoff.first_response_at is not None else "handed_back_unanswered"
        say_to_guest(session, conversation_id=talk.id, reply=reply, facts={}, now=now, key=f"handed_back:{handoff.id}")
    return handoff


def running(session: Session, account_id: int, property_ids: frozenset[int] | None) -> Sequence[Handoff]:
    """Who is with a person now, those waiting longest first."""
    wanted = select(Handoff).where(Handoff.account_id == account_id, Handoff.closed_at.is_(None))
    if property_ids is not None:
        wanted = wanted.where(Handoff.property_id.in_(property_ids) | Handoff.property_id.is_(None))
    return session.scalars(wanted.order_by(Handoff.taken_by_id.is_not(None), Handoff.opened_at)).all()


def of_conversation(session: Session, conversation_id: int) -> Handoff | None:
    """The handoff a conversation is in."""
    return session.scalar(
        select(Handoff).where(Handoff.conversation_id == conversation_id, Handoff.closed_at.is_(None))
    )


def pass_on(
    session: Session, conversation: Conversation, words: str, *, kind: str, turn_id: int, now: datetime
) -> None:
    """What the guest writes while a person has the conversation goes to that person.

    As long as nobody has taken it the guest is told so, once, and may have the desk back.
    """
    handoff = of_conversation(session, conversation.id)
    if handoff is None:
        return
    nobody_yet = handoff.taken_by_id is None and handoff.first_response_at is None
    if nobody_yet and wants_desk_back(words):
        hand_back(session, handoff.id, handoff.account_id, user_id=None, now=now, silently=True)
        say_to_guest(
            session, conversation_id=conversation.id, reply="desk_goes_on", facts={}, now=now, key=f"back:{turn_id}"
        )
        return
    handoff.last_words_at = now
    guest = session.get_one(Guest, conversation.guest_id)
    facts = {"handoff": handoff.id, "guest": guest.name or guest.phone or "", "words": words or f"[{kind}]"}
    tell_chats(
        session, handoff.account_id, who(session, handoff), "owner_guest_says", facts, now, key=f"says:{turn_id}"
    )
    if nobody_yet:
        house = None if handoff.property_id is None else session.get_one(Property, handoff.property_id)
        say_to_guest(
            session,
            conversation_id=conversation.id,
            reply="nobody_took_it_yet",
            facts={"property": None if house is None else house.name},
            now=now,
            purpose=Purpose.PERSON,
            key=f"nobody_yet:{handoff.id}",
        )


def show_fact(session: Session, message: Message, body: str, *, now: datetime) -> None:
    """A fact about the guest's booking went out meanwhile: the person sees it too."""
    if message.conversation_id is None or message.purpose is not Purpose.BOOKING_FACT:
        return
    handoff = of_conversation(session, message.conversation_id)
    if handoff is None:
        return
    guest_id = session.scalars(select(Conversation.guest_id).where(Conversation.id == handoff.conversation_id)).one()
    guest = session.get_one(Guest, guest_id)
    facts = {"handoff": handoff.id, "guest": guest.name or guest.phone or "", "words": body}
    tell_chats(
        session,
        handoff.account_id,
        who(session, handoff),
        "owner_guest_was_told",
        facts,
        now,
        key=f"told:{message.id}",
    )


def remind(session: Session, *, now: datetime) -> int:
    """Nobody has answered: ask again, then everybody; the guest is told honestly; after long, the desk is back."""
    due = session.scalars(
        select(Handoff)
        .where(Handoff.closed_at.is_(None), Handoff.next_ping_at <= now)
        .order_by(Handoff.next_ping_at)
        .limit(20)
        .with_for_update(skip_locked=True)
    ).all()
    for handoff in due:
        _ping(session, handoff, now)
    idle = session.scalars(
        select(Handoff)
        .where(
            Handoff.closed_at.is_(None),
            or_(
                Handoff.last_words_at <= now - BACK_AFTER,
                and_(Handoff.first_response_at.is_(None), Handoff.opened_at <= now - BACK_UNANSWERED),
            ),
        )
        .limit(20)
        .with_for_update(skip_locked=True)
    ).all()
    for handoff in idle:
        hand_back(session, handoff.id, handoff.account_id, user_id=None, now=now)
    return len(due) + len(idle)


def _ping(session: Session, handoff: Handoff, now: datetime) -> None:
    handoff.pings += 1
    handoff.next_ping_at = now + PING_AFTER if handoff.pings < MOST_PINGS else None
    waited = int((now - handoff.opened_at).total_seconds() // 60)
    session.flush()
    tell_people(
        session, handoff, reply="owner_handoff_waiting", now=now, key=f"ping:{handoff.id}:{handoff.pings}",
        more={"minutes": waited},
    )  # fmt: skip
    if handoff.pings == 1:
        say_to_guest(
            session,
            conversation_id=handoff.conversation_id,
            reply="person_not_there_yet",
            facts={"minutes": waited},
            now=now,
            purpose=Purpose.PERSON,
            key=f"not_there_yet:{handoff.id}",
        )


def who(session: Session, handoff: Handoff) -> Sequence[Chat]:
    """The one who took it while they answer; else the house's people; from the second reminder the owners of all."""
    chats = chats_of(session, handoff.account_id, handoff.property_id)
    if handoff.taken_by_id is not None and handoff.pings < MOST_PINGS:
        theirs = [chat for chat in chats if chat.row.user_id == handoff.taken_by_id]
        return theirs or chats
    if handoff.pings > 1:
        return chats_of(session, handoff.account_id, None, roles=(Role.OWNER, Role.ADMIN)) or chats
    return chats


def _locked(session: Session, handoff_id: int, account_id: int) -> Handoff | None:
    return session.scalar(
        select(Handoff).where(Handoff.id == handoff_id, Handoff.account_id == account_id).with_for_update(),
        execution_options={"populate_existing": True},
    )


def release_from(session: Session, user_id: int, *, now: datetime) -> None:
    """Somebody left: the guests they had wait for somebody else."""
    session.execute(
        update(Handoff)
        .where(Handoff.taken_by_id == user_id, Handoff.closed_at.is_(None))
        .values(taken_by_id=None, taken_at=None, next_ping_at=now)
    )


def _short(text: str) -> str:
    flat = " ".join(text.split())
    return flat if len(flat) <= _LONGEST_LINE else flat[: _LONGEST_LINE - 1] + "…"
