"""How far a message has got: claimed, sent, unknown, delivered, failed; states only move forward.

A message that may have been sent is never simply sent again: the provider is asked first.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import (
    BindParameter,
    Connection,
    DateTime,
    Integer,
    String,
    bindparam,
    case,
    exists,
    func,
    null,
    select,
    update,
)
from sqlalchemy.exc import NoResultFound
from sqlalchemy.orm import Session, aliased

from core.messaging.wake import WAKE_OUTBOX, wake
from core.prepared import Prepared, given
from models.account import OwnerChat
from models.base import word
from models.conversation import Conversation
from models.guest import GuestIdentity
from models.messaging import Message
from models.states import MESSAGE_RANK, Channel, ConversationMode, MessageState

LEASE: Final = timedelta(seconds=30)
ASK_EVERY: Final = timedelta(seconds=5)
# The provider lists what it took within seconds; what is not there by now was never taken.
ASKED_LONG_ENOUGH: Final = timedelta(seconds=30)
# Meta tells what it took within seconds, and what it could not tell at once a little later.
STATUS_COMES_WITHIN: Final = timedelta(minutes=2)
# Nothing more can come from a sender known to be dead: only the provider's own list is waited for.
_ASKED_OF_THE_DEAD: Final = timedelta(seconds=5)
_LONGEST_PAUSE_S: Final = 60.0
_MOST_ATTEMPTS: Final = 40
_ON_THE_WAY: Final = (MessageState.QUEUED, MessageState.SENDING, MessageState.UNKNOWN)
AGAIN: Final = "again"  # in error_code: it may arrive twice, and says so
SENDER_DIED: Final = "sender_died"  # in error_code: nothing of it can still be on its way


# Built once: putting these together for every look would cost more than asking them.
_earlier: Final = aliased(Message)
_waits_for_another: Final = exists().where(
    _earlier.line_id == Message.line_id,
    _earlier.address == Message.address,
    _earlier.id < Message.id,
    _earlier.state.in_([word(each) for each in _ON_THE_WAY]),
    # what is only meant for later, such as an alert in quiet hours, holds nobody up
    (_earlier.attempts > 0) | (_earlier.next_attempt_at <= bindparam("now")),
)
_next: Final = (
    select(Message.id)
    .where(Message.state == word(MessageState.QUEUED), Message.next_attempt_at <= bindparam("now"), ~_waits_for_another)
    .order_by(Message.id)
    .limit(1)
    .with_for_update(skip_locked=True, key_share=True)
    .cte("next")
    .prefix_with("MATERIALIZED")
)
_CLAIM: Final = (
    update(Message)
    .where(Message.id == _next.c.id)
    .values(
        state=word(MessageState.SENDING),
        attempts=Message.attempts + 1,
        lease_until=bindparam("until", type_=DateTime(timezone=True)),
        worker=bindparam("by_worker", type_=Integer),
        sent_at=bindparam("now", type_=DateTime(timezone=True)),
    )
    .returning(Message)
    .execution_options(synchronize_session=False)
)
_UNKNOWN: Final = (
    select(Message)
    .where(
        Message.state.in_((word(MessageState.SENDING), word(MessageState.UNKNOWN))),
        Message.lease_until <= bindparam("now"),
    )
    .order_by(Message.lease_until)
    .limit(1)
    .with_for_update(skip_locked=True, key_share=True)
)
_CONTEXT: Final = Prepared(
    select(
        Conversation.mode,
        Conversation.mode_since,
        Conversation.last_inbound_at,
        Conversation.guest_id,
        select(GuestIdentity.opted_out_at)
        .where(
            GuestIdentity.account_id == Conversation.account_id,
            GuestIdentity.channel == given("channel", String()),
            GuestIdentity.address == given("address"),
        )
        .scalar_subquery(),
    ).where(Conversation.id == given("conversation_id"))
)
_went: Final = Message.state.in_([word(each) for each in _ON_THE_WAY])
_SENT: Final = Prepared(
    update(Message.metadata.tables[Message.__tablename__])
    .where(Message.id == given("message_id"))
    .values(
        state=case((_went, word(MessageState.SENT)), else_=Message.state),
        provider_id=given("provider_id"),
        body=given("body"),
        error_code=given("error_code"),
        segments=given("segments"),
        cost_micros=given("cost_micros"),
        shown_as=given("shown_as"),
        lease_until=null(),
    )
)


@dataclass(frozen=True, slots=True)
class Claimed:
    """A message that is ours to send, and what decides whether it may go."""

    message: Message
    mode: ConversationMode | None
    mode_since: datetime | None
    last_inbound_at: datetime | None
    opted_out_at: datetime | None
    guest_id: int | None


def claim_next(session: Session, *, now: datetime, worker: int | None = None) -> Claimed | None:
    """The next message due whose recipient waits for no earlier one; marked as being sent from now on."""
    message = session.scalar(_CLAIM, {"now": now, "until": now + LEASE, "by_worker": worker})
    return None if message is None else _with_context(session, message)


def claim_unknown(session: Session, *, now: datetime) -> Message | None:
    """A message whose sender died or never heard back, ours to ask about."""
    message = session.scalar(_UNKNOWN, {"now": now})
    if message is not None:
        message.state = MessageState.UNKNOWN
        message.lease_until = now + LEASE
    return message


def asked_long_enough(message: Message) -> timedelta:
    """How long after sending the provider's list can be taken for the whole truth."""
    return _ASKED_OF_THE_DEAD if message.error_code == SENDER_DIED else ASKED_LONG_ENOUGH


