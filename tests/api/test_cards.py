"""What a guest gets with a confirmation, opened as a phone would open it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import httpx
import pypdfium2
import pytest
from fastapi import FastAPI
from icalendar import Calendar
from pydantic import SecretStr
from sqlalchemy import select
from sqlalchemy.orm import Session

import api.cards
import api.invoices
from core.availability.search import StaySearch, TableSearch, search_stays, search_tables
from core.bookings.cancel import cancel
from core.bookings.card import sign
from core.bookings.confirm import confirm
from core.bookings.hold import place_hold
from core.payments.ask import ask_for_payment
from core.payments.desk import take_money
from core.payments.invoice import issue_invoice
from core.pricing.quote import quote_stay, quote_table
from core.settings import Settings
from core.unit_of_work import unit_of_work
from jobs.seed import seed_if_empty
from models.account import Account
from models.booking import Booking
from models.dates import StayDates
from models.guest import Guest
from models.invoice import Invoice
from models.property import Property
from models.states import ActorKind, Channel
from providers.embedded import EmbeddedPostgres
from providers.house import open_house
from tests.fixtures.clock import SUNDAY_NOON, StillClock
from tests.fixtures.database import clone
from tests.fixtures.serving import served

SECRET = "a secret of this installation"


@dataclass(frozen=True)
class Desk:
    """A web door over the sample houses, and a way to act in its database."""

    client: httpx.Client
    home: Path
    work: Callable[[], AbstractContextManager[Session]]
    account_id: int

    def page(self, reference: str, what: str = "") -> str:
        return f"/b/{reference}/{sign(reference, SECRET)}{what}"

    def calendar_event(self, reference: str) -> dict[str, Any]:
        answer = self.client.get(self.page(reference, "/calendar.ics"))
        assert answer.status_code == 200
        (event,) = Calendar.from_ical(answer.content).walk("VEVENT")
        return dict(event)


@pytest.fixture(scope="module")
def desk(postgres: EmbeddedPostgres, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    settings = Settings(
        atithi_home=tmp_path_factory.mktemp("home"),
        public_base_url="https://desk.example",
        atithi_secret_key=SecretStr(SECRET),
    )
    with clone(postgres) as database:
        seed_if_empty(database.engine, now=SUNDAY_NOON)
        house = open_house(settings, database.engine, clock=StillClock())
        app = FastAPI()
        app.state.house = house
        app.include_router(api.cards.router)
        app.include_router(api.invoices.router)

        @contextmanager
        def work() -> Iterator[Session]:
            with unit_of_work(database.engine) as session:
                yield session

        with work() as session:
            account_id = session.scalars(select(Account.id).where(Account.slug == "marigold")).one()
        with served(app) as client:
            yield Desk(client, settings.home, work, account_id)
        house.close()


@pytest.fixture
def stay(desk: Desk) -> str:
    """Two nights in Jaipur at Christmas, held and to be paid."""
    with desk.work() as session:
        dates = StayDates(date(2026, 12, 24), date(2026, 12, 26))
        search = StaySearch(
            account_id=desk.account_id, stay=dates, adults=2, city="Jaipur", room_type_name="Deluxe Double"
        )
        offer = search_stays(session, search, now=SUNDAY_NOON)[0]
        quote = quote_stay(
            session,
            account_id=desk.account_id,
            room_type_id=offer.room_type_id,
            rate_plan_id=offer.rate_plan_id,
            stay=dates,
            rooms=1,
            adults=2,
            children=0,
            now=SUNDAY_NOON,
        )
        booking = _held(session, desk, quote.id)
        ask_for_payment(session, booking.id, now=SUNDAY_NOON)
        return booking.reference


@pytest.fixture
def table(desk: Desk) -> str:
    """A table for four tomorrow evening, agreed at once because nothing has to be paid."""
    with desk.work() as session:
        house = session.scalars(select(Property).where(Property.name == "Ghee & Gulal")).one()
        search = TableSearch(
            account_id=desk.account_id, day=date(2026, 11, 23), party_size=4, at=time(20), property_id=house.id
        )
        offer = search_tables(session, search, now=SUNDAY_NOON)[0]
        quote = quote_table(
            session,
            account_id=desk.account_id,
            property_id=house.id,
            starts_at=offer.starts_at,
            party_size=4,
            now=SUNDAY_NOON,
        )
        booking = _held(session, desk, quote.id)
        confirm(session, booking.id, actor=ActorKind.GUEST, door="test", now=SUNDAY_NOON)
        return booking.reference


def _held(session: Session, desk: Desk, quote_id: int) -> Booking:
    guest = Guest(account_id=desk.account_id, name="<b>Asha</b>", phone=None, email=None, created_at=SUNDAY_NOON)
    session.add(guest)
    session.flush()
    return place_hold(
        session,
        quote_id=quote_id,
        guest_id=guest.id,
        conversation_id=None,
        channel=Channel.WHATSAPP,
        door="test",
        now=SUNDAY_NOON,
    )


def _booking(session: Session, reference: str) -> Booking:
    return session.scalars(select(Booking).where(Booking.reference == reference)).one()


@pytest.fixture
def minutes_later(now: datetime) -> datetime:
    return now + timedelta(minutes=5)


def test_a_held_stay_shows_what_is_due_and_until_when(desk: Desk, stay: str) -> None:
    page = desk.client.get(desk.page(stay))

    assert page.status_code == 200
    assert "Kesar Kothi" in page.text
    assert stay in page.text
    assert "Held for you until Sun 22 Nov, 12:" in page.text
    assert 'href="/p/' in page.text
    assert "qr.png" not in page.text, "nothing to show at the desk before it is confirmed"
    assert page.headers["cache-control"] == "private, no-store"


def test_a_confirmed_table_shows_address_map_phone_and_code(desk: Desk, table: str) -> None:
    page = desk.client.get(desk.page(table)).text

    assert "Confirmed" in page
    assert "Ghee &amp; Gulal" in page
    assert "Mon 23 Nov, " in page
    assert "31 Ashok Path" in page
    assert "https://maps.google.com/?q=26.9081,75.8012" in page
    assert 'href="tel:+911410000131"' in page
    assert f'src="{desk.page(table)}/qr.png"' in page
    assert "/p/" not in page


def test_the_page_speaks_the_guests_language(desk: Desk, table: str) -> None:
    with desk.work() as session:
        session.get_one(Guest, _booking(session, table).guest_id).language = "hi"
    try:
        page = desk.client.get(desk.page(table)).text
    finally:
        with desk.work() as session:
            session.get_one(Guest, _booking(session, table).guest_id).language = "en"

    assert "बुकिंग पक्की" in page
    assert '<html lang="hi">' in page


def test_the_calendar_entry_knows_the_zone_of_the_property(desk: Desk, stay: str) -> None:
    event = desk.calendar_event(stay)

    assert event["DTSTART"].dt == datetime(2026, 12, 24, 14, tzinfo=ZoneInfo("Asia/Kolkata"))
    assert event["DTSTART"].params["TZID"] == "Asia/Kolkata"
    assert event["DTEND"].dt == datetime(2026, 12, 26, 11, tzinfo=ZoneInfo("Asia/Kolkata"))
    assert event["LOCATION"] == "Kesar Kothi, 14 Kothi Marg, Bani Park, Jaipur 302016"
    assert stay in event["DESCRIPTION"]
    assert event["STATUS"] == "TENTATIVE"


def test_a_changed_booking_replaces_its_calendar_entry(desk: Desk, table: str, minutes_later: datetime) -> None:
    before = desk.calendar_event(table)
    with desk.work() as session:
        booking_id = _booking(session, table).id
        cancel(session, booking_id, actor=ActorKind.GUEST, door="test", now=minutes_later)
    after = desk.calendar_event(table)

    assert after["UID"] == before["UID"]
    assert after["SEQUENCE"] > before["SEQUENCE"]
    assert (before["STATUS"], after["STATUS"]) == ("CONFIRMED", "CANCELLED")


def test_a_cancelled_booking_offers_no_calendar_no_code_and_no_payment(
    desk: Desk, table: str, minutes_later: datetime
) -> None:
    with desk.work() as session:
        cancel(session, _booking(session, table).id, actor=ActorKind.GUEST, door="test", now=minutes_later)
    page = desk.client.get(desk.page(table)).text

    assert "Cancelled" in page
    assert "calendar.ics" not in page
    assert "qr.png" not in page
    assert "/p/" not in page
    assert "maps.google.com" not in page
    assert "Where" not in page


def test_the_code_is_a_picture_of_the_reference(desk: Desk, table: str) -> None:
    answer = desk.client.get(desk.page(table, "/qr.png"))

    assert answer.headers["content-type"] == "image/png"
    assert answer.content.startswith(b"\x89PNG")
    assert desk.client.head(desk.page(table, "/qr.png")).status_code == 200


@pytest.mark.parametrize("what", ["", "/calendar.ics", "/qr.png"])
def test_a_wrong_signature_and_an_unknown_booking_look_the_same(desk: Desk, table: str, what: str) -> None:
    other = sign("CDFGHJ", SECRET)
    wrong = desk.client.get(f"/b/{table}/{other}{what}")
    unknown = desk.client.get(f"/b/CDFGHJ/{other}{what}")
    forged = desk.client.get(f"/b/{table}/{sign(table, 'a guess')}{what}")
    strange = desk.client.get(f"/b/{table}/%E0%A4%85%00{what}")

    assert [answer.status_code for answer in (wrong, unknown, forged, strange)] == [404] * 4
    assert wrong.text == unknown.text == forged.text == strange.text
    assert table not in wrong.text


def test_pictures_of_the_houses_are_served_and_kept_by_the_phone(desk: Desk) -> None:
    answer = desk.client.get("/pictures/kesar_kothi.jpg")

    assert answer.headers["content-type"] == "image/jpeg"
    assert answer.headers["cache-control"] == "public, max-age=86400"
    assert answer.content.startswith(b"\xff\xd8")


@pytest.mark.parametrize(
    "name", ["..%2F..%2Fseed.py", "%2Fetc%2Fpasswd", "..%5C..%5Cseed.py", "nobody.jpg", ".jpg", "kesar_kothi.jpg%00"]
)
def test_nothing_but_pictures_can_be_reached_under_pictures(desk: Desk, name: str) -> None:
    assert desk.client.get(f"/pictures/{name}").status_code == 404


def test_an_own_picture_comes_before_the_sample_of_the_same_name(desk: Desk) -> None:
    own = desk.home / "pictures" / "teej_terrace.jpg"
    own.parent.mkdir(exist_ok=True)
    own.write_bytes(b"\xff\xd8 ours")

    assert desk.client.get("/pictures/teej_terrace.jpg").content == b"\xff\xd8 ours"


# ------------------------------------------------------------------------------------------------------- the bill


def words_of(pdf: bytes) -> str:
    with pypdfium2.PdfDocument(pdf) as paper:
        return "\n".join(page.get_textpage().get_text_range() for page in paper)


def test_the_bill_is_a_pdf_with_every_tax_and_looking_issues_none(desk: Desk, stay: str) -> None:
    answer = desk.client.get(desk.page(stay, "/invoice.pdf"))
    assert (answer.status_code, answer.headers["content-type"]) == (200, "application/pdf")
    assert answer.headers["cache-control"] == "private, no-store"
    assert f"proforma-{stay}.pdf" in answer.headers["content-disposition"]
    words = words_of(answer.content)
    for wanted in ("Proforma invoice", stay, "996311", "CGST", "SGST", "Rupees"):
        assert wanted in words
    with desk.work() as session:
        assert session.scalars(select(Invoice)).all() == []


def test_a_bill_that_was_written_has_its_number_and_stays_as_it_was(desk: Desk, stay: str) -> None:
    with desk.work() as session:
        booking = session.scalars(select(Booking).where(Booking.reference == stay)).one()
        confirm(session, booking.id, actor=ActorKind.STAFF, door="test", now=SUNDAY_NOON)
        take_money(
            session, booking.id, booking.total_paise, how="cash", key=f"bill-{stay}", door="test", actor_id=None,
            now=SUNDAY_NOON,
        )  # fmt: skip
        number = issue_invoice(session, booking.id, door="test", now=SUNDAY_NOON).number
        total = booking.total_paise
        session.get_one(Property, booking.property_id).name = "Another Name"
    answer = desk.client.get(desk.page(stay, "/invoice.pdf"))
    assert f"{number.replace('/', '-')}.pdf" in answer.headers["content-disposition"]
    words = words_of(answer.content)
    assert "Tax invoice" in words
    assert number in words
    assert f"{total.paise // 100:,}"[-3:] in words
    assert "Another Name" not in words, "what stands on it was kept when it was written"


def test_the_bill_is_only_for_who_has_the_signed_address(desk: Desk, stay: str) -> None:
    good = sign(stay, SECRET)
    wrong = good[:-1] + ("A" if good[-1] != "A" else "B")
    for path in (
        f"/b/{stay}/{wrong}/invoice.pdf",
        f"/b/{stay}/{sign('K7QM9C', SECRET)}/invoice.pdf",
        f"/b/{stay}/{sign(stay, 'another secret')}/invoice.pdf",
        f"/b/{stay}//invoice.pdf",
        f"/b/ZZZZZZ/{sign('ZZZZZZ', SECRET)}/invoice.pdf",
    ):
        assert desk.client.get(path).status_code == 404, path


def test_a_table_that_is_paid_in_the_restaurant_has_no_bill_of_ours(desk: Desk, table: str) -> None:
    assert desk.client.get(desk.page(table, "/invoice.pdf")).status_code == 404
