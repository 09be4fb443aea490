"""A stay, turn by turn, with the intent given: what the desk asks, offers, prices and holds."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from core.bookings.confirm import confirm
from models.inventory import NightInventory
from models.property import Property, RoomType
from models.states import ActorKind
from tests.builders.houses import Tables, an_owner
from tests.fixtures.clock import StillClock
from tests.fixtures.talk import Talk

OPENING = "double room in Jaipur for 2, 24 to 27 december"


def priced(talk: Talk) -> None:
    """Up to the price of the Classic Double at Kesar Kothi."""
    talk.say(OPENING, "search_stay")
    assert talk.say("2", "select").replies == ["quote_stay"]


def test_one_thing_is_asked_at_a_time(talk: Talk) -> None:
    assert talk.say("I want a room", "search_stay").replies == ["ask_stay_place"]
    assert talk.say("Udaipur").replies == ["ask_stay_dates"]
    assert talk.say("24 dec").replies == ["ask_stay_nights"]
    assert talk.say("2").replies == ["ask_stay_guests"]
    assert talk.say("3").replies == ["stay_options"]
    assert talk.row.frame["stay"] | {"rooms": 1} == {
        "place": "Udaipur",
        "check_in": "2026-12-24",
        "check_out": "2026-12-26",
        "nights": 2,
        "adults": 3,
        "rooms": 1,
    }


def test_everything_can_be_said_at_once_in_any_order(talk: Talk) -> None:
    answer = talk.say("2 rooms for 3 adults 1 kid, 24 to 27 dec, jaipur, breakfast chahiye", "search_stay")
    assert answer.replies == ["stay_options"]
    assert "3 adults, 1 child" in answer.text or "3 adults, 1 bachcha" in answer.text
    assert all("2 rooms" in option["description"] and "breakfast" in option["description"] for option in answer.options)


def test_a_list_fits_whatsapp(talk: Talk) -> None:
    answer = talk.say("room in Jaipur for 2 people tomorrow for 2 nights", "search_stay")
    assert 2 <= len(answer.options) <= 10
    assert all(len(option["title"]) <= 24 and len(option["description"]) <= 72 for option in answer.options)
    assert all("₹" in option["description"] for option in answer.options)


@pytest.mark.parametrize(
    ("words", "room"),
    [
        ("2", "Classic Double"),
        ("the third one", "Deluxe Double"),
        ("Teej Terrace", "Standard Double"),
        ("sabse sasta", "Standard Double"),
    ],
)
def test_an_option_is_chosen_by_number_ordinal_name_or_price(talk: Talk, words: str, room: str) -> None:
    talk.say(OPENING, "search_stay")
    answer = talk.say(words, "select")
    assert answer.replies == ["quote_stay"]
    assert room in answer.text


def test_the_price_is_told_whole_before_the_yes(talk: Talk) -> None:
    priced(talk)
    question = talk.row.frame["question"]
    assert question["asked"] == "confirm"
    facts = question["facts"]
    assert facts["total"] == facts["due_now"] + facts["balance"]
    assert facts["tax"] > 0
    assert talk.booking is None


def test_yes_holds_the_room_and_sends_the_way_to_pay(talk: Talk) -> None:
    priced(talk)
    answer = talk.say("haan", "affirm")
    assert answer.replies == ["stay_held"]
    assert "https://desk.example/p/" in answer.text
    assert talk.status == "held"
    assert talk.row.asked == "payment"


def test_a_yes_that_crossed_the_question_does_not_count(talk: Talk) -> None:
    priced(talk)
    talk.before_it_was_sent()
    assert talk.say("yes", "affirm").replies == ["fresh_yes", "quote_stay_again"]
    assert talk.booking is None
    assert talk.say("yes", "affirm").replies == ["stay_held"]


def test_a_tap_is_always_an_answer(talk: Talk) -> None:
    priced(talk)
    talk.before_it_was_sent()
    assert talk.tap("Confirm").replies == ["stay_held"]


def test_a_second_tap_on_confirm_books_nothing_twice(talk: Talk) -> None:
    priced(talk)
    old = talk.row.options[0]["id"]
    talk.tap("Confirm")
    answer = talk.tap_id(old)
    assert answer.replies == ["stale_tap", "stay_held_again"]
    assert talk.booking_count() == 1


def test_a_price_that_ran_out_is_told_anew_and_asked_again(talk: Talk, clock: StillClock) -> None:
    priced(talk)
    clock.advance(timedelta(hours=2))
    assert talk.say("yes", "affirm").replies == ["quote_renewed", "quote_stay"]
    assert talk.booking is None
    assert talk.say("yes", "affirm").replies == ["stay_held"]


def test_when_somebody_was_faster_the_nearest_is_offered_in_the_same_answer(talk: Talk, sample: Session) -> None:
    priced(talk)
    close(sample, "Kesar Kothi", "Classic Double")
    answer = talk.say("yes", "affirm")
    assert answer.replies[0] in {"rooms_gone", "nights_not_on_sale"}
    assert len(answer.options) > 1
    assert talk.booking is None


def test_nothing_free_there_means_other_days_or_houses_at_once(talk: Talk, sample: Session) -> None:
    close(sample, "Saanjh Lakehouse")
    answer = talk.say("room in Udaipur for 2, 24 to 26 dec", "search_stay")
    assert answer.replies == ["stay_nearest"]
    offered = [option["description"] for option in answer.options if option["kind"] == "stay"]
    assert offered
    assert all("Jaipur" in each and "km away" in each for each in offered)


@pytest.mark.parametrize(
    ("words", "intent", "nights", "adults"),
    [("actually 2 nights", "inform", 2, 2), ("make it 3 people", "inform", 3, 3), ("nahi, 25 dec se", "deny", 3, 2)],
)
def test_a_correction_after_the_price_prices_the_same_room_anew(
    talk: Talk, words: str, intent: str, nights: int, adults: int
) -> None:
    talk.say("Deluxe Double at Kesar Kothi for 2, 24 to 27 december", "search_stay")
    before = talk.row.frame["quote_id"]
    answer = talk.say(words, intent)
    assert answer.replies == ["quote_stay"]
    assert "Deluxe Double" in answer.text
    assert talk.row.frame["quote_id"] != before
    assert (talk.row.frame["stay"]["nights"], talk.row.frame["stay"]["adults"]) == (nights, adults)


@pytest.mark.parametrize(
    ("words", "reply"),
    [
        ("change the dates", "ask_stay_dates"),
        ("change number of people", "ask_stay_guests"),
        ("I want to change it", "stay_change_what"),
    ],
)
def test_what_is_to_change_may_be_named(talk: Talk, words: str, reply: str) -> None:
    priced(talk)
    assert talk.say(words, "change_booking").replies == [reply]
    assert talk.say("28 to 30 dec").replies == ["quote_stay"]


def test_asking_for_a_booking_there_is_none_of_forgets_nothing(talk: Talk) -> None:
    talk.say("room in jaipur for 2", "search_stay")
    assert talk.say("i paid", "pay").replies == ["no_booking", "ask_stay_dates"]


def test_another_city_starts_a_new_search(talk: Talk) -> None:
    priced(talk)
    answer = talk.say("not Jaipur, Udaipur")
    assert answer.replies == ["stay_options"]
    assert "Udaipur" in answer.text
    assert "quote_id" not in talk.row.frame


def test_no_the_first_one_reopens_the_choice(talk: Talk) -> None:
    priced(talk)
    answer = talk.say("no the first one", "deny")
    assert answer.replies == ["quote_stay"]
    assert "Teej Terrace" in answer.text


def test_a_change_of_mind_after_the_hold_keeps_it_until_the_new_is_agreed_on(talk: Talk) -> None:
    priced(talk)
    talk.tap("Confirm")
    first = talk.booking
    answer = talk.say("make it 3 people")
    assert answer.replies == ["change_quote"]
    assert (talk.status, talk.row.asked) == ("held", "confirm")
    done = talk.say("yes", "affirm")
    assert done.replies == ["booking_changed", "stay_held"]
    assert (talk.booking, talk.status, talk.booking_count()) == (first, "held", 1)
    assert talk.booking is not None
    assert talk.booking.adults == 3
    assert talk.say("pay", "pay").replies == ["pay_link"]


def test_no_to_the_change_of_a_hold_leaves_it_and_its_link(talk: Talk) -> None:
    priced(talk)
    talk.tap("Confirm")
    assert talk.say("make it 4 nights").replies == ["change_quote"]
    assert talk.say("no", "deny").replies == ["change_not_done", "pay_link"]
    assert (talk.status, talk.row.journey, talk.row.asked) == ("held", "stay", "payment")
    assert talk.say("make it 5 nights").replies == ["change_quote"], "and it can still be changed"


def test_another_town_after_the_hold_lets_it_go_first(talk: Talk) -> None:
    priced(talk)
    talk.tap("Confirm")
    answer = talk.say("not Jaipur, Udaipur")
    assert answer.replies[0] == "hold_changed"
    assert talk.status == "released"


def test_saying_the_same_again_keeps_the_hold(talk: Talk) -> None:
    priced(talk)
    talk.tap("Confirm")
    assert talk.say(OPENING, "search_stay").replies == ["stay_held_again"]
    assert talk.status == "held"


def test_other_options_beside_a_price_begin_with_other_terms_for_the_same_room(talk: Talk) -> None:
    priced(talk)
    answer = talk.tap("Other options")
    assert answer.replies == ["stay_other_ways"]
    assert answer.titles[:2] == ["Non-refundable", "With breakfast"]
    strict = talk.say("non-refundable", "select")
    assert strict.replies == ["quote_stay"]
    assert "the whole price is kept" in strict.text
    assert "Free cancellation until" in talk.say("flexible rate please", "inform").text


def test_something_cheaper_is_cheaper(talk: Talk) -> None:
    priced(talk)
    told = talk.row.frame["picked"]["total"]
    answer = talk.say("something cheaper", "ask_alternatives")
    assert answer.replies == ["stay_cheaper"]
    assert all(option["price"] < told for option in answer.options if option["price"])


def test_the_cheapest_has_nothing_cheaper(talk: Talk) -> None:
    talk.say(OPENING, "search_stay")
    talk.say("1", "select")
    assert talk.say("any cheaper?", "ask_alternatives").replies == ["stay_no_cheaper", "quote_stay_again"]


def test_more_people_than_a_room_takes_get_more_rooms(talk: Talk) -> None:
    answer = talk.say("jaipur 24 to 26 dec for 6 adults", "search_stay")
    assert answer.replies == ["stay_options"]
    assert all("2 rooms" in option["description"] for option in answer.options)


def test_flexible_days_are_offered_as_dates_with_their_prices(talk: Talk) -> None:
    answer = talk.say("any 2 nights next week in Udaipur for 2", "search_stay")
    assert answer.replies == ["stay_dates"]
    assert [option["title"] for option in answer.options][:2] == ["23 Nov – 25 Nov", "24 Nov – 26 Nov"]
    assert len(answer.options) == 6
    assert all("₹" in option["description"] for option in answer.options)
    quoted = talk.say("2", "select")
    assert quoted.replies == ["quote_stay"]
    assert talk.row.frame["stay"]["check_in"] == "2026-11-24"


def test_weekends_of_a_month_begin_on_fridays(talk: Talk) -> None:
    answer = talk.say("any weekend in january in Jaipur for 2", "search_stay")
    assert answer.titles == ["1 Jan – 3 Jan", "8 Jan – 10 Jan", "15 Jan – 17 Jan", "22 Jan – 24 Jan", "29 Jan – 31 Jan"]


def test_a_month_without_nights_asks_how_many(talk: Talk) -> None:
    assert talk.say("hotel in Udaipur in january", "search_stay").replies == ["ask_stay_nights_within"]
    assert talk.tap("2 nights").replies == ["ask_stay_guests"]
    answer = talk.say("2", "inform")
    assert answer.replies == ["stay_dates"]
    assert len(answer.options) == 10


@pytest.mark.parametrize(
    ("words", "reply"),
    [
        ("room in jaipur for yesterday, 2 people", "stay_in_the_past"),
        ("24 dec to 20 dec in jaipur", "stay_departure_before_arrival"),
        ("400 nights in jaipur from 24 dec", "stay_too_long"),
        ("jaipur 24 to 26 dec, 50 people", "stay_too_many_guests"),
        ("hotel in Paris Delhi", "ask_stay_place_unknown"),
    ],
)
def test_what_nobody_can_book_is_said_kindly(talk: Talk, words: str, reply: str) -> None:
    assert talk.say(words, "search_stay").replies == [reply]


def test_a_house_that_wants_to_say_yes_first_is_asked(talk: Talk, sample: Session) -> None:
    sample.execute(update(Property).where(Property.name == "Kesar Kothi").values(needs_approval=True))
    priced(talk)
    assert talk.tap("Confirm").replies == ["awaiting_approval"]
    assert talk.status == "pending_approval"
    assert talk.row.asked == "none"


def close(session: Session, house: str, room_type: str | None = None) -> None:
    """Take every night of a house, or of one of its types, off sale."""
    types = select(RoomType.id).join(Property, Property.id == RoomType.property_id).where(Property.name == house)
    if room_type:
        types = types.where(RoomType.name == room_type)
    session.execute(update(NightInventory).where(NightInventory.room_type_id.in_(types)).values(stop_sell=True))


def test_two_steps_that_keep_the_same_are_said_once(talk: Talk) -> None:
    quote = talk.say("garden double at Saanjh Lakehouse, 9 to 11 january for 2", "search_stay")
    kept = next(line for line in quote.text.splitlines() if "is kept" in line)
    assert kept.endswith("then 100%")
    assert "100% until" not in kept


# ------------------------------------------------------------------------------------------- rooms of several types

_BOTH = "2 × Classic Double, 1 × Deluxe Double"


@pytest.mark.parametrize(
    ("words", "rooms"),
    [
        ("2 classic doubles and 1 deluxe at Kesar Kothi for 6, 24 to 26 february", _BOTH),
        ("Kesar Kothi, 24 to 26 february, 6 log, do classic double aur ek deluxe", _BOTH),
        ("केसर कोठी में 24 से 26 फरवरी, 6 लोग, दो क्लासिक डबल और एक डीलक्स", _BOTH),
        (
            "one suite and 2 family rooms at Kesar Kothi, 24 to 26 february, 8 adults",
            "2 × Family Room, 1 × Jharokha Suite",
        ),
    ],
)
def test_rooms_named_by_several_types_are_priced_together(talk: Talk, words: str, rooms: str) -> None:
    answer = talk.say(words, "search_stay")
    assert answer.replies == ["quote_stay"], answer.texts
    assert rooms in answer.text
    answer = talk.say("yes", "affirm")
    assert answer.replies == ["stay_held"]
    assert talk.booking is not None
    assert talk.booking.status == "held"


def test_other_types_in_their_place_give_one_answer(talk: Talk) -> None:
    talk.say("2 classic doubles and 1 deluxe at Kesar Kothi for 6, 24 to 26 february", "search_stay")
    answer = talk.say("no make it 2 classic doubles and the suite", "deny")
    assert answer.replies == ["quote_stay"], answer.texts
    assert "2 × Classic Double, 1 × Jharokha Suite" in answer.text
    more = talk.say("make it 3 nights", "inform")
    assert more.replies == ["quote_stay"]
    assert "2 × Classic Double, 1 × Jharokha Suite" in more.text
    one = talk.say("no just one family room for 4 people", "deny")
    assert "Family Room" in one.text
    assert "Classic" not in one.text


def test_named_rooms_in_which_so_many_do_not_sleep_are_said_to_be_too_small(talk: Talk) -> None:
    answer = talk.say("2 classic doubles and 1 suite at Kesar Kothi for 12, 24 to 26 february", "search_stay")
    assert answer.replies == ["party_too_large"], answer.texts


def test_a_count_of_one_type_is_so_many_rooms_and_no_people(talk: Talk) -> None:
    talk.say("2 classic doubles at Kesar Kothi, 24 to 26 february", "search_stay")
    assert talk.row.asked == "guests"
    assert "2 × Classic Double" in talk.say("4").text


def test_named_rooms_that_are_not_all_free_are_followed_by_what_is(talk: Talk) -> None:
    answer = talk.say("2 suites and 1 deluxe at Kesar Kothi for 6, 24 to 26 february", "search_stay")
    assert answer.replies == ["stay_nearest"]


# ------------------------------------------------------------------------------------- what is asked of the house


def test_what_is_asked_of_the_house_stands_in_the_summary_and_on_its_card(talk: Talk) -> None:
    an_owner(talk.session, Tables(talk.row.account_id, 0, 0, (), 0), now=talk.clock.now())
    talk.say("Jharokha Suite at Kesar Kothi for 2 adults and kids 4 and 9, 24 to 26 february", "search_stay")
    answer = talk.say("ground floor please, we are vegetarian", "inform")
    assert answer.replies == ["quote_stay"]
    assert "Noted for the house: children aged 4 and 9, ground floor and vegetarian food" in answer.text
    talk.say("yes", "affirm")
    booking = talk.booking
    assert booking is not None
    assert (booking.wishes, booking.children) == ("children aged 4, 9; ground floor; vegetarian food", 2)
    again = talk.say("also a quiet room", "inform")
    assert again.replies == ["request_noted", "stay_held_again"], "the hold is not let go for it"
    confirm(talk.session, booking.id, actor=ActorKind.GATEWAY, door="test", now=talk.clock.now())
    card = talk.facts("owner_new_booking")
    assert card is not None
    assert card["wishes"].endswith("quiet room")


def test_asked_after_the_booking_the_house_hears_of_it_at_once(talk: Talk) -> None:
    an_owner(talk.session, Tables(talk.row.account_id, 0, 0, (), 0), now=talk.clock.now())
    talk.say("Standard Double at Teej Terrace for 2, 24 to 26 february", "search_stay")
    talk.say("yes", "affirm")
    answer = talk.say("ground floor please", "inform")
    assert answer.replies == ["request_noted"]
    assert "Teej Terrace" in answer.text
    assert talk.facts("owner_service_wanted") is not None
    assert talk.booking is not None
    assert talk.booking.wishes == "ground floor"


def test_a_request_while_something_is_asked_keeps_the_question(talk: Talk) -> None:
    talk.say("room in Jaipur for 2", "search_stay")
    assert talk.say("ground floor please", "inform").replies == ["request_noted", "ask_stay_dates"]
    assert talk.row.frame["stay"]["requests"] == ["ground floor"]


def test_a_room_that_only_another_town_has_is_said_to_be_there(talk: Talk) -> None:
    answer = talk.say("Jharokha Suite in Udaipur for 2, 24 to 26 february", "search_stay")
    assert answer.replies == ["room_type_elsewhere", "stay_options"], answer.texts
    assert "Jharokha Suite is a room of Kesar Kothi in Jaipur; in Udaipur I have these instead." in answer.text


@pytest.mark.parametrize("words", ["why so expensive", "bahut mehenga hai", "यह तो बहुत महंगा है", "too costly for us"])
def test_who_finds_it_dear_is_shown_what_costs_less(talk: Talk, words: str) -> None:
    talk.say("Jharokha Suite at Kesar Kothi for 2, 24 to 26 february", "search_stay")
    assert talk.row.asked == "confirm"
    answer = talk.say(words, "inform")
    assert answer.replies in (["stay_cheaper"], ["stay_no_cheaper", "quote_stay_again"]), answer.texts
