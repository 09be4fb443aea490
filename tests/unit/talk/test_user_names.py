"""A guest who hides their number is asked for one the house can call, once, and never kept from booking."""

from __future__ import annotations

import pytest

from bot.actions.reaching import phone_in
from tests.fixtures.talk import Talk

STAY = "Standard Double at Teej Terrace for 2, 20 to 21 December"


@pytest.fixture
def hidden(talk: Talk) -> Talk:
    """Somebody who goes by a user name."""
    talk.guest.phone = None
    talk.say(STAY, "book_stay")
    return talk


def test_a_number_is_asked_for_before_a_room_is_kept(hidden: Talk) -> None:
    asked = hidden.say("yes", "affirm")
    assert asked.replies == ["ask_phone"]
    assert "Teej Terrace" in asked.text
    assert hidden.booking_count() == 0
    told = hidden.say("my number is 98290 12345", "inform")
    assert told.replies == ["phone_noted", "booking_confirmed"]
    assert hidden.guest.phone == "+919829012345"


@pytest.mark.parametrize("how", ["tap", "no", "1"])
def test_who_gives_none_books_all_the_same(hidden: Talk, how: str) -> None:
    hidden.tap("Confirm")
    said = hidden.tap("Go on without") if how == "tap" else hidden.say(how, "deny" if how == "no" else "select")
    assert said.replies == ["booking_confirmed"]
    assert hidden.guest.phone is None


def test_other_words_are_answered_and_the_number_asked_for_again(hidden: Talk) -> None:
    hidden.tap("Confirm")
    said = hidden.say("is breakfast included?", "ask_info")
    assert said.replies[-1] == "ask_phone"
    assert hidden.booking_count() == 0
    assert hidden.say("+44 20 7946 0018", "inform").replies == ["phone_noted", "booking_confirmed"]


def test_whose_number_is_known_is_not_asked(talk: Talk) -> None:
    talk.say(STAY, "book_stay")
    assert talk.say("yes", "affirm").replies == ["booking_confirmed"]


@pytest.mark.parametrize(
    ("words", "number"),
    [
        ("९८२९०१२३४५", "+919829012345"),
        ("call +1 415 555 2671 ok", "+14155552671"),
        ("2 people", None),
        ("20 to 22 december", None),
        ("", None),
    ],
)
def test_a_number_is_found_in_words(words: str, number: str | None) -> None:
    assert phone_in(words) == number
