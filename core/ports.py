"""What the house needs from the outside world; adapters in providers/ fill these shapes."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from models.money import NOTHING, Money
from models.states import Provider


@dataclass(frozen=True, slots=True)
class Option:
    """Something the guest may tap or answer by its number."""

    id: str
    title: str
    description: str = ""


@dataclass(frozen=True, slots=True)
class Place:
    """Where something is."""

    lat: float
    lon: float
    name: str
    address: str


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A rendered message, ready for a channel; the adapter degrades what its channel cannot show.

    `message_id` comes back in status callbacks. `template` is set only when the 24-hour window is shut: the provider's
    own id of an approved template, filled with `variables`; `text` is then what it says. `note` is for plain phones.
    """

    message_id: int
    sender: str
    recipient: str
    text: str
    options: tuple[Option, ...] = ()
    list_title: str = ""
    media_url: str | None = None
    place: Place | None = None
    template: str | None = None
    template_language: str = "en"
    variables: tuple[str, ...] = ()
    note: str = ""


@dataclass(frozen=True, slots=True)
class TemplateBody:
    """A text to be approved for use outside the 24-hour window, in one language; `{{1}}` is the first variable."""

    name: str
    language: str
    text: str
    samples: tuple[str, ...]
    buttons: tuple[str, ...] = ()
    category: str = "UTILITY"


@dataclass(frozen=True, slots=True)
class Sent:
    """The provider took it, under this id."""

    provider_id: str
    segments: int | None = None


class MessageChannel(Protocol):
    """Carries one message to one person.

    Raises (from core.errors): ProviderUnavailable, ProviderUnknown, ProviderRefused(provider_code=…).
    """

    def send(self, message: Outgoing) -> Sent:
        """Send it once."""
        ...

    def find(self, message: Outgoing, *, since: datetime, besides: Collection[str] = ()) -> Sent | None:
        """Whether the provider already has it, after an answer was lost; `besides` are ids of other messages."""
        ...


class SpeechToText(Protocol):
    """Writes down what somebody says in a voice note. Raises the ProviderError family of core.errors."""

    def write_down(self, audio: bytes, content_type: str, *, language: str) -> str:
        """The words; empty when there are none to be heard."""
        ...


@dataclass(frozen=True, slots=True)
class LinkRequest:
    """A way to pay to be opened at the gateway."""

    reference: str
    amount: Money
    description: str
    expires_at: datetime
    return_url: str
    guest_name: str | None
    guest_phone: str | None
    pay_by: datetime | None = None


@dataclass(frozen=True, slots=True)
class GatewayPayment:
    """A payment as the gateway tells it; `order_id` and `reference` say what it is for, where they are told."""

    payment_id: str
    amount: Money
    currency: str
    status: str
    method: str | None
    captured_at: datetime | None
    order_id: str | None = None
    reference: str | None = None
    refunded: Money = NOTHING


@dataclass(frozen=True, slots=True)
class GatewayLink:
    """A payment link as the gateway tells it: created, partially_paid, paid, expired or cancelled."""

    link_id: str
    reference: str
    short_url: str
    status: str
    amount: Money
    payments: tuple[GatewayPayment, ...] = ()


@dataclass(frozen=True, slots=True)
class GatewayRefund:
    """A refund as the gateway tells it: pending, processed or failed."""

    refund_id: str
    payment_id: str
    amount: Money
    status: str


@dataclass(frozen=True, slots=True)
class GatewayOrder:
    """A sum to be paid on a page of our own: created, attempted or paid."""

    order_id: str
    reference: str
    amount: Money
    status: str


class PaymentGateway(Protocol):
    """Takes and returns money. Raises the ProviderError family of core.errors.

    `provider` is written on every link and payment that comes by it, so money goes back the way it came; `public_key`
    is what a page in the guest's browser may know.
    """

    @property
    def provider(self) -> Provider:
        """Which gateway it is."""
        ...

    @property
    def public_key(self) -> str:
        """What names the account in the guest's browser; empty where there is no such page."""
        ...

    def open_link(self, ask: LinkRequest) -> GatewayLink:
        """Open a link; the same reference gives the same link."""
        ...

    def fetch_link(self, link_id: str) -> GatewayLink:
        """What became of a link."""
        ...

    def find_link(self, reference: str) -> GatewayLink | None:
        """The link made under a reference, if there is one: its answer may have been lost."""
        ...

    def close_link(self, link_id: str) -> GatewayLink:
        """Close a link; one that was paid meanwhile comes back as paid."""
        ...

    def refund(self, payment_id: str, amount: Money, *, key: str) -> GatewayRefund:
        """Give money back; the same key refunds once."""
        ...

    def fetch_refund(self, payment_id: str, refund_id: str) -> GatewayRefund:
        """What became of a refund."""
        ...

    def open_order(self, reference: str, amount: Money) -> GatewayOrder:
        """Ask for a sum to be paid on our own page; the same reference gives the same order."""
        ...

    def payments_of_order(self, order_id: str) -> tuple[GatewayPayment, ...]:
        """The attempts to pay an order."""
        ...

    def is_signed(self, order_id: str, payment_id: str, signature: str) -> bool:
        """Whether the gateway itself says that this payment was made for this order."""
        ...

    def fetch_payment(self, payment_id: str) -> GatewayPayment:
        """What became of a payment."""
        ...

    def capture(self, payment_id: str, amount: Money) -> GatewayPayment:
        """Take money a bank has only set aside."""
        ...

    def payments_between(self, since: datetime, until: datetime) -> tuple[GatewayPayment, ...]:
        """Every payment the account was given in this time."""
        ...
