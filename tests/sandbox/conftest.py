"""The sandbox on a real port, a tiny product on another, and the official clients between them."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import threading
import time
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import httpx
import pytest
import razorpay
import requests
import telegram
import uvicorn
from twilio.http.http_client import TwilioHttpClient
from twilio.rest import Client

from sandbox.app import create_app
from sandbox.settings import DEFAULT_ACCOUNTS, Account, Settings
from tests.sandbox.desk import Desk

GUEST = "+919812345678"
OWNER = 710000001


@dataclass(frozen=True)
class Sandbox:
    """The running sandbox and a client for its script API."""

    url: str
    http: httpx.Client

    def post(self, path: str, **body: Any) -> dict[str, Any]:  # noqa: ANN401 - any JSON
        answer = self.http.post(path, json=body)
        assert answer.is_success, answer.text
        found: dict[str, Any] = answer.json()
        return found

    def write(self, text: str, guest: str = GUEST, **more: Any) -> dict[str, Any]:  # noqa: ANN401 - any JSON
        return self.post(f"/guests/{guest}/messages", **({"channel": "whatsapp", "text": text} | more))

    def lines(self, guest: str = GUEST, **query: int) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self.http.get(f"/guests/{guest}/messages", params=query).json()
        return found

    def owner_lines(self, owner: int = OWNER) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self.http.get(f"/owners/{owner}/messages").json()
        return found

    def until(self, found: Callable[[], bool], seconds: float = 60.0) -> None:
        """Wait until something is so; the deadline is only for a broken sandbox."""
        deadline = time.monotonic() + seconds
        while not found():
            assert time.monotonic() < deadline, "it never happened"
            time.sleep(0.01)

    def until_status(self, line_id: int, status: str, guest: str = GUEST) -> None:
        self.until(lambda: any(one["id"] == line_id and one["status"] == status for one in self.lines(guest)))


class LocalTwilioHttp(TwilioHttpClient):  # type: ignore[misc]  # the package is published without types
    """Twilio's own transport, sent to another address."""

    def __init__(self, base: str) -> None:
        super().__init__(timeout=5)
        self._base = urlsplit(base)

    def request(self, method: str, url: str, *args: Any, **kwargs: Any) -> Any:  # noqa: ANN401 - as the base class
        parts = urlsplit(url)
        local = urlunsplit((self._base.scheme, self._base.netloc, parts.path, parts.query, parts.fragment))
        return super().request(method, local, *args, **kwargs)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@contextlib.contextmanager
def serving(settings: Settings) -> Iterator[None]:
    """Run a sandbox in a thread for as long as the block lasts."""
    config = uvicorn.Config(
        create_app(settings), host="127.0.0.1", port=settings.port, log_level="warning", timeout_graceful_shutdown=1
    )
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    deadline = time.monotonic() + 60
    while not server.started:
        assert time.monotonic() < deadline, "the sandbox did not start"
        time.sleep(0.01)
    yield
    server.should_exit = True
    thread.join(5)


@pytest.fixture(scope="session")
def open_desk() -> Iterator[Desk]:
    desk = Desk()
    desk.open()
    yield desk
    desk.close()


@pytest.fixture(scope="session")
def running(open_desk: Desk) -> Iterator[Sandbox]:
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    settings = Settings(
        port=port,
        base_url=url,
        product_url=open_desk.url,
        product_public_url=open_desk.url,
        status_delay=0.02,
        redelivery_wait=0.02,
    )
    with serving(settings), httpx.Client(base_url=url, trust_env=False, timeout=60) as http:
        yield Sandbox(url, http)


@pytest.fixture
def desk(open_desk: Desk) -> Desk:
    return open_desk


@pytest.fixture
def sandbox(running: Sandbox, desk: Desk) -> Sandbox:
    running.post("/debug/reset")
    desk.forget()
    return running


@pytest.fixture
def account() -> Account:
    return DEFAULT_ACCOUNTS[0]


@pytest.fixture
def twilio_client(sandbox: Sandbox, account: Account) -> Iterator[Client]:
    http = LocalTwilioHttp(sandbox.url)
    yield Client(account.twilio_account_sid, account.twilio_auth_token, http_client=http)
    http.session.close()


@pytest.fixture
def razorpay_client(sandbox: Sandbox, account: Account) -> Iterator[Any]:
    with requests.Session() as session:
        yield razorpay.Client(
            session=session, auth=(account.razorpay_key_id, account.razorpay_key_secret), base_url=sandbox.url
        )


@pytest.fixture
def with_bot(sandbox: Sandbox, account: Account) -> Callable[[Callable[[telegram.Bot], Awaitable[Any]]], Any]:
    """Run something with python-telegram-bot's own Bot."""

    def run(work: Callable[[telegram.Bot], Awaitable[Any]], token: str = account.telegram_bot_token) -> Any:  # noqa: ANN401 - any method
        async def inside() -> Any:  # noqa: ANN401 - whatever the work returns
            bot = telegram.Bot(token, base_url=f"{sandbox.url}/bot", base_file_url=f"{sandbox.url}/file/bot")
            async with bot:
                return await work(bot)

        return asyncio.run(inside())

    return run
