"""What a stay costs, night by night and room by room: pure arithmetic over plain values."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from core.availability.people import RoomLimits, RoomParty
from core.pricing.deposit import stay_deposit
from core.pricing.rates import SeasonFacts, SellablePlan, room_night
from core.pricing.taxes import Tax, room_tax
from models.base import Json
from models.money import Money


@dataclass(frozen=True, slots=True)
class NightLine:
    """One room on one night: its price, what the plan takes off, and the tax on the rest."""

    night: date
    room: int
    price: Money
    discount: Money
    tax: Tax

    @property
    def taxable(self) -> Money:
        """What the tax is taken of."""
        return self.price - self.discount


@dataclass(frozen=True, slots=True)
class StayPrice:
    """The whole price of a stay, with all its lines and their sums: after discount, and both halves of the tax."""

    lines: tuple[NightLine, ...]
    deposit_percent: int
    taxable: Money
    tax: Money

    @property
    def total(self) -> Money:
        """What the guest pays in the end."""
        return self.taxable + self.tax

    @property
    def deposit(self) -> Money:
        """What secures the booking."""
        return stay_deposit(self.total, self.deposit_percent)

    def per_night(self, nights: int) -> Money:
        """The total spread over the nights, tax included, for all rooms together."""
        return self.total.share(Decimal(100) / nights)

    def as_parts(self) -> Json:
        """Every line and every sum, as plain values in paise."""
        return {
            "nights": [
                {
                    "night": line.night.isoformat(),
                    "room": line.room,
                    "price": line.price.paise,
                    "discount": line.discount.paise,
                    "taxable": line.taxable.paise,
                    "tax_percent": float(line.tax.percent),
                    "cgst": line.tax.cgst.paise,
                    "sgst": line.tax.sgst.paise,
                }
                for line in self.lines
            ],
            "price": sum(line.price.paise for line in self.lines),
            "discount": sum(line.discount.paise for line in self.lines),
            "taxable": self.taxable.paise,
            "cgst": sum(line.tax.cgst.paise for line in self.lines),
            "sgst": sum(line.tax.sgst.paise for line in self.lines),
            "total": self.total.paise,
        }


def price_stay(
    plan: SellablePlan,
    nights: Iterable[tuple[date, Money]],
    rooms: Sequence[RoomParty],
    *,
    limits: RoomLimits,
    seasons: Iterable[SeasonFacts] = (),
) -> StayPrice:
    """Price every room on every night; the tax slab is chosen for each of them, after discount.

    Args:
        plan: the rate plan.
        nights: each night with its best available rate.
        rooms: the people in each room.
        limits: how many people the price includes.
        seasons: needed by plans that do not follow the best available rate.
    """
    seasons = tuple(seasons)
    lines: list[NightLine] = []
    taxable = tax = 0
    for night, best in nights:
        start = best if plan.follows_nights else plan.root.on(night, seasons)
        for number, party in enumerate(rooms, start=1):
            cost = room_night(plan, start, extra_adults=limits.extra_adults(party), children=party.children)
            line = NightLine(night, number, cost.price, cost.discount, room_tax(cost.taxable, night))
            lines.append(line)
            taxable += line.taxable.paise
            tax += line.tax.cgst.paise + line.tax.sgst.paise
    return StayPrice(tuple(lines), plan.deposit_percent, Money(taxable), Money(tax))
