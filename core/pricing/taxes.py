"""GST as dated data: which slab a room's night or a meal falls into, and its two halves.

Every row says since when it is in force and where it comes from. The rows were taken from press and tax sites that
name these decisions, not from the gazette itself: let an accountant confirm them before going live. A change of law is
a new row here, never an edited one, so that old prices stay explainable.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Final

from models.money import Money


@dataclass(frozen=True, slots=True)
class Slab:
    """Up to this value (included) the tax is so many per cent; the last slab has no end."""

    up_to: Money | None
    percent: Decimal


@dataclass(frozen=True, slots=True)
class Tax:
    """What is owed on one value: half to the union, half to the property's state."""

    percent: Decimal
    cgst: Money
    sgst: Money

    @property
    def total(self) -> Money:
        """Both halves."""
        return self.cgst + self.sgst


@dataclass(frozen=True, slots=True)
class RoomLaw:
    """How a room's night is taxed from a day on: by the value of one room for one night, after discount."""

    since: date
    slabs: tuple[Slab, ...]
    source: str


@dataclass(frozen=True, slots=True)
class MealLaw:
    """How a meal is taxed from a day on; "specified premises" are restaurants inside dear hotels with input credit."""

    since: date
    percent: Decimal
    percent_specified: Decimal
    source: str


# The newest first; the one in force on the night applies.
ROOM_LAWS: Final = (
    RoomLaw(
        date(2025, 9, 22),
        (Slab(Money.rupees(7_500), Decimal(5)), Slab(None, Decimal(18))),
        "GST Council, 56th meeting (3 September 2025): 5 % without input credit up to Rs 7,500 a night, 18 % above",
    ),
    RoomLaw(
        date(2022, 7, 18),
        (Slab(Money.rupees(7_500), Decimal(12)), Slab(None, Decimal(18))),
        "GST Council, 47th meeting (June 2022): rooms up to Rs 1,000 are taxed too; 12 % up to Rs 7,500, 18 % above",
    ),
    RoomLaw(
        date(2019, 10, 1),
        (Slab(Money.rupees(1_000), Decimal(0)), Slab(Money.rupees(7_500), Decimal(12)), Slab(None, Decimal(18))),
        "GST Council, 37th meeting (September 2019): by the price charged; nothing up to Rs 1,000",
    ),
)
MEAL_LAWS: Final = (
    MealLaw(
        date(2025, 4, 1),
        Decimal(5),
        Decimal(18),
        "GST Council, 55th meeting (December 2024): 'specified premises' by last year's prices or by declaration",
    ),
    MealLaw(
        date(2017, 11, 15),
        Decimal(5),
        Decimal(18),
        "GST Council, 23rd meeting (November 2017): 5 % without input credit; 18 % in hotels above Rs 7,500",
    ),
)


def room_tax(value: Money, night: date) -> Tax:
    """GST on one room for one night; the slab is chosen by the value after discount."""
    return _halves(value, _room_percent(value, night))


def meal_tax(value: Money, *, specified_premises: bool, day: date | None = None) -> Tax:
    """GST on food and service in a restaurant on that day; a service charge is part of the value."""
    law = next((law for law in MEAL_LAWS if day is None or day >= law.since), MEAL_LAWS[-1])
    return _halves(value, law.percent_specified if specified_premises else law.percent)


def _room_percent(value: Money, night: date) -> Decimal:
    law = next((law for law in ROOM_LAWS if night >= law.since), ROOM_LAWS[-1])
    return next(slab.percent for slab in law.slabs if slab.up_to is None or value <= slab.up_to)


def _halves(value: Money, percent: Decimal) -> Tax:
    half = value.share(percent / 2)
    return Tax(percent, cgst=half, sgst=half)
