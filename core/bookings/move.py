"""A booking changes its status by one conditional UPDATE: of two who try, one wins and the other is told so."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any, Final

from sqlalchemy import ARRAY, BigInteger, Boolean, String, any_, select, update
from sqlalchemy.orm import Session, make_transient_to_detached
from sqlalchemy.orm.attributes import instance_dict, set_committed_value

from core.errors import BookingNotFound, HoldLapsed, MoveNotAllowed
from core.prepared import Prepared, given
from models.booking import Booking
from models.money import Money
from models.states import BOOKING_MOVES, HOLDING, BookingKind, BookingStatus, Channel

_RUNS: Final = given("runs", Boolean())
_BELOW: Final = given("below", BigInteger())
_MOVE: Final = Prepared(
    update(Booking)
    .where(
        Booking.id == given("booking_id"),
        Booking.status == any_(given("allowed", ARRAY(String()))),
        ~_RUNS | (Booking.hold_expires_at > given("now")),
        _BELOW.is_(None) | (Booking.deposit_paise < _BELOW),
    )
    .values(status=given("to"), changed_at=given("now"))
    .returning(*Booking.__table__.c)
)
_COLUMNS: Final = tuple(column.key for column in Booking.__table__.c)
_READ_AS: Final = {
    "kind": BookingKind,
    "status": BookingStatus,
    "channel": Channel,
    "total_paise": Money,
    "deposit_paise": Money,
}


def move(
    session: Session,
    booking_id: int,
    to: BookingStatus,
    *,
    now: datetime,
    only_from: Collection[BookingStatus] = tuple(BookingStatus),
    while_held: bool = False,
    deposit_below: Money | None = None,
) -> Booking | None:
    """Move a booking to a status, if its present one allows it; None when it does not (any more).

    Args:
        session: the door's transaction; the booking's row stays locked until its end.
        booking_id: which booking.
        to: the new status; the moves are those of models/states.py.
        now: the instant.
        only_from: fewer starting points than the table of moves allows.
        while_held: only as long as its time is not up.
        deposit_below: only when less than this is to be paid first.
    """
    allowed = [status.value for status in only_from if to in BOOKING_MOVES[status]]
    row = _MOVE.run(
        session,
        booking_id=booking_id,
        allowed=allowed,
        to=to,
        now=now,
        runs=while_held,
        below=None if deposit_below is None else deposit_below.paise,
    ).fetchone()
    return None if row is None else as_booking(session, dict(zip(_COLUMNS, row, strict=True)))


def as_booking(session: Session, row: dict[str, Any]) -> Booking:
    """A row as the driver read it, as the session knows rows: its own object when it has one."""
    values = {name: _READ_AS[name](value) if name in _READ_AS else value for name, value in row.items()}
    known = session.identity_map.get(session.identity_key(Booking, values["id"]))
    if isinstance(known, Booking):
        for name, value in values.items():
            set_committed_value(known, name, value)
        return known
    booking = Booking()
    instance_dict(booking).update(values)
    make_transient_to_detached(booking)
    session.add(booking)
    return booking


def lock(session: Session, booking_id: int) -> Booking:
    """The booking as it is now, kept still until the transaction ends."""
    booking = session.scalar(
        select(Booking).where(Booking.id == booking_id).with_for_update(key_share=True),
        execution_options={"populate_existing": True},
    )
    if booking is None:
        raise BookingNotFound(booking_id=booking_id)
    return booking


def why_not(session: Session, booking_id: int, to: BookingStatus, *, now: datetime) -> Exception:
    """Why a booking did not move."""
    booking = lock(session, booking_id)
    if booking.status is BookingStatus.EXPIRED or (
        booking.status in HOLDING and booking.hold_expires_at is not None and booking.hold_expires_at <= now
    ):
        return HoldLapsed(reference=booking.reference)
    return MoveNotAllowed(reference=booking.reference, status=booking.status.value, to=to.value)
