"""Which table a party gets: the smallest that fits, else the smallest joined set. Rules over plain values."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class TableFacts:
    """A table, or tables that can be pushed together, and how many they seat."""

    table_ids: tuple[int, ...]
    area_id: int
    min_covers: int
    max_covers: int

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
    return _smallest(floor.tables, party_size, busy, closed) or _smallest(floor.joined, party_size, busy, closed)


def _smallest(
    places: Iterable[TableFacts], party_size: int, busy: Collection[int], closed: Collection[int]
) -> TableFacts | None:
    free = [
        place
        for place in places
        if place.seats(party_size) and place.area_id not in closed and not any(t in busy for t in place.table_ids)
    ]
    return min(free, key=lambda place: (place.max_covers, len(place.table_ids), place.table_ids), default=None)
