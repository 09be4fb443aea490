"""Outside events are recorded once, whatever the provider repeats, and worked from the record."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import BigInteger, DateTime, String, func, literal_column, select, update
from sqlalchemy.dialects.postgresql import JSONB, Insert, insert
from sqlalchemy.orm import Session

from core.messaging.wake import WAKE_EVENTS, WAKE_INBOX, in_a_while
from core.owners.link import IN_CHARGE_THERE
from core.prepared import Prepared, given
from models.base import Json, word
from models.conversation import Conversation
from models.messaging import InboxEntry
from models.states import InboxState, Provider

LONGEST_EVENT_ID: Final = 200
_AT_ONCE: Final = timedelta()
# Built once: this is what every webhook waits for. It wakes who works on it in the same breath.
_GIVEN: Final = {
    "account_id": given("account_id", BigInteger()),
    "provider": given("provider", String()),
    "event_id": given("event_id", String()),
    "kind": given("kind", String()),
    "line_id": given("line_id", BigInteger()),
    "payload": given("payload", JSONB()),
    "state": word(InboxState.NEW),
    "attempts": literal_column("0"),
    "next_attempt_at": given("next_attempt_at", DateTime(timezone=True)),
    "received_at": given("received_at", DateTime(timezone=True)),
}
_TABLE: Final = InboxEntry.metadata.tables[InboxEntry.__tablename__]
_TALK: Final = "conversation_id"


def _recording(statement: Insert) -> Prepared:
    once = statement.on_conflict_do_nothing(index_elements=["account_id", "provider", "event_id"])
    woken = func.pg_notify(given("channel", String()), given("after", String()))
    return Prepared(once.returning(InboxEntry.id, woken))


_RECORD: Final = _recording(insert(_TABLE).values(_GIVEN | {_TALK: given(_TALK, BigInteger())}))
_RECORD_OF_KNOWN: Final = _recording(
    insert(_TABLE).from_select(
        [*_GIVEN, _TALK],
        select(*_GIVEN.values(), Conversation.id).where(
            Conversation.line_id == given("line_id", BigInteger()),
            Conversation.address == given("address", String()),
            ~IN_CHARGE_THERE.exists(),
        ),
    )
)
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
    channel = WAKE_EVENTS if event.conversation_id is None else WAKE_INBOX
    return _record(session, _RECORD, event, channel, now, wait, conversation_id=event.conversation_id)


def record_once_of_known(
    session: Session, event: IncomingEvent, *, address: str, now: datetime, wait: timedelta = _AT_ONCE
) -> bool:
    """The same in the conversation with this address; False also when there is none, or it is of somebody in charge."""
    return _record(session, _RECORD_OF_KNOWN, event, WAKE_INBOX, now, wait, address=address)


def _record(
    session: Session,
    statement: Prepared,
    event: IncomingEvent,
    channel: str,
    now: datetime,
    wait: timedelta,
    **where: object,
) -> bool:
    written = statement.run(
        session,
        account_id=event.account_id,
        provider=event.provider,
        event_id=event.event_id,
        kind=event.kind,
        line_id=event.line_id,
        payload=storable(event.payload),
        next_attempt_at=now + wait,
        received_at=now,
        channel=channel,
        after=in_a_while(wait),
        **where,
    )
    return written.fetchone() is not None


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
