"""An owner and a guest, or two of the house, at the same instant: one wins, the other is told."""

from __future__ import annotations

from collections import Counter
from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.owner.commands import Heard, answer
from core.availability.closures import close_rooms
from core.availability.table_closures import Days, close_table
from core.bookings.cancel import cancel
from core.bookings.hold import place_hold
from core.messaging import handoff
from core.owners.link import link, new_code
from core.owners.rates import NewPrice, price_changes, set_prices
from core.payments.apply import apply_payment
from core.payments.ask import ask_for_payment
from core.payments.folio import folio_of
from core.ports import GatewayPayment
from models.account import AppUser, Line, Membership
from models.booking import Booking
from models.conversation import Conversation
from models.dates import StayDates
from models.folio import PaymentLink
from models.inventory import Closure, NightInventory
from models.messaging import Message
from models.money import Money
from models.owners import OwnerAct, TableClosure
from models.rates import Quote
from models.states import ActorKind, ActState, BookingStatus, Channel, Provider, Role
from tests.builders.houses import (
    a_guest,
    a_hotel,
    a_restaurant,
    a_stay_quote,
    a_table_quote,
    an_owner,
    hold,
    put,
)
from tests.fixtures.database import Database
from tests.races.rush import rush

NIGHT = date(2026, 12, 24)
DINNER = datetime.fromisoformat("2026-12-24T20:00:00+05:30")


