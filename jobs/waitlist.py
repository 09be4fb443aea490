"""What came free is offered to who waits for it, and a house that has not answered a guest is reminded."""

from __future__ import annotations

from core.bookings.approve_ask import remind_house
from core.bookings.waitlist_line import call_everywhere, end_past
from core.bookings.waitlist_offer import serve_next
from core.unit_of_work import unit_of_work
from providers.house import House


def serve_line(house: House) -> bool:
    """One offer, or the end of one call; any number of workers may do this at once, each at another house."""
    with unit_of_work(house.engine) as session:
        return serve_next(session, now=house.clock.now())


def look_after_lines(house: House) -> None:
    """Nobody waits for a day that has come; every line is looked at again, whatever may have freed something."""
    now = house.clock.now()
    with unit_of_work(house.engine) as session:
        end_past(session, now=now)
        call_everywhere(session, now=now)


def remind_of_requests(house: House) -> bool:
    """Requests half of whose time is over; True when there were any."""
    with unit_of_work(house.engine) as session:
        return remind_house(session, now=house.clock.now()) > 0
