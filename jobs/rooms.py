"""Stays soon to come get their room numbers."""

from __future__ import annotations

from core.bookings.number_ahead import give_numbers, types_waiting
from core.errors import RoomsPromised
from core.log import get_logger
from core.unit_of_work import unit_of_work
from providers.house import House

log = get_logger()


def number_rooms(house: House) -> int:
    """Give numbers, one room type at a time; several workers may look at once and share the work."""
    now = house.clock.now()
    with unit_of_work(house.engine) as session:
        waiting = types_waiting(session, now=now)
    given = 0
    for room_type_id in waiting:
        try:
            with unit_of_work(house.engine) as session:
                given += give_numbers(session, room_type_id, now=now)
        except RoomsPromised as refused:
            # Every hold and every promise proved that this cannot be; the desk gives numbers at check-in meanwhile.
            log.exception("numbers_not_given", room_type=room_type_id, references=refused.facts["references"])
    return given
