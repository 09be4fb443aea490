"""Greetings, questions, languages, taps on old buttons, words that fit nothing."""

from __future__ import annotations

import re
import time
from pathlib import Path
from typing import Final

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.actions import ACTIONS
from bot.actions.taking import known_kinds
from models.conversation import Handoff
from models.messaging import Message
from models.states import ConversationMode
from tests.builders.houses import Tables, an_owner
from tests.fixtures.clock import SUNDAY_NOON
from tests.fixtures.talk import Talk

_ACTIONS: Final = Path(__file__).parents[3] / "bot"
_BUTTONS: Final = 20


def test_the_greeting_says_what_the_desk_can_do(talk: Talk) -> None:
    answer = talk.say("hi", "greet")
    assert answer.replies == ["greet"]
    assert answer.titles == ["Book a room", "Book a table", "My booking"]


def test_every_kind_of_button_is_answered_by_somebody() -> None:
    sources = [path.read_text(encoding="utf-8") for path in _ACTIONS.glob("**/*.py")]
    offered = {kind for source in sources for kind in re.findall(r'\bOffered\(\s*"(\w+)"', source)}
    assert len(offered) >= _BUTTONS
    assert offered <= known_kinds()


def test_hello_in_the_middle_leads_back_to_the_question(talk: Talk) -> None:
    talk.say("room in jaipur", "search_stay")
    assert talk.say("hello", "greet").replies == ["hello_again", "ask_stay_dates"]


def test_thanks_do_not_close_an_open_question(talk: Talk) -> None:
    talk.say("room in jaipur", "search_stay")
    assert talk.say("thanks", "thank").replies == ["thank_open", "ask_stay_dates"]


def test_a_side_question_fills_nothing_and_leads_back(talk: Talk) -> None:
    talk.say("room at Kesar Kothi", "search_stay")
    before = talk.row.frame["stay"]
    answer = talk.say("can I check in at 9am tomorrow?", "ask_info")
    assert answer.replies == ["answer", "ask_stay_dates"]
    assert talk.row.frame["stay"] == before


def test_a_detail_beside_a_question_is_kept(talk: Talk) -> None:
    talk.say("room at Kesar Kothi", "search_stay")
    answer = talk.say("24 to 26 dec, and is breakfast included?", "ask_info")
    assert answer.replies == ["answer", "ask_stay_guests"]
    assert talk.row.frame["stay"]["check_in"] == "2026-12-24"


def test_two_questions_get_two_answers(talk: Talk) -> None:
    assert talk.say("is there wifi and parking at Kesar Kothi?", "ask_info").replies == ["answer", "answer"]


def test_the_house_spoken_of_stays_in_talk(talk: Talk) -> None:
    talk.say("where is Kesar Kothi?", "ask_info")
    assert "12 cars" in talk.say("and parking?", "ask_info").text


def test_without_a_house_the_guest_is_asked_which(talk: Talk) -> None:
    answer = talk.say("do you have parking?", "ask_info")
    assert answer.replies == ["answer_which_property"]
    assert talk.tap("Kesar Kothi").replies == ["answer"]


def test_answers_come_in_the_guest_s_language(talk: Talk) -> None:
    talk.say("kesar kothi mein parking hai kya?", "ask_info")
    assert talk.row.language == "hinglish"
    assert "गाड़ियों" in talk.say("केसर कोठी में पार्किंग है क्या?", "ask_info").text


def test_the_cancellation_of_the_price_on_the_table_is_told_from_its_own_terms(talk: Talk) -> None:
    talk.say("double room in Jaipur for 2, 24 to 27 december", "search_stay")
    talk.say("2", "select")
    assert talk.say("non-refundable chalega", "inform").replies == ["quote_stay"]
    assert talk.say("what is the cancellation policy?", "ask_info").replies[0] == "answer_terms_strict"


def test_an_old_button_is_told_kindly(talk: Talk) -> None:
    talk.say("hi", "greet")
    old = talk.row.options[0]["id"]
    talk.say("room in jaipur", "search_stay")
    assert talk.tap_id(old).replies == ["stale_tap", "ask_stay_dates"]


def test_an_old_button_with_nothing_open_offers_what_there_is(talk: Talk) -> None:
    assert talk.tap_id("7.1").replies == ["stale_tap", "what_next"]


def test_two_misses_offer_a_person(talk: Talk) -> None:
    assert talk.say("blorp", "nlu_fallback").replies == ["unclear"]
    answer = talk.say("frnk", "nlu_fallback")
    assert answer.replies == ["unclear_again"]
    assert "Talk to a person" in answer.titles
    assert talk.say("yes", "affirm").replies == ["handed_over"]


