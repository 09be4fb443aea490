"""Content templates, made and sent by Twilio's own client."""

from __future__ import annotations

import json

import pytest
from twilio.base.exceptions import TwilioRestException
from twilio.rest import Client
from twilio.rest.content.v1.content import ContentList
from twilio.rest.content.v1.content.approval_create import ApprovalCreateList

from sandbox.settings import Account
from tests.sandbox.conftest import GUEST, Sandbox
from tests.sandbox.desk import Desk
from tests.sandbox.test_twilio_messages import WHATSAPP, refusal, template


def buttons(count: int) -> object:
    actions = [
        ContentList.QuickReplyAction({"type": "QUICK_REPLY", "title": f"{{{{b{n}}}}}", "id": f"pick:{n}"})
        for n in range(1, count + 1)
    ]
    return ContentList.TwilioQuickReply({"body": "{{1}}", "actions": actions})


def picker(count: int) -> object:
    items = [
        ContentList.ListItem({"id": f"{{{{i{n}}}}}", "item": f"Room {n}", "description": "{{d}}"})
        for n in range(1, count + 1)
    ]
    return ContentList.TwilioListPicker({"body": "{{1}}", "button": "See rooms", "items": items})


def test_templates_are_made_fetched_listed_and_thrown_away(twilio_client: Client) -> None:
    sids = [template(twilio_client, "twilio/list-picker", picker(n)) for n in range(2, 11)]
    assert [one.sid for one in twilio_client.content.v1.contents.list(page_size=4)] == sids[::-1]
    found = twilio_client.content.v1.contents(sids[0]).fetch()
    assert found.types["twilio/list-picker"]["items"][1]["item"] == "Room 2"
    assert twilio_client.content.v1.contents(sids[0]).delete()
    assert refusal(twilio_client.content.v1.contents(sids[0]).fetch).code == 20404


def test_quick_replies_are_filled_in_and_a_tap_comes_back_as_a_button(
    sandbox: Sandbox, desk: Desk, twilio_client: Client, account: Account
) -> None:
    sandbox.write("Hi")
    sid = template(twilio_client, "twilio/quick-reply", buttons(2), b2="No")
    values = json.dumps({"1": "Shall I\nhold it?", "b1": "Yes"})
    made = twilio_client.messages.create(
        to=WHATSAPP, from_=account.whatsapp_number, content_sid=sid, content_variables=values
    )
    shown = sandbox.lines()[-1]
    assert shown["text"] == "Shall I\nhold it?"
    assert [(one["id"], one["title"]) for one in shown["options"]] == [("pick:1", "Yes"), ("pick:2", "No")]
    tapped = sandbox.post(f"/guests/{GUEST}/messages", channel="whatsapp", tap="pick:2")
    form = desk.wait_for("/webhooks/twilio", 2)[-1].form
    assert (form["ButtonPayload"], form["ButtonText"], form["Body"]) == ("pick:2", "No", "No")
    assert (form["MessageType"], form["OriginalRepliedMessageSid"]) == ("interactive", made.sid)
    assert tapped["reply_to"] == shown["id"]


def test_a_list_is_shown_as_options_and_a_pick_names_its_id(
    sandbox: Sandbox, desk: Desk, twilio_client: Client, account: Account
) -> None:
    sandbox.write("Hi")
    sid = template(twilio_client, "twilio/list-picker", picker(3), d="sea view")
    values = json.dumps({"1": "Three rooms", "i1": "r1", "i2": "r2", "i3": "r3"})
    twilio_client.messages.create(to=WHATSAPP, from_=account.whatsapp_number, content_sid=sid, content_variables=values)
    assert sandbox.lines()[-1]["options"][2] == {"id": "r3", "title": "Room 3", "description": "sea view"}
    sandbox.post(f"/guests/{GUEST}/messages", channel="whatsapp", tap="r3")
    form = desk.wait_for("/webhooks/twilio", 2)[-1].form
    assert (form["ListId"], form["ListTitle"], form["Body"]) == ("r3", "Room 3", "Room 3")
    assert form["ButtonPayload"] == ""


