"""What a guest sent besides words: noted with the turn, fetched once afterwards, kept for the house."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.base import Json
from models.conversation import Conversation, Turn
from models.messaging import Recording

LARGEST: Final = 16 * 1024 * 1024  # what WhatsApp itself lets through
_LEASE: Final = timedelta(minutes=1)
_MOST_ATTEMPTS: Final = 5


def note(session: Session, turn: Turn, media: Sequence[Json], *, now: datetime) -> list[Recording]:
    """Remember what is to be fetched; a sticker or a contact without a file leaves nothing."""
    talk = session.get_one(Conversation, turn.conversation_id)
    rows = [
        Recording(
            account_id=turn.account_id,
            line_id=talk.line_id,
            turn_id=turn.id,
            number=number,
            url=str(item["url"]),
            content_type=str(item.get("type") or "application/octet-stream")[:100],
            state="new",
            attempts=0,
            next_attempt_at=now,
            created_at=now,
        )
        for number, item in enumerate(media, start=1)
        if item.get("url")
    ]
    session.add_all(rows)
    session.flush()
    return rows


def claim_next(session: Session, *, now: datetime) -> Recording | None:
    """The next one to fetch, ours for a minute."""
    row = session.scalar(
        select(Recording)
        .where(Recording.state == "new", Recording.next_attempt_at <= now)
        .order_by(Recording.next_attempt_at)
        .limit(1)
        .with_for_update(skip_locked=True)
    )
    if row is not None:
        row.attempts += 1
        row.next_attempt_at = now + _LEASE
    return row


def keep(session: Session, recording_id: int, body: bytes, content_type: str) -> None:
    """It is here."""
    row = session.get_one(Recording, recording_id)
    row.body, row.state, row.error = body, "kept", None
    row.content_type = content_type[:100] or row.content_type


def give_up(session: Session, recording_id: int, why: str) -> None:
    """It will not be fetched: not from where it may come, too large, or gone."""
    row = session.get_one(Recording, recording_id)
    row.state, row.error = "refused", why[:200]


def try_later(session: Session, recording_id: int, why: str, *, now: datetime) -> bool:
    """The provider did not answer; after a few tries it is given up, and that is True."""
    row = session.get_one(Recording, recording_id)
    if row.attempts >= _MOST_ATTEMPTS:
        give_up(session, recording_id, why)
        return True
    row.error = why[:200]
    row.next_attempt_at = now + timedelta(seconds=2.0**row.attempts)
    return False
