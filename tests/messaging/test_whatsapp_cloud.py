"""Messages by a number that is Meta's: once, in their best form, and never twice when nobody knows."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from sqlalchemy import select

from core.guests.identify import conversation_with
from core.messaging.delivery import STATUS_COMES_WITHIN
from core.unit_of_work import unit_of_work
from jobs.accounts import Given, WhatsAppCloudGiven, connect
from jobs.outbox import Outbox
from models.account import Line
from models.conversation import Conversation
from models.states import Channel, MessageState, Provider
from providers.house import open_house
from providers.vault import Vault
from tests.messaging.conftest import GUEST, KEYS, Post

MESSAGES = "/messages"


@pytest.fixture
def meta(post: Post) -> Iterator[Post]:
    """The same guest, talking to the account's number at Meta."""
    address = post.house.settings.twilio_api_base_url
    settings = post.house.settings.model_copy(update={"whatsapp_cloud_api_base_url": address})
    house = open_house(settings, post.house.engine, clock=post.clock)
    keys = WhatsAppCloudGiven(
        token=KEYS.meta_token,
        phone_number_id=KEYS.meta_number_id,
        app_secret=KEYS.meta_app_secret,
        verify_token=KEYS.meta_verify_token,
    )
    now = post.clock.now()
    with unit_of_work(house.engine) as session:
        vault = Vault(settings.secret("atithi_secret_key"))
        connect(session, post.account_id, Given(whatsapp_cloud=keys), vault, now=now)
        line = session.scalars(select(Line).where(Line.provider == Provider.META)).one()
        talk = conversation_with(
            session,
            account_id=post.account_id,
            line_id=line.id,
            channel=Channel.WHATSAPP,
            address=f"whatsapp:{GUEST}",
            now=now,
            phone=GUEST,
        )
        session.get_one(Conversation, talk).last_inbound_at = now
    said = {"channel": "whatsapp", "to": KEYS.meta_number, "text": "Hi"}
    assert post.sandbox.post(f"/guests/{GUEST}/messages", json=said).is_success
    yield Post(house, post.clock, Outbox(house), post.sandbox, post.account_id, talk)
    house.close()


@pytest.mark.parametrize(("count", "title"), [(2, "Room {}"), (3, "Yes {}"), (10, "Room {}")])
def test_choices_are_tapped(meta: Post, count: int, title: str) -> None:
    message = meta.offer(count, title=title, description="")
    meta.send_all()
    (line,) = meta.arrived()
    assert line["sid"] == meta.row(message).provider_id
    assert [option["id"] for option in line["options"]] == [f"1.{n}" for n in range(1, count + 1)]
    assert bool(line["button"]) == (count > 3)


def test_too_many_at_once_is_tried_later(meta: Post) -> None:
    meta.trouble(provider="meta", method="POST", match=MESSAGES, status=429)
    message = meta.say()
    meta.send_all()
    assert (meta.state(message), meta.arrived()) == (MessageState.QUEUED, [])
    meta.pass_time(timedelta(seconds=5))
    meta.send_all()
    assert meta.state(message) is MessageState.SENT


@pytest.mark.parametrize("acts", [True, False])
def test_what_nobody_knows_is_never_sent_there_twice_and_goes_by_sms_in_the_end(meta: Post, *, acts: bool) -> None:
    meta.trouble(provider="meta", method="POST", match=MESSAGES, drop=True, act=acts)
    message = meta.say()
    meta.send_all()
    assert meta.state(message) is MessageState.UNKNOWN
    meta.pass_time(timedelta(seconds=6))
    assert meta.settle()
    meta.send_all()
    assert meta.state(message) is MessageState.UNKNOWN
    meta.pass_time(STATUS_COMES_WITHIN)
    assert meta.settle()
    meta.send_all()
    assert meta.row(message).channel is Channel.SMS
    assert [line["channel"] for line in meta.arrived()] == ["whatsapp"] * acts + ["sms"]
