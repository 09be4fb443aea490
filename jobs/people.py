"""Guests are reminded of what they booked; those in charge of guests who wait, and of what a day brings."""

from __future__ import annotations

from bot.owner.shows import digest_lines
from core.messaging.handoff import remind
from core.messaging.reminders import queue_due
from core.owners.digest import send_digests, warn_of_few
from core.unit_of_work import unit_of_work
from providers.house import House


def remind_people(house: House) -> bool:
    """Guests nobody has answered; True when there were any."""
    with unit_of_work(house.engine) as session:
        return remind(session, now=house.clock.now()) > 0


def remind_guests(house: House) -> int:
    """What the house says by itself about bookings: queued once when it is due, however many workers look."""
    with unit_of_work(house.engine) as session:
        return queue_due(session, now=house.clock.now())


def tell_of_the_day(house: House) -> None:
    """Summaries and warnings that are due; each is said once, however many workers look."""
    now = house.clock.now()
    with unit_of_work(house.engine) as session:
        send_digests(session, digest_lines, now=now)
        warn_of_few(session, now=now)
