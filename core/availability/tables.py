"""Which table a party gets: the smallest that fits, else the smallest joined set. Rules over plain values."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

NO_BUFFER: Final = timedelta(0)


@dataclass(frozen=True, slots=True)
class TableFacts:
    """A table, or tables that can be pushed together, how many they seat, and how long laying them anew takes."""

    table_ids: tuple[int, ...]
    area_id: int
    min_covers: int
    max_covers: int
    buffer: timedelta = NO_BUFFER

    def seats(self, party_size: int) -> bool:
        """Whether such a party may sit here."""
        return self.min_covers <= party_size <= self.max_covers


@dataclass(frozen=True, slots=True)
class FloorPlan:
    """All tables of a house and the sets that can be joined."""

    tables: tuple[TableFacts, ...]
    joined: tuple[TableFacts, ...]

    @property
    def largest(self) -> int:
        """The largest party that could ever sit together."""
        return max((seat.max_covers for seat in (*self.tables, *self.joined)), default=0)

    def for_party(self, party_size: int, area_id: int | None = None) -> tuple[TableFacts, ...]:
        """Where such a party may sit, the best first: one table before a joined set, then the fewest empty chairs."""
        return tuple(
            place
            for kind in (self.tables, self.joined)
            for place in sorted(kind, key=lambda each: (each.max_covers, len(each.table_ids), each.table_ids))
            if place.seats(party_size) and area_id in {None, place.area_id}
        )


@dataclass(frozen=True, slots=True)
class Event:
    """An area, or without one the whole house, kept for a private party."""

    area_id: int | None
    starts_at: datetime
    ends_at: datetime


@dataclass(frozen=True, slots=True)
class Off:
    """What is not given to anybody: areas that do not serve, tables off sale, private events."""

    areas: frozenset[int] = frozenset()
    tables: frozenset[int] = frozenset()
    events: tuple[Event, ...] = ()

    def bars(self, place: TableFacts, starts_at: datetime, ends_at: datetime) -> bool:
        """Whether nobody is seated there at that time."""
        return (
            place.area_id in self.areas
            or not self.tables.isdisjoint(place.table_ids)
            or any(
                event.area_id in {None, place.area_id} and event.starts_at < ends_at and starts_at < event.ends_at
                for event in self.events
            )
        )


def choose(
    floor: FloorPlan, party_size: int, *, busy: Collection[int], closed: Collection[int] = ()
) -> TableFacts | None:
    """The best free place for a party: one table before a joined set, then the fewest empty chairs.

    Args:
        floor: what the house has.
        party_size: how many come.
        busy: tables somebody has during any part of the turn.
        closed: dining areas that do not serve on that day.
    """
    return next(
        (
            place
            for place in floor.for_party(party_size)
            if place.area_id not in closed and not any(table in busy for table in place.table_ids)
        ),
        None,
    )
