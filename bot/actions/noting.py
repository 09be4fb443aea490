"""What is asked of the house besides, "ground floor please", is noted: in the wish, or on the booking it is for."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from bot.actions import rooms
from bot.actions.change_wish import would_differ
from bot.actions.desk import DOOR, Desk
from bot.wishes import StayWish
from core.bookings.facts import booking_facts
from core.bookings.wishes import note_wish
from core.messaging.outbox import tell_owners
from models.booking import Booking
from models.states import ACTIVE, SELLING, ActorKind

_OTHER_MATTERS: Final = frozenset(
    {"cancel_booking", "check_booking", "pay", "abandon", "complain", "talk_to_human", "ask_info", "my_data"}
)
_LONGEST: Final = 500


def took(desk: Desk) -> bool:
    """Note what these words ask for; False when they ask for nothing of the kind, or say more than that."""
    if not desk.mentions.requests or desk.context.understood.intent in _OTHER_MATTERS:
        return False
    booking = desk.held or _just_booked(desk)
    if booking is not None:
        if would_differ(desk, booking):
            return False
        _on_booking(desk, booking)
        return True
    return desk.conversation.journey == "stay" and _in_wish(desk)


def of_stay(desk: Desk, wish: StayWish) -> list[str]:
    """What is told to the house, in the guest's language."""
    said = [desk.words("request_ages", {"ages": [str(age) for age in wish.ages]})] if wish.ages else []
    return said + [_named(desk, each) for each in wish.requests]


def for_house(wish: StayWish) -> str | None:
    """The same as it is kept with the booking."""
    ages = [f"children aged {', '.join(str(age) for age in wish.ages)}"] if wish.ages else []
    return "; ".join([*ages, *wish.requests]) or None


def _named(desk: Desk, request: str) -> str:
    if request.endswith(" allergy"):
        return desk.words("request_allergy", {"what": request.removesuffix(" allergy")})
    return desk.words(f"request_{request.replace(' ', '_').replace('-', '_')}")


def _just_booked(desk: Desk) -> Booking | None:
    """The booking that was the last thing spoken of, with nothing new begun."""
    talk = desk.conversation
    if talk.journey != "none" or talk.asked not in {"none", "journey"} or talk.booking_id is None:
        return None
    booking = desk.session.get(Booking, talk.booking_id)
    mine = booking is not None and booking.guest_id == desk.guest.id and booking.status in ACTIVE
    return booking if mine else None


def _on_booking(desk: Desk, booking: Booking) -> None:
    """On the booking; a house that knows of it already hears of it at once."""
    requests = desk.mentions.requests
    note_wish(
        desk.session,
        booking.id,
        list(requests),
        actor=ActorKind.GUEST,
        actor_id=desk.guest.id,
        door=DOOR,
        now=desk.now,
    )
    facts = booking_facts(desk.session, booking)
    if booking.status in SELLING:
        tell_owners(
            desk.session,
            property_id=booking.property_id,
            reply="owner_service_wanted",
            facts=facts | {"words": desk.text[:_LONGEST]},
            now=desk.now,
            booking_id=booking.id,
            key=f"service:{desk.context.turn.id}",
        )
    noted = [_named(desk, each) for each in requests]
    desk.say("request_noted", facts | {"noted": noted}, booking_id=booking.id)
    if desk.held is not None:
        desk.ask_again()


def _in_wish(desk: Desk) -> bool:
    """Said with nothing else: the price is told again with it, any other question is asked again."""
    before = desk.stay
    wish = before.merge(desk.hear("stay"), desk.mentions, asked=desk.asked)
    if wish == before or replace(wish, requests=before.requests) != before:
        return False
    desk.remember(stay=wish.to_json())
    picked = desk.memory("picked")
    if picked is not None and desk.asked == "confirm" and "then" not in picked:
        rooms.quote(desk, picked)
        return True
    desk.say("request_noted", {"property": None, "noted": of_stay(desk, wish)})
    desk.ask_again()
    return True
