"""The price of a stay that changes: what stays as it was costs what was agreed on, what is new what it costs today.

Reductions follow the same line. A code's part comes off the new nights as long as the code counts for the changed stay;
of a code's sum the new nights get what the nights that stay have left of it. What was taken off for so many nights, by
the plan or by a code, is lost when the stay becomes too short for it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Final

from core.errors import CodeRefused
from core.pricing.stay_price import CodeOff, NightLine, StayPrice, lines_of, with_code
from core.pricing.taxes import room_tax
from models.base import Json
from models.money import NOTHING, Money

TOO_SHORT: Final = "min_nights"

type Lines = Mapping[tuple[date, int], NightLine]


@dataclass(frozen=True, slots=True)
class Agreed:
    """What a booking was promised: the nights that stay as they are, how long it was, and the code it has."""

    lines: Lines
    nights: int
    promotion: Json | None = None
    # Nights before this one are over: they are on the bill as they were.
    slept: date = date.min
    # The house takes nothing for what is added or better.
    free: bool = False


def agreed_in(
    parts: Json, *, rooms: Mapping[int, bool], free: bool, slept: date, types: Mapping[int, str] | None = None
) -> Agreed:
    """Of a price that was kept, the nights slept and those of the rooms that stay as they are.

    Args:
        parts: the price as it was kept.
        rooms: whether each room stays as it is, by its number in the stay.
        free: the house takes nothing for what is added or better.
        slept: nights before this one are over.
        types: what each room was until now.
    """
    lines = {
        (night, room): line
        if night >= slept or rooms.get(room, False)
        else replace(line, slept_in=line.slept_in or (types or {}).get(room))
        for (night, room), line in lines_of(parts).items()
        if night < slept or rooms.get(room, False)
    }
    nights = len({line["night"] for line in parts["nights"]})
    return Agreed(lines, nights, parts.get("promotion"), slept, free)


def shortened(agreed: Agreed, nights: int, long_stay: Mapping[int, int]) -> Agreed:
    """What came off for staying long is what the changed stay still reaches, and never more than was promised.

    Args:
        agreed: what was promised.
        nights: how long the stay is now.
        long_stay: what comes off a stay of that length in each room, in per cent.
    """
    if nights >= agreed.nights:
        return agreed
    return replace(agreed, lines={key: _less(line, long_stay.get(key[1], 0)) for key, line in agreed.lines.items()})


def _less(line: NightLine, percent: int) -> NightLine:
    whole = line.price - (line.discount - line.long_stay - line.promotion)
    stayed = min(line.long_stay, whole.share(percent) if percent else NOTHING)
    return line if stayed == line.long_stay else _taxed(replace(line, long_stay=stayed), line.long_stay - stayed)


def without_code(agreed: Agreed) -> Agreed:
    """The nights that stay, at their price without the code."""
    lines = {key: _taxed(replace(line, promotion=NOTHING), line.promotion) for key, line in agreed.lines.items()}
    return replace(agreed, lines=lines)


def _taxed(line: NightLine, lost: Money) -> NightLine:
    discount = line.discount - lost
    return replace(line, discount=discount, tax=room_tax(line.price - discount, line.night))


def code_goes_on(price: StayPrice, agreed: Agreed, off: CodeOff, rooms: set[int] | None) -> StayPrice:
    """The code counts for the changed stay too: so much of it as is left comes off what is new."""
    if off.percent is None:
        kept = Money.total(line.promotion for line in _staying(price, agreed).values())
        off = replace(off, amount=max(off.amount - kept, NOTHING))
    return with_code(price, off, rooms, besides=agreed.lines)


def code_ends(price: StayPrice, agreed: Agreed, refused: CodeRefused) -> tuple[StayPrice, Agreed]:
    """It does not: what is new costs what it costs; what stays keeps what came off, unless it is too short for it."""
    if refused.facts["reason"] == TOO_SHORT:
        return price, without_code(agreed)
    return code_stays(price, agreed), agreed


def code_stays(price: StayPrice, agreed: Agreed) -> StayPrice:
    """The code takes off what it took off the nights that stay, and nothing else."""
    had = agreed.promotion
    return price if had is None else replace(price, code=CodeOff(had["id"], had["code"]))


def as_agreed(price: StayPrice, agreed: Agreed) -> StayPrice:
    """The price of a changed stay: a night that stays in the same room at the price it was promised for."""
    over = [line for line in agreed.lines.values() if line.night < agreed.slept]
    lines = over + [
        agreed.lines.get((line.night, line.room), _given_free(line) if agreed.free else line)
        for line in price.lines
        if line.night >= agreed.slept
    ]
    return replace(
        price,
        lines=tuple(lines),
        taxable=Money.total(line.taxable for line in lines),
        tax=Money.total(line.tax.total for line in lines),
        code=price.code if any(line.promotion for line in lines) else None,
    )


def _given_free(line: NightLine) -> NightLine:
    tax = room_tax(NOTHING, line.night)
    return replace(line, discount=line.price, tax=tax, long_stay=NOTHING, promotion=NOTHING)


def _staying(price: StayPrice, agreed: Agreed) -> dict[tuple[date, int], NightLine]:
    there = {(line.night, line.room) for line in price.lines}
    return {key: line for key, line in agreed.lines.items() if key in there}
