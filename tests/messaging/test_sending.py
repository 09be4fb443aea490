"""Messages leave in order, once, and what goes wrong on the way is neither lost nor doubled."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from core.messaging.delivery import ASKED_LONG_ENOUGH, LEASE
from models.states import Channel, ConversationMode, MessageState, Purpose
from tests.messaging.conftest import Post

MESSAGES = "/Messages.json"


def test_messages_to_a_guest_arrive_in_the_order_they_were_queued(post: Post) -> None:
    replies = ["goodbye", "hello_again", "thank_open", "out_of_scope_open", "goodbye", "hello_again"]
    queued = [post.say(reply) for reply in replies]
    with ThreadPoolExecutor(6) as together:
        for _ in range(len(replies)):
            list(together.map(lambda _: post.outbox.send_next(), range(6)))
    sids = [line["sid"] for line in post.arrived()]
    assert sids == [post.row(each).provider_id for each in queued]


def test_a_message_waits_for_an_earlier_one_that_is_on_its_way(post: Post) -> None:
    post.trouble(provider="twilio", method="POST", match=MESSAGES, status=429)
    first, second = post.say("goodbye"), post.say("hello_again")
    post.send_all()
    assert post.arrived() == []
    assert (post.state(first), post.state(second)) == (MessageState.QUEUED, MessageState.QUEUED)
    post.pass_time(timedelta(seconds=5))
    post.send_all()
    assert [line["sid"] for line in post.arrived()] == [post.row(first).provider_id, post.row(second).provider_id]


def test_many_senders_send_a_message_once(post: Post) -> None:
    message = post.say()
    with ThreadPoolExecutor(8) as together:
        sent = list(together.map(lambda _: post.outbox.send_next(), range(8)))
    assert sent.count(True) == 1
    assert len(post.arrived()) == 1
    assert post.row(message).attempts == 1


def test_an_answer_that_is_lost_after_sending_is_asked_for_and_not_sent_again(post: Post) -> None:
    post.trouble(provider="twilio", method="POST", match=MESSAGES, drop=True)
    message = post.say()
    post.send_all()
    assert len(post.arrived()) == 1
    assert post.state(message) is MessageState.UNKNOWN
    post.pass_time(timedelta(seconds=6))
    assert post.settle()
    assert post.state(message) is MessageState.SENT
    assert post.row(message).provider_id == post.arrived()[0]["sid"]


def test_a_message_of_a_sender_who_died_is_asked_for_then_sent(post: Post) -> None:
    post.trouble(provider="twilio", method="POST", match=MESSAGES, drop=True, act=False)
    message = post.say()
    post.send_all()
    assert post.arrived() == []
    for _ in range(20):
        post.pass_time(timedelta(seconds=6))
        if not post.settle():
            break
    post.send_all()
    assert len(post.arrived()) == 1
    assert post.state(message) is MessageState.SENT


def test_nothing_is_sent_again_before_the_provider_was_asked_for_long(post: Post) -> None:
    post.trouble(provider="twilio", method="POST", match=MESSAGES, drop=True, act=False)
    message = post.say()
    post.send_all()
    post.pass_time(timedelta(seconds=6))
    assert post.settle()
    post.send_all()
    assert post.state(message) is MessageState.UNKNOWN
    assert timedelta(seconds=6) < ASKED_LONG_ENOUGH < LEASE + timedelta(seconds=1)


def test_the_same_words_sent_twice_are_told_apart(post: Post) -> None:
    first = post.say()
    post.send_all()
    post.trouble(provider="twilio", method="POST", match=MESSAGES, drop=True)
    with_same_words = next(each for each in iter(post.say, None) if each % 2 == first % 2)
    post.send_all()
    post.pass_time(timedelta(seconds=40))
    while post.settle():
        pass
    post.send_all()
    known = [post.row(each).provider_id for each in (first, with_same_words)]
    assert len(set(known)) == 2
    assert {line["sid"] for line in post.arrived()} >= set(known)


@pytest.mark.parametrize(("status", "code"), [(400, 21211), (400, 21614)])
def test_what_is_refused_is_not_tried_again(post: Post, status: int, code: int) -> None:
    body = {"code": code, "message": "no", "status": status}
    post.trouble(provider="twilio", method="POST", match=MESSAGES, status=status, body=body)
    message = post.say()
    post.send_all()
    post.pass_time(timedelta(hours=1))
    post.send_all()
    assert (post.state(message), post.row(message).error_code) == (MessageState.FAILED, str(code))
    assert post.arrived() == []


def test_outside_the_window_a_message_goes_by_sms(post: Post) -> None:
    post.pass_time(timedelta(hours=24))
    message = post.say()
    post.send_all()
    (line,) = post.arrived()
    assert line["channel"] == "sms"
    assert (post.state(message), post.row(message).channel) == (MessageState.SENT, Channel.SMS)


def test_while_a_person_has_the_conversation_only_facts_go_out(post: Post) -> None:
    post.say("goodbye")
    post.pass_time(timedelta(seconds=1))
    post.change(mode=ConversationMode.HUMAN, mode_since=post.clock.now())
    words_of_the_handing_over = post.say("hello_again")
    fact = post.say("thank_open", purpose=Purpose.BOOKING_FACT)
    reminder = post.say("thank_open", purpose=Purpose.REMINDER)
    post.pass_time(timedelta(seconds=1))
    later = post.say("goodbye")
    post.send_all()
    sids = [line["sid"] for line in post.arrived()]
    assert sids[:1] == [post.row(words_of_the_handing_over).provider_id]
    assert post.row(fact).provider_id in sids
    assert post.state(later) is MessageState.CANCELLED
    assert post.state(reminder) is MessageState.CANCELLED


def test_an_owners_card_of_unknown_fate_comes_once_more_and_says_so(post: Post) -> None:
    chat = 710000001
    post.trouble(provider="telegram", method="POST", match="sendMessage", drop=True)
    message = post.tell_owner(chat)
    post.send_all()
    assert post.state(message) is MessageState.UNKNOWN
    post.pass_time(timedelta(seconds=6))
    assert post.settle()
    post.send_all()
    first, again = post.arrived(str(chat), "owners")
    assert again["text"] == "↻ " + first["text"]
    assert (post.state(message), post.row(message).error_code) == (MessageState.SENT, "again")


def test_a_reply_that_nobody_wrote_becomes_an_apology_not_a_silence(post: Post) -> None:
    message = post.say("a_reply_that_nobody_wrote")
    post.send_all()
    (line,) = post.arrived()
    assert "try once more" in line["text"]
    assert (post.row(message).reply, post.state(message)) == ("error", MessageState.SENT)
