"""A guest's own bookings: where they stand, cancelling with the cost told first, wishes to change them."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Final

from sqlalchemy import select

from bot.actions import change_booking, getting_back, legs, onward, proving
from bot.actions.change_wish import fitting
from bot.actions.desk import DOOR, Desk
from bot.actions.holding import let_hold_go
from bot.actions.payment import pay_for
from bot.actions.taking import takes
from bot.actions.waitlist import tell as tell_waits
from bot.turns import Offered
from core.bookings.cancel import cancel
from core.bookings.facts import booking_facts
from core.bookings.find import bookings_of_guest, by_reference
from core.bookings.reference import as_reference
from core.bookings.release import release_hold
from core.bookings.tell import tell_house
from core.bookings.waitlist import waits_of
from core.errors import BookingNotFound
from models.base import Json
from models.booking import Booking
from models.guest import Guest
from models.messaging import Message
from models.states import ACTIVE, HOLDING, ActorKind, BookingKind, BookingStatus

_WORD: Final = re.compile(r"[A-Za-z0-9]{6}")
_SHOWN: Final = 9
# What leads a guest to the door; nobody is sent to a booking that is over.
_THE_WAY: Final = ("check_in_at", "address", "lat", "lon")
_BOOKED: Final = re.compile(r"booking|reservation|बुकिंग|reserve|meri book|my room|my table", re.IGNORECASE)
_CONFIRMATION: Final = re.compile(r"confirmation|voucher|qr|calendar|कन्फर्मेशन|कन्फ़र्मेशन|पुष्टि")
_QUESTIONS: Final = frozenset({"place", "dates", "guests", "option", "confirm", "date", "time", "party", "change"})


def check(desk: Desk) -> None:
    """Where my booking stands."""
    _about_one(desk, "status", _status)


def pay(desk: Desk) -> None:
    """The guest wants to pay: what is held, or what is still open."""
    if desk.held is not None:
        pay_for(desk, desk.held)
        return
    _about_one(desk, "pay", pay_for)


def change(desk: Desk) -> None:
    """Something about an agreed booking shall be different: the house hears of it, the booking stays until then."""
    if change_booking.is_open(desk) and not _references(desk):
        change_booking.go_on(desk)
        return
    _about_one(desk, "change", change_booking.ask_change)


def cancel_or_abandon(desk: Desk) -> None:
    """Cancelling in the middle of something drops that; else it is about a booking."""
    if change_booking.is_open(desk) and not speaks_of_a_booking(desk):
        change_booking.keep_as_it_is(desk)
        return
    if desk.asked == "cancel" and not _references(desk) and desk.context.answers_last_question:
        cancel_now(desk, desk.memory("about_booking"))  # "cancel it", in answer to "shall I cancel it?"
        return
    in_the_middle = desk.conversation.journey in {"stay", "table"} and desk.asked in _QUESTIONS
    if desk.held is not None or (in_the_middle and not speaks_of_a_booking(desk)):
        abandon(desk)
        return
    _about_one(desk, "cancel", _ask_cancel)


def abandon(desk: Desk) -> None:
    """Drop what was going on; an unpaid hold is let go, and that is said."""
    if change_booking.is_open(desk):
        change_booking.keep_as_it_is(desk)
        return
    if desk.asked == "cancel":
        keep(desk)
        return
    held, then = desk.held, legs.waiting(desk)
    if held is not None:
        facts = booking_facts(desk.session, held)
        let_hold_go(desk, silently=True)
        desk.forget_wishes()
        desk.say("abandoned_hold", facts)
        onward.go_on(desk, then)
        return
    anything = desk.asked != "none" or bool(desk.memory("stay") or desk.memory("table"))
    desk.forget_wishes()
    if anything:
        desk.say("abandoned")
        onward.go_on(desk, then)
    else:
        desk.ask("journey", "nothing_open", options=start_options())


def told_what_comes_back(desk: Desk) -> bool:
    """How much cancelling would give back, asked by who has a booking; False when it is about something else."""
    if desk.asked == "confirm" or not getting_back.is_asked(desk.text) or change_booking.is_open(desk):
        return False
    if not _bookings(desk, "refund"):
        return False
    was = desk.conversation.journey
    _about_one(desk, "refund", _tell_refund)
    if desk.asked != "which_booking":
        desk.conversation.journey = was
    return True


def _tell_refund(desk: Desk, booking: Booking) -> None:
    """The amount, and back to what was open before; a list to choose from is closed by it."""
    getting_back.tell(desk, booking)
    if desk.asked == "which_booking":
        desk.forget_wishes()
    else:
        desk.ask_again()


def speaks_of_a_booking(desk: Desk) -> bool:
    """Whether a booking is named, not only what is going on."""
    return bool(_BOOKED.search(desk.text) or _references(desk))


def cancel_now(desk: Desk, booking_id: int | None) -> None:
    """The guest knows the cost and is sure; the core tells them when it is done."""
    booking = _own(desk, booking_id)
    if booking.status in HOLDING:
        if booking.status is BookingStatus.PENDING_APPROVAL:
            tell_house(desk.session, booking, "owner_request_withdrawn", now=desk.now)
        release_hold(desk.session, booking.id, actor=ActorKind.GUEST, door=DOOR, now=desk.now, actor_id=desk.guest.id)
        close_with(desk, "hold_released", booking)
        return
    cancel(desk.session, booking.id, actor=ActorKind.GUEST, door=DOOR, now=desk.now, actor_id=desk.guest.id)
    desk.forget_wishes()


def keep(desk: Desk) -> None:
    """No, do not cancel it after all."""
    booking = _own(desk, desk.memory("about_booking"))
    close_with(desk, "cancel_not_done", booking)


def close_with(desk: Desk, reply: str, booking: Booking) -> None:
    """Say how it ended; nothing is open any more."""
    facts = booking_facts(desk.session, booking)
    desk.forget_wishes()
    desk.say(reply, facts, booking_id=booking.id)


def start_options() -> list[Offered]:
    """What this desk can do."""
    return [
        Offered("start", {"journey": "stay"}, "option_book_room"),
        Offered("start", {"journey": "table"}, "option_book_table"),
        Offered("start", {"journey": "my_booking"}, "option_my_booking"),
    ]


# ------------------------------------------------------------------------------------------------ which booking


def _about_one(desk: Desk, what: str, go_on: Callable[[Desk, Booking], None]) -> None:
    """The booking meant: by its reference, the only one, or one chosen from a list."""
    was = desk.conversation.journey
    desk.conversation.journey = "my_booking"
    named = [by_reference(desk.session, desk.account_id, reference) for reference in _references(desk)]
    if named:
        _go_on_with(desk, named[0], what, go_on)
        return
    if (quoted := quoted_booking(desk)) is not None:
        go_on(desk, quoted)
        return
    bookings = _bookings(desk, what)
    if not bookings and what == "status" and waits_of(desk.session, desk.guest.id):
        desk.conversation.journey = was
        tell_waits(desk)
    elif not bookings and was in {"stay", "table"}:
        desk.conversation.journey = was  # what was going on goes on
        desk.say("no_booking")
        desk.ask_again()
    elif not bookings:
        desk.forget_wishes()
        desk.ask("journey", "no_booking", options=start_options()[:2])
    else:
        _one_of(desk, bookings, what, go_on)


def change_one_of(desk: Desk, bookings: Sequence[Booking]) -> None:
    """Of these the words would make something else: that one, or which one?"""
    desk.conversation.journey = "my_booking"
    _one_of(desk, bookings, "change", change_booking.ask_change)


def _one_of(desk: Desk, bookings: Sequence[Booking], what: str, go_on: Callable[[Desk, Booking], None]) -> None:
    if what == "change":  # "one more night" is said of no table
        bookings = fitting(desk, bookings) or bookings
    if len(bookings) == 1:
        go_on(desk, bookings[0])
        return
    options = [_as_option(desk, booking, what) for booking in bookings[:_SHOWN]]
    desk.ask("which_booking", "which_booking", {"count": len(bookings)}, options=options)
    desk.remember(change_words=desk.text if what == "change" else None)


def _bookings(desk: Desk, what: str) -> Sequence[Booking]:
    """Those still to come; for its status also the one that was just talked about."""
    since = desk.conversation.fresh_since
    found = bookings_of_guest(desk.session, desk.guest.id, now=desk.now, made_since=since)
    if found or what != "status" or desk.conversation.booking_id is None:
        return found
    return [desk.session.get_one(Booking, desk.conversation.booking_id)]


def _references(desk: Desk) -> list[str]:
    words = _WORD.findall(desk.text)
    return [word for word in words if as_reference(word) and (word.isupper() or any(sign.isdigit() for sign in word))]


def _go_on_with(desk: Desk, booking: Booking, what: str, go_on: Callable[[Desk, Booking], None]) -> None:
    """A reference alone is no proof: made under another number, the name must be known too."""
    if booking.guest_id == desk.guest.id:
        desk.conversation.fresh_since = None  # they know it: the number is still theirs
        go_on(desk, booking)
        return
    if desk.session.get_one(Guest, booking.guest_id).name is None:
        raise BookingNotFound(reference=booking.reference)
    proving.ask_proof(desk, booking, what)


def proven(desk: Desk) -> bool:
    """The name asked for as proof, or a reference that comes by itself; False when it is neither."""
    if proving.took(desk, lambda each, booking, what: GO_ON[what](each, booking)):
        return True
    lone = desk.text.strip().rstrip(".!")
    alone = bool(_WORD.fullmatch(lone)) and bool(_references(desk))
    if alone or (proving.says_so(desk) and _references(desk)):
        check(desk)
        return True
    return False


def quoted_booking(desk: Desk) -> Booking | None:
    """The booking of the message these words answer, when it is this guest's."""
    sid = desk.context.turn.content.get("answers")
    if not sid:
        return None
    booking_id = desk.session.scalar(
        select(Message.booking_id).where(
            Message.provider_id == sid, Message.conversation_id == desk.conversation.id, Message.booking_id.is_not(None)
        )
    )
    booking = None if booking_id is None else desk.session.get_one(Booking, booking_id)
    return booking if booking is not None and booking.guest_id == desk.guest.id else None


