"""The door of those in charge: what they write or press becomes an order, said back before it does harm.

An order that destroys, moves money or touches a booking waits as a row for a yes; what can be taken back can be for an
hour. Whoever is not tied to a person hears one polite sentence, and rights are looked up again at every order.
"""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import datetime
from typing import Any, Final

from sqlalchemy.orm import Session

from bot.dates.words import fold
from bot.owner.acting import carry_out, confirm, drop, unbutton, undo
from bot.owner.correcting import put_right
from bot.owner.counter import Choose, Counter, Edit, Halt, Heard
from bot.owner.order import Order
from bot.owner.orders import MENU, PLANS, SHOWS
from bot.owner.parse import press, read
from bot.owner.resolve import card_answered, names_another_house, names_of
from bot.replies import known_replies
from core.errors import AtithiError, RoomsPromised
from core.log import get_logger
from core.messaging.outbox import say_to_chat
from core.owners import acts
from core.owners.link import BRINGS_CODE, link, lock_chat, person_in
from core.owners.promises import moves_in_words
from models.base import Json
from models.owners import OwnerAct
from models.states import ActState

__all__ = ["MENU", "Heard", "answer"]

log = get_logger()

_GREETINGS: Final = frozenset({
    "hi", "hello", "hey", "namaste", "thanks", "thank you", "thx", "shukriya", "dhanyavaad", "dhanyavad",
    "good morning", "good evening", "नमस्ते", "धन्यवाद", "शुक्रिया",
})  # fmt: skip
_SAID_TO_GUESTS: Final = frozenset({"reply", "note", "canned"})
_FILLS: Final = {"days": ("first", "last", "nights", "at"), "amount": ("amount", "percent", "change")}


def answer(session: Session, heard: Heard, *, now: datetime) -> tuple[Edit, ...]:
    """Do what was ordered, or say kindly that it is not for this chat; returns the cards that must change."""
    started = BRINGS_CODE.fullmatch(heard.text.strip())
    if started or heard.text.strip().startswith("/start "):
        _start(session, heard, started[1] if started else heard.text.strip().partition(" ")[2], now)
        return ()
    lock_chat(session, line_id=heard.line_id, address=heard.address, now=now)
    person = person_in(session, account_id=heard.account_id, line_id=heard.line_id, address=heard.address)
    if person is None:
        _to_stranger(session, heard, "owner_stranger", now)
        return ()
    counter = Counter(session, heard, person, now)
    _kept_from_harm(counter, lambda: _follow(counter, _understood(counter)))
    return tuple(counter.edits)


# -------------------------------------------------------------------------------------------------- understanding


def _understood(counter: Counter) -> Order:
    heard = counter.heard
    if heard.pressed is not None:
        return press(heard.pressed) or Order("unclear")
    replied = card_answered(counter)
    names = names_of(counter.session, counter.account_id, counter.houses)
    waiting = acts.waiting(counter.session, counter.where, now=counter.now)
    if (chosen := _chosen(waiting, heard.text)) is not None:
        return Order("pick", number=chosen)
    if (better := put_right(waiting, heard.text, names, now=counter.now.astimezone(counter.zone))) is not None:
        return better
    order = read(
        heard.text,
        names,
        now=counter.now.astimezone(counter.zone),
        replying=replied is not None and bool(replied.facts.get("handoff")),
    )
    if order.kind in PLANS and order.kind not in _SAID_TO_GUESTS and names_another_house(counter, heard.text):
        raise Halt("owner_not_allowed")
    if heard.media and order.kind != "reply":  # a picture is for a guest, whatever stands below it
        return Order("reply", text=heard.text.strip() or None)
    return _completed(counter, order)


def _chosen(waiting: OwnerAct | None, words: str) -> int | None:
    """One of the choices just listed, written out instead of pressed."""
    titles = [] if waiting is None else [fold(choice["title"]) for choice in waiting.choices]
    said = fold(words).strip(" .!")
    return titles.index(said) + 1 if titles.count(said) == 1 else None


