"""Where and when a guest wants to sit, turn by turn, with the intent given."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.dialects.postgresql import Range
from sqlalchemy.orm import Session

from core.availability.private_events import keep_for_event
from models.inventory import TableTurn
from models.money import Money
from models.owners import TableClosure
from models.property import DiningArea, DiningTable, Property
from models.rates import TableDeposit
from tests.fixtures.clock import SUNDAY_NOON, StillClock
from tests.fixtures.talk import Talk


def house(session: Session, name: str) -> Property:
    return session.scalars(select(Property).where(Property.name == name)).one()


def area(session: Session, of: str, name: str) -> DiningArea:
    wanted = select(DiningArea).where(DiningArea.property_id == house(session, of).id, DiningArea.name == name)
    return session.scalars(wanted).one()


def seated_in(talk: Talk, session: Session) -> str:
    assert talk.booking is not None
    return session.scalars(
        select(DiningArea.name)
        .join(DiningTable, DiningTable.dining_area_id == DiningArea.id)
        .join(TableTurn, TableTurn.dining_table_id == DiningTable.id)
        .where(TableTurn.booking_id == talk.booking.id)
    ).one()


@pytest.mark.parametrize(
    ("words", "name"),
    [
        ("table for 2 on the terrace at Chhat Rooftop tomorrow 8pm", "Terrace"),
        ("table for 2 in the lounge of Chhat Rooftop tomorrow 8pm", "Lounge"),
        ("Chhat Rooftop kal raat 8 baje 2 log, lounge mein", "Lounge"),
    ],
)
def test_a_part_of_the_house_is_asked_for_and_given(talk: Talk, sample: Session, words: str, name: str) -> None:
    answer = talk.say(words, "book_table")
    assert answer.replies == ["quote_table"]
    assert name in answer.text
    talk.say("yes", "affirm")
    assert seated_in(talk, sample) == name


def test_when_the_part_is_full_the_rest_of_the_house_comes_first(talk: Talk, sample: Session) -> None:
    place = area(sample, "Chhat Rooftop", "Lounge")
    largest = sample.scalars(
        select(DiningTable).where(DiningTable.dining_area_id == place.id).order_by(DiningTable.max_covers.desc())
    ).first()
    assert largest is not None
    day = date(2026, 11, 23)
    sample.add(
        TableClosure(
            property_id=place.property_id,
            dining_table_id=largest.id,
            first_day=day,
            last_day=day,
            reason="",
            created_at=SUNDAY_NOON,
        )
    )
    sample.flush()
    answer = talk.say("table for 7 in the lounge at Chhat Rooftop tomorrow 8pm", "book_table")
    assert answer.replies == ["table_nearest"]
    assert answer.titles[0] == "Chhat Rooftop"
    assert "other area than Lounge" in answer.options[0]["description"]


def test_a_seat_by_the_window_is_noted_for_the_house(talk: Talk) -> None:
    answer = talk.say("table for 4 by the window tomorrow 8pm at Ghee & Gulal", "book_table")
    assert "window" in answer.text
    talk.say("yes", "affirm")
    assert talk.booking is not None
    assert talk.booking.wishes == "window"


def test_what_is_open_now_is_listed(talk: Talk, clock: StillClock) -> None:
    clock.advance(timedelta(hours=8))
    answer = talk.say("which restaurant in jaipur is open now for 2", "search_table")
    assert answer.replies == ["table_open_now"]
    assert "Chhat Rooftop" in answer.titles


def test_when_nothing_is_open_now_the_nearest_is_offered(talk: Talk, clock: StillClock) -> None:
    clock.advance(timedelta(hours=14))
    assert talk.say("koi restaurant abhi khula hai jaipur mein 2 log", "search_table").replies == ["table_nearest"]


def test_open_late_begins_late(talk: Talk) -> None:
    answer = talk.say("somewhere open late in jaipur on friday for 2", "search_table")
    assert answer.replies == ["table_open_late"]
    assert any("10:30 pm" in each["description"] or "11" in each["description"] for each in answer.options)


def test_half_past_midnight_tonight_is_this_evening_s_table(talk: Talk) -> None:
    answer = talk.say("table for 2 at Chhat Rooftop on friday night at 12:30 am", "book_table")
    assert answer.replies == ["quote_table"]
    assert "12:30 am" in answer.text
    talk.say("yes", "affirm")
    assert talk.booking is not None
    assert talk.booking.first_day.isoformat() == "2026-11-27"


def test_a_rooftop_is_a_rooftop(talk: Talk) -> None:
    answer = talk.say("rooftop restaurant in jaipur tomorrow 8 pm for 2", "search_table")
    assert "Ghee & Gulal" not in "".join([answer.text, *answer.titles])


def test_a_deposit_is_explained_by_its_event(talk: Talk, sample: Session) -> None:
    sample.add(
        TableDeposit(
            property_id=house(sample, "Ghee & Gulal").id,
            name="New Year's Eve",
            per="cover",
            amount_paise=Money.rupees(1_000),
            first_day=date(2026, 12, 31),
            last_day=date(2026, 12, 31),
            from_at=time(20),
        )
    )
    sample.flush()
    answer = talk.say("table for 4 on 31 december 8pm at Ghee & Gulal", "book_table")
    assert "₹4,000" in answer.text
    assert "New Year's Eve" in answer.text
    assert "No deposit" in talk.say("7 pm instead").text


def test_a_house_that_is_taken_says_so_and_offers_the_nearest(talk: Talk, sample: Session) -> None:
    place = house(sample, "Chhat Rooftop")
    evening = datetime.fromisoformat("2026-11-27T18:00:00+05:30")
    keep_for_event(
        sample,
        place,
        area_id=None,
        name="Sharma wedding",
        during=Range(evening, evening + timedelta(hours=8)),
        now=evening - timedelta(days=5),
    )
    answer = talk.say("table for 2 at Chhat Rooftop on friday 8pm", "book_table")
    assert answer.replies == ["table_private_event", "table_nearest"]
    assert "Sharma" not in answer.text


def test_a_part_that_is_taken_leaves_the_rest(talk: Talk, sample: Session) -> None:
    place = house(sample, "Chhat Rooftop")
    evening = datetime.fromisoformat("2026-11-27T18:00:00+05:30")
    keep_for_event(
        sample,
        place,
        area_id=area(sample, "Chhat Rooftop", "Terrace").id,
        name="Sharma wedding",
        during=Range(evening, evening + timedelta(hours=8)),
        now=evening - timedelta(days=5),
    )
    answer = talk.say("table for 2 on the terrace at Chhat Rooftop on friday 8pm", "book_table")
    assert answer.replies == ["table_private_event", "table_nearest"]
    assert "Chhat Rooftop" in answer.titles


@pytest.mark.parametrize("words", ["ghee and gulaal", "ghi & gulal", "gheee gulal", "घी एंड गुलाल"])
def test_names_of_restaurants_forgive_slips(talk: Talk, words: str) -> None:
    talk.say(f"table for 2 at {words} tomorrow 8 pm", "book_table")
    assert talk.row.frame["table"]["property_name"] == "Ghee & Gulal"


@pytest.mark.parametrize("words", ["chat rooftop", "chhat roof top", "Chhatt Rooftop"])
def test_a_roof_by_any_spelling(talk: Talk, words: str) -> None:
    talk.say(f"table for 2 at {words} tomorrow 8 pm", "book_table")
    assert talk.row.frame["table"]["property_name"] == "Chhat Rooftop"
