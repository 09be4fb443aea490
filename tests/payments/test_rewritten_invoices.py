"""What was invoiced is what is charged, whatever becomes of a booking; an invoice itself is never changed."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pypdfium2
import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from api.invoice_pdf import draw
from api.invoices import papers_of
from core.bookings.cancel import cancel
from core.bookings.change import change, try_change
from core.bookings.change_quote import quote_stay_change
from core.bookings.confirm import confirm
from core.bookings.no_show import mark_no_show, undo_no_show
from core.errors import InvoiceNotDue, RefundTooLarge
from core.payments.credit_note import current_invoice
from core.payments.desk import take_money
from core.payments.folio import folio_of, given_up_for
from core.payments.goodwill import give_back
from core.payments.invoice import issue_invoice
from models.booking import Booking
from models.dates import StayDates
from models.invoice import Invoice
from models.money import Money
from models.states import ActorKind, InvoiceKind
from tests.builders.houses import Hotel, a_guest, a_hotel, a_stay_quote, hold

ARRIVAL = date(2026, 12, 24)
NIGHT = Money.rupees(4_200)


@pytest.fixture
def hotel(session: Session, now: datetime) -> Hotel:
    """Doubles at 4,000 rupees and five per cent."""
    return a_hotel(session, now=now)


@pytest.fixture
def booking(session: Session, hotel: Hotel, now: datetime) -> Booking:
    """Two nights, agreed and paid."""
    quote = a_stay_quote(session, hotel, now=now, arrival=ARRIVAL)
    booking = hold(session, quote, a_guest(session, hotel, now=now), now=now)
    confirm(session, booking.id, actor=ActorKind.GUEST, door="chat", now=now)
    pay(session, booking, booking.total_paise, now)
    return booking


def pay(session: Session, booking: Booking, amount: Money, now: datetime) -> None:
    """Over the counter."""
    key = f"receipt-{booking.id}-{folio_of(session, booking.id).payments.paise}"
    take_money(session, booking.id, amount, how="cash", key=key, door="chat", actor_id=None, now=now)


def to_nights(session: Session, booking: Booking, nights: int, now: datetime, arrival: date = ARRIVAL) -> None:
    quote = quote_stay_change(session, booking, stay=StayDates.of(arrival, nights), now=now)
    change(session, booking.id, quote_id=quote.id, actor=ActorKind.GUEST, door="chat", now=now)


def invoiced(session: Session, booking: Booking) -> Money:
    """All invoices less all credit notes."""
    rows = session.scalars(select(Invoice).where(Invoice.booking_id == booking.id)).all()
    plus = Money.total(row.total_paise for row in rows if row.kind is InvoiceKind.INVOICE)
    return plus - Money.total(row.total_paise for row in rows if row.kind is InvoiceKind.CREDIT_NOTE)


def numbers(session: Session, booking: Booking) -> list[str]:
    return list(session.scalars(select(Invoice.number).where(Invoice.booking_id == booking.id).order_by(Invoice.id)))


def on_paper(session: Session, booking: Booking, now: datetime) -> str:
    with pypdfium2.PdfDocument(draw(papers_of(session, booking), drawn_at=now)) as pdf:
        return "\n".join(page.get_textpage().get_text_range() for page in pdf)


def test_fewer_nights_are_invoiced_anew_at_once(session: Session, booking: Booking, now: datetime) -> None:
    issue_invoice(session, booking.id, door="chat", now=now)
    to_nights(session, booking, 1, now)
    assert numbers(session, booking) == ["AH/26-27/000001", "AHC/26-27/000001", "AH/26-27/000002"]
    assert invoiced(session, booking) == folio_of(session, booking.id).charges == NIGHT
    words = on_paper(session, booking, now)
    assert words.index("AH/26-27/000002") < words.index("AHC/26-27/000001"), "the one that counts comes first"


def test_a_night_more_is_invoiced_once_it_is_paid(session: Session, booking: Booking, now: datetime) -> None:
    issue_invoice(session, booking.id, door="chat", now=now)
    to_nights(session, booking, 3, now)
    assert current_invoice(session, booking.id) is None
    with pytest.raises(InvoiceNotDue):
        issue_invoice(session, booking.id, door="chat", now=now)
    pay(session, booking, NIGHT, now)
    assert issue_invoice(session, booking.id, door="chat", now=now).total_paise == NIGHT * 3
    assert invoiced(session, booking) == NIGHT * 3


def test_looking_what_a_change_would_mean_takes_no_number(session: Session, booking: Booking, now: datetime) -> None:
    issue_invoice(session, booking.id, door="chat", now=now)
    quote = quote_stay_change(session, booking, stay=StayDates.of(ARRIVAL, 1), now=now)
    try_change(session, booking.id, quote_id=quote.id, actor=ActorKind.GUEST, now=now)
    assert numbers(session, booking) == ["AH/26-27/000001"]
    to_nights(session, booking, 1, now)
    assert numbers(session, booking)[-1] == "AH/26-27/000002", "no gap"


def test_what_is_kept_for_a_night_given_up_stays_on_the_first_invoice(
    session: Session, booking: Booking, now: datetime
) -> None:
    issue_invoice(session, booking.id, door="chat", now=now)
    late = booking.starts_at - timedelta(hours=30)
    to_nights(session, booking, 1, late)
    assert given_up_for(session, booking.id) == NIGHT.share(50)
    assert invoiced(session, booking) == folio_of(session, booking.id).charges == NIGHT + NIGHT.share(50)
    current = current_invoice(session, booking.id)
    assert current is not None
    assert current.total_paise == NIGHT


def test_what_was_kept_before_there_was_an_invoice_is_a_line_of_it(session: Session, booking: Booking) -> None:
    late = booking.starts_at - timedelta(hours=30)
    to_nights(session, booking, 1, late)
    invoice = issue_invoice(session, booking.id, door="chat", now=late)
    assert invoice.total_paise == folio_of(session, booking.id).charges == Money.rupees(6_300)
    given_up = invoice.content["lines"][-1]
    assert (given_up["what"], given_up["percent"]) == ("Kept for what was given up", 5.0)
    assert (given_up["taxable"], given_up["cgst"], given_up["sgst"]) == (200_000, 5_000, 5_000)
    assert invoice.tax_paise == Money.rupees(300)


def test_money_given_back_in_goodwill_makes_the_bill_smaller_and_is_credited(
    session: Session, booking: Booking, now: datetime
) -> None:
    issue_invoice(session, booking.id, door="chat", now=now)
    give_back(session, booking.id, Money.rupees(840), actor_id=None, door="telegram", now=now)
    folio = folio_of(session, booking.id)
    assert (folio.charges, folio.kept) == (Money.rupees(7_560), Money.rupees(7_560))
    assert invoiced(session, booking) == Money.rupees(7_560)
    words = on_paper(session, booking, now)
    assert "Credit note" in words
    assert "₹840.00" in words


def test_goodwill_before_there_is_an_invoice_follows_it_as_a_credit_note(
    session: Session, booking: Booking, now: datetime
) -> None:
    give_back(session, booking.id, Money.rupees(840), actor_id=None, door="telegram", now=now)
    assert issue_invoice(session, booking.id, door="chat", now=now).total_paise == Money.rupees(8_400)
    assert invoiced(session, booking) == folio_of(session, booking.id).charges


def test_what_was_paid_beyond_the_bill_goes_back_without_making_it_smaller(
    session: Session, booking: Booking, now: datetime
) -> None:
    pay(session, booking, Money.rupees(1_000), now)
    give_back(session, booking.id, Money.rupees(1_000), actor_id=None, door="telegram", now=now)
    assert folio_of(session, booking.id).charges == Money.rupees(8_400)


def test_nobody_is_given_back_more_than_they_paid(session: Session, booking: Booking, now: datetime) -> None:
    with pytest.raises(RefundTooLarge):
        give_back(session, booking.id, Money.rupees(8_401), actor_id=None, door="telegram", now=now)


def test_who_did_not_come_and_came_after_all_has_one_invoice_for_all_of_it(
    session: Session, booking: Booking, now: datetime
) -> None:
    booking.policy = {**booking.policy, "no_show_percent": 50}
    session.flush()
    issue_invoice(session, booking.id, door="chat", now=now)
    evening = booking.starts_at + timedelta(hours=8)
    mark_no_show(session, booking.id, door="telegram", now=evening, actor_id=None)
    assert invoiced(session, booking) == NIGHT
    undo_no_show(session, booking.id, door="telegram", now=evening, actor_id=None)
    assert current_invoice(session, booking.id) is None, "half of it has to be paid again first"
    pay(session, booking, NIGHT, evening)
    issue_invoice(session, booking.id, door="chat", now=evening)
    assert invoiced(session, booking) == NIGHT * 2


def test_a_changed_and_cancelled_booking_is_invoiced_for_what_the_house_keeps(
    session: Session, booking: Booking, now: datetime
) -> None:
    issue_invoice(session, booking.id, door="chat", now=now)
    late = booking.starts_at - timedelta(hours=30)
    to_nights(session, booking, 1, late)
    cancelled = cancel(session, booking.id, actor=ActorKind.GUEST, door="chat", now=late)
    assert invoiced(session, booking) == cancelled.kept == NIGHT
    assert folio_of(session, booking.id).kept == NIGHT
