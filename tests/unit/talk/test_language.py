"""Which language a guest writes, and which one is asked for."""

from __future__ import annotations

import pytest

from bot.language import asked_for, settled, written_in

NAMES = ("Kesar Kothi", "Jaipur", "Ghee & Gulal", "Naav Ghar")


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("do you have a room for two?", "en"),
        ("I want to book a table please", "en"),
        ("मुझे कमरा चाहिए", "hi"),
        ("हाँ", "hi"),
        ("Kesar Kothi में कमरा है?", "hi"),
        ("jaipur mein room chahiye", "hinglish"),
        ("kal se 2 raat", "hinglish"),
        ("haan book kar do", "hinglish"),
        ("room kitne ka hai", "hinglish"),
    ],
)
def test_a_sentence_tells_its_language(text: str, language: str) -> None:
    assert written_in(text, names=NAMES) == language


@pytest.mark.parametrize(
    "text",
    ["2", "ok", "haan", "haan confirm", "Jaipur", "Naav Ghar", "24 to 27 dec, 2 rooms", "😀", "", "+919829012345"],
)
def test_a_number_a_name_or_one_word_proves_nothing(text: str) -> None:
    assert written_in(text, names=NAMES) is None


@pytest.mark.parametrize("text", ["4 rooms for 6 people se", "log table for 2"])
def test_one_doubtful_word_proves_nothing(text: str) -> None:
    assert written_in(text, names=NAMES) is None


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("hindi me bolo", "hi"),
        ("can we talk in Hindi please", "hi"),
        ("हिंदी में बात करो", "hi"),
        ("english please", "en"),
        ("angrezi mein batao", "en"),
        ("Hinglish chalega", "hinglish"),
        ("Telugu please", None),
    ],
)
def test_a_language_can_be_asked_for(text: str, language: str | None) -> None:
    assert asked_for(text) == language


def test_the_language_follows_what_is_written() -> None:
    assert settled("en", chosen=False, text="mujhe room chahiye") == "hinglish"
    assert settled("hi", chosen=False, text="ok 2") == "hi"
    assert settled("hi", chosen=False, text="what is the price?") == "en"


def test_a_language_asked_for_stays_whatever_is_written() -> None:
    assert settled("hi", chosen=True, text="what is the price?") == "hi"
