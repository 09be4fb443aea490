"""Outside events are recorded once, whatever the provider repeats, and worked from the record."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from core.messaging.wake import WAKE_EVENTS, WAKE_INBOX, nudge, wake
from models.base import Json
from models.messaging import InboxEntry
from models.states import InboxState, Provider

LONGEST_EVENT_ID: Final = 200
_AT_ONCE: Final = timedelta()
# Built once: this is what every webhook waits for.
_RECORD: Final = (
    insert(InboxEntry.metadata.tables[InboxEntry.__tablename__])
    .on_conflict_do_nothing(index_elements=["account_id", "provider", "event_id"])
    .returning(InboxEntry.id)
)
_AND_WAKE: Final = {channel: _RECORD.returning(nudge(channel)) for channel in (WAKE_EVENTS, WAKE_INBOX)}
_LAST_ATTEMPT: Final = 12
_LONGEST_WAIT: Final = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class IncomingEvent:
    """Something a provider told us, after its signature was checked."""

    account_id: int
    provider: Provider
    event_id: str
    kind: str
    payload: Json
    line_id: int | None = None
    conversation_id: int | None = None


def record_once(session: Session, event: IncomingEvent, *, now: datetime, wait: timedelta = _AT_ONCE) -> bool:
    """True the first time we hear of the event; it is worked after `wait`."""
    row = {
        "account_id": event.account_id,
        "provider": event.provider,
        "event_id": event.event_id,
        "kind": event.kind,
        "line_id": event.line_id,
        "conversation_id": event.conversation_id,
        "payload": storable(event.payload),
        "state": InboxState.NEW,
        "attempts": 0,
        "next_attempt_at": now + wait,
        "received_at": now,
    }
    channel = WAKE_EVENTS if event.conversation_id is None else WAKE_INBOX
    if wait <= _AT_ONCE:
        return session.scalar(_AND_WAKE[channel], row) is not None
    if session.scalar(_RECORD, row) is None:
        return False
    wake(session, channel, after=wait)
    return True


def finish(session: Session, entry_id: int, *, now: datetime) -> None:
    """The event has had its effect."""
    session.execute(
        update(InboxEntry).where(InboxEntry.id == entry_id).values(state=InboxState.DONE, done_at=now, error=None)
    )


def fail(session: Session, entry_id: int, *, attempts: int, error: str, now: datetime) -> bool:
    """Try the event again later; after many attempts leave it for a person. True when it was left."""
    left = attempts >= _LAST_ATTEMPT
    session.execute(
        update(InboxEntry)
        .where(InboxEntry.id == entry_id)
        .values(
            state=InboxState.FAILED if left else InboxState.NEW,
            attempts=attempts,
            next_attempt_at=now + min(_LONGEST_WAIT, timedelta(seconds=2**attempts)),
            error=error[:500],
        )
    )
    return left


def storable(value: Any) -> Any:  # noqa: ANN401 - whatever JSON may hold
    """The same value without what the database cannot keep: NUL characters, halves of characters, infinite numbers."""
    match value:
        case str():
            return value.replace("\x00", "").encode("utf-8", "replace").decode()
        case dict():
            return {storable(str(key)): storable(item) for key, item in value.items()}
        case list():
            return [storable(item) for item in value]
        case float() if not math.isfinite(value):
            return None
        case _:
            return value
