"""Orders about what is on sale: closing and opening rooms, tables and days."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Final

from sqlalchemy import select

from bot.owner.counter import Choose, Counter, Doer, Halt, Plan, Planner, Undoer
from bot.owner.order import Order
from bot.owner.resolve import days_of, house_by_thing, house_of, ids_in, listed, nights_of, types_of
from bot.owner.values import day_span_json, days_in, kept, nights_in, span_json, unkept
from core.availability import closures, table_closures
from core.availability.table_closures import Days
from core.errors import AlreadySo
from models.base import Json
from models.booking import Booking
from models.dates import StayDates
from models.inventory import Closure
from models.owners import OwnerAct
from models.property import DiningArea, DiningTable, Property, Room, RoomType
from models.states import ClosureKind, PropertyKind, Role

_REASON: Final = "by chat"


# ---------------------------------------------------------------------------------------------- close and open


def plan_block(counter: Counter, order: Order) -> Plan:
    """Take something off sale."""
    return _plan_supply(counter, order, close=True)


def plan_open(counter: Counter, order: Order) -> Plan:
    """Put something back on sale."""
    return _plan_supply(counter, order, close=False)


def _plan_supply(counter: Counter, order: Order, *, close: bool) -> Plan:
    if "number" in order.unsure:
        _ask_room_or_day(counter, order)
    house = house_of(counter, order)
    counter.require(Role.STAFF, house.id)
    if order.of_kind("room"):
        return _rooms(counter, order, house, close=close)
    if order.of_kind("table"):
        return _tables(counter, order, house, close=close)
    if house.kind is PropertyKind.RESTAURANT:
        return _areas(counter, order, house, close=close)
    if close and order.count and order.of_kind("type"):
        return _some_rooms(counter, order, house)
    return _types(counter, order, house, close=close)


def _ask_room_or_day(counter: Counter, order: Order) -> None:
    """Is "block 12" room 12, table 12, or the twelfth?"""
    number = order.number or 0
    plain = order.to_json() | {"unsure": [], "number": None}
    choices: list[tuple[str, Json]] = []
    for target in order.targets:
        houses = house_by_thing(counter, target)
        for thing, house_id in houses.items():
            house = counter.house(house_id)
            one = [{"kind": target.kind, "said": target.said, "ids": [thing]}]
            title = counter.words(f"owner_{target.kind}_number", {"name": str(number), "property": house.name})
            choices.append((title, {**plain, "targets": one}))
    if day := _coming(counter.today, number):
        title = counter.words("owner_one_day", {"day": day})
        choices.append((title, {**plain, "targets": [], "first": day.isoformat()}))
    if not choices:
        raise Halt("owner_not_found", {"what": str(number)})
    raise Choose("owner_which_one", choices)


def _coming(today: date, number: int) -> date | None:
    """The next day with that number."""
    for months in range(13):
        year, month = divmod(today.month - 1 + months, 12)
        try:
            day = date(today.year + year, month + 1, number)
        except ValueError:
            continue
        if day >= today:
            return day
    return None


def _rooms(counter: Counter, order: Order, house: Property, *, close: bool) -> Plan:
    """Rooms by their numbers."""
    nights = nights_of(counter, order)
    room_ids = [ids_in(counter, order, target, house) for target in order.of_kind("room")]
    rooms = counter.session.scalars(select(Room).where(Room.id.in_(room_ids)).order_by(Room.number)).all()
    types = {
        row.id: row.name for row in counter.session.scalars(select(RoomType).where(RoomType.property_id == house.id))
    }
    what = ", ".join(f"{types[room.room_type_id]} {room.number}" for room in rooms)
    args: Json = {"how": "rooms", "rooms": room_ids, "house": house.id, "nights": span_json(nights)}
    args["kind"] = _kind_of(order)
    lost = (
        [booking for room in rooms for booking in closures.in_room(counter.session, room.id, nights)] if close else []
    )
    if lost:
        _refuse(counter, what, house, lost)
    when = counter.nights(nights.arrival, nights.departure)
    return _supply_plan(counter, args, what, house, when, [], close=close)


def _some_rooms(counter: Counter, order: Order, house: Property) -> Plan:
    """So many rooms of a type, whichever."""
    nights = nights_of(counter, order)
    (kind,) = types_of(counter, order, house)[:1]
    args: Json = {"how": "count", "type": kind.id, "count": order.count, "house": house.id, "nights": span_json(nights)}
    args["kind"] = _kind_of(order)
    when = counter.nights(nights.arrival, nights.departure)
    return _supply_plan(counter, args, f"{order.count} × {kind.name}", house, when, [], close=True)


def _types(counter: Counter, order: Order, house: Property, *, close: bool) -> Plan:
    """Whole room types, or the whole house; what is booked stays."""
    nights = nights_of(counter, order)
    types = types_of(counter, order, house)
    named = bool(order.of_kind("type"))
    what = ", ".join(kind.name for kind in types) if named else counter.words("owner_all_rooms")
    args: Json = {"how": "types", "types": [kind.id for kind in types], "house": house.id, "nights": span_json(nights)}
    booked = closures.bookings_on(counter.session, args["types"], nights) if close else []
    return _supply_plan(
        counter, args, what, house, counter.nights(nights.arrival, nights.departure), booked, close=close
    )


def _tables(counter: Counter, order: Order, house: Property, *, close: bool) -> Plan:
    days = days_of(counter, order)
    table_ids = [ids_in(counter, order, target, house) for target in order.of_kind("table")]
    numbers = counter.session.scalars(select(DiningTable.number).where(DiningTable.id.in_(table_ids)))
    what = counter.words("owner_tables", {"names": list(numbers)})
    lost = table_closures.at_tables(counter.session, table_ids, days) if close else []
    if lost:
        _refuse(counter, what, house, lost)
    args: Json = {"how": "tables", "tables": table_ids, "house": house.id, "days": day_span_json(days)}
    return _supply_plan(counter, args, what, house, counter.days(days.first, days.last), [], close=close)


def _areas(counter: Counter, order: Order, house: Property, *, close: bool) -> Plan:
    days = days_of(counter, order)
    named = [ids_in(counter, order, target, house) for target in order.of_kind("area")]
    wanted = select(DiningArea).where(DiningArea.property_id == house.id).order_by(DiningArea.id)
    areas = [area for area in counter.session.scalars(wanted) if not named or area.id in named]
    what = ", ".join(area.name for area in areas) if named else counter.words("owner_all_tables")
    args: Json = {"how": "areas", "areas": [area.id for area in areas], "house": house.id, "days": day_span_json(days)}
    booked = table_closures.in_areas(counter.session, args["areas"], days) if close else []
    return _supply_plan(counter, args, what, house, counter.days(days.first, days.last), booked, close=close)


def _supply_plan(
    counter: Counter, args: Json, what: str, house: Property, when: str, booked: Sequence[Booking], *, close: bool
) -> Plan:
    if close and args.get("kind") == ClosureKind.OUT_OF_SERVICE:
        what = counter.words("owner_out_of_service", {"what": what})
    facts = {"what": what, "property": house.name, "words": when, "lines": listed(counter, booked) or None}
    name = "effect_block_kept" if booked else "effect_block" if close else "effect_open"
    return Plan("block" if close else "open", args, counter.words(name, facts), house.id, sure=not close)


def _kind_of(order: Order) -> str:
    """Out of order, unless somebody said that it could be sold and should not."""
    return ClosureKind.OUT_OF_SERVICE.value if order.topic == "out_of_service" else ClosureKind.OUT_OF_ORDER.value


def _refuse(counter: Counter, what: str, house: Property, lost: Sequence[Booking]) -> None:
    raise Halt("owner_booked_there", {"what": what, "property": house.name, "lines": listed(counter, lost)})


def do_block(counter: Counter, args: Json, _act: OwnerAct) -> Json | None:
    """Close it; returns how to open it again."""
    session, house, now = counter.session, args["house"], counter.now
    match args["how"]:
        case "rooms":
            nights = nights_in(args)
            made = []
            for room_id in args["rooms"]:
                room = session.get_one(Room, room_id)
                closure = closures.close_rooms(
                    session,
                    property_id=house,
                    room_type_id=room.room_type_id,
                    nights=nights,
                    room_id=room.id,
                    kind=ClosureKind(args.get("kind", ClosureKind.OUT_OF_ORDER)),
                    reason=_REASON,
                    now=now,
                )
                made.append(closure.id)
            return {"how": "open_closures", "ids": made}
        case "count":
            closure = closures.close_rooms(
                session,
                property_id=house,
                room_type_id=args["type"],
                nights=nights_in(args),
                rooms=args["count"],
                kind=ClosureKind(args.get("kind", ClosureKind.OUT_OF_ORDER)),
                reason=_REASON,
                now=now,
            )
            return {"how": "open_closures", "ids": [closure.id]}
        case "types":
            changed = closures.stop_sale(session, args["types"], nights_in(args), stop=True)
            return {"how": "stop", "stop": False, "nights": kept(changed)}
        case "tables":
            made = [
                table_closures.close_table(
                    session, property_id=house, table_id=table, days=days_in(args), reason=_REASON, now=now
                ).id
                for table in args["tables"]
            ]
            return {"how": "open_tables", "ids": made}
        case _:
            changed = table_closures.close_areas(session, house, args["areas"], days_in(args), close=True)
            return {"how": "areas", "close": False, "days": kept(changed)}


def do_open(counter: Counter, args: Json, _act: OwnerAct) -> Json | None:
    """Put it back on sale; returns how to close it again."""
    session = counter.session
    match args["how"]:
        case "rooms":
            nights = nights_in(args)
            found = closures.closures_on(session, nights, room_ids=args["rooms"])
            return _opened(counter, found, nights)
        case "types":
            nights = nights_in(args)
            found = closures.closures_on(session, nights, room_type_ids=args["types"])
            if not found:
                changed = closures.stop_sale(session, args["types"], nights, stop=False)
                return {"how": "stop", "stop": True, "nights": kept(changed)}
            undo = _opened(counter, found, nights)
            stopped = _start_again(counter, args["types"], nights)
            return undo | {"nights": kept(stopped)}
        case "tables":
            closed = table_closures.table_closures(session, args["tables"], days_in(args))
            if not closed:
                raise Halt("already_so")
            again = [[each.dining_table_id, each.first_day.isoformat(), each.last_day.isoformat()] for each in closed]
            for closure in closed:
                table_closures.open_table(session, closure.id, now=counter.now)
            return {"how": "close_tables_again", "house": args["house"], "tables": again}
        case _:
            changed = table_closures.close_areas(session, args["house"], args["areas"], days_in(args), close=False)
            return {"how": "areas", "close": True, "days": kept(changed)}


def _opened(counter: Counter, found: Sequence[Closure], nights: StayDates) -> Json:
    if not found:
        raise Halt("already_so")
    again = []
    for closure in found:
        whole = StayDates.from_range(closure.nights)
        part = StayDates(max(whole.arrival, nights.arrival), min(whole.departure, nights.departure))
        closures.open_rooms(counter.session, closure.id, now=counter.now, nights=nights)
        again.append({"type": closure.room_type_id, "room": closure.room_id, "rooms": closure.rooms,
                      "house": closure.property_id, "nights": span_json(part),
                      "kind": closure.kind.value})  # fmt: skip
    return {"how": "close_again", "closures": again, "nights": []}


def _start_again(counter: Counter, types: Sequence[int], nights: StayDates) -> list[tuple[int, date]]:
    try:
        return closures.stop_sale(counter.session, types, nights, stop=False)
    except AlreadySo:
        return []


def undo_open_closures(counter: Counter, undo: Json) -> None:
    """What was closed is on sale again."""
    for closure_id in undo["ids"]:
        closures.open_rooms(counter.session, closure_id, now=counter.now)


def undo_close_again(counter: Counter, undo: Json) -> None:
    """What was opened is closed again, if nobody has booked it since."""
    for each in undo["closures"]:
        closures.close_rooms(
            counter.session,
            property_id=each["house"],
            room_type_id=each["type"],
            nights=nights_in(each),
            rooms=each["rooms"],
            room_id=each["room"],
            kind=ClosureKind(each.get("kind", ClosureKind.OUT_OF_ORDER)),
            reason=_REASON,
            now=counter.now,
        )
    closures.set_stop(counter.session, unkept(undo["nights"]), stop=True)


def undo_stop(counter: Counter, undo: Json) -> None:
    """Exactly the nights that were changed."""
    closures.set_stop(counter.session, unkept(undo["nights"]), stop=undo["stop"])


def undo_open_tables(counter: Counter, undo: Json) -> None:
    """The tables are on sale again."""
    for closure_id in undo["ids"]:
        table_closures.open_table(counter.session, closure_id, now=counter.now)


def undo_close_tables_again(counter: Counter, undo: Json) -> None:
    """The tables are closed as they were, if nobody has booked them since."""
    for table, first, last in undo["tables"]:
        table_closures.close_table(
            counter.session,
            property_id=undo["house"],
            table_id=table,
            days=Days(date.fromisoformat(first), date.fromisoformat(last)),
            reason=_REASON,
            now=counter.now,
        )


def undo_areas(counter: Counter, undo: Json) -> None:
    """Exactly the area-days that were changed."""
    table_closures.set_closed(counter.session, unkept(undo["days"]), closed=undo["close"])


PLANS: Final[dict[str, Planner]] = {"block": plan_block, "open": plan_open}
DOES: Final[dict[str, Doer]] = {"block": do_block, "open": do_open}
UNDOES: Final[dict[str, Undoer]] = {
    "open_closures": undo_open_closures,
    "close_again": undo_close_again,
    "stop": undo_stop,
    "open_tables": undo_open_tables,
    "close_tables_again": undo_close_tables_again,
    "areas": undo_areas,
}
