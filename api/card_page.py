"""The page of one booking, for a phone, in the guest's language, light and dark."""

from __future__ import annotations

from datetime import date, datetime
from html import escape
from typing import Final

from babel.dates import format_date, format_time
from babel.numbers import format_decimal

from models.base import Json

_WORDS: Final[dict[str, dict[str, str]]] = {
    "en": {
        "held": "Held for you until {until}",
        "pending_approval": "Waiting for the house to say yes",
        "confirmed": "Confirmed",
        "arrived": "You are here. Welcome!",
        "completed": "Thank you for coming",
        "cancelled": "Cancelled",
        "no_show": "Marked as not arrived",
        "expired": "The hold has ended; nothing is booked",
        "released": "Released; nothing is booked",
        "reference": "Booking",
        "arrival": "Check-in",
        "departure": "Check-out",
        "nights": "Nights",
        "room": "Room",
        "time": "Time",
        "party": "People",
        "where": "Where",
        "phone": "Phone",
        "total": "Total with tax",
        "paid": "Paid",
        "balance": "To pay at the desk",
        "refunded": "Refunded",
        "bring": "Good to know",
        "free_until": "Cancelling is free until {moment}.",
        "pay": "Pay {amount} now",
        "map": "Open the map",
        "calendar": "Add to calendar",
        "show": "Show this at the desk",
        "from": "from",
        "until": "until",
    },
    "hi": {
        "held": "आपके लिए {until} तक रोका गया",
        "pending_approval": "होटल की स्वीकृति का इंतज़ार",
        "confirmed": "बुकिंग पक्की",
        "arrived": "आप पहुँच गए। स्वागत है!",
        "completed": "आने के लिए धन्यवाद",
        "cancelled": "रद्द",
        "no_show": "नहीं पहुँचे, ऐसा दर्ज है",
        "expired": "रोकने का समय पूरा; कुछ बुक नहीं है",
        "released": "छोड़ दिया गया; कुछ बुक नहीं है",
        "reference": "बुकिंग",
        "arrival": "चेक-इन",
        "departure": "चेक-आउट",
        "nights": "रातें",
        "room": "कमरा",
        "time": "समय",
        "party": "लोग",
        "where": "पता",
        "phone": "फ़ोन",
        "total": "टैक्स सहित कुल",
        "paid": "भुगतान किया",
        "balance": "डेस्क पर देना है",
        "refunded": "वापस किया गया",
        "bring": "ध्यान दें",
        "free_until": "{moment} तक रद्द करना मुफ़्त है।",
        "pay": "अभी {amount} दें",
        "map": "नक़्शा खोलें",
        "calendar": "कैलेंडर में जोड़ें",
        "show": "डेस्क पर यह दिखाएँ",
        "from": "से",
        "until": "तक",
    },
    "hinglish": {
        "held": "Aapke liye {until} tak hold par hai",
        "pending_approval": "House ki haan ka intezaar hai",
        "confirmed": "Booking confirmed",
        "arrived": "Aap pahunch gaye. Swagat hai!",
        "completed": "Aane ke liye dhanyavaad",
        "cancelled": "Cancel ho gayi",
        "no_show": "Nahi pahunche, aisa darj hai",
        "expired": "Hold khatam; kuch book nahi hai",
        "released": "Chhod diya gaya; kuch book nahi hai",
        "reference": "Booking",
        "arrival": "Check-in",
        "departure": "Check-out",
        "nights": "Raatein",
        "room": "Room",
        "time": "Samay",
        "party": "Log",
        "where": "Pata",
        "phone": "Phone",
        "total": "Tax ke saath total",
        "paid": "Paid",
        "balance": "Desk par dena hai",
        "refunded": "Refund",
        "bring": "Dhyaan dein",
        "free_until": "{moment} tak cancel karna free hai.",
        "pay": "Abhi {amount} pay karein",
        "map": "Map kholein",
        "calendar": "Calendar mein jodein",
        "show": "Desk par yeh dikhaiye",
        "from": "se",
        "until": "tak",
    },
}
_GOOD: Final = frozenset({"confirmed", "arrived", "completed"})
_WAITING: Final = frozenset({"held", "pending_approval"})


