"""The line for what is sold out: who is offered what, in which order, until when, and what becomes of it."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

import pytest
from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from core.availability.closures import close_rooms, open_rooms
from core.bookings.cancel import cancel
from core.bookings.change import change
from core.bookings.change_quote import quote_stay_change
from core.bookings.confirm import confirm
from core.bookings.expire import expire_due_holds
from core.bookings.offer import accept, refuse
from core.bookings.waitlist import WaitWish, entry_facts, join, leave, line_of, place_in_line, waits_of
from core.bookings.waitlist_line import call_everywhere, end_past
from core.bookings.waitlist_offer import offer_to, serve_next
from core.errors import HoldLapsed, NothingFree, RoomsGone, TablesGone, TooManyWaits
from core.messaging.consent import record_choice
from models.booking import Booking
from models.conversation import Conversation
from models.dates import StayDates
from models.guest import Guest, GuestIdentity
from models.messaging import Message
from models.states import ActorKind, BookingKind, BookingStatus, Channel, WaitStatus
from models.waitlist import WaitlistCall, WaitlistEntry
from tests.builders.houses import (
    Hotel,
    Visitor,
    a_guest,
    a_hotel,
    a_restaurant,
    a_stay_quote,
    a_table_quote,
    hold,
    put,
)
from tests.fixtures.clock import StillClock

NIGHT = date(2026, 12, 24)


@pytest.fixture
def now(clock: StillClock) -> datetime:
    return clock.now()


def wish(hotel: Hotel, *, arrival: date = NIGHT, nights: int = 1, adults: int = 2, rooms: int = 1) -> WaitWish:
    """A stay for two."""
    until = arrival + timedelta(days=nights)
    return WaitWish(hotel.property_id, BookingKind.STAY, arrival, until, adults=adults, rooms=rooms)


def waits(
    session: Session, hotel: Hotel, now: datetime, *, adults: int = 2, rooms: int = 1
) -> tuple[Visitor, WaitlistEntry]:
    """Somebody new joins the line."""
    visitor = a_guest(session, hotel, now=now)
    wanted = wish(hotel, adults=adults, rooms=rooms)
    entry = join(session, wanted, guest_id=visitor.guest_id, conversation_id=visitor.conversation_id, now=now)
    return visitor, entry


def where(entry: WaitlistEntry) -> WaitStatus:
    """Where they stand now."""
    return entry.status


def serve(session: Session, now: datetime) -> None:
    """Look at every line until nothing is left to look at."""
    while serve_next(session, now=now):
        session.flush()
    session.expire_all()


def sold_out(session: Session, now: datetime, *, deposit_percent: int = 0) -> tuple[Hotel, Booking]:
    """A hotel whose only room is booked."""
    hotel = a_hotel(session, now=now, rooms=1, deposit_percent=deposit_percent)
    booking = hold(
        session,
        a_stay_quote(session, hotel, now=now, arrival=NIGHT, nights=1),
        a_guest(session, hotel, now=now),
        now=now,
    )
    confirm(session, booking.id, actor=ActorKind.STAFF, door="test", now=now)
    return hotel, booking


def free(session: Session, booking: Booking, now: datetime) -> None:
    cancel(session, booking.id, actor=ActorKind.GUEST, door="test", now=now)


def test_what_a_cancellation_frees_is_offered_to_the_first_in_line_at_the_price_of_the_day(
    session: Session, now: datetime
) -> None:
    hotel, booking = sold_out(session, now)
    visitor, first = waits(session, hotel, now)
    _, second = waits(session, hotel, now)
    free(session, booking, now)
    serve(session, now)
    assert (first.status, second.status) == (WaitStatus.OFFERED, WaitStatus.WAITING)
    assert first.booking_id is not None
    offered = session.get_one(Booking, first.booking_id)
    assert (offered.status, offered.guest_id) == (BookingStatus.HELD, visitor.guest_id)
    said = session.scalars(
        select(Message).where(Message.booking_id == offered.id, Message.reply == "waitlist_offer")
    ).one()
    assert [option["id"] for option in said.options] == [f"hold:{offered.id}:yes", f"hold:{offered.id}:no"]
    assert said.facts["total"] == offered.total_paise.paise
    assert session.scalar(select(WaitlistCall.id)) is None


def test_between_the_release_and_the_offer_nobody_walks_past_the_line(session: Session, now: datetime) -> None:
    hotel, booking = sold_out(session, now)
    waits(session, hotel, now)
    serve(session, now)
    free(session, booking, now)
    quote = a_stay_quote(session, hotel, now=now, arrival=NIGHT, nights=1)
    with pytest.raises(RoomsGone), session.begin_nested():
        hold(session, quote, a_guest(session, hotel, now=now), now=now)


def test_without_a_line_the_same_walk_up_takes_it(session: Session, now: datetime) -> None:
    hotel, booking = sold_out(session, now)
    free(session, booking, now)
    quote = a_stay_quote(session, hotel, now=now, arrival=NIGHT, nights=1)
    assert hold(session, quote, a_guest(session, hotel, now=now), now=now).status is BookingStatus.HELD


def test_a_line_that_wants_something_else_holds_nobody_up(session: Session, now: datetime) -> None:
    hotel, booking = sold_out(session, now)
    waits(session, hotel, now, rooms=2, adults=4)
    free(session, booking, now)
    serve(session, now)
    quote = a_stay_quote(session, hotel, now=now, arrival=NIGHT, nights=1)
    assert hold(session, quote, a_guest(session, hotel, now=now), now=now).status is BookingStatus.HELD


def test_a_call_nobody_answers_keeps_a_free_room_from_no_one_for_long(session: Session, now: datetime) -> None:
    hotel, booking = sold_out(session, now)
    waits(session, hotel, now)
    free(session, booking, now)
    later = now + timedelta(minutes=3)
    quote = a_stay_quote(session, hotel, now=later, arrival=NIGHT, nights=1)
    assert hold(session, quote, a_guest(session, hotel, now=now), now=later).status is BookingStatus.HELD


def test_a_no_passes_it_on_and_ends_the_wait(session: Session, now: datetime) -> None:
    hotel, booking = sold_out(session, now)
    visitor, first = waits(session, hotel, now)
    _, second = waits(session, hotel, now)
    free(session, booking, now)
    serve(session, now)
    assert first.booking_id is not None
    refuse(session, first.booking_id, guest_id=visitor.guest_id, door="chat", now=now)
    serve(session, now)
    assert (first.status, second.status) == (WaitStatus.DECLINED, WaitStatus.OFFERED)


def test_an_offer_not_taken_in_time_goes_to_the_next_and_the_first_is_told(session: Session, now: datetime) -> None:
    hotel, booking = sold_out(session, now)
    visitor, first = waits(session, hotel, now)
    _, second = waits(session, hotel, now)
    free(session, booking, now)
    serve(session, now)
    offered = session.get_one(Booking, first.booking_id)
    assert offered.hold_expires_at is not None
    later = offered.hold_expires_at + timedelta(seconds=1)
    expire_due_holds(session, now=later)
    serve(session, later)
    assert (first.status, second.status) == (WaitStatus.LAPSED, WaitStatus.OFFERED)
    told = session.scalars(select(Message.reply).where(Message.conversation_id == visitor.conversation_id)).all()
    assert told == ["waitlist_offer", "waitlist_offer_lapsed"]
    with pytest.raises(HoldLapsed):
        accept(session, offered.id, guest_id=visitor.guest_id, door="chat", now=later)


def test_a_yes_gives_time_to_pay_and_the_payment_ends_the_wait(session: Session, now: datetime) -> None:
    hotel, booking = sold_out(session, now, deposit_percent=50)
    visitor, entry = waits(session, hotel, now)
    cancel(session, booking.id, actor=ActorKind.STAFF, door="test", now=now, waive=True)
    serve(session, now)
    offered = session.get_one(Booking, entry.booking_id)
    assert offered.hold_expires_at is not None
    just_before = offered.hold_expires_at - timedelta(minutes=1)
    taken = accept(session, offered.id, guest_id=visitor.guest_id, door="chat", now=just_before)
    assert taken.hold_expires_at is not None
    assert taken.hold_expires_at - just_before >= timedelta(minutes=17)
    confirm(session, taken.id, actor=ActorKind.STAFF, door="test", now=just_before)
    session.expire_all()
    assert where(entry) is WaitStatus.TAKEN


def test_whoever_books_the_same_nights_elsewhere_waits_no_more(session: Session, now: datetime) -> None:
    hotel, _ = sold_out(session, now)
    visitor, entry = waits(session, hotel, now)
    other = a_stay_quote(session, hotel, now=now, arrival=NIGHT + timedelta(days=1), nights=1)
    _, next_night = waits(session, hotel, now)
    booked = hold(session, other, visitor, now=now)
    confirm(session, booked.id, actor=ActorKind.STAFF, door="test", now=now)
    session.expire_all()
    assert where(entry) is WaitStatus.WAITING
    session.execute(
        update(WaitlistEntry)
        .where(WaitlistEntry.id == entry.id)
        .values(first_day=NIGHT, last_day=NIGHT + timedelta(days=2))
    )
    again = hold(
        session, a_stay_quote(session, hotel, now=now, arrival=NIGHT + timedelta(days=2), nights=1), visitor, now=now
    )
    confirm(session, again.id, actor=ActorKind.STAFF, door="test", now=now)
    session.expire_all()
    assert (entry.status, next_night.status) == (WaitStatus.WAITING, WaitStatus.WAITING)


def test_a_closure_lifted_is_offered_too(session: Session, now: datetime) -> None:
    hotel = a_hotel(session, now=now, rooms=1)
    closure = close_rooms(
        session,
        property_id=hotel.property_id,
        room_type_id=hotel.room_type_id,
        nights=StayDates.of(NIGHT, 1),
        reason="paint",
        now=now,
    )
    _, entry = waits(session, hotel, now)
    serve(session, now)
    assert where(entry) is WaitStatus.WAITING
    open_rooms(session, closure.id, now=now)
    serve(session, now)
    assert where(entry) is WaitStatus.OFFERED


def test_what_came_free_while_the_guest_was_reading_is_not_missed(session: Session, now: datetime) -> None:
    hotel, booking = sold_out(session, now)
    free(session, booking, now)
    _, entry = waits(session, hotel, now)
    serve(session, now)
    assert where(entry) is WaitStatus.OFFERED


def test_what_nobody_says_has_come_free_is_found_by_looking_again(session: Session, now: datetime) -> None:
    hotel, booking = sold_out(session, now)
    _, entry = waits(session, hotel, now)
    serve(session, now)
    free(session, booking, now)
    session.execute(delete(WaitlistCall))
    serve(session, now)
    assert where(entry) is WaitStatus.WAITING
    call_everywhere(session, now=now)
    serve(session, now)
    assert where(entry) is WaitStatus.OFFERED


def test_one_place_for_one_wish_and_asking_again_keeps_it(session: Session, now: datetime) -> None:
    hotel, _ = sold_out(session, now)
    visitor, entry = waits(session, hotel, now)
    waits(session, hotel, now)
    changed = WaitWish(hotel.property_id, BookingKind.STAY, NIGHT, NIGHT + timedelta(days=1), adults=1)
    again = join(session, changed, guest_id=visitor.guest_id, conversation_id=visitor.conversation_id, now=now)
    assert (again.id, again.adults, place_in_line(session, again)) == (entry.id, 1, 1)


def test_a_guest_waits_for_five_things_at_most(session: Session, now: datetime) -> None:
    hotel, _ = sold_out(session, now)
    visitor = a_guest(session, hotel, now=now)

    def ask(day: int) -> None:
        wanted = wish(hotel, arrival=NIGHT + timedelta(days=day))
        join(session, wanted, guest_id=visitor.guest_id, conversation_id=visitor.conversation_id, now=now)

    for day in range(5):
        ask(day)
    with pytest.raises(TooManyWaits):
        ask(5)
    assert len(waits_of(session, visitor.guest_id)) == 5


def test_leaving_makes_room_for_the_next_and_gives_an_offer_back(session: Session, now: datetime) -> None:
    hotel, booking = sold_out(session, now)
    _, first = waits(session, hotel, now)
    _, second = waits(session, hotel, now)
    assert place_in_line(session, second) == 2
    leave(session, first.id, actor=ActorKind.GUEST, door="chat", now=now)
    assert place_in_line(session, second) == 1
    free(session, booking, now)
    serve(session, now)
    assert where(second) is WaitStatus.OFFERED
    leave(session, second.id, actor=ActorKind.GUEST, door="chat", now=now)
    session.expire_all()
    assert where(second) is WaitStatus.DECLINED
    assert session.get_one(Booking, second.booking_id).status is BookingStatus.RELEASED


def test_stop_leaves_every_line(session: Session, now: datetime) -> None:
    hotel, _ = sold_out(session, now)
    visitor, entry = waits(session, hotel, now)
    talk = session.get_one(Conversation, visitor.conversation_id)
    identity = put(
        session,
        GuestIdentity(
            account_id=hotel.account_id,
            guest_id=visitor.guest_id,
            channel=Channel.WHATSAPP,
            address=talk.address,
            created_at=now,
        ),
    )
    record_choice(session, identity, opted_out=True, wording="STOP", now=now)
    session.expire_all()
    assert where(entry) is WaitStatus.LEFT


def test_the_erased_and_the_past_are_offered_nothing(session: Session, now: datetime) -> None:
    hotel, booking = sold_out(session, now)
    visitor, erased = waits(session, hotel, now)
    session.get_one(Guest, visitor.guest_id).erased_at = now
    session.flush()
    free(session, booking, now)
    serve(session, now)
    assert where(erased) is WaitStatus.WAITING
    assert end_past(session, now=now) == 1
    _, late = waits(session, hotel, now)
    assert end_past(session, now=now + timedelta(days=60)) == 1
    session.expire_all()
    assert (erased.status, late.status) == (WaitStatus.OVER, WaitStatus.OVER)


def test_an_offer_leaves_what_the_guest_is_paying_for_elsewhere_alone(session: Session, now: datetime) -> None:
    hotel, booking = sold_out(session, now)
    visitor, entry = waits(session, hotel, now)
    elsewhere = hold(
        session, a_stay_quote(session, hotel, now=now, arrival=NIGHT + timedelta(days=9)), visitor, now=now
    )
    free(session, booking, now)
    serve(session, now)
    session.refresh(elsewhere)
    assert (entry.status, elsewhere.status) == (WaitStatus.OFFERED, BookingStatus.HELD)


def test_the_house_may_offer_to_anybody_in_the_line(session: Session, now: datetime) -> None:
    hotel, booking = sold_out(session, now)
    _, first = waits(session, hotel, now)
    _, second = waits(session, hotel, now)
    with pytest.raises(NothingFree), session.begin_nested():
        offer_to(session, second.id, now=now)
    free(session, booking, now)
    offer_to(session, second.id, now=now)
    serve(session, now)
    assert (first.status, second.status) == (WaitStatus.WAITING, WaitStatus.OFFERED)
    assert [entry.id for entry in line_of(session, [hotel.property_id], NIGHT, NIGHT + timedelta(days=1))] == [
        first.id,
        second.id,
    ]
    assert entry_facts(session, second)["hold_until"] is not None


def test_a_table_is_offered_only_within_the_hours_wanted(session: Session, now: datetime) -> None:
    place = a_restaurant(session, now=now, covers=((1, 2),))
    zone_evening = datetime(2026, 12, 24, 14, 30, tzinfo=now.tzinfo)  # eight in India
    booked = hold(
        session,
        a_table_quote(session, place, now=now, starts_at=zone_evening),
        a_guest(session, place, now=now),
        now=now,
    )
    visitor = a_guest(session, place, now=now)
    evening = WaitWish(
        place.property_id, BookingKind.TABLE, NIGHT, NIGHT, adults=2, from_at=time(19, 30), until_at=time(20, 30)
    )
    entry = join(session, evening, guest_id=visitor.guest_id, conversation_id=visitor.conversation_id, now=now)
    serve(session, now)
    assert where(entry) is WaitStatus.WAITING  # half past nine is free, but not what was asked for
    confirm(session, booked.id, actor=ActorKind.STAFF, door="test", now=now)
    free(session, booked, now)
    quote = a_table_quote(session, place, now=now, starts_at=zone_evening)
    with pytest.raises(TablesGone), session.begin_nested():
        hold(session, quote, a_guest(session, place, now=now), now=now)
    serve(session, now)
    assert where(entry) is WaitStatus.OFFERED
    assert session.get_one(Booking, entry.booking_id).starts_at == zone_evening


def test_a_night_given_up_by_a_change_calls_the_line(session: Session, now: datetime) -> None:
    hotel = a_hotel(session, now=now, rooms=1)
    booking = hold(
        session,
        a_stay_quote(session, hotel, now=now, arrival=NIGHT, nights=2),
        a_guest(session, hotel, now=now),
        now=now,
    )
    confirm(session, booking.id, actor=ActorKind.STAFF, door="test", now=now)
    _, entry = waits(session, hotel, now)
    serve(session, now)
    longer = quote_stay_change(session, booking, stay=StayDates.of(NIGHT, 3), now=now)
    change(session, booking.id, quote_id=longer.id, actor=ActorKind.GUEST, door="chat", now=now)
    assert session.scalar(select(WaitlistCall.id)) is None, "nothing came free"
    shorter = quote_stay_change(session, booking, stay=StayDates.of(NIGHT + timedelta(days=1), 2), now=now)
    change(session, booking.id, quote_id=shorter.id, actor=ActorKind.GUEST, door="chat", now=now)
    serve(session, now)
    assert where(entry) is WaitStatus.OFFERED
