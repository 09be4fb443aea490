"""Rules of a restaurant: late parties, deposits, the time between two parties."""

from __future__ import annotations

from typing import Final

from bot.owner.counter import Counter, Doer, Halt, Plan, Planner, Undoer
from bot.owner.order import Order
from bot.owner.resolve import house_of
from core.errors import AlreadySo
from models.base import Json
from models.owners import OwnerAct
from models.property import Property
from models.states import BookingStatus, PropertyKind, Role

_S: Final = BookingStatus
_RESTAURANT: Final = PropertyKind.RESTAURANT
_PARTY: Final = 2
_MOST_LINES: Final = 6
_MOST_MINUTES: Final = 180


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


PLANS: Final[dict[str, Planner]] = {"late_rule": plan_late_rule}
DOES: Final[dict[str, Doer]] = {"late_rule": do_late_rule}
UNDOES: Final[dict[str, Undoer]] = {"late_rule": undo_late_rule}