def booking_page(facts: Json, *, language: str, picture: str | None, here: str) -> str:
    """The whole page; `here` is its own path, under which the calendar file and the code are found."""
    words = _WORDS.get(language, _WORDS["en"])
    status = str(facts["status"])
    until = _moment(facts["hold_until"], language) if facts["hold_until"] else ""
    mood = "good" if status in _GOOD else "waiting" if status in _WAITING else "over"
    photo = f'<img class="photo" src="/pictures/{escape(picture)}" alt="">' if picture else ""
    code = (
        f'<figure><img src="{here}/qr.png" alt="{escape(facts["reference"])}" width="168" height="168">'
        f"<figcaption>{escape(words['show'])}</figcaption></figure>"
        if status in _GOOD
        else ""
    )
    return _PAGE.format(
        lang="hi" if language == "hi" else "en",
        title=escape(f"{facts['property']} · {facts['reference']}"),
        photo=photo,
        name=escape(facts["property"]),
        town=escape(f"{facts['area']}, {facts['city']}"),
        mood=mood,
        status=escape(words[status].format(until=until)),
        rows="".join(f"<dt>{escape(label)}</dt><dd>{value}</dd>" for label, value in _rows(facts, words, language)),
        notes="".join(f"<p>{escape(note)}</p>" for note in _notes(facts, words, language)),
        code=code,
        actions="".join(_actions(facts, words, here)),
    )


def not_found_page() -> str:
    """The same for a wrong signature, an unknown booking and a missing picture."""
    return _NOT_FOUND


def _rows(facts: Json, words: dict[str, str], language: str) -> list[tuple[str, str]]:
    rows = [(words["reference"], f"<strong class=code>{escape(facts['reference'])}</strong>")]
    if str(facts["status"]) not in _GOOD | _WAITING:
        # Nobody is expected any more: no hours to come at and no way there.
        rows.append((words["arrival" if facts["kind"] == "stay" else "time"], _day_of(facts["starts"], language)))
        return rows + _phone(facts, words) + _money(facts, words)
    if facts["kind"] == "stay":
        rooms = f"{facts['rooms']} × {facts['room_type']}" if facts["rooms"] > 1 else str(facts["room_type"])
        rows += [
            (words["arrival"], escape(_end_of_stay(facts["starts"], words["from"], language))),
            (words["departure"], escape(_end_of_stay(facts["ends"], words["until"], language))),
            (words["nights"], str(facts["nights"])),
            (words["room"], escape(rooms)),
        ]
    else:
        rows.append((words["time"], escape(_moment(facts["starts"], language))))
    rows += [(words["party"], str(facts["party"])), (words["where"], escape(facts["address"]))]
    return rows + _phone(facts, words) + _money(facts, words)


def _phone(facts: Json, words: dict[str, str]) -> list[tuple[str, str]]:
    if not facts["property_phone"]:
        return []
    dialled = facts["property_phone"].replace(" ", "")
    return [(words["phone"], f'<a href="tel:{escape(dialled)}">{escape(facts["property_phone"])}</a>')]


def _money(facts: Json, words: dict[str, str]) -> list[tuple[str, str]]:
    money = [(words["total"], facts["total"]), (words["paid"], facts["paid"]), (words["refunded"], facts["refunded"])]
    if str(facts["status"]) in _GOOD:
        money.append((words["balance"], facts["balance"]))
    return [(label, _rupees(paise)) for label, paise in money if paise]


def _notes(facts: Json, words: dict[str, str], language: str) -> list[str]:
    if str(facts["status"]) not in _GOOD | _WAITING:
        return []
    free_until = facts["policy"].get("free_until")
    said = [facts["bring"].get(language) or facts["bring"].get("en", "")]
    if free_until and facts["total"]:
        said.append(words["free_until"].format(moment=_moment(free_until, language)))
    return [note for note in said if note]


def _actions(facts: Json, words: dict[str, str], here: str) -> list[str]:
    status = str(facts["status"])
    actions = []
    if facts["due_now"] and facts["pay_token"] and status in _WAITING | {"confirmed"}:
        amount = _rupees(facts["due_now"])
        actions.append(
            f'<a class="main" href="/p/{escape(facts["pay_token"])}">{words["pay"].format(amount=amount)}</a>'
        )
    if status in _GOOD | _WAITING:
        actions.append(f'<a href="https://maps.google.com/?q={facts["lat"]},{facts["lon"]}">{words["map"]}</a>')
        actions.append(f'<a href="{here}/calendar.ics">{words["calendar"]}</a>')
    return actions


