"""A table is given at once: the day of the restaurant is locked, the best table chosen, its turn written."""

from __future__ import annotations

from datetime import date, datetime
from typing import Final

from sqlalchemy.dialects.postgresql import Range, insert
from sqlalchemy.orm import Session

from core.availability.tables import TableFacts, choose
from core.availability.turns import (
    closed_tables,
    covers_starting,
    floor_plans,
    give_tables,
    lock_area_days,
    turns_around,
)
from core.bookings.events import record
from core.bookings.reference import new_reference
from core.errors import NotServing, TablesGone
from models.base import Json
from models.booking import Booking
from models.dates import business_date
from models.property import Property
from models.rates import Quote
from models.states import ActorKind

_NOT_COLUMNS: Final = frozenset({"actor", "actor_id", "door", "facts"})


def hold_table(session: Session, quote: Quote, house: Property, values: Json) -> Booking:
    """Give the party the smallest table that fits, for the whole of its turn."""
    request = quote.request
    service_day = date.fromisoformat(request["service_day"])
    place, during = find_place(session, quote, house)
    booking = _insert(
        session,
        {name: value for name, value in values.items() if name not in _NOT_COLUMNS}
        | {
            "first_day": service_day,
            "last_day": service_day,
            "starts_at": during.lower,
            "ends_at": during.upper,
            "party_size": request["party_size"],
            "adults": request["party_size"],
            "children": 0,
        },
    )
    give_tables(session, booking.id, place, during)
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


def find_place(session: Session, quote: Quote, house: Property) -> tuple[TableFacts, Range[datetime]]:
    """Lock the day and choose; nobody else is given a table of this house until the transaction ends."""
    request = quote.request
    party_size: int = request["party_size"]
    service_day = date.fromisoformat(request["service_day"])
    starts_at, ends_at = datetime.fromisoformat(request["starts_at"]), datetime.fromisoformat(request["ends_at"])
    facts = {"starts": request["starts_at"], "party": party_size}
    # A turn that runs past the end of the service day touches the next one too.
    last_day = business_date(ends_at, time_zone=house.time_zone, day_starts=house.day_starts_at)
    areas = lock_area_days(session, quote.property_id, service_day, last_day)
    if not areas:
        raise NotServing(starts=request["starts_at"], day=request["service_day"])
    turns = turns_around(session, [quote.property_id], service_day)[quote.property_id]
    pacing = request.get("pacing_covers")
    if pacing is not None and covers_starting(turns, starts_at) + party_size > pacing:
        raise TablesGone(**facts)
    place = choose(
        floor_plans(session, [quote.property_id])[quote.property_id],
        party_size,
        busy={turn.table_id for turn in turns if turn.meets(starts_at, ends_at)}
        | closed_tables(session, [quote.property_id], service_day)[quote.property_id],
        closed={area for area, is_closed in areas.items() if is_closed},
    )
    if place is None:
        raise TablesGone(**facts)
    return place, Range(starts_at, ends_at, bounds="[)")


def _insert(session: Session, values: Json) -> Booking:
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
