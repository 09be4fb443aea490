"""The bookings of a property as a calendar; whoever reads it learns when it is taken, not by whom."""

from __future__ import annotations

from collections.abc import Iterable

from icalendar import Calendar, Event

from models.base import Json
from models.states import ACTIVE

_ACTIVE = frozenset(status.value for status in ACTIVE)


def calendar_of(rows: Iterable[Json]) -> bytes:
    """One entry for each running booking: whole days for a stay, the turn for a table."""
    calendar = Calendar()
    calendar.add("prodid", "-//Atithi//Bookings//EN")
    calendar.add("version", "2.0")
    for row in rows:
        if row["status"] in _ACTIVE:
            calendar.add_component(_entry(row))
    written: bytes = calendar.to_ical()
    return written


def _entry(row: Json) -> Event:
    event = Event()
    event.add("uid", f"{row['reference']}@bookings.atithi")
    event.add("dtstamp", row["booked_at"])
    if row["kind"] == "stay":
        event.add("dtstart", row["arrival"])
        event.add("dtend", row["departure"])
        event.add("summary", f"{row['rooms']} × {row['room_types']} ({row['reference']})")
    else:
        event.add("dtstart", row["starts_at"])
        event.add("dtend", row["ends_at"])
        event.add("summary", f"Table for {row['adults'] + row['children']} ({row['reference']})")
    return event
