"""What waits and what happened, counted in the database when Prometheus asks, so that any process can tell."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any, Final

from fastapi import Response
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector
from sqlalchemy import Engine, Select, func, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from core.availability.horizon import houses_missing_days
from models.booking import Booking
from models.conversation import Turn
from models.messaging import InboxEntry, Message
from models.states import InboxState, MessageState, TurnState

_WAITING: Final = (MessageState.QUEUED, MessageState.SENDING, MessageState.UNKNOWN)


class _House(Collector):
    def __init__(self, engine: Engine, now: datetime) -> None:
        self._engine = engine
        self._now = now

    def collect(self) -> Iterator[Metric]:
        """One query for each figure, all on small indexes or counts."""
        with Session(self._engine) as session:
            yield _by_state(session, "atithi_messages", "Messages to people, by state.", Message.state)
            yield _by_state(session, "atithi_inbox_entries", "Outside events, by state.", InboxEntry.state)
            yield _by_state(session, "atithi_turns", "Turns of conversations, by state.", Turn.state)
            yield _by_state(session, "atithi_bookings", "Bookings, by status.", Booking.status)
            missing = houses_missing_days(session, now=self._now, within_days=30)
            about = "Nights and service days of the next thirty that have no row; any is an alarm."
            yield GaugeMetricFamily("atithi_missing_days", about, value=sum(missing.values()))
            yield self._age(
                session,
                "atithi_oldest_waiting_message_seconds",
                "How long the oldest unsent message has been waiting.",
                select(func.min(Message.created_at)).where(Message.state.in_(_WAITING)),
            )
            yield self._age(
                session,
                "atithi_oldest_waiting_event_seconds",
                "How long the oldest unworked outside event has been waiting.",
                select(func.min(InboxEntry.received_at)).where(InboxEntry.state == InboxState.NEW),
            )
            yield self._age(
                session,
                "atithi_oldest_open_turn_seconds",
                "How long the oldest unanswered turn has been waiting.",
                select(func.min(Turn.created_at)).where(Turn.state == TurnState.OPEN),
            )

    def _age(self, session: Session, name: str, about: str, oldest: Select[Any]) -> Metric:
        since = session.scalar(oldest)
        return GaugeMetricFamily(name, about, value=0 if since is None else (self._now - since).total_seconds())


def exposition(engine: Engine, *, now: datetime) -> Response:
    """All figures as Prometheus reads them."""
    registry = CollectorRegistry(auto_describe=False)
    registry.register(_House(engine, now))
    return Response(generate_latest(registry), media_type=CONTENT_TYPE_LATEST)


def _by_state(session: Session, name: str, about: str, column: InstrumentedAttribute[Any]) -> Metric:
    family = GaugeMetricFamily(name, about, labels=["state"])
    for state, count in session.execute(select(column, func.count()).group_by(column)):
        family.add_metric([str(state)], count)
    return family
