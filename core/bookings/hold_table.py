"""A table is given at once: the day of the restaurant is locked, the best table chosen, its turn written.

Where none is free, parties that have not come yet are given other tables that suit them as well, if that makes room.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Final

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import Range, insert
from sqlalchemy.orm import Session

from core.availability.reseat import Seated, Seating, Wanted, seat
from core.availability.tables import FloorPlan, Off, TableFacts
from core.availability.turns import (
    Turn,
    covers_starting,
    floor_plans,
    give_tables,
    lock_area_days,
    parties,
    take_tables_from,
    turns_around,
    whats_off,
)
from core.bookings.events import record
from core.bookings.reference import new_reference
from core.errors import NotServing, TablesGone
from models.base import Json
from models.booking import Booking
from models.dates import business_date
from models.inventory import TableTurn
from models.property import DiningTable, Property
from models.rates import Quote
from models.states import HOLDING, ActorKind, BookingStatus

_NOT_COLUMNS: Final = frozenset({"actor", "actor_id", "door", "facts"})
_DOOR: Final = "reseat"


@dataclass(frozen=True, slots=True)
class Evening:
    """A restaurant on one service day, locked: nobody else is given a table of it until the transaction ends."""

    service_day: date
    floor: FloorPlan
    off: Off
    turns: tuple[Turn, ...]

    def without(self, booking_id: int) -> Evening:
        """As if that party had no table."""
        return replace(self, turns=tuple(turn for turn in self.turns if turn.booking_id != booking_id))


def hold_table(session: Session, quote: Quote, house: Property, values: Json) -> Booking:
    """Give the party the smallest table that fits, for the whole of its turn."""
    request = quote.request
    place, during = find_place(session, quote, house, now=values["created_at"])
    booking = insert_booking(
        session,
        {name: value for name, value in values.items() if name not in _NOT_COLUMNS}
        | table_columns(
            date.fromisoformat(request["service_day"]),
            datetime.fromisoformat(request["starts_at"]),
            datetime.fromisoformat(request["ends_at"]),
            request["party_size"],
        ),
    )
    give_tables(session, booking.id, place, during, in_area=request.get("area_id") is not None)
    record(
        session,
        booking,
        "held",
        actor=ActorKind(values["actor"]),
        actor_id=values["actor_id"],
        door=values["door"],
        now=values["created_at"],
        facts=values["facts"],
    )
    return booking


def find_place(
    session: Session, quote: Quote, house: Property, *, now: datetime, besides: int | None = None
) -> tuple[TableFacts, Range[datetime]]:
    """Lock the day and choose; nobody else is given a table of this house until the transaction ends.

    Args:
        session: the door's transaction.
        quote: the table that was promised.
        house: the restaurant.
        now: the instant; who should be here by now is not moved.
        besides: the booking whose own tables count as free, when it is changed.
    """
    request = quote.request
    starts_at, ends_at = datetime.fromisoformat(request["starts_at"]), datetime.fromisoformat(request["ends_at"])
    evening = lock_evening(session, house, starts_at, ends_at)
    if besides is not None:
        evening = evening.without(besides)
    party_size: int = request["party_size"]
    pacing = request.get("pacing_covers")
    slot = timedelta(minutes=request.get("slot_minutes", 1))
    facts = {"starts": request["starts_at"], "party": party_size}
    if pacing is not None and covers_starting(evening.turns, starts_at, slot) + party_size > pacing:
        raise TablesGone(**facts)
    place = make_room(session, evening, Wanted(party_size, starts_at, ends_at, request.get("area_id")), now=now)
    if place is None:
        raise TablesGone(**facts)
    return place, turn_of(place, starts_at, ends_at)


def lock_evening(session: Session, house: Property, starts_at: datetime, ends_at: datetime) -> Evening:
    """The restaurant as it is now, on the service day of a turn; one that runs past its end touches the next one too.

    Raises:
        NotServing: the house has no such day (yet).
    """
    first, last = (
        business_date(moment, time_zone=house.time_zone, day_starts=house.day_starts_at)
        for moment in (starts_at, ends_at)
    )
    areas = lock_area_days(session, house.id, first, last)
    if not areas:
        raise NotServing(starts=starts_at.isoformat(), day=first.isoformat())
    closed = {house.id: [area for area, is_closed in areas.items() if is_closed]}
    return Evening(
        first,
        floor_plans(session, [house.id])[house.id],
        whats_off(session, [house.id], first, closed)[house.id],
        tuple(turns_around(session, [house.id], first)[house.id]),
    )


def make_room(session: Session, evening: Evening, wanted: Wanted, *, now: datetime) -> TableFacts | None:
    """The best free place; else one that is free once others, who have not come yet, sit elsewhere."""
    seated = parties(evening.turns, now=now)
    found = seat(evening.floor, wanted, seated, evening.off, most_moves=0)
    if found is None:
        found = _by_moving(session, evening, wanted, seated, now=now)
    return None if found is None else found.place


def turn_of(place: TableFacts, starts_at: datetime, ends_at: datetime) -> Range[datetime]:
    """How long nobody else has the tables: the turn, and the minutes until they are laid again."""
    return Range(starts_at, ends_at + place.buffer, bounds="[)")


def _by_moving(
    session: Session, evening: Evening, wanted: Wanted, seated: Collection[Seated], *, now: datetime
) -> Seating | None:
    """Whoever is moved is kept still first; a party that is changing at this very instant stays where it is."""
    movable = [party.booking_id for party in seated if party.may_move]
    if not movable or seat(evening.floor, wanted, list(seated), evening.off) is None:
        return None
    kept_still = session.scalars(
        select(Booking)
        .where(Booking.id.in_(movable), Booking.status.in_(HOLDING | {BookingStatus.CONFIRMED}))
        .order_by(Booking.id)
        .with_for_update(key_share=True, skip_locked=True),
        execution_options={"populate_existing": True},
    ).all()
    if not kept_still:
        return None
    # Who left between the two looks has no turn any more: look again at those who stay.
    house_id, present = kept_still[0].property_id, {turn.booking_id for turn in evening.turns}
    turns = turns_around(session, [house_id], evening.service_day)[house_id]
    again = parties(
        (turn for turn in turns if turn.booking_id in present),
        now=now,
        movable={booking.id for booking in kept_still},
    )
    found = seat(evening.floor, wanted, again, evening.off)
    if found is not None:
        reseat(session, {booking.id: booking for booking in kept_still}, found.moves, now=now)
    return found


def reseat(
    session: Session, bookings: Mapping[int, Booking], moves: Mapping[int, TableFacts], *, now: datetime
) -> None:
    """Parties sit elsewhere: all leave first, then all sit down, and each move is written down."""
    if not moves:
        return
    before = {booking_id: table_numbers(session, booking_id) for booking_id in moves}
    in_area = {booking_id: asked_for_area(session, booking_id) for booking_id in moves}
    take_tables_from(session, moves.keys())
    for booking_id, place in sorted(moves.items()):
        booking = bookings[booking_id]
        during = turn_of(place, booking.starts_at, booking.ends_at)
        give_tables(session, booking_id, place, during, in_area=in_area[booking_id])
        record(
            session,
            booking,
            "reseated",
            actor=ActorKind.SYSTEM,
            door=_DOOR,
            now=now,
            facts={"before": before[booking_id], "tables": table_numbers(session, booking_id)},
        )


def table_numbers(session: Session, booking_id: int) -> list[str]:
    """The numbers of the tables a party has."""
    return list(
        session.scalars(
            select(DiningTable.number)
            .join(TableTurn, TableTurn.dining_table_id == DiningTable.id)
            .where(TableTurn.booking_id == booking_id, TableTurn.active)
            .order_by(DiningTable.number)
        )
    )


def asked_for_area(session: Session, booking_id: int) -> bool:
    """Whether the party asked for the area it sits in."""
    return bool(
        session.scalar(select(TableTurn.in_area).where(TableTurn.booking_id == booking_id, TableTurn.active).limit(1))
    )


def table_columns(service_day: date, starts_at: datetime, ends_at: datetime, party_size: int) -> Json:
    """The columns of a booking that say when a party comes and how many they are."""
    return {
        "first_day": service_day,
        "last_day": service_day,
        "starts_at": starts_at,
        "ends_at": ends_at,
        "party_size": party_size,
        "adults": party_size,
        "children": 0,
    }


def insert_booking(session: Session, values: Json) -> Booking:
    """Write the booking under a reference nobody has yet."""
    while True:
        booking: Booking | None = session.scalar(
            insert(Booking)
            .values(reference=new_reference(), **values)
            .on_conflict_do_nothing(index_elements=["reference"])
            .returning(Booking)
        )
        if booking is not None:
            return booking
