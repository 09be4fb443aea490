"""The same reply on different phones: buttons, a list, or numbered words; nothing is cut in the middle."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.messaging.plain import numbered, plain, segments, shortened
from core.ports import Option
from models.states import MessageState
from tests.messaging.conftest import Post


@pytest.mark.parametrize("count", [1, 2, 3])
def test_few_short_choices_are_buttons(post: Post, count: int) -> None:
    post.offer(count, description="")
    post.send_all()
    (line,) = post.arrived()
    assert [each["title"] for each in line["options"]] == [f"Room {n}" for n in range(1, count + 1)]
    assert line["button"] == ""


@pytest.mark.parametrize("count", [2, 4, 10])
def test_choices_with_a_description_are_a_list(post: Post, count: int) -> None:
    post.offer(count)
    post.send_all()
    (line,) = post.arrived()
    assert [each["id"] for each in line["options"]] == [f"1.{n}" for n in range(1, count + 1)]
    assert {each["description"] for each in line["options"]} == {"₹4,000"}
    assert line["button"]


def test_more_choices_than_a_list_takes_are_numbered_words(post: Post) -> None:
    post.offer(11)
    post.send_all()
    (line,) = post.arrived()
    assert line["options"] == []
    assert "11. Room 11 - ₹4,000" in line["text"]


def test_a_long_title_is_told_in_full_below_it(post: Post) -> None:
    post.offer(2, title="The Royal Heritage Courtyard Suite {}")
    post.send_all()
    (line,) = post.arrived()
    for number, option in enumerate(line["options"], start=1):
        assert len(option["title"]) <= 24
        assert option["description"].startswith(f"The Royal Heritage Courtyard Suite {number}")


def test_a_template_is_made_once_and_found_again(post: Post) -> None:
    for _ in range(3):
        post.offer(2)
    post.send_all()
    calls = post.sandbox.get("/debug/calls", params={"provider": "twilio", "match": "/v1/Content", "method": "POST"})
    assert len(calls.json()) == 1


def test_a_template_somebody_deleted_is_made_again(post: Post) -> None:
    post.offer(2)
    post.send_all()
    assert post.sandbox.post("/debug/reset").is_success
    post.sandbox.post("/guests/+919876500011/messages", json={"channel": "whatsapp", "text": "Hi"})
    message = post.offer(2)
    post.send_all()
    assert post.state(message) is MessageState.QUEUED
    post.clock.advance(post.row(message).next_attempt_at - post.clock.now())
    post.send_all()
    assert post.state(message) is MessageState.SENT
    assert len(post.arrived()[0]["options"]) == 2


def test_a_plain_phone_gets_the_seven_bit_alphabet() -> None:
    said = plain("Total ₹17,860.52 – it’s yours… “Café” 🎉")
    assert said == 'Total Rs.17,860.52 - it\'s yours... "Café"'
    assert segments("a" * 160) == 1
    assert segments("a" * 161) == 2
    assert segments("a" * 159 + "€") == 2
    assert segments("₹") == 1
    assert segments("₹" * 71) == 2


def test_hindi_stays_hindi_on_a_plain_phone() -> None:
    assert plain("कुल ₹500") == "कुल Rs.500"


def test_choices_on_a_plain_phone_are_numbered() -> None:
    options = (Option("1.1", "Amber Court", "Rs.4,000"), Option("1.2", "Teej Terrace"))
    assert numbered("Which one?", options) == "Which one?\n1. Amber Court - Rs.4,000\n2. Teej Terrace"


@given(
    words=st.lists(st.text("abc₹,.0123456789", min_size=1, max_size=12), min_size=1, max_size=40),
    limit=st.integers(30, 200),
)
def test_what_is_too_long_ends_after_a_whole_word(words: list[str], limit: int) -> None:
    text = " ".join(words)
    short = shortened(text, limit)
    assert len(short) <= limit
    if short != text:
        kept = short.removesuffix("...")
        assert short.endswith("...")
        assert text.startswith(kept)
        assert " " not in text[: limit - 3] or text[len(kept)] in " ,"
