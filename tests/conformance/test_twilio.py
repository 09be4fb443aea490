"""Our stand-in of Twilio held against Twilio's own description of its API, by a proxy nobody of ours has written.

The official client and our own templates speak through Prism to the sandbox: a request or an answer that the published
OpenAPI files do not allow becomes an error here. Two things do not go through the proxy: it reads a form's only
`MediaUrl` as no list, and it wants the addresses of pages whole where Twilio gives them relative.
"""

from __future__ import annotations

import json
import socket
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit, urlunsplit

import httpx
import pytest
from sqlalchemy.orm import Session
from twilio.base.exceptions import TwilioException
from twilio.http.http_client import TwilioHttpClient
from twilio.rest import Client

from core.messaging.capabilities import TWILIO_WHATSAPP
from core.messaging.layout import lay_out
from core.ports import Option, Outgoing
from providers.content import Templates, fill, forms
from sandbox.settings import DEFAULT_ACCOUNTS, Settings
from tests.builders.houses import an_account
from tests.fixtures.clock import SUNDAY_NOON, StillClock
from tests.fixtures.database import Database
from tests.fixtures.waiting import eventually
from tests.sandbox.conftest import free_port, serving
from tests.sandbox.desk import Desk

pytestmark = [pytest.mark.processes, pytest.mark.xdist_group("conformance")]

_HERE: Final = Path(__file__).parent / "node_modules"
_SPECS: Final = _HERE / "@twilio" / "cli-core" / "src" / "services" / "twilio-api"
_PRISM: Final = _HERE / "@stoplight" / "prism-cli" / "dist" / "index.js"
_ACCOUNT: Final = DEFAULT_ACCOUNTS[0]
_GUEST: Final = "+919812345678"
_SLOW_START_S: Final = 90.0


class _Through(TwilioHttpClient):  # type: ignore[misc]  # the package is published without types
    """Twilio's own transport, sent to the proxy that knows the API asked for."""

    def __init__(self, messages: int, content: int) -> None:
        super().__init__(timeout=20)
        self._ports = {"api.twilio.com": messages, "content.twilio.com": content}

    def request(self, method: str, url: str, *args: Any, **kwargs: Any) -> Any:  # noqa: ANN401 - as the base class
        asked = urlsplit(url)
        proxy = f"127.0.0.1:{self._ports[asked.netloc]}"
        return super().request(method, urlunsplit(("http", proxy, asked.path, asked.query, "")), *args, **kwargs)


def _proxy(port: int, spec: str, upstream: str) -> subprocess.Popen[bytes]:
    node = (_HERE / ".node").read_text().strip()
    words = [node, str(_PRISM), "proxy", "--errors", "-h", "127.0.0.1", "-p", str(port), str(_SPECS / spec), upstream]
    return subprocess.Popen(words, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def _listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


@pytest.fixture(scope="module")
def sandbox() -> Iterator[httpx.Client]:
    desk = Desk()
    desk.open()
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    settings = Settings(port=port, base_url=url, product_url=desk.url, product_public_url=desk.url)
    with serving(settings), httpx.Client(base_url=url, trust_env=False, timeout=60) as http:
        yield http
    desk.close()


@pytest.fixture(scope="module")
def client(sandbox: httpx.Client) -> Iterator[Client]:
    ports = (free_port(), free_port())
    upstream = str(sandbox.base_url).rstrip("/")
    proxies = [
        _proxy(port, spec, upstream)
        for port, spec in zip(ports, ("twilio_api_v2010.json", "twilio_content_v1.json"), strict=True)
    ]
    try:
        eventually(lambda: all(_listens(port) for port in ports), within_s=_SLOW_START_S)
        yield Client(_ACCOUNT.twilio_account_sid, _ACCOUNT.twilio_auth_token, http_client=_Through(*ports))
    finally:
        for proxy in proxies:
            proxy.terminate()
            proxy.wait(10)


@pytest.fixture(scope="module")
def guest(sandbox: httpx.Client) -> str:
    """Somebody who has just written, so that the window is open."""
    said = sandbox.post(f"/guests/{_GUEST}/messages", json={"channel": "whatsapp", "text": "Hi"})
    assert said.is_success
    return f"whatsapp:{_GUEST}"


def test_the_proxy_does_catch_what_the_api_does_not_allow(client: Client, guest: str) -> None:
    with pytest.raises(TwilioException):
        client.messages.create(to=guest, from_=_ACCOUNT.whatsapp_number, messaging_service_sid="no such", body="x")


def test_a_message_is_sent_fetched_and_redacted(client: Client, guest: str) -> None:
    sent = client.messages.create(
        to=guest,
        from_=_ACCOUNT.whatsapp_number,
        body="Namaste",
        status_callback="http://127.0.0.1:9/status?m=1",
    )
    assert client.messages(sent.sid).fetch().body == "Namaste"
    assert client.messages(sent.sid).update(body="").body == ""


def test_an_sms_tells_its_segments(client: Client) -> None:
    sent = client.messages.create(to=_GUEST, from_=_ACCOUNT.sms_number, body="x" * 161)
    assert client.messages(sent.sid).fetch().num_segments == "2"


def test_every_template_of_ours_is_made_filled_and_sent(client: Client, guest: str, database: Database) -> None:
    with Session(database.engine) as session, session.begin():
        account_id, _, _ = an_account(session, now=SUNDAY_NOON)
    templates = Templates(client, database.engine, account_id, StillClock())
    for form in forms():
        kind, _, count = form.partition("_")
        about = "" if kind == "quick" else "₹4,200 a night"
        options = [Option(f"m.{n}", f"Choice {n}", about) for n in range(1, int(count) + 1)]
        outgoing = Outgoing(1, "", guest, "Which one?", tuple(options), "Rooms")
        filled = fill(lay_out(outgoing, TWILIO_WHATSAPP))
        assert filled is not None
        assert filled.form == form
        sent = client.messages.create(
            to=guest,
            from_=_ACCOUNT.whatsapp_number,
            content_sid=templates.sid(form),
            content_variables=json.dumps(filled.variables),
        )
        assert sent.body == "Which one?"


def test_templates_are_read_approved_and_deleted(client: Client, database: Database) -> None:
    with Session(database.engine) as session, session.begin():
        account_id, _, _ = an_account(session, now=SUNDAY_NOON)
    sid = Templates(client, database.engine, account_id, StillClock()).sid("quick_2")
    one = next(one for one in client.content.v1.contents.list(limit=50) if one.sid == sid)
    assert client.content.v1.contents(one.sid).fetch().friendly_name == one.friendly_name
    assert client.content.v1.contents(one.sid).approval_fetch().fetch().whatsapp
    assert client.content.v1.contents(one.sid).delete()
    assert sid not in {one.sid for one in client.content.v1.contents.list(limit=50)}
