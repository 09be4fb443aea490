"""The guest's bill as a PDF, behind the same signature as the booking's own page."""

from __future__ import annotations

from fastapi import APIRouter, Response
from sqlalchemy import select
from sqlalchemy.orm import Session

from api.cards import PRIVATE, Reference, Signature, not_found, signed_booking
from api.invoice_pdf import Paper, draw
from core.errors import InvoiceNotDue
from core.payments.invoice import invoice_content
from models.booking import Booking
from models.invoice import Invoice
from providers.house import Here

router = APIRouter(tags=["guests"], include_in_schema=False)


@router.api_route("/b/{reference}/{signature}/invoice.pdf", methods=["GET", "HEAD"])
def invoice(house: Here, reference: Reference, signature: Signature) -> Response:
    """The invoice with its credit notes; before it is issued, a proforma. Looking never issues one."""
    with signed_booking(house, reference, signature) as found:
        if found is None:
            return not_found()
        session, booking = found
        try:
            papers = papers_of(session, booking)
        except InvoiceNotDue:
            return not_found()
    name = (papers[0].number or f"proforma-{reference}").replace("/", "-")
    headers = {**PRIVATE, "Content-Disposition": f'inline; filename="{name}.pdf"'}
    return Response(draw(papers, drawn_at=house.clock.now()), media_type="application/pdf", headers=headers)


def papers_of(session: Session, booking: Booking) -> list[Paper]:
    """The newest invoice first, each followed by what takes from it."""
    rows = session.scalars(select(Invoice).where(Invoice.booking_id == booking.id).order_by(Invoice.id)).all()
    if not rows:
        return [Paper(invoice_content(session, booking))]
    invoices = [row for row in rows if row.credits_id is None]
    ordered = [
        each
        for invoice_row in sorted(invoices, key=lambda row: (not row.is_current, -row.id))
        for each in (invoice_row, *(row for row in rows if row.credits_id == invoice_row.id))
    ]
    return [Paper(row.content, row.number, row.issued_on) for row in ordered]
