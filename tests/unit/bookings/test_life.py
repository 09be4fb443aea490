"""The life of a booking, step by step."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from core.availability.nights import counts
from core.bookings.cancel import cancel, cancellation_terms
from core.bookings.confirm import confirm
from core.bookings.expire import expire_due_holds
from core.bookings.facts import booking_facts
from core.bookings.find import bookings_of_guest, by_reference
from core.bookings.release import release_hold
from core.errors import (
    BookingNotFound,
    HoldLapsed,
    MoveNotAllowed,
    NightsNotOnSale,
    PartyTooLarge,
    QuoteLapsed,
    RoomsGone,
    StayInThePast,
    StayTooLong,
    TooManyHolds,
)
from core.payments.ask import ask_for_payment
from core.payments.folio import folio_of
from core.pricing.quote import GOOD_FOR
from models.booking import Booking, BookingEvent
from models.folio import PaymentLink
from models.inventory import NightInventory
from models.messaging import Message
from models.money import NOTHING, Money
from models.property import Property
from models.rates import CancellationPolicy
from models.states import ActorKind, BookingStatus, LinkState
from tests.builders.houses import Hotel, a_guest, a_hotel, a_stay_quote, hold

CHRISTMAS_EVE = date(2026, 12, 24)
NIGHTS = (date(2026, 12, 24), date(2026, 12, 25))
TOTAL = Money.rupees(8_400)


@pytest.fixture
def hotel(session: Session, now: datetime) -> Hotel:
    """Three rooms at 4,000 rupees, nothing to pay in advance."""
    return a_hotel(session, now=now)


def held(session: Session, hotel: Hotel, now: datetime, *, rooms: int = 1) -> Booking:
    """A new guest holds rooms over Christmas."""
    quote = a_stay_quote(session, hotel, now=now, arrival=CHRISTMAS_EVE, rooms=rooms, adults=2 * rooms)
    return hold(session, quote, a_guest(session, hotel, now=now), now=now)


def history(session: Session, booking: Booking) -> list[tuple[str, BookingStatus]]:
    """What happened, in order."""
    events = select(BookingEvent).where(BookingEvent.booking_id == booking.id).order_by(BookingEvent.id)
    return [(event.kind, event.status) for event in session.scalars(events)]


def replies(session: Session) -> list[str]:
    """What was said, in order."""
    return list(session.scalars(select(Message.reply).order_by(Message.id)))


def test_a_hold_takes_its_nights_off_sale_and_a_confirmation_sells_them(
    session: Session, hotel: Hotel, now: datetime
) -> None:
    booking = held(session, hotel, now)
    assert booking.status is BookingStatus.HELD
    assert counts(session, hotel.room_type_id) == dict.fromkeys(NIGHTS, (1, 0))
    confirmed = confirm(session, booking.id, actor=ActorKind.GUEST, door="chat", now=now)
    assert confirmed.status is BookingStatus.CONFIRMED
    assert counts(session, hotel.room_type_id) == dict.fromkeys(NIGHTS, (0, 1))
    assert folio_of(session, booking.id).balance == booking.total_paise == TOTAL
    assert history(session, booking) == [("held", BookingStatus.HELD), ("confirmed", BookingStatus.CONFIRMED)]
    assert replies(session) == ["booking_confirmed"]


def test_several_rooms_are_held_all_or_none(session: Session, hotel: Hotel, now: datetime) -> None:
    held(session, hotel, now, rooms=2)
    with pytest.raises(RoomsGone) as refused:
        held(session, hotel, now, rooms=2)
    assert refused.value.facts["free"] == 1
    assert counts(session, hotel.room_type_id) == dict.fromkeys(NIGHTS, (2, 0))


def test_a_stay_is_refused_for_its_one_full_night(session: Session, now: datetime) -> None:
    hotel = a_hotel(session, now=now, rooms=1)
    only_the_25th = a_stay_quote(session, hotel, now=now, arrival=date(2026, 12, 25), nights=1)
    both = a_stay_quote(session, hotel, now=now, arrival=CHRISTMAS_EVE)
    hold(session, only_the_25th, a_guest(session, hotel, now=now), now=now)
    with pytest.raises(RoomsGone):
        hold(session, both, a_guest(session, hotel, now=now), now=now)
    assert counts(session, hotel.room_type_id) == {date(2026, 12, 25): (1, 0)}


def test_the_day_of_departure_is_free_for_the_next_guest(session: Session, now: datetime) -> None:
    hotel = a_hotel(session, now=now, rooms=1)
    for arrival in (date(2026, 12, 24), date(2026, 12, 26), date(2026, 12, 22)):
        quote = a_stay_quote(session, hotel, now=now, arrival=arrival)
        assert hold(session, quote, a_guest(session, hotel, now=now), now=now).status is BookingStatus.HELD


def test_a_hold_lapses_on_time_and_the_guest_is_told_once(session: Session, hotel: Hotel, now: datetime) -> None:
    booking = held(session, hotel, now)
    assert booking.hold_expires_at == now + timedelta(minutes=20)
    just_before = now + timedelta(minutes=20) - timedelta(seconds=1)
    assert expire_due_holds(session, now=just_before) == []
    assert expire_due_holds(session, now=now + timedelta(minutes=20)) == [booking.id]
    assert expire_due_holds(session, now=now + timedelta(minutes=21)) == []
    assert counts(session, hotel.room_type_id) == {}
    assert replies(session) == ["hold_lapsed"]


def test_a_lapsed_hold_cannot_be_confirmed(session: Session, hotel: Hotel, now: datetime) -> None:
    booking = held(session, hotel, now)
    with pytest.raises(HoldLapsed):
        confirm(session, booking.id, actor=ActorKind.GUEST, door="chat", now=now + timedelta(minutes=20))
    expire_due_holds(session, now=now + timedelta(minutes=20))
    with pytest.raises(HoldLapsed):
        confirm(session, booking.id, actor=ActorKind.STAFF, door="chat", now=now + timedelta(minutes=21))


def test_the_last_room_is_given_on_as_soon_as_its_hold_has_lapsed(session: Session, now: datetime) -> None:
    hotel = a_hotel(session, now=now, rooms=1)
    quote = a_stay_quote(session, hotel, now=now, arrival=CHRISTMAS_EVE)
    first = held(session, hotel, now)
    later = now + timedelta(minutes=20)
    second = hold(session, quote, a_guest(session, hotel, now=later), now=later)
    assert (first.status, second.status) == (BookingStatus.EXPIRED, BookingStatus.HELD)
    assert counts(session, hotel.room_type_id) == dict.fromkeys(NIGHTS, (1, 0))


def test_a_hold_may_be_given_back(session: Session, hotel: Hotel, now: datetime) -> None:
    booking = held(session, hotel, now)
    released = release_hold(session, booking.id, actor=ActorKind.GUEST, door="chat", now=now)
    assert released.status is BookingStatus.RELEASED
    assert counts(session, hotel.room_type_id) == {}
    with pytest.raises(MoveNotAllowed):
        release_hold(session, booking.id, actor=ActorKind.GUEST, door="chat", now=now)


def test_changing_ones_mind_lets_go_of_the_earlier_hold(session: Session, now: datetime) -> None:
    hotel = a_hotel(session, now=now, rooms=1)
    guest = a_guest(session, hotel, now=now)
    first = hold(session, a_stay_quote(session, hotel, now=now, arrival=date(2026, 12, 23)), guest, now=now)
    other = a_stay_quote(session, hotel, now=now, arrival=date(2026, 12, 25))
    second = hold(session, other, guest, now=now)
    assert (first.status, second.status) == (BookingStatus.RELEASED, BookingStatus.HELD)
    assert counts(session, hotel.room_type_id) == {date(2026, 12, day): (1, 0) for day in (25, 26)}


def test_a_guest_cannot_hoard_holds(session: Session, now: datetime) -> None:
    hotel = a_hotel(session, now=now, rooms=9)
    guest = a_guest(session, hotel, now=now)
    for _ in range(3):
        elsewhere = a_guest(session, hotel, now=now).conversation_id
        quote = a_stay_quote(session, hotel, now=now, arrival=CHRISTMAS_EVE)
        hold(session, quote, guest.writing_in(elsewhere), now=now)
    with pytest.raises(TooManyHolds):
        hold(session, a_stay_quote(session, hotel, now=now, arrival=CHRISTMAS_EVE), guest, now=now)


def test_the_price_told_is_the_price_held_until_it_lapses(session: Session, hotel: Hotel, now: datetime) -> None:
    quote = a_stay_quote(session, hotel, now=now, arrival=CHRISTMAS_EVE)
    for night in session.scalars(select(NightInventory).where(NightInventory.room_type_id == hotel.room_type_id)):
        night.price_paise = Money.rupees(9_999)
    session.flush()
    guest = a_guest(session, hotel, now=now)
    assert hold(session, quote, guest, now=now + GOOD_FOR - timedelta(seconds=1)).total_paise == TOTAL
    with pytest.raises(QuoteLapsed):
        hold(session, quote, guest, now=now + GOOD_FOR)


def test_a_guest_who_owes_a_deposit_cannot_confirm_without_paying(session: Session, now: datetime) -> None:
    hotel = a_hotel(session, now=now, deposit_percent=30)
    booking = held(session, hotel, now)
    with pytest.raises(MoveNotAllowed):
        confirm(session, booking.id, actor=ActorKind.GUEST, door="chat", now=now)
    link = ask_for_payment(session, booking.id, now=now)
    assert link.amount_paise == booking.deposit_paise == Money.rupees(2_520)
    assert ask_for_payment(session, booking.id, now=now).id == link.id
    confirm(session, booking.id, actor=ActorKind.STAFF, door="dashboard", now=now)
    assert session.get_one(PaymentLink, link.id).state is LinkState.CANCELLED


def test_a_hold_with_a_link_never_lasts_less_than_the_link_must(session: Session, now: datetime) -> None:
    quick = a_hotel(session, now=now, hold_minutes=5)
    paying = a_hotel(session, now=now, hold_minutes=5, deposit_percent=100)
    assert held(session, quick, now).hold_expires_at == now + timedelta(minutes=5)
    assert held(session, paying, now).hold_expires_at == now + timedelta(minutes=17)


def test_a_request_to_book_takes_the_room_but_waits_for_the_house(session: Session, now: datetime) -> None:
    hotel = a_hotel(session, now=now, rooms=1, needs_approval=True)
    booking = held(session, hotel, now)
    assert booking.status is BookingStatus.PENDING_APPROVAL
    assert counts(session, hotel.room_type_id) == dict.fromkeys(NIGHTS, (1, 0))
    with pytest.raises(MoveNotAllowed):
        confirm(session, booking.id, actor=ActorKind.GUEST, door="chat", now=now)
    assert confirm(session, booking.id, actor=ActorKind.STAFF, door="chat", now=now).status is BookingStatus.CONFIRMED


def test_the_policy_agreed_on_counts_whatever_the_house_changes_later(
    session: Session, hotel: Hotel, now: datetime
) -> None:
    booking = held(session, hotel, now)
    confirm(session, booking.id, actor=ActorKind.GUEST, door="chat", now=now)
    house = session.get_one(Property, hotel.property_id)
    session.get_one(CancellationPolicy, house.cancellation_policy_id).terms = {"tiers": [], "no_show_percent": 100}
    session.flush()
    assert cancellation_terms(session, booking, now=now).percent == 0
    ended = cancel(session, booking.id, actor=ActorKind.GUEST, door="chat", now=now)
    assert (ended.booking.status, ended.kept, ended.refund) == (BookingStatus.CANCELLED, NOTHING, NOTHING)
    assert counts(session, hotel.room_type_id) == {}
    assert folio_of(session, booking.id).balance == NOTHING
    assert replies(session) == ["booking_confirmed", "booking_cancelled"]


def test_cancelling_a_hold_is_letting_it_go(session: Session, hotel: Hotel, now: datetime) -> None:
    booking = held(session, hotel, now)
    ended = cancel(session, booking.id, actor=ActorKind.GUEST, door="chat", now=now)
    assert ended.booking.status is BookingStatus.RELEASED
    assert counts(session, hotel.room_type_id) == {}


@pytest.mark.parametrize(
    ("arrival", "nights", "refusal"),
    [
        (date(2026, 11, 21), 2, StayInThePast),
        (date(2026, 12, 24), 400, StayTooLong),
        (date(2027, 6, 1), 2, NightsNotOnSale),
        (date(2027, 1, 20), 5, NightsNotOnSale),
    ],
    ids=["yesterday", "400 nights", "beyond the horizon", "half beyond the horizon"],
)
def test_stays_that_cannot_be(
    session: Session, hotel: Hotel, now: datetime, arrival: date, nights: int, refusal: type[Exception]
) -> None:
    with pytest.raises(refusal):
        a_stay_quote(session, hotel, now=now, arrival=arrival, nights=nights)


@pytest.mark.parametrize(("adults", "rooms"), [(0, 1), (50, 1), (4, 1), (1, 2), (60, 25)])
def test_people_who_do_not_fit(session: Session, hotel: Hotel, now: datetime, adults: int, rooms: int) -> None:
    with pytest.raises(PartyTooLarge):
        a_stay_quote(session, hotel, now=now, arrival=CHRISTMAS_EVE, adults=adults, rooms=rooms)


def test_at_half_past_midnight_tonight_is_still_yesterdays_date(session: Session, hotel: Hotel) -> None:
    half_past_midnight = datetime.fromisoformat("2026-11-24T00:30:00+05:30")
    tonight = a_stay_quote(session, hotel, now=half_past_midnight, arrival=date(2026, 11, 23), nights=1)
    assert tonight.total_paise == Money.rupees(4_200)
    after_four = half_past_midnight + timedelta(hours=4)
    with pytest.raises(StayInThePast):
        a_stay_quote(session, hotel, now=after_four, arrival=date(2026, 11, 23), nights=1)


def test_a_closed_night_is_not_sold_and_says_so(session: Session, hotel: Hotel, now: datetime) -> None:
    session.get_one(NightInventory, (hotel.room_type_id, CHRISTMAS_EVE)).stop_sell = True
    session.flush()
    with pytest.raises(NightsNotOnSale):
        a_stay_quote(session, hotel, now=now, arrival=CHRISTMAS_EVE)


def test_bookings_are_found_by_those_they_belong_to(session: Session, hotel: Hotel, now: datetime) -> None:
    neighbour = a_hotel(session, now=now)
    booking = held(session, hotel, now)
    typed = f" {booking.reference[:3].lower()}-{booking.reference[3:]} "
    assert by_reference(session, hotel.account_id, typed).id == booking.id
    with pytest.raises(BookingNotFound):
        by_reference(session, neighbour.account_id, booking.reference)
    with pytest.raises(BookingNotFound):
        by_reference(session, hotel.account_id, "HELLO!")
    assert [found.id for found in bookings_of_guest(session, booking.guest_id, now=now)] == [booking.id]
    after = now + timedelta(days=60)
    assert list(bookings_of_guest(session, booking.guest_id, now=after)) == []
    assert [found.id for found in bookings_of_guest(session, booking.guest_id, now=after, include_past=True)]


def test_a_quote_of_another_account_cannot_be_held(session: Session, hotel: Hotel, now: datetime) -> None:
    stranger = a_guest(session, a_hotel(session, now=now), now=now)
    with pytest.raises(BookingNotFound):
        hold(session, a_stay_quote(session, hotel, now=now, arrival=CHRISTMAS_EVE), stranger, now=now)


def test_the_facts_of_a_booking_are_plain_and_local(session: Session, hotel: Hotel, now: datetime) -> None:
    facts = booking_facts(session, held(session, hotel, now))
    assert facts["starts"] == "2026-12-24T14:00+05:30"
    assert facts["hold_until"] == "2026-11-22T12:20+05:30"
    assert facts["policy"]["free_until"] == "2026-12-22T14:00+05:30"
    assert (facts["total"], facts["tax"], facts["balance"], facts["due_now"]) == (840_000, 40_000, 840_000, 0)
    assert (facts["rooms"], facts["room_type"], facts["nights"], facts["meal_plan"]) == (1, "Double", 2, "EP")
