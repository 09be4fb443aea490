"""The price of a stay, worked out the way the bill shows it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from core.availability.people import RoomLimits, RoomParty
from core.pricing.deposit import stay_deposit
from core.pricing.rates import RackRate, SeasonFacts, SellablePlan, Step
from core.pricing.stay_price import price_stay
from models.money import Money

DOUBLE = RoomLimits(base_adults=2, max_adults=3, max_guests=4, extra_beds=1)
RACK = RackRate(Money.rupees(4_000), Money.rupees(5_000), extra_adult=Money.rupees(1_000), child=Money.rupees(500))
COUPLE = RoomParty(2, 0)
MONDAY = date(2026, 12, 21)


def a_plan(*steps: int, deposit_percent: int = 0, follows_nights: bool = True) -> SellablePlan:
    moved = tuple(map(Step, steps))
    return SellablePlan(1, "X", "A plan", "EP", deposit_percent, None, RACK, follows_nights, moved)


def nights(*rupees: int) -> list[tuple[date, Money]]:
    return [(MONDAY + timedelta(days=number), Money.rupees(price)) for number, price in enumerate(rupees)]


@pytest.mark.parametrize(
    ("day", "rupees"),
    [
        (date(2026, 12, 24), 4_000),
        (date(2026, 12, 25), 5_000),
        (date(2026, 12, 26), 5_000),
        (date(2026, 12, 27), 4_000),
    ],
    ids=["Thursday", "Friday", "Saturday", "Sunday"],
)
def test_friday_and_saturday_nights_are_weekend(day: date, rupees: int) -> None:
    assert RACK.on(day) == Money.rupees(rupees)


def test_a_season_moves_the_price_from_its_first_to_its_last_night() -> None:
    christmas = SeasonFacts(date(2026, 12, 23), date(2026, 12, 24), 25)
    prices = [RACK.on(date(2026, 12, day), [christmas]) for day in (22, 23, 24, 25)]
    assert prices == [Money.rupees(price) for price in (4_000, 5_000, 5_000, 5_000)]


def test_of_two_seasons_the_one_that_began_last_counts() -> None:
    winter = SeasonFacts(date(2026, 11, 1), date(2027, 2, 28), 10)
    new_year = SeasonFacts(date(2026, 12, 21), date(2027, 1, 2), 50)
    assert RACK.on(MONDAY, [new_year, winter]) == Money.rupees(6_000)


def test_the_tax_is_taken_night_by_night_and_room_by_room() -> None:
    price = price_stay(a_plan(), nights(7_500, 7_501), [COUPLE, COUPLE], limits=DOUBLE)
    assert [line.tax.percent for line in price.lines] == [5, 5, 18, 18]
    assert price.taxable == Money.rupees(2 * (7_500 + 7_501))
    assert price.tax == Money(2 * (37_500 + 135_018))
    assert price.exact == price.taxable + price.tax


def test_a_discount_comes_off_before_the_slab_is_chosen() -> None:
    full = price_stay(a_plan(), nights(8_000), [COUPLE], limits=DOUBLE)
    reduced = price_stay(a_plan(-10), nights(8_000), [COUPLE], limits=DOUBLE)
    assert [line.tax.percent for line in (*full.lines, *reduced.lines)] == [18, 5]
    (line,) = reduced.lines
    assert (line.price, line.discount, line.taxable) == tuple(map(Money.rupees, (8_000, 800, 7_200)))


def test_a_dearer_plan_is_a_price_and_no_negative_discount() -> None:
    (line,) = price_stay(a_plan(20), nights(4_000), [COUPLE], limits=DOUBLE).lines
    assert (line.price, line.discount) == (Money.rupees(4_800), Money.rupees(0))


def test_a_plan_derived_from_a_derived_one_walks_both_steps() -> None:
    (line,) = price_stay(a_plan(20, -10), nights(4_000), [COUPLE], limits=DOUBLE).lines
    assert (line.price, line.discount, line.taxable) == tuple(map(Money.rupees, (4_800, 480, 4_320)))


def test_extra_adults_and_children_are_charged_by_the_room_they_sleep_in() -> None:
    price = price_stay(a_plan(), nights(4_000), [RoomParty(3, 1), RoomParty(2, 0)], limits=DOUBLE)
    assert [line.price for line in price.lines] == [Money.rupees(5_500), Money.rupees(4_000)]


def test_a_plan_with_prices_of_its_own_does_not_follow_the_day() -> None:
    plan = a_plan(follows_nights=False)
    assert price_stay(plan, nights(9_999), [COUPLE], limits=DOUBLE).taxable == Money.rupees(4_000)


def test_the_parts_add_up_to_the_total() -> None:
    parts = price_stay(a_plan(-10), nights(4_001, 7_501, 8_433), [RoomParty(3, 1)], limits=DOUBLE).as_parts()
    assert parts["price"] - parts["discount"] == parts["taxable"]
    assert parts["taxable"] + parts["cgst"] + parts["sgst"] + parts["round_off"] == parts["total"]
    exact = parts["total"] - parts["round_off"]
    assert sum(line["taxable"] + line["cgst"] + line["sgst"] for line in parts["nights"]) == exact


@pytest.mark.parametrize(
    ("night", "round_off", "total"),
    [(4_001, -6, 4_201), (4_009, -46, 4_209), (4_010, 50, 4_211), (4_019, 4, 4_220), (4_020, 0, 4_221)],
    ids=["6 paise down", "46 paise down", "half a rupee up", "4 paise up", "nothing to round"],
)
def test_the_total_is_rounded_to_the_nearest_rupee_and_the_difference_is_shown(
    night: int, round_off: int, total: int
) -> None:
    parts = price_stay(a_plan(), nights(night), [COUPLE], limits=DOUBLE).as_parts()
    assert (parts["round_off"], parts["total"]) == (round_off, total * 100)


def test_several_nights_are_rounded_once_in_the_end_and_not_each() -> None:
    price = price_stay(a_plan(), nights(4_008, 4_008, 4_008), [COUPLE], limits=DOUBLE)
    assert price.exact == Money(3 * 420_840)
    assert price.total == Money.rupees(12_625), "three nights rounded one by one would be 12,624"


@pytest.mark.parametrize(
    ("total", "percent", "deposit"),
    [(840_000, 100, 840_000), (840_000, 30, 252_000), (840_010, 30, 252_100), (840_050, 100, 840_050), (840_000, 0, 0)],
    ids=["all", "30 %", "up to the next rupee", "never above the total", "none"],
)
def test_a_deposit_is_in_whole_rupees_and_never_above_the_total(total: int, percent: int, deposit: int) -> None:
    assert stay_deposit(Money(total), percent) == Money(deposit)


def test_the_price_per_night_is_the_total_spread_evenly() -> None:
    price = price_stay(a_plan(), nights(4_000, 5_000, 4_000), [COUPLE], limits=DOUBLE)
    assert price.per_night(3) == Money.rupees(4_550)


# ------------------------------------------------------------------------------------------------- kinds of plans


def priced(plan: SellablePlan, *rupees: int, party: RoomParty = COUPLE) -> int:
    """What it comes to before tax, in rupees."""
    return price_stay(plan, nights(*rupees), [party], limits=DOUBLE).taxable.paise // 100


def test_a_plan_may_move_the_price_by_a_sum() -> None:
    cheaper = replace(a_plan(), steps=(Step(percent=-10), Step(amount=-Money.rupees(100))))
    assert priced(cheaper, 4_000, 4_000) == 2 * 3_500


def test_no_step_makes_a_night_cost_less_than_nothing() -> None:
    assert priced(replace(a_plan(), steps=(Step(amount=-Money.rupees(9_000)),)), 4_000) == 0


def test_a_price_per_person_is_paid_by_every_adult() -> None:
    per_person = replace(a_plan(), per_person=True)
    assert priced(per_person, 2_000) == 4_000
    assert priced(per_person, 2_000, party=RoomParty(3, 1)) == 6_500


def test_one_adult_alone_pays_less_and_with_a_child_does_not() -> None:
    plan = replace(a_plan(), root=replace(RACK, single_off=Money.rupees(600)))
    assert priced(plan, 4_000, party=RoomParty(1, 0)) == 3_400
    assert priced(plan, 4_000, party=RoomParty(1, 1)) == 4_500


def test_the_first_small_child_sleeps_free_and_the_second_pays() -> None:
    plan = replace(a_plan(), root=replace(RACK, children_free=1))
    assert priced(plan, 4_000, party=RoomParty(2, 1)) == 4_000
    assert priced(plan, 4_000, party=RoomParty(2, 2)) == 4_500


def test_what_a_package_adds_is_spread_over_the_nights_and_taxed_with_the_room() -> None:
    package = replace(a_plan(), stay_price=Money.rupees(1_000))
    price = price_stay(package, nights(7_400, 7_400, 7_400), [COUPLE], limits=DOUBLE)
    assert [line.price.paise for line in price.lines] == [773_333, 773_333, 773_334]
    assert {line.tax.percent for line in price.lines} == {18}, "7,400 alone would be 5 %"


@pytest.mark.parametrize(("length", "percent"), [(4, 0), (5, 8), (6, 8), (7, 12), (9, 12)])
def test_the_longest_length_a_stay_reaches_says_what_comes_off(length: int, percent: int) -> None:
    plan = replace(a_plan(), long_stay=((5, 8), (7, 12)))
    assert priced(plan, *[4_000] * length) == length * 40 * (100 - percent)


def test_a_long_stay_and_a_step_down_are_both_told_as_discount() -> None:
    plan = replace(a_plan(-10), long_stay=((2, 10),))
    parts = price_stay(plan, nights(4_000, 4_000), [COUPLE], limits=DOUBLE).as_parts()
    assert (parts["discount"], parts["long_stay"]) == (2 * (400 + 360) * 100, 2 * 360 * 100)
