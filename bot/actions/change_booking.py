"""A guest changes a booking that stands: told what it would cost, then a tap or a fresh yes, and only then done."""

from __future__ import annotations

from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

from bot.actions.change_wish import (
    SAID_OF_DATES,
    Wish,
    as_json,
    from_json,
    heard_wish,
    nearby,
    now_wished,
    quoted,
    whole_wish,
    would_differ,
)
from bot.actions.desk import DOOR, Desk
from bot.actions.payment import pay_for, send_way_to_pay
from bot.actions.taking import takes
from bot.turns import Offered
from core.bookings.change import change as change_now
from core.bookings.change import try_change
from core.bookings.change_money import Settled
from core.bookings.facts import booking_facts
from core.bookings.offer import unanswered
from core.errors import BookingError, BookingNotFound, HoldLapsed, QuoteLapsed
from core.messaging.outbox import tell_owners
from core.payments.ask import ask_for_payment
from core.pricing.deposit import is_payable
from models.base import Json
from models.booking import Booking
from models.property import Property
from models.rates import Quote
from models.states import ActorKind, BookingKind, BookingStatus

_BY_ITSELF: Final = frozenset({BookingStatus.HELD, BookingStatus.CONFIRMED, BookingStatus.ARRIVED})


def ask_change(desk: Desk, booking: Booking, words: str | None = None) -> None:
    """Go on from what shall be different, or ask what it is; what the house offered by itself is answered first."""
    if booking.status is BookingStatus.HELD and not _may_be_changed_unpaid(desk, booking):
        desk.conversation.booking_id = booking.id
        pay_for(desk, booking)
        return
    if desk.memory("about_booking") != booking.id:
        desk.remember(change_wish=None, changing=None)
    desk.remember(about_booking=booking.id)
    desk.conversation.journey = "my_booking"
    before = _wish_so_far(desk, booking)
    wish, problem = heard_wish(desk, booking, before, words)
    if problem is not None:
        desk.say(SAID_OF_DATES[problem], {"most": 60})
        _stands(desk, booking, "change_stands")
    elif wish != before and _may_do_it(desk, booking):
        propose(desk, booking, wish)
    elif wish != before or desk.asked == "change":
        note_change(desk, booking)
    else:
        _stands(desk, booking, "change_ask")


def of_hold(desk: Desk) -> bool:
    """Other nights, rooms or people for what is held and not paid: it stays until the new is agreed on.

    False when these words are about something else than this house can change, such as another house.
    """
    booking = desk.held
    if booking is None or desk.context.turn.kind != "text" or "then" in (desk.memory("picked") or {}):
        return False
    if not _may_be_changed_unpaid(desk, booking) or not would_differ(desk, booking):
        return False
    desk.remember(change_wish=None, changing=None, about_booking=None)
    ask_change(desk, booking)
    return True


def propose(desk: Desk, booking: Booking, wish: Wish) -> None:
    """What it would be and what that means in money; when it cannot be had, the nearest that can."""
    if wish == now_wished(desk, booking):
        _stands(desk, booking, "change_same")
        return
    try:
        with desk.session.begin_nested():
            quote = quoted(desk, booking, wish)
            told = try_change(desk.session, booking.id, quote_id=quote.id, actor=ActorKind.GUEST, now=desk.now)
    except HoldLapsed as refusal:
        _too_late(desk, booking, refusal)
        return
    except BookingError as refusal:
        desk.say(refusal.code, refusal.facts)
        _offer_nearest(desk, booking, wish)
        return
    desk.remember(change_wish=as_json(wish), changing={"booking_id": booking.id, "quote_id": quote.id})
    options = [
        Offered("change_yes", {"booking_id": booking.id}, "option_change_yes"),
        Offered("change_no", {"booking_id": booking.id}, "option_change_no"),
    ]
    desk.ask("confirm", "change_quote", _facts(desk, booking, quote, told), options=options, booking_id=booking.id)


