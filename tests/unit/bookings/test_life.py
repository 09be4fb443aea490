"""The life of a booking, step by step."""

from __future__ import annotations

from datetime import date, datetime

import pytest
from sqlalchemy.orm import Session

from core.availability.nights import counts
from core.bookings.confirm import confirm
from core.errors import RoomsGone
from core.payments.folio import folio_of
from models.money import Money
from models.states import ActorKind, BookingStatus
from tests.builders.houses import a_guest, a_hotel, a_stay_quote, hold

CHRISTMAS_EVE = date(2026, 12, 24)


def test_a_hold_takes_its_nights_off_sale_and_a_confirmation_sells_them(session: Session, now: datetime) -> None:
    hotel = a_hotel(session, now=now)
    guest = a_guest(session, hotel, now=now)
    booking = hold(session, a_stay_quote(session, hotel, now=now, arrival=CHRISTMAS_EVE), guest, now=now)
    assert booking.status is BookingStatus.HELD
    assert counts(session, hotel.room_type_id) == {date(2026, 12, 24): (1, 0), date(2026, 12, 25): (1, 0)}
    confirmed = confirm(session, booking.id, actor=ActorKind.GUEST, door="chat", now=now)
    assert confirmed.status is BookingStatus.CONFIRMED
    assert counts(session, hotel.room_type_id) == {date(2026, 12, 24): (0, 1), date(2026, 12, 25): (0, 1)}
    assert folio_of(session, booking.id).balance == booking.total_paise == Money.rupees(8_400)


def test_rooms_that_are_gone_are_refused(session: Session, now: datetime) -> None:
    hotel = a_hotel(session, now=now, rooms=1)
    quotes = [a_stay_quote(session, hotel, now=now, arrival=CHRISTMAS_EVE) for _ in range(2)]
    hold(session, quotes[0], a_guest(session, hotel, now=now), now=now)
    with pytest.raises(RoomsGone):
        hold(session, quotes[1], a_guest(session, hotel, now=now), now=now)
