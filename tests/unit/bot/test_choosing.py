import pytest

from bot.choosing import Option, choose

ROOMS = [
    Option("Deluxe Room", "Sea view, breakfast included", 4500),
    Option("Standard Room", "Garden view", 3000),
    Option("Royal Suite", "Sea facing balcony, bathtub", 9000),
]
DELUXE, STANDARD, SUITE = range(3)


@pytest.mark.parametrize(
    ("message", "place"),
    [
        ("2", STANDARD),
        ("2.", STANDARD),
        ("two", STANDARD),
        ("दो", STANDARD),
        ("option 3", SUITE),
        ("number 2", STANDARD),
        ("2 wala", STANDARD),
        ("2 please", STANDARD),
        ("the second one", STANDARD),
        ("2nd", STANDARD),
        ("first", DELUXE),
        ("pehla wala", DELUXE),
        ("pehle wala kar do", DELUXE),
        ("dusra", STANDARD),
        ("wo doosra wala", STANDARD),
        ("दूसरा", STANDARD),
        ("तीसरा वाला", SUITE),
        ("last", SUITE),
        ("aakhri wala", SUITE),
        ("beech wala", STANDARD),
        ("no the first one", DELUXE),
        ("cheaper one", STANDARD),
        ("sabse sasta", STANDARD),
        ("सबसे सस्ता", STANDARD),
        ("the costliest", SUITE),
        ("sabse mehnga wala", SUITE),
        ("3000 wala", STANDARD),
        ("the 9k one", SUITE),
        ("deluxe", DELUXE),
        ("standrd room", STANDARD),
        ("royal suite please", SUITE),
        ("sea view wala", DELUXE),
        ("garden view wala", STANDARD),
        ("the one with a bathtub", SUITE),
        ("balcony wala", SUITE),
        ("yes", None),
        ("4", None),
        ("0", None),
        ("room", None),
        ("3500 wala", None),
        ("2 rooms", None),
        ("kuch aur dikhao", None),
        ("", None),
    ],
)
def test_an_option_is_chosen_as_guests_choose(message: str, place: int | None) -> None:
    assert choose(message, ROOMS) == place


def test_two_at_the_same_price_leave_it_open() -> None:
    twins = [Option("Amber", "", 3000), Option("Basant", "", 3000)]
    assert choose("the cheaper one", twins) is None
    assert choose("basant", twins) == 1


def test_nothing_offered_means_nothing_chosen() -> None:
    assert choose("2", []) is None
    assert choose("cheapest", []) is None
