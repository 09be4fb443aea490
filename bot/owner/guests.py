"""Orders about a booking that exists: yes or no to it, guests coming and going, cancelling, money, notes."""

from __future__ import annotations

from typing import Final

from bot.owner.counter import DOOR, Counter, Doer, Halt, Plan, Planner, Undoer, button
from bot.owner.order import Order
from bot.owner.resolve import booking_of, ids_in
from core.bookings.arrive import arrive, depart, un_arrive, un_depart
from core.bookings.cancel import cancel, cancellation_terms
from core.bookings.events import record
from core.bookings.move import lock
from core.bookings.no_show import mark_no_show, no_show_terms, undo_no_show
from core.bookings.rooms import numbers_of
from core.errors import MoveNotAllowed, RefundTooLarge
from core.payments.folio import folio_of
from core.payments.goodwill import give_back, let_off
from models.base import Json
from models.booking import Booking
from models.folio import Payment
from models.money import Money
from models.owners import OwnerAct
from models.states import HOLDING, ActorKind, BookingKind, BookingStatus, Provider, Role

_S: Final = BookingStatus
_MOST_WISHES: Final = 1000


def plan_check_in(counter: Counter, order: Order) -> Plan:
    """The guests are here."""
    named = order.of_kind("room") if order.reference or order.name or order.phone else ()
    booking = booking_of(counter, order, statuses=(_S.CONFIRMED,))
    expect(booking, _S.CONFIRMED)
    house = counter.house(booking.property_id)
    not_yet(counter, booking)
    rooms = [ids_in(counter, order, target, house) for target in named]
    kind = "check_in" if booking.kind is BookingKind.STAY else "seat"
    plan = booking_plan(counter, kind, booking, sure=counter.pressed_on_card)
    plan.args["rooms"] = rooms
    return plan


def do_check_in(counter: Counter, args: Json, _act: OwnerAct) -> Json | None:
    """Rooms get their numbers."""
    arrive(
        counter.session,
        args["booking"],
        door=DOOR,
        now=counter.now,
        actor_id=counter.person.user_id,
        rooms=args.get("rooms", ()),
    )
    numbers = numbers_of(counter.session, args["booking"])
    if numbers:
        counter.say("owner_rooms_given", {"names": numbers})
    return {"how": "un_arrive", "booking": args["booking"]}


def not_yet(counter: Counter, booking: Booking) -> None:
    """Who comes days before the first night has no bed yet: say so, and what can be done."""
    if booking.first_day > counter.today:
        options = []
        if booking.kind is BookingKind.STAY:
            today = counter.today.isoformat()
            options = [button(f"do:early:{booking.reference}", "option_owner_early", {"day": today})]
        counter.say("owner_too_early", _begins(counter, booking), options=options, booking_id=booking.id)
        raise Halt(None)


def _begins(counter: Counter, booking: Booking) -> Json:
    return {
        "reference": booking.reference,
        "lines": counter.line_of(booking),
        "day": booking.first_day,
        "early": (booking.first_day - counter.today).days,
        "kind": booking.kind.value,
    }


def plan_check_out(counter: Counter, order: Order) -> Plan:
    """The guests have left."""
    booking = booking_of(counter, order, statuses=(_S.ARRIVED,))
    expect(booking, _S.ARRIVED)
    return booking_plan(counter, "check_out", booking, balance=True, sure=counter.pressed_on_card)


def do_check_out(counter: Counter, args: Json, _act: OwnerAct) -> Json | None:
    """What was theirs is free again."""
    depart(counter.session, args["booking"], door=DOOR, now=counter.now, actor_id=counter.person.user_id)
    return {"how": "un_depart", "booking": args["booking"]}


def plan_no_show(counter: Counter, order: Order) -> Plan:
    """They did not come."""
    booking = booking_of(counter, order, statuses=(_S.CONFIRMED,))
    expect(booking, _S.CONFIRMED)
    if booking.starts_at > counter.now:
        raise Halt("owner_not_due", _begins(counter, booking))
    terms = no_show_terms(counter.session, booking)
    return booking_plan(counter, "no_show", booking, kept=terms.kept, back=terms.back)


def do_no_show(counter: Counter, args: Json, _act: OwnerAct) -> Json | None:
    """The house keeps what the policy says."""
    mark_no_show(counter.session, args["booking"], door=DOOR, now=counter.now, actor_id=counter.person.user_id)
    return {"how": "undo_no_show", "booking": args["booking"]}


def plan_cancel(counter: Counter, order: Order) -> Plan:
    """Cancel for the guest: by the policy agreed, or (an owner may) with everything back."""
    booking = booking_of(counter, order)
    expect(booking, *HOLDING, _S.CONFIRMED)
    terms = cancellation_terms(counter.session, booking, now=counter.now)
    kept, back = (Money(0), terms.kept + terms.back) if order.full else (terms.kept, terms.back)
    role = Role.OWNER if order.full and terms.kept else Role.STAFF
    counter.require(role, booking.property_id)
    plan = booking_plan(counter, "cancel", booking, kept=kept, back=back, role=role)
    plan.args["waive"] = order.full
    return plan


def do_cancel(counter: Counter, args: Json, _act: OwnerAct) -> Json | None:
    """It is off; the guest and the others in charge hear of it."""
    _cancel(counter, args["booking"], waive=args["waive"])
    return None


