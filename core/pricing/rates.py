"""What a room costs on a night: best available rate, weekends, seasons, and the plans derived from it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import reduce
from typing import Any, Final

from sqlalchemy import Row, select
from sqlalchemy.orm import Session

from models.money import Money
from models.property import RoomType
from models.rates import Rate, RatePlan

# Friday and Saturday: the nights after which most people need not work.
WEEKEND_NIGHTS: Final = frozenset({5, 6})
BAR: Final = "BAR"


@dataclass(frozen=True, slots=True)
class SeasonFacts:
    """Nights on which prices move by so many per cent."""

    first_night: date
    last_night: date
    percent: int


@dataclass(frozen=True, slots=True)
class RackRate:
    """A room type's own prices on a plan, before tax."""

    base: Money
    weekend: Money
    extra_adult: Money
    child: Money

    def on(self, night: date, seasons: Iterable[SeasonFacts] = ()) -> Money:
        """The price of that night; of overlapping seasons the one that began last counts."""
        price = self.weekend if night.isoweekday() in WEEKEND_NIGHTS else self.base
        running = [season for season in seasons if season.first_night <= night <= season.last_night]
        if not running:
            return price
        return price.share(100 + max(running, key=lambda season: season.first_night).percent)


@dataclass(frozen=True, slots=True)
class SellablePlan:
    """A rate plan as one room type is sold on it: its root's prices and the steps from the root to it, in per cent.

    The best available rate of a night stands in its inventory row, where the owner changes it for a day; a plan with a
    root of its own (`follows_nights` false) has the root's rack rate instead.
    """

    rate_plan_id: int
    code: str
    name: str
    meal_plan: str
    deposit_percent: int
    cancellation_policy_id: int | None
    root: RackRate
    follows_nights: bool
    steps: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class RoomNightPrice:
    """One room on one night before tax: the price, and what a plan takes off it."""

    price: Money
    discount: Money

    @property
    def taxable(self) -> Money:
        """What is left to be taxed."""
        return self.price - self.discount


def room_night(
    plan: SellablePlan,
    night_price: Money,
    *,
    extra_adults: int,
    children: int,
) -> RoomNightPrice:
    """Price one room for one night on a plan; steps upwards are part of the price, steps downwards a discount."""
    start = night_price + plan.root.extra_adult * extra_adults + plan.root.child * children
    full = _walk(start, [step for step in plan.steps if step > 0])
    return RoomNightPrice(full, discount=full - _walk(start, plan.steps))


def plans_for(session: Session, room_type_ids: Collection[int]) -> dict[int, list[SellablePlan]]:
    """Every plan each of these room types is sold on, in the order of the house."""
    if not room_type_ids:
        return {}
    rows = session.execute(
        select(
            RoomType.id.label("room_type_id"),
            RatePlan.id,
            RatePlan.parent_id,
            RatePlan.code,
            RatePlan.name,
            RatePlan.meal_plan,
            RatePlan.percent,
            RatePlan.deposit_percent,
            RatePlan.cancellation_policy_id,
            Rate.base_paise,
            Rate.weekend_paise,
            Rate.extra_adult_paise,
            Rate.child_paise,
        )
        .join(RatePlan, RatePlan.property_id == RoomType.property_id)
        .outerjoin(Rate, (Rate.rate_plan_id == RatePlan.id) & (Rate.room_type_id == RoomType.id))
        .where(RoomType.id.in_(room_type_ids))
        .order_by(RoomType.id, RatePlan.id)
    )
    by_type: dict[int, dict[int, Row[*tuple[Any, ...]]]] = defaultdict(dict)
    for row in rows:
        by_type[row.room_type_id][row.id] = row
    return {
        room_type_id: [sold for plan in plans.values() if (sold := _sellable(plan, plans)) is not None]
        for room_type_id, plans in by_type.items()
    }


def _sellable(plan: Row[*tuple[Any, ...]], by_id: Mapping[int, Row[*tuple[Any, ...]]]) -> SellablePlan | None:
    """Follow the parents up to the first plan with prices of its own for this room type."""
    steps: list[int] = []
    root = plan
    while root.base_paise is None:
        steps.insert(0, root.percent)
        if root.parent_id is None:
            return None
        root = by_id[root.parent_id]
    return SellablePlan(
        rate_plan_id=plan.id,
        code=plan.code,
        name=plan.name,
        meal_plan=plan.meal_plan,
        deposit_percent=plan.deposit_percent,
        cancellation_policy_id=plan.cancellation_policy_id,
        root=RackRate(root.base_paise, root.weekend_paise, root.extra_adult_paise, root.child_paise),
        follows_nights=root.code == BAR,
        steps=tuple(steps),
    )


def _walk(price: Money, steps: Sequence[int]) -> Money:
    return reduce(lambda so_far, step: so_far.share(100 + step), steps, price)
