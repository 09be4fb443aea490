"""The same thing booked a second time: asked about once, because it is more often a slip than a wish."""

from __future__ import annotations

from bot.actions.desk import Desk
from bot.actions.taking import takes
from bot.turns import Offered
from core.bookings.facts import booking_facts
from core.bookings.find import bookings_of_guest
from models.base import Json
from models.booking import Booking
from models.rates import Quote
from models.states import BookingKind, BookingStatus


def asked_about(desk: Desk) -> bool:
    """Whether the guest has the very same booking already and is asked now if they want another one."""
    quote = desk.session.get(Quote, desk.memory("quote_id"))
    if quote is None or desk.memory("once_more") == quote.id:
        return False
    booking = next(
        (each for each in bookings_of_guest(desk.session, desk.guest.id, now=desk.now) if _is_same(desk, each, quote)),
        None,
    )
    if booking is None:
        return False
    desk.remember(once_more=quote.id)
    options = [Offered("confirm", {}, "option_book_another"), Offered("leave", {}, "option_leave_it")]
    desk.ask("confirm", "already_booked", booking_facts(desk.session, booking), options=options)
    return True


def _is_same(desk: Desk, booking: Booking, quote: Quote) -> bool:
    """Same house, same days, same rooms or the same time; what this conversation only holds is replaced anyway."""
    if booking.property_id != quote.property_id or booking.kind is not quote.kind:
        return False
    if booking.status is BookingStatus.HELD and booking.conversation_id == desk.conversation.id:
        return False
    earlier = desk.session.get_one(Quote, booking.quote_id).request
    if booking.kind is BookingKind.TABLE:
        return bool(earlier["starts_at"] == quote.request["starts_at"])
    return _stay(earlier) == _stay(quote.request)


def _stay(request: Json) -> tuple[str, str, list[int]]:
    return request["arrival"], request["departure"], sorted(room["room_type_id"] for room in request["rooms"])


@takes("leave")
def take_leave_it(desk: Desk, _value: Json) -> None:
    """No second one: what is booked stays as it is."""
    desk.forget_wishes()
    desk.say("not_booked_again")
