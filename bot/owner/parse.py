"""One reading of an order, whatever chat it comes from: slash commands, plain words in three languages, buttons.

Nothing is looked up and nothing is decided here: names come from outside, and what could mean two things says so.

>>> read("/undo", Names(()), now=NOON).kind
'undo'
>>> read("kal ke arrivals", Names(()), now=NOON).section
'arrivals'
"""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date, datetime, time
from typing import Final
from zoneinfo import ZoneInfo

from bot.dates import Heard, understand
from bot.dates.words import fold, known, plain
from bot.owner import changewords, group, pricewords, roomwords, tablewords
from bot.owner import words as w
from bot.owner.names import Names, find, of_number
from bot.owner.order import Order, Target
from core.bookings.reference import as_reference

NOON: Final = datetime(2026, 11, 22, 12, tzinfo=ZoneInfo("Asia/Kolkata"))  # for the examples above
_DAY_STARTS: Final = time(4)
_LONGEST: Final = 1000

_PHONE: Final = re.compile(r"(?<![\w₹])\+?\d[\d -]{8,13}\d(?!\w)")
_CODE: Final = re.compile(r"(?<![\w+-])([a-z0-9]{3}[ -]?[a-z0-9]{3})(?![\w%])", re.IGNORECASE)
_TOKEN: Final = re.compile(r"\d{1,3}(?:,\d{2})*,\d{3}|[a-z]*\d+(?:[.:]\d+)*[a-z]*|[a-z']+|[\u0900-\u097f]+|[^\w\s]")
_MONEY: Final = re.compile(r"₹ ?(\d+)|(?<![\w.:%-])(\d{3,6})(?![\w.:%])(?! *(?:am|pm|oclock|baje|night|people))")
_WRITTEN: Final = re.compile(
    r"(?:(?:₹|rs|inr|rupees?) ?\.? ?)?(?<![\d.])(\d{1,3}(?:,\d{2,3})+|\d+(?:\.\d+)?)"
    r" ?(?:k|hazaa?r|thousand|हजार)?(?: ?/ ?-)?(?: (?:rs|rupees?|rupaye|रुपये|रु))?(?= )"
)
_PARTY: Final = re.compile(
    r"(?<= )(?:for|party of|x|×) (\d{1,2})(?= )|(?<= )(\d{1,2}) (?:people|adult|pax|cover|covers)(?= )"
)
_GOING: Final = re.compile(r" (?:check ?-? ?(?:in|out)s?|checkins?|checkouts?|चेक ?(?:इन|आउट))(?= )")
_YEAR: Final = re.compile(r"(?<=[a-z]{3}) 20\d\d (?!rs)")
_MONTH_DASH: Final = re.compile(r"([a-z]{3,}) - (\d)")
_PAST: Final = re.compile(r" (?:yesterday|kal (?:raat )?(?:ka|ke|ki) .*(?:the|tha|thi|gaye)|beete) ")

_BUTTONS: Final = {
    "y": "yes",
    "n": "no",
    "u": "undo",
    "ht": "take",
    "hb": "hand_back",
    "hr": "show_chat",
    "again": "say_again",
}


def read(
    text: str,
    names: Names,
    *,
    now: datetime,
    day_starts: time = _DAY_STARTS,
    replying: bool = False,
) -> Order:
    """What is wanted, or `unclear`; `now` is local, `replying` says that it answers a guest's card."""
    text = text.strip()[:_LONGEST]
    flat = _flat(text)
    kind, rest = _slash(text)
    short = " ".join(flat.replace(" . ", " ").replace(" ! ", " ").replace(" , ", " ").split())
    if kind is None and replying and _first_kind(flat) not in {"hand_back", "take", "canned"}:
        return Order("reply", text=text)
    if kind is None and (short in w.YES or short in w.NO):
        return Order("yes" if short in w.YES else "no")
    if kind is None and short.isdigit() and len(short) <= 2:  # noqa: PLR2004 - one of the choices just listed
        return Order("pick", number=int(short))
    if kind is None and (free := w.FREE_TEXT.match(fold(text))) is not None:
        kind = w.FREE_TEXT_KINDS[free["kind"]]
        rest = text[len(text) - len(free["rest"]) :] if free["rest"] else ""
    if kind in {"reply", "note", "canned"} and rest is not None:
        return _free_text(kind, rest)
    if kind is None:
        kind, rest = _first_kind(flat) or _moves_a_booking(text), text
    elif rest is not None and kind == "day":
        rest = text.lstrip("/")  # the word itself says which day or list
    return _detailed(kind or "", rest or "", names, now=now, day_starts=day_starts, said=text)


