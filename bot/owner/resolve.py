"""From what was said to rows: which house, which rooms, which nights, which booking; what is open is asked."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.dates.words import fold
from bot.owner.counter import Choose, Counter, Halt, next_day
from bot.owner.names import Names
from bot.owner.order import Order, Target, Thing
from core.availability.table_closures import Days
from core.owners.find import find_bookings
from models.account import AppUser, Membership
from models.booking import Booking
from models.dates import StayDates
from models.messaging import Message
from models.property import DiningArea, DiningTable, Property, Room, RoomType
from models.states import ACTIVE, BookingStatus, PropertyKind

_MOST_CHOICES: Final = 9
_LONGEST: Final = 366
_MOST_LINES: Final = 6


def names_of(session: Session, account_id: int, houses: Sequence[Property]) -> Names:
    """Everything those houses have that carries a name or a number."""
    ids = [house.id for house in houses]
    things = [Thing("house", house.id, house.name, house.id) for house in houses]
    for kind, query in (
        ("type", select(RoomType.id, RoomType.name, RoomType.property_id).where(RoomType.property_id.in_(ids))),
        (
            "room",
            select(Room.id, Room.number, Room.property_id).where(Room.property_id.in_(ids), Room.retired_at.is_(None)),
        ),
        ("area", select(DiningArea.id, DiningArea.name, DiningArea.property_id).where(DiningArea.property_id.in_(ids))),
        (
            "table",
            select(DiningTable.id, DiningTable.number, DiningArea.property_id)
            .join(DiningArea, DiningArea.id == DiningTable.dining_area_id)
            .where(DiningArea.property_id.in_(ids)),
        ),
    ):
        things += [Thing(kind, row[0], row[1], row[2]) for row in session.execute(query)]  # type: ignore[arg-type]  # the four kinds above
    people = select(AppUser.id, AppUser.name).where(
        AppUser.id.in_(select(Membership.user_id).where(Membership.account_id == account_id))
    )
    things += [Thing("staff", row[0], row[1], 0) for row in session.execute(people)]
    return Names(tuple(things))


# ----------------------------------------------------------------------------------------------------- houses


def names_another_house(counter: Counter, words: str) -> bool:
    """Whether an order speaks of a house of the account that this person does not run."""
    others = select(Property.name).where(
        Property.account_id == counter.account_id, Property.id.not_in(counter.house_ids)
    )
    said = f" {fold(words)} "
    return any(f" {fold(name)} " in said for name in counter.session.scalars(others))


def house_of(counter: Counter, order: Order, *, kind: PropertyKind | None = None) -> Property:
    """The one house this is about; asked when there are several."""
    houses = houses_meant(counter, order, kind=kind)
    if len(houses) == 1:
        return houses[0]
    if not houses:
        raise Halt("owner_not_found", {"what": None})
    raise Choose(
        "owner_which_house",
        [(house.name, _with_house(order, house)) for house in houses[:_MOST_CHOICES]],
    )


def houses_meant(counter: Counter, order: Order, *, kind: PropertyKind | None = None) -> list[Property]:
    """The houses named; else those that have what was named; else all this person runs."""
    named = {house_id for target in order.of_kind("house") for house_id in target.ids}
    houses = [house for house in counter.houses if not named or house.id in named]
    if kind is not None:
        houses = [house for house in houses if house.kind is kind]
    for target in order.targets:
        if target.kind in {"type", "room", "area", "table"}:
            having = house_by_thing(counter, target)
            houses = [house for house in houses if house.id in having.values()]
    return houses


def house_by_thing(counter: Counter, target: Target) -> dict[int, int]:
    """In which house each thing a target may mean stands."""
    match target.kind:
        case "type":
            query = select(RoomType.id, RoomType.property_id).where(RoomType.id.in_(target.ids))
        case "room":
            query = select(Room.id, Room.property_id).where(Room.id.in_(target.ids))
        case "area":
            query = select(DiningArea.id, DiningArea.property_id).where(DiningArea.id.in_(target.ids))
        case _:
            query = (
                select(DiningTable.id, DiningArea.property_id)
                .join(DiningArea, DiningArea.id == DiningTable.dining_area_id)
                .where(DiningTable.id.in_(target.ids))
            )
    return {row[0]: row[1] for row in counter.session.execute(query)}


def ids_in(counter: Counter, order: Order, target: Target, house: Property) -> int:
    """The one thing a target means in that house; asked when two carry the name."""
    having = house_by_thing(counter, target)
    mine = [thing for thing in target.ids if having.get(thing) == house.id]
    if len(mine) == 1:
        return mine[0]
    if not mine:
        raise Halt("owner_not_found", {"what": target.said})
    choices = []
    for thing in mine[:_MOST_CHOICES]:
        narrowed = replace(target, ids=(thing,))
        others = tuple(narrowed if each == target else each for each in order.targets)
        choices.append((_title(counter, target, thing), _with_house(replace(order, targets=others), house)))
    raise Choose("owner_which_one", choices)


def types_of(counter: Counter, order: Order, house: Property) -> list[RoomType]:
    """The room types named, or all the house has."""
    wanted = select(RoomType).where(RoomType.property_id == house.id).order_by(RoomType.id)
    named = order.of_kind("type")
    if named:
        wanted = wanted.where(RoomType.id.in_([ids_in(counter, order, target, house) for target in named]))
    return list(counter.session.scalars(wanted))


def _title(counter: Counter, target: Target, thing: int) -> str:
    if target.kind == "table":
        table = counter.session.get_one(DiningTable, thing)
        return f"{counter.session.get_one(DiningArea, table.dining_area_id).name} {table.number}"
    if target.kind == "area":
        return counter.session.get_one(DiningArea, thing).name
    return counter.session.get_one(RoomType, thing).name


def _with_house(order: Order, house: Property) -> dict[str, object]:
    others = tuple(target for target in order.targets if target.kind != "house")
    return replace(order, targets=(*others, Target("house", house.name, (house.id,)))).to_json()


# ------------------------------------------------------------------------------------------------------- days


def nights_of(counter: Counter, order: Order) -> StayDates:
    """The nights said: of a range the last day is the departure.

    Raises:
        Halt: no day was said, or the days cannot be.
    """
    if order.first is None:
        raise Halt("owner_need_dates", keep="days")
    until = order.last or order.first + timedelta(days=order.nights or 1)
    return StayDates(*_checked(counter, order.first, until))


def days_of(counter: Counter, order: Order) -> Days:
    """The service days said, both ends included."""
    if order.first is None:
        raise Halt("owner_need_dates", keep="days")
    last = order.last or order.first
    first, until = _checked(counter, order.first, next_day(last))
    return Days(first, until - timedelta(days=1))


def _checked(counter: Counter, first: date, until: date) -> tuple[date, date]:
    if first < counter.today:
        raise Halt("owner_day_passed", {"day": first})
    if not first < until <= first + timedelta(days=_LONGEST):
        raise Halt("owner_need_dates", keep="days")
    return first, until


# --------------------------------------------------------------------------------------------------- bookings


def booking_of(counter: Counter, order: Order, *, statuses: Collection[BookingStatus] = tuple(ACTIVE)) -> Booking:
    """The one booking this is about: by reference, the card it answers, room, table, number or name."""
    if order.reference is None and (answered := booking_answered(counter)) is not None:
        return answered
    rooms = [thing for target in order.of_kind("room") for thing in target.ids]
    tables = [thing for target in order.of_kind("table") for thing in target.ids]
    if not (order.reference or order.phone or order.name or rooms or tables):
        raise Halt("owner_need_booking", keep="booking")
    by_place = bool(rooms or tables) and not (order.reference or order.phone or order.name)
    found = find_bookings(
        counter.session,
        [house.id for house in houses_meant(counter, replace(order, targets=order.of_kind("house")))],
        today=counter.today,
        reference=order.reference,
        phone=order.phone,
        name=order.name,
        room_ids=rooms if by_place else (),
        table_ids=tables if by_place else (),
        day=counter.today if by_place else None,
        statuses=statuses,
    )
    if len(found) == 1:
        return found[0]
    if not found:
        raise Halt("owner_not_found", {"what": order.reference or order.name or order.phone})
    raise Choose(
        "owner_which_booking",
        [
            (booking.reference, {**order.to_json(), "reference": booking.reference, "name": None})
            for booking in found[:_MOST_CHOICES]
        ],
    )


def booking_answered(counter: Counter) -> Booking | None:
    """The booking of the card that was answered."""
    card = card_answered(counter)
    booking = None if card is None or card.booking_id is None else counter.session.get(Booking, card.booking_id)
    return booking if booking is not None and booking.property_id in counter.house_ids else None


def card_answered(counter: Counter) -> Message | None:
    """The card this replies to, if it was sent to this very chat."""
    heard = counter.heard
    if heard.answers is None:
        return None
    return counter.session.scalar(
        select(Message).where(
            Message.provider_id == heard.answers, Message.line_id == heard.line_id, Message.address == heard.address
        )
    )


def listed(counter: Counter, bookings: Sequence[Booking]) -> str:
    """The first few of these bookings, one line each, and how many more."""
    lines = [f"• {counter.line_of(booking)}" for booking in bookings[:_MOST_LINES]]
    more = [f"… +{len(bookings) - _MOST_LINES}"] if len(bookings) > _MOST_LINES else []
    return "\n".join([*lines, *more])