def plan_refund(counter: Counter, order: Order) -> Plan:
    """Give money back: a sum, a share, all of it, or what the policy says; the booking stays as it is."""
    booking = booking_of(counter, order, statuses=tuple(_S))
    counter.require(Role.OWNER, booking.property_id)
    paid = folio_of(counter.session, booking.id).kept
    if order.amount is not None:
        amount = Money.rupees(order.amount)
    elif order.percent is not None:
        amount = paid.share(order.percent)
    elif order.full:
        amount = paid
    else:
        amount = cancellation_terms(counter.session, booking, now=counter.now).back
    if amount > paid or not amount:
        raise RefundTooLarge(wanted=amount.paise, left=paid.paise)
    less = let_off(folio_of(counter.session, booking.id), amount)
    plan = booking_plan(counter, "refund", booking, back=amount, less=less, role=Role.OWNER)
    plan.args["amount"] = amount.paise
    return plan


def do_refund(counter: Counter, args: Json, _act: OwnerAct) -> Json | None:
    """On its way back; never more than was paid."""
    amount = Money(args["amount"])
    sent = give_back(
        counter.session,
        args["booking"],
        amount,
        actor_id=counter.person.user_id,
        door=DOOR,
        now=counter.now,
    )
    payments = {refund.id: counter.session.get_one(Payment, refund.payment_id) for refund in sent}
    online = Money.total(refund.amount_paise for refund in sent if payments[refund.id].provider is not Provider.DESK)
    if online < amount:
        booking = counter.session.get_one(Booking, args["booking"])
        counter.say("owner_refund_at_desk", {"amount": amount - online, "reference": booking.reference})
    return None


def plan_note(counter: Counter, order: Order) -> Plan:
    """Write something down about a booking."""
    booking = booking_of(counter, order)
    if not order.text:
        raise Halt("owner_need_words")
    args: Json = {"booking": booking.id, "words": order.text}
    facts = {"words": order.text, "lines": counter.line_of(booking)}
    return Plan("note", args, counter.words("effect_note", facts), booking.property_id, booking.id, sure=True)


def do_note(counter: Counter, args: Json, _act: OwnerAct) -> Json | None:
    """Beside what the guest wished for."""
    booking = lock(counter.session, args["booking"])
    before = booking.wishes
    booking.wishes = "\n".join(part for part in (before, args["words"]) if part)[:_MOST_WISHES]
    counter.session.flush()
    record(
        counter.session,
        booking,
        "noted",
        actor=ActorKind.STAFF,
        actor_id=counter.person.user_id,
        door=DOOR,
        now=counter.now,
        facts={"words": args["words"]},
    )
    return {"how": "note", "booking": booking.id, "before": before}


def undo_note(counter: Counter, undo: Json) -> None:
    """Without it."""
    lock(counter.session, undo["booking"]).wishes = undo["before"]


def undo_arrive(counter: Counter, undo: Json) -> None:
    """They were not here."""
    un_arrive(counter.session, undo["booking"], door=DOOR, now=counter.now, actor_id=counter.person.user_id)


def undo_depart(counter: Counter, undo: Json) -> None:
    """They are still here."""
    un_depart(counter.session, undo["booking"], door=DOOR, now=counter.now, actor_id=counter.person.user_id)


def undo_the_no_show(counter: Counter, undo: Json) -> None:
    """They came after all."""
    undo_no_show(counter.session, undo["booking"], door=DOOR, now=counter.now, actor_id=counter.person.user_id)


def _cancel(counter: Counter, booking_id: int, *, waive: bool) -> Booking:
    return cancel(
        counter.session,
        booking_id,
        actor=ActorKind.STAFF,
        actor_id=counter.person.user_id,
        door=DOOR,
        now=counter.now,
        waive=waive,
    ).booking


def booking_plan(
    counter: Counter,
    kind: str,
    booking: Booking,
    *,
    kept: Money | None = None,
    back: Money | None = None,
    less: Money | None = None,
    balance: bool = False,
    role: Role = Role.STAFF,
    sure: bool = False,
) -> Plan:
    """What it means for the booking, in words; the right is looked up again when it is done."""
    counter.require(role, booking.property_id)
    owed = folio_of(counter.session, booking.id).balance if balance else Money(0)
    facts = {
        "lines": counter.line_of(booking),
        "kept": None if kept is None else kept.paise,
        "back": None if back is None else back.paise,
        "let_off": None if less is None else less.paise,
        "balance": max(owed, Money(0)).paise,
    }
    args: Json = {"booking": booking.id}
    return Plan(kind, args, counter.words(f"effect_{kind}", facts), booking.property_id, booking.id, role, sure)


def expect(booking: Booking, *statuses: BookingStatus) -> None:
    """Found by its reference it may stand anywhere: then say where."""
    if booking.status not in statuses:
        raise MoveNotAllowed(reference=booking.reference, status=booking.status.value, to="")


PLANS: Final[dict[str, Planner]] = {
    "check_in": plan_check_in,
    "seat": plan_check_in,
    "check_out": plan_check_out,
    "no_show": plan_no_show,
    "cancel": plan_cancel,
    "refund": plan_refund,
    "note": plan_note,
}
DOES: Final[dict[str, Doer]] = {
    "check_in": do_check_in,
    "seat": do_check_in,
    "check_out": do_check_out,
    "no_show": do_no_show,
    "cancel": do_cancel,
    "refund": do_refund,
    "note": do_note,
}
UNDOES: Final[dict[str, Undoer]] = {
    "un_arrive": undo_arrive,
    "un_depart": undo_depart,
    "undo_no_show": undo_the_no_show,
    "note": undo_note,
}