def press(data: str) -> Order | None:
    """What a button stands for: `y:17`, `ht:5`, or `do:check_in:K7QM2`; None when it is no button of ours."""
    match data.split(":"):
        case ["do", kind, *rest]:
            return Order(kind, reference=rest[0].upper() if rest and as_reference(rest[0]) else None, past=False)
        case ["p", act, choice] if act.isdigit() and choice.isdigit():
            return Order("pick", count=int(act), number=int(choice))
        case [short, number] if short in _BUTTONS and number.isdigit():
            return Order(_BUTTONS[short], number=int(number))
        case ["c", number, topic] if number.isdigit():
            return Order("canned", number=int(number), topic=topic)
        case _:
            return None


def _flat(text: str) -> str:
    """Small letters and plain digits, a space around every word and sign."""
    text = fold(text).replace("'", "").replace("?", " ").replace('"', " ")
    return f" {' '.join(_TOKEN.findall(text))} "


def _slash(text: str) -> tuple[str | None, str | None]:
    if not text.startswith("/"):
        return None, None
    word, _, rest = text[1:].partition(" ")
    kind = w.SLASH.get(word.casefold().partition("@")[0].replace("_", "").replace("-", ""))
    return (kind or "unknown"), rest.strip()


def _moves_a_booking(text: str) -> str | None:
    reference, rest = _take_reference(text)
    return "move_booking" if reference and changewords.MOVES.search(_flat(rest)) else None


def _first_kind(flat: str) -> str | None:
    return next((kind for kind, pattern in w.KINDS if pattern.search(flat)), None)


# ------------------------------------------------------------------------------------------------- free words


def _free_text(kind: str, rest: str) -> Order:
    """`reply K7QM2: we keep the room`, `note K7QM2 allergic to nuts`, `canned wifi`."""
    reference, rest = _take_reference(rest)
    number = None
    if kind == "reply" and (found := re.match(r"#?(\d{1,6})\s*[:,-]\s*", rest)):
        number, rest = int(found[1]), rest[found.end() :]
    rest = rest.strip(" :,-")
    if kind == "canned":
        return Order("canned", topic=fold(rest).strip() or None, reference=reference)
    return Order(kind, reference=reference, number=number, text=rest or None)


def _take_reference(text: str) -> tuple[str | None, str]:
    """The first word that is a booking's reference, and the text without it."""
    for found in _CODE.finditer(text):
        code = as_reference(found[1])
        has_both = code and any(sign.isdigit() for sign in code) and any(sign.isalpha() for sign in code)
        if code and (has_both or found[1] == found[1].upper()) and not code.isdigit():
            return code, f"{text[: found.start()]} {text[found.end() :]}"
    return None, text


# ---------------------------------------------------------------------------------------------------- details


def _detailed(kind: str, text: str, names: Names, *, now: datetime, day_starts: time, said: str) -> Order:
    reference, text = _take_reference(text)
    phone, text = _take_phone(text)
    of_tables = tablewords.take(kind, text) if kind in tablewords.KINDS else None
    text = text if of_tables is None else of_tables.text
    tokens = _flat(text).split()
    found = find(names, tokens, numbers=kind not in group.NO_ROOM_NUMBERS)
    flat = f" {' '.join(found.rest)} "
    everything = _flat(said)
    targets = tuple(target for target in found.targets if target.kind != "staff" or kind in group.OF_PEOPLE)
    order = Order(kind, targets, reference=reference, phone=phone)
    if kind in changewords.CHANGES:
        free = bool(changewords.FREE.search(flat))
        return replace(order, text=flat.strip() or None, full=free, name=_name_in(flat, kind))
    order = _with_kind(order, everything, flat)
    order, flat = _with_weekdays(order, flat)
    order, flat = _with_money(order, flat)
    order = _with_days(order, flat, now=now, day_starts=day_starts)
    order = _with_words(order, everything, flat, said)
    if of_tables is not None:
        order = _with_tables(order, of_tables, flat)
    if order.kind in pricewords.KINDS:
        order = pricewords.with_code(order, said)
    if order.kind in roomwords.KINDS:
        order = _with_rooms(order, text, flat)
    if order.kind == "block" and w.OUT_OF_SERVICE.search(everything):
        order = replace(order, topic="out_of_service")
    return _settled(order, flat, names)


