"""A person takes over: the desk falls silent, and the house's people are told why."""

from __future__ import annotations

from bot.actions.desk import Desk
from bot.actions.taking import takes
from core.bookings.facts import booking_facts
from core.bookings.find import bookings_of_guest
from core.messaging.handoff import open_handoff, tell_people
from core.messaging.outbox import tell_account, tell_owners
from models.base import Json
from models.states import SELLING

_LONGEST_QUOTE = 500


def handoff(desk: Desk) -> None:
    """The guest asks for a person, or complains."""
    complaint = desk.context.understood.intent == "complain"
    hand_over(desk, "complaint" if complaint else "asked")


def hand_over(desk: Desk, reason: str) -> None:
    """Open the handoff once, tell the house, and keep quiet from here on."""
    house = desk.house_in_talk  # where none was spoken of, everybody of the account may answer
    told = {"property": house.name if house else None}
    desk.say("handed_over" if reason == "asked" else f"handed_over_{reason}", told)
    handoff = open_handoff(
        desk.session, desk.conversation, reason=reason, now=desk.now, property_id=house.id if house else None
    )
    if handoff is not None:
        more = {"reason": desk.words(f"reason_{reason}"), "words": desk.text[:_LONGEST_QUOTE] or None}
        tell_people(
            desk.session, handoff, reply="owner_handoff", now=desk.now, key=f"owner_handoff:{handoff.id}", more=more
        )


def service(desk: Desk) -> None:
    """A wish during the stay goes straight to the house."""
    bookings = [
        booking
        for booking in bookings_of_guest(
            desk.session, desk.guest.id, now=desk.now, made_since=desk.conversation.fresh_since
        )
        if booking.status in SELLING
    ]
    if not bookings:
        desk.say("service_no_booking")
        desk.ask_again()
        return
    booking = bookings[0]
    facts = booking_facts(desk.session, booking)
    tell_owners(
        desk.session,
        property_id=booking.property_id,
        reply="owner_service_wanted",
        facts=facts | {"words": desk.text[:_LONGEST_QUOTE]},
        now=desk.now,
        booking_id=booking.id,
        key=f"service:{desk.context.turn.id}",
    )
    desk.say("service_noted", facts, booking_id=booking.id)
    desk.ask_again()


def tell_house(desk: Desk, reply: str, facts: Json) -> None:
    """A card with who writes and what they wrote: for the house in talk, else for everybody of the account."""
    house = desk.house_in_talk
    told = {
        "guest": desk.guest.name,
        "phone": desk.guest.phone,
        "property": house.name if house else None,
        "words": desk.text[:_LONGEST_QUOTE] or None,
        **facts,
    }
    key = f"{reply}:{desk.context.turn.id}"
    if house is None:
        tell_account(desk.session, account_id=desk.guest.account_id, reply=reply, facts=told, now=desk.now, key=key)
    else:
        tell_owners(desk.session, property_id=house.id, reply=reply, facts=told, now=desk.now, key=key)


@takes("person")
def take_person(desk: Desk, _value: Json) -> None:
    """The button that asks for a person."""
    hand_over(desk, "asked")
