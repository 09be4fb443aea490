"""What a table costs in advance: the covers of a set menu with tax, or only the deposit that comes off the bill."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from core.availability.sittings import SittingFacts
from core.pricing.rounding import rupees_up, whole_rupees
from core.pricing.taxes import Tax, meal_tax
from models.base import Json
from models.money import NOTHING, Money


@dataclass(frozen=True, slots=True)
class TablePrice:
    """The price of a table, with its parts."""

    covers: int
    price: Money
    service_charge: Money
    tax: Tax
    deposit: Money
    advance: Money

    @property
    def total(self) -> Money:
        """What is known to be owed when the table is booked, in whole rupees."""
        return whole_rupees(self.exact) + self.advance

    @property
    def exact(self) -> Money:
        """The set menu with its tax, to the paisa."""
        return self.price + self.service_charge + self.tax.total

    def as_parts(self) -> Json:
        """Every part, as plain values in paise."""
        return {
            "covers": self.covers,
            "price": self.price.paise,
            "service_charge": self.service_charge.paise,
            "taxable": (self.price + self.service_charge).paise,
            "tax_percent": float(self.tax.percent),
            "cgst": self.tax.cgst.paise,
            "sgst": self.tax.sgst.paise,
            "round_off": (whole_rupees(self.exact) - self.exact).paise,
            "advance": self.advance.paise,
            "total": self.total.paise,
        }


def price_table(
    sitting: SittingFacts,
    party_size: int,
    *,
    service_charge_percent: int = 0,
    specified_premises: bool = False,
    day: date | None = None,
    deposit: Money | None = None,
) -> TablePrice:
    """Price the covers of a set menu; a deposit above that is an advance on the bill, whose tax is settled there."""
    price = sitting.cover_price * party_size
    service_charge = price.share(service_charge_percent)
    tax = meal_tax(price + service_charge, specified_premises=specified_premises, day=day)
    known = whole_rupees(price + service_charge + tax.total)
    asked = rupees_up(sitting.cover_deposit * party_size if deposit is None else deposit)
    return TablePrice(party_size, price, service_charge, tax, asked, advance=max(asked - known, NOTHING))