def test_the_last_room_is_either_closed_or_sold(database: Database, now: datetime) -> None:
    with Session(database.engine) as session, session.begin():
        hotel = a_hotel(session, now=now, rooms=1)
        quotes = [a_stay_quote(session, hotel, now=now, arrival=NIGHT).id for _ in range(4)]
        guests = [a_guest(session, hotel, now=now).guest_id for _ in range(4)]

    def try_it(session: Session, turn: int) -> str:
        if turn % 2:
            close_rooms(
                session,
                property_id=hotel.property_id,
                room_type_id=hotel.room_type_id,
                nights=StayDates.of(NIGHT, 2),
                reason="test",
                now=now,
            )
            return "closed"
        from_desk(session, quotes[turn // 2], guests[turn // 2], now)
        return "held"

    answers = Counter(rush(database.url, try_it, list(range(8))))
    assert answers["closed"] + answers["held"] == 1, answers
    assert answers["booked_there"] + answers["rooms_gone"] == 7, answers
    with Session(database.engine) as session:
        nights = session.scalars(select(NightInventory).where(NightInventory.night == NIGHT)).all()
        assert [night.sellable - night.held for night in nights] == [0]
        assert len(session.scalars(select(Closure)).all()) == answers["closed"]


def from_desk(session: Session, quote_id: int, guest_id: int, now: datetime) -> Booking:
    """A guest takes what was quoted."""
    return place_hold(
        session, quote_id=quote_id, guest_id=guest_id, conversation_id=None, channel=Channel.WHATSAPP, door="t", now=now
    )


def test_the_last_table_is_either_closed_or_given(database: Database, now: datetime) -> None:
    with Session(database.engine) as session, session.begin():
        place = a_restaurant(session, now=now, covers=[(1, 2)])
        quotes = [a_table_quote(session, place, now=now, starts_at=DINNER).id for _ in range(4)]
        guests = [a_guest(session, place, now=now).guest_id for _ in range(4)]

    def try_it(session: Session, turn: int) -> str:
        if turn % 2:
            days = Days(NIGHT, NIGHT)
            close_table(
                session,
                property_id=place.property_id,
                table_id=place.table_ids[0],
                days=days,
                reason="test",
                now=now,
            )
            return "closed"
        from_desk(session, quotes[turn // 2], guests[turn // 2], now)
        return "held"

    answers = Counter(rush(database.url, try_it, list(range(8))))
    assert answers["closed"] + answers["held"] == 1, answers
    with Session(database.engine) as session:
        assert len(session.scalars(select(TableClosure)).all()) == answers["closed"]
        assert len(session.scalars(select(Booking)).all()) == answers["held"]


def test_of_eight_who_take_a_guest_at_once_one_has_them(database: Database, now: datetime) -> None:
    with Session(database.engine) as session, session.begin():
        hotel = a_hotel(session, now=now)
        visitor = a_guest(session, hotel, now=now)
        talk = session.get_one(Conversation, visitor.conversation_id)
        opened = handoff.open_handoff(session, talk, reason="asked", now=now, property_id=hotel.property_id)
        assert opened is not None
        users = [_user(session, f"Staff {number}", now) for number in range(8)]
        opened_id = opened.id

    def take(session: Session, user_id: int) -> tuple[bool, str]:
        taken = handoff.take(session, opened_id, hotel.account_id, user_id=user_id, now=now)
        assert taken is not None
        return taken.won, taken.by

    answers = [each for each in rush(database.url, take, users) if not isinstance(each, str)]
    assert Counter(won for won, _ in answers) == {True: 1, False: 7}
    assert len({by for _, by in answers}) == 1


@pytest.mark.parametrize("words", ["yes", "y:{act}"])
def test_an_order_said_yes_to_twice_at_once_is_done_once(database: Database, now: datetime, words: str) -> None:
    with Session(database.engine) as session, session.begin():
        hotel = a_hotel(session, now=now, rooms=3)
        user = _user(session, "Meera", now)
        session.add(
            Membership(user_id=user, account_id=hotel.account_id, property_id=None, role=Role.OWNER, created_at=now)
        )
        line = put(
            session,
            Line(account_id=hotel.account_id, provider=Provider.TELEGRAM, channel=Channel.TELEGRAM, address="77"),
        ).id
        code = new_code(session, account_id=hotel.account_id, user_id=user, now=now)
        assert link(session, account_id=hotel.account_id, line_id=line, address="5", code=code, now=now)
        answer(session, Heard(hotel.account_id, line, "5", "block 101 24-26 dec"), now=now)
        act = session.scalars(select(OwnerAct)).one()
        pressed = words.format(act=act.id)

    def say_yes(session: Session, _turn: int) -> str:
        is_button = ":" in pressed
        heard = Heard(hotel.account_id, line, "5", "" if is_button else pressed, pressed=pressed if is_button else None)
        answer(session, heard, now=now + timedelta(seconds=5))
        return "said"

    assert rush(database.url, say_yes, list(range(6))) == ["said"] * 6
    with Session(database.engine) as session:
        assert [each.state for each in session.scalars(select(OwnerAct))] == [ActState.DONE]
        assert len(session.scalars(select(Closure)).all()) == 1


def _user(session: Session, name: str, now: datetime) -> int:
    row = AppUser(email=f"{name}@x.example", name=name, password_hash=None, phone=None, language="en", created_at=now)
    return put(session, row).id


def test_a_guest_pays_while_the_house_cancels(database: Database, now: datetime) -> None:
    """Either order is possible; in both the booking is off, the money is on its way back and the guest knows."""
    orders = Counter[tuple[str, ...]]()
    for attempt in range(4):
        with Session(database.engine, expire_on_commit=False) as session, session.begin():
            hotel = a_hotel(session, now=now, rooms=1, deposit_percent=50)
            visitor = a_guest(session, hotel, now=now)
            an_owner(session, hotel, now=now)
            booking = hold(session, a_stay_quote(session, hotel, now=now, arrival=NIGHT), visitor, now=now)
            pay_link = ask_for_payment(session, booking.id, now=now)
            booking_id = booking.id

        def act(session: Session, turn: int, link: PaymentLink = pay_link, of: int = booking_id) -> str:
            if turn:
                cancel(session, of, actor=ActorKind.STAFF, door="owner_chat", now=now, actor_id=None, waive=True)
                return "cancelled"
            paid = GatewayPayment(f"pay_{link.id}", link.amount_paise, "INR", "captured", "upi", now)
            return apply_payment(
                session, account_id=link.account_id, payment=paid, reference=link.reference, now=now
            ).outcome.value

        done = rush(database.url, act, [attempt % 2, 1 - attempt % 2])
        assert "cancelled" in done, done
        with Session(database.engine) as session:
            assert session.get_one(Booking, booking_id).status in {BookingStatus.CANCELLED, BookingStatus.RELEASED}
            folio = folio_of(session, booking_id)
            assert folio.kept == Money(0)
            assert folio.payments == pay_link.amount_paise
            told = select(Message.reply).where(Message.booking_id == booking_id).order_by(Message.id)
            guest = tuple(session.scalars(told.where(Message.conversation_id.is_not(None))))
            house = tuple(session.scalars(told.where(Message.conversation_id.is_(None))))
        orders[guest] += 1
        assert guest in {
            ("booking_confirmed", "booking_cancelled"),
            ("hold_ended_by_house", "payment_late_refunded"),
        }, guest
        assert house in {
            ("owner_new_booking", "owner_booking_cancelled"),
            ("owner_late_refund",),
        }
    assert sum(orders.values()) == 4


def test_a_price_that_moves_while_a_guest_says_yes_is_for_the_next_guest(database: Database, now: datetime) -> None:
    with Session(database.engine) as session, session.begin():
        hotel = a_hotel(session, now=now, rooms=4)
        quotes = [a_stay_quote(session, hotel, now=now, arrival=NIGHT).id for _ in range(3)]
        guests = [a_guest(session, hotel, now=now).guest_id for _ in range(3)]
        promised = session.get_one(Quote, quotes[0]).total_paise
        before = session.get_one(NightInventory, (hotel.room_type_id, NIGHT)).price_paise

    def act(session: Session, turn: int) -> str:
        if turn == 3:
            double = NewPrice(percent=100)
            changes = price_changes(session, [hotel.room_type_id], StayDates.of(NIGHT, 2), double)
            set_prices(session, [(each.room_type_id, each.night, each.new) for each in changes])
            return "priced"
        from_desk(session, quotes[turn], guests[turn], now)
        return "held"

    assert Counter(rush(database.url, act, [0, 1, 2, 3])) == {"held": 3, "priced": 1}
    with Session(database.engine) as session, session.begin():
        assert set(session.scalars(select(Booking.total_paise))) == {promised}
        assert session.get_one(NightInventory, (hotel.room_type_id, NIGHT)).price_paise == before * 2
        assert a_stay_quote(session, hotel, now=now, arrival=NIGHT).total_paise > promised
