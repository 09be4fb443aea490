"""Money from an owner's chat: taken at the desk, handed back there, and what does not match the gateway's books."""

from __future__ import annotations

from typing import Final

from bot.owner.counter import DOOR, Counter, Doer, Halt, Plan, Planner, Shower, Undoer
from bot.owner.order import Order
from bot.owner.resolve import booking_of
from core.bookings.events import record
from core.bookings.move import lock
from core.errors import MoveNotAllowed, RefundTooLarge
from core.payments.audit import report_of
from core.payments.desk import PAYABLE, take_money, untake_money
from core.payments.folio import folio_of
from core.payments.refund import hand_back, refunds_at_desk
from core.pricing.deposit import still_due
from models.base import Json
from models.booking import Booking
from models.money import NOTHING, Money
from models.owners import OwnerAct
from models.states import HOLDING, ActorKind, BookingStatus, Role

METHODS: Final = ("cash", "card", "upi")
_MOST: Final = 12


def plan_paid(counter: Counter, order: Order) -> Plan:
    """Money was taken at the desk."""
    if order.amount is None:
        raise Halt("owner_need_price", keep="amount")
    booking = booking_of(counter, order, statuses=tuple(PAYABLE))
    if booking.status not in PAYABLE:
        raise MoveNotAllowed(reference=booking.reference, status=booking.status.value, to="")
    amount, owed = Money.rupees(order.amount), _owed(counter, booking)
    how = order.topic if order.topic in METHODS else "desk"
    facts = {
        "back": amount.paise,
        "how": counter.words(f"owner_by_{how}"),
        "lines": counter.line_of(booking),
        "left": still_due(owed, amount).paise,
        "over": max(amount - owed, NOTHING).paise,
    }
    args: Json = {"booking": booking.id, "amount": amount.paise, "how": how}
    return Plan("paid", args, counter.words("effect_paid", facts), booking.property_id, booking.id)


def do_paid(counter: Counter, args: Json, act: OwnerAct) -> Json | None:
    """It stands on the folio, and the guest has a receipt."""
    key = f"desk-act-{act.id}"
    take_money(
        counter.session,
        args["booking"],
        Money(args["amount"]),
        how=args["how"],
        key=key,
        door=DOOR,
        actor_id=counter.person.user_id,
        now=counter.now,
    )
    return {"how": "untake", "key": key}


def undo_paid(counter: Counter, undo: Json) -> None:
    """It was not taken, or not for this booking."""
    untake_money(counter.session, undo["key"], door=DOOR, actor_id=counter.person.user_id, now=counter.now)


def plan_handed(counter: Counter, order: Order) -> Plan:
    """Money that waited at the desk has been handed to the guest."""
    booking = booking_of(counter, order, statuses=tuple(BookingStatus))
    counter.require(Role.STAFF, booking.property_id)
    waits = Money.total(refund.amount_paise for refund in refunds_at_desk(counter.session, [booking.id]))
    if not waits:
        raise Halt("owner_no_refund_waits", {"reference": booking.reference})
    amount = waits if order.amount is None else Money.rupees(order.amount)
    facts = {"back": amount.paise, "lines": counter.line_of(booking)}
    args: Json = {"booking": booking.id, "amount": amount.paise}
    if amount > waits:
        raise RefundTooLarge(wanted=amount.paise, left=waits.paise)
    return Plan("handed", args, counter.words("effect_handed", facts), booking.property_id, booking.id)


def do_handed(counter: Counter, args: Json, _act: OwnerAct) -> Json | None:
    """The folio is even, and the guest has it in writing."""
    booking = lock(counter.session, args["booking"])
    amount = Money(args["amount"])
    hand_back(counter.session, booking, amount, now=counter.now)
    record(
        counter.session,
        booking,
        "refunded_at_desk",
        actor=ActorKind.STAFF,
        actor_id=counter.person.user_id,
        door=DOOR,
        now=counter.now,
        facts={"refund": amount.paise},
    )
    return None


def show_money_report(counter: Counter, _order: Order) -> None:
    """What the last comparing with the gateway found."""
    counter.require(Role.OWNER, None if len(counter.houses) != 1 else counter.houses[0].id)
    report = report_of(counter.session, counter.account_id)
    if report is None:
        raise Halt("owner_no_money_report")
    facts = {
        "day": report.day,
        "as_of": report.changed_at.astimezone(counter.zone).isoformat(),
        "checked": report.checked,
        "mended": report.mended,
        "lines": mismatch_lines(counter) or counter.words("owner_money_matches"),
    }
    counter.say("owner_money_report", facts)


def mismatch_lines(counter: Counter) -> str:
    """What does not match, one line each; empty when all does."""
    report = report_of(counter.session, counter.account_id)
    rows = [] if report is None else report.mismatches
    lines = [
        counter.words(f"owner_mismatch_{row['what']}", {**row, "reference": row.get("reference") or row["payment"]})
        for row in rows[:_MOST]
    ]
    return "\n".join([*lines, *([f"… +{len(rows) - _MOST}"] if len(rows) > _MOST else [])])


def _owed(counter: Counter, booking: Booking) -> Money:
    """Before it is agreed nothing is charged yet: then it is the whole price."""
    folio = folio_of(counter.session, booking.id)
    return still_due(booking.total_paise, folio.kept) if booking.status in HOLDING else max(folio.balance, NOTHING)


PLANS: Final[dict[str, Planner]] = {"paid": plan_paid, "handed": plan_handed}
DOES: Final[dict[str, Doer]] = {"paid": do_paid, "handed": do_handed}
UNDOES: Final[dict[str, Undoer]] = {"untake": undo_paid}
SHOWS: Final[dict[str, Shower]] = {"money_report": show_money_report}
