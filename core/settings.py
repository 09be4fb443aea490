"""Settings: one typed class that refuses to start half configured and says what is missing and where to get it."""

from __future__ import annotations

import secrets
from functools import cached_property
from pathlib import Path
from typing import Self

from pydantic import Field, SecretStr, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

_EMPTY = SecretStr("")


class Settings(BaseSettings):
    """Everything that differs between installations; each comes from an environment variable of the same name."""

    model_config = SettingsConfigDict(
        env_file=".env",
        env_ignore_empty=True,  # "TWILIO_AUTH_TOKEN=" in a file is a line not filled in yet
        extra="ignore",
        frozen=True,
        ignored_types=(cached_property,),
    )

    atithi_home: Path = Field(Path("var"), description="Where the database, models, logs and generated secrets live.")
    atithi_debug: bool = Field(default=False, description="Opens /debug and the movable clock; never in public.")
    database_url: str = Field("", description="PostgreSQL 15 or newer; empty starts the embedded one.")
    redis_url: str = Field("", description="Not used yet: processes share PostgreSQL alone (docs/decisions/0010).")
    public_base_url: str = Field(
        "http://127.0.0.1:8000", description="The https address under which providers and guests reach this server."
    )
    atithi_web_port: int = Field(8000, description="Port of the web door.")
    atithi_actions_port: int = Field(8002, description="Loopback port of the action endpoint.")
    atithi_rasa_port: int = Field(5005, description="First loopback port of Rasa.")
    atithi_bind: str = Field("127.0.0.1", description="Address the web door listens on.")
    engine_urls: str = Field("", description="Rasa addresses, comma separated, when Rasa runs elsewhere (compose).")
    actions_url: str = Field("", description="The action endpoint as Rasa reaches it, when it is not on loopback.")
    engine_token: SecretStr = Field(_EMPTY, description="Shared by worker, Rasa and action endpoint; made when empty.")

    twilio_account_sid: str = Field("", description="Twilio console, Account Info: starts with AC.")
    twilio_auth_token: SecretStr = Field(_EMPTY, description="Twilio console, Account Info.")
    twilio_auth_token_next: SecretStr = Field(_EMPTY, description="A second token while the first is being replaced.")
    twilio_whatsapp_from: str = Field("", description="Your WhatsApp sender, as whatsapp:+14155550101.")
    twilio_sms_from: str = Field("", description="Your SMS number, as +14155550101.")
    twilio_api_base_url: str = Field("", description="Empty for Twilio itself.")

    whatsapp_cloud_token: SecretStr = Field(
        _EMPTY, description="WhatsApp straight from Meta, without Twilio: a system user's token that does not expire."
    )
    whatsapp_cloud_phone_number_id: str = Field(
        "", description="Meta's App Dashboard, WhatsApp, API Setup: the id of the number (not the number)."
    )
    whatsapp_cloud_business_account_id: str = Field(
        "", description="The WhatsApp Business Account's id, beside the number's: `atithi templates sync` needs it."
    )
    whatsapp_cloud_app_secret: SecretStr = Field(_EMPTY, description="Meta's App Dashboard, App settings, Basic.")
    whatsapp_cloud_app_secret_next: SecretStr = Field(
        _EMPTY, description="A second app secret while the first is being replaced."
    )
    whatsapp_cloud_verify_token: SecretStr = Field(
        _EMPTY, description="Chosen by you; typed in again where Meta asks for the webhook's verify token."
    )
    whatsapp_cloud_api_base_url: str = Field("", description="Empty for Meta itself.")

    telegram_bot_token: SecretStr = Field(_EMPTY, description="From @BotFather, for the owners' chat.")
    telegram_webhook_secret: SecretStr = Field(_EMPTY, description="Any 16 or more letters and digits you choose.")
    telegram_api_base_url: str = Field("", description="Empty for Telegram itself.")

    razorpay_key_id: str = Field("", description="Razorpay dashboard, Account & Settings, API keys.")
    razorpay_key_secret: SecretStr = Field(_EMPTY, description="Shown once beside the key id.")
    razorpay_webhook_secret: SecretStr = Field(_EMPTY, description="Chosen by you when adding the webhook.")
    razorpay_api_base_url: str = Field("", description="Empty for Razorpay itself.")
    razorpay_checkout_url: str = Field(
        "",
        description="https://checkout.razorpay.com/v1/checkout.js to take money on our own page; empty: by link.",
    )

    jwt_secret: SecretStr = Field(_EMPTY, description="Signs sign-ins; made when empty.")
    atithi_secret_key: SecretStr = Field(_EMPTY, description="Encrypts stored provider keys; made when empty.")
    sandbox_url: str = Field("", description="Where /sandbox leads, in a demo.")
    burst_seconds: float = Field(1.0, ge=0, le=30, description="Quiet time after which short messages become one turn.")
    speech_to_text: str = Field(
        "", description="An adapter that writes down voice notes, as `package.module:name`; empty: nobody listens."
    )
    give_up_seconds: int = Field(120, ge=5, description="How long a turn is retried before the guest gets an apology.")

    @model_validator(mode="after")
    def _whole_or_not_at_all(self) -> Self:
        """A provider with half its keys would fail in the middle of a guest's booking."""
        groups = {
            "Twilio": {
                "TWILIO_ACCOUNT_SID": self.twilio_account_sid,
                "TWILIO_AUTH_TOKEN": self.twilio_auth_token.get_secret_value(),
                "TWILIO_WHATSAPP_FROM or TWILIO_SMS_FROM": self.twilio_whatsapp_from or self.twilio_sms_from,
            },
            "WhatsApp Cloud API": {
                "WHATSAPP_CLOUD_TOKEN": self.whatsapp_cloud_token.get_secret_value(),
                "WHATSAPP_CLOUD_PHONE_NUMBER_ID": self.whatsapp_cloud_phone_number_id,
                "WHATSAPP_CLOUD_APP_SECRET": self.whatsapp_cloud_app_secret.get_secret_value(),
                "WHATSAPP_CLOUD_VERIFY_TOKEN": self.whatsapp_cloud_verify_token.get_secret_value(),
            },
            "Telegram": {
                "TELEGRAM_BOT_TOKEN": self.telegram_bot_token.get_secret_value(),
                "TELEGRAM_WEBHOOK_SECRET": self.telegram_webhook_secret.get_secret_value(),
            },
            "Razorpay": {
                "RAZORPAY_KEY_ID": self.razorpay_key_id,
                "RAZORPAY_KEY_SECRET": self.razorpay_key_secret.get_secret_value(),
                "RAZORPAY_WEBHOOK_SECRET": self.razorpay_webhook_secret.get_secret_value(),
            },
        }
        for provider, keys in groups.items():
            missing = [name for name, value in keys.items() if not value]
            if missing and len(missing) < len(keys):
                where = "; ".join(_where_to_get(name) for name in missing)
                message = f"{provider} is half configured: set {', '.join(missing)} ({where}), or none of its settings"
                raise ValueError(message)
        if self.atithi_debug and self.public_base_url.startswith("https://"):
            message = "ATITHI_DEBUG must not be on where PUBLIC_BASE_URL is public: anyone could move the clock"
            raise ValueError(message)
        return self

    @cached_property
    def home(self) -> Path:
        """The folder for everything this installation writes, made when missing."""
        folder = self.atithi_home.absolute()
        folder.mkdir(parents=True, exist_ok=True)
        return folder

    def secret(self, name: str) -> str:
        """`jwt_secret`, `atithi_secret_key` or `engine_token`: as set, else made once and kept in a file of ours."""
        given: SecretStr = getattr(self, name)
        if given.get_secret_value():
            return given.get_secret_value()
        kept = self.home / f"{name}.txt"
        if not kept.exists():
            fresh = kept.with_suffix(f".{secrets.token_hex(4)}")
            fresh.touch(mode=0o600)
            fresh.write_text(secrets.token_urlsafe(32))
            try:
                kept.hardlink_to(fresh)  # the first process wins, the others read what it wrote
            except FileExistsError:
                pass
            finally:
                fresh.unlink()
        return kept.read_text()


def _where_to_get(names: str) -> str:
    fields = Settings.model_fields
    return " or ".join(fields[name.lower()].description or "" for name in names.split(" or "))


def load() -> Settings:
    """The settings of this process."""
    return Settings()
