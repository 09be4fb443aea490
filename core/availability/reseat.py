"""Room for one more party by moving others to tables that suit them as well: a search over plain values.

Nobody is promised a table's number, so a party that has not come yet may sit elsewhere. The fewest parties are moved
that make it possible, nobody is left without a table, and a pinned or seated party stays. Whoever a placed party
pushes away is placed next, so every arrangement that exists can be reached; the search is cut short only by the most
parties it may move and by its patience.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from core.availability.tables import FloorPlan, Off, TableFacts

MOST_MOVES: Final = 6
# Places looked at before giving up: under fifty milliseconds on an evening of a hundred parties.
PATIENCE: Final = 1_500
# Somebody who only looks does not wait for what a booking would try.
A_GLANCE: Final = 300
_NEW: Final = 0


@dataclass(frozen=True, slots=True)
class Wanted:
    """A party that needs a place for its turn, perhaps in one area only."""

    party_size: int
    starts_at: datetime
    ends_at: datetime
    area_id: int | None = None


@dataclass(frozen=True, slots=True)
class Seated:
    """A party with tables; they are free again at `free_at`, when the next party's places are laid."""

    booking_id: int
    party_size: int
    starts_at: datetime
    ends_at: datetime
    free_at: datetime
    table_ids: frozenset[int]
    may_move: bool = False
    area_id: int | None = None

    @property
    def wants(self) -> Wanted:
        """The same party, looking for another place."""
        return Wanted(self.party_size, self.starts_at, self.ends_at, self.area_id)


@dataclass(frozen=True, slots=True)
class Seating:
    """A place for the party, and where others go to make room for it."""

    place: TableFacts
    moves: Mapping[int, TableFacts]


def seat(
    floor: FloorPlan,
    wanted: Wanted,
    seated: Sequence[Seated],
    off: Off,
    *,
    most_moves: int = MOST_MOVES,
    patience: int = PATIENCE,
) -> Seating | None:
    """The best place for a party with as few others moved as possible; None when there is no way."""
    search = _Search(floor, {party.booking_id: party for party in seated}, off, patience)
    movable = sum(party.may_move for party in seated)
    for moves in range(min(most_moves, movable) + 1):
        found = search.place([(_NEW, wanted)], {}, moves)
        if found is not None:
            return Seating(found.pop(_NEW)[0], {booking: place for booking, (place, _) in found.items()})
        if search.patience <= 0:
            return None
    return None


type _Placed = dict[int, tuple[TableFacts, Wanted]]


class _Search:
    """One search; `patience` counts down over all its tries."""

    def __init__(self, floor: FloorPlan, seated: Mapping[int, Seated], off: Off, patience: int) -> None:
        self.floor, self.seated, self.off, self.patience = floor, seated, off, patience
        self._at: dict[int, list[Seated]] = {}
        for party in seated.values():
            for table in party.table_ids:
                self._at.setdefault(table, []).append(party)

    def place(self, waiting: list[tuple[int, Wanted]], placed: _Placed, moves: int) -> _Placed | None:
        """Places for all who wait, given those already placed, with so many more parties moved at most."""
        if not waiting:
            return placed
        (booking_id, wanted), *others = waiting
        for place in self.floor.for_party(wanted.party_size, wanted.area_id):
            self.patience -= 1
            if self.patience <= 0:
                return None
            pushed = self._pushed_away(place, wanted, placed, {waits for waits, _ in waiting})
            if pushed is None or len(pushed) > moves:
                continue
            found = self.place(
                [*others, *((party.booking_id, party.wants) for party in pushed)],
                placed | {booking_id: (place, wanted)},
                moves - len(pushed),
            )
            if found is not None:
                return found
        return None

    def _pushed_away(
        self, place: TableFacts, wanted: Wanted, placed: _Placed, waiting: set[int]
    ) -> list[Seated] | None:
        """Who must go elsewhere when this place is taken; None when it cannot be taken."""
        if self.off.bars(place, wanted.starts_at, wanted.ends_at):
            return None
        free_at = wanted.ends_at + place.buffer
        for other, theirs in placed.values():
            shared = not set(other.table_ids).isdisjoint(place.table_ids)
            if shared and wanted.starts_at < theirs.ends_at + other.buffer and theirs.starts_at < free_at:
                return None
        pushed: dict[int, Seated] = {}
        for table in place.table_ids:
            for party in self._at.get(table, ()):
                gone = party.booking_id in placed or party.booking_id in waiting
                if gone or wanted.starts_at >= party.free_at or party.starts_at >= free_at:
                    continue
                if not party.may_move:
                    return None
                pushed[party.booking_id] = party
        return list(pushed.values())
