"""Making room for one more party by seating others elsewhere."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import timedelta
from itertools import product

from hypothesis import given, settings, strategies

from core.availability.reseat import Seated, Seating, Wanted, seat
from core.availability.tables import Event, FloorPlan, Off, TableFacts
from tests.fixtures.clock import SUNDAY_NOON

HALF_HOUR = timedelta(minutes=30)
TWO, OTHER_TWO = TableFacts((1,), 1, 1, 2), TableFacts((2,), 1, 1, 2)
FOUR = TableFacts((3,), 2, 2, 4)
JOINED = TableFacts((1, 2), 1, 3, 4)
FLOOR = FloorPlan((TWO, OTHER_TWO, FOUR), (JOINED,))
NOTHING_OFF = Off()


def party(number: int, size: int, place: TableFacts, *, at: int = 0, slots: int = 4, may_move: bool = True) -> Seated:
    starts_at = SUNDAY_NOON + at * HALF_HOUR
    ends_at = starts_at + slots * HALF_HOUR
    return Seated(number, size, starts_at, ends_at, ends_at + place.buffer, frozenset(place.table_ids), may_move)


def wanted(size: int, *, at: int = 0, slots: int = 4, area_id: int | None = None) -> Wanted:
    starts_at = SUNDAY_NOON + at * HALF_HOUR
    return Wanted(size, starts_at, starts_at + slots * HALF_HOUR, area_id)


def test_nobody_is_moved_when_a_table_is_free() -> None:
    assert seat(FLOOR, wanted(4), [party(1, 2, TWO)], NOTHING_OFF) == Seating(FOUR, {})


def test_two_people_at_a_large_table_make_room_for_four() -> None:
    seated = [party(1, 2, FOUR), party(2, 2, OTHER_TWO)]
    assert seat(FLOOR, wanted(4), seated, NOTHING_OFF) == Seating(FOUR, {1: TWO})


def test_a_party_that_is_seated_or_pinned_stays() -> None:
    seated = [party(1, 2, FOUR, may_move=False), party(2, 2, OTHER_TWO)]
    assert seat(FLOOR, wanted(4), seated, NOTHING_OFF) is None


def test_nobody_is_left_without_a_table() -> None:
    seated = [party(1, 2, FOUR), party(2, 2, OTHER_TWO), party(3, 2, TWO)]
    assert seat(FLOOR, wanted(4), seated, NOTHING_OFF) is None


def test_a_party_is_moved_along_a_chain_of_others() -> None:
    six = TableFacts((4,), 1, 4, 6)
    floor = FloorPlan((TWO, FOUR, six), ())
    seated = [party(1, 4, six), party(2, 2, FOUR)]
    assert seat(floor, wanted(6), seated, NOTHING_OFF) == Seating(six, {1: FOUR, 2: TWO})


def test_who_asked_for_the_terrace_is_moved_only_on_the_terrace() -> None:
    seated = [replace(party(1, 2, FOUR), area_id=2), party(2, 2, OTHER_TWO)]
    assert seat(FLOOR, wanted(4), seated, NOTHING_OFF) is None


def test_an_area_asked_for_is_kept() -> None:
    assert seat(FLOOR, wanted(2, area_id=2), [], NOTHING_OFF) == Seating(FOUR, {})
    assert seat(FLOOR, wanted(1, area_id=2), [], NOTHING_OFF) is None


def test_a_private_event_takes_the_area_only_while_it_lasts() -> None:
    starts_at = SUNDAY_NOON + 4 * HALF_HOUR
    event = Off(events=(Event(2, starts_at, starts_at + 4 * HALF_HOUR),))
    assert seat(FLOOR, wanted(4, at=0), [], event) == Seating(FOUR, {})
    assert seat(FLOOR, wanted(4, at=1), [], event) == Seating(JOINED, {})
    assert seat(FLOOR, wanted(4, at=1), [], Off(events=(Event(None, starts_at, starts_at + HALF_HOUR),))) is None


def test_the_next_party_waits_until_the_table_is_laid() -> None:
    laid = TableFacts((9,), 1, 1, 2, timedelta(minutes=30))
    floor = FloorPlan((laid,), ())
    seated = [party(1, 2, laid, at=4)]
    assert seat(floor, wanted(2, at=8), seated, NOTHING_OFF) is None
    assert seat(floor, wanted(2, at=9), seated, NOTHING_OFF) == Seating(laid, {})
    assert seat(floor, wanted(2, at=0), seated, NOTHING_OFF) is None  # it would not be laid for the one who comes at 4
    assert seat(floor, wanted(2, at=0, slots=3), seated, NOTHING_OFF) == Seating(laid, {})


def test_an_evening_beyond_patience_is_refused_soon() -> None:
    tables = tuple(TableFacts((number,), 1, 1, 2) for number in range(60))
    seated = [party(number + 1, 2, table) for number, table in enumerate(tables)]
    assert seat(FloorPlan(tables, ()), wanted(2), seated, NOTHING_OFF) is None


# ------------------------------------------------------------------------------------------------- brute force

PLACES = (TWO, OTHER_TWO, FOUR, JOINED)
parties = strategies.lists(
    strategies.tuples(
        strategies.integers(1, 4),
        strategies.integers(0, 5),
        strategies.sampled_from(PLACES),
        strategies.booleans(),
    ),
    max_size=5,
)


@given(parties, strategies.integers(1, 4), strategies.integers(0, 5), strategies.sets(strategies.integers(1, 3)))
@settings(max_examples=400, deadline=None)
def test_a_table_is_found_exactly_when_some_arrangement_has_one(
    drawn: list[tuple[int, int, TableFacts, bool]], size: int, at: int, out: set[int]
) -> None:
    seated: list[Seated] = []
    for number, (people, slot, place, may_move) in enumerate(drawn, start=1):
        each = party(number, people, place, at=slot, may_move=may_move)
        if place.seats(people) and not _meets_any(each, place, seated):
            seated.append(each)
    off = Off(tables=frozenset(out))
    new = wanted(size, at=at)
    found = seat(FLOOR, new, seated, off, most_moves=9, patience=10**6)
    possible = any(_stands(arranged) for arranged in _arrangements(new, seated, off))
    assert (found is not None) is possible
    if found is not None:
        assert not off.bars(found.place, new.starts_at, new.ends_at)
        assert _stands(_after(found, new, seated))
        assert all(each.may_move for each in seated if each.booking_id in found.moves)


type Arranged = Sequence[tuple[Wanted, TableFacts | None, Seated | None]]


def _arrangements(new: Wanted, seated: Sequence[Seated], off: Off) -> Iterator[Arranged]:
    """Every way to place everybody: who may not move stays, who may is anywhere that seats them or where they are."""
    movable = [each for each in seated if each.may_move]
    choices = [[place for place in PLACES if place.seats(new.party_size)]] + [
        [None, *(place for place in PLACES if place.seats(each.party_size))] for each in movable
    ]
    stay = [(each.wants, None, each) for each in seated if not each.may_move]
    for places in product(*choices):
        moved = ((each.wants, place, each) for each, place in zip(movable, places[1:], strict=True))
        arranged = [(new, places[0], None), *moved]
        if not any(place and off.bars(place, want.starts_at, want.ends_at) for want, place, _ in arranged):
            yield [*arranged, *stay]


def _after(found: Seating, new: Wanted, seated: Sequence[Seated]) -> Arranged:
    return [(new, found.place, None), *((each.wants, found.moves.get(each.booking_id), each) for each in seated)]


def _stands(arranged: Arranged) -> bool:
    """Nobody shares a table."""
    spans = [
        (frozenset(place.table_ids) if place else each.table_ids if each else frozenset(), want)
        for want, place, each in arranged
    ]
    return not any(
        one[0] & other[0] and one[1].starts_at < other[1].ends_at and other[1].starts_at < one[1].ends_at
        for number, one in enumerate(spans)
        for other in spans[:number]
    )


def _meets_any(each: Seated, place: TableFacts, seated: Sequence[Seated]) -> bool:
    return not _stands([(each.wants, place, None), *((other.wants, None, other) for other in seated)])
