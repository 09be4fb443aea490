"""Razorpay's door: signed events into the inbox, worked from there."""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Iterable
from datetime import datetime
from typing import Annotated, Final

from fastapi import APIRouter, Depends, Header, HTTPException, Request
from sqlalchemy import select
from sqlalchemy.orm import Session

from core.log import get_logger
from core.messaging.inbox import LONGEST_EVENT_ID, IncomingEvent, record_once
from core.payments.apply import apply_payment
from core.payments.links import record_closed
from core.payments.orders import apply_to_order, is_order
from core.payments.refund import find_refund, record_refund
from core.ports import GatewayPayment
from core.unit_of_work import unit_of_work
from models.base import Json
from models.folio import PaymentLink
from models.messaging import InboxEntry
from models.states import LinkState, Provider
from providers.house import Here
from providers.razorpay import link_of, payment_of, refund_of

router = APIRouter(tags=["webhooks"], include_in_schema=False)
log = get_logger()

_MAX_BODY: Final = 256 * 1024
_LONGEST_KIND: Final = 100


async def _raw(request: Request) -> bytes:
    return await request.body()


@router.post("/webhooks/razorpay", max_body_size=_MAX_BODY)
def event(
    body: Annotated[bytes, Depends(_raw)],
    house: Here,
    x_razorpay_signature: Annotated[str, Header()] = "",
    x_razorpay_event_id: Annotated[str, Header()] = "",
) -> Json:
    """Something happened to money; the signature says at whose account."""
    account_id = whose_event(house.registry.webhook_secrets(Provider.RAZORPAY), body, x_razorpay_signature)
    if account_id is None:
        raise HTTPException(403, "not signed by Razorpay")
    posted = _event(body)
    incoming = IncomingEvent(
        account_id=account_id,
        provider=Provider.RAZORPAY,
        event_id=_event_id(x_razorpay_event_id, body),
        kind=posted["event"],
        payload=posted,
    )
    with unit_of_work(house.engine) as session:
        record_once(session, incoming, now=house.clock.now())
    return {"ok": True}


def whose_event(secrets: Iterable[tuple[int, str]], body: bytes, signature: str) -> int | None:
    """The account whose webhook secret signed these bytes; old secrets stay good for events that are repeated."""
    given = signature.encode()
    signer = None
    for account_id, secret in secrets:
        wanted = hmac.new(secret.encode(), body, hashlib.sha256).hexdigest().encode()
        if secret and hmac.compare_digest(wanted, given):
            signer = account_id
    return signer


def work_gateway_event(session: Session, entry: InboxEntry, *, now: datetime) -> None:
    """Let an event take its effect; what does not concern us is only written to the log."""
    entities = {name: part["entity"] for name, part in (entry.payload.get("payload") or {}).items()}
    match entry.kind:
        case "payment_link.paid" | "payment_link.partially_paid":
            link = link_of(entities["payment_link"])
            apply_payment(
                session,
                account_id=entry.account_id,
                link_id=link.link_id,
                reference=link.reference,
                payment=payment_of(entities["payment"]),
                now=now,
            )
        case "payment.captured" | "payment.authorized" | "order.paid":
            _for_order(session, entry, payment_of(entities["payment"]), now=now)
        case "payment.failed":
            _failed(session, entry, entities["payment"], now=now)
        case "payment_link.expired" | "payment_link.cancelled":
            _ended(session, entry, entities["payment_link"], now=now)
        case "refund.created" | "refund.processed" | "refund.failed" | "refund.speed_changed":
            _refund(session, entry, entities["refund"], now=now)
        case kind:
            # The same money comes with payment_link.paid, which alone says what it is for.
            log.info("gateway_event_ignored", kind=kind, entry=entry.id)


def _for_order(session: Session, entry: InboxEntry, payment: GatewayPayment, *, now: datetime) -> None:
    """Paid on our own page. Of a link's money payment_link.paid alone says what it is for."""
    if is_order(session, entry.account_id, payment.order_id):
        apply_to_order(session, account_id=entry.account_id, payment=payment, now=now)
    elif payment.status == "authorized" and payment.reference:
        apply_payment(session, account_id=entry.account_id, reference=payment.reference, payment=payment, now=now)
    else:
        log.info("gateway_event_ignored", kind=entry.kind, entry=entry.id)


def _failed(session: Session, entry: InboxEntry, entity: Json, *, now: datetime) -> None:
    """A failed attempt names no link; our order, or our reference in what the gateway repeats, says what it was for."""
    payment = payment_of(entity)
    if is_order(session, entry.account_id, payment.order_id):
        apply_to_order(session, account_id=entry.account_id, payment=payment, now=now)
    elif payment.reference is None:
        log.info("gateway_event_ignored", kind=entry.kind, entry=entry.id)
    else:
        apply_payment(session, account_id=entry.account_id, reference=payment.reference, payment=payment, now=now)


def _ended(session: Session, entry: InboxEntry, entity: Json, *, now: datetime) -> None:
    told = link_of(entity)
    link_id = session.scalar(
        select(PaymentLink.id).where(
            PaymentLink.account_id == entry.account_id,
            PaymentLink.reference == told.reference,
            PaymentLink.state.in_((LinkState.OPENING, LinkState.OPEN, LinkState.CLOSING)),
        )
    )
    if link_id is not None:
        record_closed(session, link_id, told, now=now)


def _refund(session: Session, entry: InboxEntry, entity: Json, *, now: datetime) -> None:
    told = refund_of(entity)
    refund_id = find_refund(session, entry.account_id, provider_refund_id=told.refund_id, key=entity.get("receipt"))
    if refund_id is None:
        log.warning("refund_not_ours", entry=entry.id, refund=told.refund_id)
        return
    record_refund(session, refund_id, told, now=now)


def _event(body: bytes) -> Json:
    """An object that names its event, or it is none."""
    try:
        posted = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise HTTPException(400, "that is not JSON") from error
    kind = posted.get("event") if isinstance(posted, dict) else None
    if not isinstance(kind, str) or not 0 < len(kind) <= _LONGEST_KIND:
        raise HTTPException(400, "an event has a name")
    return dict(posted)


def _event_id(given: str, body: bytes) -> str:
    """The same for every repetition of an event."""
    return given if 0 < len(given) <= LONGEST_EVENT_ID else hashlib.sha256(body).hexdigest()
