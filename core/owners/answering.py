"""How fast guests who need a person are answered: the first answer and the end, in a span of days."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import median

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.account import AppUser
from models.conversation import Handoff


@dataclass(frozen=True, slots=True)
class Answering:
    """Of the guests who asked for a person: how many were answered, how soon, and how long it took in all.

    `first` and `slowest` are times to the first answer, `resolved` to the end of those a person answered; None where
    there was none. `people` are those who took guests, the busiest first.
    """

    asked: int
    answered: int
    first: timedelta | None
    slowest: timedelta | None
    resolved: timedelta | None
    people: tuple[tuple[str, int], ...]


def answering(
    session: Session,
    account_id: int,
    property_ids: Collection[int] | None,
    *,
    since: datetime,
    until: datetime,
) -> Answering:
    """Handoffs opened in that time; the house's own first words to a guest are not among them."""
    wanted = select(Handoff).where(
        Handoff.account_id == account_id,
        Handoff.opened_at >= since,
        Handoff.opened_at < until,
        Handoff.reason != "house",
    )
    if property_ids is not None:
        wanted = wanted.where(Handoff.property_id.in_(property_ids) | Handoff.property_id.is_(None))
    rows = session.scalars(wanted).all()
    firsts = [row.first_response_at - row.opened_at for row in rows if row.first_response_at is not None]
    ends = [row.closed_at - row.opened_at for row in rows if row.closed_at is not None and row.first_response_at]
    names = dict(session.execute(select(AppUser.id, AppUser.name)).all()) if rows else {}
    counts: dict[str, int] = {}
    for row in rows:
        if row.taken_by_id is not None:
            name = names.get(row.taken_by_id, "?")
            counts[name] = counts.get(name, 0) + 1
    return Answering(
        asked=len(rows),
        answered=len(firsts),
        first=_usual(firsts),
        slowest=max(firsts, default=None),
        resolved=_usual(ends),
        people=tuple(sorted(counts.items(), key=lambda each: (-each[1], each[0]))),
    )


def _usual(spans: Sequence[timedelta]) -> timedelta | None:
    """The one in the middle."""
    return timedelta(seconds=median(span.total_seconds() for span in spans)) if spans else None
