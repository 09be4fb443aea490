"""Who sits where: room made for a party, walk-ins, moves, promises, late parties, private events, buffers."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from sqlalchemy import select, update
from sqlalchemy.dialects.postgresql import Range
from sqlalchemy.orm import Session

from core.availability.private_events import keep_for_event, lift_event
from core.availability.search import TableSearch, search_tables
from core.bookings.arrive import arrive
from core.bookings.cancel import cancel
from core.bookings.confirm import confirm
from core.bookings.hold_table import table_numbers
from core.bookings.late import release_late
from core.bookings.no_show import undo_no_show
from core.bookings.seating import move_party, pin, walk_in
from core.errors import AlreadySo, BookedThere, TablesGone
from core.pricing.quote import quote_table
from models.booking import Booking, BookingEvent
from models.property import DiningArea, DiningTable, Property
from models.states import ActorKind, BookingStatus
from tests.builders.houses import Tables, a_guest, a_restaurant, a_table_quote, hold, put

EIGHT = datetime.fromisoformat("2026-11-28T20:00:00+05:30")
STAFF = {"door": "desk", "actor_id": 1}


@pytest.fixture
def restaurant(session: Session, now: datetime) -> Tables:
    """Two tables for two and one for four."""
    return a_restaurant(session, now=now)


def booked(session: Session, place: Tables, now: datetime, *, at: datetime = EIGHT, party: int = 2) -> Booking:
    quote = a_table_quote(session, place, now=now, starts_at=at, party_size=party)
    held = hold(session, quote, a_guest(session, place, now=now), now=now)
    return confirm(session, held.id, actor=ActorKind.GUEST, door="chat", now=now)


def an_evening_with_a_gap(session: Session, place: Tables, now: datetime) -> tuple[Booking, Booking]:
    """Two at a small table and two at the large one; the other small table was given back."""
    first, second, third = (booked(session, place, now) for _ in range(3))
    cancel(session, first.id, actor=ActorKind.GUEST, door="chat", now=now)
    return second, third


def events(session: Session, booking: Booking) -> list[str]:
    rows = select(BookingEvent.kind).where(BookingEvent.booking_id == booking.id).order_by(BookingEvent.id)
    return list(session.scalars(rows))


def house_of(session: Session, place: Tables) -> Property:
    return session.get_one(Property, place.property_id)


def test_two_at_the_large_table_make_room_for_four(session: Session, restaurant: Tables, now: datetime) -> None:
    _, at_large = an_evening_with_a_gap(session, restaurant, now)
    assert table_numbers(session, at_large.id) == ["3"]
    four = booked(session, restaurant, now, party=4)
    assert table_numbers(session, four.id) == ["3"]
    assert table_numbers(session, at_large.id) == ["1"]
    assert events(session, at_large) == ["held", "confirmed", "reseated"]


def test_search_offers_what_a_hold_would_find(session: Session, restaurant: Tables, now: datetime) -> None:
    an_evening_with_a_gap(session, restaurant, now)
    search = TableSearch(restaurant.account_id, EIGHT.date(), 4, at=EIGHT.time(), property_id=restaurant.property_id)
    assert EIGHT in [offer.starts_at for offer in search_tables(session, search, now=now)]


def test_a_promised_table_is_not_taken_from_anybody(session: Session, restaurant: Tables, now: datetime) -> None:
    _, at_large = an_evening_with_a_gap(session, restaurant, now)
    pin(session, at_large.id, now=now, **STAFF)  # type: ignore[arg-type] # door and person
    with pytest.raises(TablesGone):
        booked(session, restaurant, now, party=4)


def test_a_seated_party_is_not_moved(session: Session, restaurant: Tables, now: datetime) -> None:
    _, at_large = an_evening_with_a_gap(session, restaurant, now)
    arrive(session, at_large.id, now=EIGHT, **STAFF)  # type: ignore[arg-type] # door and person
    with pytest.raises(TablesGone):
        booked(session, restaurant, now, party=4)


def test_a_walk_in_sits_at_once_and_keeps_the_table(session: Session, restaurant: Tables, now: datetime) -> None:
    house, guest = house_of(session, restaurant), a_guest(session, restaurant, now=now).guest_id
    seated = walk_in(session, house, guest_id=guest, party_size=2, now=EIGHT, **STAFF)  # type: ignore[arg-type] # door and person
    assert (seated.status, table_numbers(session, seated.id)) == (BookingStatus.ARRIVED, ["1"])
    assert seated.ends_at == EIGHT + timedelta(minutes=90)
    with pytest.raises(BookedThere, match=seated.reference):
        walk_in(
            session,
            house,
            guest_id=guest,
            party_size=2,
            now=EIGHT,
            table_ids=[restaurant.table_ids[0]],
            **STAFF,  # type: ignore[arg-type] # door and person
        )


def test_a_walk_in_may_move_who_has_not_come_yet(session: Session, restaurant: Tables, now: datetime) -> None:
    half_past = EIGHT + timedelta(minutes=30)
    later = [booked(session, restaurant, now, at=half_past) for _ in range(3)]
    cancel(session, later[0].id, actor=ActorKind.GUEST, door="chat", now=now)
    guest = a_guest(session, restaurant, now=now).guest_id
    seated = walk_in(session, house_of(session, restaurant), guest_id=guest, party_size=4, now=EIGHT, **STAFF)  # type: ignore[arg-type] # door and person
    assert table_numbers(session, seated.id) == ["3"]
    assert table_numbers(session, later[2].id) == ["1"]


def test_a_party_moved_by_hand_stays_there(session: Session, restaurant: Tables, now: datetime) -> None:
    party = booked(session, restaurant, now)
    large = restaurant.table_ids[2]
    assert move_party(session, party.id, [large], now=now, **STAFF) == ["1"]  # type: ignore[arg-type] # door and person
    with pytest.raises(TablesGone):
        booked(session, restaurant, now, party=4)
    with pytest.raises(AlreadySo):
        move_party(session, party.id, [large], now=now, **STAFF)  # type: ignore[arg-type] # door and person


def test_the_table_is_laid_between_two_parties(session: Session, now: datetime) -> None:
    place = a_restaurant(session, now=now, covers=[(1, 2)])
    session.execute(update(DiningArea).where(DiningArea.id == place.area_id).values(buffer_minutes=30))
    booked(session, place, now)
    with pytest.raises(TablesGone):
        booked(session, place, now, at=EIGHT + timedelta(minutes=90))
    assert booked(session, place, now, at=EIGHT + timedelta(minutes=120)).status is BookingStatus.CONFIRMED


def test_an_area_asked_for_is_the_area_given_and_kept(session: Session, restaurant: Tables, now: datetime) -> None:
    hall = put(session, DiningArea(property_id=restaurant.property_id, name="Hall"))
    put(session, DiningTable(dining_area_id=hall.id, number="H1", min_covers=1, max_covers=2))
    quote = quote_table(
        session,
        account_id=restaurant.account_id,
        property_id=restaurant.property_id,
        starts_at=EIGHT,
        party_size=2,
        now=now,
        area_id=restaurant.area_id,
    )
    first, second = (hold(session, quote, a_guest(session, restaurant, now=now), now=now) for _ in range(2))
    assert table_numbers(session, first.id) + table_numbers(session, second.id) == ["1", "2"]


def test_nobody_else_sits_where_a_private_event_is(session: Session, restaurant: Tables, now: datetime) -> None:
    house = house_of(session, restaurant)
    during = Range(EIGHT, EIGHT + timedelta(hours=3), bounds="[)")
    event = keep_for_event(session, house, area_id=restaurant.area_id, name="Sharma", during=during, now=now)
    with pytest.raises(TablesGone):
        booked(session, restaurant, now)
    with pytest.raises(TablesGone):  # they would still sit when it begins
        booked(session, restaurant, now, at=EIGHT - timedelta(minutes=60))
    with pytest.raises(AlreadySo):
        keep_for_event(session, house, area_id=None, name="Mehta", during=during, now=now)
    lift_event(session, event.id, now=now)
    assert booked(session, restaurant, now).status is BookingStatus.CONFIRMED


def test_an_event_over_a_booked_table_is_refused_with_its_reference(
    session: Session, restaurant: Tables, now: datetime
) -> None:
    party = booked(session, restaurant, now)
    during = Range(EIGHT - timedelta(hours=1), EIGHT + timedelta(hours=1), bounds="[)")
    with pytest.raises(BookedThere) as refused:
        keep_for_event(session, house_of(session, restaurant), area_id=None, name="Sharma", during=during, now=now)
    assert refused.value.facts["references"] == [party.reference]


def test_a_late_party_gives_its_table_up_and_may_come_after_all(
    session: Session, restaurant: Tables, now: datetime
) -> None:
    late, here = booked(session, restaurant, now), booked(session, restaurant, now)
    arrive(session, here.id, now=EIGHT, **STAFF)  # type: ignore[arg-type] # door and person
    assert release_late(session, now=EIGHT + timedelta(minutes=29)) == []
    assert release_late(session, now=EIGHT + timedelta(minutes=30)) == [late.id]
    assert release_late(session, now=EIGHT + timedelta(minutes=31)) == []
    session.refresh(late)
    assert (late.status, table_numbers(session, late.id)) == (BookingStatus.NO_SHOW, [])
    taken = walk_in(
        session,
        house_of(session, restaurant),
        guest_id=a_guest(session, restaurant, now=now).guest_id,
        party_size=2,
        now=EIGHT + timedelta(minutes=32),
        **STAFF,  # type: ignore[arg-type] # door and person
    )
    assert table_numbers(session, taken.id) == ["1"]
    undo_no_show(session, late.id, now=EIGHT + timedelta(minutes=35), **STAFF)  # type: ignore[arg-type] # door and person
    assert table_numbers(session, late.id) == ["3"]


@pytest.mark.parametrize("minutes", [0, 60])
def test_the_house_says_how_long_it_waits(session: Session, restaurant: Tables, now: datetime, minutes: int) -> None:
    house_of(session, restaurant).release_late_minutes = minutes
    booked(session, restaurant, now)
    arrive(session, booked(session, restaurant, now).id, now=EIGHT, **STAFF)  # type: ignore[arg-type] # door and person
    assert release_late(session, now=EIGHT + timedelta(minutes=45)) == []


def test_a_promised_table_waits_for_its_party(session: Session, restaurant: Tables, now: datetime) -> None:
    late = booked(session, restaurant, now)
    pin(session, late.id, now=now, **STAFF)  # type: ignore[arg-type] # door and person
    arrive(session, booked(session, restaurant, now).id, now=EIGHT, **STAFF)  # type: ignore[arg-type] # door and person
    assert release_late(session, now=EIGHT + timedelta(minutes=45)) == []


def test_a_house_that_marks_nobody_as_seated_loses_no_table(
    session: Session, restaurant: Tables, now: datetime
) -> None:
    booked(session, restaurant, now)
    assert release_late(session, now=EIGHT + timedelta(minutes=45)) == []
