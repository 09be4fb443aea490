"""First in line first: what comes free calls the line, and until the line was looked at nobody walks past it.

Whoever frees something writes a call in the same transaction; a hold that took what was called for is refused as long
as somebody waits for it. The look at the line (core/bookings/waitlist_offer.py) ends the call.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date, datetime, timedelta
from typing import Any, Final, cast

from sqlalchemy import (
    ColumnElement,
    CursorResult,
    Date,
    Integer,
    Select,
    SQLColumnExpression,
    exists,
    func,
    insert,
    literal,
    select,
    update,
)
from sqlalchemy.orm import Session

from core.messaging.wake import WAKE_LINE, wake
from core.prepared import Prepared, given
from models.booking import Booking
from models.guest import Guest
from models.rates import Quote
from models.states import BookingKind, BookingStatus, WaitStatus
from models.waitlist import WaitlistCall, WaitlistEntry

# A call nobody has answered for so long (no worker is running) keeps nobody from booking any more.
CALL_COUNTS: Final = timedelta(minutes=2)
_DAY: Final = timedelta(days=1)
_ENTRY_UNTIL: Final = func.greatest(WaitlistEntry.last_day, WaitlistEntry.first_day + literal(1, Integer))
_BOOKING_UNTIL: Final = func.greatest(Booking.last_day, Booking.first_day + literal(1, Integer))


def waits_between(
    first: SQLColumnExpression[date] | date, until: SQLColumnExpression[date] | date
) -> ColumnElement[bool]:
    """Whether an entry is about any of these days, the last one excluded."""
    return (WaitlistEntry.first_day < until) & (first < _ENTRY_UNTIL)


_TAKEN: Final = Prepared(
    update(WaitlistEntry)
    .where(WaitlistEntry.booking_id == given("booking_id"))
    .values(status=WaitStatus.TAKEN.value, changed_at=given("now"))
)
_OVER: Final = Prepared(
    update(WaitlistEntry)
    .where(
        WaitlistEntry.guest_id == given("guest_id"),
        WaitlistEntry.kind == given("kind"),
        WaitlistEntry.status == WaitStatus.WAITING,
        waits_between(given("first_day", Date()), given("until", Date())),
    )
    .values(status=WaitStatus.OVER.value, changed_at=given("now"))
)


def call_line(session: Session, property_id: int, first: date, until: date, *, now: datetime) -> None:
    """Something may have come free at a property from `first` to before `until`; nothing happens when nobody waits."""
    waiting = exists().where(
        WaitlistEntry.property_id == property_id,
        WaitlistEntry.status == WaitStatus.WAITING,
        waits_between(first, until),
    )
    _write(session, select(literal(property_id), literal(first), literal(until), literal(now)).where(waiting))


def call_line_after(session: Session, bookings: Collection[Booking], *, now: datetime) -> None:
    """What these bookings had is free again."""
    waiting = exists().where(
        WaitlistEntry.property_id == Booking.property_id,
        WaitlistEntry.status == WaitStatus.WAITING,
        waits_between(Booking.first_day, _BOOKING_UNTIL),
    )
    ended = Booking.id.in_([booking.id for booking in bookings])
    _write(
        session,
        select(Booking.property_id, Booking.first_day, _BOOKING_UNTIL, literal(now)).where(ended, waiting),
    )


def line_goes_first(session: Session, quote: Quote, guest_id: int, *, now: datetime) -> bool:
    """Whether somebody else waits for what this quote is about and was just called.

    Asked after the rooms or tables were taken: whoever freed them has committed the call with them.
    """
    first, until = _days_of(quote)
    called = exists().where(
        WaitlistCall.property_id == quote.property_id,
        WaitlistCall.at > now - CALL_COUNTS,
        WaitlistCall.first_day < until,
        WaitlistCall.last_day > first,
    )
    wanted = [
        WaitlistEntry.property_id == quote.property_id,
        WaitlistEntry.kind == quote.kind,
        WaitlistEntry.status == WaitStatus.WAITING,
        WaitlistEntry.guest_id != guest_id,
        waits_between(first, until),
    ]
    if quote.kind is BookingKind.STAY:
        types = {room["room_type_id"] for room in quote.request["rooms"]}
        wanted.append(WaitlistEntry.room_type_id.is_(None) | WaitlistEntry.room_type_id.in_(types))
    return bool(session.scalar(select(exists().where(*wanted) & called)))


def settle_ended(session: Session, bookings: Sequence[Booking], *, now: datetime) -> None:
    """Offers that ended: not taken in time, or not wanted."""
    for status, ended in ((WaitStatus.LAPSED, True), (WaitStatus.DECLINED, False)):
        ids = [booking.id for booking in bookings if (booking.status is BookingStatus.EXPIRED) is ended]
        if ids:
            _settle(
                session, [WaitlistEntry.booking_id.in_(ids), WaitlistEntry.status == WaitStatus.OFFERED], status, now
            )


def settle_agreed(session: Session, booking: Booking, *, now: datetime) -> None:
    """The offer was taken; whoever has booked these days waits for none of them any more."""
    until = max(booking.last_day, booking.first_day + _DAY)
    _TAKEN.run(session, booking_id=booking.id, now=now)
    _OVER.run(session, guest_id=booking.guest_id, kind=booking.kind, first_day=booking.first_day, until=until, now=now)


def leave_lines(session: Session, guest_id: int, *, now: datetime) -> int:
    """The guest wants to hear nothing more: out of every line; an offer already made stands until its time is up."""
    mine = [WaitlistEntry.guest_id == guest_id, WaitlistEntry.status == WaitStatus.WAITING]
    return _settle(session, mine, WaitStatus.LEFT, now)


def end_past(session: Session, *, now: datetime) -> int:
    """The day has come: nobody waits for it any more; nor for anything once their data is gone."""
    # Half a day of grace covers every zone; an entry that is late is refused by its quote anyway.
    passed = WaitlistEntry.first_day < (now - timedelta(hours=12)).date()
    erased = WaitlistEntry.guest_id.in_(select(Guest.id).where(Guest.erased_at.is_not(None)))
    return _settle(session, [WaitlistEntry.status == WaitStatus.WAITING, passed | erased], WaitStatus.OVER, now)


def call_everywhere(session: Session, *, now: datetime) -> None:
    """Look at every line once more: new rooms, other prices or a shorter least stay free things without saying so."""
    rows = (
        select(WaitlistEntry.property_id, func.min(WaitlistEntry.first_day), func.max(_ENTRY_UNTIL), literal(now))
        .where(WaitlistEntry.status == WaitStatus.WAITING)
        .group_by(WaitlistEntry.property_id)
    )
    _write(session, rows)


def _write(session: Session, rows: Select[*tuple[Any, ...]]) -> None:
    columns = [WaitlistCall.property_id, WaitlistCall.first_day, WaitlistCall.last_day, WaitlistCall.at]
    written = cast("CursorResult[Any]", session.execute(insert(WaitlistCall).from_select(columns, rows)))
    if written.rowcount:
        wake(session, WAKE_LINE)


def _settle(session: Session, which: Sequence[ColumnElement[bool]], status: WaitStatus, now: datetime) -> int:
    done = session.execute(
        update(WaitlistEntry)
        .where(*which)
        .values(status=status, changed_at=now)
        .execution_options(synchronize_session=False)
    )
    return cast("CursorResult[Any]", done).rowcount


def _days_of(quote: Quote) -> tuple[date, date]:
    if quote.kind is BookingKind.STAY:
        return date.fromisoformat(quote.request["arrival"]), date.fromisoformat(quote.request["departure"])
    day = date.fromisoformat(quote.request["service_day"])
    return day, day + _DAY
