"""What a room costs on a night: best available rate, weekends, seasons, and the plans derived from it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import reduce
from typing import Any, Final

from sqlalchemy import Row, case, select
from sqlalchemy.orm import Session

from models.base import Json
from models.money import NOTHING, Money
from models.property import Property, RoomType
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
    single_off: Money = NOTHING
    children_free: int = 0

    def on(self, night: date, seasons: Iterable[SeasonFacts] = ()) -> Money:
        """The price of that night; of overlapping seasons the one that began last counts."""
        price = self.weekend if night.isoweekday() in WEEKEND_NIGHTS else self.base
        running = [season for season in seasons if season.first_night <= night <= season.last_night]
        if not running:
            return price
        return price.share(100 + max(running, key=lambda season: season.first_night).percent)


@dataclass(frozen=True, slots=True)
class Step:
    """How a derived plan moves its parent's price of a night: by a part of it, or by a sum."""

    percent: int = 0
    amount: Money = NOTHING

    @property
    def is_upward(self) -> bool:
        """Whether it makes the night dearer."""
        return self.percent > 0 or self.amount > NOTHING

    def of(self, price: Money) -> Money:
        """The price after it; nobody is paid to sleep here."""
        return max(price.share(100 + self.percent) + self.amount, NOTHING)


@dataclass(frozen=True, slots=True)
class SellablePlan:
    """A rate plan as one room type is sold on it: its root's prices and the steps from the root to it.

    The best available rate of a night stands in its inventory row, where the owner changes it for a day; a plan with a
    root of its own (`follows_nights` false) has the root's rack rate instead. `long_stay` is (nights, per cent), and
    `stay_price` what a package adds to each room's stay.
    """

    rate_plan_id: int
    code: str
    name: str
    meal_plan: str
    deposit_percent: int
    cancellation_policy_id: int | None
    root: RackRate
    follows_nights: bool
    steps: tuple[Step, ...] = ()
    per_person: bool = False
    stay_price: Money = NOTHING
    includes: Json | None = None
    min_nights: int = 1
    max_nights: int | None = None
    long_stay: tuple[tuple[int, int], ...] = ()
    access_code: str | None = None
    company: str | None = None

    def is_for(self, nights: int) -> bool:
        """Whether a stay of so many nights may be sold on it."""
        return self.min_nights <= nights <= (self.max_nights or nights)

    def long_stay_percent(self, nights: int) -> int:
        """What comes off a stay of so many nights: of all the lengths it reaches, the longest counts."""
        reached = [step for step in self.long_stay if step[0] <= nights]
        return max(reached)[1] if reached else 0


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
    adults: int,
    extra_adults: int,
    children: int,
) -> RoomNightPrice:
    """Price one room for one night on a plan; steps upwards are part of the price, steps downwards a discount.

    A price per person is paid by every adult; a price per room by the room, with the extra adults on top and less for
    one adult alone. Small children beyond those who sleep free pay a child's price either way.
    """
    root = plan.root
    if plan.per_person:
        start = night_price * adults
    else:
        start = night_price + root.extra_adult * extra_adults
        if adults == 1 and not children:
            start = max(start - root.single_off, NOTHING)
    start += root.child * max(children - root.children_free, 0)
    full = _walk(start, [step for step in plan.steps if step.is_upward])
    return RoomNightPrice(full, discount=full - _walk(start, plan.steps))


def plans_for(
    session: Session, room_type_ids: Collection[int], *, code: str | None = None
) -> dict[int, list[SellablePlan]]:
    """Every plan each of these room types is sold on, in the order of the house.

    Negotiated plans are among them only for who gives their code.
    """
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
            RatePlan.amount_paise,
            case((Property.takes_online, RatePlan.deposit_percent), else_=0).label("deposit_percent"),
            RatePlan.cancellation_policy_id,
            RatePlan.per_person,
            RatePlan.stay_price_paise,
            RatePlan.includes,
            RatePlan.min_nights,
            RatePlan.max_nights,
            RatePlan.long_stay,
            RatePlan.access_code,
            RatePlan.company,
            Rate.base_paise,
            Rate.weekend_paise,
            Rate.extra_adult_paise,
            Rate.child_paise,
            Rate.single_off_paise,
            Rate.children_free,
        )
        .join(RatePlan, RatePlan.property_id == RoomType.property_id)
        .join(Property, Property.id == RoomType.property_id)
        .outerjoin(Rate, (Rate.rate_plan_id == RatePlan.id) & (Rate.room_type_id == RoomType.id))
        .where(RoomType.id.in_(room_type_ids))
        .order_by(RoomType.id, RatePlan.id)
    )
    by_type: dict[int, dict[int, Row[*tuple[Any, ...]]]] = defaultdict(dict)
    for row in rows:
        by_type[row.room_type_id][row.id] = row
    return {
        room_type_id: [
            sold
            for plan in plans.values()
            if plan.access_code is None or plan.access_code == code
            if (sold := _sellable(plan, plans)) is not None
        ]
        for room_type_id, plans in by_type.items()
    }


def _sellable(plan: Row[*tuple[Any, ...]], by_id: Mapping[int, Row[*tuple[Any, ...]]]) -> SellablePlan | None:
    """Follow the parents up to the first plan with prices of its own for this room type."""
    steps: list[Step] = []
    root = plan
    while root.base_paise is None:
        steps[:0] = [Step(percent=root.percent), Step(amount=root.amount_paise)]
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
        root=RackRate(
            root.base_paise,
            root.weekend_paise,
            root.extra_adult_paise,
            root.child_paise,
            root.single_off_paise,
            root.children_free,
        ),
        follows_nights=root.code == BAR,
        steps=tuple(step for step in steps if step != Step()),
        per_person=root.per_person,
        stay_price=plan.stay_price_paise,
        includes=plan.includes or None,
        min_nights=plan.min_nights,
        max_nights=plan.max_nights,
        long_stay=tuple((each["nights"], each["percent"]) for each in plan.long_stay),
        access_code=plan.access_code,
        company=plan.company,
    )


def _walk(price: Money, steps: Sequence[Step]) -> Money:
    return reduce(lambda so_far, step: step.of(so_far), steps, price)
