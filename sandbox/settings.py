"""Who lives in the sandbox and where the product is: read from the environment, with a fake default."""

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import Any

DEFAULT_PORT = 8001
DEFAULT_PRODUCT_URL = "http://127.0.0.1:8000"
DEFAULT_GUEST = "+919876543210"


@dataclass(frozen=True, slots=True)
class Account:
    """One business with its lines at Twilio, Meta, Telegram and Razorpay."""

    name: str
    twilio_account_sid: str
    twilio_auth_token: str
    whatsapp_number: str
    sms_number: str
    telegram_bot_token: str
    razorpay_key_id: str
    razorpay_key_secret: str
    razorpay_webhook_secret: str
    telegram_webhook_secret: str = ""
    telegram_bot_username: str = "atithi_desk_bot"
    owner_chat_id: int = 0
    owner_name: str = "Owner"
    razorpay_account_id: str = ""
    # A second WhatsApp number, straight from Meta; nobody need use it.
    meta_number: str = ""
    meta_number_id: str = ""
    meta_business_id: str = ""
    meta_token: str = ""
    meta_app_secret: str = ""
    meta_verify_token: str = ""

    @property
    def bot_id(self) -> int:
        """Telegram's number for the bot: the digits before the colon of its token."""
        return int(self.telegram_bot_token.partition(":")[0])


def _fake_account(number: int, name: str, owner_name: str) -> Account:
    """Credentials that fit every provider's pattern and open nothing anywhere."""
    line = f"+141555501{number:02d}" if number == 1 else f"+141555502{number:02d}"
    return Account(
        name=name,
        twilio_account_sid=f"AC{number:032x}",
        twilio_auth_token=f"fa4e{number:028x}",
        whatsapp_number=f"whatsapp:{line}",
        sms_number=line,
        telegram_bot_token=f"71000010{number}:FAKE-bot-token-for-the-sandbox-{number:04d}",
        telegram_webhook_secret=f"fake-telegram-webhook-secret-{number:04d}",
        telegram_bot_username=f"atithi_sandbox_{number}_bot",
        owner_chat_id=710000000 + number,
        owner_name=owner_name,
        razorpay_key_id=f"rzp_test_FakeSandbox{number:04d}",
        razorpay_key_secret=f"fakeSandboxKeySecret{number:04d}",
        razorpay_webhook_secret=f"fake-razorpay-webhook-secret-{number:04d}",
        razorpay_account_id=f"acc_FakeSandbox{number:03d}",
        meta_number=f"+141555503{number:02d}",
        meta_number_id=f"10600000000{number:04d}",
        meta_business_id=f"10200000000{number:04d}",
        meta_token=f"EAAFakeSandboxToken{number:04d}",
        meta_app_secret=f"fa4e{number:028x}",
        meta_verify_token=f"fake-whatsapp-verify-token-{number:04d}",
    )


DEFAULT_ACCOUNTS: tuple[Account, ...] = (
    _fake_account(1, "Marigold Hospitality", "Meera"),
    _fake_account(2, "Palmgrove Stays", "Sheryl"),
)


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything the sandbox must be told before it starts."""

    port: int = DEFAULT_PORT
    product_url: str = DEFAULT_PRODUCT_URL
    product_public_url: str = DEFAULT_PRODUCT_URL
    base_url: str = f"http://127.0.0.1:{DEFAULT_PORT}"
    accounts: tuple[Account, ...] = DEFAULT_ACCOUNTS
    guest: str = DEFAULT_GUEST
    status_delay: float = 0.15
    redelivery_attempts: int = 400
    redelivery_wait: float = 0.25
    policy: Mapping[str, Any] = field(default_factory=dict)

    @property
    def default_account(self) -> Account:
        """The business a script means when it names none."""
        return self.accounts[0]


def _accounts(raw: str) -> tuple[Account, ...]:
    """Read the JSON list of businesses, refusing a misspelt field by its name."""
    known = {one.name for one in fields(Account)}
    found = []
    for entry in json.loads(raw):
        unknown = set(entry) - known
        if unknown:
            message = f"SANDBOX_ACCOUNTS: unknown field {', '.join(sorted(unknown))}"
            raise ValueError(message)
        found.append(Account(**entry))
    if not found:
        message = "SANDBOX_ACCOUNTS must name at least one account"
        raise ValueError(message)
    return tuple(found)


def settings_from_environment(environ: Mapping[str, str] = os.environ, port: int | None = None) -> Settings:
    """Read the settings once, when the process starts."""
    chosen = port or int(environ.get("SANDBOX_PORT") or DEFAULT_PORT)
    product = (environ.get("SANDBOX_PRODUCT_URL") or DEFAULT_PRODUCT_URL).rstrip("/")
    raw_accounts = environ.get("SANDBOX_ACCOUNTS")
    return Settings(
        port=chosen,
        product_url=product,
        product_public_url=(environ.get("SANDBOX_PRODUCT_PUBLIC_URL") or product).rstrip("/"),
        base_url=(environ.get("SANDBOX_BASE_URL") or f"http://127.0.0.1:{chosen}").rstrip("/"),
        accounts=_accounts(raw_accounts) if raw_accounts else DEFAULT_ACCOUNTS,
        guest=environ.get("SANDBOX_GUEST") or DEFAULT_GUEST,
        status_delay=float(environ.get("SANDBOX_STATUS_DELAY") or 0.15),
        redelivery_attempts=int(environ.get("SANDBOX_REDELIVERY_ATTEMPTS") or 400),
        redelivery_wait=float(environ.get("SANDBOX_REDELIVERY_WAIT") or 0.25),
        policy=json.loads(environ.get("SANDBOX_POLICY") or "{}"),
    )
