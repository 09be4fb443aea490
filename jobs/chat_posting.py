"""What a guest does in a terminal, as the line's own provider would bring it: in its form and with its signature."""

from __future__ import annotations

import hashlib
import hmac
import json
import secrets
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlencode

from twilio.request_validator import RequestValidator

from models.base import Json
from models.states import Channel, Provider
from providers.house import House
from providers.registry import LineRef

_TWILIO: Final = "/webhooks/twilio"
_META: Final = "/webhooks/whatsapp"


@dataclass(frozen=True, slots=True)
class Posted:
    """A request as the provider makes it; `sid` is its own id of the message."""

    sid: str
    path: str
    body: bytes
    headers: dict[str, str]


def address_of(line: LineRef, number: str) -> str:
    """What this line calls the guest."""
    return f"whatsapp:{number}" if line.channel is Channel.WHATSAPP else number


def posted(house: House, line: LineRef, number: str, what: str | Json, option: Json | None = None) -> Posted:
    """Words, a tap on `option`, or a pin on the map."""
    if line.provider is Provider.META:
        return _by_meta(house, line, number, what, option)
    return _by_twilio(house, line, number, what, option)


def _by_twilio(house: House, line: LineRef, number: str, what: str | Json, option: Json | None) -> Posted:
    keys = house.registry.keys(line.account_id, Provider.TWILIO)
    sid = f"SM{secrets.token_hex(16)}"
    said: Json = {"Body": what if isinstance(what, str) else str(what.get("text", ""))}
    if option is not None:
        said = {"Body": option["title"], "ButtonPayload": option["id"], "ButtonText": option["title"]}
    elif not isinstance(what, str) and "location" in what:
        pin = what["location"]
        said = {"Body": "", "Latitude": str(pin["lat"]), "Longitude": str(pin["lon"])}
    form = {
        "MessageSid": sid,
        "AccountSid": keys["account_sid"],
        "From": address_of(line, number),
        "To": line.address,
        **said,
    }
    url = house.settings.public_base_url.rstrip("/") + _TWILIO
    signature = RequestValidator(keys["auth_token"]).compute_signature(url, form)
    headers = {"X-Twilio-Signature": signature, "Content-Type": "application/x-www-form-urlencoded"}
    return Posted(sid, _TWILIO, urlencode(form).encode(), headers)


def _by_meta(house: House, line: LineRef, number: str, what: str | Json, option: Json | None) -> Posted:
    keys = house.registry.keys(line.account_id, Provider.META)
    sid, bare = f"wamid.{secrets.token_hex(20)}", number.removeprefix("+")
    kind = "text"
    said: Json = {"body": what if isinstance(what, str) else str(what.get("text", ""))}
    if option is not None:
        kind = "interactive"
        said = {"type": "button_reply", "button_reply": {"id": option["id"], "title": option["title"]}}
    elif not isinstance(what, str) and "location" in what:
        kind, said = "location", {"latitude": what["location"]["lat"], "longitude": what["location"]["lon"]}
    message = {"from": bare, "id": sid, "timestamp": str(int(house.clock.now().timestamp())), "type": kind, kind: said}
    value = {
        "messaging_product": "whatsapp",
        "metadata": {"phone_number_id": line.address},
        "contacts": [{"profile": {"name": "Guest"}, "wa_id": bare}],
        "messages": [message],
    }
    entry = {"id": keys.get("business_account_id") or "0", "changes": [{"field": "messages", "value": value}]}
    body = json.dumps({"object": "whatsapp_business_account", "entry": [entry]}).encode()
    signature = hmac.new(keys["app_secret"].encode(), body, hashlib.sha256).hexdigest()
    headers = {"X-Hub-Signature-256": f"sha256={signature}", "Content-Type": "application/json"}
    return Posted(sid, _META, body, headers)