def record_sent(
    session: Session,
    message_id: int,
    *,
    provider_id: str,
    body: str,
    shown_as: str,
    error_code: str | None = None,
    segments: int | None = None,
    cost_micros: int | None = None,
) -> None:
    """The provider took it; a status that came sooner stays."""
    _SENT.run(
        session,
        message_id=message_id,
        provider_id=provider_id,
        body=body,
        error_code=error_code,
        segments=segments,
        cost_micros=cost_micros,
        shown_as=shown_as,
    )


def put_back(session: Session, message: Message, *, now: datetime, error_code: str, after: float | None = None) -> None:
    """It certainly was not sent: try again after a while, less and less often, until that was tried enough."""
    if message.attempts >= _MOST_ATTEMPTS:
        fail(session, message.id, error_code=error_code)
        return
    pause = min(_LONGEST_PAUSE_S, 2.0 ** min(message.attempts - 1, 10))
    wait = timedelta(seconds=after if after is not None else pause * random.uniform(0.5, 1.0))  # noqa: S311 - no secret
    _settle(
        session, message.id, state=MessageState.QUEUED, next_attempt_at=now + wait, sent_at=None, error_code=error_code
    )
    wake(session, WAKE_OUTBOX, after=wait)


def wait_for_word(session: Session, message_id: int, *, now: datetime, error_code: str | None = None) -> None:
    """Nobody knows whether it was sent: ask in a while, unless a status comes first."""
    _settle(session, message_id, state=MessageState.UNKNOWN, lease_until=now + ASK_EVERY, error_code=error_code)
    wake(session, WAKE_OUTBOX, after=ASK_EVERY)


def send_again(session: Session, message: Message, *, now: datetime, marked: bool) -> None:
    """It was not taken after all (or, marked, may have been by who cannot be asked): send it."""
    if message.attempts >= _MOST_ATTEMPTS:
        fail(session, message.id, error_code="never_taken")
        return
    code = AGAIN if marked else None
    _settle(session, message.id, state=MessageState.QUEUED, next_attempt_at=now, sent_at=None, error_code=code)
    wake(session, WAKE_OUTBOX)


def fail(session: Session, message_id: int, *, error_code: str) -> None:
    """It will not be sent."""
    _settle(session, message_id, state=MessageState.FAILED, error_code=error_code, sent_at=None)


def cancel(session: Session, message_id: int, *, reason: str) -> None:
    """It must not be sent any more."""
    _settle(session, message_id, state=MessageState.CANCELLED, error_code=reason, sent_at=None)


def redirect(
    session: Session, message: Message, *, line_id: int, channel: Channel, address: str, now: datetime
) -> None:
    """Say it to the same person another way, from the beginning."""
    session.execute(
        update(Message)
        .where(Message.id == message.id)
        .values(
            state=MessageState.QUEUED,
            line_id=line_id,
            channel=channel,
            address=address,
            next_attempt_at=now,
            lease_until=None,
            provider_id=None,
            sent_at=None,
            by_template=False,
            slot_at=None,
            shown_as=None,
        ),
        execution_options={"synchronize_session": False},
    )
    wake(session, WAKE_OUTBOX)


def again(session: Session, message: Message, *, by_template: bool, now: datetime) -> None:
    """Say it once more in the same place: it was refused as it was."""
    redirect(session, message, line_id=message.line_id, channel=message.channel, address=message.address, now=now)
    session.execute(
        update(Message).where(Message.id == message.id).values(by_template=by_template),
        execution_options={"synchronize_session": False},
    )


