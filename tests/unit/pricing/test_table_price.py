"""What a table costs before anybody has eaten."""

from __future__ import annotations

from datetime import time

import pytest

from core.availability.sittings import SittingFacts
from core.pricing.table_price import price_table
from models.money import NOTHING, Money


def dinner(cover_deposit: int = 0, cover_price: int = 0) -> SittingFacts:
    return SittingFacts(
        1,
        "Dinner",
        frozenset(range(1, 8)),
        time(19),
        time(22),
        30,
        None,
        Money.rupees(cover_deposit),
        Money.rupees(cover_price),
    )


def test_most_tables_cost_nothing_in_advance() -> None:
    price = price_table(dinner(), 4)
    assert (price.total, price.deposit, price.tax.total) == (NOTHING, NOTHING, NOTHING)


def test_a_deposit_per_cover_is_an_advance_on_the_bill_without_tax_yet() -> None:
    price = price_table(dinner(cover_deposit=500), 4)
    assert (price.deposit, price.total, price.advance) == (Money.rupees(2_000),) * 3
    assert price.tax.total == NOTHING


def test_a_set_menu_is_taxed_with_its_service_charge() -> None:
    price = price_table(dinner(cover_price=1_000), 2, service_charge_percent=10)
    assert price.service_charge == Money.rupees(200)
    assert price.tax.total == Money.rupees(110)
    assert price.total == Money.rupees(2_310)


def test_specified_premises_pay_the_higher_rate() -> None:
    assert price_table(dinner(cover_price=1_000), 2, specified_premises=True).tax.total == Money.rupees(360)


@pytest.mark.parametrize(("deposit", "total"), [(500, 2_100), (2_000, 4_000)], ids=["within", "above the menu"])
def test_a_deposit_is_never_above_the_total(deposit: int, total: int) -> None:
    price = price_table(dinner(cover_deposit=deposit, cover_price=1_000), 2)
    assert price.deposit == Money.rupees(2 * deposit)
    assert price.total == Money.rupees(total)


def test_the_parts_add_up_to_the_total() -> None:
    parts = price_table(dinner(2_000, 999), 3, service_charge_percent=7).as_parts()
    lines = ("price", "service_charge", "cgst", "sgst", "round_off", "advance")
    assert parts["total"] == sum(parts[part] for part in lines)
    assert parts["total"] % 100 == 0
