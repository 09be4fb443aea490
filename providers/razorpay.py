"""Razorpay, through its official client: payment links and refunds, each safe to ask for again.

The client tells its errors apart by text only and prints when a connection fails, so it is given a session of ours that
knows what an answer, or the lack of one, means: nothing done, perhaps done, or refused.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, Final, override

import razorpay
import requests
from razorpay.errors import BadRequestError, GatewayError, ServerError, SignatureVerificationError
from urllib3.exceptions import ConnectTimeoutError, MaxRetryError, NewConnectionError

from core.bookings.reference import ALPHABET, LENGTH
from core.errors import ProviderRefused, ProviderUnavailable, ProviderUnknown
from core.ports import GatewayLink, GatewayOrder, GatewayPayment, GatewayRefund, LinkRequest
from models.base import Json
from models.money import Money
from models.states import Provider

_TIMEOUT_S: Final = (3.05, 10)
_TOO_MANY: Final = 429
_IN_PROGRESS: Final = 409
_SERVER_ERROR: Final = 500
_ALREADY_THERE: Final = "already attempted"
_CANNOT_CANCEL: Final = "cannot cancel or expire"
_LONGEST_DESCRIPTION: Final = 255
_NEVER_REFUNDED: Final = ("fully refunded already", "greater than amount captured")
_ALREADY_CAPTURED: Final = "already been captured"
_PAGE: Final = 100
# Ours in a text: the reference of the booking and the number of the attempt.
_OUR_REFERENCE: Final = re.compile(rf"\b[{ALPHABET}]{{{LENGTH}}}-\d{{1,4}}\b")


class _TellingSession(requests.Session):
    """Says in the house's own terms what a failed call means."""

    @override
    def request(self, method: str | bytes, url: str | bytes, *args: Any, **kwargs: Any) -> requests.Response:
        try:
            response = super().request(method, url, *args, **kwargs)
        except requests.ConnectTimeout as error:
            raise ProviderUnavailable(reason="connect_timeout") from error
        except requests.ConnectionError as error:
            if _never_sent(error):
                raise ProviderUnavailable(reason="unreachable") from error
            raise ProviderUnknown(reason="connection_lost") from error
        except requests.RequestException as error:
            raise ProviderUnknown(reason=type(error).__name__) from error
        if response.status_code == _TOO_MANY:
            raise ProviderUnavailable(reason="throttled")
        if response.status_code == _IN_PROGRESS or response.status_code >= _SERVER_ERROR:
            raise ProviderUnknown(reason="status", status=response.status_code)
        return response


