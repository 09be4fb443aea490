import json
from datetime import date, datetime, time

import pytest

from bot.dates import Heard, understand
from bot.places import Mentions
from bot.wishes import StayWish, TableWish
from tests.unit.bot.phrases import JAIPUR

NOW = datetime(2026, 11, 22, 11, 0, tzinfo=JAIPUR)
STAY = StayWish(
    place="Jaipur", check_in=date(2026, 12, 24), check_out=date(2026, 12, 27), nights=3, adults=2, children=1
)
TABLE = TableWish(place="Jaipur", day=date(2026, 11, 23), time=time(20), party_size=4)


def stay_after(wish: StayWish, *messages: str, asked: str | None = None) -> StayWish:
    for message in messages:
        wish = wish.merge(understand(message, now=NOW, asked=asked, journey="stay"), asked=asked)
    return wish


def table_after(wish: TableWish, *messages: str, asked: str | None = None) -> TableWish:
    for message in messages:
        wish = wish.merge(understand(message, now=NOW, asked=asked, journey="table"), asked=asked)
    return wish


def test_another_number_of_nights_keeps_the_arrival_and_moves_the_departure() -> None:
    wish = stay_after(STAY, "actually 5 nights")
    assert (wish.check_in, wish.check_out, wish.nights) == (date(2026, 12, 24), date(2026, 12, 29), 5)


def test_another_arrival_keeps_the_number_of_nights() -> None:
    wish = stay_after(STAY, "nahi, kal")
    assert (wish.check_in, wish.check_out) == (date(2026, 11, 23), date(2026, 11, 26))


def test_one_more_night_moves_the_departure_by_one() -> None:
    assert stay_after(STAY, "ek raat aur").check_out == date(2026, 12, 28)


def test_another_departure_keeps_the_arrival() -> None:
    wish = stay_after(STAY, "checkout 26 dec")
    assert (wish.check_in, wish.check_out, wish.nights) == (date(2026, 12, 24), date(2026, 12, 26), 2)


def test_a_departure_before_the_arrival_forgets_the_arrival() -> None:
    wish = stay_after(STAY, "checkout 20 dec")
    assert (wish.check_in, wish.check_out, wish.missing()) == (None, date(2026, 12, 20), "dates")


def test_dates_that_cannot_be_change_nothing() -> None:
    assert stay_after(STAY, "27 to 24 dec") == STAY
    assert stay_after(STAY, "31 november") == STAY
    assert stay_after(STAY, "2 nights from fri to mon") == STAY


def test_nights_said_before_the_arrival_are_remembered() -> None:
    wish = stay_after(StayWish(), "do raat", "24 dec")
    assert (wish.check_in, wish.check_out) == (date(2026, 12, 24), date(2026, 12, 26))


@pytest.mark.parametrize(
    ("answer", "departure"), [("2", 26), ("27", 27), ("27 dec", 27), ("3 raat", 27), ("27 tak", 27)]
)
def test_when_only_the_departure_is_open_the_answer_is_the_departure(answer: str, departure: int) -> None:
    begun = StayWish(check_in=date(2026, 11, 24), adults=2)
    now = datetime(2026, 11, 22, 11, 0, tzinfo=JAIPUR)
    heard = understand(answer, now=now, asked="dates", journey="stay")
    month = 12 if "dec" in answer else 11
    assert begun.merge(heard, asked="dates").check_out == date(2026, month, departure)


def test_flexible_dates_leave_the_dates_open() -> None:
    wish = stay_after(StayWish(place="Goa"), "any 2 nights next week")
    assert (wish.check_in, wish.nights, wish.missing()) == (None, 2, "dates")
    assert (wish.flexible_from, wish.flexible_to) == (date(2026, 11, 23), date(2026, 11, 29))
    assert stay_after(wish, "24 nov").check_out == date(2026, 11, 26)
    assert stay_after(wish, "24 nov").flexible_from is None


def test_a_new_total_counts_everyone_anew() -> None:
    wish = stay_after(STAY, "make it 6 people")
    assert (wish.adults, wish.children, wish.guests) == (6, None, 6)


def test_a_child_joins_the_adults_already_known() -> None:
    wish = stay_after(StayWish(adults=2), "ek bachcha bhi hai")
    assert (wish.adults, wish.children, wish.guests) == (2, 1, 3)


def test_a_new_budget_forgets_the_old_one() -> None:
    wish = stay_after(StayWish(budget_min=3000, budget_max=5000), "under 4000")
    assert (wish.budget_min, wish.budget_max) == (None, 4000)


def test_a_side_question_changes_nothing() -> None:
    assert stay_after(STAY, "parking hai kya?") == STAY


