"""How facts are said: money, days, hours, people and links, in the way each language says them.

>>> FORMS["money"](12500000, Voice("en", Links("", str), {}))
'₹1,25,000'
>>> FORMS["day"]("2026-12-24", Voice("hi", Links("", str), {}))
'गुरु, 24 दिसंबर'
>>> FORMS["clock"]("2026-11-28T20:30:00+05:30", Voice("hinglish", Links("", str), {}))
'raat 8:30 baje'
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any, Final
from urllib.parse import quote

from babel.dates import format_date
from babel.numbers import format_decimal

from models.base import Json


@dataclass(frozen=True, slots=True)
class Links:
    """Where the guest's own pages are: `sign` makes the signature of a booking's card."""

    base_url: str
    sign: Callable[[str], str]


@dataclass(frozen=True, slots=True)
class Voice:
    """In which language something is said, and what else is known."""

    language: str
    links: Links
    facts: Json


_LOCALE: Final = {"en": "en_IN", "hi": "hi_IN", "hinglish": "en_IN"}
_DAY: Final = {"en": "EEE d MMM", "hi": "EEE, d MMMM", "hinglish": "EEE d MMM"}
_NOON: Final = 12

# One, more than one.
_COUNTS: Final[Mapping[str, Mapping[str, tuple[str, str]]]] = {
    "nights": {"en": ("night", "nights"), "hi": ("रात", "रातें"), "hinglish": ("raat", "raatein")},
    "rooms": {"en": ("room", "rooms"), "hi": ("कमरा", "कमरे"), "hinglish": ("room", "rooms")},
    "people": {"en": ("guest", "guests"), "hi": ("मेहमान", "मेहमान"), "hinglish": ("guest", "guests")},
    "adults": {"en": ("adult", "adults"), "hi": ("वयस्क", "वयस्क"), "hinglish": ("adult", "adults")},
    "children": {"en": ("child", "children"), "hi": ("बच्चा", "बच्चे"), "hinglish": ("bachcha", "bachche")},
    "minutes": {"en": ("minute", "minutes"), "hi": ("मिनट", "मिनट"), "hinglish": ("minute", "minute")},
    "options": {"en": ("option", "options"), "hi": ("विकल्प", "विकल्प"), "hinglish": ("option", "options")},
    "bookings": {"en": ("booking", "bookings"), "hi": ("बुकिंग", "बुकिंग"), "hinglish": ("booking", "bookings")},
}
_MEALS: Final[Mapping[str, Mapping[str, str]]] = {
    "EP": {"en": "room only", "hi": "सिर्फ़ कमरा", "hinglish": "sirf room"},
    "CP": {"en": "breakfast", "hi": "नाश्ता शामिल", "hinglish": "breakfast"},
    "MAP": {"en": "breakfast and dinner", "hi": "नाश्ता और रात का खाना", "hinglish": "breakfast aur dinner"},
    "AP": {"en": "all meals", "hi": "तीनों समय का खाना", "hinglish": "teeno time khana"},
}
_PARTS_OF_DAY: Final[Mapping[str, tuple[str, str, str, str]]] = {
    "hi": ("सुबह", "दोपहर", "शाम", "रात"),
    "hinglish": ("subah", "dopahar", "shaam", "raat"),
}
_OCLOCK: Final = {"hi": "बजे", "hinglish": "baje"}
_AND: Final = {"en": "and", "hi": "और", "hinglish": "aur"}


def _text(value: Any, voice: Voice) -> str | None:  # noqa: ANN401 - facts are any plain values
    """As it is; of words in several languages, the guest's."""
    if isinstance(value, Mapping):
        value = value.get(voice.language) or value.get("en")
    return None if value in {None, ""} else str(value)


def _money(value: int, voice: Voice) -> str:
    """Rupees in lakhs and crores; paise only where there are any."""
    pattern = "#,##,##0.00" if value % 100 else "#,##,##0"
    return "₹" + format_decimal(value / 100, pattern, locale=_LOCALE[voice.language])


def _some_money(value: int, voice: Voice) -> str | None:
    """Rupees, where there are any to speak of."""
    return _money(value, voice) if value else None


def _day(value: str, voice: Voice) -> str:
    day = date.fromisoformat(value[:10])
    return format_date(day, _DAY[voice.language], locale=_LOCALE[voice.language])


