"""Rules of a restaurant: what secures a table and when, how long it rests between two parties, late parties."""

from __future__ import annotations

from datetime import date, time
from typing import Final

from sqlalchemy import select

from bot.dates.words import fold
from bot.owner.counter import Choose, Counter, Doer, Halt, Plan, Planner, Shower, Undoer
from bot.owner.order import Order
from bot.owner.resolve import house_of, houses_meant, ids_in
from core.errors import AlreadySo
from core.owners import table_rules
from core.pricing.table_deposit import DepositRule
from models.base import Json
from models.money import Money
from models.owners import OwnerAct
from models.property import DiningArea, Property
from models.rates import TableDeposit
from models.states import PropertyKind, Role

_RESTAURANT: Final = PropertyKind.RESTAURANT
_MOST_MINUTES: Final = 180
_LONGEST_BUFFER: Final = 120


def plan_late_rule(counter: Counter, order: Order) -> Plan:
    """After how many minutes a late party's table is given away; 0: never."""
    house = house_of(counter, order, kind=_RESTAURANT)
    counter.require(Role.OWNER, house.id)
    if order.number is None or order.number > _MOST_MINUTES:
        raise Halt("owner_need_minutes")
    if order.number == house.release_late_minutes:
        raise AlreadySo
    facts = {"property": house.name, "minutes": order.number or None, "never": not order.number}
    args: Json = {"house": house.id, "minutes": order.number}
    return Plan("late_rule", args, counter.words("effect_late_rule", facts), house.id, role=Role.OWNER, sure=True)


def do_late_rule(counter: Counter, args: Json, _act: OwnerAct) -> Json | None:
    """From now on."""
    house = counter.session.get_one(Property, args["house"], with_for_update=True)
    before = house.release_late_minutes
    house.release_late_minutes = args["minutes"]
    return {"how": "late_rule", "house": house.id, "minutes": before}


def undo_late_rule(counter: Counter, undo: Json) -> None:
    """As it was."""
    counter.session.get_one(Property, undo["house"], with_for_update=True).release_late_minutes = undo["minutes"]


def plan_deposit(counter: Counter, order: Order) -> Plan:
    """A table needs so much in advance: on some days, from some hour, for large parties."""
    house = house_of(counter, order, kind=_RESTAURANT)
    counter.require(Role.OWNER, house.id)
    if not order.amount:
        raise Halt("owner_need_price", keep="amount")
    last = order.last or order.first
    args: Json = {
        "house": house.id,
        "name": order.text or _called(counter, order),
        "per": order.topic or "table",
        "amount": order.amount,
        "party": order.party or 1,
        "first": order.first and order.first.isoformat(),
        "last": last and last.isoformat(),
        "weekdays": list(order.weekdays),
        "since": order.at and order.at.isoformat(),
        "until": order.until and order.until.isoformat(),
    }
    facts = {
        "property": house.name,
        "name": args["name"],
        "amount": Money.rupees(order.amount),
        "per": counter.words(f"owner_per_{args['per']}"),
        "words": _narrowed(counter, _rule(args)),
    }
    return Plan("deposit", args, counter.words("effect_deposit", facts), house.id, role=Role.OWNER)


def do_deposit(counter: Counter, args: Json, _act: OwnerAct) -> Json | None:
    """From now on; what was quoted stays."""
    row = table_rules.add_deposit(counter.session, args["house"], _rule(args))
    return {"how": "lift_deposit", "deposit": row.id}


def undo_deposit(counter: Counter, undo: Json) -> None:
    """Asked for no more."""
    table_rules.lift_deposit(counter.session, undo["deposit"], now=counter.now)


def plan_end_deposit(counter: Counter, order: Order) -> Plan:
    """One of the rules is over: by its number in the list, its name, or because it is the only one."""
    houses = {house.id: house for house in houses_meant(counter, order, kind=_RESTAURANT)}
    rows = table_rules.deposits_of(counter.session, list(houses))
    said = fold(order.text or "")
    named = [row for row in rows if fold(row.name) in said or (order.count == row.id)]
    rows = named or rows
    if not rows:
        raise Halt("owner_no_deposits")
    if len(rows) > 1:
        raise Choose(
            "owner_which_one",
            [(_deposit_line(counter, row), {**order.to_json(), "text": row.name, "count": row.id}) for row in rows[:9]],
        )
    row = rows[0]
    counter.require(Role.OWNER, row.property_id)
    facts = {"lines": _deposit_line(counter, row), "property": houses[row.property_id].name}
    effect = counter.words("effect_end_deposit", facts)
    return Plan("end_deposit", {"deposit": row.id}, effect, row.property_id, role=Role.OWNER)


def do_end_deposit(counter: Counter, args: Json, _act: OwnerAct) -> Json | None:
    """Bookings made keep theirs."""
    table_rules.lift_deposit(counter.session, args["deposit"], now=counter.now)
    return {"how": "deposit", "deposit": args["deposit"]}


def undo_end_deposit(counter: Counter, undo: Json) -> None:
    """It goes on."""
    table_rules.ask_deposit_again(counter.session, undo["deposit"])


