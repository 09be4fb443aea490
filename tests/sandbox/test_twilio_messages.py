"""The Messages API, called by Twilio's own client."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from twilio.base.exceptions import TwilioRestException
from twilio.request_validator import RequestValidator
from twilio.rest import Client
from twilio.rest.content.v1.content import ContentList

from sandbox.settings import DEFAULT_ACCOUNTS, Account
from tests.sandbox.conftest import GUEST, LocalTwilioHttp, Sandbox
from tests.sandbox.desk import Desk

WHATSAPP = f"whatsapp:{GUEST}"


def template(client: Client, kind: str, body: object, **variables: str) -> str:
    """Make a Content template and give its sid."""
    types = ContentList.Types({kind: body})
    request = ContentList.ContentCreateRequest(
        {"friendly_name": kind, "language": "en", "variables": variables, "types": types}
    )
    sid: str = client.content.v1.contents.create(content_create_request=request).sid
    return sid


def refusal(call: Any, *args: Any, **kwargs: Any) -> TwilioRestException:  # noqa: ANN401 - any call of the client
    with pytest.raises(TwilioRestException) as caught:
        call(*args, **kwargs)
    return caught.value


def test_a_message_in_the_window_reaches_the_phone_and_can_be_fetched(
    sandbox: Sandbox, twilio_client: Client, account: Account
) -> None:
    sandbox.write("Hi")
    made = twilio_client.messages.create(to=WHATSAPP, from_=account.whatsapp_number, body="Namaste *Asha*")
    assert re.fullmatch(r"(SM|MM)[0-9a-f]{32}", made.sid)
    assert (made.status, made.direction, made.num_media, made.num_segments) == ("queued", "outbound-api", "0", "1")
    assert abs(made.date_created - datetime.now(UTC)) < timedelta(minutes=10)
    shown = sandbox.lines()[-1]
    assert (shown["direction"], shown["channel"], shown["text"]) == ("out", "whatsapp", "Namaste *Asha*")
    assert twilio_client.messages(made.sid).fetch().body == "Namaste *Asha*"


def test_statuses_come_signed_and_in_order_to_the_callback(
    sandbox: Sandbox, desk: Desk, twilio_client: Client, account: Account
) -> None:
    sandbox.write("Hi")
    url = f"{desk.url}/webhooks/twilio/status?outbox=17"
    twilio_client.messages.create(to=WHATSAPP, from_=account.whatsapp_number, body="Hello", status_callback=url)
    heard = desk.wait_for("/webhooks/twilio/status", 2)
    assert [one.form["MessageStatus"] for one in heard] == ["sent", "delivered"]
    for one in heard:
        signature = one.headers["x-twilio-signature"]
        assert RequestValidator(account.twilio_auth_token).validate(url, one.form, signature)
    sandbox.post(f"/guests/{GUEST}/read")
    assert desk.wait_for("/webhooks/twilio/status", 3)[-1].form["MessageStatus"] == "read"


def test_nobody_reads_an_sms(sandbox: Sandbox, twilio_client: Client, account: Account) -> None:
    made = twilio_client.messages.create(to=GUEST, from_=account.sms_number, body="Your room is ready")
    sandbox.until(lambda: twilio_client.messages(made.sid).fetch().status == "delivered")
    assert sandbox.post(f"/guests/{GUEST}/read")["read"] == 0
    assert twilio_client.messages(made.sid).fetch().status == "delivered"


@pytest.mark.parametrize(
    ("text", "segments"),
    [
        ("a" * 160, "1"),
        ("a" * 161, "2"),
        ("€" * 80, "1"),
        ("€" * 81, "2"),
        ("₹" * 70, "1"),
        ("₹" * 71, "2"),
        ("🙏" * 36, "2"),
    ],
)
def test_an_sms_is_cut_as_carriers_cut_it(
    sandbox: Sandbox, twilio_client: Client, account: Account, text: str, segments: str
) -> None:
    assert sandbox.lines() == []
    made = twilio_client.messages.create(to=GUEST, from_=account.sms_number, body=text)
    assert made.num_segments == segments


def test_messages_are_listed_by_recipient_sender_and_day(
    sandbox: Sandbox, twilio_client: Client, account: Account
) -> None:
    sandbox.write("Hi")
    for body in ("one", "two", "three"):
        twilio_client.messages.create(to=WHATSAPP, from_=account.whatsapp_number, body=body)
    twilio_client.messages.create(to="+919800000000", from_=account.sms_number, body="other")
    found = twilio_client.messages.list(to=WHATSAPP, date_sent=datetime.now(UTC).date(), page_size=2)
    assert [one.body for one in found] == ["three", "two", "one"]
    assert [one.body for one in twilio_client.messages.list(from_=account.sms_number)] == ["other"]
    assert twilio_client.messages.list(to=WHATSAPP, date_sent_after=datetime.now(UTC) + timedelta(days=1)) == []
    assert [one.direction for one in twilio_client.messages.list(from_=WHATSAPP)] == ["inbound"]


def test_freeform_words_and_lists_are_refused_outside_the_window_but_a_template_is_not(
    sandbox: Sandbox, twilio_client: Client, account: Account
) -> None:
    sandbox.write("Hi")
    sandbox.post("/debug/clock", advance="P1DT1M")
    create = twilio_client.messages.create
    late = refusal(create, to=WHATSAPP, from_=account.whatsapp_number, body="Are you coming?")
    assert (late.status, late.code) == (400, 63016)
    items = [ContentList.ListItem({"id": "a", "item": "A"})]
    body = ContentList.TwilioListPicker({"body": "Pick", "button": "See", "items": items})
    picker = template(twilio_client, "twilio/list-picker", body)
    assert refusal(create, to=WHATSAPP, from_=account.whatsapp_number, content_sid=picker).code == 63016
    reminder = template(twilio_client, "twilio/text", ContentList.TwilioText({"body": "See you on {{1}} then."}))
    variables = json.dumps({"1": "Friday"})
    create(to=WHATSAPP, from_=account.whatsapp_number, content_sid=reminder, content_variables=variables)
    assert sandbox.lines()[-1]["text"] == "See you on Friday then."
    broken = json.dumps({"1": "Friday\nnight"})
    again = refusal(create, to=WHATSAPP, from_=account.whatsapp_number, content_sid=reminder, content_variables=broken)
    assert again.code == 21656


def test_the_window_can_also_refuse_afterwards_as_the_real_one_does(
    sandbox: Sandbox, desk: Desk, twilio_client: Client, account: Account
) -> None:
    sandbox.http.patch("/debug/policy", json={"window_refusal": "callback"}).raise_for_status()
    url = f"{desk.url}/status"
    made = twilio_client.messages.create(to=WHATSAPP, from_=account.whatsapp_number, body="Hi", status_callback=url)
    told = desk.wait_for("/status")[0].form
    assert (told["MessageStatus"], told["ErrorCode"], told["MessageSid"]) == ("failed", "63016", made.sid)
    assert twilio_client.messages(made.sid).fetch().error_code == 63016


def test_mistakes_get_twilios_own_codes(sandbox: Sandbox, twilio_client: Client, account: Account) -> None:
    sandbox.write("Hi")
    create = twilio_client.messages.create
    whatsapp, sms = account.whatsapp_number, account.sms_number
    cases: list[tuple[int, dict[str, Any]]] = [
        (21211, {"to": "12345", "from_": sms, "body": "x"}),
        (21602, {"to": GUEST, "from_": sms}),
        (21603, {"to": GUEST, "body": "x"}),
        (21606, {"to": GUEST, "from_": "+14155550999", "body": "x"}),
        (63007, {"to": WHATSAPP, "from_": "whatsapp:+14155550999", "body": "x"}),
        (21910, {"to": WHATSAPP, "from_": sms, "body": "x"}),
        (21617, {"to": WHATSAPP, "from_": whatsapp, "body": "x" * 1601}),
        (21655, {"to": WHATSAPP, "from_": whatsapp, "content_sid": "HX" + "0" * 32}),
        (21609, {"to": WHATSAPP, "from_": whatsapp, "body": "x", "status_callback": "nowhere"}),
        (21620, {"to": WHATSAPP, "from_": whatsapp, "media_url": ["nowhere"]}),
        (21623, {"to": WHATSAPP, "from_": whatsapp, "media_url": ["https://a.test/1", "https://a.test/2"]}),
        (21703, {"to": WHATSAPP, "messaging_service_sid": "MGx", "body": "x"}),
    ]
    for code, given in cases:
        found = refusal(create, **given)
        assert (found.status, found.code) == (400, code), given


def test_only_the_right_key_opens_the_account(sandbox: Sandbox, account: Account) -> None:
    http = LocalTwilioHttp(sandbox.url)
    wrong = Client(account.twilio_account_sid, "0" * 32, http_client=http)
    send = {"to": GUEST, "from_": account.sms_number, "body": "x"}
    refused = refusal(wrong.messages.create, **send)
    assert (refused.status, refused.code) == (401, 20003)
    other = DEFAULT_ACCOUNTS[1]
    strange = Client(other.twilio_account_sid, account.twilio_auth_token, http_client=http)
    assert refusal(strange.messages.create, **send).code == 20003
    http.session.close()


def test_another_accounts_message_is_not_found(sandbox: Sandbox, twilio_client: Client, account: Account) -> None:
    sandbox.write("Hi")
    made = twilio_client.messages.create(to=WHATSAPP, from_=account.whatsapp_number, body="Hello")
    second = DEFAULT_ACCOUNTS[1]
    http = LocalTwilioHttp(sandbox.url)
    theirs = Client(second.twilio_account_sid, second.twilio_auth_token, http_client=http)
    assert refusal(theirs.messages(made.sid).fetch).code == 20404
    assert refusal(twilio_client.messages("SM" + "0" * 32).fetch).status == 404
    http.session.close()


def test_stop_on_sms_is_obeyed_by_the_carrier(
    sandbox: Sandbox, desk: Desk, twilio_client: Client, account: Account
) -> None:
    sandbox.write("stop", channel="sms")
    assert desk.wait_for("/webhooks/twilio")[0].form["Body"] == "stop"
    assert "unsubscribed" in sandbox.lines()[-1]["text"]
    send = twilio_client.messages.create
    assert refusal(send, to=GUEST, from_=account.sms_number, body="One more thing").code == 21610
    sandbox.write("START", channel="sms")
    assert send(to=GUEST, from_=account.sms_number, body="Welcome back").status == "queued"


def test_a_picture_is_fetched_from_the_product_and_shown(
    sandbox: Sandbox, desk: Desk, twilio_client: Client, account: Account
) -> None:
    sandbox.write("Hi")
    desk.reactions.append(
        lambda one: (200, {"Content-Type": "image/png"}, b"\x89PNG") if one.path == "/qr.png" else None
    )
    made = twilio_client.messages.create(to=WHATSAPP, from_=account.whatsapp_number, media_url=[f"{desk.url}/qr.png"])
    assert made.num_media == "1"
    sandbox.until(lambda: twilio_client.messages(made.sid).fetch().status == "delivered")
    media = sandbox.lines()[-1]["media"][0]
    assert media["content_type"] == "image/png"
    assert sandbox.http.get(media["url"]).content == b"\x89PNG"
    assert [one.content_type for one in twilio_client.messages(made.sid).media.list()] == ["image/png"]


def test_a_picture_that_is_not_there_fails_the_message(
    sandbox: Sandbox, desk: Desk, twilio_client: Client, account: Account
) -> None:
    sandbox.write("Hi")
    desk.reactions.append(lambda one: (404, {}, b"") if one.path == "/gone.png" else None)
    url = f"{desk.url}/gone.png"
    made = twilio_client.messages.create(to=WHATSAPP, from_=account.whatsapp_number, media_url=[url])
    sandbox.until(lambda: twilio_client.messages(made.sid).fetch().status == "failed")
    assert twilio_client.messages(made.sid).fetch().error_code == 63019
