"""What stands on an invoice: worked out from the price that was promised, and never worked out again."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Final

from models.base import Json
from models.money import Money

# Services accounting codes: lodging in a room, and food served by a restaurant.
ROOMS: Final = "996311"
MEALS: Final = "996331"


@dataclass
class _Line:
    """Equal room-nights, written as one line."""

    what: str
    nights: list[date] = field(default_factory=list)
    sums: dict[str, int] = field(default_factory=lambda: defaultdict(int))


def stay_lines(parts: Json, room_names: Mapping[int, str]) -> list[Json]:
    """The room-nights of a stay; those of the same room type and the same price are one line."""
    groups: dict[tuple[str, int, int, float], _Line] = {}
    for night in parts["nights"]:
        name = night.get("slept_in") or room_names[night["room"]]
        key = (name, night["price"], night["discount"], night["tax_percent"])
        line = groups.setdefault(key, _Line(name))
        line.nights.append(date.fromisoformat(night["night"]))
        for part in ("price", "discount", "taxable", "cgst", "sgst"):
            line.sums[part] += night[part]
    return [
        {
            "what": line.what,
            "first": min(line.nights).isoformat(),
            "last": max(line.nights).isoformat(),
            "sac": ROOMS,
            "count": len(line.nights),
            "rate": price,
            "percent": percent,
            **line.sums,
        }
        for (_, price, _, percent), line in groups.items()
    ]


def meal_lines(parts: Json) -> list[Json]:
    """The covers of a set menu, and the service charge when there is one; both are taxed alike."""
    charge, tax = parts["service_charge"], parts["cgst"]
    on_charge = tax * charge // parts["taxable"] if parts["taxable"] else 0
    lines = [_meal("Set menu", parts["covers"], parts["price"], tax - on_charge, parts)]
    if charge:
        lines.append(_meal("Service charge", 1, charge, on_charge, parts))
    return lines


def _meal(what: str, count: int, price: int, half: int, parts: Json) -> Json:
    return {
        "what": what,
        "first": None,
        "last": None,
        "sac": MEALS,
        "count": count,
        "rate": price // max(count, 1),
        "percent": parts["tax_percent"],
        "price": price,
        "discount": 0,
        "taxable": price,
        "cgst": half,
        "sgst": half,
    }


def given_up_line(fee: Money, lines: Sequence[Json]) -> Json:
    """What the house kept for what a change gave up: tax is in it, at the highest rate on the bill."""
    percent, sac = max((line["percent"] for line in lines), default=0), lines[0]["sac"] if lines else ROOMS
    half = round(fee.paise * percent / (100 + percent) / 2)
    price = fee.paise - 2 * half
    sums = {"price": price, "discount": 0, "taxable": price, "cgst": half, "sgst": half}
    return {
        "what": "Kept for what was given up",
        "first": None,
        "last": None,
        "sac": sac,
        "count": 1,
        "rate": price,
        "percent": percent,
        **sums,
    }


def by_slab(lines: Iterable[Json]) -> list[Json]:
    """The taxes, rate by rate, as the return to the state wants them."""
    sums: dict[tuple[str, float], Json] = {}
    for line in lines:
        row = sums.setdefault(
            (line["sac"], line["percent"]),
            {"sac": line["sac"], "percent": line["percent"], "taxable": 0, "cgst": 0, "sgst": 0},
        )
        for part in ("taxable", "cgst", "sgst"):
            row[part] += line[part]
    return [sums[key] for key in sorted(sums)]


def part_of(taxes: Iterable[Json], amount: Money, total: Money) -> list[Json]:
    """So much of an invoice as a credit note takes back: the same part of every rate, rounded down to the paisa."""
    return [
        {**row, **{part: row[part] * amount.paise // total.paise for part in ("taxable", "cgst", "sgst")}}
        for row in taxes
    ]
