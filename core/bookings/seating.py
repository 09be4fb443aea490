"""Who sits where: walk-ins, another table for a party, a table promised for certain, and a table taken again."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from core.availability.reseat import Seated, Wanted
from core.availability.sittings import turn_time
from core.availability.tables import TableFacts
from core.availability.turns import (
    give_tables,
    parties,
    release_tables,
    restaurants,
    take_tables_from,
    turns_around,
)
from core.bookings.events import record
from core.bookings.hold_table import (
    Evening,
    asked_for_area,
    insert_booking,
    lock_evening,
    make_room,
    table_columns,
    table_numbers,
    turn_of,
)
from core.bookings.move import lock, move, why_not
from core.errors import AlreadySo, BookedThere, MoveNotAllowed, TablesGone
from models.booking import Booking
from models.inventory import TableTurn
from models.money import NOTHING
from models.property import DiningArea, DiningTable, Property
from models.rates import CancellationPolicy, Quote
from models.states import ACTIVE, ActorKind, BookingKind, BookingStatus, Channel


def walk_in(
    session: Session,
    house: Property,
    *,
    guest_id: int,
    party_size: int,
    door: str,
    now: datetime,
    actor_id: int,
    table_ids: Sequence[int] = (),
) -> Booking:
    """They stand at the door and sit down at once: at the tables named, else at the smallest place that is free.

    Raises:
        TablesGone: there is no place for them now, even if others are moved.
        BookedThere: somebody has the table named.
    """
    place_facts = restaurants(session, [house])[house.id]
    starts_at = now.replace(second=0, microsecond=0)
    ends_at = starts_at + turn_time(place_facts.turn_times, party_size)
    evening = lock_evening(session, house, starts_at, ends_at)
    if table_ids:
        place: TableFacts | None = _named(session, house, table_ids)
        _must_be_free(session, evening, table_ids, starts_at, ends_at, now=now)
    else:
        place = make_room(session, evening, Wanted(party_size, starts_at, ends_at), now=now)
    if place is None:
        raise TablesGone(starts=starts_at.isoformat(), party=party_size)
    policy = session.get_one(CancellationPolicy, house.cancellation_policy_id)
    quote = Quote(
        account_id=house.account_id,
        property_id=house.id,
        kind=BookingKind.TABLE,
        request={
            "service_day": evening.service_day.isoformat(),
            "starts_at": starts_at.isoformat(),
            "ends_at": ends_at.isoformat(),
            "party_size": party_size,
        },
        parts={"sitting": None},
        policy={"name": policy.name, **policy.terms},
        tax_paise=NOTHING,
        total_paise=NOTHING,
        deposit_paise=NOTHING,
        good_until=now,
        created_at=now,
    )
    session.add(quote)
    session.flush()
    booking = insert_booking(
        session,
        {
            "account_id": house.account_id,
            "property_id": house.id,
            "guest_id": guest_id,
            "conversation_id": None,
            "quote_id": quote.id,
            "kind": BookingKind.TABLE.value,
            "status": BookingStatus.ARRIVED.value,
            "channel": Channel.DASHBOARD.value,
            "total_paise": 0,
            "deposit_paise": 0,
            "policy": quote.policy,
            "hold_expires_at": None,
            "hold_prolonged": False,
            "wishes": None,
            "created_at": now,
            "changed_at": now,
        }
        | table_columns(evening.service_day, starts_at, ends_at, party_size),
    )
    give_tables(session, booking.id, place, turn_of(place, starts_at, ends_at))
    facts = {"tables": table_numbers(session, booking.id)}
    record(session, booking, "walked_in", actor=ActorKind.STAFF, actor_id=actor_id, door=door, now=now, facts=facts)
    return booking


def walk_out(session: Session, booking_id: int, *, door: str, now: datetime, actor_id: int | None) -> Booking:
    """They did not stay, or it was a slip: the table is free again and nothing is owed."""
    booking = move(session, booking_id, BookingStatus.COMPLETED, now=now, only_from=(BookingStatus.ARRIVED,))
    if booking is None:
        raise why_not(session, booking_id, BookingStatus.COMPLETED, now=now)
    release_tables(session, [booking.id])
    record(session, booking, "walked_out", actor=ActorKind.STAFF, actor_id=actor_id, door=door, now=now)
    return booking


def move_party(
    session: Session, booking_id: int, table_ids: Sequence[int], *, door: str, now: datetime, actor_id: int | None
) -> list[str]:
    """Give a party these tables instead of its own, one or several; returns the numbers it had.

    A party that the house itself placed stays there: it is not moved again to make room for others.

    Raises:
        BookedThere: somebody has one of them and cannot sit elsewhere.
        AlreadySo: these are its tables.
    """
    booking = lock(session, booking_id)
    if booking.kind is not BookingKind.TABLE or booking.status not in ACTIVE:
        raise MoveNotAllowed(reference=booking.reference, status=booking.status.value, to="moved")
    house = session.get_one(Property, booking.property_id)
    place = _named(session, house, table_ids)
    evening = lock_evening(session, house, booking.starts_at, booking.ends_at).without(booking.id)
    if set(_tables_of(session, [booking.id], active=True)) == set(table_ids):
        raise AlreadySo
    before = table_numbers(session, booking.id)
    in_area = asked_for_area(session, booking.id)
    _must_be_free(session, evening, table_ids, booking.starts_at, booking.ends_at, now=now)
    take_tables_from(session, [booking.id])
    during = turn_of(place, booking.starts_at, booking.ends_at)
    give_tables(session, booking.id, place, during, pinned=True, in_area=in_area)
    record(
        session,
        booking,
        "moved_table",
        actor=ActorKind.STAFF,
        actor_id=actor_id,
        door=door,
        now=now,
        facts={"before": before, "tables": table_numbers(session, booking.id)},
    )
    return before


def pin(
    session: Session, booking_id: int, *, door: str, now: datetime, actor_id: int | None, pinned: bool = True
) -> Booking:
    """Promise a party the very tables it has, or take that back; a pinned party is never moved to make room."""
    booking = lock(session, booking_id)
    changed = session.scalars(
        update(TableTurn)
        .where(TableTurn.booking_id == booking_id, TableTurn.active, TableTurn.is_pinned.is_not(pinned))
        .values(is_pinned=pinned)
        .returning(TableTurn.id),
        execution_options={"synchronize_session": "fetch"},
    ).all()
    if not changed:
        raise AlreadySo
    facts = {"tables": table_numbers(session, booking_id)}
    kind = "pinned" if pinned else "unpinned"
    record(session, booking, kind, actor=ActorKind.STAFF, actor_id=actor_id, door=door, now=now, facts=facts)
    return booking


def take_tables_again(session: Session, booking: Booking, *, now: datetime) -> None:
    """The tables a booking had before, if nobody has them by now; else others that suit the party.

    Raises:
        TablesGone: there is no place for them any more.
    """
    house = session.get_one(Property, booking.property_id)
    evening = lock_evening(session, house, booking.starts_at, booking.ends_at).without(booking.id)
    had = _tables_of(session, [booking.id], active=False)
    rows = session.scalars(select(TableTurn).where(TableTurn.booking_id == booking.id)).all()
    pinned, in_area = any(row.is_pinned for row in rows), any(row.in_area for row in rows)
    area_id = _area_of(session, had) if in_area else None
    wanted = Wanted(booking.party_size, booking.starts_at, booking.ends_at, area_id)
    in_the_way = _in_the_way(evening, had, booking.starts_at, booking.ends_at, now=now)
    place = (
        make_room(session, evening, wanted, now=now) if in_the_way or not had else _named(session, house, sorted(had))
    )
    if place is None:
        raise TablesGone(starts=booking.starts_at.isoformat(), party=booking.party_size)
    take_tables_from(session, [booking.id])
    during = turn_of(place, booking.starts_at, booking.ends_at)
    give_tables(session, booking.id, place, during, pinned=pinned and not in_the_way, in_area=in_area)


def _named(session: Session, house: Property, table_ids: Sequence[int]) -> TableFacts:
    """Tables named by a person, whatever they seat: the house knows its chairs."""
    rows = session.execute(
        select(DiningTable.id, DiningArea.id, DiningArea.buffer_minutes, DiningTable.max_covers)
        .join(DiningArea, DiningArea.id == DiningTable.dining_area_id)
        .where(DiningTable.id.in_(table_ids), DiningArea.property_id == house.id)
    ).all()
    if len(rows) != len(set(table_ids)):
        raise TablesGone(starts="", party=0)
    longest = max((row.buffer_minutes for row in rows), default=0)
    return TableFacts(
        tuple(sorted(row[0] for row in rows)),
        rows[0][1],
        1,
        sum(row.max_covers for row in rows),
        timedelta(minutes=longest),
    )


def _must_be_free(
    session: Session,
    evening: Evening,
    table_ids: Collection[int],
    starts_at: datetime,
    ends_at: datetime,
    *,
    now: datetime,
) -> None:
    """Nobody else may need these tables then."""
    in_the_way = _in_the_way(evening, table_ids, starts_at, ends_at, now=now)
    if in_the_way:
        ids = [party.booking_id for party in in_the_way]
        found = select(Booking.reference).where(Booking.id.in_(ids)).order_by(Booking.starts_at)
        raise BookedThere(references=list(session.scalars(found)))


def _in_the_way(
    evening: Evening, table_ids: Collection[int], starts_at: datetime, ends_at: datetime, *, now: datetime
) -> list[Seated]:
    return [
        party
        for party in parties(evening.turns, now=now)
        if not party.table_ids.isdisjoint(table_ids) and party.starts_at < ends_at and starts_at < party.free_at
    ]


def tables_of(session: Session, booking_id: int) -> list[int]:
    """The tables a party has."""
    return sorted(_tables_of(session, [booking_id], active=True))


def others_at(session: Session, booking: Booking, table_ids: Collection[int], *, now: datetime) -> list[Booking]:
    """Who else has one of these tables during the turn of this booking, as it looks now."""
    turns = turns_around(session, [booking.property_id], booking.first_day)[booking.property_id]
    ids = [
        party.booking_id
        for party in parties(turns, now=now)
        if party.booking_id != booking.id
        and not party.table_ids.isdisjoint(table_ids)
        and party.starts_at < booking.ends_at
        and booking.starts_at < party.free_at
    ]
    return list(session.scalars(select(Booking).where(Booking.id.in_(ids)).order_by(Booking.starts_at, Booking.id)))


def _tables_of(session: Session, booking_ids: Collection[int], *, active: bool) -> set[int]:
    """The tables of these bookings, those they have or those they had."""
    wanted = select(TableTurn.dining_table_id).where(TableTurn.booking_id.in_(booking_ids))
    return set(session.scalars(wanted.where(TableTurn.active.is_(active))))


def _area_of(session: Session, table_ids: Collection[int]) -> int | None:
    return session.scalar(select(DiningTable.dining_area_id).where(DiningTable.id.in_(table_ids)).limit(1))
