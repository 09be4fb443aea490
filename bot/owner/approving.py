"""Requests answered from the chat: yes, no with a reason, another time; and who waits in line, and for what."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from bot.owner.counter import DOOR, Choose, Counter, Doer, Halt, Plan, Planner, Shower
from bot.owner.guests import booking_plan, expect
from bot.owner.order import Order
from bot.owner.resolve import booking_of, houses_meant, nights_of
from core.availability.sittings import DayFacts
from core.availability.table_closures import is_closed
from core.bookings.approve import approve, decline, propose
from core.bookings.change import tried
from core.bookings.confirm import confirm
from core.bookings.release import release_hold
from core.bookings.tell import tell_guest
from core.bookings.waitlist import entry_facts, leave, line_of
from core.bookings.waitlist_offer import offer_to
from core.errors import NightsNotOnSale, TablesGone
from core.owners.today import business_day
from models.base import Json
from models.booking import Booking
from models.dates import StayDates
from models.owners import OwnerAct
from models.property import Property
from models.states import HOLDING, ActorKind, BookingKind, BookingStatus, Role
from models.waitlist import WaitlistEntry

_PENDING: Final = BookingStatus.PENDING_APPROVAL
_SHOWN: Final = 9
_AHEAD: Final = timedelta(days=800)
_BEFORE_REASON: Final = re.compile(
    r"^[\s:,.\-–]*(?:because|reason|as|since|kyunki|kyonki|क्योंकि|कारण)?[\s:,.\-–]*", re.IGNORECASE
)


# --------------------------------------------------------------------------------------------------- requests


def plan_approve(counter: Counter, order: Order) -> Plan:
    """Say yes to a booking that waits for it; the card's own button needs no second yes."""
    booking = booking_of(counter, order, statuses=HOLDING)
    expect(booking, *HOLDING)
    return booking_plan(counter, "approve", booking, sure=counter.pressed_on_card)


def do_approve(counter: Counter, args: Json, _act: OwnerAct) -> Json | None:
    """The guest hears of it, and pays first where something is due; an unpaid hold is agreed as it is."""
    booking = counter.session.get_one(Booking, args["booking"], populate_existing=True)
    if booking.status is BookingStatus.HELD:
        confirm(
            counter.session, booking.id, actor=ActorKind.STAFF, door=DOOR, now=counter.now, actor_id=who_id(counter)
        )
    else:
        approve(counter.session, booking.id, door=DOOR, now=counter.now, actor_id=who_id(counter))
    return None


def plan_decline(counter: Counter, order: Order) -> Plan:
    """Say no, perhaps with a reason."""
    booking = booking_of(counter, order, statuses=HOLDING)
    expect(booking, *HOLDING)
    plan = booking_plan(counter, "decline", booking)
    reason = _reason(counter.heard.text, booking.reference)
    if reason is None:
        return plan
    facts = {"lines": counter.line_of(booking), "words": reason}
    args = plan.args | {"reason": reason}
    effect = counter.words("effect_decline_because", facts)
    return Plan("decline", args, effect, plan.property_id, plan.booking_id, plan.role, plan.sure)


def do_decline(counter: Counter, args: Json, _act: OwnerAct) -> Json | None:
    """It is off; what was paid goes back, and the guest hears of it with what else is free."""
    booking = counter.session.get_one(Booking, args["booking"], populate_existing=True)
    if booking.status is BookingStatus.HELD:
        who = who_id(counter)
        ended = release_hold(
            counter.session, booking.id, actor=ActorKind.STAFF, door=DOOR, now=counter.now, actor_id=who
        )
        tell_guest(counter.session, ended, "hold_ended_by_house", now=counter.now)
    else:
        decline(
            counter.session,
            booking.id,
            reason=args.get("reason"),
            door=DOOR,
            now=counter.now,
            actor_id=who_id(counter),
        )
    return None


def plan_propose(counter: Counter, order: Order) -> Plan:
    """Say no, and keep another time for the guest to say yes or no to."""
    booking = booking_of(counter, order, statuses=HOLDING)
    expect(booking, _PENDING)
    if booking.conversation_id is None:
        raise Halt("owner_no_chat")
    if order.first is None and (order.at is None or booking.kind is BookingKind.STAY):
        raise Halt("owner_need_when", keep="days")
    args: Json = {"booking": booking.id}
    if booking.kind is BookingKind.STAY:
        nights = (booking.last_day - booking.first_day).days
        stay = nights_of(counter, order if order.last or order.nights else _for_nights(order, nights))
        args |= {"arrival": stay.arrival.isoformat(), "departure": stay.departure.isoformat()}
        when = counter.nights(stay.arrival, stay.departure)
    else:
        house = counter.house(booking.property_id)
        starts = _starts(booking, house, order)
        args["starts"] = starts.isoformat()
        local = starts.astimezone(counter.zone)
        when = f"{counter.days(local.date(), local.date())}, {local:%H:%M}"
    _try_offer(counter, booking, args)
    facts = {"words": when, "lines": counter.line_of(booking)}
    return Plan("propose", args, counter.words("effect_propose", facts), booking.property_id, booking.id)


def _try_offer(counter: Counter, booking: Booking, args: Json) -> None:
    """What cannot be had is said now, before anybody says yes to it; a closed day is called by its name."""
    try:
        with tried(counter.session):
            _offer(counter, args)
    except (TablesGone, NightsNotOnSale):
        counter.session.refresh(booking)
        house = counter.house(booking.property_id)
        day = _day_offered(house, args)
        if day is not None and is_closed(counter.session, house.id, day):
            raise Halt("owner_closed_then", {"property": house.name, "day": day}) from None
        raise


