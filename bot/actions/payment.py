"""Ways to pay: our own link at once, again whenever it is asked for."""

from __future__ import annotations

from bot.actions.desk import Desk
from core.bookings.facts import booking_facts
from core.errors import NothingToPay
from core.payments.ask import ask_for_payment
from models.booking import Booking


def send_way_to_pay(desk: Desk, booking: Booking, reply: str) -> None:
    """The pay link with its time limit; what is open now is the payment."""
    link = ask_for_payment(desk.session, booking.id, now=desk.now)
    desk.conversation.booking_id = booking.id
    facts = booking_facts(desk.session, booking) | {"pay_token": link.token}
    desk.ask("payment", reply, facts, booking_id=booking.id)


def pay_for(desk: Desk, booking: Booking) -> None:
    """Send the link again; when nothing is due, say what is left for the desk."""
    try:
        with desk.session.begin_nested():
            send_way_to_pay(desk, booking, "pay_link")
    except NothingToPay:
        desk.say("pay_at_desk", booking_facts(desk.session, booking), booking_id=booking.id)
