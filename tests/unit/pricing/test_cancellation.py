"""What cancelling costs, at the minute and to the paisa."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from core.pricing.cancellation import refund_due
from models.base import Json
from models.money import NOTHING, Money

ARRIVAL = datetime(2026, 12, 24, 8, 30, tzinfo=UTC)  # two in the afternoon in India
TIERS = [{"hours_before": 48, "percent": 0}, {"hours_before": 24, "percent": 50}]
POLICY: Json = {"tiers": TIERS, "no_show_percent": 100}
NON_REFUNDABLE: Json = {"tiers": [], "no_show_percent": 100}
TOTAL = Money.rupees(8_400)
SECOND = timedelta(seconds=1)


@pytest.mark.parametrize(
    ("before", "percent"),
    [
        (timedelta(days=10), 0),
        (timedelta(hours=48), 0),
        (timedelta(hours=48) - SECOND, 50),
        (timedelta(hours=24), 50),
        (timedelta(hours=24) - SECOND, 100),
        (-SECOND, 100),
    ],
    ids=["early", "exactly 48 h", "a second late", "exactly 24 h", "a second late again", "after arrival"],
)
def test_a_tier_holds_up_to_its_last_second(before: timedelta, percent: int) -> None:
    terms = refund_due(POLICY, paid=TOTAL, total=TOTAL, starts_at=ARRIVAL, now=ARRIVAL - before)
    assert terms.percent == percent
    assert terms.kept == TOTAL.share(percent)
    assert terms.kept + terms.back == TOTAL


def test_the_house_keeps_no_more_than_was_paid() -> None:
    deposit = Money.rupees(2_000)
    terms = refund_due(POLICY, paid=deposit, total=TOTAL, starts_at=ARRIVAL, now=ARRIVAL - timedelta(hours=30))
    assert (terms.kept, terms.back) == (deposit, NOTHING)


def test_who_has_paid_nothing_owes_nothing() -> None:
    terms = refund_due(NON_REFUNDABLE, paid=NOTHING, total=TOTAL, starts_at=ARRIVAL, now=ARRIVAL)
    assert (terms.kept, terms.back) == (NOTHING, NOTHING)


def test_it_is_known_until_when_cancelling_is_free() -> None:
    free = refund_due(POLICY, paid=TOTAL, total=TOTAL, starts_at=ARRIVAL, now=ARRIVAL).free_until
    assert free == ARRIVAL - timedelta(hours=48)
    never = refund_due(NON_REFUNDABLE, paid=TOTAL, total=TOTAL, starts_at=ARRIVAL, now=ARRIVAL - timedelta(days=90))
    assert (never.free_until, never.back) == (None, NOTHING)


def test_tiers_may_be_written_in_any_order() -> None:
    shuffled = POLICY | {"tiers": TIERS[::-1]}
    for hours in (100, 48, 30, 24, 1):
        now = ARRIVAL - timedelta(hours=hours)
        assert refund_due(shuffled, paid=TOTAL, total=TOTAL, starts_at=ARRIVAL, now=now) == refund_due(
            POLICY, paid=TOTAL, total=TOTAL, starts_at=ARRIVAL, now=now
        )
