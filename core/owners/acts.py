"""Orders given by chat: kept until somebody says yes, written down when done, undone within the hour."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from models.account import AppUser
from models.base import Json
from models.owners import OwnerAct
from models.states import ActState, Channel

# An order that waits also keeps how it was understood, so that "no, 5200" can change a part of it.
SAID: Final = "said"
WAITS_FOR: Final = timedelta(minutes=10)
UNDO_WITHIN: Final = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Where:
    """The chat an order came from, and who gave it."""

    account_id: int
    line_id: int
    channel: Channel
    address: str
    user_id: int


def write_down(
    session: Session,
    where: Where,
    *,
    kind: str,
    words: str,
    order: Json,
    now: datetime,
    effect: str | None = None,
    choices: Sequence[Json] = (),
    property_id: int | None = None,
    booking_id: int | None = None,
) -> OwnerAct:
    """An order waits for a yes or a choice; what waited in this chat before is dropped."""
    session.execute(
        update(OwnerAct)
        .where(OwnerAct.line_id == where.line_id, OwnerAct.address == where.address, OwnerAct.state == ActState.OPEN)
        .values(state=ActState.DROPPED)
    )
    act = OwnerAct(
        account_id=where.account_id,
        property_id=property_id,
        user_id=where.user_id,
        line_id=where.line_id,
        channel=where.channel,
        address=where.address,
        kind=kind,
        words=words[:1000],
        order=order,
        choices=list(choices),
        state=ActState.OPEN,
        effect=effect,
        booking_id=booking_id,
        created_at=now,
        expires_at=now + WAITS_FOR,
    )
    session.add(act)
    session.flush()
    return act


def waiting(session: Session, where: Where, *, now: datetime, act_id: int | None = None) -> OwnerAct | None:
    """The order this chat was asked about (or that one), if its time is not up; locked."""
    wanted = select(OwnerAct).where(
        OwnerAct.line_id == where.line_id,
        OwnerAct.address == where.address,
        OwnerAct.user_id == where.user_id,
        OwnerAct.state == ActState.OPEN,
        OwnerAct.expires_at > now,
    )
    if act_id is not None:
        wanted = wanted.where(OwnerAct.id == act_id)
    return session.scalar(
        wanted.order_by(OwnerAct.id.desc()).limit(1).with_for_update(), execution_options={"populate_existing": True}
    )


def close(session: Session, act: OwnerAct, state: ActState, *, now: datetime, undo: Json | None = None) -> None:
    """What became of it."""
    act.state = state
    act.undo = undo
    act.done_at = now if state is ActState.DONE else act.done_at
    session.flush()


def undoable(session: Session, where: Where, *, now: datetime, act_id: int | None = None) -> OwnerAct | None:
    """The newest order this person has given within the hour (or that one of the account), locked.

    Without `undo` it cannot be taken back; it is given all the same, so that nobody takes back the one before it.
    """
    wanted = select(OwnerAct).where(
        OwnerAct.account_id == where.account_id,
        OwnerAct.state == ActState.DONE,
        OwnerAct.done_at > now - UNDO_WITHIN,
    )
    if act_id is not None:
        wanted = wanted.where(OwnerAct.id == act_id)
    else:
        wanted = wanted.where(OwnerAct.user_id == where.user_id)
    return session.scalar(
        wanted.order_by(OwnerAct.done_at.desc(), OwnerAct.id.desc()).limit(1).with_for_update(),
        execution_options={"populate_existing": True},
    )


def mark_undone(session: Session, act: OwnerAct, *, user_id: int, now: datetime) -> None:
    """It is as it was before, and it stays written down that it was done."""
    act.state = ActState.UNDONE
    act.undone_at = now
    act.undone_by_id = user_id
    session.flush()


def lately(session: Session, account_id: int, *, limit: int = 10) -> Sequence[tuple[OwnerAct, str]]:
    """What was done last, by whom."""
    rows = session.execute(
        select(OwnerAct, AppUser.name)
        .join(AppUser, AppUser.id == OwnerAct.user_id)
        .where(OwnerAct.account_id == account_id, OwnerAct.state.in_((ActState.DONE, ActState.UNDONE)))
        .order_by(OwnerAct.id.desc())
        .limit(limit)
    )
    return [(row[0], row[1]) for row in rows]
