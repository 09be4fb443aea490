"""The bill: when it is written, what stands on it, and what takes it back."""

from __future__ import annotations

from datetime import date, datetime

import pypdfium2
import pytest
from sqlalchemy.orm import Session

from api.invoice_pdf import draw
from api.invoices import papers_of
from core.bookings.cancel import cancel
from core.bookings.confirm import confirm
from core.errors import GstinWrong, InvoiceNotDue
from core.payments.credit_note import credited, current_invoice
from core.payments.desk import take_money
from core.payments.invoice import bill_to, issue_invoice
from models.booking import Booking
from models.money import Money
from models.property import Property
from models.states import ActorKind
from tests.builders.houses import Hotel, a_guest, a_hotel, a_stay_quote, hold

ARRIVAL = date(2026, 12, 24)
COMPANY = "27AAPFU0939F1ZV"


@pytest.fixture
def hotel(session: Session, now: datetime) -> Hotel:
    """Doubles at 4,000 rupees in Rajasthan."""
    hotel = a_hotel(session, now=now)
    session.get_one(Property, hotel.property_id).gstin = "08AAAAA0000A1Z2"
    session.flush()
    return hotel


@pytest.fixture
def booking(session: Session, hotel: Hotel, now: datetime) -> Booking:
    """Two nights for two, agreed, nothing paid."""
    guest = a_guest(session, hotel, now=now)
    booking = hold(session, a_stay_quote(session, hotel, now=now, arrival=ARRIVAL), guest, now=now)
    return confirm(session, booking.id, actor=ActorKind.GUEST, door="chat", now=now)


def pay_all(session: Session, booking: Booking, now: datetime) -> None:
    """Over the counter."""
    take_money(
        session, booking.id, booking.total_paise, how="cash", key="receipt-1", door="chat", actor_id=None, now=now
    )


def on_paper(session: Session, booking: Booking, now: datetime) -> str:
    """All that can be read in the PDF."""
    with pypdfium2.PdfDocument(draw(papers_of(session, booking), drawn_at=now)) as pdf:
        return "\n".join(page.get_textpage().get_text_range() for page in pdf)


def test_no_invoice_is_written_before_it_is_paid(session: Session, booking: Booking, now: datetime) -> None:
    with pytest.raises(InvoiceNotDue) as told:
        issue_invoice(session, booking.id, door="chat", now=now)
    assert told.value.facts["reason"] == "not_paid"
    assert "Proforma invoice" in on_paper(session, booking, now)


def test_asked_for_twice_it_is_the_same_one(session: Session, booking: Booking, now: datetime) -> None:
    pay_all(session, booking, now)
    first = issue_invoice(session, booking.id, door="chat", now=now)
    assert issue_invoice(session, booking.id, door="chat", now=now).id == first.id
    assert (first.number, first.total_paise, first.tax_paise) == (
        "AH/26-27/000001",
        Money.rupees(8_400),
        Money.rupees(400),
    )


def test_everything_the_law_asks_for_stands_on_the_paper(session: Session, booking: Booking, now: datetime) -> None:
    pay_all(session, booking, now)
    bill_to(session, booking.id, gstin=COMPANY, name="Acme Tools", door="chat", now=now)
    issue_invoice(session, booking.id, door="chat", now=now)
    words = on_paper(session, booking, now)
    for wanted in (
        "Tax invoice",
        "AH/26-27/000001",
        "08AAAAA0000A1Z2",
        COMPANY,
        "Acme Tools",
        "996311",
        "Rajasthan (08)",
    ):
        assert wanted in words
    for wanted in ("8,000.00", "2.5 %", "200.00", "₹8,400.00", "Rupees eight thousand four hundred only"):
        assert wanted in words


def test_a_tax_number_with_a_wrong_sign_is_refused(session: Session, booking: Booking, now: datetime) -> None:
    with pytest.raises(GstinWrong):
        bill_to(session, booking.id, gstin="08AAAAA0000A1Z5", name=None, door="chat", now=now)


def test_cancelling_takes_back_what_is_not_kept(session: Session, booking: Booking, now: datetime) -> None:
    pay_all(session, booking, now)
    invoice = issue_invoice(session, booking.id, door="chat", now=now)
    cancel(session, booking.id, actor=ActorKind.GUEST, door="chat", now=now)
    assert credited(session, invoice.id) == Money.rupees(8_400)
    assert current_invoice(session, booking.id) is invoice, "an invoice is never changed"
    words = on_paper(session, booking, now)
    assert "Credit note" in words
    assert "AHC/26-27/000001" in words


def test_a_cancelled_booking_that_was_never_invoiced_has_no_credit_note(
    session: Session, booking: Booking, now: datetime
) -> None:
    cancel(session, booking.id, actor=ActorKind.GUEST, door="chat", now=now)
    assert current_invoice(session, booking.id) is None
