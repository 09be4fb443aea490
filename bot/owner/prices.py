"""Orders about prices and shortest stays: for some nights, or for good."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Final

from bot.owner.counter import Counter, Doer, Halt, Plan, Planner, Undoer
from bot.owner.order import Order
from bot.owner.resolve import house_of, nights_of, types_of
from bot.owner.seasonwork import season_named
from bot.owner.values import nights_in, span_json
from core.owners import rates
from core.owners.rates import SMALLEST_PRICE, NewPrice, PriceChange
from models.base import Json
from models.dates import StayDates
from models.money import Money
from models.owners import OwnerAct
from models.property import RoomType
from models.states import PropertyKind, Role


def plan_price(counter: Counter, order: Order) -> Plan:
    """Set a price, for some nights or for good."""
    house = house_of(counter, order, kind=PropertyKind.HOTEL)
    counter.require(Role.OWNER, house.id)
    price = _new_price(order)
    types = types_of(counter, order, house)
    what = ", ".join(kind.name for kind in types)
    args: Json = {"house": house.id, "types": [kind.id for kind in types], "weekdays": list(order.weekdays)}
    args |= {"amount": order.amount, "change": order.change, "percent": order.percent}
    season = season_named(counter, house, order.text)
    if order.first is None and season is None:
        lines, when = _standing_lines(counter, types, order, price), counter.words(_standing_name(order))
    else:
        nights = season or nights_of(counter, order)
        args["nights"] = span_json(nights)
        changes = rates.price_changes(counter.session, args["types"], nights, price, weekdays=order.weekdays)
        if not changes:
            raise Halt("already_so")
        lines, when = _change_lines(counter, types, changes), counter.nights(nights.arrival, nights.departure)
        if order.weekdays:
            when = f"{when} ({counter.words(_standing_name(order))})"
    facts = {"what": what, "property": house.name, "words": when, "lines": lines}
    return Plan("price", args, counter.words("effect_price", facts), house.id, role=Role.OWNER)


def _new_price(order: Order) -> NewPrice:
    if order.amount is None and order.change is None and order.percent is None:
        raise Halt("owner_need_price", keep="amount")
    if order.amount is not None and Money.rupees(order.amount) < SMALLEST_PRICE:
        raise Halt("owner_need_price", keep="amount")
    if order.percent is not None and not -90 <= order.percent <= 300:  # noqa: PLR2004 - more than that is a slip
        raise Halt("owner_need_price", keep="amount")
    return NewPrice(
        None if order.amount is None else Money.rupees(order.amount),
        None if order.change is None else Money.rupees(order.change),
        order.percent,
    )


def _standing_name(order: Order) -> str:
    if rates.weekend_only(order.weekdays):
        return "owner_weekends"
    return "owner_weekdays" if order.weekdays else "owner_from_now_on"


def _standing_lines(counter: Counter, types: Sequence[RoomType], order: Order, price: NewPrice) -> str:
    names = {kind.id: kind.name for kind in types}
    lines = []
    for rate in rates.rack_rates(counter.session, list(names)):
        base, weekend = _standing(order.weekdays, price, rate.base_paise, rate.weekend_paise)
        for old, new, which in (
            (rate.base_paise, base, "owner_weekdays"),
            (rate.weekend_paise, weekend, "owner_weekends"),
        ):
            if old != new:
                _sane(new)
                arrow = f"{counter.money(old.paise)} → {counter.money(new.paise)}"
                lines.append(f"{names[rate.room_type_id]}, {counter.words(which)}: {arrow}")
    if not lines:
        raise Halt("already_so")
    return "\n".join(lines)


def _standing(weekdays: Sequence[int], price: NewPrice, base: Money, weekend: Money) -> tuple[Money, Money]:
    """What the standing prices of weekdays and weekends become."""
    both = not weekdays
    is_weekend = rates.weekend_only(weekdays)
    return (
        price.of(base) if both or not is_weekend else base,
        price.of(weekend) if both or is_weekend else weekend,
    )


def _change_lines(counter: Counter, types: Sequence[RoomType], changes: Sequence[PriceChange]) -> str:
    lines = []
    for kind in types:
        mine = [change for change in changes if change.room_type_id == kind.id]
        if not mine:
            continue
        _sane(min(change.new for change in mine))
        old, new = _from_to(counter, [each.old for each in mine]), _from_to(counter, [each.new for each in mine])
        lines.append(f"{kind.name}: {old} → {new}")
    return "\n".join(lines)


def _from_to(counter: Counter, prices: Sequence[Money]) -> str:
    least, most = min(prices), max(prices)
    return counter.money(least.paise) if least == most else f"{counter.money(least.paise)}–{counter.money(most.paise)}"


def _sane(price: Money) -> None:
    if price < SMALLEST_PRICE:
        raise Halt("owner_need_price", keep="amount")


def do_price(counter: Counter, args: Json, _act: OwnerAct) -> Json | None:
    """Write the prices; returns those before."""
    price = NewPrice(
        None if args["amount"] is None else Money.rupees(args["amount"]),
        None if args["change"] is None else Money.rupees(args["change"]),
        args["percent"],
    )
    undo: Json = {"how": "price", "standing": [], "nights": [], "house": args["house"]}
    if "nights" in args:
        changes = rates.price_changes(counter.session, args["types"], nights_in(args), price, weekdays=args["weekdays"])
        rates.set_prices(counter.session, [(each.room_type_id, each.night, each.new) for each in changes])
        undo["nights"] = [[each.room_type_id, each.night.isoformat(), each.old.paise] for each in changes]
        return undo
    house = counter.house(args["house"])
    for rate in rates.rack_rates(counter.session, args["types"]):
        undo["standing"].append([rate.room_type_id, rate.base_paise.paise, rate.weekend_paise.paise])
        base, weekend = _standing(args["weekdays"], price, rate.base_paise, rate.weekend_paise)
        moved = rates.set_standing(counter.session, house, rate, base=base, weekend=weekend, now=counter.now)
        undo["nights"] += [[each.room_type_id, each.night.isoformat(), each.old.paise] for each in moved]
    return undo


def undo_price(counter: Counter, undo: Json) -> None:
    """The prices of before."""
    before = {each[0]: (Money(each[1]), Money(each[2])) for each in undo["standing"]}
    for rate in rates.rack_rates(counter.session, list(before)):
        rate.base_paise, rate.weekend_paise = before[rate.room_type_id]
    counter.session.flush()
    rates.set_prices(
        counter.session, [(each[0], date.fromisoformat(each[1]), Money(each[2])) for each in undo["nights"]]
    )


def plan_min_stay(counter: Counter, order: Order) -> Plan:
    """Whoever stays over these nights must stay so long."""
    house = house_of(counter, order, kind=PropertyKind.HOTEL)
    counter.require(Role.OWNER, house.id)
    if order.nights is None or not 1 <= order.nights <= 30:  # noqa: PLR2004 - a month
        raise Halt("owner_need_nights")
    minimum = order.nights
    if order.first is None:
        raise Halt("owner_need_dates", keep="days")
    until = order.last or date.fromordinal(order.first.toordinal() + 1)
    nights = StayDates(order.first, until)
    types = types_of(counter, order, house)
    what = ", ".join(kind.name for kind in types) if order.of_kind("type") else counter.words("owner_all_rooms")
    args: Json = {
        "house": house.id,
        "types": [kind.id for kind in types],
        "nights": span_json(nights),
        "minimum": minimum,
        "weekdays": list(order.weekdays),
    }
    facts = {"what": what, "property": house.name, "nights": minimum}
    facts |= {"words": counter.nights(nights.arrival, nights.departure)}
    return Plan("min_stay", args, counter.words("effect_min_stay", facts), house.id, role=Role.OWNER)


def do_min_stay(counter: Counter, args: Json, _act: OwnerAct) -> Json | None:
    """Set it; returns what it was."""
    before = rates.set_minimum_stay(
        counter.session, args["types"], nights_in(args), args["minimum"], weekdays=args["weekdays"]
    )
    if not before:
        raise Halt("already_so")
    return {"how": "min_stay", "before": before}


def undo_min_stay(counter: Counter, undo: Json) -> None:
    """What it was."""
    rates.put_back_minimum(counter.session, undo["before"])


PLANS: Final[dict[str, Planner]] = {"price": plan_price, "min_stay": plan_min_stay}
DOES: Final[dict[str, Doer]] = {"price": do_price, "min_stay": do_min_stay}
UNDOES: Final[dict[str, Undoer]] = {"price": undo_price, "min_stay": undo_min_stay}
