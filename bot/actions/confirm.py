"""Yes and no, each to the question that was really asked; what costs money needs a tap or a fresh yes."""

from __future__ import annotations

import re
from typing import Final

from bot.actions import (
    alternatives,
    change_booking,
    codes,
    handoff,
    legs,
    my_booking,
    noting,
    onward,
    reaching,
    rooms,
    split,
    table,
    tables,
    twice,
)
from bot.actions.changes import change_by_name, change_what, changed_by_words
from bot.actions.choosing import take_named
from bot.actions.desk import DOOR, Desk
from bot.actions.payment import send_way_to_pay
from bot.actions.seats import wishes_of
from bot.actions.taking import takes
from core.bookings.confirm import confirm as confirm_booking
from core.bookings.hold import place_hold
from core.errors import (
    AtithiError,
    BookingError,
    NightsNotOnSale,
    NotServing,
    QuoteLapsed,
    RoomsGone,
    RoomsPromised,
    TablesGone,
    TimeHasPassed,
    TooLateToArrive,
)
from core.owners.promises import tell_of_promises
from core.owners.refused import tell_refused
from models.base import Json
from models.rates import Quote
from models.states import ActorKind, BookingStatus

_LEAVING: Final = re.compile(
    r"leave it|never ?mind|forget it|no need|not interested|rehne d|rahne d|chh?od|jaane do|nahi chahiye"
    r"|रहने द|छोड|नहीं चाहिए"
)
_GONE: Final = (RoomsGone, TablesGone, NightsNotOnSale, NotServing, TimeHasPassed, TooLateToArrive)


def affirm(desk: Desk) -> None:
    """Yes: to the price, to the cancelling, to the one option there is."""
    if desk.asked in {"confirm", "option", "dates", "guests", "date", "time", "party", "place"} and changed_by_words(
        desk
    ):
        return
    if desk.asked in {"confirm", "cancel"} and not desk.context.answers_last_question:
        desk.say("fresh_yes")
        desk.ask_again()
        return
    _agree(desk)


def _agree(desk: Desk) -> None:
    match desk.asked:
        case "confirm" if change_booking.is_open(desk):
            change_booking.agree(desk)
        case "change" if change_booking.is_open(desk):
            change_booking.go_on(desk)
        case "confirm":
            book(desk)
        case "cancel":
            my_booking.cancel_now(desk, desk.memory("about_booking"))
        case "option" if len(desk.memory("offers") or ()) == 1:
            take_offer(desk)
        case "time" if len(desk.conversation.options) == 1 and desk.conversation.options[0]["kind"] == "when":
            table.take_when(desk, desk.conversation.options[0]["value"])
        case "unclear":
            handoff.hand_over(desk, "asked")
        case "payment":
            desk.say("payment_waiting")
            desk.ask_again()
        case "none":
            desk.ask("journey", "what_next", options=my_booking.start_options())
        case _:
            desk.ask_again()


def decline(desk: Desk) -> None:
    """No: something else instead, or nothing at all."""
    if change_booking.is_open(desk):
        change_booking.keep_as_it_is(desk)
        return
    if desk.asked not in {"none", "cancel"} and _LEAVING.search(desk.text.casefold()):
        my_booking.abandon(desk)
        return
    offers = desk.memory("offers") or []
    if desk.asked in {"confirm", "option"} and take_named(desk, offers):
        return
    if desk.conversation.journey in {"stay", "table"} and desk.asked != "cancel" and changed_by_words(desk):
        return
    match desk.asked:
        case "confirm":
            change_what(desk)
        case "cancel":
            my_booking.keep(desk)
        case "option":
            alternatives.others(desk)
        case "payment":
            my_booking.abandon(desk)
        case "unclear" | "none" | "journey":
            desk.forget_wishes()
            desk.say("what_next")
        case _:
            desk.ask_again()


