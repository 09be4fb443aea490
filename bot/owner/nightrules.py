"""Orders about how long guests stay and on which days they come and go: each can be taken back."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from bot.owner.counter import Counter, Doer, Halt, Plan, Planner, Undoer
from bot.owner.order import Order
from bot.owner.resolve import house_of, types_of
from bot.owner.values import nights_in, span_json
from core.owners import rates
from models.base import Json
from models.dates import StayDates
from models.owners import OwnerAct
from models.states import PropertyKind, Role

_MOST_NIGHTS: Final = 60
# The order, which rule it sets, and to what.
_RULES: Final[dict[str, tuple[rates.NightRule, bool | None]]] = {
    "max_stay": ("maximum_stay", None),
    "no_arrival": ("closed_to_arrival", True),
    "arrivals_again": ("closed_to_arrival", False),
    "no_departure": ("closed_to_departure", True),
    "departures_again": ("closed_to_departure", False),
}
KINDS: Final = frozenset(_RULES)


def plan_rule(counter: Counter, order: Order) -> Plan:
    """Which rooms, which nights, which rule."""
    house = house_of(counter, order, kind=PropertyKind.HOTEL)
    counter.require(Role.OWNER, house.id)
    if order.kind == "max_stay" and (order.nights is None or not 1 <= order.nights <= _MOST_NIGHTS):
        raise Halt("owner_need_nights")
    if order.first is None:
        raise Halt("owner_need_dates", keep="days")
    nights = _nights(order)
    types = types_of(counter, order, house)
    what = ", ".join(kind.name for kind in types) if order.of_kind("type") else counter.words("owner_all_rooms")
    args: Json = {"types": [kind.id for kind in types], "nights": span_json(nights), "most": order.nights}
    last = nights.departure - timedelta(days=1)
    when = (
        counter.nights(nights.arrival, nights.departure)
        if order.kind == "max_stay"
        else counter.days(nights.arrival, last)
    )
    facts = {"what": what, "property": house.name, "nights": order.nights, "words": when}
    return Plan(order.kind, args, counter.words(f"effect_{order.kind}", facts), house.id, role=Role.OWNER)


def do_rule(counter: Counter, args: Json, act: OwnerAct) -> Json | None:
    """Set it; returns what it was."""
    rule, value = _RULES[act.kind]
    to = args["most"] if act.kind == "max_stay" else value
    before = rates.set_night_rule(counter.session, args["types"], nights_in(args), rule, to=to)
    if not before:
        raise Halt("already_so")
    return {"how": "night_rule", "rule": rule, "before": before}


def undo_rule(counter: Counter, undo: Json) -> None:
    """What it was."""
    rates.put_back_night_rule(counter.session, undo["rule"], undo["before"])


def _nights(order: Order) -> StayDates:
    """Days on which people come or go are named with both ends, nights of a stay without the last."""
    first, last = order.first, order.last
    assert first is not None  # noqa: S101 - asked for before
    if last is None:
        return StayDates.of(first, 1)
    return StayDates(first, last if order.kind == "max_stay" else last + timedelta(days=1))


PLANS: Final[dict[str, Planner]] = dict.fromkeys(_RULES, plan_rule)
DOES: Final[dict[str, Doer]] = dict.fromkeys(_RULES, do_rule)
UNDOES: Final[dict[str, Undoer]] = {"night_rule": undo_rule}
