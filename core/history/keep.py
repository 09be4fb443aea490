"""The past of a house is kept line by line, each once, whatever interrupts the keeping."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from operator import attrgetter
from typing import Final

from psycopg import Connection, sql
from psycopg.types.json import Jsonb
from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from core.history.past import NO_STAY, PastBooking
from models.base import Json
from models.history import HistoryBooking, HistoryImport
from models.states import BookingStatus

_FIELDS: Final = tuple(field.name for field in fields(PastBooking) if field.name not in {"oddities", "raw"})
_values_of: Final = attrgetter(*_FIELDS)
_COPY: Final = sql.SQL("COPY history_booking ({}) FROM STDIN").format(
    sql.SQL(", ").join(map(sql.Identifier, ("history_import_id", "account_id", *_FIELDS, "oddities", "raw")))
)
_EXAMPLES: Final = 5


@dataclass(frozen=True, slots=True)
class HistoryFile:
    """A file of past bookings: what it is called, what is in it, and how many lines it has."""

    name: str
    form: str
    fingerprint: str
    lines: int


def begin(
    session: Session, account_id: int, file: HistoryFile, *, property_id: int | None, now: datetime
) -> HistoryImport:
    """The import of this file, begun now or found where it stood; its row is locked."""
    session.execute(
        insert(HistoryImport)
        .values(
            account_id=account_id,
            property_id=property_id,
            fingerprint=file.fingerprint,
            form=file.form,
            file_name=file.name,
            lines=file.lines,
            started_at=now,
        )
        .on_conflict_do_nothing()
    )
    return session.scalars(
        select(HistoryImport)
        .where(HistoryImport.account_id == account_id, HistoryImport.fingerprint == file.fingerprint)
        .with_for_update()
    ).one()


def keep(session: Session, import_id: int, lines: Sequence[PastBooking]) -> int:
    """Keep these lines, but for those kept before; returns how many were new.

    The count of lines done moves with them, and its row is locked: two who import the same file take turns.
    """
    under_way = session.get_one(HistoryImport, import_id, with_for_update=True, populate_existing=True)
    new = [line for line in lines if line.line > under_way.lines_done]
    if new:
        _copy(session, under_way, new)
        under_way.lines_done = new[-1].line
        session.flush()
    return len(new)


def finish(session: Session, import_id: int, *, more: Json, now: datetime) -> Json:
    """All lines are kept: say what is odd about them. The same words whether it was interrupted or not."""
    done = session.get_one(HistoryImport, import_id, with_for_update=True, populate_existing=True)
    if done.report is None:
        done.report = _report(session, import_id) | more
        done.finished_at = now
        session.flush()
    return done.report


def _copy(session: Session, under_way: HistoryImport, lines: Sequence[PastBooking]) -> None:
    connection: Connection | None = session.connection().connection.driver_connection
    if connection is None:
        message = "the session has a connection while its transaction is open"
        raise RuntimeError(message)
    with connection.cursor() as cursor, cursor.copy(_COPY) as copy:
        for line in lines:
            raw = None if line.raw is None else Jsonb(line.raw)
            copy.write_row((under_way.id, under_way.account_id, *_values_of(line), list(map(str, line.oddities)), raw))


def _report(session: Session, import_id: int) -> Json:
    mine = HistoryBooking.history_import_id == import_id
    rows, stays, nothing, first, last = session.execute(
        select(
            func.count(),
            func.count().filter(HistoryBooking.is_stay),
            func.count().filter(HistoryBooking.rate_cents == 0),
            func.min(HistoryBooking.arrival),
            func.max(HistoryBooking.arrival),
        ).where(mine)
    ).one()
    hotels = session.execute(
        select(HistoryBooking.hotel, func.count()).where(mine).group_by(HistoryBooking.hotel).order_by("hotel")
    )
    statuses = session.execute(
        select(HistoryBooking.status, func.count()).where(mine).group_by(HistoryBooking.status).order_by("status")
    )
    return {
        "rows": rows,
        "can_be_stays": stays,
        "cannot_be_stays": rows - stays,
        "first_arrival": first and first.isoformat(),
        "last_arrival": last and last.isoformat(),
        "hotels": {row.hotel: row[1] for row in hotels},
        "statuses": {_word(status): count for status, count in statuses},
        "nights_for_nothing": nothing,
        "oddities": _oddities(session, import_id),
    }


def _oddities(session: Session, import_id: int) -> Json:
    """Each kind with its count and the first lines it is on."""
    kind = func.unnest(HistoryBooking.oddities).label("kind")
    each = select(kind, HistoryBooking.line).where(HistoryBooking.history_import_id == import_id).subquery()
    found = session.execute(
        select(each.c.kind, func.count(), func.array_agg(each.c.line)).group_by(each.c.kind).order_by(each.c.kind)
    )
    return {
        kind: {"rows": count, "lines": sorted(lines)[:_EXAMPLES], "no_stay": kind in NO_STAY}
        for kind, count, lines in found
    }


def _word(status: BookingStatus | None) -> str:
    return "unknown" if status is None else status.value
