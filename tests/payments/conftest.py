"""Money with nothing pretended on our side: the official client over HTTP to the sandbox, signed events back to us."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from bot.replies import LANGUAGES, Links, render
from core.clock import SystemClock
from core.payments.ask import ask_for_payment
from core.payments.links import close_links
from core.settings import Settings
from core.unit_of_work import unit_of_work
from jobs.accounts import Given, RazorpayGiven, connect
from jobs.holds import sweep_holds
from jobs.inbox import Inbox
from jobs.payments import Payments
from jobs.web import create_app
from models.booking import Booking
from models.conversation import Conversation
from models.folio import Payment, PaymentLink, Refund
from models.inventory import NightInventory
from models.messaging import InboxEntry, Message
from models.money import Money
from models.states import BookingStatus, InboxState, RefundState
from providers.house import House, open_house
from providers.vault import Vault
from sandbox.app import create_app as create_sandbox
from sandbox.settings import DEFAULT_ACCOUNTS
from sandbox.settings import Settings as SandboxSettings
from tests.builders.houses import Hotel, Visitor, a_guest, a_hotel, a_stay_quote, an_owner, hold
from tests.fixtures.clock import StillClock
from tests.fixtures.database import Database
from tests.fixtures.serving import served
from tests.fixtures.waiting import eventually

KEYS = DEFAULT_ACCOUNTS[0]
SECRET = KEYS.razorpay_webhook_secret


@dataclass(frozen=True, slots=True)
class Bank:
    """The sandbox's Razorpay, and the guest's finger on its payment page."""

    url: str
    product_port: int
    http: httpx.Client

    def post(self, path: str, **body: Any) -> Any:  # noqa: ANN401 - any JSON
        """Do something at the bank."""
        answer = self.http.post(path, json=body)
        assert answer.is_success, answer.text
        return answer.json()

    def pay(self, link: PaymentLink, outcome: str = "paid", **how: Any) -> Any:  # noqa: ANN401 - any JSON
        """The guest tries to pay a link that is open."""
        return self.post(f"/payments/{link.provider_link_id}", outcome=outcome, **how)

    def fault(self, **what: Any) -> None:  # noqa: ANN401 - any JSON
        """Let something go wrong on the way."""
        self.post("/debug/faults", **what)

    def calls(self, match: str, method: str = "POST") -> list[dict[str, Any]]:
        """The calls we made."""
        query = {"provider": "razorpay", "match": match, "method": method}
        found: list[dict[str, Any]] = self.http.get("/debug/calls", params=query).json()
        return found

    def links(self) -> list[dict[str, Any]]:
        """Every link the bank knows."""
        found: list[dict[str, Any]] = self.http.get("/debug/payment_links").json()
        return found

    def refunds(self) -> list[dict[str, Any]]:
        """Every refund the bank knows."""
        found = self.http.get("/v1/refunds", auth=(KEYS.razorpay_key_id, KEYS.razorpay_key_secret)).json()
        items: list[dict[str, Any]] = found["items"]
        return items


@dataclass(frozen=True, slots=True)
class Desk:
    """Our side: the house with its doors and jobs, worked by hand so that every step is seen."""

    house: House
    clock: StillClock
    bank: Bank
    web: httpx.Client
    hotel: Hotel
    payments: Payments
    inbox: Inbox

    def hold(self, *, nights: int = 2, visitor: Visitor | None = None, days_ahead: int = 20) -> Booking:
        """A guest holds a room for which a deposit is due."""
        now = self.clock.now()
        with unit_of_work(self.house.engine) as session:
            guest = visitor or a_guest(session, self.hotel, now=now)
            quote = a_stay_quote(session, self.hotel, now=now, arrival=self.day(days_ahead), nights=nights)
            return hold(session, quote, guest, now=now)

    def day(self, days_ahead: int) -> date:
        """A day some time from now."""
        return self.clock.now().date() + timedelta(days=days_ahead)

    def ask(self, booking: Booking) -> PaymentLink:
        """The guest is asked for money; the gateway has not heard of it yet."""
        with unit_of_work(self.house.engine) as session:
            return ask_for_payment(session, booking.id, now=self.clock.now())

    def open_link(self, booking: Booking) -> PaymentLink:
        """The guest is asked for money and the page behind the link is open."""
        link = self.ask(booking)
        self.work()
        return self.link(link.id)

    def pays(self, booking: Booking) -> PaymentLink:
        """The guest pays at once, and we hear of it."""
        link = self.open_link(booking)
        self.bank.pay(link)
        self.hear(4)
        return self.link(link.id)

    def work(self) -> None:
        """Do every errand that is due."""
        while self.payments.work_next():
            pass

    def hear(self, events: int = 1) -> None:
        """Wait until so many events have arrived in all, and let them take effect."""
        eventually(lambda: self.events() >= events)
        self.take_in()

    def take_in(self) -> None:
        """Work the events that have arrived."""
        while self.inbox.work_next():
            pass

    def reissue(self, booking: Booking) -> PaymentLink:
        """A second link is opened while the first, given up here, can still be paid at the bank."""
        now = self.clock.now()
        with unit_of_work(self.house.engine) as session:
            close_links(session, [booking.id], now=now + timedelta(days=1))
        return self.open_link(booking)

    def speaks(self, booking: Booking, language: str) -> None:
        """The guest's conversation is in this language."""
        with unit_of_work(self.house.engine) as session:
            session.execute(
                update(Conversation).where(Conversation.id == booking.conversation_id).values(language=language)
            )

    def make_dearer(self) -> None:
        """The hotel raises all its prices."""
        with unit_of_work(self.house.engine) as session:
            session.execute(update(NightInventory).values(price_paise=Money.rupees(9_000)))

    def refund_all(self) -> None:
        """Send what is to go back and wait for the bank's word on it."""
        self.work()

        def settled() -> bool:
            self.take_in()
            return all(refund.state in {RefundState.PROCESSED, RefundState.FAILED} for refund in self.refunds())

        eventually(settled)

    def pass_time(self, by: timedelta) -> datetime:
        """Time passes here and at the bank."""
        self.bank.post("/debug/clock", advance=f"PT{int(by.total_seconds())}S")
        return self.clock.advance(by)

    def sweep(self) -> int:
        """End what has lapsed."""
        return sweep_holds(self.house)

    def status(self, booking: Booking) -> BookingStatus:
        """Where the booking stands."""
        with Session(self.house.engine) as session:
            return session.get_one(Booking, booking.id).status

    def link(self, link_id: int) -> PaymentLink:
        """The link as it is now."""
        with Session(self.house.engine) as session:
            return session.get_one(PaymentLink, link_id)

    def all(self, kind: type[Any]) -> list[Any]:
        """Every row of a table."""
        with Session(self.house.engine) as session:
            return list(session.scalars(select(kind).order_by(kind.id)))

    def payments_made(self) -> list[Payment]:
        """Every payment we know."""
        return self.all(Payment)

    def refunds(self) -> list[Refund]:
        """Every refund we know."""
        return self.all(Refund)

    def said(self, reply: str) -> list[Message]:
        """The messages queued under that name."""
        return [message for message in self.all(Message) if message.reply == reply]

    def left_over(self) -> list[InboxEntry]:
        """Events that did not take their effect."""
        return [entry for entry in self.all(InboxEntry) if entry.state is not InboxState.DONE]

    def check_words(self) -> None:
        """Everything that was said can be said, in every language."""
        links = Links(self.house.settings.public_base_url, lambda reference: reference)
        for message in self.all(Message):
            for language in LANGUAGES:
                render(message.reply, message.facts, language=language, links=links, message_id=message.id)

    def ends_in(self, booking: Booking) -> timedelta:
        """How long the hold still lasts."""
        with Session(self.house.engine) as session:
            ends = session.get_one(Booking, booking.id).hold_expires_at
        assert ends is not None
        return ends - self.clock.now()

    @property
    def hold_time(self) -> timedelta:
        """How long a hold lasts here."""
        return timedelta(minutes=20)

    def events(self) -> int:
        """How many events have arrived in all."""
        return len(self.all(InboxEntry))


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port: int = probe.getsockname()[1]
        return port


