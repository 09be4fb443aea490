"""However a stay changes, its price adds up, what stays is not dearer than promised, and a code is spent once."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

import core.pricing.changed_price
from core.availability.people import RoomLimits, RoomParty
from core.errors import CodeRefused
from core.pricing.changed_price import agreed_in, as_agreed, code_ends, code_goes_on, shortened
from core.pricing.rates import RackRate, SellablePlan
from core.pricing.stay_price import CodeOff, StayPrice, lines_of, price_stay, with_code
from core.pricing.taxes import room_tax
from models.money import NOTHING, Money

FIRST = date(2026, 12, 21)
type Days = tuple[int, int]

LONG = ((3, 5), (5, 10))
PLAN = SellablePlan(
    1, "BAR", "Best", "EP", 0, None, RackRate(NOTHING, NOTHING, NOTHING, NOTHING), follows_nights=True, long_stay=LONG
)
DOUBLE = RoomLimits(2, 3, 4, 1)
CODES = st.one_of(
    st.none(),
    st.builds(CodeOff, st.just(1), st.just("CODE"), percent=st.integers(1, 60)),
    st.builds(CodeOff, st.just(1), st.just("CODE"), amount=st.integers(1, 900_000).map(Money)),
)
PRICES = st.lists(st.integers(0, 1_200_000), min_size=9, max_size=9)
DAYS = st.tuples(st.integers(0, 4), st.integers(1, 5))


def priced(prices: Sequence[int], days: Days) -> StayPrice:
    """So many nights from that day, at what each costs."""
    first, length = days
    nights = [(FIRST + timedelta(days=day), Money(prices[day])) for day in range(first, first + length)]
    return price_stay(PLAN, nights, [RoomParty(2, 0)], limits=DOUBLE)


def changed(
    before: StayPrice, today: StayPrice, code: CodeOff | None, *, nights: int, refused: str | None
) -> StayPrice:
    """The price of the stay when it changes, its code going on or refused for a reason."""
    agreed = agreed_in(before.as_parts(), rooms={1: True}, free=False, slept=date.min)
    agreed = shortened(agreed, nights, {1: PLAN.long_stay_percent(nights)})
    if code is not None and refused is None:
        today = code_goes_on(today, agreed, code, None)
    elif code is not None:
        today, agreed = code_ends(today, agreed, CodeRefused(reason=refused))
    return as_agreed(today, agreed)


def holds(
    then: list[int],
    now: list[int],
    old: tuple[int, int],
    new: tuple[int, int],
    code: CodeOff | None,
    refused: str | None,
) -> None:
    """All that is said above, of one change."""
    before = priced(then, old)
    before = before if code is None else with_code(before, code)
    after = changed(before, priced(now, new), code, nights=new[1], refused=refused)
    parts, was, became = after.as_parts(), lines_of(before.as_parts()), lines_of(after.as_parts())
    assert parts["taxable"] + parts["cgst"] + parts["sgst"] + parts["round_off"] == parts["total"]
    assert len(became) == new[1]
    for line in after.lines:
        assert NOTHING <= line.discount <= line.price
        assert line.tax == room_tax(line.taxable, line.night)
    staying = was.keys() & became.keys()
    too_short = refused == "min_nights" or new[1] < old[1]
    for key in staying:
        assert became[key].price == was[key].price
        assert too_short or became[key].taxable == was[key].taxable
        assert became[key].taxable >= was[key].taxable
    off = Money.total(line.promotion for line in after.lines)
    if code is not None and code.percent is None:
        assert off <= code.amount
    if refused == "min_nights":
        assert off == NOTHING
    elif refused is not None:
        assert off == Money.total(became[key].promotion for key in staying)


ONE_MORE = {"then": [400_000] * 9, "now": [400_000] * 9, "old": (0, 2), "new": (0, 3)}


@given(
    then=PRICES, now=PRICES, old=DAYS, new=DAYS, code=CODES, refused=st.sampled_from([None, None, "over", "min_nights"])
)
@example(**ONE_MORE, code=CodeOff(1, "CODE", amount=Money(100_000)), refused=None)
def test_a_change_adds_up_keeps_its_word_and_spends_a_code_once(
    then: list[int],
    now: list[int],
    old: tuple[int, int],
    new: tuple[int, int],
    code: CodeOff | None,
    refused: str | None,
) -> None:
    holds(then, now, old, new, code, refused)


def test_a_sum_taken_off_again_on_the_new_night_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    code = CodeOff(1, "CODE", amount=Money(100_000))
    monkeypatch.setattr(core.pricing.changed_price, "_staying", lambda *_: {})
    with pytest.raises(AssertionError):
        holds([400_000] * 9, [400_000] * 9, (0, 2), (0, 3), code, None)
