"""Who sleeps in which room: numbers for stays, so that nobody ever changes rooms and no room has two parties.

Stays are intervals. While no room is promised or closed by its number, every night's last room can be sold and a room
for everybody can still be found. Where some are, that has to be looked for: rooms are then cut into gaps between what
stands fast, and every other stay needs one gap that takes all of its nights.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from models.dates import StayDates

# How many tries a hard house is worth; what is not found by then is refused, which is safe.
PATIENCE: Final = 5_000


@dataclass(frozen=True, slots=True)
class Lodging:
    """One room of a stay: the room it has so far, and whether that one stands fast (promised, or slept in)."""

    key: int
    stay: StayDates
    room: int | None = None
    is_fixed: bool = False


@dataclass(frozen=True, slots=True)
class NumberedRoom:
    """A room by its number and the nights it is closed."""

    id: int
    closed: tuple[StayDates, ...] = ()


def colour(
    lodgings: Sequence[Lodging], rooms: Sequence[NumberedRoom], *, patience: int = PATIENCE
) -> dict[int, int] | None:
    """A room for every stay, or None when there is no way.

    Who has a number keeps it when that leaves a room for everybody else; only then are numbers changed that nobody was
    promised.
    """
    house = _House(rooms, [each for each in lodgings if each.is_fixed])
    if house.clashes:
        return None
    fixed = {each.key: each.room for each in lodgings if each.is_fixed and each.room is not None}
    movable = [each for each in lodgings if not each.is_fixed]
    settled = _settled(house, movable)
    if settled is not None:
        return fixed | settled
    found: dict[int, int] = {}
    for group in _apart(movable):
        search = _Search(house, group, patience=patience, keep=True)
        numbers = search.run()
        if numbers is None and search.gave_up:
            numbers = _Search(house, group, patience=patience, keep=False).run()
        if numbers is None:
            return None
        found |= numbers
    return fixed | found


def _settled(house: _House, movable: Sequence[Lodging]) -> dict[int, int] | None:
    """Everybody whose room is still theirs to have keeps the number; only the others are given one."""
    stay_put = [each for each in movable if each.room in house.gaps_for(*_span(each.stay))]
    if not stay_put:
        return None
    fuller = _House(house.rooms, [*house.fixed, *stay_put])
    if fuller.clashes:
        return None
    found = {each.key: each.room for each in stay_put if each.room is not None}
    for group in _apart([each for each in movable if each.key not in found]):
        numbers = _Search(fuller, group, patience=len(group) * 4 + 100, keep=True).run()
        if numbers is None:
            return None
        found |= numbers
    return found


def _apart(movable: Iterable[Lodging]) -> list[list[Lodging]]:
    """Groups of stays between which the house is quiet: each is settled by itself."""
    groups: list[list[Lodging]] = []
    until = None
    for each in sorted(movable, key=_by_arrival):
        if until is None or each.stay.arrival >= until:
            groups.append([])
            until = each.stay.departure
        groups[-1].append(each)
        until = max(until, each.stay.departure)
    return groups


def _by_arrival(each: Lodging) -> tuple[int, int, int]:
    """Earliest first, of those who come together the longest first."""
    return (each.stay.arrival.toordinal(), -each.stay.departure.toordinal(), each.key)


_ENDLESS: Final = 10**9


class _House:
    """Rooms cut into gaps by what stands fast; days are plain numbers here."""

    def __init__(self, rooms: Sequence[NumberedRoom], fixed: Sequence[Lodging]) -> None:
        self.rooms = rooms
        self.fixed = fixed
        taken: dict[int, list[tuple[int, int]]] = {room.id: [_span(closed) for closed in room.closed] for room in rooms}
        own: dict[int, list[tuple[int, int]]] = defaultdict(list)
        for each in fixed:
            if each.room in taken:
                own[each.room].append(_span(each.stay))
        self.clashes = any(_overlap([*spans, *taken[room]], among=len(spans)) for room, spans in own.items())
        for room, spans in own.items():
            taken[room] += spans
        self._gaps = {room: _gaps(spans) for room, spans in taken.items()}

    def gaps_for(self, arrival: int, departure: int) -> dict[int, int]:
        """The rooms that are free of what stands fast for all of these nights, each with the end of its gap."""
        return {
            room: ends
            for room, gaps in self._gaps.items()
            for begins, ends in gaps
            if begins <= arrival and departure <= ends
        }


def _span(stay: StayDates) -> tuple[int, int]:
    return (stay.arrival.toordinal(), stay.departure.toordinal())


def _overlap(spans: Sequence[tuple[int, int]], *, among: int) -> bool:
    """Whether one of the first few overlaps any of the others."""
    return any(
        one[0] < other[1] and other[0] < one[1]
        for place, one in enumerate(spans[:among])
        for other in spans[place + 1 :]
    )


def _gaps(spans: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    gaps, free_from = [], 0
    for begins, ends in sorted(spans):
        if begins > free_from:
            gaps.append((free_from, begins))
        free_from = max(free_from, ends)
    gaps.append((free_from, _ENDLESS))
    return gaps


@dataclass(slots=True)
class _Step:
    """One stay on its way to a room: what it may still try."""

    tries: list[int]
    state: tuple[tuple[int, int], ...] | None
    room: int | None = None
    before: tuple[int, int] = (0, 0)


class _Search:
    """Stay by stay in the order they come, the tightest gap first; what led nowhere once is not tried again.

    Two idle rooms whose gaps end together are alike, so only one of them is tried.
    """

    def __init__(self, house: _House, group: Sequence[Lodging], *, patience: int, keep: bool) -> None:
        self._stays = [(*_span(each.stay), each) for each in group]
        self._allowed = [house.gaps_for(arrival, departure) for arrival, departure, _ in self._stays]
        # until when each room is taken, and the end of the gap it is taken in
        self._busy: dict[int, tuple[int, int]] = dict.fromkeys((room.id for room in house.rooms), (0, 0))
        self._keep = keep
        self.gave_up = False
        self._left = patience + len(group)
        self._dead: set[tuple[int, tuple[tuple[int, int], ...]]] = set()

    def run(self) -> dict[int, int] | None:
        if not all(self._allowed):
            return None
        steps: list[_Step] = []
        stuck = False
        while len(steps) < len(self._stays):
            place = len(steps)
            state = self._state(place) if stuck else None
            tries = [] if state is not None and (place, state) in self._dead else self._tries(place)
            if not tries and not stuck:
                stuck = True
                if not self._crowd_fits(place):
                    return None
            steps.append(_Step(tries, state))
            if not self._advance(steps):
                return None
        return {each.key: step.room for (_, _, each), step in zip(self._stays, steps, strict=True)
                if step.room is not None}  # fmt: skip

    def _advance(self, steps: list[_Step]) -> bool:
        """Take the next try of the last step that has one; False when there is none, or it took too long."""
        while steps:
            self._left -= 1
            step, place = steps[-1], len(steps) - 1
            if step.room is not None:
                self._busy[step.room] = step.before
                step.room = None
            if step.tries and self._left > 0:
                step.room = step.tries.pop(0)
                step.before = self._busy[step.room]
                self._busy[step.room] = (self._stays[place][1], self._allowed[place][step.room])
                return True
            if self._left <= 0:
                self.gave_up = True
                return False
            if step.state is not None:
                self._dead.add((place, step.state))
            steps.pop()
        return False

    def _tries(self, place: int) -> list[int]:
        """One room for each end of a gap: the own one if it has one, else the one that was empty for the least time."""
        arrival, _, each = self._stays[place]
        best: dict[int, int] = {}
        for room, ends in self._allowed[place].items():
            if self._busy[room][0] > arrival:
                continue
            other = best.get(ends)
            if other is None or room == each.room or (other != each.room and self._busy[room] > self._busy[other]):
                best[ends] = room
        rooms = [best[ends] for ends in sorted(best)]
        if self._keep and each.room in rooms:
            rooms.remove(each.room)
            rooms.insert(0, each.room)
        return rooms

    def _state(self, place: int) -> tuple[tuple[int, int], ...]:
        """Which gaps are taken until when, as far as it still matters."""
        arrival = self._stays[place][0]
        return tuple(sorted(taken for taken in self._busy.values() if taken[0] > arrival))

    def _crowd_fits(self, place: int) -> bool:
        """Whether on each night of this stay everybody there could have a room at all; if not, no order helps."""
        arrival, departure, _ = self._stays[place]
        nights = {arrival} | {begins for begins, _, _ in self._stays if arrival < begins < departure}
        for night in sorted(nights):
            crowd = [at for at, (begins, ends, _) in enumerate(self._stays) if begins <= night < ends]
            if not self._match(crowd):
                return False
        return True

    def _match(self, crowd: Sequence[int]) -> bool:
        """A room for each at once, nights before and after forgotten."""
        given: dict[int, int] = {}

        def seat(one: int, asked: set[int]) -> bool:
            for room in self._allowed[one]:
                if room not in asked:
                    asked.add(room)
                    if room not in given or seat(given[room], asked):
                        given[room] = one
                        return True
            return False

        return all(seat(one, set()) for one in crowd)
