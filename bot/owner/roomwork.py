"""Orders about room numbers: promised, moved, swapped; a room more or less."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict, replace
from typing import Final

from sqlalchemy import select

from bot.owner import tablework
from bot.owner.counter import DOOR, Choose, Counter, Doer, Halt, Plan, Planner, Undoer
from bot.owner.order import Order, Target
from bot.owner.resolve import booking_of, house_of, ids_in, types_of
from core.availability.room_count import add_room, remove_room
from core.bookings import rooms
from core.bookings.change import tried
from core.bookings.rooms import Given, Renumbered, numbers_of
from models.base import Json
from models.booking import Booking
from models.owners import OwnerAct
from models.property import Property, Room, RoomType
from models.states import ACTIVE, BookingKind, PropertyKind, Role

_SWAPPED: Final = 2


# -------------------------------------------------------------------------------------------------------- promises


def plan_promise(counter: Counter, order: Order) -> Plan:
    """These very rooms for this booking; without a number the one it has been given."""
    booking = _stay(counter, order)
    house = counter.house(booking.property_id)
    wanted = [ids_in(counter, order, target, house) for target in order.of_kind("room")]
    wanted = wanted or [row.room_id for row in rooms.rows_of(counter.session, booking.id) if row.room_id is not None]
    if not wanted:
        raise Halt("owner_need_room")
    args: Json = {"booking": booking.id, "rooms": wanted}
    return _looked_at(counter, "promise_room", booking, args, lambda: [_promise(counter, args)], what=wanted)


def do_promise(counter: Counter, args: Json, _act: OwnerAct) -> Json | None:
    """Nobody else gets them."""
    return _back([_promise(counter, args)])


def _promise(counter: Counter, args: Json) -> Renumbered:
    return rooms.promise_rooms(
        counter.session,
        args["booking"],
        args["rooms"],
        door=DOOR,
        now=counter.now,
        actor_id=counter.person.user_id,
    )


def plan_unpromise(counter: Counter, order: Order) -> Plan:
    """Any room of the type will do again."""
    booking = _stay(counter, order)
    args: Json = {"booking": booking.id}
    return _looked_at(counter, "unpromise_room", booking, args, lambda: [_unpromise(counter, args)])


def do_unpromise(counter: Counter, args: Json, _act: OwnerAct) -> Json | None:
    """The number is only given ahead."""
    return _back([_unpromise(counter, args)])


def _unpromise(counter: Counter, args: Json) -> Renumbered:
    return rooms.unpromise_rooms(
        counter.session, args["booking"], door=DOOR, now=counter.now, actor_id=counter.person.user_id
    )


def plan_pin(counter: Counter, order: Order) -> Plan:
    """Of a stay it is the room that is promised, of a party the table."""
    if order.of_kind("table"):
        return tablework.plan_pin(counter, order)
    about = replace(order, targets=order.of_kind("house"))
    if order.of_kind("room") or booking_of(counter, about, statuses=tuple(ACTIVE)).kind is BookingKind.STAY:
        return plan_promise(counter, order) if order.kind == "pin" else plan_unpromise(counter, order)
    return tablework.plan_pin(counter, order)


# ----------------------------------------------------------------------------------------------- moving, swapping


def plan_move(counter: Counter, order: Order) -> Plan:
    """Into another room of the same type: "101 to 204", "K7QM2 to 204"."""
    places = order.of_kind("room")
    if not places:
        if order.of_kind("table") or order.kind == "move_table":
            return tablework.plan_move(counter, order)
        raise Halt("owner_need_room")
    named = _is_named(order)
    if not named and len(places) < _SWAPPED:
        raise Halt("owner_need_booking", keep="booking")
    booking = _stay(counter, order, room=None if named else places[0])
    house = counter.house(booking.property_id)
    to = ids_in(counter, order, places[-1], house)
    leaving = ids_in(counter, order, places[0], house) if len(places) > 1 else None
    args: Json = {"booking": booking.id, "room": to, "leaving": leaving}
    return _looked_at(counter, "move_room", booking, args, lambda: [_move(counter, args)], what=[to])


def do_move(counter: Counter, args: Json, _act: OwnerAct) -> Json | None:
    """They have the other room now."""
    return _back([_move(counter, args)])


def _move(counter: Counter, args: Json) -> Renumbered:
    return rooms.move_room(
        counter.session,
        args["booking"],
        args["room"],
        leaving=args["leaving"],
        door=DOOR,
        now=counter.now,
        actor_id=counter.person.user_id,
    )


def plan_swap(counter: Counter, order: Order) -> Plan:
    """Two bookings change rooms: by their references, or by the rooms they have."""
    places = order.of_kind("room")
    if order.reference and order.text:
        bookings = [
            _stay(counter, replace(order, targets=(), name=None, reference=each))
            for each in (order.reference, order.text)
        ]
        args: Json = {"bookings": [booking.id for booking in bookings], "rooms": [None, None]}
    elif len(places) == _SWAPPED:
        bookings = [_stay(counter, replace(order, reference=None, name=None), room=place) for place in places]
        leaving = [
            ids_in(counter, order, place, counter.house(booking.property_id))
            for place, booking in zip(places, bookings, strict=True)
        ]
        args = {"bookings": [booking.id for booking in bookings], "rooms": leaving}
    else:
        raise Halt("owner_need_two_rooms")
    for booking in bookings:
        counter.require(Role.STAFF, booking.property_id)
    with tried(counter.session):
        done = _swap(counter, args)
        facts = {"lines": "\n".join(f"{each.booking.reference}: {_arrow(each.had, each.has)}" for each in done)}
    effect = counter.words("effect_swap_rooms", facts)
    return Plan("swap_rooms", args, effect, bookings[0].property_id, bookings[0].id)


def do_swap(counter: Counter, args: Json, _act: OwnerAct) -> Json | None:
    """Each has the other's."""
    return _back(_swap(counter, args))


