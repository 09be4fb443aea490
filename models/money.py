"""Money is whole paise with its currency, never a float."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import TYPE_CHECKING, Final, Literal

if TYPE_CHECKING:
    from collections.abc import Iterable

type Currency = Literal["INR"]

PAISE_PER_RUPEE: Final = 100


@dataclass(frozen=True, slots=True, order=True)
class Money:
    """An amount a guest or a hotelier could count out, in paise."""

    paise: int
    currency: Currency = "INR"

    @classmethod
    def rupees(cls, amount: int) -> Money:
        """Whole rupees, as prices are typed by people."""
        return cls(amount * PAISE_PER_RUPEE)

    @classmethod
    def total(cls, amounts: Iterable[Money]) -> Money:
        """All of it together; nothing adds up to nothing."""
        return cls(sum(amount.paise for amount in amounts))

    def __add__(self, other: Money) -> Money:
        return Money(self.paise + other.paise)

    def __sub__(self, other: Money) -> Money:
        return Money(self.paise - other.paise)

    def __neg__(self) -> Money:
        return Money(-self.paise)

    def __mul__(self, times: int) -> Money:
        return Money(self.paise * times)

    def __bool__(self) -> bool:
        return self.paise != 0

    def share(self, percent: Decimal | int) -> Money:
        """That many per cent of it, half a paisa rounded up: the only place where money is rounded."""
        exact = Decimal(self.paise) * Decimal(percent) / 100
        return Money(int(exact.quantize(Decimal(1), ROUND_HALF_UP)))


NOTHING: Final = Money(0)
