"""The outbox by hand: every step is ours, the providers are the sandbox over HTTP, with troubles on request."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from core.clock import SystemClock
from core.guests.identify import conversation_with
from core.messaging.outbox import say_to_chat, say_to_guest
from core.settings import Settings
from core.unit_of_work import unit_of_work
from jobs.accounts import Given, TelegramGiven, TwilioGiven, connect
from jobs.outbox import Outbox
from models.account import Account, Line
from models.conversation import Conversation
from models.messaging import Message
from models.states import Channel, MessageState, Purpose
from providers.house import House, open_house
from providers.vault import Vault
from sandbox.app import create_app as create_sandbox
from sandbox.settings import DEFAULT_ACCOUNTS
from sandbox.settings import Settings as SandboxSettings
from tests.fixtures.clock import StillClock
from tests.fixtures.database import Database
from tests.fixtures.serving import served

KEYS = DEFAULT_ACCOUNTS[0]
GUEST = "+919876500011"


@dataclass(frozen=True, slots=True)
class Post:
    """Our outbox and what arrives."""

    house: House
    clock: StillClock
    outbox: Outbox
    sandbox: httpx.Client
    account_id: int
    conversation_id: int

    def say(self, reply: str = "hello_again", *, purpose: Purpose = Purpose.CONVERSATION, **facts: Any) -> int:  # noqa: ANN401 - any plain values
        """Queue a message for the guest."""
        with unit_of_work(self.house.engine) as session:
            queued = say_to_guest(
                session,
                conversation_id=self.conversation_id,
                reply=reply,
                facts=facts,
                now=self.clock.now(),
                purpose=purpose,
            )
        assert queued is not None
        return queued

    def offer(self, count: int, *, title: str = "Room {}", description: str = "₹4,000") -> int:
        """Queue a question with so many choices."""
        options = [
            {"id": f"1.{n}", "title": title.format(n), "description": description, "value": {}, "kind": "stay"}
            for n in range(1, count + 1)
        ]
        with unit_of_work(self.house.engine) as session:
            queued = say_to_guest(
                session,
                conversation_id=self.conversation_id,
                reply="hello_again",
                facts={},
                now=self.clock.now(),
                options=options,
            )
        assert queued is not None
        return queued

    def tell_owner(self, chat: int) -> int:
        """Queue a message for a chat of an owner."""
        with unit_of_work(self.house.engine) as session:
            line = session.scalars(select(Line).where(Line.channel == Channel.TELEGRAM)).one()
            say_to_chat(
                session,
                account_id=self.account_id,
                line_id=line.id,
                address=str(chat),
                reply="owner_stranger",
                facts={},
                now=self.clock.now(),
            )
            return session.scalars(select(Message.id).order_by(Message.id.desc()).limit(1)).one()

    def send_all(self) -> None:
        """Send what is due now."""
        while self.outbox.send_next():
            pass

    def settle(self) -> bool:
        """Ask about one message of unknown fate."""
        return self.outbox.settle_next()

    def arrived(self, person: str = GUEST, side: str = "guests") -> list[dict[str, Any]]:
        """What the person's phone shows."""
        lines: list[dict[str, Any]] = self.sandbox.get(f"/{side}/{person}/messages").json()
        return [line for line in lines if line["direction"] == "out"]

    def trouble(self, **what: Any) -> None:  # noqa: ANN401 - any JSON
        """The next call to a provider goes wrong."""
        assert self.sandbox.post("/debug/faults", json=what).is_success

    def pass_time(self, by: timedelta) -> datetime:
        """Time passes here and there."""
        assert self.sandbox.post("/debug/clock", json={"advance": f"PT{int(by.total_seconds())}S"}).is_success
        return self.clock.advance(by)

    def row(self, message_id: int) -> Message:
        """The message as it is now."""
        with Session(self.house.engine) as session:
            return session.get_one(Message, message_id)

    def state(self, message_id: int) -> MessageState:
        """How far it has got."""
        return self.row(message_id).state

    def change(self, **values: object) -> None:
        """Something about the conversation is otherwise."""
        with unit_of_work(self.house.engine) as session:
            talk = session.get_one(Conversation, self.conversation_id)
            for name, value in values.items():
                setattr(talk, name, value)


@pytest.fixture(scope="session")
def town_sandbox() -> Iterator[tuple[httpx.Client, str]]:
    """One sandbox for all tests of a worker; nobody of ours listens to what it tells."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    url = f"http://127.0.0.1:{port}"
    settings = SandboxSettings(
        port=port, base_url=url, product_url=f"http://127.0.0.1:{port}/nobody", product_public_url=f"{url}/nobody"
    )
    with served(create_sandbox(settings), port) as http:
        yield http, url


@pytest.fixture
def post(database: Database, town_sandbox: tuple[httpx.Client, str], tmp_path: Path) -> Iterator[Post]:
    """A conversation whose guest has just written."""
    http, url = town_sandbox
    assert http.post("/debug/reset").is_success
    settings = Settings(
        atithi_home=tmp_path, twilio_api_base_url=url, telegram_api_base_url=url, public_base_url=f"{url}/nobody"
    )
    clock = StillClock(SystemClock().now().replace(microsecond=0))
    house = open_house(settings, database.engine, clock=clock)
    with unit_of_work(house.engine) as session:
        account_id = _account(session, house)
        line = session.scalars(select(Line).where(Line.channel == Channel.WHATSAPP)).one()
        conversation_id = conversation_with(
            session,
            account_id=account_id,
            line_id=line.id,
            channel=Channel.WHATSAPP,
            address=f"whatsapp:{GUEST}",
            now=clock.now(),
            phone=GUEST,
        )
        session.get_one(Conversation, conversation_id).last_inbound_at = clock.now()
    http.post(f"/guests/{GUEST}/messages", json={"channel": "whatsapp", "text": "Hi"})
    yield Post(house, clock, Outbox(house), http, account_id, conversation_id)
    house.close()


def _account(session: Session, house: House) -> int:
    account = Account(slug="first", name="first", created_at=house.clock.now())
    session.add(account)
    session.flush()
    given = Given(
        twilio=TwilioGiven(
            account_sid=KEYS.twilio_account_sid,
            auth_token=KEYS.twilio_auth_token,
            whatsapp_from=KEYS.whatsapp_number,
            sms_from=KEYS.sms_number,
        ),
        telegram=TelegramGiven(bot_token=KEYS.telegram_bot_token, webhook_secret="a-secret-of-the-bot"),
    )
    connect(session, account.id, given, Vault(house.settings.secret("atithi_secret_key")), now=house.clock.now())
    return account.id
