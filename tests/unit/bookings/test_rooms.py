"""Numbers: given ahead, promised, closed, moved, swapped; everybody always keeps a room."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any, Final

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from core.availability.closures import close_rooms, open_rooms
from core.availability.nights import counts
from core.availability.room_count import add_room, remove_room
from core.bookings.arrive import arrive, depart, un_arrive, un_depart
from core.bookings.cancel import cancel
from core.bookings.confirm import confirm
from core.bookings.no_show import mark_no_show, undo_no_show
from core.bookings.number_ahead import give_numbers, types_waiting
from core.bookings.rooms import move_room, numbers_of, promise_rooms, put_back, swap_rooms, unpromise_rooms
from core.errors import AlreadySo, BookedThere, NightsNotOnSale, RoomClosed, RoomsGone, RoomsPromised, WhichRoom
from models.booking import Booking, BookingEvent
from models.dates import StayDates
from models.inventory import Closure, NightInventory, StayRoom
from models.property import Room
from models.states import ActorKind, BookingStatus, ClosureKind
from tests.builders.houses import Hotel, a_guest, a_hotel, a_stay_quote, hold

FIRST = date(2026, 12, 1)
BY: Final[dict[str, Any]] = {"door": "test", "actor_id": None}

type Books = Callable[..., Booking]


@pytest.fixture
def hotel(session: Session, now: datetime) -> Hotel:
    """Rooms 101 and 102."""
    return a_hotel(session, now=now, rooms=2)


@pytest.fixture
def books(session: Session, hotel: Hotel, now: datetime) -> Books:
    """An agreed stay from that day of December on."""

    def book(day: int, nights: int, *, rooms: int = 1) -> Booking:
        quote = a_stay_quote(session, hotel, now=now, arrival=_day(day), nights=nights, rooms=rooms, adults=2 * rooms)
        held = hold(session, quote, a_guest(session, hotel, now=now), now=now)
        return confirm(session, held.id, actor=ActorKind.STAFF, door="test", now=now)

    return book


def _day(day: int) -> date:
    return FIRST + timedelta(days=day - 1)


def room(session: Session, number: str) -> int:
    return session.scalars(select(Room.id).where(Room.number == number)).one()


def close(session: Session, hotel: Hotel, number: str, day: int, nights: int, now: datetime) -> Closure:
    return close_rooms(
        session,
        property_id=hotel.property_id,
        room_type_id=hotel.room_type_id,
        nights=StayDates.of(_day(day), nights),
        room_id=room(session, number),
        reason="test",
        now=now,
    )


def events(session: Session, booking: Booking) -> list[str]:
    rows = select(BookingEvent.kind).where(BookingEvent.booking_id == booking.id).order_by(BookingEvent.id)
    return list(session.scalars(rows))


# ------------------------------------------------------------------------------------------------------- promises


def test_a_promised_room_is_theirs_and_nobody_elses(session: Session, books: Books, now: datetime) -> None:
    first, other = books(1, 3), books(2, 2)
    done = promise_rooms(session, first.id, [room(session, "101")], now=now, **BY)
    assert (done.had, done.has, events(session, first)[-1]) == ([], ["101"], "room_promised")
    with pytest.raises(BookedThere) as refused, session.begin_nested():
        promise_rooms(session, other.id, [room(session, "101")], now=now, **BY)
    assert refused.value.facts["references"] == [first.reference]
    with pytest.raises(AlreadySo), session.begin_nested():
        promise_rooms(session, first.id, [room(session, "101")], now=now, **BY)


def test_two_rooms_of_one_booking_are_promised_together(session: Session, books: Books, now: datetime) -> None:
    family = books(1, 2, rooms=2)
    both = [room(session, "101"), room(session, "102")]
    assert promise_rooms(session, family.id, both, now=now, **BY).has == ["101", "102"]
    lonely = books(5, 2)
    with pytest.raises(WhichRoom), session.begin_nested():
        promise_rooms(session, lonely.id, both, now=now, **BY)


def test_a_promise_is_refused_when_it_would_leave_somebody_without_a_room(
    session: Session, books: Books, now: datetime
) -> None:
    """102 is asked for on both ends of a stay that could then be nowhere for all of its nights."""
    early, middle, late = books(1, 2), books(2, 4), books(5, 2)
    promise_rooms(session, early.id, [room(session, "101")], now=now, **BY)
    with pytest.raises(RoomsPromised) as refused, session.begin_nested():
        promise_rooms(session, late.id, [room(session, "102")], now=now, **BY)
    assert refused.value.facts["moves"] == [{"reference": early.reference, "number": "101", "to": "102"}]
    assert promise_rooms(session, late.id, [room(session, "101")], now=now, **BY).has == ["101"]
    assert numbers_of(session, middle.id) == []


def test_a_hold_beside_promises_proves_that_everybody_has_a_room(
    session: Session, hotel: Hotel, books: Books, now: datetime
) -> None:
    early, late = books(1, 2), books(5, 2)
    promise_rooms(session, early.id, [room(session, "101")], now=now, **BY)
    promise_rooms(session, late.id, [room(session, "102")], now=now, **BY)
    before = counts(session, hotel.room_type_id)
    with pytest.raises(RoomsPromised) as refused, session.begin_nested():
        books(2, 4)  # every night has a room, but none has every night
    assert isinstance(refused.value, RoomsGone)
    assert {move["reference"] for move in refused.value.facts["moves"]} == {early.reference, late.reference}
    assert counts(session, hotel.room_type_id) == before
    assert len(session.scalars(select(Booking)).all()) == 2
    unpromise_rooms(session, late.id, now=now, **BY)
    assert books(2, 4).status is BookingStatus.CONFIRMED


def test_taking_a_promise_back_keeps_the_number_until_somebody_needs_it(
    session: Session, books: Books, now: datetime
) -> None:
    first, other = books(1, 3), books(2, 2)
    promise_rooms(session, first.id, [room(session, "101")], now=now, **BY)
    unpromise_rooms(session, first.id, now=now, **BY)
    assert numbers_of(session, first.id) == ["101"]
    promise_rooms(session, other.id, [room(session, "101")], now=now, **BY)
    assert (numbers_of(session, first.id), numbers_of(session, other.id)) == (["102"], ["101"])


# ------------------------------------------------------------------------------------------------------- closures


def test_a_room_is_closed_by_its_number_only_when_everybody_keeps_one(
    session: Session, hotel: Hotel, books: Books, now: datetime
) -> None:
    guest = books(2, 3)
    close(session, hotel, "101", 1, 2, now)
    with pytest.raises(RoomsPromised), session.begin_nested():
        close(session, hotel, "102", 4, 2, now)
    closed = close(session, hotel, "101", 4, 2, now)
    assert closed.kind is ClosureKind.OUT_OF_ORDER
    assert promise_rooms(session, guest.id, [room(session, "102")], now=now, **BY).has == ["102"]
    with pytest.raises(RoomClosed), session.begin_nested():
        move_room(session, guest.id, room(session, "101"), now=now, **BY)


def test_a_closure_below_what_is_sold_lists_who_has_booked(
    session: Session, hotel: Hotel, books: Books, now: datetime
) -> None:
    first, second, elsewhere = books(1, 2), books(2, 2), books(5, 1)
    with pytest.raises(BookedThere) as refused, session.begin_nested():
        close_rooms(
            session,
            property_id=hotel.property_id,
            room_type_id=hotel.room_type_id,
            nights=StayDates.of(_day(1), 6),
            reason="test",
            now=now,
        )
    assert refused.value.facts["references"] == [first.reference, second.reference]
    assert elsewhere.reference not in refused.value.facts["references"]


def test_a_number_given_ahead_makes_way_for_a_closure(session: Session, hotel: Hotel, books: Books) -> None:
    guest = books(1, 2)
    later = datetime.fromisoformat("2026-11-30T12:00:00+05:30")
    assert give_numbers(session, hotel.room_type_id, now=later) == 1
    (number,) = numbers_of(session, guest.id)
    closed = close(session, hotel, number, 1, 2, later)
    assert numbers_of(session, guest.id) == [{"101": "102", "102": "101"}[number]]
    open_rooms(session, closed.id, now=later)
    assert books(1, 2).status is BookingStatus.CONFIRMED


# ----------------------------------------------------------------------------------------- more and fewer rooms


def test_a_room_more_is_on_sale_on_every_night_to_come_and_one_less_is_not(
    session: Session, hotel: Hotel, books: Books, now: datetime
) -> None:
    added = add_room(session, hotel.room_type_id, "103", now=now)
    assert _sellable(session, hotel) == {3}
    three = [books(1, 2) for _ in range(3)]
    with pytest.raises(BookedThere) as refused, session.begin_nested():
        remove_room(session, added.id, now=now)
    assert refused.value.facts["references"] == [booking.reference for booking in three]
    cancel(session, three[0].id, actor=ActorKind.STAFF, door="test", now=now)
    assert remove_room(session, added.id, now=now).retired_at == now
    assert _sellable(session, hotel) == {2}
    with pytest.raises(AlreadySo), session.begin_nested():
        remove_room(session, added.id, now=now)
    assert add_room(session, hotel.room_type_id, "103", now=now).id == added.id
    assert _sellable(session, hotel) == {3}


def test_a_closed_room_that_is_removed_is_not_taken_off_sale_twice(
    session: Session, hotel: Hotel, now: datetime
) -> None:
    close(session, hotel, "102", 1, 2, now)
    remove_room(session, room(session, "102"), now=now)
    assert _sellable(session, hotel) == {1}


def test_a_promised_room_is_not_removed(session: Session, books: Books, now: datetime) -> None:
    guest = books(1, 2)
    promise_rooms(session, guest.id, [room(session, "102")], now=now, **BY)
    with pytest.raises(BookedThere), session.begin_nested():
        remove_room(session, room(session, "102"), now=now)


def _sellable(session: Session, hotel: Hotel) -> set[int]:
    rows = select(NightInventory.sellable).where(NightInventory.room_type_id == hotel.room_type_id)
    return set(session.scalars(rows))


# ------------------------------------------------------------------------------------------ numbers given ahead


def test_numbers_are_given_a_few_days_ahead_and_stay(
    session: Session, hotel: Hotel, books: Books, now: datetime
) -> None:
    soon, later = books(1, 3), books(4, 2)
    assert types_waiting(session, now=now) == []
    eve = datetime.fromisoformat("2026-11-30T12:00:00+05:30")
    assert types_waiting(session, now=eve) == [hotel.room_type_id]
    assert give_numbers(session, hotel.room_type_id, now=eve) == 1
    given = numbers_of(session, soon.id)
    assert len(given) == 1
    assert numbers_of(session, later.id) == []
    assert give_numbers(session, hotel.room_type_id, now=eve + timedelta(days=1)) == 1
    assert numbers_of(session, soon.id) == given


def test_numbers_are_changed_only_when_nobody_would_have_a_room_otherwise(
    session: Session, books: Books, now: datetime
) -> None:
    first, second = books(1, 2), books(2, 4)
    promise_rooms(session, first.id, [room(session, "101")], now=now, **BY)
    unpromise_rooms(session, first.id, now=now, **BY)
    promise_rooms(session, second.id, [room(session, "102")], now=now, **BY)
    unpromise_rooms(session, second.id, now=now, **BY)
    third = books(5, 2)
    promise_rooms(session, third.id, [room(session, "102")], now=now, **BY)
    assert [numbers_of(session, each.id) for each in (first, second, third)] == [["102"], ["101"], ["102"]]


# --------------------------------------------------------------------------------------------- arriving, moving


def test_guests_move_to_another_room_and_back(session: Session, books: Books) -> None:
    guest = books(1, 3)
    came = datetime.fromisoformat("2026-12-01T15:00:00+05:30")
    arrive(session, guest.id, now=came, rooms=[room(session, "101")], **BY)
    moved = move_room(session, guest.id, room(session, "102"), now=came, **BY)
    assert (moved.had, moved.has) == (["101"], ["102"])
    put_back(session, moved.before, now=came, **BY)
    assert numbers_of(session, guest.id) == ["101"]
    assert events(session, guest)[-2:] == ["room_moved", "room_move_undone"]


def test_guests_are_not_moved_into_a_room_somebody_is_in(session: Session, books: Books) -> None:
    one, two = books(1, 3), books(1, 3)
    came = datetime.fromisoformat("2026-12-01T15:00:00+05:30")
    arrive(session, one.id, now=came, rooms=[room(session, "101")], **BY)
    arrive(session, two.id, now=came, **BY)
    with pytest.raises(BookedThere) as refused, session.begin_nested():
        move_room(session, one.id, room(session, "102"), now=came, **BY)
    assert refused.value.facts["references"] == [two.reference]
    done = swap_rooms(session, one.id, two.id, now=came, **BY)
    assert (numbers_of(session, one.id), numbers_of(session, two.id)) == (["102"], ["101"])
    put_back(session, [given for each in done for given in each.before], now=came, **BY)
    assert (numbers_of(session, one.id), numbers_of(session, two.id)) == (["101"], ["102"])


def test_at_check_in_numbers_given_ahead_make_way_and_promised_ones_do_not(
    session: Session, hotel: Hotel, books: Books
) -> None:
    one, two = books(1, 3), books(1, 3)
    came = datetime.fromisoformat("2026-12-01T15:00:00+05:30")
    give_numbers(session, hotel.room_type_id, now=came)
    (other,) = numbers_of(session, two.id)
    arrive(session, one.id, now=came, rooms=[room(session, other)], **BY)
    assert numbers_of(session, one.id) == [other]
    assert numbers_of(session, two.id) == [{"101": "102", "102": "101"}[other]]
    un_arrive(session, one.id, now=came, **BY)
    promise_rooms(session, two.id, [room(session, other)], now=came, **BY)
    with pytest.raises(BookedThere), session.begin_nested():
        arrive(session, one.id, now=came, rooms=[room(session, other)], **BY)


def test_a_room_whose_guests_have_not_left_is_not_given(session: Session, hotel: Hotel, books: Books) -> None:
    leaving, coming = books(1, 1), books(2, 1)
    close(session, hotel, "102", 1, 3, datetime.fromisoformat("2026-11-22T12:00:00+05:30"))
    arrive(session, leaving.id, now=datetime.fromisoformat("2026-12-01T15:00:00+05:30"), **BY)
    noon = datetime.fromisoformat("2026-12-02T13:00:00+05:30")
    with pytest.raises(BookedThere) as refused, session.begin_nested():
        arrive(session, coming.id, now=noon, **BY)
    assert refused.value.facts["references"] == [leaving.reference]
    depart(session, leaving.id, now=noon, **BY)
    arrive(session, coming.id, now=noon, **BY)
    assert numbers_of(session, coming.id) == ["101"]


def test_a_no_show_taken_back_has_a_room_although_the_old_one_was_given_away(session: Session, books: Books) -> None:
    late = books(1, 3)
    promise_rooms(session, late.id, [room(session, "101")], now=datetime.fromisoformat("2026-11-22T12:00:00Z"), **BY)
    night = datetime.fromisoformat("2026-12-01T22:00:00+05:30")
    mark_no_show(session, late.id, now=night, **BY)
    other = books(1, 3)
    arrive(session, other.id, now=night, rooms=[room(session, "101")], **BY)
    undo_no_show(session, late.id, now=night, **BY)
    arrive(session, late.id, now=night, **BY)
    assert (numbers_of(session, other.id), numbers_of(session, late.id)) == (["101"], ["102"])


def test_a_no_show_taken_back_has_the_promised_room_again_when_it_is_free(session: Session, books: Books) -> None:
    late = books(1, 3)
    promise_rooms(session, late.id, [room(session, "102")], now=datetime.fromisoformat("2026-11-22T12:00:00Z"), **BY)
    night = datetime.fromisoformat("2026-12-01T22:00:00+05:30")
    mark_no_show(session, late.id, now=night, **BY)
    undo_no_show(session, late.id, now=night, **BY)
    row = session.scalars(select(StayRoom).where(StayRoom.booking_id == late.id)).one()
    assert (numbers_of(session, late.id), row.is_pinned) == (["102"], True)


def test_guests_who_had_not_left_have_their_room_again_unless_somebody_is_in_it(session: Session, books: Books) -> None:
    guest = books(1, 3)
    came = datetime.fromisoformat("2026-12-01T15:00:00+05:30")
    arrive(session, guest.id, now=came, rooms=[room(session, "102")], **BY)
    depart(session, guest.id, now=came, **BY)
    un_depart(session, guest.id, now=came, **BY)
    assert numbers_of(session, guest.id) == ["102"]
    depart(session, guest.id, now=came, **BY)
    other = books(1, 1)
    arrive(session, other.id, now=came, rooms=[room(session, "102")], **BY)
    with pytest.raises(BookedThere), session.begin_nested():
        un_depart(session, guest.id, now=came, **BY)


def test_closing_beyond_what_is_on_sale_is_refused(session: Session, hotel: Hotel, now: datetime) -> None:
    with pytest.raises(NightsNotOnSale), session.begin_nested():
        close(session, hotel, "101", 300, 2, now)
