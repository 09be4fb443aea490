"""Tables given to parties: the rows behind the choice, locked one restaurant day at a time."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Final

from sqlalchemy import case, delete, func, select, text, update
from sqlalchemy.dialects.postgresql import Range
from sqlalchemy.orm import Session

from core.availability.reseat import Seated
from core.availability.sittings import DayFacts, SittingFacts
from core.availability.tables import Event, FloorPlan, Off, TableFacts
from models.booking import Booking
from models.inventory import AreaDay, PrivateEvent, TableTurn
from models.owners import TableClosure
from models.property import DiningArea, DiningTable, Property, Sitting, TurnTime
from models.states import HOLDING, BookingStatus

_FLOOR: Final = text(
    """
    SELECT a.property_id, ARRAY[t.id] AS table_ids, a.id AS area_id, t.min_covers, t.max_covers, false AS joined,
           a.buffer_minutes
    FROM dining_table t JOIN dining_area a ON a.id = t.dining_area_id WHERE a.property_id = ANY(:properties)
    UNION ALL
    SELECT a.property_id, j.table_ids, a.id, j.min_covers, j.max_covers, true, a.buffer_minutes
    FROM joined_tables j JOIN dining_area a ON a.id = j.dining_area_id WHERE a.property_id = ANY(:properties)"""
)


@dataclass(frozen=True, slots=True)
class Restaurant:
    """What deciding about a table needs to know of a house."""

    house: Property
    day: DayFacts
    sittings: tuple[SittingFacts, ...]
    turn_times: tuple[tuple[int, int], ...]
    floor: FloorPlan


# Who has not come yet may be given another table.
_TO_COME: Final = HOLDING | {BookingStatus.CONFIRMED}


@dataclass(frozen=True, slots=True)
class Turn:
    """A table somebody has from one moment to another; `free_at` is when the next party's places are laid."""

    table_id: int
    booking_id: int
    starts_at: datetime
    ends_at: datetime
    free_at: datetime
    party_size: int
    status: BookingStatus
    is_pinned: bool
    area_id: int | None  # the area they asked for


def restaurants(session: Session, houses: Collection[Property]) -> dict[int, Restaurant]:
    """Sittings, turn times and tables of these restaurants."""
    ids = [house.id for house in houses]
    sittings: dict[int, list[SittingFacts]] = defaultdict(list)
    for row in session.scalars(select(Sitting).where(Sitting.property_id.in_(ids)).order_by(Sitting.id)):
        sittings[row.property_id].append(_sitting(row))
    turn_times: dict[int, list[tuple[int, int]]] = defaultdict(list)
    for rule in session.scalars(select(TurnTime).where(TurnTime.property_id.in_(ids))):
        turn_times[rule.property_id].append((rule.up_to_covers, rule.minutes))
    floors = floor_plans(session, ids)
    return {
        house.id: Restaurant(
            house,
            DayFacts(house.time_zone, house.day_starts_at),
            tuple(sittings[house.id]),
            tuple(turn_times[house.id]),
            floors[house.id],
        )
        for house in houses
    }


def floor_plans(session: Session, property_ids: Collection[int]) -> dict[int, FloorPlan]:
    """The tables and joined sets of each house."""
    single: dict[int, list[TableFacts]] = defaultdict(list)
    joined: dict[int, list[TableFacts]] = defaultdict(list)
    for row in session.execute(_FLOOR, {"properties": list(property_ids)}):
        buffer = timedelta(minutes=row.buffer_minutes)
        place = TableFacts(tuple(row.table_ids), row.area_id, row.min_covers, row.max_covers, buffer)
        (joined if row.joined else single)[row.property_id].append(place)
    return {house: FloorPlan(tuple(single[house]), tuple(joined[house])) for house in property_ids}


def lock_area_days(session: Session, property_id: int, first: date, last: date) -> dict[int, bool]:
    """Lock the restaurant's areas for every service day a turn touches, in order; says which are closed.

    Only one guest at a time is given a table of a house on a day: that is a millisecond each, and it makes the choice
    and the pacing exact.
    """
    rows = session.execute(
        select(AreaDay.dining_area_id, AreaDay.closed)
        .join(DiningArea, DiningArea.id == AreaDay.dining_area_id)
        .where(DiningArea.property_id == property_id, AreaDay.service_day.between(first, last))
        .order_by(AreaDay.dining_area_id, AreaDay.service_day)
        .with_for_update(of=AreaDay, key_share=True)
    )
    closed: dict[int, bool] = {}
    for area_id, is_closed in rows:
        closed[area_id] = closed.get(area_id, False) or is_closed
    return closed


def closed_areas(session: Session, property_ids: Collection[int], service_day: date) -> dict[int, set[int] | None]:
    """The closed areas of each house on a day; None for a house that has no such day yet."""
    found: dict[int, set[int] | None] = dict.fromkeys(property_ids)
    rows = session.execute(
        select(DiningArea.property_id, AreaDay.dining_area_id, AreaDay.closed)
        .join(DiningArea, DiningArea.id == AreaDay.dining_area_id)
        .where(DiningArea.property_id.in_(property_ids), AreaDay.service_day == service_day)
    )
    for property_id, area_id, is_closed in rows:
        shut = found[property_id] or set()
        found[property_id] = shut | {area_id} if is_closed else shut
    return found