def _swap(counter: Counter, args: Json) -> Sequence[Renumbered]:
    one, other = args["bookings"]
    return rooms.swap_rooms(
        counter.session,
        one,
        other,
        one_room=args["rooms"][0],
        other_room=args["rooms"][1],
        door=DOOR,
        now=counter.now,
        actor_id=counter.person.user_id,
    )


def undo_numbers(counter: Counter, undo: Json) -> None:
    """The numbers they had."""
    before = [Given(**each) for each in undo["before"]]
    rooms.put_back(counter.session, before, door=DOOR, now=counter.now, actor_id=counter.person.user_id)


# -------------------------------------------------------------------------------------------- more or fewer rooms


def plan_add(counter: Counter, order: Order) -> Plan:
    """A room more of a type."""
    house = house_of(counter, replace(order, targets=order.of_kind("house", "type")), kind=PropertyKind.HOTEL)
    counter.require(Role.OWNER, house.id)
    if not order.of_kind("type") or order.text is None:
        raise Halt("owner_need_number_and_type")
    (kind, *_) = types_of(counter, order, house)
    args: Json = {"type": kind.id, "number": order.text}
    return _counted(counter, "add_room", args, house, kind.name, order.text, lambda: _add(counter, args))


def do_add(counter: Counter, args: Json, _act: OwnerAct) -> Json | None:
    """On sale from tonight."""
    return {"how": "remove_room", "room": _add(counter, args)}


def _add(counter: Counter, args: Json) -> int:
    return add_room(counter.session, args["type"], args["number"], now=counter.now).id


def plan_remove(counter: Counter, order: Order) -> Plan:
    """A room less."""
    house = house_of(counter, order, kind=PropertyKind.HOTEL)
    counter.require(Role.OWNER, house.id)
    places = order.of_kind("room")
    if len(places) != 1:
        raise Halt("owner_need_room")
    room = counter.session.get_one(Room, ids_in(counter, order, places[0], house))
    kind = counter.session.get_one(RoomType, room.room_type_id)
    args: Json = {"room": room.id}
    return _counted(counter, "remove_room", args, house, kind.name, room.number, lambda: _remove(counter, args))


