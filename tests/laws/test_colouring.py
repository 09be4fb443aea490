"""A number for every stay: exactly when there is a way, and none that somebody must leave for another."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import date, timedelta
from itertools import combinations

from hypothesis import given, settings
from hypothesis import strategies as st

from core.availability.colouring import Lodging, NumberedRoom, colour
from models.dates import StayDates

FIRST = date(2026, 12, 1)
SPANS = st.builds(
    lambda begins, nights: StayDates.of(FIRST + timedelta(days=begins), nights), st.integers(0, 9), st.integers(1, 5)
)


@st.composite
def houses(draw: st.DrawFn) -> tuple[list[Lodging], list[NumberedRoom]]:
    """A few rooms, some closed, and stays of which some stand fast and some have a number already."""
    count = draw(st.integers(1, 4))
    rooms = [
        NumberedRoom(room, tuple(draw(st.lists(SPANS, max_size=1))) if draw(st.integers(0, 2)) == 0 else ())
        for room in range(1, count + 1)
    ]
    lodgings = []
    for key, stay in enumerate(draw(st.lists(SPANS, max_size=9))):
        room = draw(st.none() | st.integers(1, count))
        lodgings.append(Lodging(key, stay, room, is_fixed=room is not None and draw(st.booleans())))
    return lodgings, rooms


@given(houses())
@settings(max_examples=1_500, deadline=None)
def testthere_is_a_way_exactly_when_one_looked_for_everywhere_is_found(
    house: tuple[list[Lodging], list[NumberedRoom]],
) -> None:
    lodgings, rooms = house
    found = colour(lodgings, rooms, patience=100_000)
    assert (found is not None) is there_is_a_way(lodgings, rooms)
    if found is not None:
        _nobody_shares(lodgings, rooms, found)


@given(st.lists(SPANS, max_size=40), st.integers(1, 6))
@settings(max_examples=400, deadline=None)
def test_with_nothing_promised_whatever_every_night_has_to_spare_can_be_booked(
    stays: list[StayDates], count: int
) -> None:
    taken: Counter[date] = Counter()
    booked = []
    for key, stay in enumerate(stays):
        if all(taken[night] < count for night in stay.nights):
            taken.update(stay.nights)
            booked.append(Lodging(key, stay))
    rooms = [NumberedRoom(room) for room in range(count)]
    found = colour(booked, rooms)
    assert found is not None
    _nobody_shares(booked, rooms, found)


@given(houses())
@settings(max_examples=500, deadline=None)
def test_who_has_a_number_keeps_it_when_that_harms_nobody(house: tuple[list[Lodging], list[NumberedRoom]]) -> None:
    lodgings, rooms = house
    held_fast = [Lodging(each.key, each.stay, each.room, is_fixed=each.room is not None) for each in lodgings]
    found = colour(lodgings, rooms)
    if there_is_a_way(held_fast, rooms):
        assert found is not None
        assert all(found[each.key] == each.room for each in lodgings if each.room is not None)


def _nobody_shares(lodgings: Sequence[Lodging], rooms: Sequence[NumberedRoom], found: dict[int, int]) -> None:
    closed = {room.id: room.closed for room in rooms}
    assert found.keys() == {each.key for each in lodgings}
    for each in lodgings:
        assert not each.is_fixed or found[each.key] == each.room
        assert not any(span.overlaps(each.stay) for span in closed[found[each.key]])
    for one, other in combinations(lodgings, 2):
        assert found[one.key] != found[other.key] or not one.stay.overlaps(other.stay)


def there_is_a_way(lodgings: Sequence[Lodging], rooms: Sequence[NumberedRoom]) -> bool:
    """Every room for every stay, one after the other, with no cleverness at all."""
    taken: dict[int, list[StayDates]] = {room.id: list(room.closed) for room in rooms}
    for each in lodgings:
        if each.is_fixed and each.room is not None:
            if any(span.overlaps(each.stay) for span in taken[each.room]):
                return False
            taken[each.room].append(each.stay)

    def seat(left: Sequence[Lodging]) -> bool:
        if not left:
            return True
        for spans in taken.values():
            if not any(span.overlaps(left[0].stay) for span in spans):
                spans.append(left[0].stay)
                if seat(left[1:]):
                    return True
                spans.pop()
        return False

    return seat([each for each in lodgings if not each.is_fixed])
