"""A guest's own bookings: status, payment, cancelling with the cost told first."""

from __future__ import annotations

from sqlalchemy.orm import Session

from models.states import BookingStatus
from tests.fixtures.clock import StillClock
from tests.fixtures.talk import Talk


def table_booked(talk: Talk, day: str = "tomorrow") -> str:
    """A table without a deposit; its reference."""
    talk.say(f"table for 4 {day} 8pm at Ghee & Gulal", "book_table")
    assert talk.say("yes", "affirm").replies == ["booking_confirmed"]
    assert talk.booking is not None
    return talk.booking.reference


def test_the_status_of_the_only_booking_needs_no_reference(talk: Talk) -> None:
    reference = table_booked(talk)
    answer = talk.say("what about my booking", "check_booking")
    assert answer.replies == ["booking_status"]
    assert reference in answer.text
    assert "It is confirmed" in answer.text
    assert answer.titles == ["Cancel it", "Change it"]


def test_of_several_bookings_one_is_chosen(talk: Talk) -> None:
    table_booked(talk)
    reference = table_booked(talk, "on friday")
    answer = talk.say("cancel my booking", "cancel_booking")
    assert answer.replies == ["which_booking"]
    assert talk.say("2", "select").replies == ["cancel_ask"]
    talk.say("yes", "affirm")
    assert talk.booking is not None
    assert (talk.booking.reference, talk.booking.status) == (reference, BookingStatus.CANCELLED)


def test_a_reference_finds_the_booking(talk: Talk) -> None:
    table_booked(talk)
    reference = table_booked(talk, "on friday")
    assert reference in talk.say(f"status of {reference}", "check_booking").text


def test_somebody_else_s_reference_opens_nothing(talk: Talk, sample: Session, clock: StillClock) -> None:
    reference = table_booked(talk)
    other = Talk(sample, clock, phone="+919800000002")
    answer = other.say(f"cancel {reference}", "cancel_booking")
    assert answer.replies == ["booking_not_found"]
    assert reference not in answer.text


def test_cancelling_tells_the_cost_and_waits_for_a_fresh_yes(talk: Talk) -> None:
    table_booked(talk)
    answer = talk.say("cancel my table", "cancel_booking")
    assert answer.replies == ["cancel_ask"]
    talk.before_it_was_sent()
    assert talk.say("yes", "affirm").replies == ["fresh_yes", "cancel_ask_again"]
    assert talk.status == "confirmed"
    assert talk.say("yes", "affirm").replies == ["booking_cancelled"]
    assert talk.status == "cancelled"


def test_no_keeps_the_booking(talk: Talk) -> None:
    table_booked(talk)
    talk.say("cancel my table", "cancel_booking")
    assert talk.say("no", "deny").replies == ["cancel_not_done"]
    assert talk.status == "confirmed"


def test_cancel_while_choosing_drops_the_search_only(talk: Talk) -> None:
    table_booked(talk)
    talk.say("room in jaipur for 2", "search_stay")
    assert talk.say("cancel", "cancel_booking").replies == ["abandoned"]
    assert talk.status == "confirmed"


def test_cancel_my_booking_while_choosing_means_the_booking(talk: Talk) -> None:
    table_booked(talk)
    talk.say("room in jaipur for 2", "search_stay")
    assert talk.say("cancel my booking", "cancel_booking").replies == ["cancel_ask"]


def test_the_pay_link_comes_again_when_asked_for(talk: Talk) -> None:
    talk.say("table for 4 tomorrow 8pm at Chhat Rooftop", "book_table")
    first = talk.say("yes", "affirm").text
    again = talk.say("send the payment link", "pay")
    assert again.replies == ["pay_link"]
    link = next(word for word in first.split() if "/p/" in word)
    assert link in again.text


def test_nothing_due_is_said_so(talk: Talk) -> None:
    table_booked(talk)
    assert talk.say("I want to pay", "pay").replies == ["pay_at_desk"]


def test_without_a_booking_there_is_a_way_on(talk: Talk) -> None:
    answer = talk.say("my booking", "check_booking")
    assert answer.replies == ["no_booking"]
    assert answer.titles == ["Book a room", "Book a table"]


