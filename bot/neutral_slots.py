"""What a message says, in the neutral slots in which public dialogue data is scored."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from bot.before import asked_of_us, asked_when
from bot.dates import Heard, understand
from bot.dates.words import plain
from bot.openwords import Named, named_in, tidy

_MONTHS: Final = (
    r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?"
    r"|dec(?:ember)?)"
)
_ORD: Final = r"\d{1,2}(?: ?(?:st|nd|rd|th))?"
_WEEKDAY: Final = (
    r"(?:mon|tues?|wed(?:nes)?|thu(?:rs?)?|fri|sat(?:ur)?|sun)(?:day)?s?|som[vw]aa?r|mangal[vw]aa?r|budh[vw]aa?r|guru[vw]aa?r"
    r"|shukra?[vw]aa?r|shani[vw]aa?r|ra[vw]i[vw]aa?r|it[vw]aa?r|सोमवार|मंगलवार|बुधवार|गुरुवार|शुक्रवार|शनिवार|रविवार"
)
_YEAR: Final = r"(?:,? (?:19|20)\d\d)?"
_CALENDAR: Final = (
    rf"(?:the )?{_ORD}(?: of)? {_MONTHS}\b\.?{_YEAR}|{_MONTHS}\b\.? (?:the )?{_ORD}\b{_YEAR}"
    r"|\d{1,2}[/.-]\d{1,2}[/.-](?:\d{4}|\d\d)"
    r"|\d{4}-\d\d-\d\d|(?:the )?\d{1,2}(?:st|nd|rd|th)(?: of (?:this|next) month)?"
)
_RELATIVE: Final = (
    r"day after tomorrow|today|tonight|tomorrow|this (?:evening|afternoon|morning)|in \d+ days|\d+ days from now"
    r"|(?:this |next |the )?weekend|(?:the )?same day|that day|from now|aaj|kal|parson?|आज|कल|परसों"
)
_WRITTEN: Final = re.compile(
    rf"\b(?:(?:(?:this |next |coming )?(?:{_WEEKDAY})\b(?: (?:this|next) week)?\.?,? (?:the )?)?(?:{_CALENDAR})"
    rf"|(?:this |next |coming )?(?:{_WEEKDAY})\b(?: (?:this|next) week)?|(?:{_RELATIVE}))(?!\w)",
    re.IGNORECASE,
)
_SAID_NIGHTS: Final = re.compile(r"(?<=\d )(?:night|day|week)\b")


@dataclass(frozen=True, slots=True)
class Message:
    """One message and what is known around it."""

    text: str
    now: datetime
    is_dated: bool  # whether `now` is when it was written: then days have dates, else they stay words
    before: str = ""
    asked: str = ""
    journey: str | None = None

    @property
    def questions(self) -> frozenset[str]:
        """What the other side asked for, as known or as its words show."""
        return asked_when(self.asked, self.before)


@dataclass(frozen=True, slots=True)
class Understood:
    """The slots of one message, and what the readers made of it."""

    slots: dict[str, str]
    heard: Heard


def read(message: Message) -> Understood:
    """The readers' findings as neutral slots."""
    questions = message.questions
    known = message.asked if message.asked != "none" else ""
    asked = known or asked_of_us(questions, stay=message.journey != "table")
    named = named_in(message.text, asked=questions, before=message.before)
    words = _without(tidy(message.text), named.name)
    heard = understand(words, now=message.now, asked=None if asked == "none" else asked, journey=message.journey)
    days = {} if _is_only_a_length(heard, questions) else _days(words, heard, message)
    slots = {**days, **_counts(words, heard, questions), **_names(named)}
    return Understood({name: value for name, value in slots.items() if value}, heard)


def _is_only_a_length(heard: Heard, questions: frozenset[str]) -> bool:
    """How many nights? "3": a number alone is no day of the month."""
    return "nights" in questions and heard.bare is not None and heard.check_out is None


def _without(text: str, name: str | None) -> str:
    """A name says nothing of days and numbers."""
    return text if name is None else re.sub(re.escape(name), "~", text, flags=re.IGNORECASE)


def _names(named: Named) -> dict[str, str | None]:
    return {
        "location": named.location,
        "cuisine": named.cuisine,
        "price_range": named.price,
        "stars": named.stars,
        "name": named.name,
    }


def _counts(words: str, heard: Heard, questions: frozenset[str]) -> dict[str, str | None]:
    """Heads, rooms, nights and the hour; adults are what counts when children are told apart."""
    guests = heard.adults if heard.adults is not None and heard.children is not None else heard.guests
    nights = heard.nights if _says_nights(words) else None
    if nights is None and "nights" in questions and heard.bare:
        nights = heard.bare
    return {
        "guests": _text(guests),
        "rooms": _text(heard.rooms),
        "nights": _text(nights),
        "time": heard.time.strftime("%H:%M") if heard.time else None,
    }


def _says_nights(words: str) -> bool:
    return _SAID_NIGHTS.search(plain(words)) is not None


def _days(words: str, heard: Heard, message: Message) -> dict[str, str | None]:
    """The first day and the last, as dates when it is known from when they count, else as written."""
    begins, ends = heard.check_in or heard.date, heard.check_out
    written = [found[0].strip() for found in _WRITTEN.finditer(words)]
    if ends and begins and _says_nights(words) and len(written) < 2:  # noqa: PLR2004 - two days make a range
        ends = None
    if begins is None and ends is None:
        return {"date": written[0] if written else None}
    if message.is_dated:
        return {"date": _text(begins), "date_end": _text(ends)}
    return {"date": _as_written(begins, written, message), "date_end": _as_written(ends, written, message)}


def _as_written(day: date | None, written: list[str], message: Message) -> str | None:
    """The guest's words for that day."""
    if day is None:
        return None
    for words in written:
        heard = understand(words, now=message.now, asked="date")
        if day in {heard.check_in, heard.date}:
            return words
    return written[0] if written else day.isoformat()


def _text(value: Any) -> str | None:  # noqa: ANN401 - a number or a date
    return None if value is None else str(value)
