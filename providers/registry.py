"""The one place that knows which provider stands behind which line: adapters are wired from each account's own keys."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from core.clock import Clock
from core.errors import ProviderUnavailable
from core.ports import MessageChannel, PaymentGateway
from core.settings import Settings
from models.account import Credential, Line
from models.base import Json
from models.states import Channel, Provider
from providers.gateways import ONLINE, kind_of
from providers.telegram import Loop, TelegramChannel
from providers.twilio import TwilioChannel, TwilioKeys
from providers.vault import Vault
from providers.whatsapp import MetaKeys, WhatsAppChannel

_FRESH_FOR_S: Final = 30.0


@dataclass(frozen=True, slots=True)
class LineRef:
    """A number or bot of ours, as plain values."""

    id: int
    account_id: int
    provider: Provider
    channel: Channel
    address: str
    settings: Json = field(default_factory=dict)


class _Remembered[Key, Value]:
    """Answers kept for a short while; nothing is kept of what was not found."""

    def __init__(self, look: Callable[[Key], Value | None]) -> None:
        self._look = look
        self._kept: dict[Key, tuple[float, Value]] = {}

    def __call__(self, key: Key) -> Value | None:
        kept = self._kept.get(key)
        if kept is not None and time.monotonic() - kept[0] < _FRESH_FOR_S:
            return kept[1]
        found = self._look(key)
        if found:
            self._kept[key] = (time.monotonic(), found)
        return found


class Registry:
    """Adapters and secrets of every account."""

    def __init__(self, engine: Engine, settings: Settings, clock: Clock) -> None:
        self._engine = engine
        self._settings = settings
        self._clock = clock
        self._vault = Vault(settings.secret("atithi_secret_key"))
        self._making = threading.Lock()
        self._loop: Loop | None = None
        self._gateways: dict[tuple[str, ...], PaymentGateway] = {}
        self._channels: dict[tuple[str, ...], MessageChannel] = {}
        self._keys = _Remembered(self._read_keys)
        self._line_by_id = _Remembered(self._read_line)
        self._line_by_address = _Remembered(self._read_line_at)
        self._line_of = _Remembered(self._read_line_of)
        self._secrets = _Remembered(self._read_secrets)

    def line(self, line_id: int) -> LineRef:
        """The line with this id."""
        found = self._line_by_id(line_id)
        if found is None:
            raise ProviderUnavailable(reason=f"no line {line_id}")
        return found

    def line_at(self, provider: Provider, address: str) -> LineRef | None:
        """The line the provider calls by this address."""
        return self._line_by_address((provider, address))

    def line_of(self, account_id: int, provider: Provider) -> LineRef | None:
        """An account's first line with a provider."""
        return self._line_of((account_id, provider))

    def keys(self, account_id: int, provider: Provider) -> dict[str, str]:
        """An account's keys to a provider, by name; none when it is not connected."""
        return self._keys((account_id, provider)) or {}

    def webhook_secrets(self, provider: Provider) -> tuple[tuple[int, str], ...]:
        """Whose webhook secret is which: (account, secret)."""
        return self.secrets(provider, "webhook_secret")

    def secrets(self, provider: Provider, *names: str) -> tuple[tuple[int, str], ...]:
        """Every account's keys of these names, each with its account."""
        return self._secrets((provider, *names)) or ()

    def channel_for(self, line: LineRef) -> MessageChannel:
        """The adapter that speaks from this line."""
        keys = self.keys(line.account_id, line.provider)
        wanted = (str(line.account_id), line.provider, *sorted(keys.values()))
        with self._making:
            if wanted not in self._channels:
                self._channels[wanted] = self._connect(line, keys)
            return self._channels[wanted]

    def telegram_for(self, line: LineRef) -> TelegramChannel:
        """The bot behind this line."""
        channel = self.channel_for(line)
        if not isinstance(channel, TelegramChannel):
            raise ProviderUnavailable(reason="not a Telegram line")
        return channel

    def gateway_for(self, account_id: int) -> PaymentGateway:
        """Whoever takes money online for this account."""
        for provider in ONLINE:
            if (gateway := self._gateway(account_id, provider)) is not None:
                return gateway
        raise ProviderUnavailable(reason="no gateway is connected")

    def gateway_of(self, account_id: int, provider: Provider) -> PaymentGateway:
        """The gateway a payment came by; money goes back the same way."""
        gateway = self._gateway(account_id, provider)
        if gateway is None:
            raise ProviderUnavailable(reason=f"{provider} is not connected")
        return gateway

    def _gateway(self, account_id: int, provider: Provider) -> PaymentGateway | None:
        kind = kind_of(provider)
        keys = self.keys(account_id, provider) if kind.needs else {}
        if not set(kind.needs) <= keys.keys():
            return None
        wanted = (provider.value, *(keys[name] for name in kind.needs))
        with self._making:
            if wanted not in self._gateways:
                self._gateways[wanted] = kind.make(keys, self._settings)
            return self._gateways[wanted]

    def close(self) -> None:
        """Let go what the adapters hold."""
        for channel in self._channels.values():
            if isinstance(channel, TwilioChannel | WhatsAppChannel | TelegramChannel):
                channel.close()
        if self._loop is not None:
            self._loop.close()

    def _connect(self, line: LineRef, keys: dict[str, str]) -> MessageChannel:
        match line.provider:
            case Provider.TWILIO if {"account_sid", "auth_token"} <= keys.keys():
                twilio = TwilioKeys(
                    account_sid=keys["account_sid"],
                    auth_token=keys["auth_token"],
                    base_url=self._settings.twilio_api_base_url,
                    public_url=self._settings.public_base_url.rstrip("/"),
                )
                return TwilioChannel(twilio, self._engine, line.account_id, self._clock)
            case Provider.META if "token" in keys:
                meta = MetaKeys(
                    token=keys["token"],
                    base_url=self._settings.whatsapp_cloud_api_base_url,
                    business_id=keys.get("business_account_id", ""),
                )
                return WhatsAppChannel(meta, self._engine, line.account_id, self._clock)
            case Provider.TELEGRAM if "bot_token" in keys:
                self._loop = self._loop or Loop()
                return TelegramChannel(keys["bot_token"], self._settings.telegram_api_base_url, self._loop)
            case _:
                raise ProviderUnavailable(reason=f"{line.provider} is not connected")

    def _read_keys(self, whose: tuple[int, Provider]) -> dict[str, str]:
        account_id, provider = whose
        with Session(self._engine) as session:
            rows = session.scalars(
                select(Credential).where(Credential.account_id == account_id, Credential.provider == provider)
            )
            return {row.name: self._vault.open(row.ciphertext) for row in rows}

    def _read_line(self, line_id: int) -> LineRef | None:
        with Session(self._engine) as session:
            return _ref(session.get(Line, line_id))

    def _read_line_at(self, where: tuple[Provider, str]) -> LineRef | None:
        with Session(self._engine) as session:
            return _ref(session.scalar(select(Line).where(Line.provider == where[0], Line.address == where[1])))

    def _read_line_of(self, whose: tuple[int, Provider]) -> LineRef | None:
        wanted = select(Line).where(Line.account_id == whose[0], Line.provider == whose[1]).order_by(Line.id).limit(1)
        with Session(self._engine) as session:
            return _ref(session.scalar(wanted))

    def _read_secrets(self, wanted: tuple[Provider, *tuple[str, ...]]) -> tuple[tuple[int, str], ...]:
        provider, *names = wanted
        with Session(self._engine) as session:
            rows = session.scalars(
                select(Credential)
                .where(Credential.provider == provider, Credential.name.in_(names))
                .order_by(Credential.id)
            )
            return tuple((row.account_id, self._vault.open(row.ciphertext)) for row in rows)


def _ref(line: Line | None) -> LineRef | None:
    if line is None:
        return None
    return LineRef(line.id, line.account_id, line.provider, line.channel, line.address, line.settings)
