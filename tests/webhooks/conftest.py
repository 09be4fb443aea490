"""The doors as providers find them: over HTTP, with forms signed by the providers' own packages."""

from __future__ import annotations

import hmac
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlencode

import httpx
import pytest
from razorpay.utility import Utility
from sqlalchemy import select
from sqlalchemy.orm import Session
from twilio.request_validator import RequestValidator

from core.settings import Settings
from core.unit_of_work import unit_of_work
from jobs.accounts import Given, RazorpayGiven, TelegramGiven, TwilioGiven, connect
from jobs.web import create_app
from models.account import Account
from models.base import Base
from models.messaging import InboxEntry
from providers.embedded import EmbeddedPostgres
from providers.house import House, open_house
from providers.vault import Vault
from tests.fixtures.clock import StillClock
from tests.fixtures.database import clone
from tests.fixtures.serving import served

PAYLOADS: Final = Path(__file__).resolve().parent.parent / "payloads"
PUBLIC: Final = "https://desk.example.com"
TOKEN: Final = "fa4e0000000000000000000000000001"
NEXT_TOKEN: Final = "fa4e0000000000000000000000000002"
OTHER_TOKEN: Final = "fa4e00000000000000000000000000ff"
BANK_SECRET: Final = "a-secret-for-the-bank-0001"
BOT_SECRET: Final = "a-secret-for-the-bot-0001"


def payload(name: str, **changed: str) -> dict[str, Any]:
    """A recorded payload, with some fields changed."""
    found: dict[str, Any] = json.loads((PAYLOADS / f"{name}.json").read_text())
    return found | changed


@dataclass(frozen=True, slots=True)
class Door:
    """The web door and what lies behind it."""

    http: httpx.Client
    house: House

    def twilio(
        self, params: Mapping[str, str], path: str = "/webhooks/twilio", *, token: str = TOKEN, **headers: str
    ) -> httpx.Response:
        """Post a form as Twilio does, signed with its own package over the public address."""
        signature = RequestValidator(token).compute_signature(PUBLIC + path, dict(params))
        return self.post(path, urlencode(params), **({"X-Twilio-Signature": signature} | headers))

    def post(self, path: str, body: str | bytes, **headers: str) -> httpx.Response:
        """Post a form without any signature but those given."""
        form = {"Content-Type": "application/x-www-form-urlencoded; charset=utf-8"}
        return self.http.post(path, content=body, headers=form | headers)

    def telegram(self, update: object, secret: str | None = BOT_SECRET) -> httpx.Response:
        """Post an update as Telegram does."""
        headers = {} if secret is None else {"X-Telegram-Bot-Api-Secret-Token": secret}
        body = update if isinstance(update, bytes) else json.dumps(update).encode()
        return self.http.post("/webhooks/telegram", content=body, headers=headers)

    def razorpay(self, event: object, event_id: str = "") -> httpx.Response:
        """Post an event as Razorpay does; its own package, which can only check a signature, accepts ours."""
        body = event if isinstance(event, bytes) else json.dumps(event).encode()
        signature = hmac.new(BANK_SECRET.encode(), body, "sha256").hexdigest()
        assert Utility().verify_webhook_signature(body.decode(), signature, BANK_SECRET)
        headers = {"X-Razorpay-Signature": signature, "x-razorpay-event-id": event_id}
        return self.http.post("/webhooks/razorpay", content=body, headers=headers)

    def all[Row: Base](self, kind: type[Row]) -> list[Row]:
        """Every row of a table."""
        with Session(self.house.engine) as session:
            return list(session.scalars(select(kind)))

    def inbox(self) -> list[InboxEntry]:
        """What has been recorded."""
        return self.all(InboxEntry)


@pytest.fixture(scope="session")
def standing_door(postgres: EmbeddedPostgres, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Door]:
    """Two accounts with a number each; the first is changing its token and has a bot."""
    settings = Settings(atithi_home=tmp_path_factory.mktemp("door"), public_base_url=PUBLIC)
    with clone(postgres) as database:
        house = open_house(settings, database.engine, clock=StillClock())
        connect_two(house)
        with served(create_app(house)) as http:
            yield Door(http, house)


@pytest.fixture
def door(standing_door: Door) -> Door:
    """The door, with nothing of earlier tests behind it."""
    with standing_door.house.engine.begin() as connection:
        connection.exec_driver_sql("TRUNCATE inbox_entry, message, turn, conversation, guest_identity, guest CASCADE")
    return standing_door


@pytest.fixture
def clock(door: Door) -> StillClock:
    """The clock the door goes by."""
    assert isinstance(door.house.clock, StillClock)
    return door.house.clock


def connect_two(house: House) -> None:
    vault = Vault(house.settings.secret("atithi_secret_key"))
    first = Given(
        twilio=TwilioGiven(
            account_sid="AC00000000000000000000000000000001",
            auth_token=TOKEN,
            auth_token_next=NEXT_TOKEN,
            whatsapp_from="whatsapp:+14155550101",
            sms_from="+14155550101",
        ),
        telegram=TelegramGiven(bot_token="710000101:FAKE", webhook_secret=BOT_SECRET),
        razorpay=RazorpayGiven(key_id="rzp_test_Fake", key_secret="a-key-secret", webhook_secret=BANK_SECRET),
    )
    other = Given(
        twilio=TwilioGiven(
            account_sid="AC00000000000000000000000000000002", auth_token=OTHER_TOKEN, whatsapp_from="+14155550202"
        )
    )
    now = house.clock.now()
    with unit_of_work(house.engine) as session:
        for slug, given in (("first", first), ("other", other)):
            account = Account(slug=slug, name=slug, created_at=now)
            session.add(account)
            session.flush()
            connect(session, account.id, given, vault, now=now)