def do_remove(counter: Counter, args: Json, _act: OwnerAct) -> Json | None:
    """Off sale for good; who slept in it is still known."""
    room = _remove(counter, args)
    return {"how": "add_room", "type": room.room_type_id, "number": room.number}


def _remove(counter: Counter, args: Json) -> Room:
    return remove_room(counter.session, args["room"], now=counter.now)


def undo_add(counter: Counter, undo: Json) -> None:
    """There is no such room after all."""
    remove_room(counter.session, undo["room"], now=counter.now)


def undo_remove(counter: Counter, undo: Json) -> None:
    """It is there after all."""
    add_room(counter.session, undo["type"], undo["number"], now=counter.now)


# ------------------------------------------------------------------------------------------------------------ parts


def _is_named(order: Order) -> bool:
    return bool(order.reference or order.name or order.phone)


def _stay(counter: Counter, order: Order, *, room: Target | None = None) -> Booking:
    """The stay this is about, by name or by the room it has; the rooms named stay named while somebody chooses."""
    about = replace(order, targets=(*order.of_kind("house"), *(() if room is None else (room,))))
    try:
        booking = booking_of(counter, about, statuses=tuple(ACTIVE))
    except Choose as several:
        choices = [(title, {**order.to_json(), "reference": patch["reference"]}) for title, patch in several.choices]
        raise Choose(several.question, choices) from None
    if booking.kind is not BookingKind.STAY:
        raise Halt("owner_not_found", {"what": booking.reference})
    counter.require(Role.STAFF, booking.property_id)
    return booking


def _looked_at(
    counter: Counter,
    kind: str,
    booking: Booking,
    args: Json,
    work: Callable[[], Sequence[Renumbered]],
    *,
    what: Sequence[int] = (),
) -> Plan:
    """Tried and undone, so that only what can be is said back."""
    numbers = counter.session.scalars(select(Room.number).where(Room.id.in_(what)).order_by(Room.number)).all()
    facts = {
        "lines": counter.line_of(booking),
        "names": list(numbers),
        "was_room": ", ".join(numbers_of(counter.session, booking.id)) or None,
    }
    reply = f"effect_{kind}" if facts["was_room"] or kind != "move_room" else "effect_move_room_first"
    property_id, booking_id = booking.property_id, booking.id
    with tried(counter.session):
        work()
    return Plan(kind, args, counter.words(reply, facts), property_id, booking_id)


def _counted(
    counter: Counter, kind: str, args: Json, house: Property, what: str, number: str, work: Callable[[], object]
) -> Plan:
    facts = {"property": house.name, "what": what, "number": number}
    property_id = house.id
    with tried(counter.session):
        work()
    return Plan(kind, args, counter.words(f"effect_{kind}", facts), property_id, role=Role.OWNER)


def _back(done: Sequence[Renumbered]) -> Json:
    return {"how": "numbers", "before": [asdict(given) for each in done for given in each.before]}


def _arrow(had: Sequence[str], has: Sequence[str]) -> str:
    return f"{', '.join(had) or '–'} → {', '.join(has)}"


PLANS: Final[dict[str, Planner]] = {
    "promise_room": plan_promise,
    "unpromise_room": plan_unpromise,
    "pin": plan_pin,
    "unpin": plan_pin,
    "move_room": plan_move,
    "move_table": plan_move,
    "swap_rooms": plan_swap,
    "add_room": plan_add,
    "remove_room": plan_remove,
}
DOES: Final[dict[str, Doer]] = {
    "promise_room": do_promise,
    "unpromise_room": do_unpromise,
    "move_room": do_move,
    "swap_rooms": do_swap,
    "add_room": do_add,
    "remove_room": do_remove,
}
UNDOES: Final[dict[str, Undoer]] = {"numbers": undo_numbers, "remove_room": undo_add, "add_room": undo_remove}
