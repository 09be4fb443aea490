"""A person in a browser: writes, taps, pays, moves time; on a wide screen and on a narrow one."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, expect
from twilio.rest import Client
from twilio.rest.content.v1.content import ContentList

from sandbox.settings import Account
from tests.sandbox.conftest import OWNER, Sandbox
from tests.sandbox.desk import Answer, Desk, Heard
from tests.sandbox.test_twilio_messages import template

pytestmark = pytest.mark.browser

GUEST = "+919876543210"


@pytest.fixture
def page(chromium: Browser, sandbox: Sandbox) -> Iterator[Page]:
    context = chromium.new_context(viewport={"width": 1280, "height": 900}, reduced_motion="reduce")
    one = context.new_page()
    complaints: list[str] = []

    def complain(message: ConsoleMessage) -> None:
        if message.type == "error":
            complaints.append(message.text)

    one.on("console", complain)
    one.on("pageerror", lambda problem: complaints.append(str(problem)))
    one.goto(sandbox.url)
    expect(one.locator("html[data-live]")).to_have_count(1)
    yield one
    context.close()
    assert complaints == []


def offer(client: Client, account: Account, pay_url: str) -> Callable[[Heard], Answer | None]:
    """A product of three sentences: buttons, then a list, then a pay link."""
    actions = [ContentList.QuickReplyAction({"type": "QUICK_REPLY", "title": "Book a room", "id": "stay"})]
    buttons = template(
        client, "twilio/quick-reply", ContentList.TwilioQuickReply({"body": "Hello *{{1}}*", "actions": actions})
    )
    items = [ContentList.ListItem({"id": f"room:{n}", "item": f"Room {n}", "description": "sea view"}) for n in (1, 2)]
    rooms = template(
        client,
        "twilio/list-picker",
        ContentList.TwilioListPicker({"body": "Two rooms", "button": "See rooms", "items": items}),
    )

    def react(one: Heard) -> Answer | None:
        if one.path != "/webhooks/twilio":
            return None
        to, sender = one.form["From"], one.form["To"]
        if one.form.get("ListId"):
            client.messages.create(to=to, from_=sender, body=f"Please pay: {pay_url}")
        elif one.form.get("ButtonPayload"):
            client.messages.create(to=to, from_=sender, content_sid=rooms)
        else:
            values = json.dumps({"1": one.form["ProfileName"]})
            client.messages.create(to=to, from_=sender, content_sid=buttons, content_variables=values)
        return None

    assert account.whatsapp_number
    return react


def test_a_guest_taps_through_to_a_paid_room(
    desk: Desk, twilio_client: Client, razorpay_client: object, account: Account, page: Page
) -> None:
    link = razorpay_client.payment_link.create(  # type: ignore[attr-defined]  # published without types
        {
            "amount": 1890000,
            "reference_id": "K7QM2",
            "description": "Three nights",
            "callback_url": f"{desk.url}/thanks",
            "callback_method": "get",
        }
    )
    desk.reactions.append(offer(twilio_client, account, link["short_url"]))
    phone = page.get_by_test_id("guest-phone")
    phone.get_by_test_id("message-input").fill("Hi")
    phone.get_by_test_id("message-input").press("Enter")
    mine = phone.locator('[data-testid="message"][data-direction="in"]')
    expect(mine.first).to_contain_text("Hi")
    expect(mine.first.get_by_label("Read", exact=True)).to_be_visible()
    phone.locator('[data-option-id="stay"]').click()
    phone.get_by_test_id("open-list").click()
    expect(phone.get_by_test_id("sheet")).to_contain_text("sea view")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(mine.last).to_contain_text("Room 2")
    with page.expect_popup() as opened:
        phone.get_by_test_id("pay-link").click()
    checkout = opened.value
    expect(checkout.get_by_test_id("amount")).to_have_text("₹18,900")
    checkout.get_by_test_id("pay-fail").click()
    expect(checkout.get_by_test_id("pay-error")).to_contain_text("declined")
    checkout.get_by_test_id("pay-now").click()
    expect(checkout.get_by_test_id("pay-result")).to_have_text("₹18,900 paid")
    checkout.wait_for_url("**/thanks?**")
    assert "razorpay_signature=" in checkout.url
    assert razorpay_client.payment_link.fetch(link["id"])["status"] == "paid"  # type: ignore[attr-defined]  # as above


def test_the_guest_sees_what_the_business_sent_and_the_business_learns_it_was_read(
    sandbox: Sandbox, desk: Desk, twilio_client: Client, account: Account, page: Page
) -> None:
    sandbox.write("Hi", guest=GUEST)
    url = f"{desk.url}/status"
    twilio_client.messages.create(
        to=f"whatsapp:{GUEST}", from_=account.whatsapp_number, body="<b>not bold</b> but *bold*", status_callback=url
    )
    theirs = page.get_by_test_id("guest-phone").locator('[data-testid="message"][data-direction="out"]')
    expect(theirs.get_by_test_id("text")).to_have_text("<b>not bold</b> but bold")
    expect(theirs.locator("strong")).to_have_text("bold")
    assert [one.form["MessageStatus"] for one in desk.wait_for("/status", 3)] == ["sent", "delivered", "read"]


def test_sms_is_plain_and_has_its_own_conversation(
    sandbox: Sandbox, desk: Desk, twilio_client: Client, account: Account, page: Page
) -> None:
    phone = page.get_by_test_id("guest-phone")
    phone.get_by_test_id("channel-sms").click()
    phone.get_by_test_id("message-input").fill("rooms?")
    phone.get_by_test_id("send").click()
    assert desk.wait_for("/webhooks/twilio")[0].form["From"] == GUEST
    twilio_client.messages.create(to=GUEST, from_=account.sms_number, body="1. Deluxe\n2. Standard")
    expect(phone.get_by_test_id("message")).to_have_count(2)
    phone.get_by_test_id("channel-whatsapp").click()
    expect(phone.get_by_test_id("message")).to_have_count(0)
    assert [one["channel"] for one in sandbox.lines(GUEST)] == ["sms", "sms"]


def test_a_pin_and_a_voice_note_can_be_sent(desk: Desk, page: Page) -> None:
    phone = page.get_by_test_id("guest-phone")
    phone.get_by_test_id("attach").click()
    phone.locator('[data-option-id="location"]').click()
    phone.locator('[data-option-id="Hawa Mahal, Jaipur"]').click()
    expect(phone.get_by_test_id("location")).to_be_visible()
    phone.get_by_test_id("send").click()
    phone.get_by_test_id("send-voice").click()
    expect(phone.get_by_test_id("voice-note")).to_be_visible()
    pin, voice = [one.form for one in desk.wait_for("/webhooks/twilio", 2)]
    assert (pin["Latitude"], voice["MediaContentType0"]) == ("26.9239", "audio/ogg")


def test_the_owner_taps_answers_and_sees_a_card_change_in_place(
    sandbox: Sandbox, desk: Desk, account: Account, page: Page
) -> None:
    def call(method: str, **body: object) -> Any:  # noqa: ANN401 - any result
        answer = sandbox.http.post(f"/bot{account.telegram_bot_token}/{method}", json=body)
        return answer.json()["result"]

    keyboard = {"inline_keyboard": [[{"text": "Take", "callback_data": "take:1"}]]}
    card = call("sendMessage", chat_id=OWNER, text="<b>Guest</b> waits", parse_mode="HTML", reply_markup=keyboard)
    phone = page.get_by_test_id("owner-phone")
    phone.locator('[data-option-id="take:1"]').click()
    query = desk.wait_for("/webhooks/telegram")[0].json["callback_query"]
    call("editMessageText", chat_id=OWNER, message_id=card["message_id"], text="Taken by Meera")
    call("answerCallbackQuery", callback_query_id=query["id"], text="It is yours")
    expect(phone.get_by_test_id("message")).to_have_count(1)
    expect(phone.get_by_test_id("text")).to_have_text("Taken by Meera")
    expect(phone.get_by_test_id("snack")).to_have_text("It is yours")
    phone.get_by_test_id("message").hover()
    phone.get_by_test_id("reply").click()
    phone.get_by_test_id("message-input").fill("I am on it")
    phone.get_by_test_id("send").click()
    told = desk.wait_for("/webhooks/telegram", 2)[-1].json["message"]
    assert told["reply_to_message"]["message_id"] == card["message_id"]


def test_skipping_twenty_minutes_moves_both_clocks(sandbox: Sandbox, desk: Desk, page: Page) -> None:
    page.get_by_test_id("skip").click()
    expect(page.get_by_test_id("toasts")).to_have_text("Twenty minutes have passed.")
    expect(page.get_by_test_id("clock")).to_contain_text("+20 min")
    assert desk.moved() == {"advance": "PT20M"}
    assert sandbox.http.get("/debug/clock").json()["offset_seconds"] == 1200


def test_a_desk_that_is_starting_is_said_so(desk: Desk, page: Page) -> None:
    desk.reactions.append(lambda one: (503, {}, b"") if one.path in {"/webhooks/twilio", "/healthz"} else None)
    page.reload()
    phone = page.get_by_test_id("guest-phone")
    expect(phone.get_by_test_id("desk-notice")).to_have_text("The desk is starting. You can already write.")
    phone.get_by_test_id("message-input").fill("Hi")
    phone.get_by_test_id("send").click()
    expect(phone.get_by_test_id("desk-notice")).to_have_text("The desk is starting; your message will be delivered.")
    expect(phone.get_by_label("Waiting")).to_be_visible()
    desk.reactions.clear()
    expect(phone.get_by_label("Delivered", exact=True)).to_be_visible()
    expect(phone.get_by_test_id("desk-notice")).to_be_hidden()


def test_on_a_narrow_screen_each_phone_has_its_tab(sandbox: Sandbox, page: Page) -> None:
    page.set_viewport_size({"width": 390, "height": 780})
    expect(page.get_by_test_id("owner-phone")).to_be_hidden()
    sandbox.post(f"/owners/{OWNER}/messages", text="/today")
    page.get_by_test_id("tab-owner").click()
    expect(page.get_by_test_id("guest-phone")).to_be_hidden()
    expect(page.get_by_test_id("owner-phone").get_by_test_id("message")).to_have_count(1)
    width = page.evaluate("document.documentElement.scrollWidth")
    assert width == 390
    page.get_by_test_id("theme").click()
    assert page.locator("html").get_attribute("data-theme") in {"dark", "light"}
