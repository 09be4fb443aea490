"""GST as a hotelier would check it on paper."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from core.pricing.taxes import meal_tax, room_tax
from models.money import Money

TODAY = date(2026, 12, 24)


@pytest.mark.parametrize(
    ("paise", "percent"),
    [(100, 5), (749_999, 5), (750_000, 5), (750_001, 18), (2_000_000, 18)],
    ids=["a rupee", "under the line", "exactly 7,500", "a paisa above", "20,000"],
)
def test_the_slab_of_a_room_is_decided_by_its_price_for_one_night(paise: int, percent: int) -> None:
    assert room_tax(Money(paise), TODAY).percent == percent


def test_half_goes_to_the_union_and_half_to_the_state() -> None:
    tax = room_tax(Money.rupees(4_000), TODAY)
    assert (tax.cgst, tax.sgst, tax.total) == (Money.rupees(100), Money.rupees(100), Money.rupees(200))


def test_both_halves_are_equal_to_the_paisa_and_half_a_paisa_is_rounded_up() -> None:
    tax = room_tax(Money(455_500), TODAY)  # 2.5 % is 113.875 rupees
    assert (tax.cgst.paise, tax.sgst.paise) == (11_388, 11_388)


@pytest.mark.parametrize(
    ("night", "percent"),
    [(date(2025, 9, 21), 12), (date(2025, 9, 22), 5), (date(2022, 7, 18), 12)],
    ids=["the last night of the old rule", "the first of the new", "the first of the old"],
)
def test_the_law_of_the_night_counts(night: date, percent: int) -> None:
    assert room_tax(Money.rupees(4_000), night).percent == percent


def test_a_meal_is_taxed_by_the_premises_it_is_served_in() -> None:
    meal = Money.rupees(2_000)
    assert meal_tax(meal, specified_premises=False).total == Money.rupees(100)
    assert meal_tax(meal, specified_premises=True).total == Money.rupees(360)
    assert meal_tax(meal, specified_premises=True).percent == Decimal(18)
