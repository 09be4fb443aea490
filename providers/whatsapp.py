"""WhatsApp straight from Meta, through pywa: an account's way to its guests' phones without Twilio."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus
from typing import Final

import httpx
from pywa.client import WhatsApp
from pywa.errors import WhatsAppError
from pywa.types.callback import Button, Section, SectionList, SectionRow
from pywa.types.sent_update import RecipientType, SentMessage
from sqlalchemy import Engine

from core.clock import Clock
from core.errors import ProviderError, ProviderRefused, ProviderUnavailable, ProviderUnknown
from core.messaging.capabilities import META_WHATSAPP
from core.messaging.layout import Laid, lay_out
from core.ports import Outgoing, Sent, TemplateBody
from models.base import Json
from providers.whatsapp_templates import MetaTemplates, language_of

VERIFY_TOKEN: Final = "verify_token"  # noqa: S105 - what the key is called, not the key
APP_SECRETS: Final = ("app_secret", "app_secret_next")

_HOST: Final = "https://graph.facebook.com"
_VERSION: Final = "23.0"
_TIMEOUT: Final = httpx.Timeout(10.0, connect=5.0)
_MARK: Final = "atithi:"  # before our own number of a message, which comes back with its statuses
_OURS: Final = re.compile(_MARK + r"([0-9]{1,18})")

# Certainly not sent, and worth another attempt: too much at once, Meta not well, or our token to be renewed.
_LATER: Final = frozenset({2, 4, 80007, 130429, 131016, 131048, 131056, 131064, 133016}) | {0, 190}
_BAD_ADDRESS: Final = 131009


@dataclass(frozen=True, slots=True)
class MetaKeys:
    """What one account needs to speak to Meta; without `business_id` no templates can be made there."""

    token: str
    base_url: str
    business_id: str = ""


class WhatsAppChannel:
    """One account's way to its guests' phones."""

    def __init__(self, keys: MetaKeys, engine: Engine, account_id: int, clock: Clock) -> None:
        # an address of our own needs no proxy
        self._http = httpx.Client(timeout=_TIMEOUT, trust_env=not keys.base_url)
        self._meta = WhatsApp(token=keys.token, session=self._http, api_version=_VERSION)
        self._http.base_url = httpx.URL(f"{keys.base_url.rstrip('/') or _HOST}/v{_VERSION}")
        self._templates = MetaTemplates(self._meta, engine, account_id, clock, keys.business_id)
        self.makes_templates = bool(keys.business_id)

    def keep(self, body: TemplateBody) -> str:
        """See that a text for outside the window is there; returns what WhatsApp thinks of it."""
        return _asked(lambda: self._templates.keep(body))

    def look_again(self) -> None:
        """Ask Meta anew which templates are there."""
        self._templates.forget()

    def send(self, message: Outgoing) -> Sent:
        """Send it once, as richly as WhatsApp can show it; a pin comes below its words."""
        to = _recipient(message)
        if message.template is not None:
            return Sent(_asked(lambda: self._send_template(message, to)).id)
        laid = lay_out(message, META_WHATSAPP)
        sent = _asked(lambda: self._send(message, to, laid))
        with suppress(ProviderError):  # what it is about has arrived; a second try would say all of it twice
            self._send_pin(to, laid, message.sender)
        return Sent(sent.id)

    def find(self, message: Outgoing, *, since: datetime, besides: Collection[str] = ()) -> Sent | None:  # noqa: ARG002 - see below
        """Meta cannot be asked what it has sent: only its status, which carries our number, tells."""
        raise ProviderUnavailable(reason="Meta cannot be asked")

    def close(self) -> None:
        """Let the connections go."""
        self._http.close()

    def _send(self, message: Outgoing, to: str, laid: Laid) -> SentMessage:
        tracker, sender = f"{_MARK}{message.message_id}", message.sender
        choices, picture = _choices(laid), _picture(laid)
        if picture and not isinstance(choices, SectionList):
            return self._meta.send_image(
                to, picture, caption=laid.text, buttons=choices, tracker=tracker, sender=sender
            )
        return self._meta.send_message(to, laid.text, buttons=choices, tracker=tracker, sender=sender)

    def _send_template(self, message: Outgoing, to: str) -> SentMessage:
        """An approved text with its blanks filled, the only thing that may be said when the window is shut."""
        blanks = [{"type": "text", "text": _in_one_line(each)} for each in message.variables]
        parts: list[Json] = [{"type": "body", "parameters": blanks}] if blanks else []
        for number, option in enumerate(message.options):
            payload = {"type": "payload", "payload": option.id}
            parts.append({"type": "button", "sub_type": "quick_reply", "index": number, "parameters": [payload]})
        return self._meta.send_template(
            to,
            message.template,
            language_of(message.template_language),
            parts or None,
            tracker=f"{_MARK}{message.message_id}",
            sender=message.sender,
        )

    def _send_pin(self, to: str, laid: Laid, sender: str) -> None:
        if (pin := laid.place) is not None:
            _asked(lambda: self._meta.send_location(to, pin.lat, pin.lon, pin.name, pin.address, sender=sender))


def message_of(told: str) -> int | None:
    """Our number of the message a status is about, as it went out with it."""
    found = _OURS.fullmatch(told)
    return int(found[1]) if found else None


def media_address(media_id: str) -> str:
    """Where Meta says how a guest's file is fetched; nothing for what is no file."""
    return f"{_HOST}/v{_VERSION}/{media_id}" if re.fullmatch(r"[0-9]{1,40}", media_id) else ""


def _recipient(message: Outgoing) -> str:
    """A phone number without its plus, or the id of somebody who hides theirs."""
    found = message.recipient.removeprefix("whatsapp:").removeprefix("+")
    if not found or RecipientType.from_recipient(found) is RecipientType.GROUP_ID:
        raise ProviderRefused(provider_code=_BAD_ADDRESS)
    return found


def _choices(laid: Laid) -> list[Button] | SectionList | None:
    if laid.kind == "list":
        rows = [SectionRow(each.title, each.id, each.description or None) for each in laid.options]
        return SectionList(laid.list_title, [Section(laid.list_title, rows)])
    return [Button(each.title, each.id) for each in laid.options] or None


def _picture(laid: Laid) -> str | None:
    """Its address; anything else pywa would look for among our own files."""
    url = laid.media_url or ""
    return url if laid.kind == "photo" and url.startswith(("https://", "http://")) else None


def _in_one_line(value: str) -> str:
    """Meta refuses line breaks, tabs and long gaps inside a template's blanks."""
    return " ".join(value.split()) or "-"


def _asked[Answer](call: Callable[[], Answer]) -> Answer:
    """Meta's troubles in the house's own terms (see docs/channels.md for the codes)."""
    try:
        return call()
    except WhatsAppError as error:
        status = error.status_code or 0
        if error.code in _LATER or error.is_transient or status == HTTPStatus.TOO_MANY_REQUESTS:
            raise ProviderUnavailable(provider_code=error.code) from error
        if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
            raise ProviderUnknown(provider_code=error.code) from error
        raise ProviderRefused(provider_code=error.code) from error
    except (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout) as error:
        raise ProviderUnavailable(provider_code=0) from error  # no connection was made: certainly nothing was sent
    except (httpx.HTTPError, KeyError, IndexError, ValueError) as error:  # no answer, or none that can be read
        raise ProviderUnknown(provider_code=0) from error