class RazorpayGateway:
    """One account's money at Razorpay; may be used from several threads."""

    provider: Final = Provider.RAZORPAY

    def __init__(self, key_id: str, key_secret: str, base_url: str = "") -> None:
        self.public_key = key_id
        self._auth = (key_id, key_secret)
        self._options = {"base_url": base_url.rstrip("/")} if base_url else {}
        self._mine = threading.local()

    def open_link(self, ask: LinkRequest) -> GatewayLink:
        """Open a link; the same reference gives the same link, also when the first answer was lost."""
        wanted = {
            "amount": ask.amount.paise,
            "currency": ask.amount.currency,
            "accept_partial": False,
            "description": ask.description[:_LONGEST_DESCRIPTION],
            "reference_id": ask.reference,
            "expire_by": int(ask.expires_at.timestamp()),
            "customer": {key: value for key, value in _customer(ask).items() if value},
            "notify": {"sms": False, "email": False},
            "reminder_enable": False,
            "notes": _notes(ask),
            "callback_url": ask.return_url,
            "callback_method": "get",
        }
        try:
            return _link(self._call(lambda client: client.payment_link.create(wanted, timeout=_TIMEOUT_S)))
        except (ProviderRefused, ProviderUnknown) as trouble:
            if isinstance(trouble, ProviderRefused) and _ALREADY_THERE not in trouble.facts["provider_code"]:
                raise
            found = self.find_link(ask.reference)
            if found is None:
                raise
            return found

    def fetch_link(self, link_id: str) -> GatewayLink:
        """What became of a link."""
        return _link(self._call(lambda client: client.payment_link.fetch(link_id, timeout=_TIMEOUT_S)))

    def find_link(self, reference: str) -> GatewayLink | None:
        """The link made under a reference, if there is one."""
        query = {"reference_id": reference}
        listed = self._call(lambda client: client.payment_link.all(query, timeout=_TIMEOUT_S))
        links = listed.get("payment_links") or []
        return next((_link(link) for link in links if link.get("reference_id") == reference), None)

    def close_link(self, link_id: str) -> GatewayLink:
        """Close a link; one that was paid or ended meanwhile comes back as it is."""
        try:
            return _link(self._call(lambda client: client.payment_link.cancel(link_id, timeout=_TIMEOUT_S)))
        except ProviderRefused as refused:
            if _CANNOT_CANCEL not in refused.facts["provider_code"]:
                raise
            return self.fetch_link(link_id)

    def refund(self, payment_id: str, amount: Money, *, key: str) -> GatewayRefund:
        """Give money back; the same key refunds once."""
        wanted = {"amount": amount.paise, "speed": "normal", "receipt": key, "notes": {"key": key}}
        try:
            return refund_of(
                self._call(
                    # The client writes its own headers into the ones it is given, so they are made for each call.
                    lambda client: client.payment.refund(
                        payment_id, wanted, headers={"X-Refund-Idempotency": key}, timeout=_TIMEOUT_S
                    )
                )
            )
        except ProviderRefused as refused:
            is_final = any(why in refused.facts["provider_code"] for why in _NEVER_REFUNDED)
            raise ProviderRefused(**refused.facts, is_final=is_final) from refused

    def fetch_refund(self, payment_id: str, refund_id: str) -> GatewayRefund:
        """What became of a refund."""
        return refund_of(
            self._call(lambda client: client.payment.fetch_refund_id(payment_id, refund_id, timeout=_TIMEOUT_S))
        )

    def open_order(self, reference: str, amount: Money) -> GatewayOrder:
        """Ask for a sum; a receipt is not unique at the gateway, so an order made earlier is looked for first."""
        listed = self._call(lambda client: client.order.all({"receipt": reference}, timeout=_TIMEOUT_S))
        known = next((one for one in listed.get("items") or [] if one.get("receipt") == reference), None)
        wanted = {
            "amount": amount.paise,
            "currency": amount.currency,
            "receipt": reference,
            "notes": {"reference": reference},
            "payment_capture": 1,
        }
        return _order(known or self._call(lambda client: client.order.create(wanted, timeout=_TIMEOUT_S)))

    def payments_of_order(self, order_id: str) -> tuple[GatewayPayment, ...]:
        """The attempts to pay an order."""
        listed = self._call(lambda client: client.order.payments(order_id, timeout=_TIMEOUT_S))
        return tuple(payment_of(one) for one in listed.get("items") or ())

    def is_signed(self, order_id: str, payment_id: str, signature: str) -> bool:
        """By the official helper, with this account's own secret."""
        signed = {"razorpay_order_id": order_id, "razorpay_payment_id": payment_id, "razorpay_signature": signature}
        try:
            return bool(self._client().utility.verify_payment_signature(signed))
        except (SignatureVerificationError, TypeError):  # the helper compares text, and refuses what is not ASCII
            return False

    def fetch_payment(self, payment_id: str) -> GatewayPayment:
        """What became of a payment."""
        return payment_of(self._call(lambda client: client.payment.fetch(payment_id, timeout=_TIMEOUT_S)))

    def capture(self, payment_id: str, amount: Money) -> GatewayPayment:
        """Take money a bank has only set aside; one taken already comes back as it is."""
        wanted = {"currency": amount.currency}
        try:
            return payment_of(
                self._call(lambda client: client.payment.capture(payment_id, amount.paise, wanted, timeout=_TIMEOUT_S))
            )
        except ProviderRefused as refused:
            if _ALREADY_CAPTURED not in refused.facts["provider_code"]:
                raise
            return self.fetch_payment(payment_id)

    def payments_between(self, since: datetime, until: datetime) -> tuple[GatewayPayment, ...]:
        """Every payment of this time, page by page."""
        found: list[GatewayPayment] = []
        while True:
            query = {
                "from": int(since.timestamp()),
                "to": int(until.timestamp()),
                "count": _PAGE,
                "skip": len(found),
            }
            listed = self._payments(query)
            found.extend(payment_of(one) for one in listed)
            if len(listed) < _PAGE:
                return tuple(found)

    def _payments(self, query: Json) -> list[Json]:
        answer = self._call(lambda client: client.payment.all(query, timeout=_TIMEOUT_S))
        items: list[Json] = answer.get("items") or []
        return items

    def _call(self, ask: Callable[[Any], Any]) -> Json:
        try:
            answer = ask(self._client())
        except (BadRequestError, GatewayError, ServerError) as error:
            raise ProviderRefused(provider_code=str(error)) from error
        except ValueError as error:  # an answer that is not JSON came from something in between
            raise ProviderUnknown(reason="not_json") from error
        if not isinstance(answer, dict):
            raise ProviderUnknown(reason="not_an_object")
        return answer

    def _client(self) -> Any:  # noqa: ANN401 - the official client has no types
        """A client of this thread's own: a session of `requests` is not to be shared."""
        if not hasattr(self._mine, "client"):
            self._mine.client = razorpay.Client(session=_TellingSession(), auth=self._auth, **self._options)
        return self._mine.client


