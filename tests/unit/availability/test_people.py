"""Who sleeps in which room."""

from __future__ import annotations

import pytest

from core.availability.people import RoomLimits, RoomParty, fits, seat_people

DOUBLE = RoomLimits(base_adults=2, max_adults=3, max_guests=4, extra_beds=1)


@pytest.mark.parametrize(
    ("adults", "children", "rooms", "parties"),
    [
        (2, 0, 1, [(2, 0)]),
        (5, 0, 2, [(3, 0), (2, 0)]),
        (3, 2, 2, [(2, 1), (1, 1)]),
        (3, 1, 2, [(2, 0), (1, 1)]),
        (2, 3, 2, [(1, 2), (1, 1)]),
    ],
)
def test_people_are_spread_evenly(adults: int, children: int, rooms: int, parties: list[tuple[int, int]]) -> None:
    assert seat_people(adults, children, rooms) == tuple(RoomParty(*party) for party in parties)


@pytest.mark.parametrize(
    ("adults", "children", "rooms", "it_fits"),
    [(3, 1, 1, True), (4, 0, 1, False), (3, 2, 1, False), (1, 0, 2, False), (6, 2, 2, True), (0, 1, 1, False)],
    ids=["full", "too many adults", "too many people", "a room without an adult", "two full rooms", "nobody grown up"],
)
def test_a_room_takes_only_so_many(adults: int, children: int, rooms: int, *, it_fits: bool) -> None:
    assert fits(DOUBLE, adults, children, rooms) is it_fits