def test_a_stay_asks_for_place_then_dates_then_guests() -> None:
    assert StayWish().missing() == "place"
    assert StayWish(near=(26.9, 75.8)).missing() == "dates"
    assert StayWish(property_name="Amber Haveli", check_in=date(2026, 12, 24)).missing() == "dates"
    assert stay_after(StayWish(place="Jaipur"), "24 to 27 dec").missing() == "guests"
    assert STAY.missing() is None


def test_a_table_asks_for_place_then_date_then_time_then_party() -> None:
    assert TableWish().missing() == "place"
    assert TableWish(place="Jaipur").missing() == "date"
    assert table_after(TableWish(place="Jaipur"), "kal").missing() == "time"
    assert table_after(TableWish(place="Jaipur"), "kal 8 baje").missing() == "party"
    assert TABLE.missing() is None


def test_another_day_keeps_the_hour_and_the_party() -> None:
    wish = table_after(TABLE, "nahi, parso")
    assert (wish.day, wish.time, wish.party_size) == (date(2026, 11, 24), time(20), 4)


def test_another_hour_keeps_the_day() -> None:
    wish = table_after(TABLE, "9 baje kar do")
    assert (wish.day, wish.time) == (date(2026, 11, 23), time(21))


def test_a_time_that_has_passed_changes_nothing() -> None:
    assert table_after(TABLE, "today at 9 am") == TABLE


def test_another_city_drops_the_property_of_the_first() -> None:
    wish = StayWish(place="Jaipur", property_name="Amber Haveli", area="Bani Park").merge(
        Heard(), Mentions(city="Udaipur")
    )
    assert (wish.place, wish.property_name, wish.area) == ("Udaipur", None, None)


def test_a_refused_property_is_forgotten() -> None:
    wish = StayWish(place="Jaipur", property_name="Amber Haveli").merge(Heard(), Mentions(refused=("Amber Haveli",)))
    assert (wish.place, wish.property_name) == ("Jaipur", None)


def test_amenities_add_up_and_are_not_repeated() -> None:
    wish = StayWish(amenities=("pool",)).merge(Heard(), Mentions(amenities=("pool", "wifi")))
    assert wish.amenities == ("pool", "wifi")


@pytest.mark.parametrize(
    "wish",
    [
        StayWish(),
        STAY,
        StayWish(near=(26.91, 75.78), amenities=("pool", "wifi"), budget_max=5000, flexible_from=date(2026, 12, 1)),
    ],
)
def test_a_stay_survives_the_conversation_row(wish: StayWish) -> None:
    assert StayWish.from_json(json.loads(json.dumps(wish.to_json()))) == wish


def test_a_table_survives_the_conversation_row() -> None:
    wish = TableWish(
        place="Jaipur", day=date(2026, 11, 23), time=time(20, 30), party_size=4, cuisine="Thai", near=(1.0, 2.0)
    )
    assert TableWish.from_json(json.loads(json.dumps(wish.to_json()))) == wish


def test_a_frame_written_by_another_version_is_read_as_far_as_understood() -> None:
    raw = {
        "place": "Jaipur",
        "check_in": "not a date",
        "adults": "two",
        "colour": "blue",
        "near": [1],
        "amenities": "pool",
    }
    assert StayWish.from_json(raw) == StayWish(place="Jaipur")
    assert StayWish.from_json(None) == StayWish()


@pytest.mark.parametrize(
    ("words", "adults", "children"),
    [
        ("one more person", 3, 1),
        ("ek aur aadmi", 3, 1),
        ("एक आदमी और", 3, 1),
        ("2 log aur aayenge", 4, 1),
        ("one person less", 1, 1),
        ("add a child", 2, 2),
        ("ek aur bachcha bhi hai", 2, 2),
    ],
)
def test_one_more_is_added_to_those_already_counted(words: str, adults: int, children: int) -> None:
    wish = stay_after(STAY, words)
    assert (wish.adults, wish.children) == (adults, children)
    assert table_after(TABLE, words).party_size == 4 + adults + children - 3


@pytest.mark.parametrize("words", ["extend my stay by a night", "ek aur raat", "एक रात और बढ़ा दो", "add a night"])
def test_a_night_more_is_added_in_any_words(words: str) -> None:
    assert stay_after(STAY, words).nights == 4


def test_a_night_less_is_taken_off() -> None:
    assert stay_after(STAY, "ek raat kam kar do").check_out == date(2026, 12, 26)


@pytest.mark.parametrize(
    ("words", "first"), [("postpone it by a day", 25), ("we will come a day later", 25), ("एक दिन पहले आएंगे", 23)]
)
def test_all_of_it_moves_by_a_day(words: str, first: int) -> None:
    wish = stay_after(STAY, words)
    assert (wish.check_in, wish.nights) == (date(2026, 12, first), 3)


def test_a_request_in_hindi_counts_nobody() -> None:
    assert table_after(TABLE, "समय 9:30 कर दो") == TableWish.from_json({**TABLE.to_json(), "time": "21:30:00"})
