"""What a stay costs, night by night and room by room: pure arithmetic over plain values."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from core.availability.people import RoomLimits, RoomParty
from core.pricing.deposit import stay_deposit
from core.pricing.rates import SeasonFacts, SellablePlan, room_night
from core.pricing.rounding import rupees_up, whole_rupees
from core.pricing.taxes import Tax, room_tax
from models.base import Json
from models.money import NOTHING, Money


@dataclass(frozen=True, slots=True)
class CodeOff:
    """What a promotion's code takes off: a part of the price before tax, or a sum."""

    promotion_id: int
    code: str
    percent: int | None = None
    amount: Money = NOTHING


@dataclass(frozen=True, slots=True)
class NightLine:
    """One room on one night: its price, what is taken off, and the tax on the rest.

    Of the discount, `long_stay` is for staying long and `promotion` for a code; the rest is the plan's own.
    """

    night: date
    room: int
    price: Money
    discount: Money
    tax: Tax
    long_stay: Money = NOTHING
    promotion: Money = NOTHING
    # The type of room it was slept in, when the guests have another one by now.
    slept_in: str | None = None

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
    # Rooms sold on several plans are secured by what each plan asks for.
    secured_by: Money | None = None
    code: CodeOff | None = None

    @property
    def exact(self) -> Money:
        """Price and tax to the paisa."""
        return self.taxable + self.tax

    @property
    def total(self) -> Money:
        """What the guest pays in the end, in whole rupees."""
        return whole_rupees(self.exact)

    @property
    def deposit(self) -> Money:
        """What secures the booking."""
        if self.secured_by is not None:
            return min(self.secured_by, self.total)
        return stay_deposit(self.total, self.deposit_percent)

    def per_night(self, nights: int) -> Money:
        """The total spread over the nights, tax included, for all rooms together, to the rupee."""
        return whole_rupees(self.total.share(Decimal(100) / nights))

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
                    "long_stay": line.long_stay.paise,
                    "promotion": line.promotion.paise,
                    **({} if line.slept_in is None else {"slept_in": line.slept_in}),
                }
                for line in self.lines
            ],
            "price": sum(line.price.paise for line in self.lines),
            "discount": sum(line.discount.paise for line in self.lines),
            "long_stay": sum(line.long_stay.paise for line in self.lines),
            "promotion": self._promotion(),
            "taxable": self.taxable.paise,
            "cgst": sum(line.tax.cgst.paise for line in self.lines),
            "sgst": sum(line.tax.sgst.paise for line in self.lines),
            "round_off": (self.total - self.exact).paise,
            "total": self.total.paise,
        }

    def _promotion(self) -> Json | None:
        if self.code is None:
            return None
        off = sum(line.promotion.paise for line in self.lines)
        return {"id": self.code.promotion_id, "code": self.code.code, "off": off}


def price_stay(
    plan: SellablePlan,
    nights: Iterable[tuple[date, Money]],
    rooms: Sequence[RoomParty],
    *,
    limits: RoomLimits,
    seasons: Iterable[SeasonFacts] = (),
) -> StayPrice:
    """Price every room on every night; the tax slab is chosen for each of them, after discount.

    What a package adds to a room's stay is spread over its nights, because it is taxed with the room as one supply;
    what comes off for a long stay comes off all of it.

    Args:
        plan: the rate plan.
        nights: each night with its best available rate.
        rooms: the people in each room.
        limits: how many people the price includes.
        seasons: needed by plans that do not follow the best available rate.
    """
    seasons, nights = tuple(seasons), tuple(nights)
    long_stay = plan.long_stay_percent(len(nights))
    added = _spread(plan.stay_price, [1] * len(nights))
    lines: list[NightLine] = []
    taxable = tax = 0
    for (night, best), part in zip(nights, added, strict=True):
        start = best if plan.follows_nights else plan.root.on(night, seasons)
        for number, party in enumerate(rooms, start=1):
            cost = room_night(
                plan, start, adults=party.adults, extra_adults=limits.extra_adults(party), children=party.children
            )
            price = cost.price + part
            stayed = (price - cost.discount).share(long_stay) if long_stay else NOTHING
            discount = cost.discount + stayed
            line = NightLine(night, number, price, discount, room_tax(price - discount, night), stayed)
            lines.append(line)
            taxable += line.taxable.paise
            tax += line.tax.cgst.paise + line.tax.sgst.paise
    return StayPrice(tuple(lines), plan.deposit_percent, Money(taxable), Money(tax))


def with_code(
    price: StayPrice,
    code: CodeOff,
    rooms: Collection[int] | None = None,
    *,
    besides: Collection[tuple[date, int]] = (),
) -> StayPrice:
    """The price with a promotion taken off, and the tax on what is left.

    A part comes off every night, a sum is spread over the nights by what they cost; neither takes more than there is.

    Args:
        price: the price without it.
        code: what is taken off.
        rooms: the numbers of the rooms it is for, None for all of them.
        besides: nights of rooms that are left alone, because their price was agreed on before.
    """
    values = [
        line.taxable.paise if (rooms is None or line.room in rooms) and (line.night, line.room) not in besides else 0
        for line in price.lines
    ]
    if code.percent is not None:
        offs = [Money(value).share(code.percent) for value in values]
    else:
        offs = _spread(min(code.amount, Money(sum(values))), values)
    lines = []
    for line, off in zip(price.lines, offs, strict=True):
        discount = line.discount + off
        lines.append(
            replace(line, discount=discount, promotion=off, tax=room_tax(line.price - discount, line.night))
            if off
            else line
        )
    cheaper = replace(
        price,
        lines=tuple(lines),
        taxable=Money.total(line.taxable for line in lines),
        tax=Money.total(line.tax.total for line in lines),
        code=code,
    )
    if price.secured_by is None or not price.total:
        return cheaper
    kept = Decimal(100) * cheaper.total.paise / price.total.paise
    return replace(cheaper, secured_by=rupees_up(price.secured_by.share(kept)))


def _spread(amount: Money, over: Sequence[int]) -> list[Money]:
    """A sum divided by weight; the parts add up to it to the paisa."""
    whole, done, parts, weight = sum(over), 0, [], 0
    for each in over:
        weight += each
        until = amount.paise * weight // whole if whole else 0
        parts.append(Money(until - done))
        done = until
    return parts


def lines_of(parts: Json) -> dict[tuple[date, int], NightLine]:
    """The nights of a price that was kept, by night and number of the room."""
    return {
        (date.fromisoformat(line["night"]), line["room"]): NightLine(
            date.fromisoformat(line["night"]),
            line["room"],
            Money(line["price"]),
            Money(line["discount"]),
            Tax(Decimal(str(line["tax_percent"])), Money(line["cgst"]), Money(line["sgst"])),
            Money(line.get("long_stay", 0)),
            Money(line.get("promotion", 0)),
            line.get("slept_in"),
        )
        for line in parts["nights"]
    }


def together(priced: Sequence[tuple[StayPrice, Sequence[int]]]) -> StayPrice:
    """One price for rooms of several types or plans; beside each price stand the numbers its rooms have in the stay."""
    if len(priced) == 1:
        return priced[0][0]
    lines = [replace(line, room=places[line.room - 1]) for price, places in priced for line in price.lines]
    return StayPrice(
        tuple(sorted(lines, key=lambda line: (line.night, line.room))),
        deposit_percent=max(price.deposit_percent for price, _ in priced),
        taxable=Money.total(price.taxable for price, _ in priced),
        tax=Money.total(price.tax for price, _ in priced),
        secured_by=Money.total(price.deposit for price, _ in priced),
    )
