"""`atithi doctor`: what is well, what is missing to go live, and where to get it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated, Final

import typer
from sqlalchemy import select
from sqlalchemy.exc import OperationalError

from bot.templates import all_templates
from core.messaging.dlt import missing
from core.settings import Settings, load
from core.unit_of_work import engine_for
from jobs.up import ROOT, is_up
from models.account import Line
from models.base import Json
from models.migrate import is_at_head
from models.states import Channel
from providers.embedded import EmbeddedDatabaseError, database_url, server_of
from providers.engine import Engine


class Mark(StrEnum):
    """How a thing stands."""

    WELL = "ok"
    LATER = "--"  # fine at home, needed before strangers are let in
    WRONG = "!!"  # does not work as it is


@dataclass(frozen=True, slots=True)
class Finding:
    """One line of the doctor's report."""

    mark: Mark
    about: str
    advice: str


_PROVIDERS: Final = {
    "Twilio (WhatsApp, SMS)": ("twilio_account_sid", "twilio_auth_token", "twilio_whatsapp_from", "twilio_sms_from"),
    "WhatsApp Cloud API (without Twilio)": (
        "whatsapp_cloud_token",
        "whatsapp_cloud_phone_number_id",
        "whatsapp_cloud_app_secret",
        "whatsapp_cloud_verify_token",
    ),
    "Telegram (owners)": ("telegram_bot_token", "telegram_webhook_secret"),
    "Razorpay (payments)": ("razorpay_key_id", "razorpay_key_secret", "razorpay_webhook_secret"),
}
_ADDRESSES: Final = (
    "twilio_api_base_url",
    "whatsapp_cloud_api_base_url",
    "telegram_api_base_url",
    "razorpay_api_base_url",
)
_SHOWN: Final = 5
_DOORS: Final = {
    "Twilio, when a message comes in": "/webhooks/twilio",
    "Twilio, status callback": "/webhooks/twilio/status",
    "Meta, WhatsApp webhook (field: messages)": "/webhooks/whatsapp",
    "Telegram, setWebhook": "/webhooks/telegram",
    "Razorpay, webhook": "/webhooks/razorpay",
}


def command(
    *,
    settings_table: Annotated[
        bool, typer.Option("--settings-table", help="Print every setting as the table in docs/settings.md.")
    ] = False,
) -> None:
    """Say what is well, what is missing to go live, and where to get it."""
    if settings_table:
        print(table_of_settings(), end="")
        return
    settings = load()
    findings = [*about_database(settings), *about_engine(settings), *about_public(settings), *about_providers(settings)]
    for finding in findings:
        print(f"[{finding.mark}] {finding.about}: {finding.advice}")
    print("\nAddresses to paste at the providers:")
    for where, path in _DOORS.items():
        print(f"     {where}: {settings.public_base_url.rstrip('/')}{path}")
    if any(finding.mark is Mark.WRONG for finding in findings):
        raise typer.Exit(1)


def about_database(settings: Settings) -> Iterator[Finding]:
    """Does it answer, and has it the schema this code expects?"""
    kind = "the one in DATABASE_URL" if settings.database_url else f"embedded, in {server_of(settings).folder}"
    try:
        engine = engine_for(database_url(settings))
        with engine.connect() as connection:
            current = is_at_head(connection)
            wanted = select(Line.address, Line.settings).where(Line.channel == Channel.SMS).order_by(Line.id)
            sms = [(address, dict(known)) for address, known in connection.execute(wanted)] if current else []
        engine.dispose()
    except (OperationalError, EmbeddedDatabaseError) as error:
        yield Finding(Mark.WRONG, "Database", f"{kind}, does not answer: {str(error).splitlines()[0]}")
        return
    if current:
        yield Finding(Mark.WELL, "Database", f"{kind}, at the newest schema")
        yield from about_india(sms)
    else:
        yield Finding(
            Mark.WRONG, "Database", f"{kind}, at an older schema: `atithi migrate` (or `atithi up`) brings it up"
        )
    running = "running" if is_up(settings.home) else "not running (`atithi up` starts it)"
    yield Finding(Mark.WELL, "Atithi", running)


def about_india(lines: Sequence[tuple[str, Json]]) -> Iterator[Finding]:
    """May SMS to India go by the domestic route, and what would be thrown away there?"""
    texts = [f"{body.name}.{body.language}" for body in all_templates()]
    for address, settings in lines:
        about = f"SMS to India from {address}"
        lacking = missing(settings, texts)
        if not settings.get("dlt"):
            advice = "by the international route, under a number that is not yours; for your own header see DLT"
            yield Finding(Mark.LATER, about, f"{advice} in docs/channels.md")
        elif lacking:
            advice = f"{len(lacking)} not registered, which reach nobody there: {', '.join(lacking[:_SHOWN])}"
            yield Finding(Mark.LATER, about, advice + (" …" if len(lacking) > _SHOWN else ""))
        else:
            yield Finding(Mark.WELL, about, f"as {settings['dlt']['header']}, every text registered")


def about_engine(settings: Settings) -> Iterator[Finding]:
    """Has the bot learned its language?"""
    if settings.engine_urls:
        yield Finding(Mark.WELL, "Language engine", f"elsewhere, at {settings.engine_urls}")
    elif Engine(ROOT, settings.home).is_ready():
        yield Finding(Mark.WELL, "Language engine", "installed and trained")
    else:
        yield Finding(Mark.WRONG, "Language engine", "not trained for these files: `atithi train`")


def about_public(settings: Settings) -> Iterator[Finding]:
    """Providers and guests come from outside, over https."""
    if settings.public_base_url.startswith("https://"):
        yield Finding(Mark.WELL, "PUBLIC_BASE_URL", settings.public_base_url)
    else:
        advice = "set it to the https address of this server; providers refuse to call anything else"
        yield Finding(Mark.LATER, "PUBLIC_BASE_URL", f"{settings.public_base_url}: {advice}")
    if settings.atithi_debug:
        yield Finding(Mark.LATER, "ATITHI_DEBUG", "on: anybody may move the clock; unset it before going live")


def about_providers(settings: Settings) -> Iterator[Finding]:
    """Which accounts are connected, and which settings are still to be filled in."""
    for provider, names in _PROVIDERS.items():
        missing = [name for name in names if not _value(settings, name)]
        if not missing:
            yield Finding(Mark.WELL, provider, "connected")
        for name in missing:
            yield Finding(Mark.LATER, provider, f"{name.upper()} is not set. {Settings.model_fields[name].description}")
    for name in _ADDRESSES:
        if value := _value(settings, name):
            yield Finding(Mark.LATER, name.upper(), f"{value}: messages and payments go there, not to the provider")


def table_of_settings() -> str:
    """Every setting with its meaning and what it is when not set, as Markdown."""
    lines = ["| setting | meaning | when not set |", "|---|---|---|"]
    for name, about in Settings.model_fields.items():
        unset = about.get_default(call_default_factory=True, validated_data={})
        shown = "" if str(unset) in {"", "None", "**********"} else f"`{unset}`"
        lines.append(f"| `{name.upper()}` | {about.description} | {shown} |")
    return "\n".join(lines) + "\n"


def _value(settings: Settings, name: str) -> str:
    value = getattr(settings, name)
    return str(value.get_secret_value() if hasattr(value, "get_secret_value") else value)
