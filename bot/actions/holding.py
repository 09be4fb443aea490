"""What is held and not paid yet."""

from __future__ import annotations

from bot.actions.change_booking import of_hold
from bot.actions.desk import DOOR, Desk
from core.bookings.release import release_hold
from models.states import ActorKind


def is_dealt_with(desk: Desk, *, same: bool) -> bool:
    """Words while something is held: nothing new, or a change of just that; else it is let go and all goes on anew."""
    if desk.held is None:
        return False
    if same:
        desk.ask_again()
        return True
    if of_hold(desk):
        return True
    let_hold_go(desk)
    return False


def let_hold_go(desk: Desk, *, silently: bool = False) -> None:
    """A change of mind before paying: what was kept is free again, and the guest is told."""
    booking = desk.held
    if booking is not None:
        release_hold(desk.session, booking.id, actor=ActorKind.GUEST, door=DOOR, now=desk.now, actor_id=desk.guest.id)
        desk.conversation.booking_id = None
        desk.conversation.asked = "none"
        if not silently:
            desk.say("hold_changed")