def _own(desk: Desk, booking_id: int | None) -> Booking:
    booking = desk.session.get(Booking, booking_id) if booking_id is not None else None
    if booking is None or booking.guest_id != desk.guest.id:
        raise BookingNotFound
    return booking


def _as_option(desk: Desk, booking: Booking, what: str) -> Offered:
    facts = booking_facts(desk.session, booking)
    about = "option_booking_stay" if booking.kind is BookingKind.STAY else "option_booking_table"
    return Offered("booking", {"booking_id": booking.id, "what": what}, facts["property"], desk.words(about, facts))


# ------------------------------------------------------------------------------------------------ what to do


def _status(desk: Desk, booking: Booking) -> None:
    facts = booking_facts(desk.session, booking)
    if booking.status is BookingStatus.CONFIRMED and _CONFIRMATION.search(desk.text.casefold()):
        desk.forget_wishes()
        desk.say("booking_confirmed", facts, booking_id=booking.id)
        return
    facts["standing"] = desk.words(f"standing_{booking.status.value}")
    if booking.status not in ACTIVE:
        facts |= dict.fromkeys(_THE_WAY)
    options = []
    if booking.status is BookingStatus.HELD:
        options.append(Offered("pay", {"booking_id": booking.id}, "option_pay"))
    if booking.status in HOLDING | {BookingStatus.CONFIRMED}:
        options.append(Offered("cancel_booking", {"booking_id": booking.id}, "option_cancel_booking"))
    if booking.status is BookingStatus.CONFIRMED:
        options.append(Offered("change_booking", {"booking_id": booking.id}, "option_change_booking"))
    desk.forget_wishes()
    desk.conversation.booking_id = booking.id
    if options:
        desk.ask("journey", "booking_status", facts, options=options, booking_id=booking.id)
    else:
        desk.say("booking_status", facts, booking_id=booking.id)


