"""Changes of bookings at the same instant as other changes, holds, cancellations and payments."""

from __future__ import annotations

import random
import threading
from collections import Counter
from collections.abc import Callable
from datetime import date, timedelta

from sqlalchemy import select, text, update
from sqlalchemy.orm import Session

from core.bookings.cancel import cancel
from core.bookings.change import change
from core.bookings.change_quote import quote_stay_change, quote_table_change
from core.bookings.confirm import confirm
from core.payments.folio import folio_of
from models.booking import Booking
from models.dates import StayDates
from models.folio import PaymentLink, Refund
from models.inventory import NightInventory, StayRoom, TableTurn
from models.states import ACTIVE, SELLING, ActorKind, BookingStatus
from tests.races.conftest import NIGHT, Place, Wish, hold_it, pay
from tests.races.rush import rush

NEXT = NIGHT + timedelta(days=1)
type Move = tuple[int, int]


def booked(place: Place, wish: Wish) -> int:
    """An agreed booking."""
    with Session(place.engine) as session, session.begin():
        booking_id = hold_it(session, wish, place.now)
        confirm(session, booking_id, actor=ActorKind.STAFF, door="desk", now=place.now)
        return booking_id


def to_nights(place: Place, booking_id: int, arrival: date, nights: int) -> Move:
    """The price of other nights for it."""
    with Session(place.engine) as session, session.begin():
        booking = session.get_one(Booking, booking_id)
        quote = quote_stay_change(session, booking, stay=StayDates.of(arrival, nights), now=place.now)
        return booking_id, quote.id


def change_it(session: Session, place: Place, move: Move) -> str:
    """As a guest's yes does."""
    booking_id, quote_id = move
    change(session, booking_id, quote_id=quote_id, actor=ActorKind.GUEST, door="chat", now=place.now)
    return "changed"


def holds_or_changes(place: Place) -> Callable[[Session, object], str]:
    """A new guest holds, one with a booking changes it."""

    def either(session: Session, what: object) -> str:
        if isinstance(what, Wish):
            hold_it(session, what, place.now)
            return "held"
        assert isinstance(what, tuple)
        return change_it(session, place, what)

    return either


def agrees(place: Place) -> bool:
    """Whether the counts of every night are the rooms of the bookings behind them."""
    counted: Counter[tuple[int, date]] = Counter()
    with Session(place.engine) as session:
        rows = session.execute(
            select(StayRoom.room_type_id, StayRoom.stay)
            .join(Booking, Booking.id == StayRoom.booking_id)
            .where(StayRoom.active, Booking.status.in_(ACTIVE))
        )
        for room_type_id, stay in rows:
            counted.update((room_type_id, night) for night in StayDates.from_range(stay).nights)
        nights = session.execute(
            select(NightInventory.room_type_id, NightInventory.night, NightInventory.held + NightInventory.sold).where(
                NightInventory.held + NightInventory.sold > 0
            )
        )
        return {(room_type_id, night): taken for room_type_id, night, taken in nights} == dict(counted)


def test_of_several_changes_to_the_last_room_one_wins_and_the_others_keep_what_they_had(place: Place) -> None:
    hotel = place.hotel(rooms=8)
    bookings = [booked(place, wish) for wish in place.stay_wishes(hotel, [(NIGHT, 1)] * 8)]
    with Session(place.engine) as session, session.begin():
        session.execute(update(NightInventory).where(NightInventory.night == NEXT).values(sellable=1))
    moves = [to_nights(place, booking_id, NEXT, 1) for booking_id in bookings]
    answers = rush(place.url, lambda session, move: change_it(session, place, move), moves)
    assert Counter(answers) == {"changed": 1, "rooms_gone": 7}
    assert place.counts(hotel) == {NIGHT: (0, 7), NEXT: (0, 1)}
    assert agrees(place)


def test_without_the_lock_several_changes_would_have_the_last_room(place: Place) -> None:
    """The control: each looks, then each takes, and the room is given away as often as it was asked for."""
    hotel = place.hotel(rooms=4)
    bookings = [booked(place, wish) for wish in place.stay_wishes(hotel, [(NIGHT, 1)] * 4)]
    with place.engine.begin() as connection:
        connection.execute(text("ALTER TABLE night_inventory DROP CONSTRAINT ck_night_inventory_not_oversold"))
        connection.execute(update(NightInventory).where(NightInventory.night == NEXT).values(sellable=1))
    everybody_has_looked = threading.Barrier(len(bookings))

    def look_then_take(session: Session, _booking_id: int) -> bool:
        night = (NightInventory.room_type_id == hotel.room_type_id) & (NightInventory.night == NEXT)
        taken = session.scalar(select(NightInventory.sold).where(night))
        everybody_has_looked.wait()
        if taken:
            return False
        session.execute(update(NightInventory).where(night).values(sold=NightInventory.sold + 1))
        return True

    assert rush(place.url, look_then_take, bookings) == [True] * 4