def book(desk: Desk) -> None:
    """Take it off sale at the price told; then the way to pay, or the confirmation at once."""
    quote_id, picked = desk.memory("quote_id"), desk.memory("picked")
    if quote_id is None or picked is None:
        desk.ask("journey", "what_next", options=my_booking.start_options())
        return
    if "then" in picked:
        split.book_both(desk)
        return
    if twice.asked_about(desk) or reaching.asked_for_phone(desk):
        return
    then = legs.waiting(desk)
    try:
        with desk.session.begin_nested():
            booking = place_hold(
                desk.session,
                quote_id=quote_id,
                guest_id=desk.guest.id,
                conversation_id=desk.conversation.id,
                channel=desk.conversation.channel,
                door=DOOR,
                now=desk.now,
                actor=ActorKind.GUEST,
                actor_id=desk.guest.id,
                wishes=wishes_of(desk.table) if "starts_at" in picked else noting.for_house(desk.stay),
                beside=desk.memory("beside"),
            )
    except QuoteLapsed:
        _quote_again(desk)
        return
    except BookingError as refusal:
        if not codes.used_up_meanwhile(desk, refusal):
            _say_what_else(desk, refusal)
        return
    desk.conversation.booking_id = booking.id
    if booking.status is BookingStatus.PENDING_APPROVAL:
        my_booking.close_with(desk, "awaiting_approval", booking)
    elif booking.deposit_paise:
        if then:
            desk.say("legs_after_payment", {"place": then[0].place})
        held = "table_held" if "starts_at" in picked else "stay_held"
        send_way_to_pay(desk, booking, held)
        return
    else:
        confirm_booking(
            desk.session, booking.id, actor=ActorKind.GUEST, door=DOOR, now=desk.now, actor_id=desk.guest.id
        )
        desk.forget_wishes()
    onward.go_on(desk, then)


def pay(desk: Desk) -> None:
    """Wanting to pay for what was just priced is a yes to it; else it is about a booking."""
    if desk.asked == "confirm":
        affirm(desk)
    else:
        my_booking.pay(desk)


def change(desk: Desk) -> None:
    """Changing means what is being arranged, as long as something is and no booking is named."""
    if desk.conversation.journey not in {"stay", "table"} or my_booking.speaks_of_a_booking(desk):
        my_booking.change(desk)
    elif not changed_by_words(desk):
        change_by_name(desk)


@takes("no_phone")
def take_no_phone(desk: Desk, _value: Json) -> None:
    """The button under the question for a number."""
    reaching.go_on_without(desk, book)


@takes("confirm")
def take_confirm(desk: Desk, _value: Json) -> None:
    """The button under a price."""
    book(desk)


def take_offer(desk: Desk) -> None:
    """The one thing offered is what they want."""
    offer = desk.memory("offers")[0]
    journey = table.take if offer["kind"] == "table" else rooms.quote
    journey(desk, offer["value"])


def _quote_again(desk: Desk) -> None:
    """The price had run out: look again and ask again."""
    old = desk.session.get(Quote, desk.memory("quote_id"))
    picked = desk.memory("picked")
    journey = tables if "starts_at" in picked else rooms
    journey.quote(desk, picked, renewed=old is not None)


def _say_what_else(desk: Desk, refusal: AtithiError) -> None:
    """Somebody was faster: say so, and offer the nearest thing in the same breath."""
    picked = desk.memory("picked")
    desk.say(refusal.code, refusal.facts)
    if isinstance(refusal, RoomsPromised):
        tell_of_promises(desk.session, refusal, now=desk.now)
    elif isinstance(refusal, RoomsGone | TablesGone):
        tell_refused(desk.session, desk.memory("quote_id"), guest_id=desk.guest.id, now=desk.now)
    if not isinstance(refusal, _GONE):
        return  # what was priced stays, for when the obstacle is out of the way
    desk.remember(picked=None, quote_id=None)
    if "starts_at" in picked:
        tables.look(desk, desk.table, besides=[picked])
    else:
        rooms.look(desk, desk.stay, besides=[picked["room_type_id"]])
