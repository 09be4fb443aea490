"""More than a day after the guest's last words: an approved template, else SMS, else a person hears of it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from bot.templates import all_templates
from core.messaging.outbox import say_to_chat, say_to_guest
from core.unit_of_work import unit_of_work
from jobs.templates import sync
from models.account import Line
from models.guest import Guest
from models.messaging import Message
from models.states import Channel, MessageState, Purpose
from tests.messaging.conftest import GUEST, Post

MESSAGES = "/Messages.json"
REFUSED = {"code": 63016, "message": "outside the allowed window", "status": 400}


@pytest.fixture(autouse=True)
def _habits(post: Post) -> Iterator[None]:
    yield
    post.sandbox.patch("/debug/policy", json={"templates_approved": True, "window_refusal": "answer"})


def whatsapp(post: Post) -> int:
    with Session(post.house.engine) as session:
        return session.scalars(select(Line.id).where(Line.channel == Channel.WHATSAPP)).one()


def register(post: Post, *, approved: bool = True) -> str:
    post.sandbox.patch("/debug/policy", json={"templates_approved": approved})
    sync(post.house, whatsapp(post))
    return sync(post.house, whatsapp(post))


def refund(post: Post, **more: Any) -> int:  # noqa: ANN401 - any plain values
    return post.say("refund_sent", purpose=Purpose.BOOKING_FACT, refund=420000, reference="K7QM9C", **more)


def test_an_approved_template_speaks_when_the_window_is_shut(post: Post) -> None:
    register(post)
    post.pass_time(timedelta(hours=24, minutes=1))
    message = refund(post)
    post.send_all()
    (line,) = post.arrived()
    row = post.row(message)
    assert line["channel"] == "whatsapp"
    assert line["text"].startswith("Your refund for K7QM9C is on its way")
    assert (row.state, row.shown_as, row.body) == (MessageState.SENT, "template", line["text"])
    assert row.cost_micros == 6_400


def test_inside_the_window_our_own_words_go(post: Post) -> None:
    register(post)
    message = refund(post)
    post.send_all()
    (line,) = post.arrived()
    assert "₹4,200" in line["text"]
    assert (post.row(message).shown_as, post.row(message).cost_micros) == ("text", 5_000)


def test_while_nobody_has_approved_it_the_guest_hears_it_by_sms(post: Post) -> None:
    said = register(post, approved=False)
    assert f"{len(all_templates())} pending" in said
    post.pass_time(timedelta(hours=24, minutes=1))
    message = refund(post)
    post.send_all()
    (line,) = post.arrived()
    assert (line["channel"], "Rs.4,200" in line["text"]) == ("sms", True)
    assert post.row(message).segments == 1


def test_a_template_approved_later_is_noticed(post: Post) -> None:
    register(post, approved=False)
    assert register(post).endswith(f"{len(all_templates())} approved.")
    post.pass_time(timedelta(hours=24, minutes=1))
    message = refund(post)
    post.send_all()
    assert post.row(message).shown_as == "template"


def test_syncing_again_makes_and_submits_nothing_twice(post: Post) -> None:
    register(post)
    before = len(post.sandbox.get("/debug/calls", params={"match": "/v1/Content", "method": "POST"}).json())
    sync(post.house, whatsapp(post))
    after = len(post.sandbox.get("/debug/calls", params={"match": "/v1/Content", "method": "POST"}).json())
    assert before == after


def test_a_guest_reads_the_template_of_their_language(post: Post) -> None:
    register(post)
    post.change(language="hi")
    post.pass_time(timedelta(hours=24, minutes=1))
    refund(post)
    post.send_all()
    (line,) = post.arrived()
    assert line["text"].startswith("बुकिंग K7QM9C का रिफ़ंड")


def test_the_provider_knows_better_that_the_window_is_shut(post: Post) -> None:
    register(post)
    post.pass_time(timedelta(hours=24, minutes=1))
    post.change(last_inbound_at=post.clock.now())
    message = refund(post)
    post.send_all()
    (line,) = post.arrived()
    assert line["channel"] == "whatsapp"
    assert (post.row(message).shown_as, post.row(message).by_template) == ("template", True)


def test_a_template_that_is_refused_after_all_goes_by_sms(post: Post) -> None:
    register(post)
    post.trouble(provider="twilio", method="POST", match=MESSAGES, status=400, body=REFUSED, times=2)
    message = refund(post)
    post.send_all()
    (line,) = post.arrived()
    assert line["channel"] == "sms"
    assert (post.row(message).attempts, post.row(message).by_template) == (3, False)


def test_without_a_phone_number_those_in_charge_are_told(post: Post) -> None:
    with unit_of_work(post.house.engine) as session:
        session.scalars(select(Guest)).one().phone = None
    post.pass_time(timedelta(hours=24, minutes=1))
    message = refund(post)
    post.send_all()
    assert (post.state(message), post.row(message).error_code) == (MessageState.FAILED, "window_shut")


def test_an_offer_keeps_its_buttons_in_a_template(post: Post) -> None:
    register(post)
    post.pass_time(timedelta(hours=24, minutes=1))
    facts = {
        "kind": "stay", "property": "Kesar Kothi", "room_type": "Deluxe", "meal_plan": "CP", "adults": 2, "children": 0,
        "arrival": "2026-12-24", "departure": "2026-12-26", "total": 900000, "due_now": 100000,
        "hold_until": "2026-12-01T12:20+05:30",
    }  # fmt: skip
    options = [
        {"id": f"7.{n}", "title": title, "description": "", "value": {}, "kind": "offer"}
        for n, title in enumerate(("option_take_offer", "option_decline_offer"), start=1)
    ]
    with unit_of_work(post.house.engine) as session:
        say_to_guest(
            session,
            conversation_id=post.conversation_id,
            reply="waitlist_offer",
            facts=facts,
            now=post.clock.now(),
            options=options,
            purpose=Purpose.BOOKING_FACT,
        )
    post.send_all()
    (line,) = post.arrived()
    assert [(each["id"], each["title"]) for each in line["options"]] == [("7.1", "Yes, please"), ("7.2", "No, thanks")]
    assert "Kesar Kothi has something for you, Thu 24 Dec, kept until" in line["text"]


def test_an_owners_card_is_carried_as_one_line(post: Post) -> None:
    register(post)
    post.pass_time(timedelta(hours=25))
    with unit_of_work(post.house.engine) as session:
        say_to_chat(
            session,
            account_id=post.account_id,
            line_id=whatsapp(post),
            address=f"whatsapp:{GUEST}",
            reply="owner_stranger",
            facts={},
            now=post.clock.now(),
        )
    post.send_all()
    (line,) = post.arrived()
    assert line["text"].startswith("News from your desk: ")
    assert "\n" not in line["text"]


def test_an_answer_whose_fate_is_unknown_is_found_again_by_its_templates_words(post: Post) -> None:
    register(post)
    post.pass_time(timedelta(hours=24, minutes=1))
    post.trouble(provider="twilio", method="POST", match=MESSAGES, drop=True)
    message = refund(post)
    post.send_all()
    post.pass_time(timedelta(seconds=6))
    assert post.settle()
    assert post.state(message) is MessageState.SENT
    assert len(post.arrived()) == 1


def test_words_too_long_for_one_message_go_on_in_the_next(post: Post) -> None:
    words = " ".join(f"₹{n},000" for n in range(1, 400))
    post.say("continued", words=words)
    post.send_all()
    lines = post.arrived()
    assert len(lines) == 3
    assert " ".join(line["text"] for line in lines) == words
    with Session(post.house.engine) as session:
        assert session.scalar(select(func.count()).select_from(Message)) == 3
