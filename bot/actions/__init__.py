"""What the desk does in answer to a turn: one function per action Rasa may choose."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from bot.actions import (
    afterwards,
    alternatives,
    answer,
    bills,
    change_booking,
    cheapest,
    choosing,
    codes,
    confirm,
    forgetting,
    handoff,
    legs,
    my_booking,
    noting,
    onward,
    quoting,
    reaching,
    reviewing,
    standing,
    stay,
    table,
    talk,
    waitlist,
)
from bot.actions.desk import Desk
from bot.actions.elsewhere import elsewhere
from bot.language import settled
from bot.turns import TurnContext
from models.booking import Booking
from models.states import BookingStatus, PropertyKind

type Act = Callable[[Desk], None]

# What "one more person" may be taken for while a change is being talked about.
_PERHAPS_A_CHANGE: Final = frozenset({"action_unclear", "action_alternatives", "action_service"})

_ACTS: Final[Mapping[str, Act]] = {
    "action_greet": talk.greet,
    "action_goodbye": talk.goodbye,
    "action_thank": talk.thank,
    "action_stay": stay.stay,
    "action_table": table.table,
    "action_select": choosing.select,
    "action_confirm": confirm.affirm,
    "action_decline": confirm.decline,
    "action_alternatives": alternatives.alternatives,
    "action_answer": answer.answer,
    "action_check_booking": my_booking.check,
    "action_change_booking": confirm.change,
    "action_cancel_booking": my_booking.cancel_or_abandon,
    "action_pay": confirm.pay,
    "action_abandon": my_booking.abandon,
    "action_handoff": talk.person,
    "action_service": handoff.service,
    "action_language": talk.language,
    "action_my_data": talk.my_data,
    "action_tap": talk.tap,
    "action_location": talk.location,
    "action_media": talk.media,
    "action_unclear": talk.unclear,
}


def _answering(name: str, act: Act) -> Callable[[TurnContext], None]:
    """What comes before every action: the guest's language, what has ended meanwhile, a button typed as words."""

    def answer_turn(context: TurnContext) -> None:
        desk = Desk(context)
        if context.turn.kind == "text":
            _settle_language(desk)
            talk.keep_media(desk)
        _catch_up(desk)
        nothing_fits = _fits_nothing(desk, name)
        if name != "action_unclear" and not nothing_fits:
            desk.conversation.misses = 0
        if context.turn.kind == "text" and talk.nothing_written(desk):
            return
        if context.turn.kind == "text" and (
            reaching.took(desk, confirm.book)
            or forgetting.took(desk)
            or my_booking.proven(desk)
            or onward.took(desk)
            or my_booking.told_what_comes_back(desk)
            or quoting.of_something_old(desk)
            or reviewing.took(desk)
            or standing.answered(desk)
            or choosing.take_typed(desk)
            or alternatives.again(desk)
            or waitlist.by_words(desk)
        ):
            desk.conversation.misses = 0
            return
        if context.turn.kind == "text" and (
            bills.took(desk)
            or codes.took(desk)
            or cheapest.took(desk)
            or afterwards.took(desk)
            or afterwards.one_more_room(desk)
            or noting.took(desk)
            or alternatives.too_dear(desk)
            or answer.besides(desk)
        ):
            desk.conversation.misses = 0
            return
        if _about_the_change(desk, name):
            change_booking.go_on(desk)
            return
        if nothing_fits:
            talk.unclear(desk)
            return
        started_without = desk.conversation.journey == "none" and context.understood.intent == "inform"
        (talk.start_somewhere if started_without else act)(desk)

    return answer_turn


def _fits_nothing(desk: Desk, name: str) -> bool:
    """Words nobody understood that were passed on as a possible answer, and answer nothing."""
    if desk.context.understood.intent not in {"nlu_fallback", "out_of_scope"} or change_booking.is_open(desk):
        return False
    journeys = {"action_stay": "stay", "action_table": "table"}
    if name not in journeys or desk.conversation.journey != journeys[name]:
        return False
    wish = desk.stay if name == "action_stay" else desk.table
    kind = PropertyKind.HOTEL if name == "action_stay" else PropertyKind.RESTAURANT
    heard = desk.hear(journeys[name])
    says_something = heard.problem is not None or heard.bare is not None or elsewhere(desk, kind, place=wish.place)
    return not says_something and wish.merge(heard, desk.mentions, asked=desk.asked) == wish


def _about_the_change(desk: Desk, name: str) -> bool:
    """Whether words that sound like a new wish, or like nothing known, answer what of a booking shall be different."""
    if not change_booking.is_open(desk):
        return False
    if name == "action_select":
        return not choosing.take_named(desk, desk.conversation.options)
    if name in {"action_stay", "action_table"} or (name == "action_unclear" and desk.asked == "change"):
        return True
    return name in _PERHAPS_A_CHANGE and change_booking.says_more(desk)


def _settle_language(desk: Desk) -> None:
    """Answer in the language the guest writes, unless they have asked for one."""
    talk_row = desk.conversation
    names = [name for house in desk.directory.houses for name in (house.name, house.city, house.area)]
    spoken = settled(talk_row.language, chosen=talk_row.language_chosen, text=desk.text, names=names)
    if spoken != talk_row.language:
        talk_row.language = spoken
        desk.guest.language = spoken


def _catch_up(desk: Desk) -> None:
    """A payment that came in, or a hold that lapsed, has closed the question of paying."""
    if desk.asked != "payment" or desk.conversation.booking_id is None:
        return
    booking = desk.session.get(Booking, desk.conversation.booking_id)
    if booking is None or booking.status is BookingStatus.HELD:
        return
    if booking.status is BookingStatus.EXPIRED:
        desk.conversation.asked = "none"
        desk.remember(question=None, quote_id=None)
        return
    then = legs.waiting(desk)
    desk.forget_wishes()
    legs.keep(desk, then)


ACTIONS: Final[Mapping[str, Callable[[TurnContext], None]]] = {
    name: _answering(name, act) for name, act in _ACTS.items()
}
