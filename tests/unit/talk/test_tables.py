"""A table, turn by turn, with the intent given."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from models.inventory import AreaDay
from models.property import DiningArea, Property
from models.states import Channel, PropertyKind
from tests.fixtures.clock import StillClock
from tests.fixtures.talk import Talk


def test_place_day_time_and_party_are_asked_in_turn(talk: Talk) -> None:
    assert talk.say("book a table", "book_table").replies == ["ask_table_place"]
    assert talk.say("jaipur").replies == ["ask_table_day"]
    assert talk.say("tomorrow").replies == ["ask_table_time"]
    assert talk.say("8 pm").replies == ["ask_table_party"]
    assert talk.say("4").replies == ["table_places"]


def test_the_very_time_at_a_named_house_is_priced_at_once(talk: Talk) -> None:
    answer = talk.say("table for 4 tomorrow 8pm at Ghee & Gulal", "book_table")
    assert answer.replies == ["quote_table"]
    assert "8 pm" in answer.text
    assert "No deposit needed" in answer.text


def test_a_meal_stands_for_its_usual_hour(talk: Talk) -> None:
    answer = talk.say("dinner at Chhat Rooftop tomorrow for 2", "book_table")
    assert answer.replies == ["table_slots"]
    assert "8 pm" in answer.titles


def test_a_slot_is_chosen_by_its_hour(talk: Talk) -> None:
    talk.say("dinner at Chhat Rooftop tomorrow for 2", "book_table")
    answer = talk.say("8:30 wala", "select")
    assert answer.replies == ["quote_table"]
    assert "8:30" in answer.text


def test_a_table_without_deposit_is_confirmed_at_once(talk: Talk) -> None:
    talk.say("table for 4 tomorrow 8pm at Ghee & Gulal", "book_table")
    answer = talk.say("yes", "affirm")
    assert answer.replies == ["booking_confirmed"]
    assert talk.status == "confirmed"
    assert (talk.row.journey, talk.row.asked, talk.row.frame) == ("none", "none", {})


def test_a_deposit_is_asked_for_by_link(talk: Talk) -> None:
    talk.say("table for 4 tomorrow 8pm at Chhat Rooftop", "book_table")
    answer = talk.say("yes", "affirm")
    assert answer.replies == ["table_held"]
    assert "https://desk.example/p/" in answer.text


@pytest.mark.parametrize(
    ("words", "party", "at"),
    [("make it 6 people", 6, "20:00"), ("9 pm instead", 4, "21:00"), ("nahi 5 log", 5, "20:00")],
)
def test_a_correction_at_the_price_is_priced_anew(talk: Talk, words: str, party: int, at: str) -> None:
    talk.say("table for 4 tomorrow 8pm at Ghee & Gulal", "book_table")
    assert talk.say(words).replies == ["quote_table"]
    wish = talk.row.frame["table"]
    assert (wish["party_size"], wish["time"][:5]) == (party, at)


def test_names_of_houses_are_no_days_and_no_numbers(talk: Talk) -> None:
    talk.say("table for 3 at Chhat Rooftop on friday 8 pm", "book_table")
    assert talk.row.frame["table"]["day"] == "2026-11-27"
    other = talk.say("at Do Mez for 4")
    assert talk.row.frame["table"]["party_size"] == 4, other.text


def test_a_cuisine_narrows_the_search(talk: Talk) -> None:
    answer = talk.say("rajasthani food in jaipur tomorrow 8 pm for 2", "search_table")
    assert answer.replies in (["quote_table"], ["table_places"])
    assert "Ghee & Gulal" in answer.text + "".join(answer.titles)


@pytest.mark.parametrize(
    ("words", "reply"),
    [
        ("table in jaipur yesterday 8pm for 2", "time_has_passed"),
        ("table in jaipur tomorrow 8pm for 80 people", "table_too_many"),
        ("table in Delhi tomorrow", "ask_table_place_unknown"),
        ("table for 0 people in jaipur tomorrow", "table_no_party"),
    ],
)
def test_what_nobody_can_book_is_said_kindly(talk: Talk, words: str, reply: str) -> None:
    assert talk.say(words, "book_table").replies == [reply]


def test_the_only_house_of_an_account_needs_no_question(sample: Session, clock: StillClock) -> None:
    talk = Talk(sample, clock, slug="palmgrove", channel=Channel.SMS)
    assert talk.say("book a table", "book_table").replies == ["ask_table_day"]
    assert talk.row.frame["table"]["property_name"] == "Solkadhi Shack"


def test_another_account_s_houses_are_never_offered(talk: Talk) -> None:
    assert talk.say("table in Goa tomorrow", "book_table").replies == ["ask_table_place_unknown"]


def test_an_occasion_is_told_to_the_house(talk: Talk) -> None:
    talk.say("birthday table for 4 tomorrow 8pm at Ghee & Gulal", "book_table")
    talk.say("yes", "affirm")
    assert talk.booking is not None
    assert talk.booking.wishes == "birthday"


def test_an_hour_that_has_gone_by_is_said_to_have_passed(talk: Talk) -> None:
    talk.say("table in Jaipur today for 2", "book_table")
    assert talk.say("11 am").replies == ["time_has_passed"]
    assert talk.say("8 pm").replies == ["table_places"]


def test_when_no_house_has_the_hour_the_nearest_hours_are_said_to_be_that(talk: Talk) -> None:
    assert talk.say("table in Jaipur tomorrow at 8:10 pm for 2", "book_table").replies == ["table_places_near"]


def test_which_restaurants_there_are_is_answered_on_the_way(talk: Talk) -> None:
    talk.say("book a table", "book_table")
    answer = talk.say("which restaurants do you have?", "search_table")
    assert answer.replies == ["answer_restaurants", "ask_table_place"]
    assert "Naav Ghar (Udaipur)" in answer.text


def test_a_table_in_another_town_names_the_town(talk: Talk) -> None:
    day = talk.clock.now().date() + timedelta(days=20)
    houses = select(Property.id).where(Property.city == "Jaipur", Property.kind == PropertyKind.RESTAURANT)
    areas = select(DiningArea.id).where(DiningArea.property_id.in_(houses))
    talk.session.execute(update(AreaDay).where(AreaDay.dining_area_id.in_(areas)).values(closed=True))
    answer = talk.say(f"table for 2 in Jaipur on {day:%d %B} at 8 pm", "search_table")
    others = [each for each in answer.options if each["kind"] == "table"]
    assert others, answer.texts
    assert all("Udaipur" in each["description"] or "Mumbai" in each["description"] for each in others), others


def test_an_hour_gone_by_may_be_had_tomorrow_by_a_word(talk: Talk) -> None:
    talk.say("table for 4 in Jaipur today", "book_table")
    answer = talk.say("9 am")
    assert answer.replies == ["time_has_passed"]
    assert answer.titles == ["Same time next day"]
    assert talk.say("yes", "affirm").replies[0].startswith("table_")
    assert (talk.row.frame["table"]["day"], talk.row.frame["table"]["time"]) == ("2026-11-23", "09:00:00")


def test_a_kitchen_we_have_not_is_said_and_narrows_nothing(talk: Talk) -> None:
    answer = talk.say("korean table for 4 in Jaipur tomorrow at 8 pm", "book_table")
    assert answer.replies == ["no_such_cuisine", "table_places"], answer.texts


def test_jain_food_is_told_to_the_house(talk: Talk) -> None:
    talk.say("table for 4 in Jaipur tomorrow at 8 pm", "book_table")
    answer = talk.say("jain khana chahiye", "inform")
    assert "table_none" not in answer.replies
    assert talk.row.frame["table"]["seat"] == "jain food"


def test_the_hour_of_a_day_gone_by_is_kept_for_another_day(talk: Talk) -> None:
    answer = talk.say("table for 4 in Jaipur today at 9 am", "book_table")
    assert answer.replies == ["time_has_passed"]
    assert talk.tap("Tomorrow").replies[0].startswith("table_")
    assert talk.row.frame["table"]["time"] == "09:00:00"
