"""One payment, told in whatever order: the word that goes furthest counts."""

from __future__ import annotations

from datetime import date, datetime
from itertools import permutations

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from core.payments.apply import apply_payment
from core.payments.ask import ask_for_payment
from core.payments.folio import folio_of
from core.ports import GatewayPayment
from models.folio import Payment
from models.states import BookingStatus, PaymentState
from tests.builders.houses import a_guest, a_hotel, a_stay_quote, hold


@pytest.mark.parametrize("order", list(permutations(["failed", "authorized", "captured"])), ids="-".join)
def test_failed_then_set_aside_then_taken_confirms_once_in_any_order(
    order: tuple[str, ...], session: Session, now: datetime
) -> None:
    hotel = a_hotel(session, now=now, deposit_percent=50)
    quote = a_stay_quote(session, hotel, now=now, arrival=date(2026, 12, 24))
    booking = hold(session, quote, a_guest(session, hotel, now=now), now=now)
    link = ask_for_payment(session, booking.id, now=now)
    for status in (*order, *order):
        told = GatewayPayment("pay_1", link.amount_paise, "INR", status, "upi", now)
        apply_payment(session, account_id=link.account_id, payment=told, reference=link.reference, now=now)
        taken = "captured" in order[: order.index(status) + 1] or booking.status is BookingStatus.CONFIRMED
        assert (booking.status is BookingStatus.CONFIRMED) is taken
    assert session.scalars(select(Payment.state)).all() == [PaymentState.CAPTURED]
    assert folio_of(session, booking.id).payments == link.amount_paise
