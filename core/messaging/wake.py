"""A nudge for the workers when there is something to do; they also look by themselves, so a lost nudge costs a second.

The database delivers it when the transaction commits, so nobody is woken for something that was rolled back.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from sqlalchemy import ColumnElement, String, func, select
from sqlalchemy.orm import Session

from core.prepared import Prepared, given

WAKE_INBOX: Final = "atithi_inbox"  # a guest has written
WAKE_EVENTS: Final = "atithi_events"  # anything else has come in
WAKE_TURNS: Final = "atithi_turns"  # a turn waits to be tried again
WAKE_OUTBOX: Final = "atithi_outbox"
WAKE_PAYMENTS: Final = "atithi_payments"
WAKE_LINE: Final = "atithi_line"  # something came free that somebody waits for

_AT_ONCE: Final = timedelta()
_NOTIFY: Final = Prepared(select(func.pg_notify(given("channel", String()), given("payload", String()))))


def nudge(channel: str) -> ColumnElement[None]:
    """The same, at once, as something a statement gives back for each row it writes."""
    return func.pg_notify(channel, "")


def wake(session: Session, channel: str, *, after: timedelta = _AT_ONCE) -> None:
    """Tell whoever works on this that there is something to do, after a while."""
    _NOTIFY.run(session, channel=channel, payload=in_a_while(after))


def in_a_while(after: timedelta) -> str:
    """What a nudge says of the time until there is something to do."""
    milliseconds = max(0, int(after.total_seconds() * 1000))
    return str(milliseconds) if milliseconds else ""
