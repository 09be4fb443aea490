"""Orders about a guest's bill: its paper, and the service charge a guest does not want to pay."""

from __future__ import annotations

from typing import Final

from bot.owner.counter import DOOR, Counter, Doer, Halt, Plan, Planner, Shower, Undoer
from bot.owner.guests import expect
from bot.owner.order import Order
from bot.owner.resolve import booking_of
from core.bookings.facts import booking_facts
from core.bookings.move import lock
from core.errors import InvoiceNotDue
from core.payments.credit_note import current_invoice
from core.payments.invoice import invoice_content, issue_invoice
from core.payments.service_charge import put_back, service_charge_of, take_off, total_without
from models.base import Json
from models.owners import OwnerAct
from models.states import BookingStatus, Role

_S: Final = BookingStatus


def show_invoice(counter: Counter, order: Order) -> None:
    """The bill as a PDF: issued when it is due, until then a proforma."""
    booking = booking_of(counter, order, statuses=(_S.CONFIRMED, _S.ARRIVED, _S.COMPLETED))
    counter.require(Role.STAFF, booking.property_id)
    facts = booking_facts(counter.session, booking) | {"number": None, "balance_due": None}
    try:
        with counter.session.begin_nested():
            facts["number"] = issue_invoice(counter.session, booking.id, door=DOOR, now=counter.now).number
    except InvoiceNotDue as refusal:
        try:
            invoice_content(counter.session, booking)  # whether there is anything to put on a paper
        except InvoiceNotDue:
            raise refusal from None
        if refusal.facts.get("reason") not in {"not_paid", "nothing"}:
            raise
        facts["balance_due"] = refusal.facts.get("balance") or None
    counter.say("owner_invoice", facts, booking_id=booking.id)


def plan_no_service(counter: Counter, order: Order) -> Plan:
    """A guest does not pay the service charge: off this bill, with its tax."""
    booking = booking_of(counter, order, statuses=(_S.CONFIRMED, _S.ARRIVED, _S.COMPLETED))
    expect(booking, _S.CONFIRMED, _S.ARRIVED, _S.COMPLETED)
    counter.require(Role.STAFF, booking.property_id)
    charge = service_charge_of(counter.session, booking)
    if not charge:
        raise Halt("owner_no_service_charge", {"reference": booking.reference})
    facts = {
        "lines": counter.line_of(booking),
        "amount": charge.paise,
        "before_total": booking.total_paise.paise,
        "total": total_without(counter.session, booking).paise,
    }
    args: Json = {"booking": booking.id, "quote": booking.quote_id}
    return Plan("no_service", args, counter.words("effect_no_service", facts), booking.property_id, booking.id)


def do_no_service(counter: Counter, args: Json, _act: OwnerAct) -> Json | None:
    """The bill is smaller; money that goes back cannot be taken back."""
    paper = _has_paper(counter, args["booking"])
    back = take_off(counter.session, args["booking"], door=DOOR, actor_id=counter.person.user_id, now=counter.now)
    return None if back or paper else {"how": "service", "booking": args["booking"], "quote": args["quote"]}


def undo_no_service(counter: Counter, undo: Json) -> None:
    """They pay it after all."""
    put_back(
        counter.session, undo["booking"], undo["quote"], door=DOOR, actor_id=counter.person.user_id, now=counter.now
    )


def _has_paper(counter: Counter, booking_id: int) -> bool:
    lock(counter.session, booking_id)
    return current_invoice(counter.session, booking_id) is not None


PLANS: Final[dict[str, Planner]] = {"no_service": plan_no_service}
DOES: Final[dict[str, Doer]] = {"no_service": do_no_service}
UNDOES: Final[dict[str, Undoer]] = {"service": undo_no_service}
SHOWS: Final[dict[str, Shower]] = {"invoice": show_invoice}