def link_of(entity: Json) -> GatewayLink:
    """A payment link as Razorpay writes it, in an answer or an event."""
    return GatewayLink(
        link_id=entity["id"],
        reference=entity.get("reference_id") or "",
        short_url=entity.get("short_url") or "",
        status=entity["status"],
        amount=Money(int(entity["amount"])),
        payments=tuple(
            payment_of(payment | {"id": payment["payment_id"], "currency": entity.get("currency") or "INR"})
            for payment in entity.get("payments") or ()
        ),
    )


def payment_of(entity: Json) -> GatewayPayment:
    """A payment as Razorpay writes it."""
    created = entity.get("created_at")
    return GatewayPayment(
        payment_id=entity["id"],
        amount=Money(int(entity["amount"])),
        currency=entity.get("currency") or "",
        status=entity["status"],
        method=entity.get("method"),
        captured_at=datetime.fromtimestamp(created, UTC) if created else None,
        order_id=entity.get("order_id"),
        reference=reference_in(entity),
        refunded=Money(int(entity.get("amount_refunded") or 0)),
    )


def reference_in(entity: Json) -> str | None:
    """Our reference of what a payment is for: in its notes, or in the description we gave the link."""
    notes = entity.get("notes")
    noted = str(notes.get("reference") or "") if isinstance(notes, dict) else ""
    found = _OUR_REFERENCE.search(noted) or _OUR_REFERENCE.search(entity.get("description") or "")
    return found.group() if found else None


def refund_of(entity: Json) -> GatewayRefund:
    """A refund as Razorpay writes it."""
    return GatewayRefund(
        refund_id=entity["id"],
        payment_id=entity["payment_id"],
        amount=Money(int(entity["amount"])),
        status=entity["status"],
    )


def _link(entity: Json) -> GatewayLink:
    try:
        return link_of(entity)
    except (KeyError, TypeError) as error:
        raise ProviderUnknown(reason="not_a_link") from error


def _order(entity: Json) -> GatewayOrder:
    try:
        return GatewayOrder(
            order_id=entity["id"],
            reference=entity.get("receipt") or "",
            amount=Money(int(entity["amount"])),
            status=entity["status"],
        )
    except (KeyError, TypeError) as error:
        raise ProviderUnknown(reason="not_an_order") from error


def _notes(ask: LinkRequest) -> dict[str, str]:
    """What goes with the link for people who look at it in the gateway's own pages."""
    notes = {"reference": ask.reference}
    return notes if ask.pay_by is None else notes | {"pay_by": ask.pay_by.isoformat(timespec="seconds")}


def _customer(ask: LinkRequest) -> dict[str, str | None]:
    return {"name": ask.guest_name, "contact": ask.guest_phone}


def _never_sent(error: requests.ConnectionError) -> bool:
    """Whether the connection was never made, so that nothing can have happened."""
    cause = error.args[0] if error.args else None
    reason = cause.reason if isinstance(cause, MaxRetryError) else cause
    return isinstance(reason, NewConnectionError | ConnectTimeoutError)