def test_four_buttons_need_approval_that_a_conversation_does_not_wait_for(
    sandbox: Sandbox, twilio_client: Client, account: Account
) -> None:
    sandbox.write("Hi")
    sid = template(twilio_client, "twilio/quick-reply", buttons(4))
    found = refusal(twilio_client.messages.create, to=WHATSAPP, from_=account.whatsapp_number, content_sid=sid)
    assert found.code == 63013


def test_one_template_of_two_kinds_is_rich_on_whatsapp_and_plain_on_sms(
    sandbox: Sandbox, twilio_client: Client, account: Account
) -> None:
    sandbox.write("Hi")
    types = ContentList.Types(
        {"twilio/list-picker": picker(2), "twilio/text": ContentList.TwilioText({"body": "{{1}}: 1 or 2?"})}
    )
    request = ContentList.ContentCreateRequest({"friendly_name": "both", "language": "en", "types": types})
    sid = twilio_client.content.v1.contents.create(content_create_request=request).sid
    values = json.dumps({"1": "Rooms"})
    twilio_client.messages.create(to=WHATSAPP, from_=account.whatsapp_number, content_sid=sid, content_variables=values)
    twilio_client.messages.create(to=GUEST, from_=account.sms_number, content_sid=sid, content_variables=values)
    rich, plain = sandbox.lines()[-2:]
    assert (rich["button"], len(rich["options"])) == ("See rooms", 2)
    assert (plain["text"], plain["options"]) == ("Rooms: 1 or 2?", [])


def test_a_link_button_is_shown_as_a_link(sandbox: Sandbox, twilio_client: Client, account: Account) -> None:
    sandbox.write("Hi")
    action = ContentList.CallToActionAction({"type": "URL", "title": "Pay now", "url": "https://pay.test/{{2}}"})
    body = ContentList.TwilioCallToAction({"body": "Please pay {{1}}.", "actions": [action]})
    sid = template(twilio_client, "twilio/call-to-action", body)
    values = json.dumps({"1": "INR 500", "2": "abc"})
    twilio_client.messages.create(to=WHATSAPP, from_=account.whatsapp_number, content_sid=sid, content_variables=values)
    shown = sandbox.lines()[-1]
    assert (shown["text"], shown["links"]) == (
        "Please pay INR 500.",
        [{"title": "Pay now", "url": "https://pay.test/abc"}],
    )


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("twilio/quick-reply", buttons(11)),
        ("twilio/list-picker", picker(11)),
        ("twilio/text", ContentList.TwilioText({"body": "x" * 1025})),
        ("twilio/text", ContentList.TwilioText({"body": ""})),
        (
            "twilio/list-picker",
            ContentList.TwilioListPicker(
                {"body": "b", "button": "See", "items": [ContentList.ListItem({"id": "a", "item": "x" * 25})]}
            ),
        ),
    ],
)
def test_a_template_beyond_its_limits_is_refused(twilio_client: Client, kind: str, body: object) -> None:
    with pytest.raises(TwilioRestException) as caught:
        template(twilio_client, kind, body)
    assert caught.value.status == 400
    assert twilio_client.content.v1.contents.list() == []


def test_without_approval_a_template_stays_inside_the_window(
    sandbox: Sandbox, twilio_client: Client, account: Account
) -> None:
    sid = template(twilio_client, "twilio/text", ContentList.TwilioText({"body": "See you soon."}))
    sandbox.http.patch("/debug/policy", json={"templates_approved": False}).raise_for_status()
    create = twilio_client.messages.create
    assert refusal(create, to=WHATSAPP, from_=account.whatsapp_number, content_sid=sid).code == 63016
    sandbox.http.patch("/debug/policy", json={"templates_approved": True}).raise_for_status()
    asked = twilio_client.content.v1.contents(sid).approval_create.create(
        content_approval_request=ApprovalCreateList.ContentApprovalRequest({"name": "see_you", "category": "UTILITY"})
    )
    assert asked.status == "received"
    assert twilio_client.content.v1.contents(sid).approval_fetch().fetch().whatsapp["status"] == "approved"
    assert create(to=WHATSAPP, from_=account.whatsapp_number, content_sid=sid).status == "queued"