def _end_of_stay(local: str, word: str, language: str) -> str:
    at = datetime.fromisoformat(local)
    clock = _clock(at, language)
    return f"{_day(at, language)}, {f'{word} {clock}' if language == 'en' else f'{clock} {word}'}"


def _moment(local: str, language: str) -> str:
    at = datetime.fromisoformat(local)
    return f"{_day(at, language)}, {_clock(at, language)}"


def _day_of(local: str, language: str) -> str:
    return escape(_day(datetime.fromisoformat(local), language))


def _day(at: date, language: str) -> str:
    return format_date(at, "EEE d MMM", locale="hi_IN" if language == "hi" else "en_IN")


def _clock(at: datetime, language: str) -> str:
    return format_time(at.replace(tzinfo=None), "h:mm a", locale="hi_IN" if language == "hi" else "en_IN")


def _rupees(paise: int) -> str:
    return "₹" + format_decimal(paise / 100, "#,##,##0.00" if paise % 100 else "#,##,##0", locale="en_IN")


_STYLE: Final = """
:root { color-scheme: light dark; --paper: #fffaf3; --card: #ffffff; --ink: #2b2118; --soft: #7a6b5d; --line: #efe4d6;
  --accent: #b4532f; --good: #2f7d4f; --waiting: #a86a12; --over: #7a6b5d }
@media (prefers-color-scheme: dark) { :root { --paper: #17120e; --card: #221b16; --ink: #f4ece2; --soft: #b3a595;
  --line: #392e26; --accent: #f08a5d; --good: #6fcf97; --waiting: #f2b84b; --over: #b3a595 } }
* { box-sizing: border-box }
body { margin: 0; background: var(--paper); color: var(--ink);
  font: 1rem/1.5 system-ui, "Noto Sans Devanagari", sans-serif }
main { max-width: 30rem; margin: 0 auto; min-height: 100vh; background: var(--card) }
.photo { display: block; width: 100%; aspect-ratio: 3 / 2; object-fit: cover }
.body { padding: 1.1rem 1.2rem 2rem }
h1 { font-size: 1.5rem; line-height: 1.2; margin: 0 }
.town { color: var(--soft); margin: .15rem 0 1rem }
.status { font-weight: 650; padding: .55rem .8rem; border-radius: .7rem; border: 1px solid;
  margin: 0 0 1rem }
.good { color: var(--good) } .waiting { color: var(--waiting) } .over { color: var(--over) }
dl { display: grid; grid-template-columns: minmax(6.5rem, auto) 1fr; margin: 0; border-top: 1px solid var(--line) }
dt, dd { margin: 0; padding: .5rem 0; border-bottom: 1px solid var(--line) }
dt { color: var(--soft); padding-right: 1rem } dd { text-align: right }
dd a { color: inherit }
.code { letter-spacing: .12em; font-size: 1.1rem }
p { color: var(--soft); margin: .9rem 0 0 }
figure { margin: 1.4rem 0 0; text-align: center } figure img { background: #fff; border-radius: .6rem }
figcaption { color: var(--soft); font-size: .9rem }
nav { display: grid; gap: .6rem; margin-top: 1.4rem }
nav a { text-align: center; padding: .8rem; border-radius: .8rem; text-decoration: none; color: var(--accent);
  border: 1px solid var(--line); font-weight: 600 }
nav a.main { background: var(--accent); color: var(--card); border-color: var(--accent) }
"""

_PAGE: Final = (
    """<!doctype html>
<html lang="{lang}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex"><title>{title}</title><style>"""
    + _STYLE.replace("{", "{{").replace("}", "}}")
    + """</style></head><body><main>{photo}<div class="body">
<h1>{name}</h1><p class="town">{town}</p>
<p class="status {mood}">{status}</p>
<dl>{rows}</dl>{notes}{code}<nav>{actions}</nav>
</div></main></body></html>"""
)

_NOT_FOUND: Final = (
    """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex"><title>Not found</title><style>"""
    + _STYLE
    + """</style></head><body><main><div class="body"><h1>Nothing here</h1>
<p>This link is not complete or no longer good. Please open the link in our message again, or write to us.</p>
</div></main></body></html>"""
)
