"""The one place where a bill is rounded: its total to the whole rupee, with the difference shown as a line of its own.

Taxes and prices stay exact to the paisa, as the law wants them; only what a guest pays in the end is rounded (section
170 of the CGST Act rounds the same way: half a rupee upwards).
"""

from __future__ import annotations

from models.money import PAISE_PER_RUPEE, Money


def whole_rupees(exact: Money) -> Money:
    """To the nearest rupee, half a rupee upwards.

    >>> whole_rupees(Money(10_050)), whole_rupees(Money(10_049))
    (Money(paise=10100, currency='INR'), Money(paise=10000, currency='INR'))
    """
    return Money((exact.paise + PAISE_PER_RUPEE // 2) // PAISE_PER_RUPEE * PAISE_PER_RUPEE)


def rupees_up(exact: Money) -> Money:
    """To the next whole rupee: what secures a booking is never a paisa short."""
    return Money(-(-exact.paise // PAISE_PER_RUPEE) * PAISE_PER_RUPEE)
