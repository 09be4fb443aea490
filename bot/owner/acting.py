"""An order is said back and waits for a yes, is done, dropped, or taken back within the hour."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from bot.owner import changewords
from bot.owner.counter import Choose, Counter, Edit, Halt, Plan, button
from bot.owner.order import Order
from bot.owner.orders import DOES, PLANS, UNDOES
from bot.replies import known_replies
from bot.turns import plain_facts
from core.bookings.waitlist_line import call_line
from core.errors import AtithiError
from core.owners import acts
from models.owners import OwnerAct
from models.states import ActState, Role

_LIKE: Final = {"leave_on": "extend", "upgrade": "extend", "move_booking": "extend"}
_AHEAD: Final = timedelta(days=800)


def carry_out(counter: Counter, order: Order) -> None:
    """Work out what it means; do it, or say it back and wait."""
    try:
        plan = PLANS[order.kind](counter, order)
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
        order=plan.args | {acts.SAID: order.to_json()},
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


def confirm(counter: Counter, act_id: int | None) -> None:
    """Yes to what waits."""
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
            undo = DOES[act.kind](counter, act.order, act)
    except (AtithiError, Halt):
        acts.close(counter.session, act, ActState.REFUSED, now=counter.now)
        raise
    acts.close(counter.session, act, ActState.DONE, now=counter.now, undo=undo)
    _call_line(counter, act)
    options = [] if undo is None else [button(f"u:{act.id}", "option_owner_undo")]
    counter.say("owner_done", {"effect": act.effect}, options=options, booking_id=act.booking_id)
    unbutton(counter)


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
        "deposit",
        "end_deposit",
        "buffer",
        "season",
        "end_season",
        "promo",
        "promo_stop",
        "remove_room",
    }
    return Role.OWNER if owners else Role.STAFF


def drop(counter: Counter, act_id: int | None) -> None:
    """No to what waits."""
    act = acts.waiting(counter.session, counter.where, now=counter.now, act_id=act_id)
    if act is None:
        raise Halt("owner_nothing_waits")
    acts.close(counter.session, act, ActState.DROPPED, now=counter.now)
    counter.say("owner_dropped")
    unbutton(counter)


def undo(counter: Counter, act_id: int | None) -> None:
    """Take an order back: the one whose button was pressed, else the last."""
    act = acts.undoable(counter.session, counter.where, now=counter.now, act_id=act_id)
    if act is None:
        raise Halt("owner_nothing_to_undo")
    if act.undo is None:  # never the one before it instead: that would be a surprise
        raise Halt("owner_cannot_undo", {"effect": act.effect, "how": counter.words(_instead(act.kind))})
    counter.require(_role_for(act), act.property_id)
    with counter.session.begin_nested():
        UNDOES[act.undo["how"]](counter, act.undo)
    acts.mark_undone(counter.session, act, user_id=counter.person.user_id, now=counter.now)
    _call_line(counter, act)
    counter.say("owner_undone", {"effect": act.effect})
    unbutton(counter)


def _instead(kind: str) -> str:
    """What can be done about an order that cannot be taken back."""
    name = f"owner_instead_{_LIKE.get(kind, kind)}"
    return name if name in known_replies("en") else "owner_instead"


def unbutton(counter: Counter) -> None:
    """A card whose button was pressed has done its work."""
    heard = counter.heard
    if heard.pressed is not None and heard.answers is not None:
        counter.edits.append(Edit(heard.line_id, heard.answers, None))