def _short_day(value: str, voice: Voice) -> str:
    """A day within a narrow title."""
    return format_date(date.fromisoformat(value[:10]), "d MMM", locale=_LOCALE[voice.language])


def _clock(value: str, voice: Voice) -> str:
    """The hour as people say it: 8:30 pm, रात 8:30 बजे, raat 8:30 baje."""
    at = datetime.fromisoformat(value).time() if "T" in value or " " in value else time.fromisoformat(value)
    hour = at.hour % _NOON or _NOON
    said = f"{hour}:{at.minute:02}" if at.minute else f"{hour}"
    if voice.language == "en":
        return f"{said} {'am' if at.hour < _NOON else 'pm'}"
    return f"{_part_of_day(at, voice.language)} {said} {_OCLOCK[voice.language]}"


def _part_of_day(at: time, language: str) -> str:
    morning, afternoon, evening, night = _PARTS_OF_DAY[language]
    for until, part in ((time(4), night), (time(12), morning), (time(16), afternoon), (time(19), evening)):
        if at < until:
            return part
    return night


def _moment(value: str, voice: Voice) -> str:
    return f"{_day(value, voice)}, {_clock(value, voice)}"


def _family(value: int, voice: Voice) -> str:
    """Adults, and children where there are any."""
    children = voice.facts.get("children") or 0
    return counted("adults", value, voice.language) + (
        f", {counted('children', children, voice.language)}" if children else ""
    )


def counted(what: str, count: int, language: str) -> str:
    """So many of something."""
    one, many = _COUNTS[what][language]
    return f"{count} {one if count == 1 else many}"


def _counting(what: str) -> Callable[[int, Voice], str]:
    return lambda value, voice: counted(what, value, voice.language)


def _meal(value: str, voice: Voice) -> str:
    return ", ".join(_MEALS[plan][voice.language] for plan in value.split(", "))


def _listed(value: list[str], voice: Voice) -> str | None:
    """This, that and that."""
    if not value:
        return None
    *first, last = value
    return f"{', '.join(first)} {_AND[voice.language]} {last}" if first else last


def _offers(value: list[Json], voice: Voice) -> str | None:
    """Places with their day or hour and price, one line each."""
    lines = []
    for each in value:
        when = _moment(each["starts"], voice) if each.get("starts") else _day(each["arrival"], voice)
        price = "" if each.get("total") is None else f", {_money(each['total'], voice)}"
        lines.append(f"\n• {each['property']}, {when}{price}")
    return "".join(lines) or None


def _distance(value: float, _voice: Voice) -> str:
    return f"{value:.1f} km"


def _stars(value: int, _voice: Voice) -> str:
    return "★" * value


def _pay_url(value: str, voice: Voice) -> str:
    return f"{voice.links.base_url}/p/{value}"


def _card_url(page: str) -> Callable[[str, Voice], str]:
    return lambda value, voice: f"{voice.links.base_url}/b/{value}/{voice.links.sign(value)}/{page}"


def _picture_url(value: str, voice: Voice) -> str:
    return f"{voice.links.base_url}/pictures/{quote(value)}"


def _recording_url(value: int, voice: Voice) -> str:
    return f"{voice.links.base_url}/r/{value}/{voice.links.sign(f'recording {value}')}"


def _map_url(_value: str, voice: Voice) -> str | None:
    lat, lon = voice.facts.get("lat"), voice.facts.get("lon")
    return None if lat is None or lon is None else f"https://maps.google.com/?q={lat},{lon}"


FORMS: Final[Mapping[str, Callable[[Any, Voice], str | None]]] = {
    "text": _text,
    "money": _money,
    "some_money": _some_money,
    "day": _day,
    "short_day": _short_day,
    "clock": _clock,
    "moment": _moment,
    "nights": _counting("nights"),
    "rooms": _counting("rooms"),
    "people": _counting("people"),
    "minutes": _counting("minutes"),
    "options": _counting("options"),
    "bookings": _counting("bookings"),
    "family": _family,
    "meal": _meal,
    "list": _listed,
    "offers": _offers,
    "distance": _distance,
    "stars": _stars,
    "pay_url": _pay_url,
    "calendar_url": _card_url("calendar.ics"),
    "qr_url": _card_url("qr.png"),
    "invoice_url": _card_url("invoice.pdf"),
    "picture_url": _picture_url,
    "map_url": _map_url,
    "recording_url": _recording_url,
}
