"""Bookings taken at the desk: a walk-in now, or one for a guest on the phone."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, time
from typing import Final

from sqlalchemy import select

from bot.owner.counter import DOOR, Choose, Counter, Doer, Halt, Plan, Planner, Undoer
from bot.owner.order import Order
from bot.owner.resolve import house_of, ids_in, types_of
from bot.owner.values import nights_in, span_json
from core.availability.table_search import TableSearch, search_tables
from core.bookings.cancel import cancel
from core.errors import TablesGone
from core.owners.desk import book_at_desk, guest_at_desk
from core.pricing.quote import limits_of, quote_stay, quote_table
from core.pricing.rates import BAR
from models.base import Json
from models.dates import StayDates
from models.money import Money
from models.owners import OwnerAct
from models.property import Property, RoomType
from models.rates import Quote, RatePlan
from models.states import ActorKind, PropertyKind, Role

_PARTY: Final = 2


def plan_walk_in(counter: Counter, order: Order) -> Plan:
    """Somebody stands at the desk: tonight, unless said otherwise."""
    return plan_book(counter, replace(order, kind="book", first=order.first or counter.today))


def plan_book(counter: Counter, order: Order) -> Plan:
    """A stay or a table, at today's price, without a deposit."""
    wants_table = order.at is not None or bool(order.of_kind("table", "area"))
    kind = PropertyKind.RESTAURANT if wants_table else PropertyKind.HOTEL if order.of_kind("type", "room") else None
    house = house_of(counter, order, kind=kind)
    counter.require(Role.STAFF, house.id)
    if not order.name and not order.phone:
        raise Halt("owner_need_name", keep="name")
    if order.first is None:
        raise Halt("owner_need_dates", keep="days")
    if house.kind is PropertyKind.RESTAURANT:
        return _table(counter, order, house, order.first)
    return _stay(counter, order, house, order.first)


def _stay(counter: Counter, order: Order, house: Property, first: date) -> Plan:
    until = order.last or date.fromordinal(first.toordinal() + (order.nights or 1))
    stay = StayDates(first, until)
    types = types_of(counter, order, house)
    if len(types) > 1:
        raise Choose("owner_which_one", [(kind.name, _with_type(order, kind)) for kind in types[:9]])
    kind = types[0]
    rooms = order.count or 1
    adults = min(order.party or _PARTY * rooms, limits_of(kind).max_guests * rooms)
    args: Json = {"how": "stay", "type": kind.id, "nights": span_json(stay), "rooms": rooms, "adults": adults}
    args |= {"house": house.id, "name": _named(order), "phone": order.phone}
    quote = _quote(counter, args)
    facts = {
        "what": f"{rooms} × {kind.name}",
        "property": house.name,
        "words": counter.nights(first, until),
        "guest": _named(order) or order.phone,
        "party": adults,
        "total": quote.total_paise,
    }
    return Plan("book", args, counter.words("effect_book", facts), house.id)


def _table(counter: Counter, order: Order, house: Property, day: date) -> Plan:
    party = order.party or _PARTY
    at = order.at or counter.now.astimezone(counter.zone).time()
    for target in order.of_kind("area"):
        ids_in(counter, order, target, house)
    search = TableSearch(counter.account_id, day, party, at=at, property_id=house.id, limit=1)
    offers = search_tables(counter.session, search, now=counter.now)
    if not offers:
        raise TablesGone(starts=datetime.combine(day, at, counter.zone).isoformat(), party=party)
    offer = offers[0]
    args: Json = {"how": "table", "starts": offer.starts_at.isoformat(), "party": party}
    args |= {"house": house.id, "name": _named(order), "phone": order.phone}
    quote = _quote(counter, args)
    local = offer.starts_at.astimezone(counter.zone)
    facts = {
        "what": counter.words("owner_a_table"),
        "property": house.name,
        "words": f"{counter.days(day, day)}, {_clock(local.time())}",
        "guest": _named(order) or order.phone,
        "party": party,
        "total": quote.total_paise or Money(0),
    }
    return Plan("book", args, counter.words("effect_book", facts), house.id)


def do_book(counter: Counter, args: Json, act: OwnerAct) -> Json | None:
    """Taken and agreed in one step."""
    quote = _quote(counter, args)
    guest = guest_at_desk(counter.session, counter.account_id, name=args["name"], phone=args["phone"], now=counter.now)
    booking = book_at_desk(counter.session, quote, guest, door=DOOR, actor_id=counter.person.user_id, now=counter.now)
    act.booking_id = booking.id
    counter.say("owner_booked", {"lines": counter.line_of(booking)}, booking_id=booking.id)
    return {"how": "unbook", "booking": booking.id}


def undo_book(counter: Counter, undo: Json) -> None:
    """It was a slip: nothing is kept."""
    cancel(
        counter.session,
        undo["booking"],
        actor=ActorKind.STAFF,
        actor_id=counter.person.user_id,
        door=DOOR,
        now=counter.now,
        waive=True,
    )


def _quote(counter: Counter, args: Json) -> Quote:
    if args["how"] == "table":
        return quote_table(
            counter.session,
            account_id=counter.account_id,
            property_id=args["house"],
            starts_at=datetime.fromisoformat(args["starts"]),
            party_size=args["party"],
            now=counter.now,
        )
    plan = counter.session.scalars(
        select(RatePlan.id).where(RatePlan.property_id == args["house"], RatePlan.code == BAR)
    ).one()
    return quote_stay(
        counter.session,
        account_id=counter.account_id,
        room_type_id=args["type"],
        rate_plan_id=plan,
        stay=nights_in(args),
        rooms=args["rooms"],
        adults=args["adults"],
        children=0,
        now=counter.now,
    )


def _with_type(order: Order, kind: RoomType) -> Json:
    kept = order.to_json()
    others = [row for row in kept.get("targets", ()) if row["kind"] not in {"type", "house"}]
    mine = [{"kind": "type", "said": kind.name, "ids": [kind.id]}]
    house = [{"kind": "house", "said": "", "ids": [kind.property_id]}]
    return {**kept, "targets": [*others, *mine, *house]}


def _named(order: Order) -> str | None:
    return order.name.title() if order.name else None


def _clock(at: time) -> str:
    return f"{at:%H:%M}"


PLANS: Final[dict[str, Planner]] = {"walk_in": plan_walk_in, "book": plan_book}
DOES: Final[dict[str, Doer]] = {"book": do_book}
UNDOES: Final[dict[str, Undoer]] = {"unbook": undo_book}