@pytest.fixture(scope="session")
def running_bank() -> Iterator[Bank]:
    """One sandbox for all tests of a worker."""
    bank_port, product_port = _free_port(), _free_port()
    url, product = f"http://127.0.0.1:{bank_port}", f"http://127.0.0.1:{product_port}"
    settings = SandboxSettings(port=bank_port, base_url=url, product_url=product, product_public_url=product)
    with served(create_sandbox(settings), bank_port) as http:
        yield Bank(url, product_port, http)


@pytest.fixture
def bank(running_bank: Bank) -> Bank:
    """The bank, knowing nothing of earlier tests."""
    running_bank.post("/debug/reset")
    return running_bank


@pytest.fixture
def house(database: Database, bank: Bank, tmp_path: Path) -> Iterator[House]:
    """A house whose clock stands still at the real time, which the bank goes by."""
    settings = Settings(
        atithi_home=tmp_path,
        razorpay_api_base_url=bank.url,
        public_base_url=f"http://127.0.0.1:{bank.product_port}",
    )
    clock = StillClock(SystemClock().now().replace(microsecond=0))
    house = open_house(settings, database.engine, clock=clock)
    yield house
    house.close()


@pytest.fixture
def desk(house: House, bank: Bank) -> Iterator[Desk]:
    """A hotel of two rooms that asks for the whole price, connected to the bank."""
    clock = house.clock
    assert isinstance(clock, StillClock)
    with unit_of_work(house.engine) as session:
        hotel = a_hotel(session, now=clock.now(), rooms=2, price=4_000, deposit_percent=100)
        given = Given(
            razorpay=RazorpayGiven(
                key_id=KEYS.razorpay_key_id, key_secret=KEYS.razorpay_key_secret, webhook_secret=SECRET
            )
        )
        vault = Vault(house.settings.secret("atithi_secret_key"))
        connect(session, hotel.account_id, given, vault, now=clock.now())
        an_owner(session, hotel, now=clock.now())
    with served(create_app(house), bank.product_port) as web:
        desk = Desk(house, clock, bank, web, hotel, Payments(house), Inbox(house))
        yield desk
        desk.check_words()
