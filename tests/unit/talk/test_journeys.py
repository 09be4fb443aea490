"""Several towns in one message: the first is looked for, the second is not forgotten."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from core.bookings.confirm import confirm
from models.booking import Booking
from models.property import Property
from models.states import ActorKind
from tests.fixtures.talk import Talk

JOURNEY = "2 nights Jaipur then 2 nights Udaipur from 5 december for 2"


def first_quoted(talk: Talk) -> None:
    """The first town's first room, priced."""
    talk.say(JOURNEY, "search_stay")
    talk.say("1", "select")


def first_quoted_with_deposit(talk: Talk) -> None:
    """The same in a house that wants part of it now."""
    talk.say(JOURNEY, "search_stay")
    talk.tap_id(next(each["id"] for each in talk.row.options if each["title"] == "Kesar Kothi"))


def bookings(talk: Talk) -> list[tuple[str, str, int, int]]:
    rows = talk.session.execute(
        select(Property.city, Booking.status, Booking.first_day, Booking.last_day)
        .join(Property, Property.id == Booking.property_id)
        .where(Booking.guest_id == talk.guest.id)
        .order_by(Booking.id)
    )
    return [(city, status.value, first.day, last.day) for city, status, first, last in rows]


@pytest.mark.parametrize(
    "words",
    [
        JOURNEY,
        "5 december se Jaipur mein 2 raat phir Udaipur mein 2 raat, 2 log",
        "जयपुर में 5 दिसंबर से 2 रात फिर उदयपुर में 2 रात, 2 लोग",
        "2 nights in Jaipur and 2 nights in Udaipur from 5 december, 2 people",
    ],
)
def test_the_first_town_comes_first_and_the_second_is_promised(talk: Talk, words: str) -> None:
    answer = talk.say(words, "search_stay")
    assert answer.replies == ["legs_first", "stay_options"], answer.texts
    assert (talk.row.frame["stay"]["place"], talk.row.frame["stay"]["check_out"]) == ("Jaipur", "2026-12-07")


def test_a_day_that_is_missing_is_asked_once_for_both(talk: Talk) -> None:
    assert talk.say("2 nights jaipur then 3 nights udaipur", "search_stay").replies[0] == "legs_first"
    assert talk.row.asked == "dates"
    talk.say("from 5 december", "inform")
    talk.say("2 people", "inform")
    assert talk.row.frame["stay"]["check_out"] == "2026-12-07"
    talk.say("1", "select")
    talk.say("leave it", "abandon")
    assert (talk.row.frame["stay"]["place"], talk.row.frame["stay"]["nights"]) == ("Udaipur", 3)


def test_when_the_first_is_paid_the_next_words_lead_to_the_second(talk: Talk) -> None:
    first_quoted_with_deposit(talk)
    answer = talk.tap("Confirm")
    assert answer.replies == ["legs_after_payment", "stay_held"]
    booking = talk.booking
    assert booking is not None
    confirm(talk.session, booking.id, actor=ActorKind.GATEWAY, door="test", now=talk.clock.now())
    answer = talk.say("thanks", "thank")
    assert answer.replies == ["legs_next", "stay_options"], answer.texts
    assert "Mon 7 Dec to Wed 9 Dec" in answer.text
    talk.say("1", "select")
    talk.tap("Confirm")
    assert bookings(talk) == [("Jaipur", "confirmed", 5, 7), ("Udaipur", "held", 7, 9)]


def test_next_before_paying_keeps_the_first_beside_the_second(talk: Talk) -> None:
    first_quoted_with_deposit(talk)
    talk.tap("Confirm")
    assert talk.say("next", "out_of_scope").replies == ["legs_next", "stay_options"]
    talk.say("1", "select")
    talk.tap("Confirm")
    assert bookings(talk) == [("Jaipur", "held", 5, 7), ("Udaipur", "held", 7, 9)]


def test_paid_at_the_desk_the_second_comes_at_once(talk: Talk) -> None:
    first_quoted(talk)
    assert talk.tap("Confirm").replies == ["booking_confirmed", "legs_next", "stay_options"]


def test_the_second_follows_what_was_really_booked(talk: Talk) -> None:
    first_quoted(talk)
    talk.say("make it 3 nights", "inform")
    talk.tap("Confirm")
    talk.say("next", "out_of_scope")
    assert (talk.row.frame["stay"]["check_in"], talk.row.frame["stay"]["check_out"]) == ("2026-12-08", "2026-12-10")


def test_given_up_the_first_the_second_is_looked_for_and_then_nothing_more(talk: Talk) -> None:
    first_quoted(talk)
    assert talk.say("leave it", "abandon").replies == ["abandoned", "legs_next", "stay_options"]
    assert talk.say("leave it", "abandon").replies == ["abandoned"]


def test_two_towns_without_nights_are_no_journey(talk: Talk) -> None:
    assert talk.say("hotels in Jaipur and Udaipur for 2", "search_stay").replies != ["legs_first"]
    assert "then_legs" not in talk.row.frame
