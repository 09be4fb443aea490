"""Who sleeps in which of the rooms asked for."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class RoomLimits:
    """How many people a room type is priced for and how many it takes."""

    base_adults: int
    max_adults: int
    max_guests: int
    extra_beds: int

    def takes(self, party: RoomParty) -> bool:
        """Whether these people may share one such room."""
        return party.adults <= self.max_adults and party.adults + party.children <= self.max_guests

    def extra_adults(self, party: RoomParty) -> int:
        """The adults above those the price includes."""
        return max(0, party.adults - self.base_adults)


@dataclass(frozen=True, slots=True)
class RoomParty:
    """The people in one room."""

    adults: int
    children: int


def seat_people(adults: int, children: int, rooms: int) -> tuple[RoomParty, ...]:
    """Spread people evenly: every room has an adult, and children go first where fewer adults are."""
    each, over = divmod(adults, rooms)
    grown = [each + (room < over) for room in range(rooms)]
    small = [0] * rooms
    for _ in range(children):
        emptiest = min(range(rooms), key=lambda room: (grown[room] + small[room], small[room], room))
        small[emptiest] += 1
    return tuple(RoomParty(*people) for people in zip(grown, small, strict=True))


def fits(limits: RoomLimits, adults: int, children: int, rooms: int) -> bool:
    """Whether so many rooms of a type take these people, at least one adult in each."""
    return adults >= rooms and all(limits.takes(party) for party in seat_people(adults, children, rooms))
