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
from datetime import datetime, time
from typing import Final
from zoneinfo import ZoneInfo

from bot.dates.words import fold, plain
from bot.owner import changewords, group, pricewords, roomwords, rulewords, tablewords
from bot.owner import words as w
from bot.owner.daywords import with_days, with_weekdays
from bot.owner.moneywords import MONEY, YEAR, with_money
from bot.owner.names import Names, find, of_number
from bot.owner.order import Order, Target
from bot.owner.peoplewords import name_in, with_words
from core.bookings.reference import as_reference

NOON: Final = datetime(2026, 11, 22, 12, tzinfo=ZoneInfo("Asia/Kolkata"))  # for the examples above
_DAY_STARTS: Final = time(4)
_LONGEST: Final = 1000

_PHONE: Final = re.compile(r"(?<![\w₹])\+?\d[\d -]{8,13}\d(?!\w)")
_CODE: Final = re.compile(r"(?<![\w+-])([a-z0-9]{3}[ -]?[a-z0-9]{3})(?![\w%])", re.IGNORECASE)
_TOKEN: Final = re.compile(r"\d{1,3}(?:,\d{2})*,\d{3}|[a-z]*\d+(?:[.:]\d+)*[a-z]*|[a-z']+|[\u0900-\u097f]+|[^\w\s]")

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


def read_as(kind: str, text: str, names: Names, *, now: datetime, day_starts: time = _DAY_STARTS) -> Order:
    """The details of an order whose kind is known already."""
    return _detailed(kind, text, names, now=now, day_starts=day_starts, said=text)


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
    ruled = rulewords.deposit_said(text) if kind == "deposit" else None
    text = text if ruled is None else ruled.text
    season = None
    if kind in rulewords.SEASONS:
        season, text = _season_apart(names, *rulewords.season_said(text))
    tokens = _flat(text).split()
    found = find(names, tokens, numbers=kind not in group.NO_ROOM_NUMBERS)
    flat = f" {' '.join(found.rest)} "
    everything = _flat(said)
    targets = tuple(target for target in found.targets if target.kind != "staff" or kind in group.OF_PEOPLE)
    order = Order(kind, targets, reference=reference, phone=phone)
    if kind in changewords.CHANGES:
        free = bool(changewords.FREE.search(flat))
        return replace(order, text=flat.strip() or None, full=free, name=name_in(flat, kind))
    order = _with_kind(order, everything, flat)
    order, flat = with_weekdays(order, flat)
    order, flat = with_money(order, flat)
    order = with_days(order, flat, now=now, day_starts=day_starts)
    order = with_words(order, everything, flat, said)
    if of_tables is not None:
        order = _with_tables(order, of_tables, flat)
    order = _with_rules(order, ruled, flat, season=season, said=said)
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
        order, name=name_in(f" {kept} ", order.kind), full=taken.together, at=None, first=None, last=None, party=None
    )


def _with_rooms(order: Order, text: str, flat: str) -> Order:
    """Whose rooms they are, a second booking to swap with, or the number of a new room; days play no part."""
    said = _take_reference(text)[0] if order.kind == "swap_rooms" else None
    if order.kind == "add_room":
        there = order.of_kind("room")  # another house may have one of that number
        said = there[0].said.upper() if there else roomwords.number_in(flat)
    name = name_in(roomwords.without_orders(flat), order.kind)
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
    has_amount = bool(MONEY.search(YEAR.sub(" ", f" {plain(flat)} "))) or bool(w.PERCENT.search(flat))
    named = bool(order.reference or order.phone)
    if kind in {"check_in", "check_out"} and not named and not order.of_kind("room"):
        listed = re.search(
            r" (?:today|tomorrow|tonight|aaj|kal|parson|list|kaun|kitne|ke|ki|आज|कल|के|who|all) ", everything
        )
        if listed or not name_in(flat, kind):
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
    kind = _without_its_word(order, kind, everything, has_amount=has_amount)
    if kind == "" and named:
        kind = "find"
    return replace(order, kind=kind)


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


def _season_apart(names: Names, name: str | None, text: str) -> tuple[str | None, str]:
    """Houses and room types said beside a season's name are not part of it."""
    found = find(names, _flat(name or "").split(), numbers=False)
    if not found.targets:
        return name, text
    said = " ".join(target.said for target in found.targets)
    return " ".join(found.rest).title() or None, f"{text} {said}"


def _without_its_word(order: Order, kind: str, everything: str, *, has_amount: bool) -> str:
    """What can only be one kind needs no word for it."""
    if kind not in {"", "day"}:
        return kind
    if kind == "" and has_amount and order.of_kind("type"):
        return "price"  # "deluxe 5200 kar do 24-26 dec"
    if order.phone and re.search(r" (?:tables?|rooms?|mez|kamra|टेबल|मेज|कमरा) ", everything):
        return "book"
    return kind


def _with_rules(
    order: Order, ruled: rulewords.DepositSaid | None, flat: str, *, season: str | None, said: str
) -> Order:
    """What belongs to rules and seasons only."""
    if ruled is not None and order.amount is None:
        return replace(order, kind="deposits")
    if ruled is not None:
        return replace(
            order, topic=ruled.per, at=ruled.since, until=ruled.until, party=ruled.party, text=ruled.name, name=None
        )
    match order.kind:
        case "season" | "end_season":
            return replace(order, text=season, name=None)
        case "price":
            return replace(order, text=said)  # the name of a season may be in it
        case "end_deposit":
            return replace(order, text=said, name=None)
        case "buffer":
            return replace(order, number=_minutes(flat), name=None, first=None, last=None)
        case _:
            return order


def _minutes(flat: str) -> int | None:
    """How long; "no buffer" is none."""
    words = f" {plain(flat)} "
    with_unit = re.search(r"(?<= )(\d{1,3}) ?(?:m|min|mins|minutes?|मिनट)(?= )", words)
    found = with_unit or re.search(r"(?<= )(\d{1,3})(?= )", words)
    if found is not None:
        return int(found[1])
    return 0 if re.search(r" (?:no|off|none|mat|nahi|hatao|zero|नहीं|हटाओ) ", flat) else None


def _count(flat: str) -> int | None:
    found = re.search(r"(?<= )(\d{1,2}|one|two|three|ek|do|teen|एक|दो|तीन) (?:x |rooms? |kamre |कमरे |of )", flat)
    if found is None:
        found = re.match(r" (?:block|close|open|unblock) (\d{1,2}|ek|do|teen) (?!-|/|to |se |dec|jan|nov)", flat)
    if found is None:
        return None
    return w.NUMBER_WORDS.get(found[1]) or int(found[1])