def _day_offered(house: Property, args: Json) -> date | None:
    if "starts" not in args:
        return None
    return business_day(house, datetime.fromisoformat(args["starts"]))


def do_propose(counter: Counter, args: Json, _act: OwnerAct) -> Json | None:
    """Off, and the other time is kept for them."""
    _offer(counter, args)
    return None


def _offer(counter: Counter, args: Json) -> None:
    stay = None
    if "arrival" in args:
        stay = StayDates(date.fromisoformat(args["arrival"]), date.fromisoformat(args["departure"]))
    propose(
        counter.session,
        args["booking"],
        starts_at=datetime.fromisoformat(args["starts"]) if "starts" in args else None,
        stay=stay,
        door=DOOR,
        now=counter.now,
        actor_id=who_id(counter),
    )


def who_id(counter: Counter) -> int:
    """Who gives the order."""
    return counter.person.user_id


def _reason(text: str, reference: str) -> str | None:
    """What follows the reference."""
    found = re.search(re.escape(reference), text, re.IGNORECASE)
    if found is None:
        return None
    return _BEFORE_REASON.sub("", text[found.end() :]).strip()[:300] or None


def _for_nights(order: Order, nights: int) -> Order:
    """As many nights as were asked for."""
    return replace(order, nights=nights)


def _starts(booking: Booking, house: Property, order: Order) -> datetime:
    """That hour of that day; what was not said stays as it was."""
    day = DayFacts(house.time_zone, house.day_starts_at)
    at = order.at or booking.starts_at.astimezone(ZoneInfo(house.time_zone)).time()
    return day.moment(order.first or booking.first_day, at)


# ------------------------------------------------------------------------------------------- the waiting line


def show_line(counter: Counter, order: Order) -> None:
    """Who waits, first in line first; of a day, or of all days to come."""
    entries = _entries(counter, order)
    what = counter.words("owner_nothing_there") if not entries else _days(counter, order)
    lines = [line_text(counter, entry) for entry in entries[:30]]
    counter.say("owner_waitlist", {"what": what, "lines": "\n".join(lines) or None})


def plan_offer(counter: Counter, order: Order) -> Plan:
    """Offer what is free to one of them, whoever stands before."""
    entry = _one(counter, order)
    effect = counter.words("effect_offer_line", {"lines": line_text(counter, entry)})
    return Plan("offer_line", {"entry": entry.id}, effect, entry.property_id)


def do_offer(counter: Counter, args: Json, act: OwnerAct) -> Json | None:
    """Held and told."""
    booking = offer_to(counter.session, args["entry"], now=counter.now, actor_id=who_id(counter))
    act.booking_id = booking.id
    return None


def plan_unline(counter: Counter, order: Order) -> Plan:
    """Take somebody off the line."""
    entry = _one(counter, order)
    effect = counter.words("effect_unline", {"lines": line_text(counter, entry)})
    return Plan("unline", {"entry": entry.id}, effect, entry.property_id)


def do_unline(counter: Counter, args: Json, _act: OwnerAct) -> Json | None:
    """They wait no more."""
    leave(counter.session, args["entry"], actor=ActorKind.STAFF, actor_id=who_id(counter), door=DOOR, now=counter.now)
    return None


def line_text(counter: Counter, entry: WaitlistEntry) -> str:
    """One who waits, in one line."""
    facts = entry_facts(counter.session, entry)
    said = counter.words(
        f"owner_waits_{entry.kind.value}", {**facts, "guest": facts["guest"] or "?", "phone": facts["phone"] or ""}
    )
    return f"{said} ({counter.words('owner_waits_offered', facts)})" if facts["standing"] == "offered" else said


def _entries(counter: Counter, order: Order) -> Sequence[WaitlistEntry]:
    houses = houses_meant(counter, order)
    for house in houses:
        counter.require(Role.STAFF, house.id)
    first = order.first or counter.today
    until = (order.last or order.first or counter.today + _AHEAD) + timedelta(days=1)
    found = line_of(counter.session, [house.id for house in houses], first, until)
    named = [word.casefold() for word in (order.name or "").split()]
    if not named and order.phone is None:
        return found
    facts = [(entry, entry_facts(counter.session, entry)) for entry in found]
    return [
        entry
        for entry, about in facts
        if all(word in (about["guest"] or "").casefold() for word in named)
        and (order.phone is None or (about["phone"] or "").endswith(order.phone[-10:]))
    ]


def _one(counter: Counter, order: Order) -> WaitlistEntry:
    if order.number is not None:
        entry = counter.session.get(WaitlistEntry, order.number)
        if entry is not None and entry.property_id in counter.house_ids:
            return entry
    if not order.name and not order.phone:
        raise Halt("owner_need_name", keep="name")
    found = _entries(counter, order)
    if not found:
        raise Halt("owner_not_found", {"what": order.name or order.phone})
    if len(found) > 1:
        choices = [(line_text(counter, entry), {**order.to_json(), "number": entry.id}) for entry in found[:_SHOWN]]
        raise Choose("owner_which_wait", choices)
    return found[0]


def _days(counter: Counter, order: Order) -> str:
    if order.first is None:
        return counter.words("owner_waitlist_all")
    return counter.days(order.first, order.last or order.first)


PLANS: Final[dict[str, Planner]] = {
    "approve": plan_approve,
    "decline": plan_decline,
    "propose": plan_propose,
    "offer_line": plan_offer,
    "unline": plan_unline,
}
DOES: Final[dict[str, Doer]] = {
    "approve": do_approve,
    "decline": do_decline,
    "propose": do_propose,
    "offer_line": do_offer,
    "unline": do_unline,
}
SHOWS: Final[dict[str, Shower]] = {"waitlist": show_line}
