"""What a guest said becomes turns: in order, one at a time, several short messages in a row as one.

A turn is a row. Whoever holds its lease may try it; when the lease lapses another may, and the action endpoint answers
it exactly once however many try.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, NamedTuple, Protocol

from sqlalchemy import ARRAY, BigInteger, any_, bindparam, exists, func, insert, select, update
from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import set_committed_value

from core.messaging.heard import Heard
from core.prepared import Prepared, given
from models.base import Json, word
from models.conversation import Conversation, Turn
from models.messaging import InboxEntry
from models.states import InboxState, TurnState

LEASE: Final = timedelta(seconds=20)
RECYCLED_AFTER: Final = timedelta(days=180)
_MOST_IN_A_BURST: Final = 12
_LONGEST_BURST: Final = 6  # times the quiet time: somebody who never stops writing is answered too
_WAITS: Final = (0.5, 1, 2, 4, 8, 15)


# Built once: putting these together for every look would cost more than asking them.
_due: Final = (
    select(InboxEntry.conversation_id, func.min(InboxEntry.next_attempt_at).label("since"))
    .where(
        InboxEntry.state == word(InboxState.NEW),
        InboxEntry.next_attempt_at <= bindparam("now"),
        InboxEntry.conversation_id.is_not(None),
        ~exists().where(Turn.conversation_id == InboxEntry.conversation_id, Turn.state == word(TurnState.OPEN)),
    )
    .group_by(InboxEntry.conversation_id)
    .order_by("since")
    .limit(100)
    .subquery()
)
_NEXT: Final = (
    select(Conversation)
    .join(_due, _due.c.conversation_id == Conversation.id)
    .order_by(_due.c.since)  # who has waited longest, else a busy hour would forget somebody
    .limit(1)
    # not FOR UPDATE: the webhook door goes on recording what this guest sends meanwhile
    .with_for_update(of=Conversation, skip_locked=True, key_share=True)
)
_WAITING: Final = Prepared(
    select(InboxEntry.id, InboxEntry.payload, InboxEntry.received_at)
    .where(InboxEntry.conversation_id == given("conversation_id"), InboxEntry.state == word(InboxState.NEW))
    .where(~exists().where(Turn.conversation_id == given("conversation_id"), Turn.state == word(TurnState.OPEN)))
    .order_by(InboxEntry.id)
    .limit(_MOST_IN_A_BURST + 1)
)
_AGAIN: Final = (
    select(Turn)
    .where(
        Turn.state == word(TurnState.OPEN),
        Turn.next_attempt_at <= bindparam("now"),
        Turn.lease_until.is_(None) | (Turn.lease_until <= bindparam("now")),
    )
    .order_by(Turn.next_attempt_at)
    .limit(1)
    .with_for_update(skip_locked=True, key_share=True)
)


class Entry(Protocol):
    """What is needed of an entry of the inbox."""

    @property
    def id(self) -> int:
        """Its number."""
        ...

    @property
    def payload(self) -> Json:
        """What the door wrote."""
        ...

    @property
    def received_at(self) -> datetime:
        """When it came."""
        ...


class Waiting(NamedTuple):
    """An entry as it is read here."""

    id: int
    payload: Json
    received_at: datetime


_COLUMNS: Final = (
    "account_id", "conversation_id", "kind", "text", "content", "first_received_at", "state", "attempts",
    "failures", "lease_until", "worker", "next_attempt_at", "action", "created_at", "done_at",
)  # fmt: skip
_turns, _entries, _talks = (each.metadata.tables[each.__tablename__] for each in (Turn, InboxEntry, Conversation))
_begun: Final = insert(_turns).values({name: given(name) for name in _COLUMNS}).returning(_turns.c.id).cte("begun")
_emptied: Final = (
    update(_entries)
    .where(_entries.c.id == any_(given("entries", ARRAY(BigInteger()))))
    .values(turn_id=select(_begun.c.id).scalar_subquery(), state=given("taken_as"), done_at=given("done_at"))
    .cte("emptied")
)
_heard_from: Final = (
    update(_talks)
    .where(_talks.c.id == given("conversation_id"))
    .values(last_inbound_at=given("last_inbound_at"))
    .cte("heard_from")
)
# The turn, what it was made of and when the guest was last heard, in one trip.
_BEGIN: Final = Prepared(select(_begun.c.id).add_cte(_emptied, _heard_from))


@dataclass(frozen=True, slots=True)
class Taken:
    """A conversation locked by this transaction, and the next thing its guest said."""

    conversation: Conversation
    entries: Sequence[Entry]
    heard: Heard


def take_next(session: Session, *, now: datetime, quiet: timedelta) -> Taken | None:
    """The next burst that is complete, of a guest nobody else is answering; None when nothing is ready."""
    conversation = session.scalar(_NEXT, {"now": now})
    if conversation is None:
        return None
    # Asked again now that the conversation is ours: another worker may just have finished with it.
    entries = [Waiting(*row) for row in _WAITING.run(session, conversation_id=conversation.id)]
    if not entries:
        return None
    burst, ready_at = gather(entries, quiet=quiet)
    if ready_at > now:
        _wait(session, burst, ready_at)
        return None
    return Taken(conversation, burst, Heard.together([Heard.of(entry.payload) for entry in burst]))


def gather(waiting: Sequence[Entry], *, quiet: timedelta) -> tuple[Sequence[Entry], datetime]:
    """The first burst of what is waiting (something is), and when it is complete."""
    burst: list[Entry] = []
    for entry in waiting:
        alone = Heard.of(entry.payload).stands_alone
        if burst and (alone or len(burst) == _MOST_IN_A_BURST):
            return burst, burst[-1].received_at  # something stands behind it: it is complete
        burst.append(entry)
        if alone:
            return burst, entry.received_at
    return burst, min(burst[-1].received_at + quiet, burst[0].received_at + _LONGEST_BURST * quiet)


def begin(
    session: Session, taken: Taken, *, now: datetime, lease: timedelta = LEASE, worker: int | None = None
) -> Turn:
    """Make it a turn that this worker may try until the lease lapses."""
    return _record(session, taken, now=now, state=TurnState.OPEN, lease_until=now + lease, worker=worker)


def settle(session: Session, taken: Taken, *, action: str, now: datetime) -> Turn:
    """Make it a turn that is done already, without the language engine."""
    return _record(session, taken, now=now, state=TurnState.DONE, action=action, done_at=now)


def take_again(session: Session, *, now: datetime, lease: timedelta = LEASE, worker: int | None = None) -> Turn | None:
    """A turn whose worker died or failed, now ours to try."""
    turn = session.scalar(_AGAIN, {"now": now})
    if turn is not None:
        turn.attempts += 1
        turn.lease_until = now + lease
        turn.worker = worker
    return turn


def put_back(session: Session, turn_id: int, *, attempts: int, now: datetime, failed: bool = False) -> timedelta:
    """Nobody has answered: let somebody try again after a while; returns how long.

    A turn that is being answered at this moment is locked and keeps its lease.
    """
    pause = timedelta(seconds=_WAITS[min(attempts, len(_WAITS)) - 1])
    turn = session.scalar(
        select(Turn)
        .where(Turn.id == turn_id, Turn.state == TurnState.OPEN)
        .with_for_update(skip_locked=True, key_share=True)
    )
    if turn is not None:
        turn.lease_until = None
        turn.next_attempt_at = now + pause
        turn.failures += failed
    return pause


def give_up(session: Session, turn_id: int, *, now: datetime) -> Turn | None:
    """Close a turn nobody could answer; None when it was answered after all."""
    turn = session.scalar(
        select(Turn).where(Turn.id == turn_id, Turn.state == TurnState.OPEN).with_for_update(key_share=True)
    )
    if turn is None:
        return None
    turn.state = TurnState.GIVEN_UP
    turn.done_at = now
    turn.lease_until = None
    _done(session, turn.id, now)
    return turn


def _record(
    session: Session,
    taken: Taken,
    *,
    now: datetime,
    state: TurnState,
    lease_until: datetime | None = None,
    worker: int | None = None,
    action: str | None = None,
    done_at: datetime | None = None,
) -> Turn:
    conversation, heard = taken.conversation, taken.heard
    # Never given to the session: it is written below, together with what it was made of.
    turn = Turn(
        account_id=conversation.account_id,
        conversation_id=conversation.id,
        kind=heard.kind,
        text=heard.text,
        content=heard.content,
        first_received_at=taken.entries[0].received_at,
        state=state,
        attempts=1,
        failures=0,
        lease_until=lease_until,
        worker=worker,
        next_attempt_at=now,
        action=action,
        created_at=now,
        done_at=done_at,
    )
    _come_back(conversation, taken)
    last = taken.entries[-1].received_at
    (turn.id,) = _BEGIN.run(
        session,
        **{name: getattr(turn, name) for name in _COLUMNS},
        entries=[entry.id for entry in taken.entries],
        taken_as=InboxState.TAKEN if done_at is None else InboxState.DONE,
        last_inbound_at=last,
    ).fetchone() or (0,)
    set_committed_value(conversation, "last_inbound_at", last)
    return turn


def _come_back(conversation: Conversation, taken: Taken) -> None:
    """After a very long silence the number may be somebody else's: nothing of before is taken up unasked."""
    last, heard_at = conversation.last_inbound_at, taken.entries[0].received_at
    if last is not None and heard_at - last >= RECYCLED_AFTER:
        conversation.fresh_since = heard_at
        conversation.booking_id = None
        conversation.frame, conversation.options = {}, []
        conversation.journey = conversation.asked = "none"
    if taken.heard.content.get("referral"):
        conversation.referral = taken.heard.content["referral"]


def _wait(session: Session, burst: Sequence[Entry], until: datetime) -> None:
    session.execute(
        update(InboxEntry).where(InboxEntry.id.in_([entry.id for entry in burst])).values(next_attempt_at=until),
        execution_options={"synchronize_session": False},
    )


def _done(session: Session, turn_id: int, now: datetime) -> None:
    session.execute(
        update(InboxEntry).where(InboxEntry.turn_id == turn_id).values(state=InboxState.DONE, done_at=now),
        execution_options={"synchronize_session": False},
    )
