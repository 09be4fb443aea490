"""How much secures a booking."""

from __future__ import annotations

from typing import Final

from core.pricing.rounding import rupees_up
from models.money import NOTHING, Money

# A gateway takes no less than this.
SMALLEST_PAYMENT: Final = Money.rupees(1)


def stay_deposit(total: Money, percent: int) -> Money:
    """So many per cent of the total with tax, in whole rupees upwards, never more than the total."""
    return min(rupees_up(total.share(percent)), total)


def is_payable(amount: Money) -> bool:
    """Whether it is enough for a gateway to take or return."""
    return amount >= SMALLEST_PAYMENT


def still_due(wanted: Money, paid: Money) -> Money:
    """What is left to pay of it."""
    return max(wanted - paid, NOTHING)
