"""Every gateway this installation can use: its adapter and the keys it needs. Another one is one more line here."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from core.ports import PaymentGateway
from core.settings import Settings
from models.states import Provider
from providers.desk import DeskGateway
from providers.razorpay import RazorpayGateway


@dataclass(frozen=True, slots=True)
class GatewayKind:
    """How a gateway is made from an account's own keys."""

    needs: tuple[str, ...]
    make: Callable[[Mapping[str, str], Settings], PaymentGateway]


def _razorpay(keys: Mapping[str, str], settings: Settings) -> PaymentGateway:
    return RazorpayGateway(keys["key_id"], keys["key_secret"], settings.razorpay_api_base_url)


def _desk(_keys: Mapping[str, str], _settings: Settings) -> PaymentGateway:
    return DeskGateway()


# Money taken online goes by the first that the account has keys for; the desk needs none.
ONLINE: Final[dict[Provider, GatewayKind]] = {
    Provider.RAZORPAY: GatewayKind(("key_id", "key_secret"), _razorpay),
}
DESK: Final = GatewayKind((), _desk)


def kind_of(provider: Provider) -> GatewayKind:
    """How this one is made."""
    return DESK if provider is Provider.DESK else ONLINE[provider]