def test_a_wish_to_change_is_passed_on_and_the_booking_stays(talk: Talk) -> None:
    reference = table_booked(talk)
    assert talk.say("change my booking", "change_booking").replies == ["change_ask"]
    assert talk.say("the table by the window, please").replies == ["change_noted"]
    told = talk.facts("owner_change_wanted")
    assert told is None or told["reference"] == reference
    assert talk.status == "confirmed"


def test_leaving_an_unpaid_hold_releases_it_and_says_so(talk: Talk) -> None:
    talk.say("table for 4 tomorrow 8pm at Chhat Rooftop", "book_table")
    talk.say("yes", "affirm")
    answer = talk.say("rehne do", "abandon")
    assert answer.replies == ["abandoned_hold"]
    assert talk.status == "released"


def test_the_confirmation_comes_again_when_asked_for(talk: Talk) -> None:
    reference = table_booked(talk)
    answer = talk.say("send me the confirmation again", "check_booking")
    assert answer.replies == ["booking_confirmed"]
    assert reference in answer.text


def test_too_many_unpaid_bookings_are_spoken_of_and_the_price_stays(talk: Talk) -> None:
    for day in ("tuesday", "wednesday", "thursday"):
        talk.say(f"table for 4 on {day} 8pm at Chhat Rooftop", "book_table")
        assert talk.tap("Confirm").replies == ["table_held"]
        assert talk.booking is not None
        talk.booking.conversation_id = None  # as if held by other ways than this conversation
        talk.row.booking_id, talk.row.asked = None, "none"
    talk.say("table for 4 on friday 8pm at Chhat Rooftop", "book_table")
    assert talk.tap("Confirm").replies == ["too_many_holds"]
    assert talk.row.frame["quote_id"]


def test_a_cancelled_booking_sends_nobody_on_their_way(talk: Talk) -> None:
    reference = table_booked(talk)
    talk.say("cancel my table", "cancel_booking")
    talk.say("yes", "affirm")
    answer = talk.say(f"status of {reference}", "check_booking")
    assert "It is cancelled" in answer.text
    assert "Address" not in answer.text
    assert "Map" not in answer.text


def test_how_much_comes_back_is_told_with_the_real_amount_and_cancels_nothing(talk: Talk) -> None:
    reference = table_booked(talk)
    answer = talk.say("how much will I get back if I cancel?", "ask_info")
    assert answer.replies == ["refund_would_be"]
    assert reference in answer.text
    assert "Free cancellation until" in answer.text
    assert (talk.status, talk.row.asked) == ("confirmed", "none")


def test_how_much_comes_back_of_several_bookings_asks_which(talk: Talk) -> None:
    table_booked(talk)
    reference = table_booked(talk, "on friday")
    assert talk.say("cancel karu to kitna wapas milega?", "cancel_booking").replies == ["which_booking"]
    answer = talk.say("2", "select")
    assert answer.replies == ["refund_would_be"]
    assert reference in answer.text
    assert talk.row.asked == "none"


def test_how_much_comes_back_of_what_is_not_paid_is_that_nothing_is_kept(talk: Talk) -> None:
    talk.say("classic double at Kesar Kothi for 2, 3 to 5 december", "book_stay")
    assert talk.say("yes", "affirm").replies == ["stay_held"]
    answer = talk.say("अगर कैंसल करूँ तो कितना वापस मिलेगा?", "ask_info")
    assert answer.replies == ["refund_nothing_paid", "stay_held_again"]
    assert talk.status == "held"


def test_asking_what_comes_back_leaves_what_is_being_arranged(talk: Talk) -> None:
    table_booked(talk)
    talk.say("room in jaipur", "search_stay")
    answer = talk.say("how much refund if I cancel my table?", "ask_info")
    assert answer.replies == ["refund_would_be", "ask_stay_dates"]
    assert talk.row.journey == "stay"


def test_the_same_table_a_second_time_is_asked_about_once(talk: Talk) -> None:
    reference = table_booked(talk)
    talk.say("table for 4 tomorrow 8pm at Ghee & Gulal", "book_table")
    answer = talk.say("yes", "affirm")
    assert answer.replies == ["already_booked"]
    assert reference in answer.text
    assert talk.tap("No, leave it").replies == ["not_booked_again"]
    assert talk.booking_count() == 1