def agree(desk: Desk) -> None:
    """Yes; unless it came with other words, such as one more night, which are priced first."""
    booking = _own(desk, desk.memory("about_booking"))
    before = _wish_so_far(desk, booking)
    wish, problem = heard_wish(desk, booking, before, None)
    if problem is None and wish != before:
        propose(desk, booking, wish)
    else:
        commit(desk)


def commit(desk: Desk) -> None:
    """Yes: the change is made, the core tells it, and a difference that is due now can be paid at once."""
    changing = desk.memory("changing")
    booking = _own(desk, changing["booking_id"])
    try:
        with desk.session.begin_nested():
            done = change_now(
                desk.session,
                booking.id,
                quote_id=changing["quote_id"],
                actor=ActorKind.GUEST,
                door=DOOR,
                now=desk.now,
                actor_id=desk.guest.id,
            )
    except QuoteLapsed as refusal:
        desk.say(refusal.code, refusal.facts)
        propose(desk, booking, _wish_so_far(desk, booking))
        return
    except HoldLapsed as refusal:
        _too_late(desk, booking, refusal)
        return
    except BookingError as refusal:
        wish = _wish_so_far(desk, booking)
        desk.say(refusal.code, refusal.facts)
        _offer_nearest(desk, booking, wish)
        return
    desk.forget_wishes()
    desk.conversation.booking_id = booking.id
    if booking.status is BookingStatus.HELD:
        _back_to_payment(desk, booking, f"{booking.kind.value}_held")
    elif is_payable(done.to_pay):
        link = ask_for_payment(desk.session, booking.id, now=desk.now, amount=done.to_pay)
        facts = booking_facts(desk.session, booking) | {"to_pay": link.amount_paise.paise, "pay_token": link.token}
        desk.say("change_pay", facts, booking_id=booking.id)


def keep_as_it_is(desk: Desk) -> None:
    """No: unless other words came with it, the booking stays as it is."""
    booking = _own(desk, desk.memory("about_booking"))
    before = _wish_so_far(desk, booking)
    wish, problem = heard_wish(desk, booking, before, None)
    if problem is None and wish != before:
        propose(desk, booking, wish)
        return
    _leave(desk, booking)


def is_open(desk: Desk) -> bool:
    """Whether the open question is about changing a booking."""
    about = desk.conversation.journey == "my_booking" and desk.memory("about_booking") is not None
    return about and (desk.asked == "change" or (desk.asked == "confirm" and desk.memory("changing") is not None))


def go_on(desk: Desk) -> None:
    """More words about the change that is being talked about."""
    ask_change(desk, _own(desk, desk.memory("about_booking")))


def says_more(desk: Desk) -> bool:
    """Whether these words make something else of the change being talked about, whatever they were taken for."""
    booking = _own(desk, desk.memory("about_booking"))
    before = _wish_so_far(desk, booking)
    wish, problem = heard_wish(desk, booking, before, None)
    return problem is None and wish != before


def note_change(desk: Desk, booking: Booking) -> None:
    """What this desk cannot do alone, the house hears of; the booking stays until then."""
    facts = booking_facts(desk.session, booking)
    tell_owners(
        desk.session,
        property_id=booking.property_id,
        reply="owner_change_wanted",
        facts=facts | {"words": desk.text[:500]},
        now=desk.now,
        booking_id=booking.id,
    )
    desk.forget_wishes()
    desk.say("change_noted", facts, booking_id=booking.id)


def _leave(desk: Desk, booking: Booking) -> None:
    """It stays as it is; what waits to be paid goes on waiting."""
    facts = booking_facts(desk.session, booking)
    desk.forget_wishes()
    desk.say("change_not_done", facts, booking_id=booking.id)
    if booking.status is BookingStatus.HELD:
        _back_to_payment(desk, booking, "pay_link")


def _back_to_payment(desk: Desk, booking: Booking, reply: str) -> None:
    """The open question is the payment again, and what is wished for is what is held."""
    desk.forget_wishes()
    desk.conversation.journey = booking.kind.value
    desk.remember(**{booking.kind.value: whole_wish(desk, booking).to_json()})
    send_way_to_pay(desk, booking, reply)


