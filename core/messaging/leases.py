"""What a dead worker had begun is taken over at once: nobody waits for its lease to lapse.

Each worker keeps a lock of its own at the database for as long as it lives, and writes its number beside every lease
it takes. A number nobody holds the lock of is a worker that has died, or one that has lost the database; so only one
that has been missing for some seconds is given up, and what it sent is still asked about before it is sent again.
So it is with money: a link or a refund goes to the gateway again under the reference or the key it went under before.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Final

from sqlalchemy import case, column, exists, literal, select, table, union, update
from sqlalchemy.orm import Session

from core.messaging.delivery import ASK_EVERY, SENDER_DIED
from core.messaging.wake import WAKE_PAYMENTS, WAKE_TURNS, wake
from models.base import word
from models.conversation import Turn
from models.folio import PaymentLink, Refund
from models.messaging import Message
from models.states import LinkState, MessageState, RefundState, TurnState

WORKERS: Final = 41_002  # the first number of the lock each worker keeps; the second is its own

_locks: Final = table("pg_locks", column("locktype"), column("classid"), column("objid"), column("granted"))
_claims: Final = union(
    select(Message.worker).where(Message.state == word(MessageState.SENDING), Message.worker.is_not(None)),
    select(Turn.worker).where(
        Turn.state == word(TurnState.OPEN), Turn.lease_until.is_not(None), Turn.worker.is_not(None)
    ),
    select(PaymentLink.worker).where(
        PaymentLink.state.in_((word(LinkState.OPENING), word(LinkState.CLOSING))),
        PaymentLink.lease_until.is_not(None),
        PaymentLink.worker.is_not(None),
    ),
    select(Refund.worker).where(
        Refund.state == word(RefundState.SENDING), Refund.lease_until.is_not(None), Refund.worker.is_not(None)
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
    """These will not finish what they began: it may be tried again, and where something may have left, it is asked."""
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
    return len(turns) + len(sends) + _take_over_money(session, workers, now=now)


def _take_over_money(session: Session, workers: Collection[int], *, now: datetime) -> int:
    """The gateway is asked again under the same reference or key, so nothing of it happens twice."""
    settled = now + ASK_EVERY  # the gateway may still be at what the dead one asked for
    links = session.scalars(
        update(PaymentLink)
        .where(
            PaymentLink.state.in_((LinkState.OPENING, LinkState.CLOSING)),
            PaymentLink.worker.in_(workers),
            PaymentLink.lease_until.is_not(None),
        )
        .values(
            lease_until=None,
            worker=None,
            next_attempt_at=case((PaymentLink.state == LinkState.OPENING, now), else_=settled),
        )
        .returning(PaymentLink.id),
        execution_options={"synchronize_session": False},
    ).all()
    refunds = session.scalars(
        update(Refund)
        .where(Refund.state == RefundState.SENDING, Refund.worker.in_(workers), Refund.lease_until.is_not(None))
        .values(lease_until=None, worker=None, next_attempt_at=settled)
        .returning(Refund.id),
        execution_options={"synchronize_session": False},
    ).all()
    if links or refunds:
        wake(session, WAKE_PAYMENTS)
    return len(links) + len(refunds)
