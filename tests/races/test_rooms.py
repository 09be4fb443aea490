"""The last room, and many guests who want it at the same instant."""

from __future__ import annotations

import random
import threading
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta

import pytest
from sqlalchemy import select, text, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from core.bookings.release import release_hold
from models.booking import Booking
from models.inventory import NightInventory, StayRoom
from models.states import ACTIVE, ActorKind, BookingStatus
from tests.builders.houses import Hotel
from tests.fixtures.waiting import eventually
from tests.races.conftest import NIGHT, Place, Wish, hold_it
from tests.races.rush import rush

GUESTS = 16


def test_the_last_room_is_held_once(place: Place) -> None:
    hotel = place.hotel(rooms=1)
    wishes = place.stay_wishes(hotel, [(NIGHT, 2)] * GUESTS)
    answers = rush(place.url, lambda session, wish: hold_it(session, wish, place.now), wishes)
    assert Counter(isinstance(answer, int) for answer in answers) == {True: 1, False: GUESTS - 1}
    assert {answer for answer in answers if isinstance(answer, str)} == {"rooms_gone"}
    assert set(place.counts(hotel).values()) == {(1, 0)}


def without_the_lock(place: Place, hotel: Hotel, wishes: list[Wish]) -> list[bool | str]:
    """Everybody looks, then everybody takes: the way it must not be done."""
    everybody_has_looked = threading.Barrier(len(wishes))

    def look_then_take(session: Session, _wish: Wish) -> bool:
        tonight = (NightInventory.room_type_id == hotel.room_type_id) & (NightInventory.night == NIGHT)
        seen = session.scalar(select(NightInventory.held).where(tonight))
        everybody_has_looked.wait()
        if seen:
            return False
        session.execute(update(NightInventory).where(tonight).values(held=NightInventory.held + 1))
        return True

    return rush(place.url, look_then_take, wishes)


def test_without_lock_and_constraint_the_last_room_is_sold_many_times(place: Place) -> None:
    """The control: if this sold the room only once, the test above would prove nothing."""
    hotel = place.hotel(rooms=1)
    with place.engine.begin() as connection:
        connection.execute(text("ALTER TABLE night_inventory DROP CONSTRAINT ck_night_inventory_not_oversold"))
    sold = without_the_lock(place, hotel, place.stay_wishes(hotel, [(NIGHT, 1)] * 4))
    assert sold == [True] * 4


def test_without_the_lock_the_constraint_still_refuses(place: Place) -> None:
    hotel = place.hotel(rooms=1)
    with pytest.raises(IntegrityError, match="not_oversold"):
        without_the_lock(place, hotel, place.stay_wishes(hotel, [(NIGHT, 1)] * 4))
    assert place.counts(hotel) == {NIGHT: (1, 0)}


def test_stays_that_overlap_in_every_way_fill_the_house_without_a_deadlock(place: Place) -> None:
    hotel = place.hotel(rooms=3)
    chance = random.Random(7)
    stays = [(NIGHT + timedelta(days=chance.randrange(6)), chance.randint(1, 5)) for _ in range(32)]
    rush(place.url, lambda session, wish: hold_it(session, wish, place.now), place.stay_wishes(hotel, stays))
    assert place.counts(hotel) == nights_of_rooms(place)
    assert max(held for held, _ in place.counts(hotel).values()) == 3


def test_a_room_given_back_while_a_guest_waits_for_it_is_theirs(place: Place) -> None:
    """PostgreSQL judges an UPDATE by the row as the statement first saw it; the counts must come from the lock."""
    hotel = place.hotel(rooms=1)
    holder, waiting = place.stay_wishes(hotel, [(NIGHT, 1)] * 2)
    with Session(place.engine) as session, session.begin():
        booking_id = hold_it(session, holder, place.now)
    with ThreadPoolExecutor(1) as guest, Session(place.engine) as session:
        release_hold(session, booking_id, actor=ActorKind.GUEST, door="chat", now=place.now)
        other = guest.submit(rush, place.url, lambda other, wish: hold_it(other, wish, place.now), [waiting])
        eventually(lambda: somebody_waits(place))
        session.commit()
        assert other.result() == [booking_id + 1]
    assert place.counts(hotel) == {NIGHT: (1, 0)}


def test_several_rooms_at_once_are_all_or_nothing(place: Place) -> None:
    hotel = place.hotel(rooms=5)
    wishes = place.stay_wishes(hotel, [(NIGHT, 2)] * 8, rooms=2)
    answers = rush(place.url, lambda session, wish: hold_it(session, wish, place.now), wishes)
    assert sum(isinstance(answer, int) for answer in answers) == 2
    assert set(place.counts(hotel).values()) == {(4, 0)}


def test_guests_who_change_their_minds_crosswise_do_not_block_each_other(place: Place) -> None:
    """Each lets go of some nights and takes others, in opposite directions: all nights are locked in one order."""
    hotel = place.hotel(rooms=16)
    early, late = (NIGHT, 3), (NIGHT + timedelta(days=2), 3)
    first, again = (place.stay_wishes(hotel, stays * 8) for stays in ([early, late], [late, early]))
    for wish in first:
        with Session(place.engine) as session, session.begin():
            hold_it(session, wish, place.now)
    crossed = [Wish(new.quote_id, old.visitor) for new, old in zip(again, first, strict=True)]
    answers = rush(place.url, lambda session, wish: hold_it(session, wish, place.now), crossed)
    assert all(isinstance(answer, int) for answer in answers)
    assert Counter(place.statuses()) == {BookingStatus.RELEASED: 16, BookingStatus.HELD: 16}
    assert place.counts(hotel) == nights_of_rooms(place)


def test_one_guest_writing_everywhere_at_once_holds_three_things_at_most(place: Place) -> None:
    hotel = place.hotel(rooms=16)
    wishes = place.stay_wishes(hotel, [(NIGHT, 1)] * 8)
    me = wishes[0].visitor
    mine = [Wish(wish.quote_id, me.writing_in(wish.visitor.conversation_id)) for wish in wishes]
    answers = rush(place.url, lambda session, wish: hold_it(session, wish, place.now), mine)
    assert Counter(answer if isinstance(answer, str) else "held" for answer in answers) == {
        "held": 3,
        "too_many_holds": 5,
    }


def somebody_waits(place: Place) -> bool:
    """Whether a session of this database waits for a lock."""
    waiting = text(
        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
    )
    with place.engine.connect() as connection:
        return bool(connection.scalar(waiting))


def nights_of_rooms(place: Place) -> dict[date, tuple[int, int]]:
    """What the inventory must say, counted from the bookings."""
    held: Counter[date] = Counter()
    with Session(place.engine) as session:
        rooms = session.execute(
            select(Booking.first_day, Booking.last_day)
            .join(StayRoom, StayRoom.booking_id == Booking.id)
            .where(Booking.status.in_(ACTIVE), StayRoom.active)
        )
        for arrival, departure in rooms:
            held.update(arrival + timedelta(days=day) for day in range((departure - arrival).days))
    return {night: (rooms, 0) for night, rooms in held.items()}
