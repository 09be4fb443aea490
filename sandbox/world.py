"""Everything the sandbox remembers, in one place, in memory."""

import secrets
import string
from collections import deque
from dataclasses import dataclass, field
from typing import Annotated, Literal, Protocol

from fastapi import Depends, Request
from pydantic import BaseModel, ConfigDict

from sandbox.clock import Clock
from sandbox.courier import Courier
from sandbox.faults import Faults
from sandbox.lines import Json, Lines
from sandbox.settings import Account, Settings
from sandbox.telegram.memory import Bot

_ALPHANUMERIC = string.ascii_letters + string.digits


def hex_sid(prefix: str) -> str:
    """A fresh identifier in Twilio's form."""
    return prefix + secrets.token_hex(16)


def short_id(prefix: str) -> str:
    """A fresh identifier in Razorpay's form."""
    return f"{prefix}_" + "".join(secrets.choice(_ALPHANUMERIC) for _ in range(14))


class Policy(BaseModel):
    """Habits of the outside world that a test may change while it runs."""

    model_config = ConfigDict(extra="forbid")

    read: Literal["seen", "always", "never"] = "seen"
    window_refusal: Literal["answer", "callback"] = "answer"
    templates_approved: bool = True
    refunds: Literal["processed", "pending", "failed"] = "processed"
    statuses: bool = True


class Clearable(Protocol):
    """Anything that can be forgotten."""

    def clear(self) -> None:
        """Forget it all."""


@dataclass(slots=True)
class Upload:
    """A file someone sent: what a provider would keep on its own servers."""

    content: bytes
    content_type: str
    name: str = ""


@dataclass(slots=True)
class World:
    """The outside world: its clock, its phones, its providers and its weather."""

    settings: Settings
    clock: Clock = field(default_factory=Clock)
    lines: Lines = field(default_factory=Lines)
    faults: Faults = field(default_factory=Faults)
    calls: deque[Json] = field(default_factory=lambda: deque(maxlen=5000))
    call_count: int = 0
    desk_answers: bool | None = None
    uploads: dict[str, Upload] = field(default_factory=dict)
    courier: Courier = field(init=False)
    policy: Policy = field(init=False)
    # Twilio: messages by sid, contents by sid, who has opted out, when each guest last wrote on WhatsApp.
    twilio_messages: dict[str, Json] = field(default_factory=dict)
    twilio_contents: dict[str, Json] = field(default_factory=dict)
    twilio_inbound: dict[str, Json] = field(default_factory=dict)
    opted_out: set[tuple[str, str]] = field(default_factory=set)
    last_inbound: dict[tuple[str, str], float] = field(default_factory=dict)
    # Meta: messages of ours and of guests by their ids.
    meta_messages: dict[str, Json] = field(default_factory=dict)
    meta_inbound: dict[str, Json] = field(default_factory=dict)
    # Templates by (business, name, language), and who goes by a user name there.
    meta_templates: dict[tuple[str, str, str], Json] = field(default_factory=dict)
    hidden: set[str] = field(default_factory=set)
    # Telegram: one bot's memory per token.
    bots: dict[str, Bot] = field(default_factory=dict)
    # Razorpay: entities by id, idempotency keys.
    orders: dict[str, Json] = field(default_factory=dict)
    payment_links: dict[str, Json] = field(default_factory=dict)
    payments: dict[str, Json] = field(default_factory=dict)
    refunds: dict[str, Json] = field(default_factory=dict)
    refund_keys: dict[tuple[str, str], Json] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Hire the courier and read the configured habits."""
        self.courier = Courier(self.faults)
        self.policy = Policy.model_validate(dict(self.settings.policy))

    async def reset(self) -> None:
        """Back to the first morning: no messages, no money, fair weather, real time."""
        await self.courier.stop()
        self.faults.clear()
        self.courier.record.clear()
        memories: tuple[Clearable, ...] = (
            *(self.calls, self.uploads, self.bots),
            *(self.twilio_messages, self.twilio_contents, self.twilio_inbound, self.opted_out, self.last_inbound),
            *(self.meta_messages, self.meta_inbound, self.meta_templates, self.hidden),
            *(self.orders, self.payment_links, self.payments, self.refunds, self.refund_keys),
        )
        for memory in memories:
            memory.clear()
        self.clock.offset *= 0
        self.policy = Policy.model_validate(dict(self.settings.policy))
        self.lines.clear()

    def desk_is(self, *, answering: bool) -> None:
        """Note whether the product answers, and tell the phones when that changes."""
        if answering != self.desk_answers:
            self.desk_answers = answering
            self.lines.announce({"type": "desk", "answering": answering})

    def reachable(self, url: str) -> str:
        """Where a public address of the product is found on this machine."""
        public, local = self.settings.product_public_url, self.settings.product_url
        return local + url.removeprefix(public) if url.startswith(public) else url

    def account_by_number(self, number: str) -> Account | None:
        """Whose line this is, WhatsApp or SMS."""
        for account in self.settings.accounts:
            if number in {account.whatsapp_number, account.sms_number}:
                return account
        return None

    def account_named(self, business: str) -> Account | None:
        """The business by its name, one of its numbers or its bot's token."""
        for account in self.settings.accounts:
            bare = account.whatsapp_number.removeprefix("whatsapp:")
            if business in {account.name, account.whatsapp_number, bare, account.sms_number}:
                return account
            if business and business in {account.meta_number, account.meta_number_id}:
                return account
            if business in {account.telegram_bot_token, account.telegram_bot_username, str(account.bot_id)}:
                return account
        return None


def the_world(request: Request) -> World:
    """Hand the world to a route."""
    world: World = request.app.state.world
    return world


Here = Annotated[World, Depends(the_world)]
