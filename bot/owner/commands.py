"""The door of those in charge: what they write or press becomes an order, said back before it does harm.

An order that destroys, moves money or touches a booking waits as a row for a yes; what can be taken back can be for an
hour. Whoever is not tied to a person hears one polite sentence, and rights are looked up again at every order.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy.orm import Session

from bot.owner import (
    approving,
    changewords,
    changing,
    desk,
    guests,
    moneywork,
    nightrules,
    people,
    prices,
    pricework,
    roomwork,
    shows,
    supply,
    tablework,
    talks,
    undelivered,
)
from bot.owner.counter import Choose, Counter, Doer, Edit, Halt, Heard, Plan, Planner, Shower, Undoer, button
from bot.owner.order import Order
from bot.owner.parse import press, read
from bot.owner.resolve import card_answered, names_of
from bot.replies import known_replies
from bot.turns import plain_facts
from core.bookings.waitlist_line import call_line
from core.errors import AtithiError, RoomsPromised
from core.log import get_logger
from core.messaging.outbox import say_to_chat
from core.owners import acts
from core.owners.link import BRINGS_CODE, link, lock_chat, person_in
from core.owners.promises import moves_in_words
from models.base import Json
from models.owners import OwnerAct
from models.states import ActState, Role

__all__ = ["MENU", "Heard", "answer"]

log = get_logger()

_PLANS: Final[Mapping[str, Planner]] = (
    supply.PLANS
    | prices.PLANS
    | guests.PLANS
    | approving.PLANS
    | desk.PLANS
    | people.PLANS
    | moneywork.PLANS
    | tablework.PLANS
    | roomwork.PLANS
    | changing.PLANS
    | nightrules.PLANS
    | pricework.PLANS
)
_DOES: Final[Mapping[str, Doer]] = (
    supply.DOES
    | prices.DOES
    | guests.DOES
    | approving.DOES
    | desk.DOES
    | people.DOES
    | moneywork.DOES
    | tablework.DOES
    | roomwork.DOES
    | changing.DOES
    | nightrules.DOES
    | pricework.DOES
)
_UNDOES: Final[Mapping[str, Undoer]] = (
    supply.UNDOES
    | prices.UNDOES
    | guests.UNDOES
    | desk.UNDOES
    | people.UNDOES
    | moneywork.UNDOES
    | tablework.UNDOES
    | roomwork.UNDOES
    | nightrules.UNDOES
    | pricework.UNDOES
)
_SHOWS: Final[Mapping[str, Shower]] = (
    shows.SHOWS | approving.SHOWS | talks.SHOWS | people.SHOWS | moneywork.SHOWS | pricework.SHOWS | undelivered.SHOWS
)
# What Telegram shows beside the field one writes in.
MENU: Final[Mapping[str, str]] = {
    "today": "Arrivals, departures, covers of today",
    "tomorrow": "The same for tomorrow",
    "free": "What is free: /free deluxe 24-26 dec",
    "block": "Take off sale: /block 101 24-26 dec",
    "open": "Put back on sale: /open 101 24-26 dec",
    "price": "Set a price: /price deluxe 4500 weekends",
    "find": "Find a booking: /find Sharma",
    "inbox": "Guests who wait for a person",
    "figures": "Occupancy, ADR, RevPAR, covers, revenue",
    "undo": "Take the last order back",
    "help": "Everything with examples",
}
_AHEAD: Final = timedelta(days=800)
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
    order = read(
        heard.text,
        names,
        now=counter.now.astimezone(counter.zone),
        replying=replied is not None and bool(replied.facts.get("handoff")),
    )
    if heard.media and order.kind != "reply":  # a picture is for a guest, whatever stands below it
        return Order("reply", text=heard.text.strip() or None)
    return _completed(counter, order)


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
            _confirm(counter, order.number)
        case "no":
            _drop(counter, order.number)
        case "pick":
            _pick(counter, order)
        case "undo":
            _undo(counter, order.number)
        case kind if kind in _SHOWS:
            _SHOWS[kind](counter, order)
        case kind if kind in _PLANS:
            _order(counter, order)
        case _:
            counter.say("owner_unclear")


def _order(counter: Counter, order: Order) -> None:
    """Work out what it means; do it, or say it back and wait."""
    try:
        plan = _PLANS[order.kind](counter, order)
    except Choose as open_question:
        _ask(counter, order, open_question)
        return
    except Halt as halt:
        if halt.keep is not None:
            kept = {**order.to_json(), "missing": halt.keep}
            acts.write_down(
                counter.session, counter.where, kind=order.kind, words=counter.heard.text, order=kept, now=counter.now
            )
        raise
    counter.require(plan.role, plan.property_id)
    act = acts.write_down(
        counter.session,
        counter.where,
        kind=plan.kind,
        words=counter.heard.text,
        order=plan.args,
        now=counter.now,
        effect=plan.effect,
        property_id=plan.property_id,
        booking_id=plan.booking_id,
    )
    if plan.sure:
        _do(counter, act, plan)
        return
    options = [button(f"y:{act.id}", "option_owner_yes"), button(f"n:{act.id}", "option_owner_no")]
    counter.say("owner_sure", {"effect": plan.effect}, options=options)


def _ask(counter: Counter, order: Order, question: Choose) -> None:
    choices = [
        {"title": title, "order": plain_facts({"kind": order.kind, **patch})} for title, patch in question.choices
    ]
    act = acts.write_down(
        counter.session,
        counter.where,
        kind=order.kind,
        words=counter.heard.text,
        order=order.to_json(),
        now=counter.now,
        choices=choices,
    )
    options = [button(f"p:{act.id}:{place}", title) for place, (title, _) in enumerate(question.choices, start=1)]
    lines = "\n".join(f"{place}. {title}" for place, (title, _) in enumerate(question.choices, start=1))
    counter.say(question.question, {"lines": lines}, options=options)


def _confirm(counter: Counter, act_id: int | None) -> None:
    act = acts.waiting(counter.session, counter.where, now=counter.now, act_id=act_id)
    if act is None or act.choices or "missing" in act.order:
        raise Halt("owner_nothing_waits")
    _do(counter, act, None)


def _do(counter: Counter, act: OwnerAct, plan: Plan | None) -> None:
    """Do it now; the right to it, and the world, may have changed since it was asked."""
    role = _role_for(act) if plan is None else plan.role
    counter.require(role, act.property_id)
    try:
        with counter.session.begin_nested():
            undo = _DOES[act.kind](counter, act.order, act)
    except (AtithiError, Halt):
        acts.close(counter.session, act, ActState.REFUSED, now=counter.now)
        raise
    acts.close(counter.session, act, ActState.DONE, now=counter.now, undo=undo)
    _call_line(counter, act)
    options = [] if undo is None else [button(f"u:{act.id}", "option_owner_undo")]
    counter.say("owner_done", {"effect": act.effect}, options=options, booking_id=act.booking_id)
    _unbutton(counter)


def _call_line(counter: Counter, act: OwnerAct) -> None:
    """Whatever was opened, priced or taken back: who waits for something there is thought of first."""
    if act.property_id is not None:
        call_line(counter.session, act.property_id, counter.today, counter.today + _AHEAD, now=counter.now)


def _role_for(act: OwnerAct) -> Role:
    """The right a waiting order needs, again."""
    owners = act.kind in {
        "price",
        "min_stay",
        *changewords.RULES,
        "refund",
        "invite",
        "remove",
        "role",
        "late_rule",
        "add_room",
        "promo",
        "promo_stop",
        "remove_room",
    }
    return Role.OWNER if owners else Role.STAFF


def _drop(counter: Counter, act_id: int | None) -> None:
    act = acts.waiting(counter.session, counter.where, now=counter.now, act_id=act_id)
    if act is None:
        raise Halt("owner_nothing_waits")
    acts.close(counter.session, act, ActState.DROPPED, now=counter.now)
    counter.say("owner_dropped")
    _unbutton(counter)


def _pick(counter: Counter, order: Order) -> None:
    act = acts.waiting(counter.session, counter.where, now=counter.now, act_id=order.count)
    number = order.number or 0
    if act is None or not 1 <= number <= len(act.choices):
        raise Halt("owner_nothing_waits")
    acts.close(counter.session, act, ActState.DROPPED, now=counter.now)
    _unbutton(counter)
    _follow(counter, Order.from_json(act.choices[number - 1]["order"]))


def _undo(counter: Counter, act_id: int | None) -> None:
    act = acts.undoable(counter.session, counter.where, now=counter.now, act_id=act_id)
    if act is None or act.undo is None:
        raise Halt("owner_nothing_to_undo")
    counter.require(_role_for(act), act.property_id)
    with counter.session.begin_nested():
        _UNDOES[act.undo["how"]](counter, act.undo)
    acts.mark_undone(counter.session, act, user_id=counter.person.user_id, now=counter.now)
    _call_line(counter, act)
    counter.say("owner_undone", {"effect": act.effect})
    _unbutton(counter)


# ---------------------------------------------------------------------------------------------------------- edges


def _kept_from_harm(counter: Counter, work: Any) -> None:  # noqa: ANN401 - a closure over the order
    """What the house refuses is undone and said instead, and stays written down."""
    try:
        work()
    except Halt as halt:
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


def _unbutton(counter: Counter) -> None:
    """A card whose button was pressed has done its work."""
    heard = counter.heard
    if heard.pressed is not None and heard.answers is not None:
        counter.edits.append(Edit(heard.line_id, heard.answers, None))


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
