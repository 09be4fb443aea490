"""Amounts in words, as Indian bills have them: lakhs and crores."""

from __future__ import annotations

from typing import Final

from models.money import PAISE_PER_RUPEE, Money

_ONES: Final = (
    *("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"),
    *("thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen"),
)
_TENS: Final = ("", "", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
_STEPS: Final = ((10_000_000, "crore"), (100_000, "lakh"), (1_000, "thousand"), (100, "hundred"))
_TWENTY: Final = 20
_TEN: Final = 10


def in_words(amount: Money) -> str:
    """The whole amount, for the foot of a bill.

    >>> in_words(Money.rupees(125_410))
    'Rupees one lakh twenty-five thousand four hundred ten only'
    >>> in_words(Money(150))
    'Rupees one and fifty paise only'
    """
    rupees, paise = divmod(amount.paise, PAISE_PER_RUPEE)
    coins = f" and {_number(paise)} paise" if paise else ""
    return f"Rupees {_number(rupees)}{coins} only"


def _number(count: int) -> str:
    if count < _TWENTY:
        return _ONES[count]
    for step, name in _STEPS:
        if count >= step:
            many, rest = divmod(count, step)
            return f"{_number(many)} {name}" + (f" {_number(rest)}" if rest else "")
    tens, ones = divmod(count, _TEN)
    return _TENS[tens] + (f"-{_ONES[ones]}" if ones else "")
