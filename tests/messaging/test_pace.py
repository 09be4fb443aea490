"""No provider is rushed, however many workers send."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.unit_of_work import unit_of_work
from models.account import AppUser, Line, OwnerChat
from models.states import Channel, MessageState
from tests.messaging.conftest import Post


def slow_down(post: Post, channel: Channel, per_second: float) -> None:
    with unit_of_work(post.house.engine) as session:
        line = session.scalars(select(Line).where(Line.channel == channel)).one()
        line.settings = {"per_second": per_second}


def test_a_line_draws_breath(post: Post) -> None:
    slow_down(post, Channel.WHATSAPP, 2)
    queued = [post.say() for _ in range(5)]
    post.send_all()
    assert len(post.arrived()) == 2
    assert {post.state(each) for each in queued[2:]} == {MessageState.QUEUED}
    post.pass_time(timedelta(seconds=1))
    post.send_all()
    assert len(post.arrived()) == 4
    post.pass_time(timedelta(seconds=1))
    post.send_all()
    assert [line["sid"] for line in post.arrived()] == [post.row(each).provider_id for each in queued]


def test_two_workers_together_keep_the_pace(post: Post) -> None:
    slow_down(post, Channel.WHATSAPP, 3)
    for _ in range(9):
        post.say()
    with ThreadPoolExecutor(6) as together:
        for _ in range(4):
            list(together.map(lambda _: post.outbox.send_next(), range(6)))
    assert len(post.arrived()) == 3


def test_one_owner_is_not_flooded_while_others_hear_at_once(post: Post) -> None:
    for _ in range(8):
        post.tell_owner(710000001)
    other = post.tell_owner(710000099)
    post.send_all()
    assert len(post.arrived("710000001", "owners")) == 5
    assert post.state(other) is MessageState.SENT
    for _ in range(3):
        post.pass_time(timedelta(seconds=1))
        post.send_all()
    assert len(post.arrived("710000001", "owners")) == 8


def test_telegram_says_how_long_to_wait_and_is_obeyed(post: Post) -> None:
    body = {"ok": False, "error_code": 429, "description": "Too Many Requests", "parameters": {"retry_after": 30}}
    post.trouble(provider="telegram", method="POST", match="sendMessage", status=429, body=body)
    message = post.tell_owner(710000001)
    post.send_all()
    assert post.state(message) is MessageState.QUEUED
    assert post.row(message).next_attempt_at >= post.clock.now() + timedelta(seconds=30)


def test_an_owner_who_blocked_the_bot_is_unlinked_and_told_by_sms(post: Post) -> None:
    chat, phone = 710000001, "+919811100022"
    now = post.clock.now()
    with unit_of_work(post.house.engine) as session:
        line = session.scalars(select(Line).where(Line.channel == Channel.TELEGRAM)).one()
        user = AppUser(
            email="m@x.example", name="Meera", password_hash=None, phone=phone, language="en", created_at=now
        )
        session.add(user)
        session.flush()
        linked = {"account_id": post.account_id, "user_id": user.id, "line_id": line.id, "channel": Channel.TELEGRAM}
        session.add(OwnerChat(address=str(chat), linked_at=now, **linked))
    body = {"ok": False, "error_code": 403, "description": "Forbidden: bot was blocked by the user"}
    post.trouble(provider="telegram", method="POST", match="sendMessage", status=403, body=body)
    message = post.tell_owner(chat)
    post.send_all()
    assert (post.row(message).channel, post.state(message)) == (Channel.SMS, MessageState.SENT)
    assert len(post.arrived(phone)) == 1
    with Session(post.house.engine) as session:
        assert session.scalars(select(OwnerChat.unlinked_at)).one() == now
