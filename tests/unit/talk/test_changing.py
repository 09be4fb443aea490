"""A guest changes a booking that stands: the price first, then a tap or a fresh yes, and only then done."""

from __future__ import annotations

from sqlalchemy import select, update

from core.bookings.confirm import confirm
from models.booking import Booking, BookingEvent
from models.inventory import NightInventory
from models.money import Money
from models.property import Property
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
