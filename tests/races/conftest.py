"""What races are run on: a committed house of its own, and the checks that follow every rush."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

import pytest
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from core.availability.nights import counts
from core.payments.apply import Applied, apply_payment
from core.payments.ask import ask_for_payment
from core.ports import GatewayPayment
from models.booking import Booking
from models.folio import PaymentLink
from models.rates import Quote
from models.states import BookingStatus
from tests.builders.houses import (
    Hotel,
    Tables,
    Visitor,
    a_guest,
    a_hotel,
    a_restaurant,
    a_stay_quote,
    a_table_quote,
    hold,
)
from tests.fixtures.database import Database

NIGHT = date(2026, 12, 24)


@dataclass(frozen=True, slots=True)
class Wish:
    """A guest with a price in hand."""

    quote_id: int
    visitor: Visitor


@dataclass(frozen=True, slots=True)
class Place:
    """A house in a database of its own, and the instant at which everything happens."""

    database: Database
    now: datetime

    @property
    def url(self) -> str:
        """Where guests connect."""
        return self.database.url

    @property
    def engine(self) -> Engine:
        """For looking afterwards."""
        return self.database.engine

    def hotel(self, **how: object) -> Hotel:
        """A committed hotel."""
        with Session(self.engine) as session, session.begin():
            return a_hotel(session, now=self.now, **how)  # type: ignore[arg-type] # each test names its own

    def restaurant(self, **how: object) -> Tables:
        """A committed restaurant."""
        with Session(self.engine) as session, session.begin():
            return a_restaurant(session, now=self.now, **how)  # type: ignore[arg-type] # each test names its own

    def stay_wishes(self, hotel: Hotel, stays: Sequence[tuple[date, int]], *, rooms: int = 1) -> list[Wish]:
        """A guest with a quote for each of these arrivals and lengths."""
        with Session(self.engine) as session, session.begin():
            return [
                Wish(
                    a_stay_quote(
                        session, hotel, now=self.now, arrival=arrival, nights=nights, rooms=rooms, adults=2 * rooms
                    ).id,
                    a_guest(session, hotel, now=self.now),
                )
                for arrival, nights in stays
            ]

    def table_wishes(self, restaurant: Tables, wishes: Sequence[tuple[datetime, int]]) -> list[Wish]:
        """A guest with a quote for each of these times and parties."""
        with Session(self.engine) as session, session.begin():
            return [
                Wish(
                    a_table_quote(session, restaurant, now=self.now, starts_at=starts_at, party_size=party).id,
                    a_guest(session, restaurant, now=self.now),
                )
                for starts_at, party in wishes
            ]

    def rival_wishes(self, hotel: Hotel) -> list[Wish]:
        """Somebody who was told the price while the room was still free."""
        with Session(self.engine) as session, session.begin():
            quote = session.scalars(select(Quote).order_by(Quote.id)).first()
            assert quote is not None
            return [Wish(quote.id, a_guest(session, hotel, now=self.now))]

    def a_held_room(self, hotel: Hotel) -> tuple[int, PaymentLink]:
        """A room held for a guest, and the link to pay for it."""
        (wish,) = self.stay_wishes(hotel, [(NIGHT, 1)])
        with Session(self.engine, expire_on_commit=False) as session, session.begin():
            booking = hold_it(session, wish, self.now)
            return booking, ask_for_payment(session, booking, now=self.now)

    def statuses(self) -> list[BookingStatus]:
        """Where all bookings stand, in the order they were made."""
        with Session(self.engine) as session:
            return list(session.scalars(select(Booking.status).order_by(Booking.id)))

    def counts(self, hotel: Hotel) -> dict[date, tuple[int, int]]:
        """Held and sold rooms of each night."""
        with Session(self.engine) as session:
            return counts(session, hotel.room_type_id)


def hold_it(session: Session, wish: Wish, now: datetime) -> int:
    """Hold what a guest has a price for."""
    return hold(session, session.get_one(Quote, wish.quote_id), wish.visitor, now=now).id


def pay(session: Session, link: PaymentLink, now: datetime, payment_id: str = "pay_1") -> Applied:
    """The gateway says that the link was paid in full."""
    payment = GatewayPayment(payment_id, link.amount_paise, "INR", "captured", "upi", now)
    return apply_payment(session, account_id=link.account_id, payment=payment, reference=link.reference, now=now)


@pytest.fixture
def place(database: Database, now: datetime) -> Place:
    """Nothing stands here yet."""
    return Place(database, now)
