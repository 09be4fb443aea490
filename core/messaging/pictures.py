"""Pictures between a guest and the person who answers them: kept by the house first, shown when they are here."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.messaging import handoff as talk
from core.messaging import recordings
from core.messaging.outbox import Chat, chats_of, say_to_chat, say_to_guest, tell_chats
from models.account import AppUser
from models.base import Json
from models.conversation import Conversation, Handoff, Turn
from models.guest import Guest
from models.messaging import Message, Recording
from models.states import Purpose

# What every phone shows as a picture; anything else is a link to open.
SHOWN: Final = frozenset({"image/jpeg", "image/png"})


@dataclass(frozen=True, slots=True)
class Sender:
    """Who of the house sent it, from which line."""

    user_id: int
    line_id: int


def pass_on(session: Session, turn: Turn, media: Sequence[Json], *, now: datetime) -> bool:
    """What a guest sends while a person has them is fetched for that person; False when there is no file in it."""
    running = talk.of_conversation(session, turn.conversation_id)
    if running is None:
        return False
    kept = recordings.note(session, turn, media, now=now)
    for row in kept:
        row.handoff_id, row.words = running.id, (turn.text or None) if row.number == kept[0].number else None
    running.last_words_at = now
    return bool(kept)


def from_house(
    session: Session, running: Handoff, sender: Sender, media: Sequence[Json], *, words: str | None, now: datetime
) -> int:
    """Somebody of the house sends a guest a picture: it goes out as soon as it is fetched. Returns how many."""
    rows = [
        Recording(
            account_id=running.account_id,
            line_id=sender.line_id,
            turn_id=None,
            handoff_id=running.id,
            user_id=sender.user_id,
            words=words if number == 1 else None,
            number=number,
            url=str(item["url"]),
            content_type=str(item.get("type") or "image/jpeg")[:100],
            state="new",
            attempts=0,
            next_attempt_at=now,
            created_at=now,
        )
        for number, item in enumerate(media, start=1)
        if item.get("url")
    ]
    session.add_all(rows)
    running.first_response_at = running.first_response_at or now
    running.last_words_at = now
    running.next_ping_at = None
    session.flush()
    return len(rows)


def here(session: Session, recording_id: int, *, now: datetime) -> None:
    """It has been fetched: whom it is for sees it."""
    row = session.get_one(Recording, recording_id)
    if row.user_id is not None:
        _show_guest(session, row, now)
    elif row.handoff_id is not None:
        _show_people(session, row, session.get_one(Handoff, row.handoff_id), now)
    elif row.content_type in SHOWN:
        _show_beside_card(session, row, now)


def lost(session: Session, recording_id: int, *, now: datetime) -> None:
    """It could not be fetched: who waits for it hears so."""
    row = session.get_one(Recording, recording_id)
    if row.handoff_id is None:
        return
    running = session.get_one(Handoff, row.handoff_id)
    if row.user_id is None:
        facts = _from_guest(session, running) | {"words": row.words}
        tell_chats(
            session, row.account_id, talk.who(session, running), "owner_guest_file_lost", facts, now,
            key=f"lost:{row.id}",
        )  # fmt: skip
        return
    for chat in _chats_of_person(session, row):
        say_to_chat(
            session,
            account_id=row.account_id,
            line_id=chat.row.line_id,
            address=chat.row.address,
            reply="owner_photo_lost",
            facts=_from_guest(session, running),
            now=now,
            language=chat.language,
        )


def _show_guest(session: Session, row: Recording, now: datetime) -> None:
    running = session.get_one(Handoff, row.handoff_id)
    name = session.scalars(select(AppUser.name).where(AppUser.id == row.user_id)).one()
    reply = "person_photo" if row.content_type in SHOWN else "person_file"
    say_to_guest(
        session,
        conversation_id=running.conversation_id,
        reply=reply,
        facts={"recording": row.id, "words": row.words, "name": name},
        now=now,
        purpose=Purpose.PERSON,
        key=f"person_photo:{row.id}",
    )


def _show_people(session: Session, row: Recording, running: Handoff, now: datetime) -> None:
    facts = _from_guest(session, running) | {"words": row.words, "recording": row.id}
    reply = "owner_guest_photo" if row.content_type in SHOWN else "owner_guest_file"
    tell_chats(session, row.account_id, talk.who(session, running), reply, facts, now, key=f"picture:{row.id}")


def _show_beside_card(session: Session, row: Recording, now: datetime) -> None:
    """Whoever got the card that something came also sees it."""
    cards = session.scalars(select(Message).where(Message.key.like(f"owner_media:{row.turn_id}:%"))).all()
    for card in cards:
        facts = {"handoff": None, "guest": card.facts.get("guest") or card.facts.get("phone") or "", "words": None}
        say_to_chat(
            session,
            account_id=card.account_id,
            line_id=card.line_id,
            address=card.address,
            reply="owner_guest_photo",
            facts=facts | {"recording": row.id},
            now=now,
            language=card.language,
        )


def _from_guest(session: Session, running: Handoff) -> Json:
    conversation = session.get_one(Conversation, running.conversation_id)
    guest = session.get_one(Guest, conversation.guest_id)
    return {"handoff": running.id, "guest": guest.name or guest.phone or conversation.address}


def _chats_of_person(session: Session, row: Recording) -> Sequence[Chat]:
    linked = [chat for chat in chats_of(session, row.account_id, None) if chat.row.user_id == row.user_id]
    return [chat for chat in linked if chat.row.line_id == row.line_id] or linked
