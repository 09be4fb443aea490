"""What a dead worker had begun is taken over at once: nobody waits for its lease to lapse.

Each worker keeps a lock of its own at the database for as long as it lives, and writes its number beside every lease
it takes. A number nobody holds the lock of is a worker that has died, or one that has lost the database; so only one
that has been missing for some seconds is given up, and what it sent is still asked about before it is sent again.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Final

from sqlalchemy import column, exists, literal, select, table, union, update
from sqlalchemy.orm import Session

from core.messaging.delivery import ASK_EVERY, SENDER_DIED
from core.messaging.wake import WAKE_TURNS, wake
from models.base import word
from models.conversation import Turn
from models.messaging import Message
from models.states import MessageState, TurnState

WORKERS: Final = 41_002  # the first number of the lock each worker keeps; the second is its own

_locks: Final = table("pg_locks", column("locktype"), column("classid"), column("objid"), column("granted"))
_claims: Final = union(
    select(Message.worker).where(Message.state == word(MessageState.SENDING), Message.worker.is_not(None)),
    select(Turn.worker).where(
        Turn.state == word(TurnState.OPEN), Turn.lease_until.is_not(None), Turn.worker.is_not(None)
    ),
).subquery()
_alive: Final = exists().where(
    _locks.c.locktype == "advisory",
    _locks.c.classid == literal(WORKERS),
    _locks.c.objid == _claims.c.worker,
    _locks.c.granted,
)
_MISSING: Final = select(_claims.c.worker).where(~_alive)


def missing_workers(session: Session) -> frozenset[int]:
    """Who has begun something and is not to be seen."""
    return frozenset(number for number in session.scalars(_MISSING) if number is not None)


def take_over(session: Session, workers: Collection[int], *, now: datetime) -> int:
    """These will not finish what they began: turns may be tried again, and who may have sent is asked about."""
    turns = session.scalars(
        update(Turn)
        .where(Turn.state == TurnState.OPEN, Turn.worker.in_(workers), Turn.lease_until.is_not(None))
        .values(lease_until=None, worker=None, next_attempt_at=now)
        .returning(Turn.id),
        execution_options={"synchronize_session": False},
    ).all()
    sends = session.scalars(
        update(Message)
        .where(Message.state == MessageState.SENDING, Message.worker.in_(workers))
        .values(state=MessageState.UNKNOWN, worker=None, error_code=SENDER_DIED, lease_until=now + ASK_EVERY)
        .returning(Message.id),
        execution_options={"synchronize_session": False},
    ).all()
    if turns:
        wake(session, WAKE_TURNS)
    return len(turns) + len(sends)
