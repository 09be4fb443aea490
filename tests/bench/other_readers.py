"""dateparser and duckling, asked about the same phrases.

Neither knows hotels: the adapters say which day is the arrival, and name what a number counts when the next word does.
They correct nothing else.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import duckling
import tzdata
from dateparser.date import DateDataParser
from dateparser.search import search_dates

from tests.bench.phrases import Answer, Phrase, Value

_COUNTED: Final[Mapping[str, tuple[str, ...]]] = {
    "nights": ("night", "nights", "nite", "nites", "raat", "raaton", "raatein", "रात", "रातें", "रातों"),
    "adults": ("adult", "adults", "bade", "bada", "बड़े", "वयस्क"),
    "children": ("kid", "kids", "child", "children", "baby", "bachcha", "bachche", "bacche", "बच्चा", "बच्चे"),
    "rooms": ("room", "rooms", "kamra", "kamre", "कमरा", "कमरे"),
    "guests": ("people", "ppl", "persons", "guests", "pax", "log", "logo", "jane", "लोग", "लोगों", "जने"),
}
_COUNTED_BY_WORD: Final = {word: field for field, words in _COUNTED.items() for word in words}
_COUNTED_BY_QUESTION: Final = {"guests": "guests", "party": "guests"}
_ONLY_AN_HOUR: Final = re.compile(r"(?:at|by|around|after)?[\s\d:.apmhrs]+", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class _Moment:
    """A day, an hour, or both, as a library read them."""

    day: dt.date | None = None
    hour: dt.time | None = None
    last: dt.date | None = None


def _as_answer(moments: Sequence[_Moment], phrase: Phrase) -> dict[str, Value]:
    """The first day is the arrival or the day of the table, the second the departure."""
    days = [each for moment in moments for each in (moment.day, moment.last) if each]
    hours = [moment.hour for moment in moments if moment.hour]
    answer: dict[str, Value] = {}
    if days:
        answer["date" if phrase.journey == "table" else "check_in"] = days[0]
    if len(days) > 1 and phrase.journey == "stay":
        answer["check_out"] = days[1]
    if hours and phrase.journey == "table":
        answer["time"] = hours[0]
    return answer


# -------------------------------------------------------------------------------------------------- dateparser


def dateparser(phrase: Phrase) -> Answer:
    """Days and hours; it has no notion of people, rooms or money."""
    settings = {
        "PREFER_DATES_FROM": "future",
        "DATE_ORDER": "DMY",
        "RELATIVE_BASE": phrase.now.replace(tzinfo=None),
        "RETURN_TIME_AS_PERIOD": True,
    }
    languages = ["en", "hi"] if phrase.language != "en" else ["en"]
    found = search_dates(phrase.text, languages=languages, settings=settings) or []
    reader = DateDataParser(languages=languages, settings=settings)
    return _as_answer([_moment(body, moment, reader) for body, moment, *_ in found], phrase)


def _moment(body: str, found: dt.datetime, reader: DateDataParser) -> _Moment:
    """Its searches do not tell whether an hour was said; its reader does."""
    has_hour = reader.get_date_data(body).period == "time"
    has_day = not _ONLY_AN_HOUR.fullmatch(body) or not has_hour
    return _Moment(found.date() if has_day else None, found.time() if has_hour else None)


# ---------------------------------------------------------------------------------------------------- duckling


class Duckling:
    """Days, hours, numbers and money; its Hindi knows numbers only, so its English looks at Hindi dates too."""

    def __init__(self) -> None:
        self._zones = duckling.load_time_zones(str(Path(tzdata.__file__).parent / "zoneinfo"))
        self._dimensions = duckling.parse_dimensions(["time", "number", "amount-of-money"])
        self._english = _locale("EN", "EN_IN")
        self._hindi = _locale("HI", "HI_IN")

    def __call__(self, phrase: Phrase) -> Answer:
        """What it makes of one phrase."""
        found = self._found(phrase, self._english)
        if phrase.language == "hi":
            found = [each for each in found if each["dim"] == "time"]
            found += [each for each in self._found(phrase, self._hindi) if each["dim"] != "time"]
        times = [_duckling_moment(each) for each in found if each["dim"] == "time"]
        answer = _as_answer(times, phrase)
        for each in found:
            if each["dim"] == "number":
                answer.update(_counted(each, phrase))
            elif each["dim"] == "amount-of-money":
                answer.update(_money(each["value"]))
        return answer

    def _found(self, phrase: Phrase, locale: duckling.Locale) -> list[dict[str, Any]]:
        now = duckling.parse_ref_time(self._zones, "Asia/Kolkata", int(phrase.now.timestamp()))
        found: list[dict[str, Any]] = duckling.parse(phrase.text, duckling.Context(now, locale), self._dimensions)
        return found


def _locale(language: str, locale: str) -> duckling.Locale:
    return duckling.parse_locale(locale, duckling.default_locale_lang(duckling.parse_lang(language)))


def _duckling_moment(found: Mapping[str, Any]) -> _Moment:
    """Its ranges of days end the day after; an evening is a range of hours, not an hour."""
    value = found["value"]
    first, until = value.get("from", value), value.get("to")
    if "value" not in first:
        return _Moment(last=_day(until["value"]) if until else None)
    begins = dt.datetime.fromisoformat(first["value"])
    by_the_clock = first["grain"] in {"hour", "minute", "second"}
    if not by_the_clock:
        return _Moment(begins.date(), last=_day(until["value"]) - dt.timedelta(days=1) if until else None)
    has_hour = value["type"] == "value" or any(sign.isdigit() for sign in found["body"])
    has_day = not _ONLY_AN_HOUR.fullmatch(found["body"])
    return _Moment(begins.date() if has_day else None, begins.time() if has_hour else None)


def _day(moment: str) -> dt.date:
    return dt.datetime.fromisoformat(moment).date()


def _counted(found: Mapping[str, Any], phrase: Phrase) -> Iterator[tuple[str, Value]]:
    """What a number counts is the word after it, or what was asked when the number is all that was said."""
    word = re.match(r"\s*([^\s,.;+?!।]+)", phrase.text[found["end"] :])
    field = _COUNTED_BY_WORD.get(word[1].lower()) if word else _COUNTED_BY_QUESTION.get(phrase.asked or "")
    if field:
        yield field, int(found["value"]["value"])


def _money(value: Mapping[str, Any]) -> Iterator[tuple[str, Value]]:
    """A sum alone is the most they would pay."""
    if value["type"] == "value":
        yield "budget_max", int(value["value"])
    for end, field in (("from", "budget_min"), ("to", "budget_max")):
        if end in value:
            yield field, int(value[end]["value"])
