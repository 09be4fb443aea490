"""A stay with a move in it: two bookings, one after the other, told as two and taken together or not at all."""

from __future__ import annotations

from bot.actions import rooms
from bot.actions.desk import DOOR, Desk
from bot.actions.offers import dates_in
from bot.actions.payment import send_way_to_pay
from bot.actions.taking import takes
from core.bookings.confirm import confirm
from core.bookings.hold import place_hold
from core.errors import BookingError
from core.pricing.quote import quote_stay
from models.base import Json
from models.booking import Booking
from models.dates import StayDates
from models.property import Property
from models.rates import Quote
from models.states import ActorKind, BookingStatus


@takes("split")
def take_split(desk: Desk, value: Json) -> None:
    """Tell both halves with their prices, and what both come to."""
    then = value["then"]
    try:
        with desk.session.begin_nested():
            first_quote, then_quote = _quote(desk, value), _quote(desk, then)
    except BookingError as refusal:
        desk.say(refusal.code, refusal.facts)
        rooms.look(desk, desk.stay)
        return
    (arrival, move), (_, departure) = dates_in(value), dates_in(then)
    house = desk.session.get_one(Property, value["property_id"])
    desk.conversation.journey = "stay"
    desk.remember(picked=value, quote_id=first_quote.id, then_quote_id=then_quote.id)
    facts = {
        "property": house.name,
        "city": house.city,
        "first": first_quote.parts["rooms_by_type"],
        "then": then_quote.parts["rooms_by_type"],
        "arrival": arrival,
        "move": move,
        "departure": departure,
        "first_total": first_quote.total_paise,
        "then_total": then_quote.total_paise,
        "total": first_quote.total_paise + then_quote.total_paise,
        "due_now": first_quote.deposit_paise + then_quote.deposit_paise,
    }
    desk.ask("confirm", "quote_split", facts, options=rooms.confirm_options())


def book_both(desk: Desk) -> None:
    """Hold both halves; where one is gone meanwhile, neither is taken and something else is offered."""
    try:
        with desk.session.begin_nested():
            first = _hold(desk, desk.memory("quote_id"), beside=None)
            then = _hold(desk, desk.memory("then_quote_id"), beside=first.id)
    except BookingError as refusal:
        desk.say(refusal.code, refusal.facts)
        desk.remember(picked=None, quote_id=None, then_quote_id=None)
        rooms.look(desk, desk.stay)
        return
    for booking in (first, then):
        desk.conversation.booking_id = booking.id
        if booking.status is BookingStatus.HELD and booking.deposit_paise:
            send_way_to_pay(desk, booking, "stay_held_half")
        elif booking.status is BookingStatus.HELD:
            confirm(desk.session, booking.id, actor=ActorKind.GUEST, door=DOOR, now=desk.now, actor_id=desk.guest.id)
    if not any(booking.deposit_paise for booking in (first, then)):
        desk.forget_wishes()


def _quote(desk: Desk, value: Json) -> Quote:
    return quote_stay(
        desk.session,
        account_id=desk.account_id,
        room_type_id=value["room_type_id"],
        rate_plan_id=value["rate_plan_id"],
        stay=StayDates(*dates_in(value)),
        rooms=value["rooms"],
        adults=value["adults"],
        children=value["children"],
        now=desk.now,
    )


def _hold(desk: Desk, quote_id: int, *, beside: int | None) -> Booking:
    return place_hold(
        desk.session,
        quote_id=quote_id,
        guest_id=desk.guest.id,
        conversation_id=desk.conversation.id,
        channel=desk.conversation.channel,
        door=DOOR,
        now=desk.now,
        actor=ActorKind.GUEST,
        actor_id=desk.guest.id,
        beside=beside,
    )