def _with_tables(order: Order, taken: tablewords.Taken, flat: str) -> Order:
    """Hours and name of an event, minutes of a rule, whose tables they are."""
    if order.kind in {"event", "end_event"}:
        return replace(order, at=taken.at, until=taken.until, text=taken.words, name=None, party=None, count=None)
    if order.kind == "late_rule":
        return Order("late_rule", order.targets, number=taken.minutes)
    kept = " ".join(word for word in flat.split() if word not in tablewords.NOT_NAMES)
    return replace(
        order, name=_name_in(f" {kept} ", order.kind), full=taken.together, at=None, first=None, last=None, party=None
    )


def _with_rooms(order: Order, text: str, flat: str) -> Order:
    """Whose rooms they are, a second booking to swap with, or the number of a new room; days play no part."""
    said = _take_reference(text)[0] if order.kind == "swap_rooms" else None
    if order.kind == "add_room":
        there = order.of_kind("room")  # another house may have one of that number
        said = there[0].said.upper() if there else roomwords.number_in(flat)
    name = _name_in(roomwords.without_orders(flat), order.kind)
    return Order(order.kind, order.targets, reference=order.reference, phone=order.phone, name=name, text=said)


def _take_phone(text: str) -> tuple[str | None, str]:
    found = _PHONE.search(text)
    if found is None:
        return None, text
    digits = re.sub(r"\D", "", found[0])
    if len(digits) < 10:  # noqa: PLR2004 - an Indian mobile number
        return None, text
    ten = len(digits) == 10  # noqa: PLR2004 - without the country
    return ("+91" + digits if ten else "+" + digits), text[: found.start()] + " " + text[found.end() :]


def _with_kind(order: Order, everything: str, flat: str) -> Order:
    """Where the words of one order also belong to another, what else was said decides."""
    kind = order.kind
    has_amount = bool(_MONEY.search(_YEAR.sub(" ", f" {plain(flat)} "))) or bool(w.PERCENT.search(flat))
    named = bool(order.reference or order.phone)
    if kind in {"check_in", "check_out"} and not named and not order.of_kind("room"):
        listed = re.search(
            r" (?:today|tomorrow|tonight|aaj|kal|parson|list|kaun|kitne|ke|ki|आज|कल|के|who|all) ", everything
        )
        if listed or not _name_in(flat, kind):
            kind = "day"
    if kind == "price" and not has_amount and not w.UP.search(everything) and not w.DOWN.search(everything):
        kind = "free"
    if kind == "book" and (order.reference or everything.startswith((" show ", " find "))):
        kind = "find"
    if kind == "remove" and re.search(r" (?:block|closure|band|ब्लॉक) ", everything):
        kind = "open"
    if kind == "open" and re.search(r" (?:chats|messages|questions) ", everything):
        kind = "inbox"
    if kind == "free" and has_amount and re.search(r" (?:rate|rates|price|tariff|kiraya|रेट|दाम|किराया) ", everything):
        kind = "price"
    if kind == "confirm":
        kind = "approve"
    if kind == "" and named:
        kind = "find"
    return replace(order, kind=kind)


