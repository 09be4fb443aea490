"""WhatsApp and SMS through Twilio's official client."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final, override
from urllib.parse import urlsplit, urlunsplit

import requests
from sqlalchemy import Engine
from twilio.base.exceptions import TwilioException, TwilioRestException
from twilio.http.http_client import TwilioHttpClient
from twilio.http.response import Response
from twilio.rest import Client
from twilio.rest.api.v2010.account.message import MessageInstance
from urllib3.exceptions import MaxRetryError, NewConnectionError

from core.clock import Clock
from core.errors import ProviderRefused, ProviderUnavailable, ProviderUnknown
from core.messaging.capabilities import TWILIO_SMS, TWILIO_WHATSAPP, Capabilities
from core.messaging.layout import Laid, lay_out
from core.messaging.plain import segments
from core.ports import Outgoing, Sent
from models.base import Json
from providers.content import Templates, fill

_TIMEOUT_S: Final = 10
_TOO_MANY: Final = frozenset({20429, 63018})
_UNKNOWN_TEMPLATE: Final = frozenset({21655, 20404})
_HTTP_TOO_MANY = 429
_HTTP_SERVER = 500


class _Rebased(TwilioHttpClient):  # type: ignore[misc]  # Twilio's package carries no types
    """The official client at another address: it offers no setting for that itself."""

    def __init__(self, base: str) -> None:
        super().__init__(timeout=_TIMEOUT_S)
        self._base = urlsplit(base)
        if self.session is not None:
            self.session.trust_env = False  # an address of our own needs no proxy

    @override
    def request(self, method: str, url: str, *args: Any, **more: Any) -> Response:
        asked = urlsplit(url)
        path = self._base.path.rstrip("/") + asked.path
        rebased = urlunsplit((self._base.scheme, self._base.netloc, path, asked.query, asked.fragment))
        return super().request(method, rebased, *args, **more)


@dataclass(frozen=True, slots=True)
class TwilioKeys:
    """What one account needs to speak to Twilio."""

    account_sid: str
    auth_token: str
    base_url: str
    public_url: str


def client_for(keys: TwilioKeys) -> Client:
    """The official client, with a limit to its patience."""
    http = _Rebased(keys.base_url) if keys.base_url else TwilioHttpClient(timeout=_TIMEOUT_S)
    return Client(keys.account_sid, keys.auth_token, http_client=http)


class TwilioChannel:
    """One account's way to its guests' phones."""

    def __init__(self, keys: TwilioKeys, engine: Engine, account_id: int, clock: Clock) -> None:
        self._keys = keys
        self._client = client_for(keys)
        self.templates = Templates(self._client, engine, account_id, clock)

    def send(self, message: Outgoing) -> Sent:
        """Send it once, as richly as the phone can show it."""
        laid = lay_out(message, _can(message))
        sent = self._create(message, laid)
        return Sent(str(sent.sid), segments(laid.text) if _is_sms(message) else None)

    def find(self, message: Outgoing, *, since: datetime, besides: Collection[str] = ()) -> Sent | None:
        """Ask Twilio for what it has sent there lately; the words tell which one is ours."""
        said = lay_out(message, _can(message)).text
        listed = _asked(
            lambda: self._client.messages.list(
                to=message.recipient, date_sent_after=since.replace(microsecond=0) - timedelta(seconds=2), limit=50
            )
        )
        ours = (
            each
            for each in reversed(listed)
            if each.from_ == message.sender and each.body == said and str(each.sid) not in besides
        )
        return next((Sent(str(each.sid)) for each in ours), None)

    def close(self) -> None:
        """Let the connections go."""
        session = self._client.http_client.session
        if session is not None:
            session.close()

    def _create(self, message: Outgoing, laid: Laid) -> MessageInstance:
        what = self._contents(message, laid)
        try:
            return _asked(
                lambda: self._client.messages.create(
                    to=message.recipient,
                    from_=message.sender,
                    status_callback=f"{self._keys.public_url}/webhooks/twilio/status?m={message.message_id}",
                    **what,
                )
            )
        except ProviderRefused as refusal:
            if "content_sid" not in what or refusal.facts["provider_code"] not in _UNKNOWN_TEMPLATE:
                raise
            self.templates.forget()  # somebody deleted it there; made anew on the next attempt
            raise ProviderUnavailable(provider_code=refusal.facts["provider_code"]) from refusal

    def _contents(self, message: Outgoing, laid: Laid) -> Json:
        """What Twilio is given: an approved template, a form with its choices, or words with what belongs to them."""
        if message.template is not None:
            values = [*message.variables, *(option.id for option in message.options)]
            variables = {str(number): value for number, value in enumerate(values, start=1)}
            return {"content_sid": message.template, "content_variables": json.dumps(variables, ensure_ascii=False)}
        filled = fill(laid)
        if filled is not None:
            variables = filled.variables
            return {
                "content_sid": self._template(filled.form),
                "content_variables": json.dumps(variables, ensure_ascii=False),
            }
        what: Json = {"body": laid.text}
        if laid.media_url is not None:
            what["media_url"] = [laid.media_url]
        if laid.place is not None:
            what["persistent_action"] = [f"geo:{laid.place.lat},{laid.place.lon}|{laid.place.name}"]
        return what

    def _template(self, form: str) -> str:
        """Whatever goes wrong with the template, the message itself was certainly not sent."""
        try:
            return _asked(lambda: self.templates.sid(form))
        except ProviderUnknown as lost:
            raise ProviderUnavailable(**lost.facts) from lost


def _is_sms(message: Outgoing) -> bool:
    return not message.recipient.startswith("whatsapp:")


def _can(message: Outgoing) -> Capabilities:
    return TWILIO_SMS if _is_sms(message) else TWILIO_WHATSAPP


def _asked[Answer](call: Callable[[], Answer]) -> Answer:
    """Twilio's troubles in the house's own terms (see docs/channels.md for the codes)."""
    try:
        return call()
    except TwilioRestException as error:
        code = error.code or error.status
        if error.status == _HTTP_TOO_MANY or code in _TOO_MANY:
            raise ProviderUnavailable(provider_code=code) from error
        if error.status >= _HTTP_SERVER:
            raise ProviderUnknown(provider_code=code) from error
        raise ProviderRefused(provider_code=code) from error
    except TwilioException as error:
        raise ProviderUnknown(provider_code=0) from error
    except requests.exceptions.RequestException as error:
        if _never_left(error):
            raise ProviderUnavailable(provider_code=0) from error
        raise ProviderUnknown(provider_code=0) from error


def _never_left(error: requests.exceptions.RequestException) -> bool:
    """Whether no connection was made at all, so that certainly nothing was sent."""
    if isinstance(error, requests.exceptions.ConnectTimeout):
        return True
    cause = error.args[0] if error.args else None
    return isinstance(cause, MaxRetryError) and isinstance(cause.reason, NewConnectionError)
