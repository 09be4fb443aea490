"""What is asked about, and which part of a message is a question."""

from __future__ import annotations

import pytest

from bot.questions import clauses, topics


@pytest.mark.parametrize(
    ("text", "about"),
    [
        ("what is the check-in time?", ("check_in",)),
        ("चेक-इन कितने बजे?", ("check_in",)),
        ("parking hai kya", ("parking",)),
        ("kya nashta milega", ("breakfast",)),
        ("do you have wifi and a pool", ("wifi", "pool")),
        ("can I bring my dog?", ("pets",)),
        ("cancellation policy?", ("cancellation",)),
        ("kitna door hai station se", ("distance",)),
        ("where is it exactly", ("address",)),
        ("what are your timings", ("hours",)),
        ("do you have veg food", ("veg",)),
        ("which hotels do you have", ("hotels",)),
        ("how do I pay", ("payment",)),
        ("tell me a joke", ()),
    ],
)
def test_the_topic_is_in_the_words(text: str, about: tuple[str, ...]) -> None:
    assert topics(text) == about


@pytest.mark.parametrize(
    ("text", "told", "asked"),
    [
        ("24 dec, and is breakfast included?", ["24 dec"], ["is breakfast included"]),
        ("2 people. parking hai kya?", ["2 people"], ["parking hai kya"]),
        ("is there a pool", [], ["is there a pool"]),
        ("2 adults and 1 kid", ["2 adults and 1 kid"], []),
    ],
)
def test_what_is_told_is_kept_apart_from_what_is_asked(text: str, told: list[str], asked: list[str]) -> None:
    assert clauses(text) == (told, asked)
