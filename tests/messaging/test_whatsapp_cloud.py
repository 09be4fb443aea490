"""Messages by a number that is Meta's: once, in their best form, and never twice when nobody knows."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from bot.templates import all_templates, filled, template_in
from core.guests.identify import conversation_with
from core.messaging.approved import approved_id
from core.messaging.delivery import STATUS_COMES_WITHIN
from core.messaging.recordings import note
from core.ports import TemplateBody
from core.unit_of_work import unit_of_work
from jobs.accounts import Given, WhatsAppCloudGiven, connect
from jobs.media import fetch_next
from jobs.outbox import Outbox
from jobs.templates import sync
from models.account import Credential, Line
from models.conversation import Conversation, Turn
from models.messaging import Recording
from models.states import Channel, MessageState, Provider, Purpose, TurnState
from providers.house import open_house
from providers.vault import Vault
from providers.whatsapp import WhatsAppChannel, media_address
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
        business_account_id=KEYS.meta_business_id,
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


def line_of(meta: Post) -> int:
    with Session(meta.house.engine) as session:
        return session.scalars(select(Line.id).where(Line.provider == Provider.META)).one()


def test_templates_are_put_up_at_meta_once_and_speak_when_approved_in_all_three_languages(meta: Post) -> None:
    line = line_of(meta)
    assert meta.sandbox.patch("/debug/policy", json={"templates_approved": False}).is_success
    assert f"{len(all_templates())} pending" in sync(meta.house, line)
    meta.pass_time(timedelta(hours=25))
    early = meta.say("refund_sent", purpose=Purpose.BOOKING_FACT, refund=420000, reference="K7QM9C")
    meta.send_all()
    assert meta.row(early).channel is Channel.SMS
    assert meta.sandbox.patch("/debug/policy", json={"templates_approved": True}).is_success
    again = open_house(meta.house.settings, meta.house.engine, clock=meta.clock)
    assert f"{len(all_templates())} approved" in sync(again, line)
    again.close()
    for language in ("en", "hi", "hinglish"):
        meta.change(language=language)
        message = meta.say("refund_sent", purpose=Purpose.BOOKING_FACT, refund=420000, reference="K7QM9C")
        meta.send_all()
        body = template_in("refund_sent", language)
        assert body is not None
        assert (meta.state(message), meta.row(message).shown_as) == (MessageState.SENT, "template")
        assert meta.arrived()[-1]["text"] == filled(body, ["K7QM9C"])
    calls = meta.sandbox.get("/debug/calls", params={"method": "POST", "match": "/message_templates"}).json()
    assert len(calls) == len(all_templates())


def test_a_changed_text_is_put_up_anew_while_the_approved_one_speaks_on(meta: Post) -> None:
    line = meta.house.registry.line(line_of(meta))
    channel = meta.house.registry.channel_for(line)
    assert isinstance(channel, WhatsAppChannel)
    first = TemplateBody("hold_lapsed", "en", "The time for {{1}} is over.", ("Kesar Kothi",))

    def known() -> str | None:
        with Session(meta.house.engine) as session:
            return approved_id(session, meta.account_id, Provider.META, "hold_lapsed", "en")

    assert (channel.keep(first), known()) == ("pending", None)
    channel.look_again()
    assert channel.keep(first) == "approved"
    spoken = known()
    assert meta.sandbox.patch("/debug/policy", json={"templates_approved": False}).is_success
    second = replace(first, text="Time is up for {{1}}, sadly.")
    assert (channel.keep(second), known()) == ("pending", spoken)
    assert meta.sandbox.patch("/debug/policy", json={"templates_approved": True}).is_success
    channel.look_again()
    assert channel.keep(second) == "approved"
    assert known() not in {None, spoken}


def test_without_the_business_accounts_id_it_is_said_that_none_can_be_made(meta: Post) -> None:
    with unit_of_work(meta.house.engine) as session:
        session.execute(delete(Credential).where(Credential.name == "business_account_id"))
    fresh = open_house(meta.house.settings, meta.house.engine, clock=meta.clock)
    assert "business_account_id" in sync(fresh, line_of(meta))
    fresh.close()


def test_what_a_guest_sends_is_fetched_from_meta_with_the_accounts_token(meta: Post) -> None:
    said = {"channel": "whatsapp", "to": KEYS.meta_number, "media": {"content_type": "audio/ogg"}}
    sent = meta.sandbox.post(f"/guests/{GUEST}/messages", json=said).json()
    media_id = sent["media"][0]["url"].rpartition("/")[2]
    now = meta.clock.now()
    with unit_of_work(meta.house.engine) as session:
        row = {"account_id": meta.account_id, "conversation_id": meta.conversation_id, "kind": "media", "text": ""}
        turn = Turn(**row, content={}, first_received_at=now, state=TurnState.DONE, next_attempt_at=now, created_at=now)
        session.add(turn)
        session.flush()
        media = [{"url": media_address(media_id), "type": "audio/ogg"}]
        assert note(session, turn, media, now=now)
    assert fetch_next(meta.house)
    with Session(meta.house.engine) as session:
        (kept,) = session.scalars(select(Recording)).all()
        assert (kept.state, kept.content_type, (kept.body or b"")[:4]) == ("kept", "audio/ogg", b"OggS")
