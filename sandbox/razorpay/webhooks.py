"""Tells the product what happened to its money: signed, numbered, repeated until taken."""

import copy
import hashlib
import hmac
import json

from sandbox.courier import Parcel, Patience
from sandbox.lines import Json
from sandbox.settings import Account
from sandbox.world import World, short_id

ATTEMPTS = 200
LONGEST_WAIT = 30.0
TIMEOUT = 5.0


def account_of(world: World, entity: Json) -> Account:
    """Whose money this is."""
    for account in world.settings.accounts:
        if account.razorpay_key_id == entity["_key"]:
            return account
    return world.settings.default_account


def public(entity: Json) -> Json:
    """An entity without the sandbox's own notes, as a snapshot of this moment."""
    return copy.deepcopy({key: value for key, value in entity.items() if not key.startswith("_")})


def _order_in_link_event(order: Json, link: Json) -> Json:
    """The order as payment link events carry it: its ids come without their prefixes."""
    entity = public(order)
    entity |= {
        "id": order["id"].removeprefix("order_"),
        "product_id": link["id"].removeprefix("plink_"),
        "product_type": "payment_link_v2",
        "merchant_id": link["_key"].removeprefix("rzp_test_"),
        "partial_payment": link["accept_partial"],
        "payment_capture": True,
        "checkout": None,
        "offers": [],
    }
    entity.pop("receipt", None)
    return entity


def tell(world: World, event: str, **entities: Json) -> None:
    """Send one event with the entities it is about, in Razorpay's envelope."""
    first = next(iter(entities.values()))
    account = account_of(world, first)
    payload = {}
    for name, entity in entities.items():
        is_link_order = name == "order" and "payment_link" in entities
        shown = _order_in_link_event(entity, entities["payment_link"]) if is_link_order else public(entity)
        payload[name] = {"entity": shown}
    envelope = {
        "entity": "event",
        "account_id": account.razorpay_account_id,
        "event": event,
        "contains": list(entities),
        "payload": payload,
        "created_at": world.clock.unix(),
    }
    body = json.dumps(envelope, separators=(",", ":"), ensure_ascii=False).encode()
    signature = hmac.new(account.razorpay_webhook_secret.encode(), body, hashlib.sha256).hexdigest()
    headers = {
        "Content-Type": "application/json",
        "X-Razorpay-Signature": signature,
        "x-razorpay-event-id": short_id("evt").removeprefix("evt_"),
        "User-Agent": "Razorpay-Webhook/v1",
    }
    url = world.settings.product_url + "/webhooks/razorpay"
    patience = Patience(ATTEMPTS, 2 * world.settings.redelivery_wait, LONGEST_WAIT, TIMEOUT)
    world.courier.send(Parcel("razorpay", event, url, body, headers, patience))