def apply_status(
    session: Session,
    *,
    line_id: int,
    message_id: int | None,
    provider_id: str,
    state: MessageState,
    error_code: str | None,
    now: datetime,
) -> Message | None:
    """What the provider says became of it, forward only; the message when this was news."""
    which = Message.provider_id == provider_id if message_id is None else Message.id == message_id
    values = _news(state, provider_id, now)
    if error_code is not None:
        values["error_code"] = error_code
    return session.scalar(
        update(Message)
        .where(which, Message.line_id == line_id, Message.state.in_(_behind(state)))
        .values(values)
        .returning(Message),
        execution_options={"synchronize_session": False},
    )


def record_tick(
    connection: Connection,
    *,
    line_id: int,
    message_id: int | None,
    provider_id: str,
    state: MessageState,
    now: datetime,
) -> None:
    """Sent, delivered or read: the most frequent news there is, in one statement.

    A tick lost with a crashing database costs nothing; waiting for the disk on each would.
    """
    which: dict[str, object] = {"provider_id": provider_id} if message_id is None else {"message_id": message_id}
    tick = _TICKS[state, message_id is not None]
    tick.run_over(connection, line_id=line_id, **({"provider_id": provider_id, "now": now} | which))


def known_ids(session: Session, message: Message) -> Sequence[str]:
    """What else was sent in this conversation lately, by the provider's ids."""
    found = session.scalars(
        select(Message.provider_id)
        .where(
            Message.conversation_id == message.conversation_id,
            Message.provider_id.is_not(None),
            Message.id != message.id,
        )
        .order_by(Message.id.desc())
        .limit(50)
    )
    return [each for each in found if each is not None]


def _behind(state: MessageState) -> list[MessageState]:
    """From where a message may get to that state: who has read it has not missed it."""
    arrived = {MessageState.DELIVERED, MessageState.READ} if state is MessageState.FAILED else set()
    return [each for each in MessageState if MESSAGE_RANK[each] < MESSAGE_RANK[state] and each not in arrived]


def _news(
    state: MessageState, provider_id: str | BindParameter[str], now: datetime | BindParameter[datetime]
) -> dict[str, Any]:
    values: dict[str, Any] = {"state": state, "provider_id": provider_id, "lease_until": null()}
    if state in {MessageState.DELIVERED, MessageState.READ}:
        values["delivered_at"] = case((Message.delivered_at.is_(None), now), else_=Message.delivered_at)
    if state is MessageState.READ:
        values["read_at"] = now
    return values


def _tick(state: MessageState, *, by_id: bool) -> Prepared:
    which = Message.id == given("message_id") if by_id else Message.provider_id == given("provider_id")
    without_waiting = select(func.set_config("synchronous_commit", "off", True)).scalar_subquery()  # noqa: FBT003 - in SQL
    behind = Message.state.in_([word(each) for each in _behind(state)])
    return Prepared(
        update(Message.metadata.tables[Message.__tablename__])
        .where(which, Message.line_id == given("line_id"), behind)
        .where(without_waiting == "off")
        .values(_news(state, given("provider_id", String()), given("now", DateTime(timezone=True))))
    )


_TICKS: Final = {
    (state, by_id): _tick(state, by_id=by_id)
    for state in (MessageState.SENT, MessageState.DELIVERED, MessageState.READ)
    for by_id in (True, False)
}


def _with_context(session: Session, message: Message) -> Claimed:
    if message.conversation_id is None:
        heard_at = session.scalar(
            select(OwnerChat.heard_at)
            .where(OwnerChat.line_id == message.line_id, OwnerChat.address == message.address)
            .order_by(OwnerChat.id.desc())
            .limit(1)
        )
        return Claimed(message, None, None, heard_at, None, None)
    row = _CONTEXT.run(
        session, conversation_id=message.conversation_id, channel=message.channel, address=message.address
    ).fetchone()
    if row is None:
        raise NoResultFound
    mode, mode_since, last_inbound_at, guest_id, opted_out_at = row
    return Claimed(message, ConversationMode(mode), mode_since, last_inbound_at, opted_out_at, guest_id)


def _settle(session: Session, message_id: int, **values: Any) -> None:  # noqa: ANN401 - columns of Message
    """Only while nobody has said more: a status that came meanwhile is never undone."""
    session.execute(
        update(Message)
        .where(Message.id == message_id, Message.state.in_(_ON_THE_WAY))
        .values(**({"lease_until": None} | values)),
        execution_options={"synchronize_session": False},
    )
