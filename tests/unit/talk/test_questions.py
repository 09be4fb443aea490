"""What is asked about, and which part of a message is a question."""

from __future__ import annotations

import pytest

from bot.questions import clauses, topics
from tests.fixtures.talk import Talk


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


@pytest.mark.parametrize(
    ("words", "intent"),
    [
        ("2 people, is breakfast included?", "inform"),
        ("2 log, parking hai kya?", "inform"),
        ("for 2, do you have wifi", "search_stay"),
    ],
)
def test_what_is_told_and_what_is_asked_in_one_message_are_both_kept(talk: Talk, words: str, intent: str) -> None:
    talk.say("room in Jaipur 24 to 26 february", "search_stay")
    answer = talk.say(words, intent)
    assert answer.replies[-1] == "stay_options", answer.replies
    assert answer.replies[0].startswith("answer"), "the question is answered first"
    assert "meal_plan" not in talk.row.frame["stay"], "who asks about breakfast has not ordered it"


def test_a_question_before_any_house_is_known_is_answered_with_the_first_price(talk: Talk) -> None:
    talk.say("I need a room", "search_stay")
    talk.say("24 to 26 february, is breakfast included?", "inform")
    assert talk.row.asked == "place"
    talk.say("Kesar Kothi", "inform")
    answer = talk.say("Classic Double for 2", "inform")
    assert answer.replies[-1] == "quote_stay"
    assert "Breakfast is from" in answer.text


def test_yes_with_a_question_books_nothing_yet(talk: Talk) -> None:
    talk.say("Classic Double at Kesar Kothi for 2, 24 to 26 february", "search_stay")
    answer = talk.say("yes, is parking free?", "affirm")
    assert answer.replies[-1].startswith("quote_stay")
    assert talk.booking_count() == 0


@pytest.mark.parametrize("words", ["nashte ke saath", "नाश्ते के साथ", "nashta chahiye", "with breakfast"])
def test_breakfast_is_heard_in_every_language(talk: Talk, words: str) -> None:
    talk.say("Classic Double at Kesar Kothi for 2, 24 to 26 february", "search_stay")
    assert talk.say(words, "inform").replies[-1] == "quote_stay"
    facts = talk.facts("quote_stay")
    assert facts is not None
    assert facts["meal_plan"] == "CP"


def test_a_whole_wish_beside_a_question_is_taken_as_the_first_thing_said(talk: Talk) -> None:
    words = "Deluxe Double at Kesar Kothi 24 to 26 December for 2, is there a pool?"
    assert talk.say(words, "ask_info").replies == ["answer", "quote_stay"]
    wish = talk.row.frame["stay"]
    assert (wish["property_name"], wish["adults"], wish["check_in"]) == ("Kesar Kothi", 2, "2026-12-24")
