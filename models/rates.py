"""Rate plans, their prices, cancellation policies and stored quotes."""

from __future__ import annotations

from datetime import date, datetime, time

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, UniqueConstraint, text
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

    A derived plan names its parent and moves the parent's prices by `percent` and by `amount_paise` (a room's night).
    `per_person` plans have prices for each adult. `stay_price_paise` is what a package adds to a room's whole stay,
    `includes` what comes with it, in each language. `long_stay` is `[{"nights": 7, "percent": 10}]`: so much off from
    so many nights. A plan with an `access_code` or a `company` is negotiated: only who gives the code is shown it.
    """

    __tablename__ = "rate_plan"
    __table_args__ = (
        UniqueConstraint("property_id", "code"),
        CheckConstraint("meal_plan IN ('EP', 'CP', 'MAP', 'AP')", name="meal_plan"),
        CheckConstraint("deposit_percent BETWEEN 0 AND 100", name="deposit_percent"),
        CheckConstraint("percent > -100", name="percent"),
        CheckConstraint("min_nights >= 1 AND max_nights >= min_nights", name="nights"),
        CheckConstraint("stay_price_paise >= 0", name="adds"),
        CheckConstraint("company IS NULL OR access_code IS NOT NULL", name="negotiated"),
        UniqueConstraint("property_id", "access_code"),
    )

    id: Mapped[Id]
    property_id: Mapped[int] = mapped_column(ForeignKey("property.id"))
    code: Mapped[str]
    name: Mapped[Name]
    meal_plan: Mapped[str]
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("rate_plan.id"))
    percent: Mapped[int] = mapped_column(default=0)
    amount_paise: Mapped[Money] = mapped_column(default=Money(0), server_default="0")
    deposit_percent: Mapped[int]
    cancellation_policy_id: Mapped[int | None] = mapped_column(ForeignKey("cancellation_policy.id"))
    per_person: Mapped[bool] = mapped_column(default=False, server_default="false")
    stay_price_paise: Mapped[Money] = mapped_column(default=Money(0), server_default="0")
    includes: Mapped[Json] = mapped_column(default=dict, server_default="{}")
    min_nights: Mapped[int] = mapped_column(default=1, server_default="1")
    max_nights: Mapped[int | None]
    long_stay: Mapped[list[Json]] = mapped_column(default=list, server_default="[]")
    access_code: Mapped[str | None]
    company: Mapped[str | None]


class Rate(Base):
    """What a room type costs a night on a plan, before tax; weekend nights are Friday and Saturday.

    `single_off_paise` comes off when one adult has the room alone; the first `children_free` children of a room (small
    ones, in their parents' bed) cost nothing, each further one `child_paise`.
    """

    __tablename__ = "rate"
    __table_args__ = (
        UniqueConstraint("rate_plan_id", "room_type_id"),
        CheckConstraint("base_paise > 0 AND weekend_paise > 0", name="costs_something"),
        CheckConstraint("single_off_paise >= 0 AND children_free >= 0", name="single_and_small"),
    )

    id: Mapped[Id]
    rate_plan_id: Mapped[int] = mapped_column(ForeignKey("rate_plan.id"))
    room_type_id: Mapped[int] = mapped_column(ForeignKey("room_type.id"), index=True)
    base_paise: Mapped[Money]
    weekend_paise: Mapped[Money]
    extra_adult_paise: Mapped[Money]
    child_paise: Mapped[Money]
    single_off_paise: Mapped[Money] = mapped_column(default=Money(0), server_default="0")
    children_free: Mapped[int] = mapped_column(default=0, server_default="0")


class Promotion(Base):
    """So much off for who gives the code: a part of the room price or a sum, before tax.

    `first_sold` and `last_sold` are the days on which it may be booked, `first_night` and `last_night` the nights it is
    for (all of a stay's), an empty `room_type_ids` any room; what is null does not narrow. `used` counts the bookings
    that hold or have it now, and the database refuses one too many. Without a `property_id` it is for every house.
    """

    __tablename__ = "promotion"
    __table_args__ = (
        CheckConstraint("(percent IS NULL) <> (amount_paise IS NULL)", name="one_kind"),
        CheckConstraint("percent BETWEEN 1 AND 100 AND amount_paise > 0", name="takes_off"),
        CheckConstraint("used >= 0 AND used <= max_uses", name="not_used_up"),
        CheckConstraint("code = upper(code)", name="capitals"),
        CheckConstraint("min_nights >= 1", name="min_nights"),
        Index("uq_promotion_running", "account_id", "code", unique=True, postgresql_where=text("stopped_at IS NULL")),
    )

    id: Mapped[Id]
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    property_id: Mapped[int | None] = mapped_column(ForeignKey("property.id"))
    code: Mapped[Name]
    percent: Mapped[int | None]
    amount_paise: Mapped[Money | None]
    first_sold: Mapped[date | None]
    last_sold: Mapped[date | None]
    first_night: Mapped[date | None]
    last_night: Mapped[date | None]
    min_nights: Mapped[int] = mapped_column(default=1, server_default="1")
    room_type_ids: Mapped[list[int]] = mapped_column(ARRAY(BigInteger), default=list, server_default="{}")
    max_uses: Mapped[int | None]
    used: Mapped[int] = mapped_column(default=0, server_default="0")
    once_per_guest: Mapped[bool] = mapped_column(default=True, server_default="true")
    created_at: Mapped[datetime]
    stopped_at: Mapped[datetime | None]


class PromotionUse(Base):
    """One booking that holds or has a promotion; given back when the booking lapses, is let go or cancelled."""

    __tablename__ = "promotion_use"
    __table_args__ = (
        Index(
            "uq_promotion_use_guest",
            "promotion_id",
            "guest_id",
            unique=True,
            postgresql_where=text("once AND given_back_at IS NULL"),
        ),
        Index("uq_promotion_use_booking", "booking_id", unique=True, postgresql_where=text("given_back_at IS NULL")),
    )

    id: Mapped[Id]
    promotion_id: Mapped[int] = mapped_column(ForeignKey("promotion.id"))
    booking_id: Mapped[int] = mapped_column(ForeignKey("booking.id"))
    guest_id: Mapped[int] = mapped_column(ForeignKey("guest.id"))
    once: Mapped[bool]
    taken_at: Mapped[datetime]
    given_back_at: Mapped[datetime | None]


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
