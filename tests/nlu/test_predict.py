"""`atithi nlu predict`: what a message means, by the code that serves guests, in the words public data is scored in."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from bot.before import asked_in, asked_of_us
from bot.neutral import settled
from bot.neutral_row import understood
from bot.openwords import named_in
from jobs.nlu import confusions, predict_command, read_lines, turns_of
from jobs.sentences import Refusal
from models.base import Json

TODAY = dt.datetime(2026, 11, 25, 14, 5, tzinfo=ZoneInfo("Asia/Kolkata"))


def slots_of(text: str, intent: str = "inform", **row: str) -> dict[str, str]:
    """The slots of one message."""
    slots: dict[str, str] = understood({"id": "1", "text": text, **row}, [(intent, 0.9)], today=TODAY)["slots"]
    return slots


# ------------------------------------------------------------------------------------------ with the real engine


@pytest.mark.engine
@pytest.mark.xdist_group("engine")
@pytest.mark.usefixtures("engine")
def test_messages_go_in_and_acts_slots_and_values_come_out(tmp_path: Path) -> None:
    given, out = tmp_path / "in.jsonl", tmp_path / "out.jsonl"
    rows = [
        {"id": "a", "text": "book a table for 4 tomorrow at 8pm", "ref_date": "2026-11-25"},
        {"id": "b", "text": "haan kar do", "asked": "confirm"},
        {"id": "c", "text": "24 दिसंबर से 2 रात, 3 लोग", "asked": "dates", "now": "2026-11-25T14:05:00"},
        {"id": "b", "text": "haan kar do", "asked": "confirm", "turn": 2},
        {"id": "d", "text": "/greet"},
        {"id": "e", "text": ""},
    ]
    given.write_text("".join(f"{json.dumps(row)}\n" for row in rows))

    predict_command(given, out)

    table, yes, stay, yes_again, order, nothing = [json.loads(line) for line in out.read_text().splitlines()]
    assert table["act"] == "book_restaurant"
    assert table["slots"] == {"date": "2026-11-26", "guests": "4", "time": "20:00"}
    assert table["values"] == {"date": "2026-11-26", "time": "20:00", "guests": 4}
    assert yes["act"] == "affirm"
    assert stay["values"] == {"check_in": "2026-12-24", "check_out": "2026-12-26", "nights": 2, "guests": 3}
    assert stay["slots"] == {"date": "2026-12-24", "nights": "2", "guests": "3"}
    assert yes_again == {**yes, "turn": 2}
    assert (order["id"], nothing["id"]) == ("d", "e")


# ---------------------------------------------------------------------------------------------------- what is said


@pytest.mark.parametrize(
    ("text", "slots"),
    [
        ("any cheap Thai food in Palo Alto?", {"cuisine": "Thai", "price_range": "cheap", "location": "Palo Alto"}),
        ("a 4 star hotel in the north", {"stars": "4", "location": "north"}),
        ("north indian khana chahiye", {"cuisine": "north indian"}),
        ("thoda mehenga bhi chalega", {"price_range": "expensive"}),
        ("something not too expensive", {"price_range": "moderate"}),
        ("book me a room at the Gonville Hotel", {"name": "Gonville Hotel"}),
        ("a hotel called Lovell Lodge", {"name": "Lovell Lodge"}),
        ("I am checking in on Friday", {"date": "Friday"}),
        ("2 adults and 1 kid", {"guests": "2"}),
        ("I want it in advance, in general", {}),
    ],
)
def test_names_that_are_not_ours_are_read_too(text: str, slots: dict[str, str]) -> None:
    assert slots_of(text) == slots


@pytest.mark.parametrize(
    ("text", "before", "slots"),
    [
        ("3", "How many nights will you stay?", {"nights": "3"}),
        ("3", "How many people are coming?", {"guests": "3"}),
        ("8", "What time would you like the table?", {"time": "20:00"}),
        ("4", "Which star rating do you prefer?", {"stars": "4"}),
        ("timbuktu please", "Which city?", {"location": "timbuktu"}),
        ("the blue door", "i found the blue door and old mill . which one ?", {"name": "the blue door"}),
        ("3", "It is a lovely house.", {}),
    ],
)
def test_a_bare_answer_is_what_was_asked_for(text: str, before: str, slots: dict[str, str]) -> None:
    assert slots_of(text, prev_system=before) == slots


def test_what_we_know_we_asked_counts_more_than_the_words_before() -> None:
    assert slots_of("3", asked="party", prev_system="How many nights?") == {"guests": "3"}


def test_days_stay_words_until_it_is_known_from_when_they_count() -> None:
    assert slots_of("from Friday to 2 December") == {"date": "Friday", "date_end": "2 December"}
    assert slots_of("from Friday to 2 December", ref_date="2026-11-25") == {
        "date": "2026-11-27",
        "date_end": "2026-12-02",
    }


def test_thanks_and_farewells_want_nothing() -> None:
    assert slots_of("that is all I need today, bye", "goodbye") == {}


# ---------------------------------------------------------------------------------------------------------- acts


@pytest.mark.parametrize(
    ("intent", "text", "before", "act"),
    [
        ("out_of_scope", "I want it for 11:30", "What time should I book?", "inform"),
        ("request_service", "in Springfield please", "Which city?", "inform"),
        ("deny", "doesn't matter", "What kind of food?", "inform"),
        ("ask_info", "is there a cheap one?", "The Haveli is expensive.", "inform"),
        ("ask_info", "is it cheap?", "The Haveli has a pool.", "request_info"),
        ("thank", "no thanks", "Shall I book it?", "negate"),
        ("goodbye", "thank you so much", "It is booked, reference AT-1.", "thank"),
        ("book_table", "yes, book it", "Shall I book the table?", "affirm"),
    ],
)
def test_what_was_found_and_asked_decides_beside_the_intent(intent: str, text: str, before: str, act: str) -> None:
    row = {"id": "1", "text": text, "prev_system": before}

    assert understood(row, [(intent, 0.9)], today=TODAY)["act"] == act


def test_a_message_without_a_word_of_ours_is_sooner_not_ours() -> None:
    ranking = [("ask_info", 0.4), ("out_of_scope", 0.2)]

    assert settled(ranking, text="who won the match") == "out_of_scope"
    assert settled(ranking, text="is there parking") == "ask_info"
    assert settled(ranking, text="at the pool", slots={"guests"}) == "ask_info"
    assert settled([("affirm", 0.4), ("out_of_scope", 0.3)], text="hmm fine") == "affirm"


def test_amid_films_and_trains_a_question_in_our_words_is_sooner_not_ours() -> None:
    ranking = [("ask_info", 0.8), ("out_of_scope", 0.05)]

    assert settled(ranking, text="how is it rated", prev_system="It is a comedy film of 1994.") == "out_of_scope"
    assert settled(ranking, text="how is it rated", prev_system="The hotel shows films by the pool.") == "ask_info"
    assert settled(ranking, text="how is the hotel rated", prev_system="It is a comedy film.") == "ask_info"


def test_a_question_for_several_things_asks_first_for_what_a_number_answers() -> None:
    asked = asked_in("What city, what time, and for how many people?")

    assert asked >= {"place", "time", "guests"}
    assert asked_of_us(asked, stay=False) == "party"
    assert asked_of_us(frozenset(), stay=True) == "none"


def test_a_name_is_not_its_own_place() -> None:
    named = named_in("a table at Bear Hotel near Finsbury Park")

    assert (named.name, named.location) == ("Bear Hotel", "Finsbury Park")


# -------------------------------------------------------------------------------------------------- files, tables


@pytest.mark.parametrize("line", ["{", "[]", '{"text": "hi"}', '{"id": 1}', '{"id": 1, "text": 5}'])
def test_a_line_that_is_no_message_is_named(tmp_path: Path, line: str) -> None:
    path = tmp_path / "in.jsonl"
    path.write_text(f'{{"id": 1, "text": "hi"}}\n\n{line}\n')

    with pytest.raises(Refusal, match="line 3"):
        read_lines(path)


def test_dialogues_become_messages_with_what_was_said_before() -> None:
    dialogue = {
        "id": "d",
        "ref_date": "2026-11-25",
        "turns": [{"turn": 0, "user": "hi"}, {"turn": 1, "user": "2", "prev_system": "How many?"}],
    }

    assert turns_of([dialogue])[1] == {
        "id": "d",
        "turn": 1,
        "text": "2",
        "prev_system": "How many?",
        "ref_date": "2026-11-25",
    }


def test_the_report_counts_what_was_taken_for_what() -> None:
    rows: list[Json] = [
        {"text": "hello", "act": "greet", "acts": ["greet"]},
        {"text": "salaam", "act": "greet", "acts": ["greet"]},
        {"text": "fine", "act": "affirm", "acts": ["affirm", "select"]},
        {"text": "?", "act": None},
    ]
    answers: list[Json] = [{"act": act} for act in ("thank", "thank", "select", "inform")]

    first, *others = confusions(rows, answers).splitlines()[1:]

    assert first.split() == ["greet", "thank", "2", "hello"]
    assert others == []
