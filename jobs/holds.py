"""Holds end on time, whether or not anybody looks."""

from __future__ import annotations

from core.bookings.expire import expire_due_holds
from core.bookings.late import release_late
from core.unit_of_work import unit_of_work
from providers.house import House


def sweep_holds(house: House) -> int:
    """End the holds whose time is up; several sweepers may run at once and share the work."""
    with unit_of_work(house.engine) as session:
        return len(expire_due_holds(session, now=house.clock.now()))


def free_late_tables(house: House) -> int:
    """Tables of parties who did not come in time are free again, by each house's own rule."""
    with unit_of_work(house.engine) as session:
        return len(release_late(session, now=house.clock.now()))