def _ask_cancel(desk: Desk, booking: Booking) -> None:
    """The policy and the refund are told first."""
    facts = getting_back.facts_of(desk, booking)
    reply = "cancel_ask_held" if booking.status in HOLDING else "cancel_ask"
    desk.remember(about_booking=booking.id)
    options = [
        Offered("yes_cancel", {"booking_id": booking.id}, "option_yes_cancel"),
        Offered("keep", {"booking_id": booking.id}, "option_keep"),
    ]
    desk.conversation.journey = "my_booking"
    desk.ask("cancel", reply, facts, options=options, booking_id=booking.id)


# ------------------------------------------------------------------------------------------------ the buttons


def _ask_change_again(desk: Desk, booking: Booking) -> None:
    """What was to change may have been said before it was clear which booking is meant."""
    change_booking.ask_change(desk, booking, desk.memory("change_words"))


GO_ON: Final[Mapping[str, Callable[[Desk, Booking], None]]] = {
    "status": _status,
    "cancel": _ask_cancel,
    "change": _ask_change_again,
    "pay": pay_for,
    "refund": _tell_refund,
}


@takes("booking")
def take_booking(desk: Desk, value: Json) -> None:
    """One of several bookings."""
    GO_ON[value["what"]](desk, _own(desk, value["booking_id"]))


@takes("yes_cancel")
def take_yes_cancel(desk: Desk, value: Json) -> None:
    """Yes, cancel it."""
    cancel_now(desk, value["booking_id"])


@takes("keep")
def take_keep(desk: Desk, value: Json) -> None:
    """No, keep it."""
    desk.remember(about_booking=value["booking_id"])
    keep(desk)


@takes("cancel_booking")
def take_cancel_booking(desk: Desk, value: Json) -> None:
    """Cancel the booking just shown."""
    _ask_cancel(desk, _own(desk, value["booking_id"]))


@takes("change_booking")
def take_change_booking(desk: Desk, value: Json) -> None:
    """Change the booking just shown."""
    change_booking.ask_change(desk, _own(desk, value["booking_id"]))


@takes("pay")
def take_pay(desk: Desk, value: Json) -> None:
    """Pay the booking just shown."""
    pay_for(desk, _own(desk, value["booking_id"]))
