"""Scripted misfortunes, the clock, the record of calls, and starting over."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import timedelta

import httpx
import pytest
from twilio.base.exceptions import TwilioException
from twilio.rest import Client

from sandbox.clock import parse_duration
from sandbox.settings import DEFAULT_ACCOUNTS, Account, Settings, settings_from_environment
from tests.sandbox.conftest import GUEST, Sandbox, free_port, serving
from tests.sandbox.desk import Desk


@pytest.fixture
def send(twilio_client: Client, account: Account) -> Callable[[str], object]:
    return lambda body: twilio_client.messages.create(to=GUEST, from_=account.sms_number, body=body)


def test_a_call_that_fails_does_nothing_and_the_next_works(sandbox: Sandbox, send: Callable[[str], object]) -> None:
    sandbox.post("/debug/faults", provider="twilio", match="Messages", status=503, times=2)
    for _ in range(2):
        with pytest.raises(TwilioException, match="503"):
            send("hello")
    send("hello")
    assert len(sandbox.lines()) == 1
    assert [one["status"] for one in sandbox.http.get("/debug/calls").json()] == [503, 503, 201]


def test_a_call_may_take_effect_although_the_line_drops(sandbox: Sandbox, send: Callable[[str], object]) -> None:
    sandbox.post("/debug/faults", provider="twilio", drop=True)
    with pytest.raises(Exception, match=r"Connection aborted|Remote end closed|reset by peer"):
        send("hello")
    assert [one["text"] for one in sandbox.lines()] == ["hello"]
    sandbox.post("/debug/faults", provider="twilio", drop=True, act=False)
    with pytest.raises(Exception, match=r"Connection aborted|Remote end closed|reset by peer"):
        send("again")
    assert len(sandbox.lines()) == 1


def test_a_call_may_hang(sandbox: Sandbox, send: Callable[[str], object]) -> None:
    sandbox.post("/debug/faults", provider="twilio", hang=0.2)
    started = time.monotonic()
    send("hello")
    assert time.monotonic() - started >= 0.2
    assert len(sandbox.lines()) == 1


def test_a_webhook_may_come_five_times(sandbox: Sandbox, desk: Desk) -> None:
    sandbox.post("/debug/faults", webhook="twilio", duplicate=4)
    sandbox.write("hello")
    assert len({one.body for one in desk.wait_for("/webhooks/twilio", 5)}) == 1


def test_webhooks_may_come_in_the_wrong_order(sandbox: Sandbox, desk: Desk) -> None:
    sandbox.post("/debug/faults", webhook="twilio", reorder=3, times=3)
    for body in ("one", "two", "three"):
        sandbox.write(body)
    assert [one.form["Body"] for one in desk.wait_for("/webhooks/twilio", 3)] == ["three", "two", "one"]


def test_a_webhook_may_be_withheld_and_let_go(sandbox: Sandbox, desk: Desk) -> None:
    sandbox.post("/debug/faults", webhook="twilio", withhold=True)
    sandbox.write("lost")
    sandbox.write("arrives")
    assert [one.form["Body"] for one in desk.wait_for("/webhooks/twilio")] == ["arrives"]
    assert sandbox.post("/debug/release") == {"released": 1}
    assert [one.form["Body"] for one in desk.wait_for("/webhooks/twilio", 2)] == ["arrives", "lost"]


def test_a_webhook_may_be_late(sandbox: Sandbox, desk: Desk) -> None:
    sandbox.post("/debug/faults", webhook="twilio", delay=0.2)
    started = time.monotonic()
    sandbox.write("hello")
    desk.wait_for("/webhooks/twilio")
    assert time.monotonic() - started >= 0.2
    delivered = sandbox.http.get("/debug/deliveries", params={"kind": "twilio"}).json()
    assert [one["status"] for one in delivered] == [200]


@pytest.mark.parametrize("fault", [{}, {"provider": "twilio", "webhook": "twilio"}, {"provider": "twilio", "x": 1}])
def test_a_misfortune_must_say_whom_it_befalls(sandbox: Sandbox, fault: dict[str, object]) -> None:
    assert sandbox.http.post("/debug/faults", json=fault).status_code == 422
    assert sandbox.http.get("/debug/faults").json() == []


def test_every_call_of_a_provider_is_on_record_with_its_time(sandbox: Sandbox, send: Callable[[str], object]) -> None:
    before = time.time()
    send("hello")
    (call,) = sandbox.http.get("/debug/calls", params={"provider": "twilio"}).json()
    assert before <= call["t"] <= time.time()
    assert (call["method"], call["status"], call["body"]["Body"]) == ("POST", 201, "hello")
    assert sandbox.http.get("/debug/calls", params={"after": call["n"]}).json() == []


def test_the_skip_button_moves_both_clocks(sandbox: Sandbox, desk: Desk) -> None:
    desk.reactions.append(lambda one: (200, {}, b"{}") if one.path == "/debug/clock" else None)
    moved = sandbox.post("/debug/skip", advance="PT20M")
    assert (moved["offset_seconds"], moved["product"]) == (1200, {"moved": True, "status": 200})
    assert desk.moved() == {"advance": "PT20M"}
    assert sandbox.http.post("/debug/clock", json={"advance": "yesterday"}).status_code == 422
    sandbox.post("/debug/reset")
    assert sandbox.http.get("/debug/clock").json()["offset_seconds"] == 0


def test_a_sandbox_that_starts_later_agrees_with_the_products_clock(desk: Desk) -> None:
    desk.forget()
    desk.reactions.append(lambda one: (200, {}, b'{"offset_seconds": 1200.0}') if one.path == "/debug/clock" else None)
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    settings = Settings(port=port, base_url=url, product_url=desk.url, product_public_url=desk.url)
    with serving(settings), httpx.Client(base_url=url, trust_env=False, timeout=60) as http:
        later = Sandbox(url, http)
        later.until(lambda: http.get("/debug/clock").json()["offset_seconds"] == 1200)


@pytest.mark.parametrize(
    ("text", "length"),
    [
        ("PT21M", timedelta(minutes=21)),
        ("P1DT2H3M4S", timedelta(days=1, hours=2, minutes=3, seconds=4)),
        ("P2W", timedelta(weeks=2)),
        ("PT0.5S", timedelta(seconds=0.5)),
    ],
)
def test_durations_are_read_as_iso_8601_writes_them(text: str, length: timedelta) -> None:
    assert parse_duration(text) == length


@pytest.mark.parametrize("text", ["", "P", "PT", "21M", "-PT1M", "P1M"])
def test_what_is_no_duration_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="duration"):
        parse_duration(text)


def test_settings_come_from_the_environment() -> None:
    accounts = (
        f'[{{"name": "One", {", ".join(f"{chr(34)}{key}{chr(34)}: {chr(34)}1:x{chr(34)}" for key in REQUIRED)}}}]'
    )
    given = {"SANDBOX_PORT": "18199", "SANDBOX_PRODUCT_URL": "http://127.0.0.1:9/", "SANDBOX_ACCOUNTS": accounts}
    found = settings_from_environment(given)
    assert (found.port, found.product_url, found.accounts[0].name) == (18199, "http://127.0.0.1:9", "One")
    assert settings_from_environment({}).accounts == DEFAULT_ACCOUNTS
    with pytest.raises(ValueError, match="unknown field phone"):
        settings_from_environment({"SANDBOX_ACCOUNTS": '[{"phone": "x"}]'})


REQUIRED = (
    *("twilio_account_sid", "twilio_auth_token", "whatsapp_number", "sms_number", "telegram_bot_token"),
    *("razorpay_key_id", "razorpay_key_secret", "razorpay_webhook_secret"),
)


def test_the_sandbox_listens_on_this_machine_only_and_serves_its_pages(sandbox: Sandbox) -> None:
    assert sandbox.http.get("/healthz").json()["ok"] is True
    assert "The guest's phone" in sandbox.http.get("/").text
    assert sandbox.http.get("/phones/app.js").headers["content-type"].startswith("text/javascript")
    assert sandbox.http.get("/pay/plink_nobody").status_code == 404
    with httpx.stream("GET", f"{sandbox.url}/phones/events?guest=%2B919812345678") as stream:
        lines = stream.iter_lines()
        assert next(lines).startswith("retry")
        sandbox.write("hello")
        assert '"text": "hello"' in next(line for line in lines if line.startswith("data:"))
