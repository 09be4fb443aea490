"""The house takes rooms off sale and puts them back; nobody who has booked loses a room.

Nights are locked as a guest's hold locks them, so of an owner who closes the last room and a guest who takes it, one
wins and the other is told. A room closed by its number also leaves everybody else a room of their own.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date, datetime

from sqlalchemy import select, update
from sqlalchemy.dialects.postgresql import Range
from sqlalchemy.orm import Session

from core.availability.rooms import lock_numbers, settle
from core.bookings.waitlist_line import call_line
from core.errors import AlreadySo, BookedThere, NightsNotOnSale
from models.booking import Booking
from models.dates import StayDates, business_date
from models.inventory import Closure, NightInventory, StayRoom
from models.property import Property
from models.states import ACTIVE, BookingStatus, ClosureKind


def close_rooms(
    session: Session,
    *,
    property_id: int,
    room_type_id: int,
    nights: StayDates,
    rooms: int = 1,
    room_id: int | None = None,
    kind: ClosureKind = ClosureKind.OUT_OF_ORDER,
    reason: str,
    now: datetime,
) -> Closure:
    """Take so many rooms of a type (or one by its number) off sale, if every booking keeps a room.

    Raises:
        BookedThere: the nights are sold, or somebody was promised that very room or sleeps in it.
        RoomsPromised: everybody would keep a room only by breaking a promise.
    """
    rows = lock_sale(session, [room_type_id], nights)
    if len(rows) < nights.length:
        raise NightsNotOnSale(arrival=nights.arrival.isoformat(), departure=nights.departure.isoformat())
    if room_id is not None:
        lock_numbers(session, [room_type_id], ahead=True)
        if closures_on(session, nights, room_ids=[room_id]):
            raise AlreadySo
        if in_the_way := in_room(session, room_id, nights):
            raise BookedThere(references=[booking.reference for booking in in_the_way])
    check_spare(session, rows, rooms)
    for row in rows:
        row.sellable -= rooms
    closure = Closure(
        property_id=property_id,
        room_type_id=room_type_id,
        room_id=room_id,
        nights=nights.as_range(),
        rooms=rooms,
        kind=kind,
        reason=reason[:200],
        created_at=now,
        lifted_at=None,
    )
    session.add(closure)
    session.flush()
    if room_id is not None:
        settle(session, room_type_id, now=now, until=nights.departure)
    return closure


def check_spare(session: Session, rows: Sequence[NightInventory], rooms: int) -> None:
    """Every one of these nights, locked by the caller, has so many rooms nobody has booked.

    Raises:
        BookedThere: with everybody who has one on a night that has not.
    """
    full = [row for row in rows if row.sellable - row.held - row.sold < rooms]
    if full:
        booked = [
            booking.reference
            for row in full
            for booking in bookings_on(session, [row.room_type_id], StayDates.of(row.night, 1))
        ]
        raise BookedThere(references=list(dict.fromkeys(booked)))


def open_rooms(session: Session, closure_id: int, *, now: datetime, nights: StayDates | None = None) -> Sequence[int]:
    """Put closed rooms on sale again, all their nights to come or only some; returns the closures of what stays closed.

    Nights that are over stay as they were, so that past figures do.
    """
    closure = session.get_one(Closure, closure_id, with_for_update=True, populate_existing=True)
    whole = StayDates.from_range(closure.nights)
    part = whole if nights is None else _overlap(whole, nights)
    house = session.get_one(Property, closure.property_id)
    today = business_date(now, time_zone=house.time_zone, day_starts=house.day_starts_at)
    if part is not None and part.arrival < today:
        part = StayDates(today, part.departure) if part.departure > today else None
    if closure.lifted_at is not None or part is None:
        raise AlreadySo
    for row in lock_sale(session, [closure.room_type_id], part):
        row.sellable += closure.rooms
    closure.lifted_at = now
    left = [
        Closure(
            property_id=closure.property_id,
            room_type_id=closure.room_type_id,
            room_id=closure.room_id,
            nights=Range(first, last, bounds="[)"),
            rooms=closure.rooms,
            kind=closure.kind,
            reason=closure.reason,
            created_at=now,
            lifted_at=None,
        )
        for first, last in ((whole.arrival, part.arrival), (part.departure, whole.departure))
        if last > first
    ]
    session.add_all(left)
    session.flush()
    call_line(session, closure.property_id, part.arrival, part.departure, now=now)
    return [row.id for row in left]


def closures_on(
    session: Session, nights: StayDates, *, room_type_ids: Collection[int] = (), room_ids: Collection[int] = ()
) -> Sequence[Closure]:
    """What is closed there during any of these nights."""
    wanted = select(Closure).where(Closure.lifted_at.is_(None), Closure.nights.overlaps(nights.as_range()))
    wanted = (
        wanted.where(Closure.room_id.in_(room_ids))
        if room_ids
        else wanted.where(Closure.room_type_id.in_(room_type_ids))
    )
    return session.scalars(wanted.order_by(Closure.id)).all()


def stop_sale(
    session: Session, room_type_ids: Collection[int], nights: StayDates, *, stop: bool
) -> list[tuple[int, date]]:
    """Sell no more rooms of these types on these nights (or sell again); what is booked stays. Returns what changed."""
    changed = [row for row in lock_sale(session, room_type_ids, nights) if row.stop_sell is not stop]
    if not changed:
        raise AlreadySo
    for row in changed:
        row.stop_sell = stop
    session.flush()
    return [(row.room_type_id, row.night) for row in changed]


def set_stop(session: Session, nights: Collection[tuple[int, date]], *, stop: bool) -> None:
    """Exactly these nights, as they were before."""
    for room_type_id, night in sorted(nights):
        session.execute(
            update(NightInventory)
            .where(NightInventory.room_type_id == room_type_id, NightInventory.night == night)
            .values(stop_sell=stop)
        )


def bookings_on(session: Session, room_type_ids: Collection[int], nights: StayDates) -> Sequence[Booking]:
    """Who has a room of these types on any of these nights."""
    return session.scalars(
        select(Booking)
        .join(StayRoom, StayRoom.booking_id == Booking.id)
        .where(
            StayRoom.active,
            StayRoom.room_type_id.in_(room_type_ids),
            StayRoom.stay.overlaps(nights.as_range()),
            Booking.status.in_(ACTIVE),
        )
        .distinct()
        .order_by(Booking.first_day, Booking.id)
    ).all()


def in_room(session: Session, room_id: int, nights: StayDates) -> Sequence[Booking]:
    """Who was promised this very room on any of these nights, or sleeps in it; a number given ahead can change."""
    return session.scalars(
        select(Booking)
        .join(StayRoom, StayRoom.booking_id == Booking.id)
        .where(
            StayRoom.active,
            StayRoom.room_id == room_id,
            StayRoom.stay.overlaps(nights.as_range()),
            StayRoom.is_pinned | (Booking.status == BookingStatus.ARRIVED),
        )
        .order_by(Booking.first_day, Booking.id)
    ).all()


def lock_sale(session: Session, room_type_ids: Collection[int], nights: StayDates) -> Sequence[NightInventory]:
    """The rows of these nights, locked type by type, earliest first, as they are now."""
    return session.scalars(
        select(NightInventory)
        .where(
            NightInventory.room_type_id.in_(room_type_ids),
            NightInventory.night >= nights.arrival,
            NightInventory.night < nights.departure,
        )
        .order_by(NightInventory.room_type_id, NightInventory.night)
        .with_for_update(key_share=True),
        execution_options={"populate_existing": True},
    ).all()


def _overlap(one: StayDates, other: StayDates) -> StayDates | None:
    first, last = max(one.arrival, other.arrival), min(one.departure, other.departure)
    return StayDates(first, last) if first < last else None
