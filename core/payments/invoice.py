"""The bill of a booking: issued once it is paid or the guest leaves, numbered, and kept as it was."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.bookings.events import record
from core.bookings.move import lock
from core.errors import GstinWrong, InvoiceNotDue
from core.payments.credit_note import credit_back, credited, current_invoice, invoiced_before
from core.payments.folio import GOODWILL, extras_of, folio_of, given_up_for
from core.payments.gstin import is_gstin, state_of
from core.payments.in_words import in_words
from core.payments.invoice_content import by_slab, given_up_line, meal_lines, stay_lines
from core.payments.invoice_series import next_number
from models.account import Account
from models.base import Json
from models.booking import Booking
from models.guest import Guest
from models.invoice import BillTo, Invoice
from models.money import NOTHING, Money
from models.property import Property, RoomType
from models.rates import Quote
from models.states import ActorKind, BookingKind, BookingStatus, InvoiceKind


def bill_to(
    session: Session, booking_id: int, *, gstin: str, name: str | None, door: str, now: datetime
) -> Invoice | None:
    """Write the bill to a company; one already issued is taken back and written anew.

    Raises:
        GstinWrong: that is no tax number, a sign of it is wrong.
    """
    gstin = gstin.upper()
    if not is_gstin(gstin):
        raise GstinWrong(gstin=gstin)
    booking = lock(session, booking_id)
    row = session.get(BillTo, booking_id)
    if row is not None and (row.gstin, row.name) == (gstin, name or row.name):
        return current_invoice(session, booking_id)
    if row is None:
        row = BillTo(booking_id=booking_id, gstin=gstin, name=name, at=now)
        session.add(row)
    elif row.gstin != gstin:
        row.gstin, row.name, row.at = gstin, name, now
    else:
        row.name, row.at = name, now
    session.flush()
    record(session, booking, "bill_to", actor=ActorKind.GUEST, door=door, now=now, facts={"gstin": gstin})
    return write_anew(session, booking, reason="written anew to a company", door=door, now=now)


def write_anew(
    session: Session, booking: Booking, *, reason: str, door: str, now: datetime, kept: Money = NOTHING
) -> Invoice | None:
    """What was invoiced is not so any more: taken back but for what is kept of it, and written anew once it is due."""
    issued = current_invoice(session, booking.id)
    if issued is None:
        return None
    credit_back(session, booking.id, issued.total_paise - credited(session, issued.id) - kept, reason=reason, now=now)
    issued.is_current = False
    session.flush()
    return issue_if_due(session, booking, door=door, now=now)


def issue_invoice(session: Session, booking_id: int, *, door: str, now: datetime) -> Invoice:
    """The booking's invoice: the one there is, else a new one with the next number.

    Raises:
        InvoiceNotDue: the guest has not paid and not left yet, or the desk must write this bill by hand.
    """
    booking = lock(session, booking_id)
    issued = current_invoice(session, booking_id)
    if issued is not None:
        return issued
    owed = _due(session, booking)
    house = session.get_one(Property, booking.property_id)
    today = now.astimezone(ZoneInfo(house.time_zone)).date()
    content = invoice_content(session, booking)
    number = next_number(session, house, InvoiceKind.INVOICE, today)
    invoice = Invoice(
        account_id=booking.account_id,
        property_id=booking.property_id,
        booking_id=booking.id,
        kind=InvoiceKind.INVOICE,
        financial_year=number.financial_year,
        serial=number.serial,
        number=number.text,
        issued_on=today,
        is_current=True,
        tax_paise=Money(sum(row["cgst"] + row["sgst"] for row in content["taxes"])),
        total_paise=Money(content["total"]),
        content=content,
        created_at=now,
    )
    session.add(invoice)
    session.flush()
    facts = {"number": invoice.number, "total": content["total"]}
    record(session, booking, "invoiced", actor=ActorKind.SYSTEM, door=door, now=now, facts=facts)
    if owed < invoice.total_paise:
        credit_back(session, booking_id, invoice.total_paise - owed, reason=GOODWILL, now=now)
    return invoice


def issue_if_due(session: Session, booking: Booking, *, door: str, now: datetime) -> Invoice | None:
    """At check-out: the invoice, when there is something to bill."""
    try:
        return issue_invoice(session, booking.id, door=door, now=now)
    except InvoiceNotDue:
        return None


def _due(session: Session, booking: Booking) -> Money:
    """What is left to be invoiced, once it is paid in full or the guest has left."""
    folio = folio_of(session, booking.id)
    facts = {"reference": booking.reference, "balance": max(folio.balance, NOTHING).paise}
    if booking.status not in {BookingStatus.CONFIRMED, BookingStatus.ARRIVED, BookingStatus.COMPLETED}:
        raise InvoiceNotDue(**facts, reason="not_agreed")
    if not folio.charges:
        raise InvoiceNotDue(**facts, reason="nothing")
    if folio.charges > folio.kept and booking.status is not BookingStatus.COMPLETED:
        raise InvoiceNotDue(**facts, reason="not_paid")
    if folio.charges != booking.total_paise + extras_of(session, booking.id):
        raise InvoiceNotDue(**facts, reason="by_hand")
    quote = session.get_one(Quote, booking.quote_id)
    return folio.charges - invoiced_before(session, booking.id) - Money(quote.parts.get("advance", 0))


def invoice_content(session: Session, booking: Booking) -> Json:
    """Everything on the paper, with the names as they are today."""
    quote = session.get_one(Quote, booking.quote_id)
    house = session.get_one(Property, booking.property_id)
    parts = quote.parts
    if booking.kind is BookingKind.STAY:
        lines = stay_lines(parts, _room_names(session, quote))
    elif parts["price"]:
        lines = meal_lines(parts)
    else:
        raise InvoiceNotDue(reference=booking.reference, balance=0, reason="at_the_table")
    advance = parts.get("advance", 0)
    fee = given_up_for(session, booking.id) - invoiced_before(session, booking.id)
    if fee > NOTHING:
        lines.append(given_up_line(fee, lines))
    total = booking.total_paise + max(fee, NOTHING) - Money(advance)
    state = state_of(house.gstin)
    return {
        "house": _house(session, house),
        "buyer": _buyer(session, booking),
        "booking": {
            "reference": booking.reference,
            "kind": booking.kind.value,
            "first": booking.first_day.isoformat(),
            "last": booking.last_day.isoformat(),
            "people": booking.party_size,
            "plan": parts.get("rate_plan"),
            "includes": (parts.get("includes") or {}).get("en"),
            "code": (parts.get("promotion") or {}).get("code"),
        },
        "place_of_supply": None if state is None else f"{state[1]} ({state[0]})",
        "lines": lines,
        "taxes": by_slab(lines),
        "round_off": parts.get("round_off", 0),
        "total": total.paise,
        "words": in_words(total),
        "paid": folio_of(session, booking.id).kept.paise,
        "credits": None,
        "reason": None,
    }


def _room_names(session: Session, quote: Quote) -> dict[int, str]:
    """The room type of each room of the stay, by its number in the stay."""
    rooms = quote.request["rooms"]
    wanted = {room["room_type_id"] for room in rooms}
    names = dict(session.execute(select(RoomType.id, RoomType.name).where(RoomType.id.in_(wanted))).all())
    return {place: names[room["room_type_id"]] for place, room in enumerate(rooms, start=1)}


def _house(session: Session, house: Property) -> Json:
    return {
        "name": house.name,
        "company": session.get_one(Account, house.account_id).name,
        "address": house.address,
        "city": house.city,
        "phone": house.phone,
        "gstin": house.gstin,
    }


def _buyer(session: Session, booking: Booking) -> Json:
    guest = session.get_one(Guest, booking.guest_id)
    company = session.get(BillTo, booking.id)
    state = state_of(company.gstin) if company else None
    return {
        "guest": guest.name,
        "phone": guest.phone,
        "company": company and company.name,
        "gstin": company and company.gstin,
        "state": state and f"{state[1]} ({state[0]})",
    }