def show_deposits(counter: Counter, order: Order) -> None:
    """What secures a table in each restaurant, beyond what its sittings ask."""
    houses = {house.id: house for house in houses_meant(counter, order, kind=_RESTAURANT)}
    rows = table_rules.deposits_of(counter.session, list(houses))
    lines = [f"• {houses[row.property_id].name}: {_deposit_line(counter, row)}" for row in rows]
    counter.say("owner_deposits", {"lines": "\n".join(lines) or counter.words("owner_nothing_there")})


def plan_buffer(counter: Counter, order: Order) -> Plan:
    """So long a table rests between two parties, to clear and to lay it."""
    house = house_of(counter, order, kind=_RESTAURANT)
    counter.require(Role.OWNER, house.id)
    if order.number is None or order.number > _LONGEST_BUFFER:
        raise Halt("owner_need_buffer")
    named = [ids_in(counter, order, target, house) for target in order.of_kind("area")]
    wanted = select(DiningArea).where(DiningArea.property_id == house.id).order_by(DiningArea.id)
    areas = [area for area in counter.session.scalars(wanted) if not named or area.id in named]
    if all(area.buffer_minutes == order.number for area in areas):
        raise AlreadySo
    what = ", ".join(area.name for area in areas) if named else counter.words("owner_all_tables")
    args: Json = {"minutes": order.number, "areas": [area.id for area in areas]}
    facts = {"what": what, "property": house.name, "minutes": order.number}
    return Plan("buffer", args, counter.words("effect_buffer", facts), house.id, role=Role.OWNER)


def do_buffer(counter: Counter, args: Json, _act: OwnerAct) -> Json | None:
    """For bookings from now on."""
    before = table_rules.set_buffers(counter.session, {area: int(args["minutes"]) for area in args["areas"]})
    return {"how": "buffer", "before": [[area, minutes] for area, minutes in before.items()]}


def undo_buffer(counter: Counter, undo: Json) -> None:
    """As it was."""
    table_rules.set_buffers(counter.session, {int(area): int(minutes) for area, minutes in undo["before"]})


def _rule(args: Json) -> DepositRule:
    return DepositRule(
        name=args["name"],
        per=args["per"],
        amount=Money.rupees(args["amount"]),
        min_party=args["party"],
        first_day=args["first"] and date.fromisoformat(args["first"]),
        last_day=args["last"] and date.fromisoformat(args["last"]),
        weekdays=frozenset(args["weekdays"]) or None,
        from_at=args["since"] and time.fromisoformat(args["since"]),
        until_at=args["until"] and time.fromisoformat(args["until"]),
    )


def _called(counter: Counter, order: Order) -> str:
    """Guests are told why: without a name the day or the hour says it."""
    if order.first is not None:
        return counter.days(order.first, order.last or order.first)
    if order.at is not None:
        return f"{order.at:%H:%M}+"
    if order.party is not None:
        return f"{order.party}+"
    return counter.words("owner_deposit_name")


def _narrowed(counter: Counter, rule: DepositRule) -> str | None:
    """When it counts, in signs and words every language reads."""
    said = [
        counter.days(rule.first_day, rule.last_day or rule.first_day) if rule.first_day else None,
        counter.words("owner_weekday_names", {"names": _weekdays(counter, rule)}) if rule.weekdays else None,
        f"{rule.from_at:%H:%M}" + (f"–{rule.until_at:%H:%M}" if rule.until_at else "+") if rule.from_at else None,
        f"–{rule.until_at:%H:%M}" if rule.until_at and not rule.from_at else None,
        counter.words("owner_from_party", {"party": rule.min_party}) if rule.min_party > 1 else None,
    ]
    return ", ".join(part for part in said if part) or None


def _weekdays(counter: Counter, rule: DepositRule) -> list[str]:
    names = counter.words("owner_days_of_week").split()
    return [names[day - 1] for day in sorted(rule.weekdays or ())]


def _deposit_line(counter: Counter, row: TableDeposit) -> str:
    rule = DepositRule(
        row.name,
        "cover" if row.per == "cover" else "table",
        row.amount_paise,
        row.min_party,
        row.first_day,
        row.last_day,
        frozenset(row.weekdays) if row.weekdays else None,
        row.from_at,
        row.until_at,
    )
    per = counter.words(f"owner_per_{row.per}")
    said = [f"{counter.money(row.amount_paise.paise)} {per}", _narrowed(counter, rule)]
    return f"{row.name}: {', '.join(part for part in said if part)}"


PLANS: Final[dict[str, Planner]] = {
    "late_rule": plan_late_rule,
    "deposit": plan_deposit,
    "end_deposit": plan_end_deposit,
    "buffer": plan_buffer,
}
DOES: Final[dict[str, Doer]] = {
    "late_rule": do_late_rule,
    "deposit": do_deposit,
    "end_deposit": do_end_deposit,
    "buffer": do_buffer,
}
UNDOES: Final[dict[str, Undoer]] = {
    "late_rule": undo_late_rule,
    "lift_deposit": undo_deposit,
    "deposit": undo_end_deposit,
    "buffer": undo_buffer,
}
SHOWS: Final[dict[str, Shower]] = {"deposits": show_deposits}