def whats_off(
    session: Session, property_ids: Collection[int], service_day: date, closed: Mapping[int, Collection[int]]
) -> dict[int, Off]:
    """What each house gives to nobody on a day: its closed areas, tables off sale, private events."""
    out = closed_tables(session, property_ids, service_day)
    events: dict[int, list[Event]] = defaultdict(list)
    noon = datetime.combine(service_day, time(12), UTC)
    near = Range(noon - timedelta(days=2), noon + timedelta(days=2))
    for row in session.scalars(
        select(PrivateEvent).where(
            PrivateEvent.property_id.in_(property_ids),
            PrivateEvent.lifted_at.is_(None),
            PrivateEvent.during.overlaps(near),
        )
    ):
        events[row.property_id].append(Event(row.dining_area_id, *ends_of(row.during)))
    return {
        house: Off(frozenset(closed.get(house, ())), frozenset(out[house]), tuple(events[house]))
        for house in property_ids
    }


def closed_tables(session: Session, property_ids: Collection[int], service_day: date) -> dict[int, set[int]]:
    """The tables each house has taken off sale on a day."""
    found: dict[int, set[int]] = defaultdict(set)
    rows = session.execute(
        select(TableClosure.property_id, TableClosure.dining_table_id).where(
            TableClosure.property_id.in_(property_ids),
            TableClosure.lifted_at.is_(None),
            TableClosure.first_day <= service_day,
            TableClosure.last_day >= service_day,
        )
    )
    for property_id, table_id in rows:
        found[property_id].add(table_id)
    return found


def turns_around(session: Session, property_ids: Collection[int], service_day: date) -> dict[int, list[Turn]]:
    """Who has which table on a service day and its neighbours."""
    rows = session.execute(
        select(
            Booking.property_id,
            TableTurn.dining_table_id,
            Booking.id,
            Booking.starts_at,
            Booking.ends_at,
            func.upper(TableTurn.during),
            Booking.party_size,
            Booking.status,
            TableTurn.is_pinned,
            case((TableTurn.in_area, DiningTable.dining_area_id)),
        )
        .join(TableTurn, TableTurn.booking_id == Booking.id)
        .join(DiningTable, DiningTable.id == TableTurn.dining_table_id)
        .where(
            Booking.property_id.in_(property_ids),
            Booking.first_day.between(service_day - timedelta(days=1), service_day + timedelta(days=1)),
            TableTurn.active,
        )
        .order_by(Booking.starts_at, Booking.id, TableTurn.dining_table_id)
    )
    found: dict[int, list[Turn]] = defaultdict(list)
    for property_id, *turn in rows:
        found[property_id].append(Turn(*turn))
    return found


def parties(turns: Iterable[Turn], *, now: datetime, movable: Collection[int] | None = None) -> list[Seated]:
    """The parties behind the turns; one that is pinned, or whose time has come, keeps its tables.

    Args:
        turns: who has which table.
        now: the instant.
        movable: of those that may be moved, only these bookings really may; None: all of them.
    """
    of_booking: dict[int, list[Turn]] = defaultdict(list)
    for turn in turns:
        of_booking[turn.booking_id].append(turn)
    return [
        Seated(
            booking_id=booking_id,
            party_size=mine[0].party_size,
            starts_at=mine[0].starts_at,
            ends_at=mine[0].ends_at,
            free_at=max(turn.free_at for turn in mine),
            table_ids=frozenset(turn.table_id for turn in mine),
            may_move=mine[0].status in _TO_COME
            and mine[0].starts_at > now
            and not any(turn.is_pinned for turn in mine)
            and (movable is None or booking_id in movable),
            area_id=next((turn.area_id for turn in mine), None),
        )
        for booking_id, mine in of_booking.items()
    ]


def covers_starting(turns: Iterable[Turn], starts_at: datetime, slot: timedelta = timedelta(minutes=1)) -> int:
    """How many covers begin in this slot already; joined tables count their party once."""
    until = starts_at + slot
    return sum({turn.booking_id: turn.party_size for turn in turns if starts_at <= turn.starts_at < until}.values())


def ends_of(span: Range[datetime]) -> tuple[datetime, datetime]:
    """Both ends of a time that has both."""
    if span.lower is None or span.upper is None:
        message = f"a time has both ends: {span}"
        raise ValueError(message)
    return span.lower, span.upper


def release_tables(session: Session, booking_ids: Collection[int]) -> None:
    """Give the tables of these bookings back, joined ones together."""
    session.execute(
        update(TableTurn).where(TableTurn.booking_id.in_(booking_ids), TableTurn.active).values(active=False)
    )


def give_tables(
    session: Session,
    booking_id: int,
    place: TableFacts,
    during: Range[datetime],
    *,
    pinned: bool = False,
    in_area: bool = False,
) -> None:
    """One row per table; a joined set takes all of its tables or none."""
    session.add_all(
        TableTurn(
            booking_id=booking_id,
            dining_table_id=table_id,
            during=during,
            is_pinned=pinned,
            in_area=in_area,
            active=True,
        )
        for table_id in place.table_ids
    )
    session.flush()


def take_tables_from(session: Session, booking_ids: Collection[int]) -> None:
    """These parties sit elsewhere from now on: where they were before is written down in their events."""
    session.execute(delete(TableTurn).where(TableTurn.booking_id.in_(booking_ids)))


def _sitting(row: Sitting) -> SittingFacts:
    return SittingFacts(
        sitting_id=row.id,
        name=row.name,
        weekdays=frozenset(row.weekdays),
        opens_at=row.opens_at,
        last_order_at=row.last_order_at,
        slot_minutes=row.slot_minutes,
        pacing_covers=row.pacing_covers,
        cover_deposit=row.cover_deposit_paise,
        cover_price=row.cover_price_paise,
    )