def _completed(counter: Counter, order: Order) -> Order:
    """Words that answer what was just asked for ("which dates?") complete the order that waits."""
    act = acts.waiting(counter.session, counter.where, now=counter.now)
    missing = None if act is None else act.order.get("missing")
    if act is None or missing is None or order.kind in {"yes", "no", "pick", "undo"}:
        return order
    kept = Order.from_json(act.order)
    if missing in _FILLS and order.kind in {"day", "unclear", "find", "price", kept.kind}:
        parts = {name: getattr(order, name) for name in _FILLS[missing] if getattr(order, name) is not None}
        if missing == "amount" and not parts:
            digits = re.sub(r"[^\d]", "", counter.heard.text)
            parts = {"amount": int(digits)} if digits and len(digits) <= 6 else {}  # noqa: PLR2004 - no such price
        return replace(kept, **parts) if parts and (order.first or order.at or missing == "amount") else order
    if missing == "booking" and (order.reference or order.phone or order.kind in {"unclear", "find"}):
        name = order.name or (counter.heard.text.strip() if order.kind == "unclear" else None)
        return replace(kept, reference=order.reference, phone=order.phone, name=name)
    if missing == "name" and order.kind in {"unclear", "find"}:
        return replace(kept, phone=order.phone, name=order.name or counter.heard.text.strip())
    return order


# ------------------------------------------------------------------------------------------------------- following


def _follow(counter: Counter, order: Order) -> None:
    match order.kind:
        case "yes":
            confirm(counter, order.number)
        case "no":
            drop(counter, order.number)
        case "pick":
            _pick(counter, order)
        case "undo":
            undo(counter, order.number)
        case kind if kind in SHOWS:
            SHOWS[kind](counter, order)
        case kind if kind in PLANS:
            carry_out(counter, order)
        case _:
            greeted = fold(counter.heard.text).strip(" .!") in _GREETINGS
            counter.say("owner_welcome" if greeted else "owner_unclear", {"name": counter.person.name})


def _pick(counter: Counter, order: Order) -> None:
    act = acts.waiting(counter.session, counter.where, now=counter.now, act_id=order.count)
    number = order.number or 0
    if act is None or not 1 <= number <= len(act.choices):
        raise Halt("owner_nothing_waits")
    acts.close(counter.session, act, ActState.DROPPED, now=counter.now)
    unbutton(counter)
    _follow(counter, Order.from_json(act.choices[number - 1]["order"]))


# ---------------------------------------------------------------------------------------------------------- edges


def _kept_from_harm(counter: Counter, work: Any) -> None:  # noqa: ANN401 - a closure over the order
    """What the house refuses is undone and said instead, and stays written down."""
    try:
        work()
    except Halt as halt:
        if halt.reply is not None:
            counter.say(halt.reply, halt.facts)
    except Choose as question:  # asked by what only shows something
        counter.say(question.question, {"lines": "\n".join(title for title, _ in question.choices)})
    except AtithiError as refusal:
        log.info("order_refused", code=refusal.code, user=counter.person.user_id)
        _say_refusal(counter, refusal)


def _say_refusal(counter: Counter, refusal: AtithiError) -> None:
    name = f"owner_{refusal.code}"
    if name in known_replies(counter.person.language):
        listed = ", ".join(refusal.facts.get("references", ())) or None
        if isinstance(refusal, RoomsPromised):
            listed = moves_in_words(refusal)
        facts: Json = {
            "what": None,
            "property": None,
            "lines": listed,
            "status": "",
            "reference": None,
            **refusal.facts,
        }
        if refusal.facts.get("status"):
            known = f"owner_status_{refusal.facts['status']}"
            facts["status"] = counter.words(known if known in known_replies("en") else "owner_status_not_due")
        counter.say(name, facts)
    else:
        counter.say(refusal.code, refusal.facts)


def _start(session: Session, heard: Heard, code: str, now: datetime) -> None:
    person = link(
        session, account_id=heard.account_id, line_id=heard.line_id, address=heard.address, code=code, now=now
    )
    if person is None:
        _to_stranger(session, heard, "owner_code_wrong", now)
    else:
        Counter(session, heard, person, now).say("owner_linked", {"name": person.name})


def _to_stranger(session: Session, heard: Heard, reply: str, now: datetime) -> None:
    say_to_chat(
        session,
        account_id=heard.account_id,
        line_id=heard.line_id,
        address=heard.address,
        reply=reply,
        facts={},
        now=now,
    )