def test_three_misses_hand_the_guest_to_a_person_and_say_why(talk: Talk) -> None:
    for words in ("zzkkq wrrt", "plmm qqx"):
        talk.say(words, "nlu_fallback")
    answer = talk.say("vvkk jjq", "nlu_fallback")
    assert answer.replies == ["handed_over_unclear"]
    assert "misunderstanding" in answer.text
    assert talk.row.mode is ConversationMode.HUMAN
    assert talk.session.scalars(select(Handoff.reason)).all() == ["unclear"]


def test_nonsense_at_an_open_question_gets_the_question_again_before_a_person_comes(talk: Talk) -> None:
    talk.say("room in jaipur", "search_stay")
    assert talk.say("zzkkq wrrt", "nlu_fallback").replies == ["unclear_open", "ask_stay_dates"]
    assert talk.say("plmm qqx", "nlu_fallback").replies == ["unclear_open_again", "ask_stay_dates"]
    assert talk.row.asked == "dates"
    assert talk.say("vvkk jjq", "nlu_fallback").replies == ["handed_over_unclear"]


@pytest.mark.parametrize("words", ["you stupid bot", "bakwaas band karo", "तुम पागल हो"])
def test_words_said_in_anger_get_kind_ones_and_the_question_again(talk: Talk, words: str) -> None:
    talk.say("room in jaipur", "search_stay")
    assert talk.say(words, "complain").replies == ["insulted_open", "ask_stay_dates"]
    assert talk.row.mode is ConversationMode.DESK


def test_words_said_in_anger_with_nothing_open_get_an_offer(talk: Talk) -> None:
    answer = talk.say("shut up idiot", "complain")
    assert answer.replies == ["insulted"]
    assert "Talk to a person" in answer.titles


def test_a_complaint_in_strong_words_still_goes_to_a_person(talk: Talk) -> None:
    assert talk.say("the room was shit and the staff useless", "complain").replies == ["handed_over_complaint"]


@pytest.mark.parametrize("words", ["", "   ", "\n\t "])
def test_an_empty_message_counts_for_nothing(talk: Talk, words: str) -> None:
    assert talk.say(words, "nlu_fallback").replies == ["what_next_empty"]
    talk.say("room in jaipur", "search_stay")
    assert talk.say(words, "out_of_scope").replies == ["nothing_written", "ask_stay_dates"]
    assert talk.row.misses == 0


def test_understanding_something_forgets_the_misses(talk: Talk) -> None:
    talk.say("blorp", "nlu_fallback")
    talk.say("hi", "greet")
    assert talk.say("frnk", "nlu_fallback").replies == ["unclear"]


def test_words_the_engine_does_not_know_may_still_be_an_answer(talk: Talk) -> None:
    talk.say("room in jaipur for 2, 24 to 26 dec", "search_stay")
    answer = talk.say("teej", "nlu_fallback")
    assert set(answer.titles) == {"Standard Double", "Triple Room"}


def test_a_person_is_called_once_and_the_desk_is_silent(talk: Talk, sample: Session) -> None:
    talk.say("I want to speak to someone", "talk_to_human")
    assert talk.row.mode is ConversationMode.HUMAN
    assert sample.scalars(select(Handoff.reason)).all() == ["asked"]


def test_a_guess_at_a_complaint_does_not_silence_the_desk(talk: Talk) -> None:
    assert talk.say(" tap", "complain", confidence=0.3).replies == ["unclear"]
    assert talk.say("hi", "greet").replies == ["greet"]


def test_a_complaint_is_met_with_regret(talk: Talk) -> None:
    assert talk.say("the room was dirty", "complain").replies == ["handed_over_complaint"]


@pytest.mark.parametrize(
    ("kind", "reply"), [("audio/ogg", "voice_note"), ("image/jpeg", "media"), ("sticker", "sticker")]
)
def test_what_the_desk_cannot_read_gets_an_honest_answer(talk: Talk, kind: str, reply: str) -> None:
    assert talk.media(kind).replies == [reply]


def test_a_card_names_no_house_the_guest_never_spoke_of(talk: Talk, sample: Session) -> None:
    an_owner(sample, Tables(talk.row.account_id, 0, 0, (), 0), now=SUNDAY_NOON)
    talk.media("audio/ogg")
    card = sample.scalars(select(Message).where(Message.reply == "owner_media")).one()
    assert card.facts["property"] is None


