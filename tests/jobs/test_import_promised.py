"""A house that moves in brings what it has promised: all of it or none, once, and without a word to anybody."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

import pytest
from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session

from core.availability.nights import counts
from core.guests.identify import conversation_with
from core.history.agreed import agreed_parts
from core.payments.folio import folio_of
from core.pricing.taxes import room_tax
from core.unit_of_work import unit_of_work
from jobs.importing.command import counted, said_of_stays
from jobs.importing.promised import Fate, Outcome, import_promised
from models.booking import Booking, BookingEvent
from models.conversation import Conversation
from models.dates import StayDates
from models.guest import Guest, GuestIdentity
from models.history import BookingOrigin
from models.messaging import Message
from models.money import Money
from models.property import Property
from models.rates import Quote
from models.states import BookingStatus, Channel
from tests.builders.houses import Hotel, a_hotel, an_owner

COLUMNS: Final = (
    "reference",
    "guest",
    "phone",
    "language",
    "room_type",
    "rooms",
    "arrival",
    "departure",
    "adults",
    "children",
    "rate_plan",
    "total",
    "paid",
    "source",
    "wishes",
)


@pytest.fixture
def hotel(engine: Engine, now: datetime) -> Hotel:
    """Three doubles at 4,000 rupees, and an owner with a phone."""
    with unit_of_work(engine) as session:
        hotel = a_hotel(session, now=now)
        an_owner(session, hotel, now=now)
    return hotel


def day(now: datetime, ahead: int) -> str:
    return (now + timedelta(days=ahead)).date().isoformat()


def written(path: Path, now: datetime, *rows: Mapping[str, str]) -> Path:
    """A file of these stays, each the plain one but for what is said."""
    with path.open("w", newline="") as file:
        writer = csv.DictWriter(file, COLUMNS)
        writer.writeheader()
        for number, row in enumerate(rows, start=1):
            plain = {
                "reference": f"OLD-{number}",
                "guest": f"Meera {number}",
                "room_type": "double",
                "arrival": day(now, 10),
                "departure": day(now, 12),
                "adults": "2",
            }
            writer.writerow(plain | dict(row))
    return path


def bring(
    engine: Engine, path: Path, hotel: Hotel, now: datetime, *, keep_going: bool = False, dry_run: bool = False
) -> list[Outcome]:
    return import_promised(engine, path, property_id=hotel.property_id, now=now, keep_going=keep_going, dry_run=dry_run)


def bookings(engine: Engine) -> list[Booking]:
    with Session(engine) as session:
        return list(session.scalars(select(Booking).order_by(Booking.id)))


def nothing_is_there(engine: Engine, hotel: Hotel) -> bool:
    with Session(engine) as session:
        left = [session.scalar(select(func.count()).select_from(of)) for of in (Booking, Guest, Quote, BookingOrigin)]
        return not any(left) and not counts(session, hotel.room_type_id)


def test_a_stay_is_booked_as_agreed_with_its_price_what_was_paid_and_its_old_reference(
    engine: Engine, hotel: Hotel, now: datetime, tmp_path: Path
) -> None:
    row = {
        "reference": "BK-881",
        "phone": "98765 43210",
        "language": "hi",
        "rooms": "2",
        "adults": "4",
        "children": "1",
        "total": "₹15,001",
        "paid": "5000.50",
        "source": "Booking.com",
        "wishes": "Late arrival",
    }
    outcomes = bring(engine, written(tmp_path / "stays.csv", now, row), hotel, now)

    assert outcomes == [Outcome(2, "BK-881", Fate.TAKEN_OVER)]
    with Session(engine) as session:
        booking = session.scalars(select(Booking)).one()
        origin = session.get_one(BookingOrigin, booking.id)
        guest = session.get_one(Guest, booking.guest_id)
        folio = folio_of(session, booking.id)
        kinds = session.scalars(
            select(BookingEvent.kind).where(BookingEvent.booking_id == booking.id).order_by(BookingEvent.id)
        ).all()
        sold = counts(session, hotel.room_type_id)
    assert booking.status is BookingStatus.CONFIRMED
    assert (booking.adults, booking.children, booking.wishes) == (4, 1, "Late arrival")
    assert booking.total_paise == folio.charges == Money.rupees(15_001)
    assert folio.payments == Money(500_050)
    assert (guest.name, guest.phone, guest.language) == ("Meera 1", "+919876543210", "hi")
    assert (origin.reference, origin.source, origin.line["total"]) == ("BK-881", "Booking.com", "₹15,001")
    assert kinds == ["held", "confirmed", "taken_over", "paid_at_desk"]
    assert set(sold.values()) == {(0, 2)}
    assert len(sold) == 2


def test_without_a_total_the_price_is_the_plans(engine: Engine, hotel: Hotel, now: datetime, tmp_path: Path) -> None:
    bring(engine, written(tmp_path / "stays.csv", now, {}, {"rate_plan": "bar"}), hotel, now)

    assert [booking.total_paise for booking in bookings(engine)] == [Money.rupees(8_400)] * 2


def test_nobody_hears_of_it(engine: Engine, hotel: Hotel, now: datetime, tmp_path: Path) -> None:
    row = {"phone": "9876543210", "total": "9000", "paid": "3000"}
    bring(engine, written(tmp_path / "stays.csv", now, row), hotel, now)

    with Session(engine) as session:
        assert session.scalar(select(func.count()).select_from(Message)) == 0


def test_a_guest_who_writes_one_day_is_known_by_the_number(
    engine: Engine, hotel: Hotel, now: datetime, tmp_path: Path
) -> None:
    row = {"phone": "+91 98765-43210"}
    bring(engine, written(tmp_path / "stays.csv", now, row, row), hotel, now)
    with unit_of_work(engine) as session:
        talk = conversation_with(
            session,
            account_id=hotel.account_id,
            line_id=hotel.line_id,
            channel=Channel.WHATSAPP,
            address="whatsapp:+919876543210",
            now=now,
        )
        guest_id = session.get_one(Conversation, talk).guest_id
        assert session.scalars(select(Guest.id)).all() == [guest_id]
        assert session.scalar(select(func.count()).select_from(GuestIdentity)) == 2
    assert {booking.guest_id for booking in bookings(engine)} == {guest_id}


def test_the_same_file_again_imports_nothing_twice(engine: Engine, hotel: Hotel, now: datetime, tmp_path: Path) -> None:
    path = written(tmp_path / "stays.csv", now, {}, {"paid": "100"})
    bring(engine, path, hotel, now)
    again = bring(engine, path, hotel, now)

    assert [outcome.fate for outcome in again] == [Fate.KNOWN, Fate.KNOWN]
    assert len(bookings(engine)) == 2


def test_a_line_that_says_something_else_than_before_is_refused(
    engine: Engine, hotel: Hotel, now: datetime, tmp_path: Path
) -> None:
    bring(engine, written(tmp_path / "stays.csv", now, {}), hotel, now)
    changed = written(tmp_path / "stays.csv", now, {"departure": day(now, 13)}, {})

    assert [outcome.why for outcome in bring(engine, changed, hotel, now)] == [
        "it came before, and said something else then",
        "",
    ]
    assert len(bookings(engine)) == 1


@pytest.mark.parametrize(
    ("cells", "why"),
    [
        ({"room_type": "Palace"}, "there is no room type Palace"),
        ({"rate_plan": "GOLD"}, "there is no rate plan GOLD"),
        ({"reference": ""}, "reference is empty"),
        ({"guest": " "}, "guest is empty"),
        ({"arrival": "soon"}, "arrival is no date: soon (write 2026-12-24 or 24/12/2026)"),
        ({"departure": "2026-11-01"}, "the departure is not after the arrival"),
        ({"arrival": "2026-11-20", "departure": "2026-11-23"}, "the arrival has passed"),
        ({"arrival": "2029-01-01", "departure": "2029-01-02"}, "the house is not on sale that far ahead"),
        ({"rooms": "4", "adults": "4"}, "not enough rooms of that type are free on these nights"),
        ({"adults": "9"}, "more people than the rooms take"),
        ({"adults": "two"}, "adults is no number of at least 1: two"),
        ({"phone": "call him"}, "phone is no telephone number: call him"),
        ({"total": "12.345"}, "total is no amount of rupees: 12.345"),
        ({"total": "NaN"}, "total is no amount of rupees: NaN"),
        ({"total": "100", "paid": "200"}, "more is paid than it costs"),
        ({"language": "fr"}, "language is one of en, hi, hinglish"),
    ],
)
def test_what_cannot_be_is_said_with_its_line_and_nothing_of_the_file_is_done(
    engine: Engine, hotel: Hotel, now: datetime, tmp_path: Path, cells: dict[str, str], why: str
) -> None:
    outcomes = bring(engine, written(tmp_path / "stays.csv", now, {"paid": "10"}, cells, {}), hotel, now)

    assert [(outcome.line, outcome.why) for outcome in outcomes if outcome.fate is Fate.REFUSED] == [(3, why)]
    assert nothing_is_there(engine, hotel)
    words = said_of_stays(counted(outcomes), dry_run=False, keep_going=False)
    assert f"): {why}" in words[0]
    assert words[-2] == "1 of 3 cannot be taken over, so nothing was done."


def test_stays_of_one_file_compete_for_the_last_room(
    engine: Engine, hotel: Hotel, now: datetime, tmp_path: Path
) -> None:
    outcomes = bring(engine, written(tmp_path / "stays.csv", now, {}, {}, {}, {}), hotel, now)

    assert [outcome.fate for outcome in outcomes] == [Fate.TAKEN_OVER] * 3 + [Fate.REFUSED]
    assert nothing_is_there(engine, hotel)


def test_told_to_keep_going_it_leaves_out_only_what_cannot_be(
    engine: Engine, hotel: Hotel, now: datetime, tmp_path: Path
) -> None:
    path = written(tmp_path / "stays.csv", now, {}, {"room_type": "Palace"}, {"adults": "9"}, {})
    outcomes = bring(engine, path, hotel, now, keep_going=True)

    assert [outcome.fate for outcome in outcomes] == [Fate.TAKEN_OVER, Fate.REFUSED, Fate.REFUSED, Fate.TAKEN_OVER]
    assert len(bookings(engine)) == 2
    with Session(engine) as session:
        assert session.scalar(select(func.count()).select_from(Quote)) == 2


@pytest.mark.parametrize("keep_going", [False, True])
def test_a_dry_run_tells_and_does_nothing(
    engine: Engine, hotel: Hotel, now: datetime, tmp_path: Path, *, keep_going: bool
) -> None:
    path = written(tmp_path / "stays.csv", now, {}, {"room_type": "Palace"})
    outcomes = bring(engine, path, hotel, now, keep_going=keep_going, dry_run=True)

    assert [outcome.fate for outcome in outcomes] == [Fate.TAKEN_OVER, Fate.REFUSED]
    assert nothing_is_there(engine, hotel)


def test_a_house_that_approves_every_booking_has_approved_these(
    engine: Engine, hotel: Hotel, now: datetime, tmp_path: Path
) -> None:
    with unit_of_work(engine) as session:
        session.get_one(Property, hotel.property_id).needs_approval = True
    bring(engine, written(tmp_path / "stays.csv", now, {}), hotel, now)

    assert [booking.status for booking in bookings(engine)] == [BookingStatus.CONFIRMED]


@pytest.mark.parametrize("rupees", [1, 999, 8_400, 15_001, 23_624, 23_625, 26_000, 26_550, 30_000])
@pytest.mark.parametrize(("nights", "rooms"), [(1, 1), (3, 1), (3, 2), (7, 5)])
def test_an_agreed_total_is_the_sum_of_its_nights_and_both_halves_of_the_tax(
    now: datetime, rupees: int, nights: int, rooms: int
) -> None:
    stay = StayDates.of(now.date(), nights)
    parts = agreed_parts(stay.nights, rooms, Money.rupees(rupees))

    assert parts["taxable"] + parts["cgst"] + parts["sgst"] == Money.rupees(rupees).paise
    assert sum(line["taxable"] for line in parts["nights"]) == parts["taxable"]
    assert parts["cgst"] == parts["sgst"]
    assert len(parts["nights"]) == nights * rooms
    for line, night in zip(parts["nights"][::rooms], stay.nights, strict=True):
        own = room_tax(Money(line["taxable"]), night)
        assert abs(own.cgst.paise - line["cgst"]) <= 1 or line["tax_percent"] > own.percent
