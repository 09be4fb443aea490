"""GST as dated data: which slab a room's night or a meal falls into, and its two halves.

Source: GST Council, 56th meeting (3 September 2025), in force from 22 September 2025; before it the rates of the 47th
meeting (18 July 2022). Taken from press and tax sites, not from the notifications: let an accountant confirm them
before going live. A change of law is a new entry here, never an edited one, so that old quotes stay explainable.
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


# By the value of one room for one night, after discount; the newest rule that was in force on the night applies.
ROOM_SLABS: Final[tuple[tuple[date, tuple[Slab, ...]], ...]] = (
    (date(2025, 9, 22), (Slab(Money.rupees(7_500), Decimal(5)), Slab(None, Decimal(18)))),
    (date(2022, 7, 18), (Slab(Money.rupees(7_500), Decimal(12)), Slab(None, Decimal(18)))),
)

MEAL_PERCENT: Final = Decimal(5)
# "Specified premises": restaurants inside hotels whose rooms go above the line and that chose input credit.
MEAL_PERCENT_SPECIFIED: Final = Decimal(18)


def room_tax(value: Money, night: date) -> Tax:
    """GST on one room for one night; the slab is chosen by the value after discount."""
    return _halves(value, _room_percent(value, night))


def meal_tax(value: Money, *, specified_premises: bool) -> Tax:
    """GST on food and service in a restaurant."""
    return _halves(value, MEAL_PERCENT_SPECIFIED if specified_premises else MEAL_PERCENT)


def _room_percent(value: Money, night: date) -> Decimal:
    slabs = next((slabs for since, slabs in ROOM_SLABS if night >= since), ROOM_SLABS[-1][1])
    return next(slab.percent for slab in slabs if slab.up_to is None or value <= slab.up_to)


def _halves(value: Money, percent: Decimal) -> Tax:
    half = value.share(percent / 2)
    return Tax(percent, cgst=half, sgst=half)
