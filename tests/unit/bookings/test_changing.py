"""A booking changes: new for old in one breath, and every rupee accounted for."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from core.availability.nights import counts
from core.bookings.arrive import arrive
from core.bookings.cancel import cancel, cancellation_terms
from core.bookings.change import Changed, change, try_change
from core.bookings.change_quote import quote_stay_change, quote_table_change, rooms_of_quote, with_people
from core.bookings.confirm import confirm
from core.bookings.move import move
from core.errors import (
    BookingNotFound,
    ClosedToArrival,
    HoldLapsed,
    MoveNotAllowed,
    RoomsGone,
    StayInThePast,
    StayTooShort,
    TablesGone,
)
from core.payments.apply import Outcome, apply_payment
from core.payments.ask import ask_for_payment
from core.payments.folio import folio_of
from core.payments.links import live_link
from core.ports import GatewayPayment
from core.pricing.quote import RoomWanted
from models.booking import Booking, BookingEvent
from models.dates import StayDates
from models.folio import Refund
from models.inventory import NightInventory, StayRoom, TableTurn
from models.messaging import Message
from models.money import NOTHING, Money
from models.rates import Quote
from models.states import ActorKind, BookingStatus
from tests.builders.houses import (
    Hotel,
    a_guest,
    a_hotel,
    a_restaurant,
    a_stay_quote,
    a_table_quote,
    an_owner,
    another_type,
    hold,
)

EVE = date(2026, 12, 24)
NIGHT = Money.rupees(4_200)  # four thousand and five per cent of tax


@pytest.fixture
def hotel(session: Session, now: datetime) -> Hotel:
    return a_hotel(session, now=now, rooms=1, deposit_percent=50)


def booked(session: Session, hotel: Hotel, now: datetime, *, arrival: date = EVE, nights: int = 2) -> Booking:
    quote = a_stay_quote(session, hotel, now=now, arrival=arrival, nights=nights)
    booking = hold(session, quote, a_guest(session, hotel, now=now), now=now)
    link = ask_for_payment(session, booking.id, now=now)
    paid = GatewayPayment(
        payment_id=f"pay_{booking.reference}",
        amount=link.amount_paise,
        currency="INR",
        status="captured",
        method="upi",
        captured_at=now,
    )
    outcome = apply_payment(session, account_id=hotel.account_id, payment=paid, now=now, reference=link.reference)
    assert outcome.outcome is Outcome.CONFIRMED
    session.refresh(booking)
    return booking


def do(session: Session, booking: Booking, quote: Quote, now: datetime, actor: ActorKind = ActorKind.GUEST) -> Changed:
    return change(session, booking.id, quote_id=quote.id, actor=actor, door="chat", now=now)


def to_nights(
    session: Session,
    booking: Booking,
    now: datetime,
    nights: int,
    *,
    arrival: date = EVE,
    actor: ActorKind = ActorKind.GUEST,
) -> Changed:
    quote = quote_stay_change(session, booking, stay=StayDates.of(arrival, nights), now=now)
    return do(session, booking, quote, now, actor)


def state_of(session: Session, booking: Booking) -> list[object]:
    """Everything that a change could touch."""
    session.expire_all()
    rooms = session.scalars(select(StayRoom).where(StayRoom.booking_id == booking.id).order_by(StayRoom.id))
    return [
        {column.name: getattr(booking, column.key) for column in Booking.__table__.columns},
        [(room.id, room.room_type_id, room.stay, room.active) for room in rooms],
        folio_of(session, booking.id),
        session.scalars(select(BookingEvent.id).where(BookingEvent.booking_id == booking.id)).all(),
        session.scalars(select(Message.id)).all(),
    ]


def test_one_more_night_costs_its_price_and_what_was_paid_stays_paid(
    session: Session, hotel: Hotel, now: datetime
) -> None:
    booking = booked(session, hotel, now)
    reference = booking.reference
    done = to_nights(session, booking, now, 3)
    assert (done.before_total, done.total) == (NIGHT * 2, NIGHT * 3)
    assert done.to_pay == Money.rupees(2_100), "half of the new night, as the plan asks"
    assert (booking.reference, booking.last_day, booking.status) == (reference, date(2026, 12, 27), "confirmed")
    assert counts(session, hotel.room_type_id) == {EVE + timedelta(days=day): (0, 1) for day in range(3)}
    folio = folio_of(session, booking.id)
    assert (folio.charges, folio.payments, folio.balance) == (NIGHT * 3, NIGHT, NIGHT * 2)
    assert cancellation_terms(session, booking, now=now).back == NIGHT


def test_nights_that_stay_keep_the_price_they_were_promised_for(session: Session, hotel: Hotel, now: datetime) -> None:
    booking = booked(session, hotel, now)
    for night in (EVE, EVE + timedelta(days=1), EVE + timedelta(days=2)):
        session.get_one(NightInventory, (hotel.room_type_id, night)).price_paise = Money.rupees(6_000)
    session.flush()
    assert to_nights(session, booking, now, 3).total == NIGHT * 2 + Money.rupees(6_300)


def test_a_guest_never_competes_with_their_own_booking(session: Session, hotel: Hotel, now: datetime) -> None:
    booking = booked(session, hotel, now)
    to_nights(session, booking, now, 2, arrival=EVE + timedelta(days=1))
    assert counts(session, hotel.room_type_id) == {EVE + timedelta(days=day): (0, 1) for day in (1, 2)}
    with pytest.raises(RoomsGone):
        booked(session, hotel, now, arrival=EVE + timedelta(days=2), nights=1)
    booked(session, hotel, now, nights=1)


def test_when_the_new_nights_are_gone_nothing_has_happened_to_the_old(
    session: Session, hotel: Hotel, now: datetime
) -> None:
    booking = booked(session, hotel, now)
    booked(session, hotel, now, arrival=EVE + timedelta(days=2))
    quote = quote_stay_change(session, booking, stay=StayDates.of(EVE, 3), now=now)
    before, sold = state_of(session, booking), counts(session, hotel.room_type_id)
    with pytest.raises(RoomsGone), session.begin_nested():
        do(session, booking, quote, now)
    assert state_of(session, booking) == before
    assert counts(session, hotel.room_type_id) == sold


def test_looking_what_a_change_would_mean_changes_nothing(session: Session, hotel: Hotel, now: datetime) -> None:
    booking = booked(session, hotel, now)
    quote = quote_stay_change(session, booking, stay=StayDates.of(EVE, 3), now=now)
    before = state_of(session, booking)
    told = try_change(session, booking.id, quote_id=quote.id, actor=ActorKind.GUEST, now=now)
    assert told.to_pay == Money.rupees(2_100)
    assert state_of(session, booking) == before
    assert do(session, booking, quote, now).to_pay == told.to_pay


def test_the_same_change_asked_for_twice_happens_once(session: Session, hotel: Hotel, now: datetime) -> None:
    booking = booked(session, hotel, now)
    quote = quote_stay_change(session, booking, stay=StayDates.of(EVE, 3), now=now)
    first = do(session, booking, quote, now)
    after = state_of(session, booking)
    again = do(session, booking, quote, now + timedelta(hours=2))
    assert (again.before_total, again.total, again.to_pay) == (first.before_total, first.total, first.to_pay)
    assert state_of(session, booking) == after


def test_fewer_nights_while_cancelling_is_free_bring_money_back(session: Session, hotel: Hotel, now: datetime) -> None:
    booking = booked(session, hotel, now, nights=3)
    done = to_nights(session, booking, now, 1)
    assert (done.total, done.refund, done.kept, done.to_pay) == (NIGHT, Money.rupees(2_100), NOTHING, NOTHING)
    assert folio_of(session, booking.id).charges == NIGHT
    assert session.scalars(select(Refund.amount_paise)).all() == [Money.rupees(2_100)]


def test_nights_given_up_late_cost_what_the_policy_says(session: Session, hotel: Hotel, now: datetime) -> None:
    """One night of two is given up a day and a half before: half of it is kept, as for cancelling it."""
    booking = booked(session, hotel, now)
    late = booking.starts_at - timedelta(hours=36)
    done = to_nights(session, booking, late, 1)
    assert (done.kept, done.refund) == (Money.rupees(2_100), NOTHING)
    assert folio_of(session, booking.id).charges == NIGHT + Money.rupees(2_100)


def test_moving_away_from_days_that_cost_and_cancelling_then_is_no_way_around_the_policy(
    session: Session, hotel: Hotel, now: datetime
) -> None:
    booking = booked(session, hotel, now)
    late = booking.starts_at - timedelta(hours=36)
    done = to_nights(session, booking, late, 2, arrival=EVE + timedelta(days=20))
    assert done.kept == NIGHT, "half of both nights"
    ended = cancel(session, booking.id, actor=ActorKind.GUEST, door="chat", now=late)
    assert (ended.kept, ended.refund) == (NIGHT, NOTHING)


def test_the_house_may_forgo_what_the_policy_keeps(session: Session, hotel: Hotel, now: datetime) -> None:
    booking = booked(session, hotel, now, nights=3)
    late = booking.starts_at - timedelta(hours=36)
    quote = quote_stay_change(session, booking, stay=StayDates.of(EVE, 1), now=late)
    done = change(
        session, booking.id, quote_id=quote.id, actor=ActorKind.STAFF, actor_id=7, door="telegram", now=late, waive=True
    )
    assert (done.kept, done.refund) == (NOTHING, Money.rupees(2_100))
    event = session.scalars(select(BookingEvent).where(BookingEvent.kind == "changed")).one()
    assert (event.actor_id, event.facts["waived"]) == (7, Money.rupees(4_200).paise)


def test_more_people_are_priced_and_seated_in_the_same_room(session: Session, hotel: Hotel, now: datetime) -> None:
    booking = booked(session, hotel, now)
    rooms = with_people(rooms_of_quote(session.get_one(Quote, booking.quote_id)), 3, 1)
    done = do(session, booking, quote_stay_change(session, booking, rooms=rooms, now=now), now)
    assert done.total == Money(round(5_500 * 2 * 1.05) * 100)
    assert (booking.adults, booking.children, booking.party_size) == (3, 1, 4)


def test_an_upgrade_takes_the_other_type_and_gives_the_first_back(
    session: Session, hotel: Hotel, now: datetime
) -> None:
    suite = another_type(session, hotel, now=now, rooms=1)
    booking = booked(session, hotel, now)
    wanted = [RoomWanted(suite, hotel.bar_id, 2)]
    done = do(session, booking, quote_stay_change(session, booking, rooms=wanted, now=now), now)
    assert done.kept == NOTHING, "a better room gives nothing up"
    assert counts(session, hotel.room_type_id) == {}
    assert set(counts(session, suite).values()) == {(0, 1)}
    session.expire_all()


def test_a_free_upgrade_keeps_the_price_and_is_written_down(session: Session, hotel: Hotel, now: datetime) -> None:
    suite = another_type(session, hotel, now=now, rooms=1)
    booking = booked(session, hotel, now)
    quote = quote_stay_change(session, booking, rooms=[RoomWanted(suite, hotel.bar_id, 2)], free=True, now=now)
    done = do(session, booking, quote, now, ActorKind.STAFF)
    assert (done.total, done.to_pay) == (done.before_total, NOTHING)
    event = session.scalars(select(BookingEvent).where(BookingEvent.kind == "changed")).one()
    assert event.facts["free"] is True
    assert event.facts["after"]["rooms_by_type"] == "1 × Suite"


def test_a_held_booking_changes_its_deposit_and_its_link(session: Session, hotel: Hotel, now: datetime) -> None:
    quote = a_stay_quote(session, hotel, now=now, arrival=EVE, nights=2)
    booking = hold(session, quote, a_guest(session, hotel, now=now), now=now)
    link = ask_for_payment(session, booking.id, now=now)
    done = to_nights(session, booking, now, 1)
    assert (booking.status, done.to_pay) == (BookingStatus.HELD, Money.rupees(2_100))
    assert live_link(session, booking.id) is None, "the link for the old sum takes no money any more"
    fresh = ask_for_payment(session, booking.id, now=now)
    assert (fresh.id != link.id, fresh.amount_paise) == (True, Money.rupees(2_100))
    assert counts(session, hotel.room_type_id) == {EVE: (1, 0)}
    assert folio_of(session, booking.id).charges == NOTHING


def test_a_hold_that_has_lapsed_is_changed_no_more(session: Session, hotel: Hotel, now: datetime) -> None:
    booking = hold(
        session, a_stay_quote(session, hotel, now=now, arrival=EVE), a_guest(session, hotel, now=now), now=now
    )
    assert booking.hold_expires_at is not None
    late = booking.hold_expires_at
    quote = quote_stay_change(session, booking, stay=StayDates.of(EVE, 1), now=late)
    with pytest.raises(HoldLapsed):
        do(session, booking, quote, late)


def test_what_is_over_is_changed_no_more(session: Session, hotel: Hotel, now: datetime) -> None:
    booking = booked(session, hotel, now)
    quote = quote_stay_change(session, booking, stay=StayDates.of(EVE, 1), now=now)
    cancel(session, booking.id, actor=ActorKind.GUEST, door="chat", now=now)
    with pytest.raises(MoveNotAllowed):
        do(session, booking, quote, now)


def test_the_price_of_another_house_changes_nothing_here(session: Session, hotel: Hotel, now: datetime) -> None:
    booking = booked(session, hotel, now)
    elsewhere = a_stay_quote(session, a_hotel(session, now=now), now=now, arrival=EVE)
    with pytest.raises(BookingNotFound):
        do(session, booking, elsewhere, now)


def test_rules_of_the_house_bind_guests_and_only_where_something_changes(
    session: Session, hotel: Hotel, now: datetime
) -> None:
    booking = booked(session, hotel, now)
    row = session.get_one(NightInventory, (hotel.room_type_id, EVE))
    row.minimum_stay, row.closed_to_arrival = 2, True
    session.flush()
    with pytest.raises(StayTooShort) as refused, session.begin_nested():
        to_nights(session, booking, now, 1)
    assert (refused.value.facts["night"], refused.value.facts["least"]) == ("2026-12-24", 2)
    to_nights(session, booking, now, 3)
    to_nights(session, booking, now, 2, arrival=EVE + timedelta(days=1))
    with pytest.raises(ClosedToArrival), session.begin_nested():
        to_nights(session, booking, now, 2)
    to_nights(session, booking, now, 1, actor=ActorKind.STAFF)


def test_guests_who_are_here_stay_longer_in_their_room_or_leave_early(
    session: Session, hotel: Hotel, now: datetime
) -> None:
    booking = booked(session, hotel, now)
    here = booking.starts_at + timedelta(hours=2)
    arrive(session, booking.id, door="telegram", now=here, actor_id=None)
    room = session.scalars(select(StayRoom.room_id).where(StayRoom.booking_id == booking.id)).one()
    assert room is not None
    to_nights(session, booking, here, 3, actor=ActorKind.STAFF)
    rows = session.scalars(select(StayRoom).where(StayRoom.booking_id == booking.id)).all()
    assert [(row.room_id, StayDates.from_range(row.stay).length) for row in rows] == [(room, 3)]
    done = to_nights(session, booking, here, 1, actor=ActorKind.STAFF)
    assert done.kept == NIGHT, "a night given up once the stay has begun is kept as far as it was paid"
    with pytest.raises(StayInThePast):
        to_nights(session, booking, here, 1, arrival=EVE + timedelta(days=5), actor=ActorKind.STAFF)


def test_both_sides_hear_of_it_once(session: Session, hotel: Hotel, now: datetime) -> None:
    an_owner(session, hotel, now=now)
    booking = booked(session, hotel, now)
    to_nights(session, booking, now, 3)
    said = session.scalars(select(Message.reply).where(Message.reply.contains("changed"))).all()
    assert sorted(said) == ["booking_changed", "owner_booking_changed"]


def test_who_has_paid_the_difference_is_told_that_it_came(session: Session, hotel: Hotel, now: datetime) -> None:
    booking = booked(session, hotel, now)
    done = to_nights(session, booking, now, 3)
    link = ask_for_payment(session, booking.id, now=now, amount=done.to_pay)
    paid = GatewayPayment(
        payment_id="pay_of_the_difference",
        amount=link.amount_paise,
        currency="INR",
        status="captured",
        method="upi",
        captured_at=now,
    )
    for _told_twice in range(2):
        apply_payment(session, account_id=hotel.account_id, payment=paid, now=now, reference=link.reference)
    received = session.scalars(select(Message.facts).where(Message.reply == "payment_received")).all()
    assert [(facts["amount"], facts["balance"]) for facts in received] == [
        (Money.rupees(2_100).paise, (NIGHT * 2 - Money.rupees(2_100)).paise)
    ]


def test_a_table_moves_to_another_hour_beside_its_own_turn(session: Session, now: datetime) -> None:
    house = a_restaurant(session, now=now, covers=((1, 2),))
    at = datetime.fromisoformat("2026-12-24T20:00:00+05:30")
    booking = hold(
        session, a_table_quote(session, house, now=now, starts_at=at), a_guest(session, house, now=now), now=now
    )
    confirm(session, booking.id, actor=ActorKind.GUEST, door="chat", now=now)
    later = quote_table_change(session, booking, starts_at=at + timedelta(minutes=30), now=now)
    do(session, booking, later, now)
    turns = session.scalars(select(TableTurn).where(TableTurn.booking_id == booking.id)).all()
    assert [turn.during.lower for turn in turns] == [at + timedelta(minutes=30)]
    assert booking.starts_at == at + timedelta(minutes=30)


def test_a_table_for_more_than_there_is_leaves_the_old_one(session: Session, now: datetime) -> None:
    house = a_restaurant(session, now=now, covers=((1, 2), (2, 4)))
    at = datetime.fromisoformat("2026-12-24T20:00:00+05:30")
    first, second = (
        hold(
            session,
            a_table_quote(session, house, now=now, starts_at=at, party_size=party),
            a_guest(session, house, now=now),
            now=now,
        )
        for party in (2, 4)
    )
    quote = quote_table_change(session, first, party_size=3, now=now)
    with pytest.raises(TablesGone), session.begin_nested():
        do(session, first, quote, now)
    move(session, second.id, BookingStatus.RELEASED, now=now)
    assert first.party_size == 2


def test_what_is_due_now_is_not_told_as_still_to_pay_at_the_hotel(
    session: Session, hotel: Hotel, now: datetime
) -> None:
    booking = booked(session, hotel, now)
    done = to_nights(session, booking, now, 3)
    said = session.scalars(select(Message).where(Message.reply == "booking_changed")).one()
    assert done.to_pay > NOTHING
    assert said.facts["rest"] == folio_of(session, booking.id).balance.paise - done.to_pay.paise


def test_a_change_takes_what_a_lapsed_hold_nobody_swept_still_keeps(
    session: Session, hotel: Hotel, now: datetime
) -> None:
    mine = booked(session, hotel, now, nights=1)
    others = hold(
        session,
        a_stay_quote(session, hotel, now=now, arrival=EVE + timedelta(days=1), nights=1),
        a_guest(session, hotel, now=now),
        now=now,
    )
    assert others.hold_expires_at is not None
    with pytest.raises(RoomsGone), session.begin_nested():
        to_nights(session, mine, now, 2)
    later = others.hold_expires_at
    to_nights(session, mine, later, 2)
    session.refresh(others)
    assert (others.status, mine.last_day) == (BookingStatus.EXPIRED, EVE + timedelta(days=2))
    assert counts(session, hotel.room_type_id) == {EVE: (0, 1), EVE + timedelta(days=1): (0, 1)}
    assert session.scalar(select(Message.id).where(Message.reply == "hold_lapsed")) is not None


def test_a_hold_that_is_changed_has_time_to_be_paid_again(session: Session, hotel: Hotel, now: datetime) -> None:
    booking = hold(
        session, a_stay_quote(session, hotel, now=now, arrival=EVE, nights=2), a_guest(session, hotel, now=now), now=now
    )
    assert booking.hold_expires_at is not None
    nearly = booking.hold_expires_at - timedelta(minutes=1)
    to_nights(session, booking, nearly, 1)
    assert booking.hold_expires_at >= nearly + timedelta(minutes=15)
    cards = session.scalars(select(Message.reply).where(Message.reply == "owner_booking_changed")).all()
    assert cards == [], "the house hears of a booking when it is one"
