"""What was invoiced and is owed no more is taken back by a credit note; the invoice itself is never changed."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import BigInteger, cast, func, select
from sqlalchemy.orm import Session

from core.payments.in_words import in_words
from core.payments.invoice_content import part_of
from core.payments.invoice_series import next_number
from models.invoice import Invoice
from models.money import NOTHING, Money
from models.property import Property
from models.states import InvoiceKind


def current_invoice(session: Session, booking_id: int) -> Invoice | None:
    """The invoice that counts, if one was issued."""
    return session.scalar(
        select(Invoice).where(Invoice.booking_id == booking_id, Invoice.kind == InvoiceKind.INVOICE, Invoice.is_current)
    )


def credited(session: Session, invoice_id: int) -> Money:
    """How much of an invoice has been taken back."""
    wanted = select(cast(func.sum(Invoice.total_paise), BigInteger)).where(Invoice.credits_id == invoice_id)
    return Money(session.scalar(wanted) or 0)


def invoiced_before(session: Session, booking_id: int) -> Money:
    """What is left of invoices that were taken back to be written anew: what the house kept of them."""
    older = select(Invoice).where(
        Invoice.booking_id == booking_id, Invoice.kind == InvoiceKind.INVOICE, Invoice.is_current.is_(False)
    )
    return Money.total(each.total_paise - credited(session, each.id) for each in session.scalars(older))


def credit_back(session: Session, booking_id: int, amount: Money, *, reason: str, now: datetime) -> Invoice | None:
    """Write a credit note over so much of the booking's invoice; None when nothing was invoiced or nothing is left."""
    invoice = current_invoice(session, booking_id)
    if invoice is None:
        return None
    amount = min(amount, invoice.total_paise - credited(session, invoice.id))
    if amount <= NOTHING:
        return None
    house = session.get_one(Property, invoice.property_id)
    today = now.astimezone(ZoneInfo(house.time_zone)).date()
    number = next_number(session, house, InvoiceKind.CREDIT_NOTE, today)
    taxes = part_of(invoice.content["taxes"], amount, invoice.total_paise)
    exact = sum(row["taxable"] + row["cgst"] + row["sgst"] for row in taxes)
    note = Invoice(
        account_id=invoice.account_id,
        property_id=invoice.property_id,
        booking_id=booking_id,
        kind=InvoiceKind.CREDIT_NOTE,
        financial_year=number.financial_year,
        serial=number.serial,
        number=number.text,
        issued_on=today,
        credits_id=invoice.id,
        is_current=True,
        tax_paise=Money(sum(row["cgst"] + row["sgst"] for row in taxes)),
        total_paise=amount,
        content={
            **invoice.content,
            "lines": [],
            "taxes": taxes,
            "round_off": amount.paise - exact,
            "total": amount.paise,
            "words": in_words(amount),
            "credits": {"number": invoice.number, "issued_on": invoice.issued_on.isoformat()},
            "reason": reason,
            "paid": None,
        },
        created_at=now,
    )
    session.add(note)
    session.flush()
    return note
