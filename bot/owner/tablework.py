"""Orders about who sits where: walk-ins, seating, other tables, promised tables."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from sqlalchemy import select

from bot.owner import desk, guests
from bot.owner.counter import DOOR, Choose, Counter, Doer, Halt, Plan, Planner, Undoer
from bot.owner.order import Order
from bot.owner.resolve import booking_of, house_of, ids_in, listed
from core.bookings import seating
from core.bookings.arrive import arrive
from core.bookings.hold_table import table_numbers
from core.bookings.move import lock
from core.bookings.no_show import undo_no_show
from core.errors import AlreadySo, MoveNotAllowed
from core.owners.desk import guest_at_desk
from models.base import Json
from models.booking import Booking
from models.inventory import TableTurn
from models.owners import OwnerAct
from models.property import DiningTable
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
    guests.not_yet(counter, booking)
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
        raise Halt("owner_booked_there", {"what": what, "property": house.name, "lines": listed(counter, lost)})
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


def _numbered(counter: Counter, table_ids: list[int]) -> str:
    names = counter.session.scalars(
        select(DiningTable.number).where(DiningTable.id.in_(table_ids)).order_by(DiningTable.number)
    )
    return counter.words("owner_tables", {"names": list(names)})


def _tell_tables(counter: Counter, booking_id: int) -> None:
    counter.say("owner_tables_given", {"names": table_numbers(counter.session, booking_id)}, booking_id=booking_id)


PLANS: Final[dict[str, Planner]] = {
    "walk_in": plan_walk_in,
    "seat": plan_seat,
    "move_table": plan_move,
    "pin": plan_pin,
    "unpin": plan_pin,
}
DOES: Final[dict[str, Doer]] = {
    "walk_in": do_walk_in,
    "seat": do_seat,
    "move_table": do_move,
    "pin": do_pin,
    "unpin": do_pin,
}
UNDOES: Final[dict[str, Undoer]] = {
    "un_walk_in": undo_walk_in,
    "un_seat": undo_seat,
    "move_back": undo_move,
    "pin": undo_pin,
}