def test_a_change_and_a_new_guest_want_the_last_room(place: Place) -> None:
    for _ in range(3):
        hotel = place.hotel(rooms=1)
        first, other = place.stay_wishes(hotel, [(NIGHT, 1), (NEXT, 1)])
        booking_id = booked(place, first)
        move = to_nights(place, booking_id, NIGHT, 2)

        answers = rush(place.url, holds_or_changes(place), [move, other])
        assert Counter(answers) in ({"changed": 1, "rooms_gone": 1}, {"held": 1, "rooms_gone": 1})
        assert agrees(place)


def test_changes_that_cross_each_other_do_not_block(place: Place) -> None:
    """Early stays move late and late ones early: all nights, old and new, are locked in one order."""
    hotel = place.hotel(rooms=16)
    chance = random.Random(11)
    stays = [(NIGHT + timedelta(days=chance.randrange(6)), chance.randint(1, 4)) for _ in range(16)]
    bookings = [booked(place, wish) for wish in place.stay_wishes(hotel, stays)]
    moves = [
        to_nights(place, booking_id, arrival, nights)
        for booking_id, (arrival, nights) in zip(bookings, reversed(stays), strict=True)
    ]
    answers = rush(place.url, lambda session, move: change_it(session, place, move), moves)
    assert set(answers) <= {"changed", "quote_lapsed"}
    assert answers.count("changed") >= 12
    assert agrees(place)


def test_a_booking_is_changed_and_cancelled_at_once(place: Place) -> None:
    for _ in range(4):
        hotel = place.hotel(rooms=1)
        (wish,) = place.stay_wishes(hotel, [(NIGHT, 1)])
        booking_id = booked(place, wish)
        move = to_nights(place, booking_id, NEXT, 2)

        def either(session: Session, what: str, place: Place = place, move: Move = move) -> str:
            if what == "cancel":
                cancel(session, move[0], actor=ActorKind.GUEST, door="chat", now=place.now)
                return "cancelled"
            return change_it(session, place, move)

        answers = rush(place.url, either, ["cancel", "change"])
        assert answers in (["cancelled", "changed"], ["cancelled", "move_not_allowed"])
        assert place.statuses()[-1] is BookingStatus.CANCELLED
        assert place.counts(hotel) == {}


def test_a_hold_is_paid_and_changed_at_once(place: Place) -> None:
    """The money counts whatever comes first, and nobody pays twice or for nothing."""
    for _ in range(4):
        hotel = place.hotel(rooms=1, deposit_percent=100)
        booking_id, link = place.a_held_room(hotel)
        move = to_nights(place, booking_id, NIGHT, 2)

        def either(
            session: Session, what: str, place: Place = place, move: Move = move, link: PaymentLink = link
        ) -> str:
            if what == "pay":
                return pay(session, link, place.now, payment_id=f"pay_{move[0]}").outcome.value
            return change_it(session, place, move)

        paid, changed = rush(place.url, either, ["pay", "change"])
        assert (paid, changed) in {("confirmed", "changed"), ("part", "changed")}
        with Session(place.engine) as session:
            booking = session.get_one(Booking, booking_id)
            folio = folio_of(session, booking_id)
            assert folio.payments == link.amount_paise
            assert (booking.status in SELLING) is (paid == "confirmed")
            if paid == "confirmed":
                assert folio.balance == booking.total_paise - link.amount_paise
            assert session.scalars(select(Refund.id).where(Refund.booking_id == booking_id)).all() == []
        assert agrees(place)


def test_the_same_change_told_many_times_at_once_happens_once(place: Place) -> None:
    hotel = place.hotel(rooms=2)
    (wish,) = place.stay_wishes(hotel, [(NIGHT, 1)])
    move = to_nights(place, booked(place, wish), NEXT, 2)
    assert rush(place.url, lambda session, move: change_it(session, place, move), [move] * 8) == ["changed"] * 8
    with Session(place.engine) as session:
        told = session.execute(text("SELECT count(*) FROM booking_event WHERE kind = 'changed'")).scalar_one()
        assert told == 1
        booking = session.get_one(Booking, move[0])
        assert folio_of(session, booking.id).charges == booking.total_paise
    assert agrees(place)


def test_of_several_parties_who_move_to_the_one_larger_table_one_gets_it(place: Place) -> None:
    house = place.restaurant(covers=((1, 2), (1, 2), (1, 2), (3, 4)))
    at = place.now.replace(hour=14, minute=30) + timedelta(days=3)  # eight in the evening there
    bookings = [booked(place, wish) for wish in place.table_wishes(house, [(at, 2)] * 3)]
    moves = []
    with Session(place.engine) as session, session.begin():
        for booking_id in bookings:
            booking = session.get_one(Booking, booking_id)
            moves.append((booking_id, quote_table_change(session, booking, party_size=4, now=place.now).id))
    answers = rush(place.url, lambda session, move: change_it(session, place, move), moves)
    assert Counter(answers) == {"changed": 1, "tables_gone": 2}
    with Session(place.engine) as session:
        turns = session.scalars(select(TableTurn.dining_table_id).where(TableTurn.active)).all()
        assert len(set(turns)) == len(turns) == 3
