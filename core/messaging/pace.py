"""No provider is rushed: every message takes a place in its line's pace, however many workers send.

Places are reserved in the database and queue up behind each other once; a message put off is not looked at again before
its time comes. A sender reserves a handful of a fast line's places in one step, so that senders do not wait for each
other's transactions; what a handful does not need lapses, which makes a line a little slower, never faster.
"""

from __future__ import annotations

import threading
from collections import defaultdict, deque
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import Engine, bindparam, func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from core.messaging.capabilities import Capabilities
from core.messaging.wake import WAKE_OUTBOX, wake
from models.base import Instant
from models.messaging import Message, Pace
from models.states import MessageState

_HANDFUL_S: Final = 0.1
_full = Pace.metadata.tables[Pace.__tablename__]
_without_waiting = select(func.set_config("synchronous_commit", "off", True)).scalar_subquery()  # noqa: FBT003 - in SQL
_later = func.greatest(_full.c.full_at, bindparam("now", type_=Instant())) + bindparam("taken")
_TAKE: Final = (
    insert(_full)
    .values(line_id=bindparam("line"), address=bindparam("chat"), full_at=bindparam("first"))
    .on_conflict_do_update(index_elements=["line_id", "address"], set_={"full_at": _later})
    .returning(_full.c.full_at)
)
_TAKE_AT_ONCE: Final = _TAKE.returning(_without_waiting)  # a place lost with a crashing database costs nothing


class Places:
    """The places of its lines that this process has reserved and not used yet."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._kept: defaultdict[int, deque[datetime]] = defaultdict(deque)
        self._lock = threading.Lock()

    def waits_its_turn(
        self, session: Session, message: Message, can: Capabilities, *, per_second: float, now: datetime
    ) -> bool:
        """Whether this message, just claimed, has to wait; it is put back for the moment its place comes."""
        if message.slot_at is not None and message.slot_at <= now:
            message.slot_at = None  # it has waited; a further attempt takes a new place
            return False
        places = [self._place(message.line_id, per_second, now)]
        if can.per_chat_second:
            gap = timedelta(seconds=1 / can.per_chat_second)
            taken = {"line": message.line_id, "chat": message.address, "now": now, "first": now + gap, "taken": gap}
            places.append(session.execute(_TAKE, taken).scalar_one() - can.chat_burst * gap)
        place = max(places)
        if place <= now:
            return False
        message.state = MessageState.QUEUED
        message.next_attempt_at = message.slot_at = place
        message.sent_at = message.lease_until = message.worker = None
        wake(session, WAKE_OUTBOX, after=place - now)
        return True

    def _place(self, line_id: int, per_second: float, now: datetime) -> datetime:
        """The next free place of the line; so many may go at once after a pause as go in a second."""
        gap, burst = timedelta(seconds=1 / per_second), max(1, round(per_second))
        with self._lock:
            kept = self._kept[line_id]
            while kept and kept[0] < now - 2 * burst * gap:
                kept.popleft()  # nobody needed it for a whole burst's time
            if not kept:
                kept.extend(self._reserve(line_id, gap, burst, now))
            return kept.popleft()

    def _reserve(self, line_id: int, gap: timedelta, burst: int, now: datetime) -> list[datetime]:
        count = max(1, int(_HANDFUL_S / gap.total_seconds()))
        taken = {"line": line_id, "chat": "", "now": now, "first": now + count * gap, "taken": count * gap}
        with self._engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            full_at: datetime = connection.execute(_TAKE_AT_ONCE, taken).one()[0]
        return [full_at - (burst + further) * gap for further in reversed(range(count))]
