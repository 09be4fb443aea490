"""A house nobody can pay online asks for nothing in advance, and says so."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.availability.search import StaySearch, search_stays
from core.bookings.confirm import confirm
from core.settings import Settings
from jobs.accounts import Given, RazorpayGiven, connect, note_gateways
from models.account import Account
from models.dates import StayDates
from models.money import NOTHING
from models.states import ActorKind, BookingStatus
from providers.vault import Vault
from tests.builders.houses import a_guest, a_hotel, a_restaurant, a_stay_quote, a_table_quote, hold

KEYS = RazorpayGiven(key_id="rzp_test_1", key_secret="s", webhook_secret="w")


def test_without_a_gateway_a_stay_needs_no_deposit_and_a_yes_confirms_it(session: Session, now: datetime) -> None:
    hotel = a_hotel(session, now=now, deposit_percent=100)
    note_gateways(session)
    quote = a_stay_quote(session, hotel, now=now, arrival=_soon(now))
    assert quote.deposit_paise == NOTHING
    booking = hold(session, quote, a_guest(session, hotel, now=now), now=now)
    agreed = confirm(session, booking.id, actor=ActorKind.GUEST, door="chat", now=now)
    assert agreed.status is BookingStatus.CONFIRMED


def test_what_is_found_and_what_is_quoted_say_the_same_of_the_deposit(session: Session, now: datetime) -> None:
    hotel = a_hotel(session, now=now, deposit_percent=100)
    stay = StayDates(_soon(now), _soon(now) + timedelta(days=2))
    search = StaySearch(hotel.account_id, stay, adults=2)
    assert [offer.deposit for offer in search_stays(session, search, now=now)] != [NOTHING]
    note_gateways(session)
    assert [offer.deposit for offer in search_stays(session, search, now=now)] == [NOTHING]


def test_without_a_gateway_a_table_needs_no_deposit(session: Session, now: datetime) -> None:
    restaurant = a_restaurant(session, now=now, cover_deposit=200)
    starts_at = datetime.combine(_soon(now), datetime.min.time(), now.tzinfo).replace(hour=14, minute=30)
    assert a_table_quote(session, restaurant, now=now, starts_at=starts_at, party_size=2).deposit_paise != NOTHING
    note_gateways(session)
    session.expire_all()
    assert a_table_quote(session, restaurant, now=now, starts_at=starts_at, party_size=2).deposit_paise == NOTHING


def test_connecting_a_gateway_brings_the_deposit_back(session: Session, now: datetime) -> None:
    hotel = a_hotel(session, now=now, deposit_percent=100)
    note_gateways(session)
    vault = Vault(Settings(atithi_secret_key="k" * 32).secret("atithi_secret_key"))
    connect(session, hotel.account_id, Given(razorpay=KEYS), vault, now=now)
    note_gateways(session)
    assert session.scalars(select(Account.takes_online).where(Account.id == hotel.account_id)).one()
    quote = a_stay_quote(session, hotel, now=now, arrival=_soon(now))
    assert quote.deposit_paise == quote.total_paise


def _soon(now: datetime) -> date:
    return now.date() + timedelta(days=20)
