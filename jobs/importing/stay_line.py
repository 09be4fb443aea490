"""One line of the file a house moves in with; docs/running.md describes its columns."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Final

import phonenumbers
from sqlalchemy import select
from sqlalchemy.orm import Session

from core.history.take_over import Promised
from jobs.importing.files import Line
from models.dates import StayDates
from models.money import NOTHING, Money
from models.property import RoomType
from models.rates import RatePlan

NEEDED: Final = ("reference", "guest", "room_type", "arrival", "departure")
_DAYS: Final = ("%Y-%m-%d", "%d/%m/%Y", "%d-%m-%Y")
_LANGUAGES: Final = ("en", "hi", "hinglish")
_MOST: Final = 100
_DEAREST: Final = Decimal(10_000_000)
_HOME: Final = "IN"


class NotReadableError(Exception):
    """A cell that says nothing we can use; the message says which and why."""


@dataclass(frozen=True, slots=True)
class House:
    """What the lines of a file may name: room types by name, rate plans by code and by name."""

    property_id: int
    room_types: dict[str, int]
    rate_plans: dict[str, int]


def read_house(session: Session, property_id: int) -> House:
    """The names of a property."""
    types = session.execute(select(RoomType.name, RoomType.id).where(RoomType.property_id == property_id))
    plans = session.execute(
        select(RatePlan.code, RatePlan.name, RatePlan.id).where(RatePlan.property_id == property_id)
    )
    names = [(word, plan_id) for code, name, plan_id in plans for word in (name, code)]
    return House(
        property_id,
        {name.casefold(): type_id for name, type_id in types},
        {word.casefold(): plan_id for word, plan_id in names},
    )


def read_stay(line: Line, house: House) -> Promised:
    """The stay this line promises."""
    if line.ragged:
        raise NotReadableError("it has more or fewer cells than the header")
    cells = {name: cell.strip() for name, cell in line.cells.items()}
    reference, guest = _words(cells, "reference"), _words(cells, "guest")
    arrival, departure = _day(cells, "arrival"), _day(cells, "departure")
    if departure <= arrival:
        raise NotReadableError("the departure is not after the arrival")
    total, paid = _money(cells, "total"), _money(cells, "paid")
    if total is not None and paid is not None and paid > total:
        raise NotReadableError("more is paid than it costs")
    language = cells.get("language", "").lower() or _LANGUAGES[0]
    if language not in _LANGUAGES:
        raise NotReadableError(f"language is one of {', '.join(_LANGUAGES)}")
    plan = cells.get("rate_plan", "")
    return Promised(
        reference=reference,
        source=cells.get("source", "") or "old system",
        guest=guest,
        phone=_phone(cells.get("phone", "")),
        language=language,
        room_type_id=_named(house.room_types, _words(cells, "room_type"), "room type"),
        rate_plan_id=_named(house.rate_plans, plan, "rate plan") if plan else None,
        rooms=_number(cells, "rooms", 1, least=1),
        stay=StayDates(arrival, departure),
        adults=_number(cells, "adults", 1, least=1),
        children=_number(cells, "children", 0, least=0),
        total=total,
        paid=paid or NOTHING,
        wishes=cells.get("wishes") or None,
        line={name: cell for name, cell in cells.items() if cell},
    )


def _words(cells: dict[str, str], column: str) -> str:
    if not cells.get(column):
        raise NotReadableError(f"{column} is empty")
    return cells[column]


def _day(cells: dict[str, str], column: str) -> date:
    text = _words(cells, column)
    for pattern in _DAYS:
        try:
            return datetime.strptime(text, pattern).date()  # noqa: DTZ007 - a date, read from a date
        except ValueError:
            continue
    raise NotReadableError(f"{column} is no date: {text} (write 2026-12-24 or 24/12/2026)")


def _number(cells: dict[str, str], column: str, otherwise: int, *, least: int) -> int:
    text = cells.get(column) or str(otherwise)
    if not (text.isascii() and text.isdigit() and least <= int(text) <= _MOST):
        raise NotReadableError(f"{column} is no number of at least {least}: {text}")
    return int(text)


def _money(cells: dict[str, str], column: str) -> Money | None:
    """Rupees, with or without paise, sign and commas."""
    text = cells.get(column, "")
    if not text:
        return None
    try:
        rupees = Decimal(text.removeprefix("₹").replace(",", "").strip())
        if 0 <= rupees <= _DEAREST and rupees * 100 == int(rupees * 100):
            return Money(int(rupees * 100))
    except (InvalidOperation, ValueError, OverflowError):
        pass
    raise NotReadableError(f"{column} is no amount of rupees: {text}")


def _phone(text: str) -> str | None:
    """As the channels write it; without a country it is an Indian number."""
    if not text:
        return None
    try:
        number = phonenumbers.parse(text, _HOME)
    except phonenumbers.NumberParseException:
        number = None
    if number is None or not phonenumbers.is_possible_number(number):
        raise NotReadableError(f"phone is no telephone number: {text}")
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def _named(known: dict[str, int], name: str, what: str) -> int:
    found = known.get(name.casefold())
    if found is None:
        raise NotReadableError(f"there is no {what} {name}")
    return found
