"""A guest's message arrives at the product as Twilio would bring it."""

from __future__ import annotations

import base64
import json
import re
import threading

import httpx
import pytest
from twilio.request_validator import RequestValidator
from twilio.rest import Client

from sandbox.settings import DEFAULT_ACCOUNTS, Account, Settings
from tests.sandbox.conftest import GUEST, Sandbox, free_port, serving
from tests.sandbox.desk import Desk


def test_words_arrive_signed_with_every_field_of_whatsapp(sandbox: Sandbox, desk: Desk, account: Account) -> None:
    made = sandbox.write("नमस्ते & hello +1", name="Asha Rao")
    one = desk.wait_for("/webhooks/twilio")[0]
    form = one.form
    url = f"{desk.url}/webhooks/twilio"
    assert RequestValidator(account.twilio_auth_token).validate(url, form, one.headers["x-twilio-signature"])
    assert one.headers["content-type"].startswith("application/x-www-form-urlencoded")
    assert re.fullmatch(r"SM[0-9a-f]{32}", form["MessageSid"])
    assert form["MessageSid"] == form["SmsSid"] == form["SmsMessageSid"] == made["sid"]
    assert (form["From"], form["To"]) == (f"whatsapp:{GUEST}", account.whatsapp_number)
    assert (form["Body"], form["NumMedia"], form["SmsStatus"]) == ("नमस्ते & hello +1", "0", "received")
    assert (form["ProfileName"], form["WaId"], form["MessageType"]) == ("Asha Rao", GUEST[1:], "text")
    assert (form["ButtonText"], form["Forwarded"], form["ReferralNumMedia"]) == ("", "false", "0")
    assert json.loads(form["ChannelMetadata"])["type"] == "whatsapp"
    sandbox.until_status(made["id"], "delivered")


def test_a_text_message_has_the_fields_of_sms(sandbox: Sandbox, desk: Desk, account: Account) -> None:
    sandbox.write("hello", channel="sms")
    form = desk.wait_for("/webhooks/twilio")[0].form
    assert (form["From"], form["To"], form["FromCountry"]) == (GUEST, account.sms_number, "IN")
    assert "ProfileName" not in form
    assert "MessageType" not in form


def test_the_second_business_has_its_own_number_and_its_own_key(sandbox: Sandbox, desk: Desk) -> None:
    second = DEFAULT_ACCOUNTS[1]
    sandbox.write("hello", to=second.sms_number)
    one = desk.wait_for("/webhooks/twilio")[0]
    assert (one.form["To"], one.form["AccountSid"]) == (second.whatsapp_number, second.twilio_account_sid)
    url, signature = f"{desk.url}/webhooks/twilio", one.headers["x-twilio-signature"]
    assert RequestValidator(second.twilio_auth_token).validate(url, one.form, signature)
    assert not RequestValidator(DEFAULT_ACCOUNTS[0].twilio_auth_token).validate(url, one.form, signature)


def test_a_pin_and_a_quotation(sandbox: Sandbox, desk: Desk) -> None:
    first = sandbox.write("hello")
    pin = {"latitude": 26.9239, "longitude": 75.8267, "label": "Hawa Mahal"}
    sandbox.post(f"/guests/{GUEST}/messages", channel="whatsapp", location=pin)
    sandbox.write("I meant this", reply_to=first["id"])
    _, place, quote = [one.form for one in desk.wait_for("/webhooks/twilio", 3)]
    assert (place["Latitude"], place["Longitude"], place["Label"]) == ("26.9239", "75.8267", "Hawa Mahal")
    assert (place["MessageType"], place["Body"]) == ("location", "")
    assert quote["OriginalRepliedMessageSid"] == first["sid"]


def test_a_voice_note_is_kept_behind_the_accounts_key(sandbox: Sandbox, desk: Desk, account: Account) -> None:
    content = base64.b64encode(b"OggS and so on").decode()
    sandbox.post(
        f"/guests/{GUEST}/messages", channel="whatsapp", media={"content_type": "audio/ogg", "content": content}
    )
    form = desk.wait_for("/webhooks/twilio")[0].form
    assert (form["NumMedia"], form["MediaContentType0"], form["MessageType"]) == ("1", "audio/ogg", "audio")
    assert form["MessageSid"].startswith("MM")
    url = form["MediaUrl0"]
    assert httpx.get(url).status_code == 401
    found = httpx.get(url, auth=(account.twilio_account_sid, account.twilio_auth_token))
    assert (found.content, found.headers["content-type"]) == (b"OggS and so on", "audio/ogg")


