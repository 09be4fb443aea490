"""Another gateway is one adapter and one line in the table of gateways: this one keeps its books in memory."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime
from itertools import count

import pytest
from sqlalchemy.orm import Session

from core.bookings.cancel import cancel
from core.payments.folio import folio_of
from core.payments.reconcile import EVERY
from core.ports import GatewayLink, GatewayOrder, GatewayPayment, GatewayRefund, LinkRequest, PaymentGateway
from core.unit_of_work import unit_of_work
from models.money import NOTHING, Money
from models.states import ActorKind, BookingStatus, Provider, RefundState
from providers.desk import DeskGateway
from providers.gateways import ONLINE, GatewayKind
from tests.payments.conftest import Desk


@dataclass
class Notebook:
    """A gateway that writes down what it is asked for."""

    provider: Provider = Provider.RAZORPAY
    public_key: str = "notebook"
    links: dict[str, GatewayLink] = field(default_factory=dict)
    payments: dict[str, GatewayPayment] = field(default_factory=dict)
    refunds: dict[str, GatewayRefund] = field(default_factory=dict)
    numbers: Iterator[int] = field(default_factory=count)

    def open_link(self, ask: LinkRequest) -> GatewayLink:
        known = self.find_link(ask.reference)
        fresh = GatewayLink(f"n{next(self.numbers)}", ask.reference, "https://pay.example", "created", ask.amount)
        return known or self.links.setdefault(fresh.link_id, fresh)

    def fetch_link(self, link_id: str) -> GatewayLink:
        return self.links[link_id]

    def find_link(self, reference: str) -> GatewayLink | None:
        return next((link for link in self.links.values() if link.reference == reference), None)

    def close_link(self, link_id: str) -> GatewayLink:
        self.links[link_id] = replace(self.links[link_id], status="cancelled")
        return self.links[link_id]

    def refund(self, payment_id: str, amount: Money, *, key: str) -> GatewayRefund:
        return self.refunds.setdefault(key, GatewayRefund(key, payment_id, amount, "processed"))

    def fetch_refund(self, payment_id: str, refund_id: str) -> GatewayRefund:
        del payment_id
        return self.refunds[refund_id]

    def open_order(self, reference: str, amount: Money) -> GatewayOrder:
        return GatewayOrder(f"o-{reference}", reference, amount, "created")

    def payments_of_order(self, order_id: str) -> tuple[GatewayPayment, ...]:
        return tuple(payment for payment in self.payments.values() if payment.order_id == order_id)

    def is_signed(self, order_id: str, payment_id: str, signature: str) -> bool:
        return signature == f"{order_id}{payment_id}"

    def fetch_payment(self, payment_id: str) -> GatewayPayment:
        return self.payments[payment_id]

    def capture(self, payment_id: str, amount: Money) -> GatewayPayment:
        self.payments[payment_id] = replace(self.payments[payment_id], amount=amount, status="captured")
        return self.payments[payment_id]

    def payments_between(self, since: datetime, until: datetime) -> tuple[GatewayPayment, ...]:
        del since, until
        return tuple(self.payments.values())

    def is_paid(self, link_id: str, now: datetime) -> None:
        """The guest has paid there."""
        link = self.links[link_id]
        paid = GatewayPayment(f"p-{link_id}", link.amount, "INR", "captured", "coins", now)
        self.payments[paid.payment_id] = paid
        self.links[link_id] = replace(link, status="paid", payments=(paid,))


@pytest.fixture
def notebook(monkeypatch: pytest.MonkeyPatch) -> Notebook:
    """All money of this house goes by the notebook."""
    kept = Notebook()
    monkeypatch.setitem(ONLINE, Provider.RAZORPAY, GatewayKind(("key_id",), lambda _keys, _settings: kept))
    return kept


def test_a_gateway_of_a_few_lines_takes_money_and_gives_it_back(desk: Desk, notebook: Notebook) -> None:
    booking = desk.hold()
    link = desk.open_link(booking)
    notebook.is_paid(link.provider_link_id or "", desk.clock.now())
    desk.pass_time(EVERY)
    assert desk.payments.reconcile_next()
    assert desk.status(booking) is BookingStatus.CONFIRMED
    with unit_of_work(desk.house.engine) as session:
        cancel(session, booking.id, actor=ActorKind.GUEST, door="chat", now=desk.clock.now())
    desk.work()
    assert [refund.state for refund in desk.refunds()] == [RefundState.PROCESSED]
    with Session(desk.house.engine) as session:
        assert folio_of(session, booking.id).balance == NOTHING


def test_the_gateways_all_have_the_same_shape(desk: Desk) -> None:
    registry = desk.house.registry
    everyone: list[PaymentGateway] = [
        registry.gateway_for(desk.hotel.account_id),
        registry.gateway_of(desk.hotel.account_id, Provider.DESK),
        Notebook(),
    ]
    assert [gateway.provider for gateway in everyone] == [Provider.RAZORPAY, Provider.DESK, Provider.RAZORPAY]
    assert isinstance(everyone[1], DeskGateway)
