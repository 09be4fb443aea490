"""SMS to India on the domestic route: under the house's header, in registered words only, followed by its status."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from bot.templates import all_templates
from core.guests.identify import conversation_with
from core.messaging.outbox import say_to_guest
from core.unit_of_work import unit_of_work
from jobs.accounts import DltGiven, Given, TwilioGiven, connect
from jobs.doctor import Mark, about_india
from models.account import Line
from models.conversation import Conversation
from models.states import Channel, MessageState, Purpose
from providers.vault import Vault
from tests.messaging.conftest import GUEST, KEYS, Post

HEADER = "KESARK"


def register(post: Post, *templates: str) -> None:
    """What the operators have on their list."""
    dlt = DltGiven(entity_id="1101000000000000000", header=HEADER, templates=dict.fromkeys(templates, "1107"))
    twilio = TwilioGiven(
        account_sid=KEYS.twilio_account_sid, auth_token=KEYS.twilio_auth_token, sms_from=KEYS.sms_number, dlt=dlt
    )
    vault = Vault(post.house.settings.secret("atithi_secret_key"))
    with unit_of_work(post.house.engine) as session:
        connect(session, post.account_id, Given(twilio=twilio), vault, now=post.clock.now())


def refund_by_sms(post: Post, language: str = "en", number: str = GUEST) -> int:
    """A fact for somebody who is reached by SMS."""
    now = post.clock.now()
    with unit_of_work(post.house.engine) as session:
        line = session.scalars(select(Line).where(Line.channel == Channel.SMS)).one()
        talk = conversation_with(
            session,
            account_id=post.account_id,
            line_id=line.id,
            channel=Channel.SMS,
            address=number,
            now=now,
            phone=number,
        )
        session.get_one(Conversation, talk).language = language
        facts: dict[str, Any] = {"refund": 420000, "reference": "K7QM9C"}
        queued = say_to_guest(
            session, conversation_id=talk, reply="refund_sent", facts=facts, now=now, purpose=Purpose.BOOKING_FACT
        )
    assert queued is not None
    return queued


def sender_of(post: Post, message: int) -> str:
    sid = post.row(message).provider_id
    auth = (KEYS.twilio_account_sid, KEYS.twilio_auth_token)
    found = post.sandbox.get(f"/2010-04-01/Accounts/{auth[0]}/Messages/{sid}.json", auth=auth).json()
    return str(found["from"])


def test_without_a_register_our_own_words_go_under_our_number(post: Post) -> None:
    message = refund_by_sms(post)
    post.send_all()
    assert "Rs.4,200" in post.arrived()[-1]["text"]
    assert sender_of(post, message) == KEYS.sms_number


@pytest.mark.parametrize(("language", "says"), [("en", "is on its way to you"), ("hinglish", "is on its way to you")])
def test_with_one_only_registered_words_go_under_the_header(post: Post, language: str, says: str) -> None:
    register(post, "refund_sent.en")
    message = refund_by_sms(post, language)
    post.send_all()
    assert post.state(message) is MessageState.SENT
    assert (sender_of(post, message), says in post.arrived()[-1]["text"]) == (HEADER, True)
    assert "Rs." not in post.arrived()[-1]["text"]


def test_what_is_not_registered_is_not_sent_there(post: Post) -> None:
    register(post, "booking_cancelled.en")
    message = refund_by_sms(post)
    post.send_all()
    assert (post.state(message), post.row(message).error_code) == (MessageState.FAILED, "not_registered")
    assert post.arrived() == []


def test_numbers_of_other_countries_know_no_register(post: Post) -> None:
    register(post)
    message = refund_by_sms(post, number="+447700900123")
    post.send_all()
    assert sender_of(post, message) == KEYS.sms_number


def test_a_lost_answer_is_found_under_the_header(post: Post) -> None:
    register(post, "refund_sent.en")
    post.trouble(provider="twilio", method="POST", match="/Messages.json", drop=True, act=True)
    message = refund_by_sms(post)
    post.send_all()
    assert post.state(message) is MessageState.UNKNOWN
    post.pass_time(timedelta(seconds=6))
    assert post.settle()
    assert post.state(message) is MessageState.SENT
    assert len(post.arrived()) == 1


def test_the_doctor_says_what_is_missing() -> None:
    texts = [f"{body.name}.{body.language}" for body in all_templates()]
    dlt: dict[str, Any] = {"entity_id": "1101", "header": HEADER, "templates": dict.fromkeys(texts, "1107")}
    (none,) = about_india([("+14155550101", {})])
    assert (none.mark, "international" in none.advice) == (Mark.LATER, True)
    (well,) = about_india([("+14155550101", {"dlt": dlt})])
    assert well.mark is Mark.WELL
    del dlt["templates"]["refund_sent.hi"]
    (some,) = about_india([("+14155550101", {"dlt": dlt})])
    assert (some.mark, "refund_sent.hi" in some.advice) == (Mark.LATER, True)
