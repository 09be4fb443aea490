"""Orders about private events: an area, or the whole restaurant, kept for one party, and given back."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from sqlalchemy.dialects.postgresql import Range

from bot.owner.counter import Counter, Doer, Halt, Plan, Planner, Undoer
from bot.owner.order import Order
from bot.owner.resolve import days_of, house_of, ids_in, listed
from core.availability.private_events import bring_back_event, events_at, in_the_way_of, keep_for_event, lift_event
from core.availability.sittings import DayFacts
from core.availability.turns import ends_of
from models.base import Json
from models.inventory import PrivateEvent
from models.owners import OwnerAct
from models.property import DiningArea, Property
from models.states import BookingStatus, PropertyKind, Role

_S: Final = BookingStatus
_RESTAURANT: Final = PropertyKind.RESTAURANT
_PARTY: Final = 2
_MOST_LINES: Final = 6
_MOST_MINUTES: Final = 180


def plan_event(counter: Counter, order: Order) -> Plan:
    """Keep an area, or the whole restaurant, for one party."""
    house, area, during = _where_and_when(counter, order)
    area_id = area.id if area else None
    booked = in_the_way_of(counter.session, house.id, during, area_id=area_id)
    what = area.name if area else counter.words("owner_all_tables")
    if booked:
        raise Halt("owner_booked_there", {"what": what, "property": house.name, "lines": listed(counter, booked)})
    name = order.text or counter.words("owner_event_name")
    args: Json = {"house": house.id, "area": area_id, "name": name}
    args |= (
        {"starts": during.lower.isoformat(), "ends": during.upper.isoformat()} if during.lower and during.upper else {}
    )
    facts = {"what": what, "property": house.name, "name": name, **_local(counter, during)}
    return Plan("event", args, counter.words("effect_event", facts), house.id)


def do_event(counter: Counter, args: Json, _act: OwnerAct) -> Json | None:
    """Nobody else sits there then."""
    during = Range(datetime.fromisoformat(args["starts"]), datetime.fromisoformat(args["ends"]), bounds="[)")
    event = keep_for_event(
        counter.session,
        counter.house(args["house"]),
        area_id=args["area"],
        name=args["name"],
        during=during,
        now=counter.now,
    )
    return {"how": "end_event", "event": event.id}


def undo_event(counter: Counter, undo: Json) -> None:
    """The tables are on offer again."""
    lift_event(counter.session, undo["event"], now=counter.now)


def plan_end_event(counter: Counter, order: Order) -> Plan:
    """An event is off."""
    house, area, during = _where_and_when(counter, order)
    found = events_at(counter.session, house.id, during, area_id=area.id if area else None)
    if not found:
        raise Halt("owner_no_event")
    event = found[0]
    taken = counter.session.get(DiningArea, event.dining_area_id) if event.dining_area_id else None
    facts = {
        "what": taken.name if taken else counter.words("owner_all_tables"),
        "property": house.name,
        "name": event.name,
        **_local(counter, event.during),
    }
    return Plan("end_event", {"event": event.id}, counter.words("effect_end_event", facts), house.id)


def do_end_event(counter: Counter, args: Json, _act: OwnerAct) -> Json | None:
    """The tables are on offer again."""
    event = lift_event(counter.session, args["event"], now=counter.now)
    return {"how": "event", "event": event.id}


def undo_end_event(counter: Counter, undo: Json) -> None:
    """It takes place after all, if nobody has booked there since."""
    event = counter.session.get_one(PrivateEvent, undo["event"])
    bring_back_event(counter.session, counter.house(event.property_id), event.id, now=counter.now)


def _where_and_when(counter: Counter, order: Order) -> tuple[Property, DiningArea | None, Range[datetime]]:
    house = house_of(counter, order, kind=_RESTAURANT)
    counter.require(Role.STAFF, house.id)
    areas = [ids_in(counter, order, target, house) for target in order.of_kind("area")]
    days = days_of(counter, order)
    day = DayFacts(house.time_zone, house.day_starts_at)
    starts_at = day.moment(days.first, order.at or house.day_starts_at)
    if order.until is None:
        ends_at = day.moment(days.last + timedelta(days=1), house.day_starts_at)
    else:
        ends_at = day.moment(days.last, order.until)
        if ends_at <= starts_at:
            ends_at += timedelta(days=1)
    return (
        house,
        counter.session.get_one(DiningArea, areas[0]) if areas else None,
        Range(starts_at, ends_at, bounds="[)"),
    )


def _local(counter: Counter, during: Range[datetime]) -> Json:
    """Both ends on the wall clock."""
    starts_at, ends_at = (each.astimezone(counter.zone).isoformat(timespec="minutes") for each in ends_of(during))
    return {"starts": starts_at, "ends": ends_at}


PLANS: Final[dict[str, Planner]] = {"event": plan_event, "end_event": plan_end_event}
DOES: Final[dict[str, Doer]] = {"event": do_event, "end_event": do_end_event}
UNDOES: Final[dict[str, Undoer]] = {"end_event": undo_event, "event": undo_end_event}
