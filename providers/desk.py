"""The reception desk as a gateway: money goes back over the counter, and a person says when it did."""

from __future__ import annotations

from datetime import datetime
from typing import Final, NoReturn

from core.errors import ProviderRefused
from core.ports import GatewayLink, GatewayOrder, GatewayPayment, GatewayRefund, LinkRequest
from models.money import NOTHING, Money
from models.states import Provider


class DeskGateway:
    """Takes what is counted at the desk; nothing is opened, fetched or captured there by a call."""

    provider: Final = Provider.DESK
    public_key: Final = ""

    def refund(self, payment_id: str, amount: Money, *, key: str) -> GatewayRefund:
        """Waits at the desk until somebody has handed it over."""
        return GatewayRefund(f"desk-{key}", payment_id, amount, "pending")

    def fetch_refund(self, payment_id: str, refund_id: str) -> GatewayRefund:
        """Only a person knows more: it still waits."""
        return GatewayRefund(refund_id, payment_id, NOTHING, "pending")

    def payments_between(self, since: datetime, until: datetime) -> tuple[GatewayPayment, ...]:
        """What was taken at the desk is our own row already."""
        del since, until
        return ()

    def payments_of_order(self, order_id: str) -> tuple[GatewayPayment, ...]:
        """The desk knows no orders."""
        del order_id
        return ()

    def is_signed(self, order_id: str, payment_id: str, signature: str) -> bool:
        """The desk signs nothing."""
        del order_id, payment_id, signature
        return False

    def open_link(self, ask: LinkRequest) -> GatewayLink:
        """Nobody pays at the desk by a link."""
        _not_here(ask.reference)

    def fetch_link(self, link_id: str) -> GatewayLink:
        """There are none."""
        _not_here(link_id)

    def find_link(self, reference: str) -> GatewayLink | None:
        """There are none."""
        del reference
        return None

    def close_link(self, link_id: str) -> GatewayLink:
        """There are none."""
        _not_here(link_id)

    def open_order(self, reference: str, amount: Money) -> GatewayOrder:
        """Nobody pays at the desk by an order."""
        del amount
        _not_here(reference)

    def fetch_payment(self, payment_id: str) -> GatewayPayment:
        """It is our own row."""
        _not_here(payment_id)

    def capture(self, payment_id: str, amount: Money) -> GatewayPayment:
        """What lies in the drawer is taken already."""
        del amount
        _not_here(payment_id)


def _not_here(what: str) -> NoReturn:
    raise ProviderRefused(provider_code=f"not at the desk: {what}")