def test_the_same_sid_twice_is_the_same_message_delivered_again(sandbox: Sandbox, desk: Desk) -> None:
    first = sandbox.write("hello", sid="my-own-word")
    again = [sandbox.write("hello", sid="my-own-word") for _ in range(3)]
    heard = desk.wait_for("/webhooks/twilio", 4)
    assert {one["id"] for one in again} == {first["id"]}
    assert len({one.body for one in heard}) == 1
    assert len(sandbox.lines()) == 1


def test_a_product_that_starts_late_still_gets_every_message_in_order() -> None:
    late = Desk(free_port())
    port = free_port()
    settings = Settings(
        port=port,
        base_url=f"http://127.0.0.1:{port}",
        product_url=late.url,
        product_public_url=late.url,
        redelivery_wait=0.05,
    )
    with serving(settings), httpx.Client(base_url=settings.base_url, trust_env=False) as http:
        box = Sandbox(settings.base_url, http)
        sent = [box.write(f"message {n}")["id"] for n in range(3)]
        box.until(lambda: box.lines()[0]["attempts"] >= 2)
        assert [one["status"] for one in box.lines()] == ["queued"] * 3
        late.open()
        heard = late.wait_for("/webhooks/twilio", 3)
        assert [one.form["Body"] for one in heard] == ["message 0", "message 1", "message 2"]
        for line_id in sent:
            box.until_status(line_id, "delivered")
    late.close()


def test_a_refused_webhook_is_not_sent_again(sandbox: Sandbox, desk: Desk) -> None:
    desk.reactions.append(lambda one: (403, {}, b"") if one.path == "/webhooks/twilio" else None)
    made = sandbox.write("hello")
    sandbox.until_status(made["id"], "failed")
    assert sandbox.lines()[0]["error_code"] == 11200
    assert len(desk.wait_for("/webhooks/twilio")) == 1


def test_a_message_the_product_chokes_on_does_not_hold_up_the_next_for_ever(sandbox: Sandbox, desk: Desk) -> None:
    desk.reactions.append(lambda one: (500, {}, b"") if b"poison" in one.body else None)
    first = sandbox.write("poison")
    second = sandbox.write("hello")
    sandbox.until_status(second["id"], "delivered")
    assert [one["status"] for one in sandbox.lines() if one["id"] == first["id"]] == ["failed"]
    desk.reactions.clear()
    sandbox.write("poison", sid=first["sid"])
    sandbox.until_status(first["id"], "delivered")


def test_an_answer_in_twiml_is_shown(sandbox: Sandbox, desk: Desk) -> None:
    body = b'<?xml version="1.0" encoding="UTF-8"?><Response><Message>One moment &amp; a half.</Message></Response>'
    desk.reactions.append(
        lambda one: (200, {"Content-Type": "application/xml"}, body) if "twilio" in one.path else None
    )
    sandbox.write("hello")
    sandbox.until(lambda: [one["text"] for one in sandbox.lines()] == ["hello", "One moment & a half."])


def test_what_arrives_is_in_twilios_own_record(sandbox: Sandbox, twilio_client: Client) -> None:
    made = sandbox.write("hello")
    found = twilio_client.messages(made["sid"]).fetch()
    assert (found.direction, found.status, found.body) == ("inbound", "received", "hello")


def test_waiting_for_a_message_ends_when_it_comes(sandbox: Sandbox) -> None:
    first = sandbox.write("one")
    threading.Timer(0.1, lambda: sandbox.write("two")).start()
    found = sandbox.lines(after=first["id"], wait=5)
    assert [one["text"] for one in found] == ["two"]
    assert found[0]["id"] > first["id"]


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"channel": "whatsapp"}, 422),
        ({"channel": "whatsapp", "tap": "a", "location": {"latitude": 1, "longitude": 1}}, 422),
        ({"channel": "pigeon", "text": "x"}, 422),
        ({"channel": "whatsapp", "tap": "nobody offered this"}, 404),
        ({"channel": "whatsapp", "text": "x", "to": "+10000000000"}, 404),
        ({"channel": "whatsapp", "text": "x", "reply_to": 999999}, 404),
        ({"channel": "whatsapp", "location": {"latitude": 91, "longitude": 0}}, 422),
    ],
)
def test_a_script_that_asks_for_nonsense_is_told(sandbox: Sandbox, body: dict[str, object], status: int) -> None:
    assert sandbox.http.post(f"/guests/{GUEST}/messages", json=body).status_code == status
    assert sandbox.lines() == []


def test_a_number_may_be_written_with_or_without_its_plus(sandbox: Sandbox) -> None:
    sandbox.write("hello", guest=GUEST.removeprefix("+"))
    assert len(sandbox.lines(GUEST.replace("+", "%2B"))) == 1
    assert sandbox.http.get("/guests/nobody/messages").status_code == 422
