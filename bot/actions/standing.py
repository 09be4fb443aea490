"""Questions the house asked by itself (a turn in the line, another time proposed): their buttons stay good.

They are answered by their button, however much was said since; by a word or a number only when nothing was said since.
"""

from __future__ import annotations

import re
from typing import Final

from sqlalchemy import select

from bot.actions import my_booking, rooms, tables
from bot.actions.desk import DOOR, Desk
from bot.actions.payment import send_way_to_pay
from bot.wishes import StayWish, TableWish
from core.bookings.confirm import confirm
from core.bookings.facts import booking_facts
from core.bookings.offer import accept, refuse, unanswered
from core.errors import BookingNotFound
from core.pricing.deposit import is_payable
from models.booking import Booking
from models.messaging import Message
from models.property import Property
from models.states import ActorKind, BookingKind, BookingStatus

_BUTTON: Final = re.compile(r"hold:(\d{1,18}):(yes|no|like)")
_OFFERS: Final = ("waitlist_offer", "house_proposes")
_YES: Final = {"affirm", "book_stay", "book_table", "pay"}
_NO: Final = {"deny", "abandon", "cancel_booking"}
# Right after such a message a yes is a yes, whatever small words stand around it; a number or a day says more than yes.
_YES_AND: Final = re.compile(
    r"(?:yes|yeah|yep|ya|haan?|ha|ji|ok(?:ay)?|sure|great|perfect|हाँ|हां|जी|ठीक)\b[^\d?]*"
    r"|[^\d?]*\b(?:take it|want it|le (?:l(?:o|unga|enge|ungi)|lijiye))\b[^\d?]*"
    r"|[^\d?]*ले (?:लूँगा|लूंगा|लूँगी|लेंगे|लो|लीजिए)[^\d?]*"
)
_MOST_WORDS: Final = 7


def tapped(desk: Desk) -> bool:
    """A button of a message the house sent by itself; False when it is none."""
    found = _BUTTON.fullmatch(str(desk.context.turn.content.get("id", "")))
    if found is None:
        return False
    _answer(desk, int(found[1]), found[2])
    return True


def answered(desk: Desk) -> bool:
    """Yes, no or a number right after such a message; False when it is not about one."""
    what = _meant(desk)
    if what is None:
        return False
    waiting = unanswered(desk.session, desk.guest.id, now=desk.now)
    if not waiting:
        return False
    booking_id = _asked_last(desk, waiting[0])
    if booking_id is None:
        return False
    _answer(desk, booking_id, what)
    return True


def answers(desk: Desk, booking_id: int) -> bool:
    """Yes, no or a number in answer to just that message, however much was said since."""
    what = _meant(desk)
    if what is None:
        return False
    _answer(desk, booking_id, what)
    return True


def _answer(desk: Desk, booking_id: int, what: str) -> None:
    match what:
        case "yes":
            _take(desk, booking_id)
        case "no":
            booking = refuse(desk.session, booking_id, guest_id=desk.guest.id, door=DOOR, now=desk.now)
            desk.say("offer_declined", booking_facts(desk.session, booking), booking_id=booking.id)
        case _:
            _what_else(desk, booking_id)


def _take(desk: Desk, booking_id: int) -> None:
    """On to the payment, to the house's yes, or to the confirmation at once."""
    booking = accept(desk.session, booking_id, guest_id=desk.guest.id, door=DOOR, now=desk.now)
    desk.conversation.booking_id = booking.id
    if booking.status is BookingStatus.PENDING_APPROVAL:
        my_booking.close_with(desk, "awaiting_approval", booking)
    elif is_payable(booking.deposit_paise):
        desk.forget_wishes()
        desk.conversation.journey = booking.kind.value
        send_way_to_pay(desk, booking, f"{booking.kind.value}_held")
    else:
        confirm(desk.session, booking.id, actor=ActorKind.GUEST, actor_id=desk.guest.id, door=DOOR, now=desk.now)
        desk.forget_wishes()


def _what_else(desk: Desk, booking_id: int) -> None:
    """The same wish, in any house there."""
    booking = desk.session.get(Booking, booking_id)
    if booking is None or booking.guest_id != desk.guest.id:
        raise BookingNotFound(booking_id=booking_id)
    house = desk.session.get_one(Property, booking.property_id)
    desk.forget_wishes()
    desk.conversation.journey = booking.kind.value
    if booking.kind is BookingKind.TABLE:
        near = desk.directory.by_id(house.id)
        at = near.local(booking.starts_at).time() if near else None
        table = TableWish(place=house.city, day=booking.first_day, time=at, party_size=booking.party_size)
        desk.remember(table=table.to_json())
        tables.look(desk, table)
        return
    stay = StayWish(
        place=house.city,
        check_in=booking.first_day,
        check_out=booking.last_day,
        nights=(booking.last_day - booking.first_day).days,
        adults=booking.adults,
        children=booking.children or None,
    )
    desk.remember(stay=stay.to_json())
    rooms.look(desk, stay)


def _meant(desk: Desk) -> str | None:
    words = " ".join(desk.text.casefold().split()).strip(" .!#()")
    if words in {"1", desk.words("option_take_offer").casefold()}:
        return "yes"
    if words in {"2", desk.words("option_decline_offer").casefold()}:
        return "no"
    intent = desk.context.understood.intent
    if intent not in _NO and len(words.split()) <= _MOST_WORDS and _YES_AND.fullmatch(words):
        return "yes"
    return "yes" if intent in _YES else "no" if intent in _NO else None


def _asked_last(desk: Desk, booking_id: int) -> int | None:
    """The booking, when its offer was the last thing said here before these words were written."""
    talk = desk.conversation
    offer = desk.session.scalar(
        select(Message).where(
            Message.booking_id == booking_id,
            Message.reply.in_(_OFFERS),
            Message.line_id == talk.line_id,
            Message.address == talk.address,
            Message.sent_at <= desk.context.turn.first_received_at,
        )
    )
    if offer is None:
        return None
    later = desk.session.scalar(
        select(Message.id).where(Message.conversation_id == talk.id, Message.id > offer.id).limit(1)
    )
    return None if later is not None else booking_id
