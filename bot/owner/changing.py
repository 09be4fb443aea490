"""Orders that change a booking: longer, shorter, other nights, another room or hour; said back before it is done."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from bot.actions.change_wish import Wish, now_wished, quoted
from bot.dates import understand
from bot.owner.counter import DOOR, Counter, Doer, Halt, Plan, Planner
from bot.owner.guests import expect
from bot.owner.order import Order
from bot.owner.resolve import booking_of
from bot.wishes import StayWish
from core.bookings.change import CHANGEABLE, change, try_change
from core.bookings.facts import booking_facts
from models.base import Json
from models.booking import Booking
from models.owners import OwnerAct
from models.property import Property
from models.rates import Quote
from models.states import ActorKind, BookingKind, Role

KINDS: Final = frozenset({"extend", "leave_on", "upgrade", "move_booking", "early"})


def plan_change(counter: Counter, order: Order) -> Plan:
    """What it would be and what it means in money; forgoing the difference is the owner's own right."""
    booking = booking_of(counter, order, statuses=tuple(CHANGEABLE))
    expect(booking, *CHANGEABLE)
    role = Role.OWNER if order.full else Role.STAFF
    counter.require(role, booking.property_id)
    before = now_wished(counter, booking)
    wish = _wished(counter, order, booking, before)
    if wish == before:
        raise Halt("owner_change_to_what", {"reference": booking.reference})
    quote = quoted(counter, booking, wish, free=order.full, other_room=order.kind == "upgrade")
    told = try_change(
        counter.session, booking.id, quote_id=quote.id, actor=ActorKind.STAFF, now=counter.now, waive=order.full
    )
    facts = booking_facts(counter.session, booking)
    facts |= {
        "words": _in_words(counter, booking, quote),
        "before_total": facts["total"],
        "total": quote.total_paise,
        "kept": told.kept,
        "refund": told.refund,
        "was": counter.line_of(booking),
    }
    effect = counter.words("effect_change_booking", facts)
    args: Json = {"booking": booking.id, "quote": quote.id, "waive": order.full}
    return Plan(order.kind, args, effect, booking.property_id, booking.id, role=role)


def do_change(counter: Counter, args: Json, _act: OwnerAct) -> Json | None:
    """It is changed; the guest and the others in charge hear of it."""
    if args["waive"]:
        counter.require(Role.OWNER, counter.session.get_one(Booking, args["booking"]).property_id)
    change(
        counter.session,
        args["booking"],
        quote_id=args["quote"],
        actor=ActorKind.STAFF,
        actor_id=counter.person.user_id,
        door=DOOR,
        now=counter.now,
        waive=args["waive"],
    )
    return None


def _wished(counter: Counter, order: Order, booking: Booking, before: Wish) -> Wish:
    """The booking as the order wants it."""
    house = counter.session.get_one(Property, booking.property_id)
    heard = understand(
        order.text or "",
        now=counter.now.astimezone(ZoneInfo(house.time_zone)),
        journey="stay" if booking.kind is BookingKind.STAY else "table",
        day_starts=house.day_starts_at,
    )
    if not isinstance(before, StayWish):
        return before.merge(heard)
    named = order.of_kind("type")
    wish = replace(before, room_type=named[0].said) if named else before
    if order.kind == "early" and wish.check_out is not None:
        return replace(wish, check_in=counter.today, nights=(wish.check_out - counter.today).days)
    day = heard.check_out or heard.check_in or heard.date
    if order.kind == "leave_on" or (order.kind == "extend" and day is not None):
        return wish if day is None else replace(wish, check_out=day, nights=_nights(wish, day))
    if order.kind == "extend":
        more = heard.more_nights or heard.nights or heard.bare or 0
        if wish.check_out is None:
            return wish
        until = wish.check_out + timedelta(days=more)
        return replace(wish, check_out=until, nights=_nights(wish, until))
    return wish.merge(heard)


def _nights(wish: StayWish, until: date) -> int | None:
    return (until - wish.check_in).days if wish.check_in else None


def _in_words(counter: Counter, booking: Booking, quote: Quote) -> str:
    """The booking as it would be, in one line."""
    asked = quote.request
    if booking.kind is BookingKind.TABLE:
        facts = {"starts": _local(counter, asked["starts_at"]), "party": asked["party_size"]}
        return counter.words("owner_table_then", facts)
    stay = {name: asked[name] for name in ("arrival", "departure", "adults", "children")}
    return counter.words("owner_stay_then", stay | {"rooms_by_type": quote.parts["rooms_by_type"]})


def _local(counter: Counter, instant: str) -> str:
    return datetime.fromisoformat(instant).astimezone(counter.zone).isoformat(timespec="minutes")


PLANS: Final[dict[str, Planner]] = dict.fromkeys(KINDS, plan_change)
DOES: Final[dict[str, Doer]] = dict.fromkeys(KINDS, do_change)
