"""Phrases with what they mean, read from files so that anyone can add one."""

from dataclasses import dataclass, fields
from datetime import date, datetime, time
from pathlib import Path
from typing import Any, Final
from zoneinfo import ZoneInfo

import yaml

from bot.dates import Heard, Window

FOLDER: Final = Path(__file__).parents[2] / "fixtures" / "phrases"
SUNDAY: Final = "2026-11-22T11:00"
JAIPUR: Final = ZoneInfo("Asia/Kolkata")


@dataclass(frozen=True, slots=True)
class Phrase:
    """One message, the circumstances it was written in, and what it says."""

    say: str
    now: datetime
    asked: str | None
    journey: str | None
    heard: Heard

    def __str__(self) -> str:
        return f"{self.say!r} asked {self.asked}"


def phrases(name: str, journey: str | None = None) -> list[Phrase]:
    """Every phrase of one file."""
    rows: list[dict[str, Any]] = yaml.safe_load((FOLDER / f"{name}.yml").read_text("utf-8"))
    return [
        Phrase(
            say=row["say"],
            now=datetime.fromisoformat(row.get("now", SUNDAY)).replace(tzinfo=JAIPUR),
            asked=row.get("asked"),
            journey=row.get("journey", journey),
            heard=_heard(row["heard"]),
        )
        for row in rows
    ]


def _heard(said: dict[str, Any]) -> Heard:
    known = {field.name for field in fields(Heard)} | {"day"}
    assert set(said) <= known, f"not something a message can say: {set(said) - known}"
    facts: dict[str, Any] = {name: _fact(name, value) for name, value in said.items() if name != "day"}
    if "day" in said:
        facts |= {"check_in": said["day"], "date": said["day"]}
    return Heard(**facts)


def _fact(name: str, value: object) -> object:
    match name, value:
        case "time", str():
            return time.fromisoformat(value)
        case "flexible", [date() as start, date() as end]:
            return Window(start, end)
        case "ambiguous" | "ages", list():
            return tuple(value)
        case _:
            return value
