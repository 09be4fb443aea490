"""A booking as a calendar file (RFC 5545)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

from icalendar import Calendar, Event, vGeo

from models.base import Json
from models.states import BookingStatus

_STATUS: Final = {
    BookingStatus.HELD: "TENTATIVE",
    BookingStatus.PENDING_APPROVAL: "TENTATIVE",
    BookingStatus.CONFIRMED: "CONFIRMED",
    BookingStatus.ARRIVED: "CONFIRMED",
    BookingStatus.COMPLETED: "CONFIRMED",
}


@dataclass(frozen=True, slots=True)
class Entry:
    """What the calendar needs to know of a booking."""

    facts: Json
    time_zone: str
    changed_at: datetime
    changes: int
    page: str


def calendar_file(entry: Entry) -> bytes:
    """The same entry for the same booking: a later version, with a higher sequence, replaces the earlier one."""
    facts = entry.facts
    event = Event()
    event.add("uid", f"{facts['reference']}@bookings.atithi")
    event.add("sequence", entry.changes)
    event.add("dtstamp", entry.changed_at)
    event.add("dtstart", _in_zone(facts["starts"], entry.time_zone))
    event.add("dtend", _in_zone(facts["ends"], entry.time_zone))
    event.add("summary", _summary(facts))
    event.add("location", f"{facts['property']}, {facts['address']}")
    event.add("geo", vGeo((facts["lat"], facts["lon"])))
    event.add("description", _description(facts, entry.page))
    event.add("url", entry.page)
    event.add("status", _STATUS.get(BookingStatus(facts["status"]), "CANCELLED"))
    event.add("transp", "OPAQUE" if facts["kind"] == "table" else "TRANSPARENT")
    calendar = Calendar()
    calendar.add("prodid", "-//Atithi//Bookings//EN")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add_component(event)
    calendar.add_missing_timezones()
    written: bytes = calendar.to_ical()
    return written


def _in_zone(local: str, time_zone: str) -> datetime:
    return datetime.fromisoformat(local).astimezone(ZoneInfo(time_zone))


def _summary(facts: Json) -> str:
    if facts["kind"] == "table":
        return f"Table for {facts['party']} at {facts['property']}"
    return f"{facts['room_type']} at {facts['property']}"


def _description(facts: Json, page: str) -> str:
    lines = [f"Booking {facts['reference']}", f"Phone {facts['property_phone']}" if facts["property_phone"] else ""]
    lines += [facts["bring"].get("en", ""), page]
    return "\n".join(line for line in lines if line)
