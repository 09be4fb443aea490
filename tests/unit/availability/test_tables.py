"""Which table a party gets."""

from __future__ import annotations

import pytest

from core.availability.tables import FloorPlan, TableFacts, choose

TWO, OTHER_TWO, FOUR, SIX = (
    TableFacts((number,), 1, least, most) for number, least, most in ((1, 1, 2), (2, 1, 2), (3, 2, 4), (4, 4, 6))
)
FOUR_OF_TWO = TableFacts((1, 2), 1, 3, 4)
EIGHT = TableFacts((3, 4), 1, 7, 10)
FLOOR = FloorPlan((TWO, OTHER_TWO, FOUR, SIX), (FOUR_OF_TWO, EIGHT))


@pytest.mark.parametrize(
    ("party", "place"), [(1, TWO), (2, TWO), (3, FOUR), (4, FOUR), (5, SIX), (7, EIGHT), (10, EIGHT), (11, None)]
)
def test_a_party_gets_the_smallest_place_that_fits(party: int, place: TableFacts | None) -> None:
    assert choose(FLOOR, party, busy=()) == place


def test_a_single_table_is_given_before_tables_are_joined() -> None:
    assert choose(FLOOR, 4, busy={3}) == SIX
    assert choose(FLOOR, 4, busy={3, 4}) == FOUR_OF_TWO


def test_joined_tables_need_all_of_their_tables() -> None:
    assert choose(FLOOR, 4, busy={3, 4, 2}) is None
    assert choose(FLOOR, 8, busy={3}) is None


def test_nobody_sits_in_a_closed_area() -> None:
    assert choose(FLOOR, 2, busy=(), closed={1}) is None


def test_the_largest_party_is_that_of_the_largest_joined_set() -> None:
    assert FLOOR.largest == 10
    assert FloorPlan((), ()).largest == 0
