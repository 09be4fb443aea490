"""A guest pays, through the official client and signed events."""

from __future__ import annotations

from sqlalchemy.orm import Session

from core.payments.folio import folio_of
from models.money import NOTHING, Money
from models.states import BookingStatus, LinkState
from tests.payments.conftest import Desk


def test_a_payment_confirms_the_booking_and_the_guest_and_the_owner_hear_of_it_once(desk: Desk) -> None:
    booking = desk.hold()
    link = desk.pays(booking)
    assert desk.status(booking) is BookingStatus.CONFIRMED
    assert link.state is LinkState.PAID
    assert len(desk.payments_made()) == 1
    assert len(desk.said("booking_confirmed")) == 1
    assert desk.left_over() == []
    with Session(desk.house.engine) as session:
        folio = folio_of(session, booking.id)
    assert (folio.charges, folio.payments, folio.balance) == (Money.rupees(8_400), Money.rupees(8_400), NOTHING)
