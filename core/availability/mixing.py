"""Which rooms to put together when one type alone does not do: side by side, or one after the other."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations_with_replacement

from core.availability.people import RoomLimits, RoomParty, seat_people


@dataclass(frozen=True, slots=True)
class Kind:
    """A room type as it may be mixed: whom it takes, how many are free, what a room costs about."""

    key: int
    limits: RoomLimits
    free: int
    price: int
    is_wanted: bool = False


_MOST_TO_TRY = 8
_MOST_ROOMS = 6


def side_by_side(
    kinds: Sequence[Kind], *, adults: int, children: int, rooms: int
) -> Mapping[int, tuple[RoomParty, ...]] | None:
    """So many rooms of at least two types that take everybody: most of the type wanted, then the cheapest.

    >>> double, suite = Kind(1, RoomLimits(2, 2, 2, 0), 2, 40), Kind(2, RoomLimits(2, 3, 4, 1), 1, 90)
    >>> {key: len(parties) for key, parties in side_by_side([double, suite], adults=6, children=0, rooms=3).items()}
    {2: 1, 1: 2}
    """
    if not 1 < rooms <= min(_MOST_ROOMS, adults):
        return None
    tried = sorted(kinds, key=lambda kind: (not kind.is_wanted, kind.price))[:_MOST_TO_TRY]
    ways = [way for way in combinations_with_replacement(tried, rooms) if _is_mix(way)]
    parties = seat_people(adults, children, rooms)
    for way in sorted(ways, key=lambda way: (-sum(kind.is_wanted for kind in way), sum(kind.price for kind in way))):
        if (seated := _seated(way, parties)) is not None:
            return seated
    return None


def _is_mix(way: Sequence[Kind]) -> bool:
    """At least two types, and no more rooms of any than are free."""
    return len(set(way)) > 1 and all(way.count(kind) <= kind.free for kind in set(way))


def _seated(way: Sequence[Kind], parties: Sequence[RoomParty]) -> Mapping[int, tuple[RoomParty, ...]] | None:
    """The largest party in the largest room; None when somebody does not fit."""
    largest_first = sorted(way, key=lambda kind: (-kind.limits.max_guests, -kind.limits.max_adults, kind.key))
    crowded_first = sorted(parties, key=lambda party: (-(party.adults + party.children), -party.adults))
    seated: dict[int, tuple[RoomParty, ...]] = {}
    for kind, party in zip(largest_first, crowded_first, strict=True):
        if not kind.limits.takes(party):
            return None
        seated[kind.key] = (*seated.get(kind.key, ()), party)
    return seated


def one_after_the_other(
    first: Mapping[int, Sequence[Kind]], then: Mapping[int, Sequence[Kind]]
) -> tuple[int, Kind, Kind] | None:
    """After how many nights to move, and from which type to which: longest in the type wanted, then the cheapest.

    `first` has what is free up to each such night, `then` what is free from it on.
    """
    ways = list(_moves(first, then))
    return min(ways, key=_least_trouble, default=None)


def _moves(first: Mapping[int, Sequence[Kind]], then: Mapping[int, Sequence[Kind]]) -> Iterator[tuple[int, Kind, Kind]]:
    for nights, kinds in first.items():
        for before in kinds:
            yield from ((nights, before, after) for after in then.get(nights, ()) if after.key != before.key)


def _least_trouble(way: tuple[int, Kind, Kind]) -> tuple[int, int, int]:
    nights, before, after = way
    return (0 if before.is_wanted or after.is_wanted else 1, before.price + after.price, nights)
