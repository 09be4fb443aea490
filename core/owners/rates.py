"""Owners set prices and shortest stays: for some nights, or for good; what a guest was promised stays as it was."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from sqlalchemy import bindparam, select, update
from sqlalchemy.orm import Session

from core.pricing.quote import seasons_of
from core.pricing.rates import BAR, WEEKEND_NIGHTS, RackRate
from models.base import Json
from models.dates import StayDates, business_date
from models.inventory import NightInventory
from models.money import Money
from models.property import Property
from models.rates import Rate, RatePlan

SMALLEST_PRICE = Money.rupees(100)


@dataclass(frozen=True, slots=True)
class NewPrice:
    """How a price moves: to an amount, by an amount, or by so many per cent; to whole rupees."""

    amount: Money | None = None
    change: Money | None = None
    percent: int | None = None

    def of(self, old: Money) -> Money:
        """The price after it."""
        if self.amount is not None:
            return self.amount
        moved = old + self.change if self.change is not None else old.share(100 + (self.percent or 0))
        return Money(round(moved.paise, -2))


@dataclass(frozen=True, slots=True)
class PriceChange:
    """One room type on one night, before and after."""

    room_type_id: int
    night: date
    old: Money
    new: Money


def price_changes(
    session: Session,
    room_type_ids: Collection[int],
    nights: StayDates,
    price: NewPrice,
    *,
    weekdays: Collection[int] = (),
) -> list[PriceChange]:
    """What setting this price would change on those nights (of these days of the week, where given)."""
    rows = session.scalars(
        select(NightInventory)
        .where(
            NightInventory.room_type_id.in_(room_type_ids),
            NightInventory.night >= nights.arrival,
            NightInventory.night < nights.departure,
        )
        .order_by(NightInventory.room_type_id, NightInventory.night)
        .with_for_update(key_share=True),
        execution_options={"populate_existing": True},
    )
    return [
        PriceChange(row.room_type_id, row.night, row.price_paise, new)
        for row in rows
        if (not weekdays or row.night.isoweekday() in weekdays)
        and (new := price.of(row.price_paise)) != row.price_paise
    ]


def set_prices(session: Session, prices: Iterable[tuple[int, date, Money]]) -> None:
    """Write these prices, type by type, earliest night first."""
    values = [
        {"of_type": room_type_id, "on_night": night, "new_price": price}
        for room_type_id, night, price in sorted(prices)
    ]
    if values:
        rows = NightInventory.__table__
        session.connection().execute(
            update(NightInventory)
            .where(rows.c.room_type_id == bindparam("of_type"), rows.c.night == bindparam("on_night"))
            .values(price_paise=bindparam("new_price")),
            values,
        )
        session.expire_all()


def rack_rates(session: Session, room_type_ids: Collection[int]) -> Sequence[Rate]:
    """The standing best available rates of these types, locked."""
    return session.scalars(
        select(Rate)
        .join(RatePlan, RatePlan.id == Rate.rate_plan_id)
        .where(Rate.room_type_id.in_(room_type_ids), RatePlan.code == BAR)
        .order_by(Rate.room_type_id)
        .with_for_update(of=Rate)
    ).all()


def set_standing(
    session: Session, house: Property, rate: Rate, *, base: Money, weekend: Money, now: datetime
) -> list[PriceChange]:
    """Change a type's standing rate; nights somebody priced by hand keep their price. Returns the nights that moved."""
    before, after = _rack(rate, rate.base_paise, rate.weekend_paise), _rack(rate, base, weekend)
    today = business_date(now, time_zone=house.time_zone, day_starts=house.day_starts_at)
    seasons = seasons_of(session, house.id)
    rows = session.scalars(
        select(NightInventory)
        .where(NightInventory.room_type_id == rate.room_type_id, NightInventory.night >= today)
        .order_by(NightInventory.night)
        .with_for_update(key_share=True),
        execution_options={"populate_existing": True},
    )
    moved = [
        PriceChange(row.room_type_id, row.night, row.price_paise, new)
        for row in rows
        if row.price_paise == before.on(row.night, seasons) and (new := after.on(row.night, seasons)) != row.price_paise
    ]
    rate.base_paise, rate.weekend_paise = base, weekend
    session.flush()
    set_prices(session, [(each.room_type_id, each.night, each.new) for each in moved])
    return moved


def weekend_only(weekdays: Collection[int]) -> bool:
    """Whether these days of the week are the weekend's nights."""
    return set(weekdays) == set(WEEKEND_NIGHTS)


def set_minimum_stay(
    session: Session, room_type_ids: Collection[int], nights: StayDates, minimum: int, *, weekdays: Collection[int] = ()
) -> list[Json]:
    """Whoever arrives or stays over these nights must stay so long; returns what it was, to put back."""
    rows = session.scalars(
        select(NightInventory)
        .where(
            NightInventory.room_type_id.in_(room_type_ids),
            NightInventory.night >= nights.arrival,
            NightInventory.night < nights.departure,
        )
        .order_by(NightInventory.room_type_id, NightInventory.night)
        .with_for_update(key_share=True),
        execution_options={"populate_existing": True},
    )
    before = []
    for row in rows:
        if (weekdays and row.night.isoweekday() not in weekdays) or row.minimum_stay == minimum:
            continue
        before.append({"type": row.room_type_id, "night": row.night.isoformat(), "minimum": row.minimum_stay})
        row.minimum_stay = minimum
    session.flush()
    return before


def put_back_minimum(session: Session, before: Iterable[Json]) -> None:
    """As it was."""
    for each in before:
        session.execute(
            update(NightInventory)
            .where(
                NightInventory.room_type_id == each["type"], NightInventory.night == date.fromisoformat(each["night"])
            )
            .values(minimum_stay=each["minimum"])
        )


def _rack(rate: Rate, base: Money, weekend: Money) -> RackRate:
    return RackRate(base, weekend, rate.extra_adult_paise, rate.child_paise)


type NightRule = Literal["maximum_stay", "closed_to_arrival", "closed_to_departure"]


def set_night_rule(
    session: Session, room_type_ids: Collection[int], nights: StayDates, rule: NightRule, *, to: int | bool | None
) -> list[Json]:
    """A longest stay over these nights, or nobody arrives or leaves on these days; returns what it was, to put back."""
    rows = session.scalars(
        select(NightInventory)
        .where(
            NightInventory.room_type_id.in_(room_type_ids),
            NightInventory.night >= nights.arrival,
            NightInventory.night < nights.departure,
        )
        .order_by(NightInventory.room_type_id, NightInventory.night)
        .with_for_update(key_share=True),
        execution_options={"populate_existing": True},
    )
    before = []
    for row in rows:
        if (was := getattr(row, rule)) != to:
            before.append({"type": row.room_type_id, "night": row.night.isoformat(), "was": was})
            setattr(row, rule, to)
    session.flush()
    return before


def put_back_night_rule(session: Session, rule: NightRule, before: Iterable[Json]) -> None:
    """As it was."""
    for each in before:
        session.execute(
            update(NightInventory)
            .where(
                NightInventory.room_type_id == each["type"], NightInventory.night == date.fromisoformat(each["night"])
            )
            .values({rule: each["was"]})
        )
