"""Rate plans, their prices, cancellation policies and stored quotes."""

from __future__ import annotations

from datetime import date, datetime, time

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, Id, Json, Name, one_of
from models.money import Money
from models.states import BookingKind


class CancellationPolicy(Base):
    """Until when cancelling is free and what it costs after.

    `tiers` is `{"tiers": [{"hours_before": 48, "percent": 0}, …], "no_show_percent": 100}`: the first tier whose hours
    still lie ahead of the arrival says how many per cent of the total are kept.
    """

    __tablename__ = "cancellation_policy"

    id: Mapped[Id]
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    name: Mapped[Name]
    terms: Mapped[Json]


class RatePlan(Base):
    """A named price rule: meal plan, what must be paid to secure it, and how it may be cancelled.

    A derived plan names its parent and moves the parent's prices by `percent`.
    """

    __tablename__ = "rate_plan"
    __table_args__ = (
        UniqueConstraint("property_id", "code"),
        CheckConstraint("meal_plan IN ('EP', 'CP', 'MAP', 'AP')", name="meal_plan"),
        CheckConstraint("deposit_percent BETWEEN 0 AND 100", name="deposit_percent"),
        CheckConstraint("percent > -100", name="percent"),
    )

    id: Mapped[Id]
    property_id: Mapped[int] = mapped_column(ForeignKey("property.id"))
    code: Mapped[str]
    name: Mapped[Name]
    meal_plan: Mapped[str]
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("rate_plan.id"))
    percent: Mapped[int] = mapped_column(default=0)
    deposit_percent: Mapped[int]
    cancellation_policy_id: Mapped[int | None] = mapped_column(ForeignKey("cancellation_policy.id"))


class Rate(Base):
    """What a room type costs a night on a plan, before tax; weekend nights are Friday and Saturday."""

    __tablename__ = "rate"
    __table_args__ = (
        UniqueConstraint("rate_plan_id", "room_type_id"),
        CheckConstraint("base_paise > 0 AND weekend_paise > 0", name="costs_something"),
    )

    id: Mapped[Id]
    rate_plan_id: Mapped[int] = mapped_column(ForeignKey("rate_plan.id"))
    room_type_id: Mapped[int] = mapped_column(ForeignKey("room_type.id"), index=True)
    base_paise: Mapped[Money]
    weekend_paise: Mapped[Money]
    extra_adult_paise: Mapped[Money]
    child_paise: Mapped[Money]


class TableDeposit(Base):
    """What secures a table at some hours or on some days: a sum for the table or for each person.

    `first_day`, `last_day`, `weekdays` (ISO numbers), `from_at` and `until_at` narrow it down; what is null does not.
    `until_at` may lie after midnight. Of all rules that apply the dearest is taken.
    """

    __tablename__ = "table_deposit"
    __table_args__ = (
        CheckConstraint("per IN ('table', 'cover')", name="per"),
        CheckConstraint("amount_paise >= 0", name="not_negative"),
        CheckConstraint("min_party >= 1", name="min_party"),
        CheckConstraint("last_day >= first_day", name="in_order"),
    )

    id: Mapped[Id]
    property_id: Mapped[int] = mapped_column(ForeignKey("property.id"), index=True)
    name: Mapped[Name]
    per: Mapped[str]
    amount_paise: Mapped[Money]
    min_party: Mapped[int] = mapped_column(default=1, server_default="1")
    first_day: Mapped[date | None]
    last_day: Mapped[date | None]
    weekdays: Mapped[list[int] | None] = mapped_column(ARRAY(BigInteger))
    from_at: Mapped[time | None]
    until_at: Mapped[time | None]
    lifted_at: Mapped[datetime | None]


class Quote(Base):
    """A price told to a guest, with its parts and its expiry; confirming never prices again.

    `request` is what was asked for, `parts` what it is made of (see core/pricing/quote.py for both shapes).
    """

    __tablename__ = "quote"
    __table_args__ = (
        CheckConstraint("total_paise >= 0 AND tax_paise >= 0", name="not_negative"),
        CheckConstraint("deposit_paise BETWEEN 0 AND total_paise", name="deposit_within_total"),
    )

    id: Mapped[Id]
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    property_id: Mapped[int] = mapped_column(ForeignKey("property.id"))
    kind: Mapped[BookingKind] = mapped_column(one_of(BookingKind))
    request: Mapped[Json]
    parts: Mapped[Json]
    policy: Mapped[Json]
    tax_paise: Mapped[Money]
    total_paise: Mapped[Money]
    deposit_paise: Mapped[Money]
    good_until: Mapped[datetime]
    created_at: Mapped[datetime]