def _too_late(desk: Desk, booking: Booking, refusal: HoldLapsed) -> None:
    """The time to pay ended meanwhile: the wish is kept, for looking again."""
    wish = whole_wish(desk, booking)
    desk.forget_wishes()
    desk.conversation.journey = booking.kind.value
    desk.remember(**{booking.kind.value: wish.to_json()})
    desk.say(refusal.code, refusal.facts)


def _may_be_changed_unpaid(desk: Desk, booking: Booking) -> bool:
    """What the house keeps for a yes or no, or has said yes to just so, is not made something else unpaid."""
    house = desk.session.get_one(Property, booking.property_id)
    return not house.needs_approval and booking.id not in unanswered(desk.session, desk.guest.id, now=desk.now)


def _may_do_it(desk: Desk, booking: Booking) -> bool:
    """A house that says yes to every booking itself also says yes to every change."""
    house = desk.session.get_one(Property, booking.property_id)
    return booking.status in _BY_ITSELF and not house.needs_approval


def _wish_so_far(desk: Desk, booking: Booking) -> Wish:
    kept = desk.memory("change_wish")
    return now_wished(desk, booking) if kept is None else from_json(booking, kept)


def _stands(desk: Desk, booking: Booking, reply: str) -> None:
    desk.remember(changing=None)
    desk.ask("change", reply, booking_facts(desk.session, booking), booking_id=booking.id)


def _offer_nearest(desk: Desk, booking: Booking, wish: Wish) -> None:
    """The old booking stands, and that is said; beside it what could be had."""
    desk.remember(changing=None, change_wish=None)
    options = [
        Offered("change_to", {"booking_id": booking.id, "wish": as_json(found.wish)}, found.title, found.about)
        for found in nearby(desk, booking, wish)
    ]
    if not options:
        _stands(desk, booking, "change_stands")
        return
    facts = booking_facts(desk.session, booking)
    desk.ask("change", "change_nearest", facts, options=options, booking_id=booking.id)


def _facts(desk: Desk, booking: Booking, quote: Quote, told: Settled) -> Json:
    """The booking as it would be."""
    facts = booking_facts(desk.session, booking)
    facts |= {
        "before_total": facts["total"],
        "total": quote.total_paise.paise,
        "deposit": quote.deposit_paise.paise,
        "kept": told.kept.paise,
        "to_pay": told.to_pay.paise,
        "refund": told.refund.paise,
    }
    request = quote.request
    if booking.kind is BookingKind.TABLE:
        zone = ZoneInfo(desk.session.get_one(Property, booking.property_id).time_zone)
        starts = _on_the_clock(request["starts_at"], zone)
        return facts | {"starts": starts, "party": request["party_size"]}
    stay = {name: request[name] for name in ("arrival", "departure", "adults", "children")}
    nights = len({line["night"] for line in quote.parts["nights"]})
    more = {name: quote.parts.get(name) for name in ("rooms_by_type", "meal_plan", "code_lost")}
    return facts | stay | more | {"nights": nights}


def _on_the_clock(instant: str, zone: ZoneInfo) -> str:
    """An instant as the clock of the house shows it."""
    return datetime.fromisoformat(instant).astimezone(zone).isoformat(timespec="minutes")


def _own(desk: Desk, booking_id: int | None) -> Booking:
    booking = desk.session.get(Booking, booking_id) if booking_id is not None else None
    if booking is None or booking.guest_id != desk.guest.id:
        raise BookingNotFound
    return booking


@takes("change_yes")
def take_change_yes(desk: Desk, _value: Json) -> None:
    """Yes, change it."""
    commit(desk)


@takes("change_no")
def take_change_no(desk: Desk, value: Json) -> None:
    """No, leave it."""
    _leave(desk, _own(desk, value["booking_id"]))


@takes("change_to")
def take_change_to(desk: Desk, value: Json) -> None:
    """One of what is free instead."""
    booking = _own(desk, value["booking_id"])
    desk.remember(about_booking=booking.id)
    desk.conversation.journey = "my_booking"
    propose(desk, booking, from_json(booking, value["wish"]))
