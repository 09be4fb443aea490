"""One line of public dialogue data understood: its act, its slots, and what the readers made of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, time
from typing import Any, Final
from zoneinfo import ZoneInfo

from bot.dates import Heard
from bot.neutral import journey_of, neutral_act, settled
from bot.neutral_slots import Message, read
from models.base import Json

_ZONE: Final = ZoneInfo("Asia/Kolkata")
_MORNING: Final = time(6)  # a day without an hour begins after the business day does
_NOTHING_WANTED: Final = frozenset({"thank", "goodbye", "greet"})
_DOMAINS: Final = {"stay": "hotel", "table": "restaurant"}
VALUES: Final = (
    *("check_in", "check_out", "nights", "date", "time", "guests", "adults", "children", "rooms"),
    *("budget_min", "budget_max"),
)


def understood(row: Mapping[str, Any], ranking: Sequence[tuple[str, float]], *, today: datetime) -> Json:
    """The row's answer; `ranking` is what the language engine made of its words, the likeliest intent first."""
    text, before, asked = row["text"], row.get("prev_system") or "", row.get("asked") or "none"
    journey = journey_of(ranking[0][0], text=text, prev_system=before)
    when = _when(row)
    reading = read(Message(text, when or today.astimezone(_ZONE), when is not None, before, asked, journey))
    intent = settled(ranking, text=text, prev_system=before, slots=reading.slots)
    act = neutral_act(intent, text=text, asked=asked, prev_system=before, slots=reading.slots)
    answer: Json = {"id": row["id"]} | ({"turn": row["turn"]} if "turn" in row else {})
    answer |= {"act": act, "slots": {} if act in _NOTHING_WANTED else reading.slots, "values": _values(reading.heard)}
    return answer | ({"domain": _DOMAINS[journey]} if journey else {})


def _when(row: Mapping[str, Any]) -> datetime | None:
    """When the message was written, if anybody said."""
    if row.get("now"):
        now = datetime.fromisoformat(row["now"])
        return now if now.tzinfo else now.replace(tzinfo=_ZONE)
    if row.get("ref_date"):
        return datetime.combine(datetime.fromisoformat(row["ref_date"]).date(), _MORNING, _ZONE)
    return None


def _values(heard: Heard) -> Json:
    """What was heard, plainly; what was not is left out."""
    found = {name: getattr(heard, name) for name in VALUES}
    return {
        name: value if isinstance(value, int) else value.isoformat("minutes") if isinstance(value, time) else str(value)
        for name, value in found.items()
        if value is not None
    }
