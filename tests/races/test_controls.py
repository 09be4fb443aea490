"""Controls: the same pairs done the way they must not be, looked at first and written later, do go wrong.

If these ended well, the races they stand beside would prove nothing.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import datetime, timedelta

from sqlalchemy import select, text, update
from sqlalchemy.dialects.postgresql import Range
from sqlalchemy.orm import Session

from core.payments.folio import add_line, folio_of
from core.payments.refund import return_money
from models.booking import Booking
from models.folio import Payment
from models.inventory import NightInventory, TableTurn
from models.money import NOTHING
from models.states import BookingStatus, FolioKind, PaymentState, Provider
from tests.races.conftest import NIGHT, Place, Wish, hold_it, pay
from tests.races.rush import rush

EIGHT = datetime.fromisoformat("2026-11-28T20:00:00+05:30")


def look_then_write(place: Place, booking_id: int, *steps: tuple[BookingStatus, BookingStatus]) -> list[bool | str]:
    """Each reads the status, all wait for each other, and each writes its own."""
    all_have_looked = threading.Barrier(len(steps))

    def one(session: Session, step: tuple[BookingStatus, BookingStatus]) -> bool:
        before, after = step
        seen = session.scalar(select(Booking.status).where(Booking.id == booking_id))
        all_have_looked.wait()
        if seen is not before:
            return False
        session.execute(update(Booking).where(Booking.id == booking_id).values(status=after))
        return True

    return rush(place.url, one, steps)


def test_a_hold_looked_at_first_is_paid_and_expires(place: Place) -> None:
    """Beside `paying while the hold lapses` in test_money.py: one conditional statement decides there."""
    booking_id, _ = place.a_held_room(place.hotel(rooms=1, deposit_percent=100))
    held = BookingStatus.HELD
    told = look_then_write(place, booking_id, (held, BookingStatus.CONFIRMED), (held, BookingStatus.EXPIRED))
    assert told == [True, True]


def test_a_booking_looked_at_first_is_changed_after_it_was_cancelled(place: Place) -> None:
    """Beside `a booking is changed and cancelled at once` in test_changing.py."""
    booking_id, link = place.a_held_room(place.hotel(rooms=1, deposit_percent=100))
    with Session(place.engine) as session, session.begin():
        pay(session, link, place.now)
    agreed = BookingStatus.CONFIRMED
    told = look_then_write(place, booking_id, (agreed, BookingStatus.CANCELLED), (agreed, BookingStatus.CONFIRMED))
    assert told == [True, True]


def test_an_account_looked_at_first_keeps_money_of_a_cancelled_booking(place: Place) -> None:
    """Beside `cancelling while a second payment arrives`: there the booking's row is locked before anybody counts."""
    booking_id, link = place.a_held_room(place.hotel(rooms=1, deposit_percent=100))
    with Session(place.engine) as session, session.begin():
        pay(session, link, place.now)
    both_have_looked = threading.Barrier(2)

    def cancels(session: Session) -> None:
        booking = session.get_one(Booking, booking_id)
        back = folio_of(session, booking_id).kept
        both_have_looked.wait()
        booking.status = BookingStatus.CANCELLED
        return_money(session, booking, back, reason="cancelled", now=place.now)

    def pays(session: Session) -> None:
        is_agreed = session.get_one(Booking, booking_id).status is BookingStatus.CONFIRMED
        both_have_looked.wait()
        if is_agreed:
            paid = Payment(
                account_id=link.account_id,
                booking_id=booking_id,
                payment_link_id=link.id,
                provider=Provider.RAZORPAY,
                provider_payment_id="pay_2",
                amount_paise=link.amount_paise,
                currency="INR",
                state=PaymentState.CAPTURED,
                captured_at=place.now,
                created_at=place.now,
            )
            session.add(paid)
            session.flush()
            add_line(
                session, booking_id, FolioKind.PAYMENT, "upi", paid.amount_paise, now=place.now, payment_id=paid.id
            )

    steps: list[Callable[[Session], None]] = [cancels, pays]
    rush(place.url, lambda session, step: step(session), steps)
    assert place.statuses() == [BookingStatus.CANCELLED]
    with Session(place.engine) as session:
        assert folio_of(session, booking_id).kept > NOTHING


def test_joined_tables_looked_at_first_are_given_to_two_parties(place: Place) -> None:
    """Beside `parties for single and joined tables never share one`: two sets that have a table in common."""
    restaurant = place.restaurant(covers=[(1, 2)] * 3, joined=[((0, 1), 3, 4), ((1, 2), 3, 4)])
    with place.engine.begin() as connection:
        connection.execute(text("ALTER TABLE table_turn DROP CONSTRAINT table_never_shared"))
    bookings = []
    for day, wish in enumerate(place.table_wishes(restaurant, [(EIGHT, 4)] * 2)):
        other_day = place.table_wishes(restaurant, [(EIGHT + timedelta(days=1 + day), 2)])[0]
        with Session(place.engine) as session, session.begin():
            bookings.append(hold_it(session, Wish(other_day.quote_id, wish.visitor), place.now))
    turn = Range(EIGHT, EIGHT + timedelta(minutes=90))
    both_have_looked = threading.Barrier(2)

    def look_then_sit(session: Session, number: int) -> bool:
        mine = [restaurant.table_ids[number], restaurant.table_ids[number + 1]]
        taken = select(TableTurn.id).where(TableTurn.dining_table_id.in_(mine), TableTurn.during.overlaps(turn))
        seen = session.scalar(taken)
        both_have_looked.wait()
        if seen is not None:
            return False
        for table_id in mine:
            session.add(
                TableTurn(
                    booking_id=bookings[number], dining_table_id=table_id, during=turn, is_pinned=False, active=True
                )
            )
        return True

    assert rush(place.url, look_then_sit, range(2)) == [True, True]


def test_a_night_looked_at_first_is_closed_and_held(place: Place) -> None:
    """Beside `closing rooms by number while guests hold`: the last room is closed and sold."""
    hotel = place.hotel(rooms=1)
    with place.engine.begin() as connection:
        connection.execute(text("ALTER TABLE night_inventory DROP CONSTRAINT ck_night_inventory_not_oversold"))
    both_have_looked = threading.Barrier(2)
    here = (NightInventory.room_type_id == hotel.room_type_id) & (NightInventory.night == NIGHT)

    def look_then_take(session: Session, what: str) -> bool:
        free = session.scalar(select(NightInventory.sellable - NightInventory.held - NightInventory.sold).where(here))
        both_have_looked.wait()
        if not free:
            return False
        columns = {"sellable": NightInventory.sellable - 1} if what == "close" else {"held": NightInventory.held + 1}
        session.execute(update(NightInventory).where(here).values(columns))
        return True

    assert rush(place.url, look_then_take, ["close", "hold"]) == [True, True]
    with Session(place.engine) as session:
        row = session.scalars(select(NightInventory).where(here)).one()
        assert row.held + row.sold > row.sellable
