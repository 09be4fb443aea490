"""A total agreed elsewhere, taken apart into nights and tax, so that folio and invoice add up to it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from core.pricing.taxes import room_tax
from models.base import Json
from models.money import Money


def agreed_parts(nights: Sequence[date], rooms: int, total: Money) -> Json:
    """Every room and night its even share of the total, which has the tax of its own slab in it.

    What even shares leave over, some paise at most, is in the last night's share.
    """
    places = [(night, room) for night in nights for room in range(1, rooms + 1)]
    share, left = divmod(total.paise, len(places))
    lines: list[Json] = []
    for place, (night, room) in enumerate(places, start=1):
        taxable, percent, half = _taken_apart(share + (left if place == len(places) else 0), night)
        lines.append(
            {
                "night": night.isoformat(),
                "room": room,
                "price": taxable,
                "discount": 0,
                "taxable": taxable,
                "tax_percent": percent,
                "cgst": half,
                "sgst": half,
            }
        )
    sums = {name: sum(line[name] for line in lines) for name in ("price", "discount", "taxable", "cgst", "sgst")}
    return {"nights": lines, **sums, "total": total.paise, "agreed": True}


def _taken_apart(gross: int, night: date) -> tuple[int, float, int]:
    """The value of a room's night, its tax in per cent, and one half of the tax, which together make the gross.

    Just above a slab's edge no value gives that gross with its own tax: then the higher rate is taken.
    """
    low, high = (room_tax(Money(value), night).percent for value in (0, gross))
    value, half = _with_tax(gross, low)
    if room_tax(Money(value), night).percent == low:
        return value, float(low), half
    value, half = _with_tax(gross, high)
    return value, float(high), half


def _with_tax(gross: int, percent: Decimal) -> tuple[int, int]:
    half = (gross - round(gross * 100 / (100 + percent))) // 2
    return gross - 2 * half, half
