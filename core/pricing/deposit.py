"""How much secures a booking."""

from __future__ import annotations

from typing import Final

from models.money import NOTHING, PAISE_PER_RUPEE, Money

# A gateway takes no less than this.
SMALLEST_PAYMENT: Final = Money.rupees(1)


def stay_deposit(total: Money, percent: int) -> Money:
    """So many per cent of the total with tax, in whole rupees upwards, never more than the total."""
    exact = total.share(percent)
    whole = Money(-(-exact.paise // PAISE_PER_RUPEE) * PAISE_PER_RUPEE)
    return min(whole, total)


def table_deposit(per_cover: Money, party_size: int) -> Money:
    """So much for each person who comes."""
    return per_cover * party_size


def is_payable(amount: Money) -> bool:
    """Whether it is enough for a gateway to take or return."""
    return amount >= SMALLEST_PAYMENT


def still_due(wanted: Money, paid: Money) -> Money:
    """What is left to pay of it."""
    return max(wanted - paid, NOTHING)
