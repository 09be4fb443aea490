"""What secures a table: the rules as a restaurant would say them."""

from __future__ import annotations

from datetime import date, time

import pytest

from core.pricing.table_deposit import Deposit, DepositRule, deposit_for
from models.money import NOTHING, Money

R = Money.rupees
FRIDAY, SATURDAY, NEW_YEARS_EVE = date(2026, 11, 27), date(2026, 11, 28), date(2026, 12, 31)
LATE = DepositRule("After 10 pm", "table", R(1_000), from_at=time(22))
WEEKEND = DepositRule("Saturday", "cover", R(300), weekdays=frozenset({6}))
EVENT = DepositRule("New Year's Eve", "cover", R(2_000), first_day=NEW_YEARS_EVE, last_day=NEW_YEARS_EVE)
LARGE = DepositRule("Parties of 8 and more", "table", R(2_500), min_party=8)
LUNCH = DepositRule("Lunch", "table", R(200), from_at=time(12), until_at=time(16))
TILL_TWO = DepositRule("Late night", "table", R(500), from_at=time(23), until_at=time(2))


def asked(*rules: DepositRule, day: date = FRIDAY, at: time = time(20), party: int = 2, per_cover: int = 0) -> Deposit:
    return deposit_for(rules, R(per_cover), service_day=day, at=at, party_size=party, day_starts=time(4))


def test_without_a_rule_it_is_the_sitting_s_own_for_each_cover() -> None:
    assert asked(per_cover=250) == Deposit(R(500), None, "cover")
    assert asked() == Deposit(NOTHING, None, "cover")


@pytest.mark.parametrize(
    ("at", "amount"),
    [
        (time(21, 30), NOTHING),
        (time(22), R(1_000)),
        (time(0, 30), R(1_000)),
        (time(3, 59), R(1_000)),
        (time(4), NOTHING),
    ],
)
def test_after_ten_lasts_until_the_house_begins_its_next_day(at: time, amount: Money) -> None:
    assert asked(LATE, at=at).amount == amount


@pytest.mark.parametrize(
    ("at", "applies"), [(time(22, 30), False), (time(23), True), (time(1, 59), True), (time(2), False)]
)
def test_hours_may_pass_midnight(at: time, *, applies: bool) -> None:
    assert bool(asked(TILL_TWO, at=at).amount) is applies


def test_until_is_not_included() -> None:
    assert asked(LUNCH, at=time(15, 30)).amount == R(200)
    assert asked(LUNCH, at=time(16)).amount == NOTHING


def test_a_weekday_and_a_day_of_the_calendar() -> None:
    assert asked(WEEKEND).amount == NOTHING
    assert asked(WEEKEND, day=SATURDAY, party=4) == Deposit(R(1_200), "Saturday", "cover")
    assert asked(EVENT, day=NEW_YEARS_EVE, party=4) == Deposit(R(8_000), "New Year's Eve", "cover")
    assert asked(EVENT, day=date(2027, 1, 1)).amount == NOTHING


def test_a_large_party_pays_for_the_table_not_for_each() -> None:
    assert asked(LARGE, party=7).amount == NOTHING
    assert asked(LARGE, party=8) == asked(LARGE, party=12) == Deposit(R(2_500), "Parties of 8 and more", "table")


def test_the_dearest_counts_and_nothing_is_added_up() -> None:
    assert asked(LATE, WEEKEND, LARGE, day=SATURDAY, at=time(22), party=8, per_cover=250).reason == LARGE.name
    assert asked(WEEKEND, day=SATURDAY, per_cover=400) == Deposit(R(800), None, "cover")
    assert asked(WEEKEND, day=SATURDAY, per_cover=300).reason is None