def _with_money(order: Order, flat: str) -> tuple[Order, str]:
    """A price, a part of it, or by how much it moves; and the words without it."""
    if order.kind not in group.ABOUT_MONEY:
        return order, flat
    up, down = bool(w.UP.search(flat)), bool(w.DOWN.search(flat))
    if found := w.PERCENT.search(flat):
        percent = int(found[2])
        if order.kind == "price":
            percent = -percent if found[1] == "-" or (down and found[1] != "+") else percent
        return replace(order, percent=percent), flat[: found.start()] + " " + flat[found.end() :]
    if order.kind == "price" and (signed := w.SIGNED.search(flat)):
        change = int(signed[1] + signed[2])
        return replace(order, change=change), flat[: signed.start()] + " " + flat[signed.end() :]
    plainly = f" {plain(flat)} "
    if order.kind in group.ABOUT_NIGHTS:  # "24 dec 2026" is a day there; "refund 2000" is money
        plainly = _YEAR.sub(" ~ ", plainly)
    money = _MONEY.search(plainly)
    if money is None:
        return order, flat
    amount = int(money[1] or money[2])
    rest = _without(flat, amount) or plainly[: money.start()] + " " + plainly[money.end() :]
    if order.kind == "price" and (up or down) and (w.BY_AMOUNT.search(flat) or not w.TO_AMOUNT.search(flat)):
        moves = not re.search(r" (?:ghata|badha|कम|बढा)\w* (?:ke|kar ?ke|कर|के|करके) ", flat)
        if moves:
            return replace(order, change=-amount if down and not _says_up_only(flat) else amount), rest
    return replace(order, amount=amount), rest


def _without(flat: str, amount: int) -> str | None:
    """The words without the amount, when it was written in digits."""
    for found in _WRITTEN.finditer(flat):
        digits = float(found[1].replace(",", ""))
        if amount in {round(digits), round(digits * 1000)}:
            return flat[: found.start()] + " " + flat[found.end() :]
    return None


def _says_up_only(flat: str) -> bool:
    return bool(w.UP.search(flat)) and not w.DOWN.search(flat)


def _with_weekdays(order: Order, flat: str) -> tuple[Order, str]:
    """Which days of the week a price or a shortest stay is for, and the words without them."""
    weekdays: tuple[int, ...] = ()
    if order.kind in {"price", "min_stay"} and not w.THIS_WEEKEND.search(flat):
        for pattern, days in ((w.WEEKENDS, w.WEEKEND), (w.WEEKDAYS_WORD, w.WEEKDAY)):
            if found := pattern.search(flat):
                weekdays = days
                flat = flat[: found.start()] + "~" + flat[found.end() :]
                break
        else:
            said = {day: match for day, every in w.EVERY_DAY.items() if (match := every.search(flat))}
            weekdays = tuple(said)
            for match in said.values():
                flat = flat.replace(match[0], "~")
    return replace(order, weekdays=weekdays), flat


def _with_days(order: Order, flat: str, *, now: datetime, day_starts: time) -> Order:
    """The days said, and for prices the days of the week."""
    if order.kind == "day":
        flat = _GOING.sub(" ", flat)
    flat = _MONTH_DASH.sub(r"\1 to \2", flat)
    nights = None
    if order.kind in {"min_stay", "max_stay"} and (counted := re.search(r"(?<= )(\d{1,2})(?= )", f" {plain(flat)} ")):
        nights = int(counted[1])
        flat = re.sub(rf"(?<= ){counted[1]}(?= )", "~", flat, count=1)
    journey = "stay" if order.kind in group.ABOUT_NIGHTS and not _speaks_of_tables(order, flat) else None
    heard = understand(flat, now=now, journey=journey, day_starts=day_starts)
    first, last = _ends(heard, flat)
    return replace(
        order,
        first=first,
        last=last,
        nights=nights or heard.nights,
        at=heard.time,
        party=heard.guests or _party(flat),
        count=heard.rooms,
        past=bool(_PAST.search(flat)),
    )


def _speaks_of_tables(order: Order, flat: str) -> bool:
    return bool(order.of_kind("table", "area")) or bool(re.search(r" (?:tables?|mez|टेबल|मेज) ", flat))


def _ends(heard: Heard, flat: str) -> tuple[date | None, date | None]:
    first = heard.check_in or heard.date
    if first is None and heard.flexible is not None:
        return heard.flexible.start, heard.flexible.end
    ranged = heard.check_out is not None and heard.check_in is not None
    if ranged and heard.nights == 1 and not re.search(r"(?:-|to|se|until|tak|से|तक|night|raat|रात|and|&)", flat):
        return first, None
    return first, heard.check_out if ranged else None


def _party(flat: str) -> int | None:
    found = _PARTY.search(f" {plain(flat)} ")
    return int(found[1] or found[2]) if found else None