def test_a_pin_stands_for_a_place(talk: Talk) -> None:
    talk.say("I need a room", "search_stay")
    assert talk.pin(26.92, 75.79).replies == ["ask_stay_dates"]
    talk.say("24 to 26 dec")
    answer = talk.say("2")
    assert "near you" in answer.text
    assert {"Kesar Kothi", "Teej Terrace"} >= set(answer.titles)


def test_near_me_without_a_pin_asks_for_one(talk: Talk) -> None:
    assert talk.say("any restaurant near me?", "search_table").replies == ["ask_near"]
    assert talk.pin(26.92, 75.79).replies == ["ask_table_day"]


def test_a_pin_before_anything_asks_room_or_table(talk: Talk) -> None:
    assert talk.pin(26.92, 75.79).replies == ["near_what"]
    assert talk.tap("Book a table").replies == ["ask_table_day"]


def test_the_language_asked_for_stays(talk: Talk) -> None:
    assert talk.say("hindi me bolo", "change_language").replies == ["language_changed"]
    assert "दिसंबर" in talk.say("I would like a room in Mumbai please", "search_stay").text


def test_a_language_we_do_not_speak_gets_the_choice(talk: Talk) -> None:
    answer = talk.say("speak telugu", "change_language")
    assert answer.replies == ["ask_language"]
    assert answer.titles == ["English", "हिन्दी", "Hinglish"]


def test_a_yes_to_nothing_is_answered_with_an_offer(talk: Talk) -> None:
    assert talk.say("yes", "affirm").replies == ["what_next"]


def test_details_before_any_journey_find_their_journey(talk: Talk) -> None:
    assert talk.say("kesar kothi 24 to 26 dec").replies == ["ask_stay_guests"]


def test_details_of_a_meal_find_the_table(talk: Talk) -> None:
    assert talk.say("tomorrow 8pm for 4 in jaipur").replies == ["table_places"]


def test_what_is_kept_is_told(talk: Talk) -> None:
    answer = talk.say("what do you know about me", "my_data")
    assert "+919829012345" in answer.text


@pytest.mark.parametrize(
    "text", ["   ", "😀😀😀", "مرحبا", "a" * 10_000, "'; DROP TABLE booking; --", "{total:money}", "/restart"]
)
def test_anything_at_all_gets_an_answer(talk: Talk, text: str) -> None:
    for intent in ("nlu_fallback", "inform", "search_stay", "select", "ask_info"):
        assert talk.say(text, intent).texts


def test_a_novel_is_answered_as_fast_as_a_sentence(talk: Talk) -> None:
    started = time.process_time()
    assert talk.say("lorem ipsum dolor sit amet " * 400, "search_stay").texts
    assert time.process_time() - started < 1.5


def test_every_action_answers_a_first_message(talk: Talk) -> None:
    for name in sorted(set(ACTIONS) - {"action_tap", "action_location", "action_media"}):
        assert talk.act("hello", name).texts, name
        talk.row.mode = ConversationMode.DESK


@pytest.mark.parametrize(
    ("words", "place"),
    [
        ("a room in Timbuktu for 2", "Timbuktu"),
        ("london mein room chahiye", "London"),
        ("टिम्बकटू में होटल चाहिए", "टिम्बकटू"),
    ],
)
def test_a_town_without_a_hotel_of_ours_is_said_back(talk: Talk, words: str, place: str) -> None:
    answer = talk.say(words, "search_stay")
    assert answer.replies == ["ask_stay_place_unknown"]
    assert place in answer.text


@pytest.mark.parametrize(
    ("words", "place"),
    [
        ("table for two in Paris tomorrow at 8", "Paris"),
        ("kal raat london mein table chahiye", "London"),
        ("पेरिस में टेबल बुक करो", "पेरिस"),
    ],
)
def test_a_town_without_a_restaurant_of_ours_is_said_back(talk: Talk, words: str, place: str) -> None:
    answer = talk.say(words, "search_table")
    assert answer.replies == ["ask_table_place_unknown"]
    assert place in answer.text
    assert talk.tap("Jaipur").replies != answer.replies


@pytest.mark.parametrize(
    "words",
    [
        "a table in the evening",
        "table by the window for 2",
        "शाम में टेबल चाहिए",
        "december mein room chahiye",
        "a room in 3 days",
        "table in the courtyard",
        "kamre mein ac ho, room chahiye",
        "a quiet room inside",
        "table near me",
    ],
)
def test_what_is_no_town_is_not_taken_for_one(talk: Talk, words: str) -> None:
    for intent in ("search_stay", "search_table"):
        talk.row.frame, talk.row.journey, talk.row.asked = {}, "none", "none"
        assert "place_unknown" not in str(talk.say(words, intent).replies), intent
