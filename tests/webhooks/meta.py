"""The door for WhatsApp as Meta finds it, signed by the recipe in Meta's own words (never by our verifying code)."""

from __future__ import annotations

import hashlib
import hmac
import json
from typing import Any, Final

import httpx

from core.unit_of_work import unit_of_work
from jobs.accounts import Given, WhatsAppCloudGiven, connect
from models.account import Account
from providers.vault import Vault
from tests.webhooks.conftest import Door

SECRET: Final = "fa4e0000000000000000000000000a01"
NEXT_SECRET: Final = "fa4e0000000000000000000000000a02"
OTHER_SECRET: Final = "fa4e0000000000000000000000000aff"
VERIFY: Final = "a-word-chosen-by-the-owner"
NUMBER: Final = "106000000000001"
OTHER_NUMBER: Final = "106000000000002"
PATH: Final = "/webhooks/whatsapp"


def connect_meta(door: Door) -> None:
    """Each of the two accounts has a number at Meta; the first is changing its app secret."""
    vault = Vault(door.house.settings.secret("atithi_secret_key"))
    numbers = {"first": (NUMBER, SECRET, NEXT_SECRET), "other": (OTHER_NUMBER, OTHER_SECRET, "")}
    with unit_of_work(door.house.engine) as session:
        for account in session.query(Account):
            number, secret, following = numbers[account.slug]
            keys = WhatsAppCloudGiven(
                token=f"EAA-{number}",
                phone_number_id=number,
                app_secret=secret,
                app_secret_next=following,
                verify_token=VERIFY,
            )
            connect(session, account.id, Given(whatsapp_cloud=keys), vault, now=door.house.clock.now())


def post(door: Door, posted: object, *, secret: str = SECRET, **headers: str) -> httpx.Response:
    """Post as Meta does: sha256= and the hex HMAC-SHA256 of the raw bytes under the app secret."""
    body = posted if isinstance(posted, bytes) else json.dumps(posted).encode()
    signature = "sha256=" + hmac.new(secret.encode(), msg=body, digestmod=hashlib.sha256).hexdigest()
    signed = {"X-Hub-Signature-256": signature, "Content-Type": "application/json"} | headers
    return door.http.post(PATH, content=body, headers=signed)


def value_of(posted: dict[str, Any]) -> dict[str, Any]:
    """The part that says what happened."""
    found: dict[str, Any] = posted["entry"][0]["changes"][0]["value"]
    return found
