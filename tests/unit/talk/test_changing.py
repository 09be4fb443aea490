"""A guest changes a booking that stands: the price first, then a tap or a fresh yes, and only then done."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select, update

from core.bookings.confirm import confirm
from models.booking import Booking, BookingEvent
from models.inventory import NightInventory
from models.money import Money
from models.property import Property
from models.rates import Quote
from models.states import ActorKind
from tests.fixtures.talk import Answer, Talk


def a_stay(talk: Talk) -> Booking:
    """Two nights at Kesar Kothi, paid at the desk."""
    talk.say("Classic Double at Kesar Kothi for 2, 24 to 26 february", "search_stay")
    return booked(talk)


def a_table(talk: Talk) -> Booking:
    """Dinner for two."""
    talk.say("table for 2 at Ghee & Gulal on 24 february at 7:30 pm", "search_table")
    return booked(talk)


def booked(talk: Talk) -> Booking:
    """What was priced is booked; a deposit is forgone by the house."""
    talk.say("yes", "affirm")
    booking = talk.session.scalars(select(Booking).order_by(Booking.id.desc()).limit(1)).one()
    if booking.status == "held":
        talk.session.execute(update(Booking).where(Booking.id == booking.id).values(deposit_paise=Money(0)))
        talk.session.expire_all()
        confirm(talk.session, booking.id, actor=ActorKind.STAFF, door="desk", now=talk.clock.now())
        talk.row.frame, talk.row.journey, talk.row.asked, talk.row.options = {}, "none", "none", []
        talk.session.flush()
    talk.session.refresh(booking)
    assert booking.status == "confirmed"
    return booking


def asked(answer: Answer) -> Answer:
    """The price of the change, and whether to do it."""
    assert answer.replies == ["change_quote"], (answer.replies, answer.texts)
    return answer


def test_other_nights_are_priced_and_only_a_yes_changes_them(talk: Talk) -> None:
    booking = a_stay(talk)
    answer = asked(talk.say("change my booking to 26-28 february", "change_booking"))
    assert answer.titles == ["Yes, change it", "No, leave it"]
    talk.session.refresh(booking)
    assert booking.first_day.day == 24, "nothing is changed by asking"
    done = talk.say("yes", "affirm")
    assert done.replies[0] == "booking_changed"
    talk.session.refresh(booking)
    assert (booking.first_day.day, booking.last_day.day) == (26, 28)


def test_no_leaves_it_as_it_is(talk: Talk) -> None:
    booking = a_stay(talk)
    asked(talk.say("change my booking, one more night", "change_booking"))
    assert talk.say("no", "deny").replies == ["change_not_done"]
    talk.session.refresh(booking)
    assert booking.last_day.day == 26
    assert (talk.row.journey, talk.row.asked) == ("none", "none")


def test_one_thing_after_another_adds_up(talk: Talk) -> None:
    booking = a_stay(talk)
    assert talk.say("I want to change my booking", "change_booking").replies == ["change_ask"]
    assert "3 nights" in asked(talk.say("one more night")).text
    more = asked(talk.say("and 3 people", "inform")).text
    assert "3 nights" in more
    assert "3 adults" in more
    talk.tap("Yes, change it")
    talk.session.refresh(booking)
    assert ((booking.last_day - booking.first_day).days, booking.adults) == (3, 3)


def test_no_with_other_days_is_another_wish(talk: Talk) -> None:
    booking = a_stay(talk)
    asked(talk.say("change my booking to 26-28 february", "change_booking"))
    asked(talk.say("no, 27 to 28 february", "deny"))
    talk.say("yes", "affirm")
    talk.session.refresh(booking)
    assert (booking.first_day.day, booking.last_day.day) == (27, 28)


def test_yes_with_other_words_is_priced_first(talk: Talk) -> None:
    booking = a_stay(talk)
    asked(talk.say("change my booking to 26-28 february", "change_booking"))
    asked(talk.say("yes, and one more night", "affirm"))
    talk.session.refresh(booking)
    assert booking.first_day.day == 24


def test_leave_it_leaves_the_booking_and_not_only_the_question(talk: Talk) -> None:
    booking = a_stay(talk)
    talk.say("change my booking", "change_booking")
    assert talk.say("no, leave it", "abandon").replies == ["change_not_done"]
    talk.session.refresh(booking)
    assert booking.status == "confirmed"


def test_an_upgrade_by_the_name_of_the_room(talk: Talk) -> None:
    booking = a_stay(talk)
    assert "Jharokha Suite" in asked(talk.say("upgrade my booking to the Jharokha Suite", "change_booking")).text
    talk.say("yes", "affirm")
    event = talk.session.scalars(select(BookingEvent).where(BookingEvent.kind == "changed")).one()
    assert event.booking_id == booking.id
    assert event.facts["after"]["rooms_by_type"] == "1 × Jharokha Suite"


def test_more_people_than_a_room_takes_get_more_rooms(talk: Talk) -> None:
    a_stay(talk)
    text = asked(talk.say("change my booking, make it 6 people", "change_booking")).text
    assert "6 adults" in text
    assert "1 × Classic Double" not in text


def test_what_is_not_free_is_said_and_the_nearest_offered(talk: Talk) -> None:
    booking = a_stay(talk)
    talk.session.execute(update(NightInventory).where(NightInventory.night == booking.last_day).values(stop_sell=True))
    answer = talk.say("change my booking to 26-28 february", "change_booking")
    assert answer.replies == ["nights_not_on_sale", "change_nearest"]
    assert "stays as it is" in answer.text
    asked(talk.tap(answer.titles[0]))
    talk.session.refresh(booking)
    assert booking.first_day.day == 24


def test_of_several_bookings_the_words_wait_until_one_is_chosen(talk: Talk) -> None:
    a_stay(talk)
    table = a_table(talk)
    answer = talk.say("change my booking to 25 february", "change_booking")
    assert answer.replies == ["which_booking"]
    asked(talk.tap("Ghee & Gulal"))
    talk.say("yes", "affirm")
    talk.session.refresh(table)
    assert table.first_day.day == 25


def test_a_table_at_another_hour_and_for_more(talk: Talk) -> None:
    table = a_table(talk)
    assert "9 pm" in asked(talk.say("change my booking to 9 pm instead", "change_booking")).text
    assert "4 guests" in asked(talk.say("for 4 people", "search_table")).text
    talk.say("yes", "affirm")
    talk.session.refresh(table)
    assert (table.party_size, f"{table.starts_at:%H:%M}") == (4, "15:30")


def test_a_wish_beyond_days_and_people_goes_to_the_house(talk: Talk) -> None:
    a_stay(talk)
    talk.say("change my booking", "change_booking")
    assert talk.say("a room with a view please", "nlu_fallback").replies == ["change_noted"]


def test_a_house_that_says_yes_itself_hears_of_every_change(talk: Talk) -> None:
    booking = a_stay(talk)
    talk.session.execute(update(Property).where(Property.id == booking.property_id).values(needs_approval=True))
    talk.session.expire_all()
    assert talk.say("change my booking to 26-28 february", "change_booking").replies == ["change_noted"]


def test_an_old_yes_is_no_yes(talk: Talk) -> None:
    booking = a_stay(talk)
    talk.say("change my booking to 26-28 february", "change_booking")
    talk.before_it_was_sent()
    assert talk.say("yes", "affirm").replies == ["fresh_yes", "change_quote_again"]
    talk.session.refresh(booking)
    assert booking.first_day.day == 24


# -------------------------------------------------------------------------------- right after, or any time later


@pytest.mark.parametrize(
    ("words", "intent", "then"),
    [
        ("can you add one more night", "change_booking", "3 nights"),
        ("one more night please", "inform", "3 nights"),
        ("ek aur raat", "inform", "3 nights"),
        ("एक रात और बढ़ा दो", "change_booking", "3 nights"),
        ("actually make it a deluxe double and 3 of us", "inform", "1 × Deluxe Double"),
        ("deluxe kar do", "select", "1 × Deluxe Double"),
        ("upgrade to the suite", "change_booking", "1 × Jharokha Suite"),
        ("4 log", "inform", "4 adults"),
        ("ek aur aadmi", "out_of_scope", "3 adults"),
        ("एक आदमी और", "talk_to_human", "3 adults"),
        ("there will be a kid too", "out_of_scope", "2 adults, 1 child"),
        ("we will arrive a day later", "inform", "Thu 25 Feb to Sat 27 Feb"),
        ("move it to 26 february", "inform", "Fri 26 Feb to Sun 28 Feb"),
        ("nashta bhi add kar do", "inform", "1 × Classic Double, breakfast"),
    ],
)
def test_right_after_booking_a_stay_other_words_change_it(talk: Talk, words: str, intent: str, then: str) -> None:
    booking = a_stay(talk)
    answer = asked(talk.say(words, intent) if intent != "talk_to_human" else talk.say(words, intent, confidence=0.4))
    if talk.row.language == "en":
        assert then in answer.text
    else:
        assert then.split(maxsplit=1)[0] in answer.text
    talk.session.refresh(booking)
    assert (booking.first_day.day, booking.last_day.day, booking.adults) == (24, 26, 2), "nothing without a yes"
    assert talk.booking_count() == 1


@pytest.mark.parametrize(
    ("words", "intent"),
    [
        ("mera time 9:30 kar do", "inform"),
        ("समय 9:30 कर दो", "inform"),
        ("make it 9:30", "inform"),
        ("can we come at 9:30 instead", "ask_info"),
        ("late ho jayega 9:30 baje aayenge", "nlu_fallback"),
    ],
)
def test_right_after_booking_a_table_another_hour_changes_it(talk: Talk, words: str, intent: str) -> None:
    a_table(talk)
    assert "9:30" in asked(talk.say(words, intent)).text


@pytest.mark.parametrize(
    ("words", "intent"),
    [
        ("book another room for next week", "book_stay"),
        ("I need a room for tomorrow", "book_stay"),
        ("2 nights in Udaipur", "inform"),
        ("24 to 27 december for 4 people", "inform"),
    ],
)
def test_another_booking_is_a_new_search(talk: Talk, words: str, intent: str) -> None:
    a_stay(talk)
    answer = talk.say(words, intent)
    assert "change_quote" not in answer.replies
    assert talk.row.journey == "stay"


def test_a_table_wanted_after_a_stay_changes_nothing_of_the_stay(talk: Talk) -> None:
    a_stay(talk)
    talk.say("4 people tomorrow 8pm", "book_table")
    assert talk.row.journey == "table"


@pytest.mark.parametrize("words", ["is breakfast also included?", "can I check in at 9 am?", "parking hai kya"])
def test_a_question_afterwards_is_a_question(talk: Talk, words: str) -> None:
    a_stay(talk)
    assert "change_quote" not in talk.say(words, "ask_info").replies


def test_of_two_stays_it_is_asked_which_and_a_night_is_said_of_no_table(talk: Talk) -> None:
    first = a_stay(talk)
    a_table(talk)
    assert "3 nights" in asked(talk.say("one more night")).text
    talk.say("no", "deny")
    talk.say("Classic Double at Kesar Kothi for 2, 1 to 3 march", "search_stay")
    booked(talk)
    assert talk.say("one more night").replies == ["which_booking"]
    asked(talk.tap(talk.row.options[0]["title"]))
    talk.say("yes", "affirm")
    talk.session.refresh(first)
    assert (first.last_day - first.first_day).days == 3


def test_later_after_a_word_of_thanks_it_is_still_the_same_matter(talk: Talk) -> None:
    a_stay(talk)
    talk.say("thanks", "thank")
    assert "3 nights" in asked(talk.say("one more night")).text


def test_a_hold_that_is_not_paid_is_changed_by_asking_for_it(talk: Talk) -> None:
    talk.say("Classic Double at Kesar Kothi for 2, 24 to 26 february", "search_stay")
    talk.say("yes", "affirm")
    talk.say("my booking", "check_booking")
    answer = talk.say("I want to change my booking", "change_booking")
    assert answer.replies == ["change_ask"]
    assert "not paid yet" in answer.text
    asked(talk.say("make it 3 nights"))
    assert talk.say("yes", "affirm").replies == ["booking_changed", "stay_held"]
    assert talk.status == "held"


def test_a_hold_that_lapsed_while_the_change_was_asked_is_said_to_have_lapsed(talk: Talk) -> None:
    talk.say("Classic Double at Kesar Kothi for 2, 24 to 26 february", "search_stay")
    talk.say("yes", "affirm")
    asked(talk.say("make it 3 nights"))
    talk.clock.advance(timedelta(hours=2))
    talk.session.execute(update(Quote).values(good_until=talk.clock.now() + timedelta(hours=1)))
    answer = talk.say("yes", "affirm")
    assert answer.replies == ["hold_lapsed"]
    assert "stays as it is" not in answer.text


@pytest.mark.parametrize("intent", ["out_of_scope", "request_service", "ask_alternatives"])
def test_one_more_is_heard_while_the_change_or_the_payment_is_open_whatever_it_was_taken_for(
    talk: Talk, intent: str
) -> None:
    a_table(talk)
    asked(talk.say("make it 9:30", "inform"))
    answer = asked(talk.say("ek aur aadmi", intent))
    assert "9:30" in answer.text
    assert "3 guests" in answer.text
    talk.say("no", "deny")
    talk.say("Classic Double at Kesar Kothi for 2, 24 to 26 february", "search_stay")
    talk.say("yes", "affirm")
    assert talk.row.asked == "payment"
    assert "3 raatein" in asked(talk.say("ek aur raat", intent)).text


def test_more_people_get_a_larger_room_before_they_get_two(talk: Talk) -> None:
    talk.say("Standard Double at Teej Terrace for 2, 24 to 26 february", "search_stay")
    booked(talk)
    text = asked(talk.say("actually make it 3 of us", "inform")).text
    assert "1 × Triple Room" in text


def test_one_more_room_is_looked_for_at_the_same_house_on_the_same_nights(talk: Talk) -> None:
    a_stay(talk)
    assert talk.say("ek aur room chahiye", "search_stay").replies == ["ask_stay_guests"]
    talk.say("2", "inform")
    wish = talk.row.frame["stay"]
    assert (wish["property_name"], wish["check_in"], wish["check_out"]) == ("Kesar Kothi", "2027-02-24", "2027-02-26")
