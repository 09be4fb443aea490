"""The sandbox's WhatsApp of Meta's, called by pywa and read by pywa."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import httpx
import pytest
from pywa.client import WhatsApp
from pywa.errors import ExpiredAccessToken, RateLimitHit, TemplateNotExists, WhatsAppError
from pywa.types.base_update import RawUpdate
from pywa.types.callback import Button, CallbackButton, CallbackSelection, Section, SectionList, SectionRow
from pywa.types.message import Message
from pywa.types.message_status import MessageStatus, MessageStatusType
from pywa.types.templates import (
    BodyText,
    Buttons,
    ParamFormat,
    QuickReplyButton,
    Template,
    TemplateCategory,
    TemplateLanguage,
    TemplateStatus,
)
from pywa.types.user_preferences import MarketingPreference, UserMarketingPreferences

from sandbox.settings import Account
from tests.sandbox.conftest import GUEST, Sandbox
from tests.sandbox.desk import Desk, Heard

PATH = "/webhooks/whatsapp"
TO = GUEST.removeprefix("+")


@pytest.fixture
def pywa(sandbox: Sandbox, account: Account) -> Iterator[WhatsApp]:
    with httpx.Client(trust_env=False, timeout=10) as http:
        client = WhatsApp(
            phone_id=account.meta_number_id, token=account.meta_token, app_secret=account.meta_app_secret, session=http
        )
        http.base_url = httpx.URL(f"{sandbox.url}/v23.0")
        yield client


A_TEMPLATE = Template(
    name="booking_confirmed_stay",
    language=TemplateLanguage.ENGLISH,
    category=TemplateCategory.UTILITY,
    parameter_format=ParamFormat.POSITIONAL,
    components=[
        BodyText("Booked, reference {{1}}. Write to me here.", "K7QM9C"),
        Buttons(buttons=[QuickReplyButton(text="Where is it?"), QuickReplyButton(text="Change it")]),
    ],
)


def write(sandbox: Sandbox, account: Account, text: str | None = "Hi", **more: object) -> dict[str, object]:
    what = {"channel": "whatsapp", "to": account.meta_number, "text": text} | more
    return sandbox.post(f"/guests/{GUEST}/messages", **{name: each for name, each in what.items() if each is not None})


def update(pywa: WhatsApp, account: Account, one: Heard) -> RawUpdate:
    """Read by pywa, after its own check of the signature."""
    given = one.headers["x-hub-signature-256"]
    assert pywa.webhook_update_validator(one.body, given) is None
    wanted = hmac.new(account.meta_app_secret.encode(), one.body, hashlib.sha256).hexdigest()
    assert given == f"sha256={wanted}"
    return RawUpdate(one.body, hmac_header=given, update_hash="x")


def heard(desk: Desk, kind: str, count: int) -> list[Heard]:
    """The last webhooks that carry messages, or statuses."""
    seen: list[Heard] = []
    total = 1
    while len(seen) < count:
        every = desk.wait_for(PATH, total)
        seen = [one for one in every if kind in one.json["entry"][0]["changes"][0]["value"]]
        total = len(every) + 1
    return seen


def test_what_a_guest_writes_is_a_message_to_pywa(
    sandbox: Sandbox, desk: Desk, pywa: WhatsApp, account: Account
) -> None:
    write(sandbox, account, "Room for 2")
    message = Message.from_update(pywa, update(pywa, account, heard(desk, "messages", 1)[0]))
    assert (message.text, message.from_user.wa_id) == ("Room for 2", TO)
    assert message.metadata.phone_number_id == account.meta_number_id


def test_buttons_lists_pictures_and_pins_arrive_and_are_answered(
    sandbox: Sandbox, desk: Desk, pywa: WhatsApp, account: Account
) -> None:
    write(sandbox, account)
    sent = pywa.send_message(TO, "Shall I?", buttons=[Button("Yes", "1.1"), Button("No", "1.2")])
    assert sent.id.startswith("wamid.")
    write(sandbox, account, None, tap="1.2", to=None)
    tapped = CallbackButton.from_update(pywa, update(pywa, account, heard(desk, "messages", 2)[1]))
    assert (tapped.data, tapped.title, tapped.reply_to_message and tapped.reply_to_message.id) == (
        "1.2",
        "No",
        sent.id,
    )
    rows = [SectionRow(f"Room {number}", f"2.{number}", "a view") for number in range(1, 11)]
    pywa.send_message(TO, "Which?", buttons=SectionList("Rooms", [Section("Rooms", rows)]))
    write(sandbox, account, None, tap="2.7", to=None)
    chosen = CallbackSelection.from_update(pywa, update(pywa, account, heard(desk, "messages", 3)[2]))
    assert (chosen.data, chosen.title, chosen.description) == ("2.7", "Room 7", "a view")
    pywa.send_image(TO, "http://pictures.example.com/lake.jpg", caption="The lake", buttons=[Button("Book", "3.1")])
    pywa.send_location(TO, 24.57, 73.68, "City Palace", "Udaipur")
    assert [line["kind"] for line in sandbox.lines() if line["direction"] == "out"][-2:] == ["media", "location"]


def test_statuses_carry_the_senders_own_number_and_are_read_by_pywa(
    sandbox: Sandbox, desk: Desk, pywa: WhatsApp, account: Account
) -> None:
    write(sandbox, account)
    sent = pywa.send_message(TO, "Namaste", tracker="atithi:17")
    told = [MessageStatus.from_update(pywa, update(pywa, account, one)) for one in heard(desk, "statuses", 2)]
    assert [each.status for each in told] == [MessageStatusType.SENT, MessageStatusType.DELIVERED]
    assert {(each.id, each.tracker) for each in told} == {(sent.id, "atithi:17")}


def test_outside_the_window_only_a_template_arrives(
    sandbox: Sandbox, desk: Desk, pywa: WhatsApp, account: Account
) -> None:
    write(sandbox, account)
    sandbox.post("/debug/clock", advance=f"PT{int(timedelta(hours=25).total_seconds())}S")
    pywa.send_message(TO, "Still there?", tracker="atithi:1")
    failed = MessageStatus.from_update(pywa, update(pywa, account, heard(desk, "statuses", 1)[0]))
    assert failed.status is MessageStatusType.FAILED
    assert failed.error is not None
    assert failed.error.code == 131047
    pywa.create_template(A_TEMPLATE, waba_id=account.meta_business_id)
    body = [{"type": "body", "parameters": [{"type": "text", "text": "AB12CD"}]}]
    pywa.send_template(TO, "booking_confirmed_stay", TemplateLanguage.ENGLISH, body, tracker="atithi:2")
    assert "AB12CD" in sandbox.lines()[-1]["text"]


def test_what_meta_refuses_is_refused(sandbox: Sandbox, pywa: WhatsApp, account: Account) -> None:
    write(sandbox, account)

    def code(call: object, *args: object, **more: object) -> int:
        assert callable(call)
        with pytest.raises(WhatsAppError) as caught:
            call(*args, **more)
        return caught.value.code

    four = [Button(f"Choice {number}", str(number)) for number in range(4)]
    assert code(pywa.send_message, TO, "Which?", buttons=four) == 100
    eleven = [SectionRow(f"Row {number}", str(number)) for number in range(11)]
    assert code(pywa.send_message, TO, "Which?", buttons=SectionList("Rows", [Section("Rows", eleven)])) == 100
    assert code(pywa.send_message, TO, "Which?", buttons=[Button("x" * 21, "1")]) == 131009
    assert code(pywa.send_message, TO, "Which?", buttons=[Button("Same", "1"), Button("Same", "2")]) == 131009
    assert code(pywa.send_message, TO, "x" * 4097) == 131009
    assert sandbox.http.patch("/debug/policy", json={"templates_approved": False}).is_success
    with pytest.raises(TemplateNotExists):
        pywa.send_template(TO, "no_such", TemplateLanguage.ENGLISH)
    sandbox.post("/debug/faults", provider="meta", status=429)
    with pytest.raises(RateLimitHit):
        pywa.send_message(TO, "Hi")
    pywa.token = "somebody else's"
    with pytest.raises(ExpiredAccessToken):
        pywa.send_message(TO, "Hi")


def test_a_voice_note_is_kept_at_meta_and_given_to_who_holds_the_token(
    sandbox: Sandbox, desk: Desk, pywa: WhatsApp, account: Account
) -> None:
    write(sandbox, account, None, media={"content_type": "audio/ogg"})
    message = Message.from_update(pywa, update(pywa, account, heard(desk, "messages", 1)[0]))
    assert message.audio is not None
    assert message.audio.voice
    about = pywa.get_media_url(message.audio.id)
    assert sandbox.http.get(about.url).status_code == 401
    held = {"Authorization": f"Bearer {account.meta_token}"}
    assert sandbox.http.get(about.url, headers=held).content.startswith(b"OggS")


def test_templates_are_made_approved_listed_and_their_buttons_tapped(
    sandbox: Sandbox, desk: Desk, pywa: WhatsApp, account: Account
) -> None:
    write(sandbox, account)
    assert sandbox.http.patch("/debug/policy", json={"templates_approved": False}).is_success
    made = pywa.create_template(A_TEMPLATE, waba_id=account.meta_business_id)
    assert made.status is TemplateStatus.PENDING
    with pytest.raises(TemplateNotExists):
        pywa.send_template(TO, A_TEMPLATE.name, TemplateLanguage.ENGLISH)
    with pytest.raises(WhatsAppError, match="already exists"):
        pywa.create_template(A_TEMPLATE, waba_id=account.meta_business_id)
    assert sandbox.http.patch("/debug/policy", json={"templates_approved": True}).is_success
    (listed,) = pywa.get_templates(name="booking_", waba_id=account.meta_business_id).all()
    assert (listed.name, listed.status, listed.id) == (A_TEMPLATE.name, TemplateStatus.APPROVED, made.id)
    filled = {"type": "body", "parameters": [{"type": "text", "text": "AB12CD"}]}
    parts: list[Any] = [filled, QuickReplyButton.params(callback_data="9.2", index=1)]
    pywa.send_template(TO, A_TEMPLATE.name, TemplateLanguage.ENGLISH, parts)
    assert sandbox.lines()[-1]["text"] == "Booked, reference AB12CD. Write to me here."
    write(sandbox, account, None, tap="9.2", to=None)
    tapped = CallbackButton.from_update(pywa, update(pywa, account, heard(desk, "messages", 2)[1]))
    assert (tapped.data, tapped.title, tapped.is_quick_reply) == ("9.2", "Change it", True)


def test_offers_stopped_in_whatsapp_are_a_preference_to_pywa(
    sandbox: Sandbox, desk: Desk, pywa: WhatsApp, account: Account
) -> None:
    sandbox.post(f"/guests/{GUEST}/preferences", offers="stop")
    one = heard(desk, "user_preferences", 1)[0]
    told = UserMarketingPreferences.from_update(pywa, update(pywa, account, one))
    assert (told.value, told.from_user.wa_id) == (MarketingPreference.STOP, TO)


def test_who_goes_by_a_user_name_shows_no_number_and_is_answered_by_their_id(
    sandbox: Sandbox, desk: Desk, pywa: WhatsApp, account: Account
) -> None:
    write(sandbox, account, "Room for 2", hidden=True)
    message = Message.from_update(pywa, update(pywa, account, heard(desk, "messages", 1)[0]))
    assert message.from_user.wa_id is None
    assert message.from_user.username
    pywa.send_message(message.from_user.bsuid, "Namaste")
    assert sandbox.lines()[-1]["text"] == "Namaste"