def _with_words(order: Order, everything: str, flat: str, said: str) -> Order:  # noqa: PLR0911 - one line for each kind
    """Lists, periods, roles, alerts, names: what belongs to one kind only."""
    match order.kind:
        case "day":
            section = next((name for name, pattern in w.SECTIONS if pattern.search(everything)), None)
            return replace(order, section=section)
        case "figures":
            return _with_period(order, everything)
        case "invite" | "role" | "remove":
            role = next((role for word, role in w.ROLES.items() if f" {word} " in everything), None)
            email = re.search(r"\S+@\S+\.\w+", said)
            return replace(order, role=role, text=email[0] if email else None, name=_name_in(flat, order.kind))
        case "mute" | "unmute":
            return replace(order, topic=next((name for name, each in w.ALERTS if each.search(everything)), "all"))
        case "language":
            return replace(order, language=next((code for code, each in w.LANGUAGES if each.search(everything)), None))
        case "quiet":
            hours = re.findall(r"\d{1,2}(?::\d\d)?", everything)
            return replace(
                order, text=" ".join(hours[:2]) or ("off" if re.search(r" (?:off|band|no) ", everything) else None)
            )
        case "digest":
            hours = re.findall(r"\d{1,2}(?::\d\d)?", everything)
            return replace(order, text=hours[0] if hours else None)
        case "cancel" | "refund":
            return replace(order, full=bool(w.IN_FULL.search(everything)), name=_name_in(flat, order.kind))
        case kind if kind in group.OF_A_BOOKING or kind in group.OF_SOMEBODY:
            return replace(order, name=_name_in(flat, kind), topic=_paid_by(kind, everything))
        case _:
            return order


def _paid_by(kind: str, everything: str) -> str | None:
    """Cash, card or UPI, when it is about money over the counter."""
    said = (how for how, each in w.PAID_BY if each.search(everything))
    return next(said, None) if kind in {"paid", "handed"} else None


def _with_period(order: Order, everything: str) -> Order:
    for period, past, pattern in w.PERIODS:
        if pattern.search(everything):
            return replace(order, period=period, past=past)
    return replace(order, period="day")


def _name_in(flat: str, kind: str) -> str | None:
    """What is left when the words of the order, days and numbers are gone is a person's name."""
    for name, pattern in w.KINDS:
        if name == kind or (kind in {"take", "hand_back"} and name in {"take", "hand_back"}):
            flat = pattern.sub(" ", flat)
    kept = [
        token
        for token in flat.split()
        if token not in w.NOT_A_NAME and token not in w.ROLES and not re.search(r"[\d~₹%@]", token) and _spoken(token)
    ]
    return " ".join(kept[:4]) or None


def _spoken(token: str) -> bool:
    """A word, and none of the calendar's."""
    return len(token) > 1 and known(token) is None and (token[0].isalpha() or token[0] > "\u0900")


def _settled(order: Order, flat: str, names: Names) -> Order:
    """What is left: is "block 12" a room, a table or a day; how many rooms; nothing at all."""
    if order.kind in {"block", "open"}:
        count = _count(flat) if order.of_kind("type") else None
        order = replace(order, count=count or order.count)
        lone = w.LONE_NUMBER.search(flat)
        if lone and order.first is None and not order.targets and count is None:
            same = of_number(names, lone[1])
            targets = tuple(
                Target(kind, lone[1], tuple(thing.id for thing in same if thing.kind == kind))
                for kind in ("room", "table")
                if any(thing.kind == kind for thing in same)
            )
            return replace(order, number=int(lone[1]), targets=targets, unsure=("number",))
    if order.kind == "":
        kind = "day" if order.first is not None else "find" if order.reference or order.phone else "unclear"
        return replace(order, kind=kind)
    return order


def _count(flat: str) -> int | None:
    found = re.search(r"(?<= )(\d{1,2}|one|two|three|ek|do|teen|एक|दो|तीन) (?:x |rooms? |kamre |कमरे |of )", flat)
    if found is None:
        found = re.match(r" (?:block|close|open|unblock) (\d{1,2}|ek|do|teen) (?!-|/|to |se |dec|jan|nov)", flat)
    if found is None:
        return None
    return w.NUMBER_WORDS.get(found[1]) or int(found[1])
