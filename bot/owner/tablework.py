"""Orders about who sits where: walk-ins, seating, other tables, promised tables, private events, late parties."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import Range

from bot.owner import desk, guests
from bot.owner.counter import DOOR, Choose, Counter, Doer, Halt, Plan, Planner, Undoer
from bot.owner.order import Order
from bot.owner.resolve import booking_of, days_of, house_of, ids_in
from core.availability.private_events import bring_back_event, events_at, in_the_way_of, keep_for_event, lift_event
from core.availability.sittings import DayFacts
from core.availability.turns import ends_of
from core.bookings import seating
from core.bookings.arrive import arrive
from core.bookings.hold_table import table_numbers
from core.bookings.move import lock
from core.bookings.no_show import undo_no_show
from core.errors import AlreadySo, MoveNotAllowed
from core.owners.desk import guest_at_desk
from models.base import Json
from models.booking import Booking
from models.inventory import PrivateEvent, TableTurn
from models.owners import OwnerAct
from models.property import DiningArea, DiningTable, Property
from models.states import ACTIVE, BookingKind, BookingStatus, PropertyKind, Role

_S: Final = BookingStatus
_RESTAURANT: Final = PropertyKind.RESTAURANT
_PARTY: Final = 2
_MOST_LINES: Final = 6
_MOST_MINUTES: Final = 180


# --------------------------------------------------------------------------------------- walk-ins and seating


def plan_walk_in(counter: Counter, order: Order) -> Plan:
    """Somebody stands at the door of a restaurant; at a hotel, or for later, it is a booking."""
    at_table = bool(order.of_kind("table", "area")) and not order.of_kind("type", "room")
    house = house_of(counter, order, kind=_RESTAURANT if at_table else None)
    later = order.at is not None or (order.first is not None and order.first > counter.today)
    if house.kind is not _RESTAURANT or later:
        return desk.plan_walk_in(counter, order)
    counter.require(Role.STAFF, house.id)
    tables = [ids_in(counter, order, target, house) for target in order.of_kind("table")]
    party = order.party or _PARTY
    args: Json = {"house": house.id, "party": party, "tables": tables, "name": order.name, "phone": order.phone}
    facts = {
        "party": party,
        "property": house.name,
        "what": _numbered(counter, tables) if tables else None,
        "guest": order.name.title() if order.name else None,
    }
    return Plan("walk_in", args, counter.words("effect_walk_in", facts), house.id)


def do_walk_in(counter: Counter, args: Json, act: OwnerAct) -> Json | None:
    """They sit."""
    name = args["name"].title() if args["name"] else None
    guest = guest_at_desk(counter.session, counter.account_id, name=name, phone=args["phone"], now=counter.now)
    booking = seating.walk_in(
        counter.session,
        counter.house(args["house"]),
        guest_id=guest.id,
        party_size=args["party"],
        table_ids=args["tables"],
        door=DOOR,
        now=counter.now,
        actor_id=counter.person.user_id,
    )
    act.booking_id = booking.id
    _tell_tables(counter, booking.id)
    return {"how": "un_walk_in", "booking": booking.id}


def undo_walk_in(counter: Counter, undo: Json) -> None:
    """They did not stay: the table is free again."""
    seating.walk_out(counter.session, undo["booking"], door=DOOR, now=counter.now, actor_id=counter.person.user_id)


def plan_seat(counter: Counter, order: Order) -> Plan:
    """A party is here, perhaps at another table than planned; one that was let go as late may have come after all."""
    named = bool(order.reference or order.name or order.phone or counter.heard.answers)
    statuses = (_S.CONFIRMED, _S.NO_SHOW) if named else (_S.CONFIRMED,)
    booking = booking_of(counter, replace(order, targets=order.of_kind("house")) if named else order, statuses=statuses)
    if booking.kind is not BookingKind.TABLE:
        return guests.plan_check_in(counter, order)
    if booking.status not in statuses:
        raise MoveNotAllowed(reference=booking.reference, status=booking.status.value, to="")
    counter.require(Role.STAFF, booking.property_id)
    house = counter.house(booking.property_id)
    tables = [ids_in(counter, order, target, house) for target in order.of_kind("table")] if named else []
    facts = {
        "lines": counter.line_of(booking),
        "what": _numbered(counter, tables) if tables else None,
        "back": booking.status is _S.NO_SHOW,
    }
    args: Json = {"booking": booking.id, "tables": tables}
    effect = counter.words("effect_seat_at", facts) if tables else counter.words("effect_seat", facts)
    return Plan("seat", args, effect, house.id, booking.id, sure=counter.pressed_on_card)


def do_seat(counter: Counter, args: Json, _act: OwnerAct) -> Json | None:
    """They sit."""
    session, now, user_id, booking_id = counter.session, counter.now, counter.person.user_id, args["booking"]
    before: list[int] = []
    if lock(session, booking_id).status is _S.NO_SHOW:
        undo_no_show(session, booking_id, door=DOOR, now=now, actor_id=user_id)
    if args["tables"]:
        before = seating.tables_of(session, booking_id)
        try:
            seating.move_party(session, booking_id, args["tables"], door=DOOR, now=now, actor_id=user_id)
        except AlreadySo:
            before = []
    arrive(session, booking_id, door=DOOR, now=now, actor_id=user_id)
    _tell_tables(counter, booking_id)
    return {"how": "un_arrive", "booking": booking_id} if not before else {
        "how": "un_seat", "booking": booking_id, "tables": before}  # fmt: skip


def undo_seat(counter: Counter, undo: Json) -> None:
    """They are not here yet, and their table is the one it was."""
    guests.undo_arrive(counter, undo)
    undo_move(counter, undo)


# ---------------------------------------------------------------------------------------------- other tables


def plan_move(counter: Counter, order: Order) -> Plan:
    """A party goes to another table, or is spread over several."""
    booking, table_ids = _party_and_tables(counter, order)
    if not table_ids:
        raise Halt("owner_need_table")
    lost = seating.others_at(counter.session, booking, table_ids, now=counter.now)
    if lost:
        what = _numbered(counter, table_ids)
        house = counter.house(booking.property_id)
        raise Halt("owner_booked_there", {"what": what, "property": house.name, "lines": _listed(counter, lost)})
    facts = {
        "lines": counter.line_of(booking),
        "before": table_numbers(counter.session, booking.id),
        "what": _numbered(counter, table_ids),
    }
    args: Json = {"booking": booking.id, "tables": table_ids}
    effect = counter.words("effect_move_table", facts)
    return Plan("move_table", args, effect, booking.property_id, booking.id)


def do_move(counter: Counter, args: Json, _act: OwnerAct) -> Json | None:
    """They have these tables now."""
    before, pinned = seating.tables_of(counter.session, args["booking"]), _is_pinned(counter, args["booking"])
    seating.move_party(
        counter.session,
        args["booking"],
        args["tables"],
        door=DOOR,
        now=counter.now,
        actor_id=counter.person.user_id,
    )
    return {"how": "move_back", "booking": args["booking"], "tables": before, "pinned": pinned}


def undo_move(counter: Counter, undo: Json) -> None:
    """Back to the tables they had."""
    seating.move_party(
        counter.session,
        undo["booking"],
        undo["tables"],
        door=DOOR,
        now=counter.now,
        actor_id=counter.person.user_id,
    )
    if not undo.get("pinned"):
        _pin(counter, undo["booking"], pinned=False)


def plan_pin(counter: Counter, order: Order) -> Plan:
    """Promise a party the very table it has."""
    booking = booking_of(counter, order, statuses=tuple(ACTIVE))
    if booking.kind is not BookingKind.TABLE:
        raise Halt("owner_not_found", {"what": booking.reference})
    counter.require(Role.STAFF, booking.property_id)
    facts = {
        "lines": counter.line_of(booking),
        "what": counter.words("owner_tables", {"names": table_numbers(counter.session, booking.id)}),
    }
    args: Json = {"booking": booking.id, "pinned": order.kind == "pin"}
    return Plan(order.kind, args, counter.words(f"effect_{order.kind}", facts), booking.property_id, booking.id)


def do_pin(counter: Counter, args: Json, _act: OwnerAct) -> Json | None:
    """Nobody moves them, or anybody may again."""
    _pin(counter, args["booking"], pinned=args["pinned"])
    return {"how": "pin", "booking": args["booking"], "pinned": not args["pinned"]}


def undo_pin(counter: Counter, undo: Json) -> None:
    """As it was."""
    _pin(counter, undo["booking"], pinned=undo["pinned"])


def _is_pinned(counter: Counter, booking_id: int) -> bool:
    """Whether the party was promised its table."""
    wanted = select(TableTurn.is_pinned).where(TableTurn.booking_id == booking_id, TableTurn.active)
    return any(counter.session.scalars(wanted))


def _pin(counter: Counter, booking_id: int, *, pinned: bool) -> None:
    seating.pin(counter.session, booking_id, pinned=pinned, door=DOOR, now=counter.now, actor_id=counter.person.user_id)


# -------------------------------------------------------------------------------------------- private events


def plan_event(counter: Counter, order: Order) -> Plan:
    """Keep an area, or the whole restaurant, for one party."""
    house, area, during = _where_and_when(counter, order)
    area_id = area.id if area else None
    booked = in_the_way_of(counter.session, house.id, during, area_id=area_id)
    what = area.name if area else counter.words("owner_all_tables")
    if booked:
        raise Halt("owner_booked_there", {"what": what, "property": house.name, "lines": _listed(counter, booked)})
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


# ------------------------------------------------------------------------------------------------ late parties


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


# ------------------------------------------------------------------------------------------------------- parts


def _party_and_tables(counter: Counter, order: Order) -> tuple[Booking, list[int]]:
    """Who is meant, by name or by the first table named, and where they go."""
    named = bool(order.reference or order.name or order.phone)
    tables = order.of_kind("table")
    about = replace(order, targets=(*order.of_kind("house"), *(() if named else tables[:1])))
    try:
        booking = booking_of(counter, about, statuses=tuple(ACTIVE))
    except Choose as several:  # which of the parties of that table; the tables they go to stay as they were said
        choices = [(title, {**order.to_json(), "reference": patch["reference"]}) for title, patch in several.choices]
        raise Choose(several.question, choices) from None
    if booking.kind is not BookingKind.TABLE:
        raise Halt("owner_not_found", {"what": booking.reference})
    counter.require(Role.STAFF, booking.property_id)
    house = counter.house(booking.property_id)
    wanted = [ids_in(counter, order, target, house) for target in tables]
    had = seating.tables_of(counter.session, booking.id)
    elsewhere = [table for table in wanted if table not in had]
    return booking, wanted if order.full else elsewhere or wanted


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


def _numbered(counter: Counter, table_ids: list[int]) -> str:
    names = counter.session.scalars(
        select(DiningTable.number).where(DiningTable.id.in_(table_ids)).order_by(DiningTable.number)
    )
    return counter.words("owner_tables", {"names": list(names)})


def _tell_tables(counter: Counter, booking_id: int) -> None:
    counter.say("owner_tables_given", {"names": table_numbers(counter.session, booking_id)}, booking_id=booking_id)


def _listed(counter: Counter, bookings: Sequence[Booking]) -> str:
    lines = [f"• {counter.line_of(booking)}" for booking in bookings[:_MOST_LINES]]
    more = [f"… +{len(bookings) - _MOST_LINES}"] if len(bookings) > _MOST_LINES else []
    return "\n".join([*lines, *more])


PLANS: Final[dict[str, Planner]] = {
    "walk_in": plan_walk_in,
    "seat": plan_seat,
    "move_table": plan_move,
    "pin": plan_pin,
    "unpin": plan_pin,
    "event": plan_event,
    "end_event": plan_end_event,
    "late_rule": plan_late_rule,
}
DOES: Final[dict[str, Doer]] = {
    "walk_in": do_walk_in,
    "seat": do_seat,
    "move_table": do_move,
    "pin": do_pin,
    "unpin": do_pin,
    "event": do_event,
    "end_event": do_end_event,
    "late_rule": do_late_rule,
}
UNDOES: Final[dict[str, Undoer]] = {
    "un_walk_in": undo_walk_in,
    "un_seat": undo_seat,
    "move_back": undo_move,
    "pin": undo_pin,
    "end_event": undo_event,
    "event": undo_end_event,
    "late_rule": undo_late_rule,
}
