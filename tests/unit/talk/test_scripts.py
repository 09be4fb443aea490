"""Our houses in three scripts: as they are written, as they sound in Roman, and in Devanagari."""

from __future__ import annotations

import pytest

from tests.fixtures.talk import Talk

STAYS = {
    "Kesar Kothi": ("kesar kothi", "kesar kothee", "केसर कोठी"),
    "Teej Terrace": ("teej terrace", "teej terace", "तीज टेरेस"),
    "Saanjh Lakehouse": ("saanjh lakehouse", "sanjh lake house", "सांझ लेकहाउस"),
    "Tidewater Lane": ("tidewater lane", "tide water lane", "टाइडवाटर लेन"),
}
TABLES = {
    "Ghee & Gulal": ("ghee & gulal", "ghee and gulal", "घी और गुलाल"),
    "Chhat Rooftop": ("chhat rooftop", "chat rooftop", "छत रूफटॉप"),
    "Naav Ghar": ("naav ghar", "nav ghar", "नाव घर"),
    "Do Mez": ("do mez", "do mej", "दो मेज़"),
}


@pytest.mark.parametrize(("house", "written"), [(house, way) for house, ways in STAYS.items() for way in ways])
def test_a_hotel_is_known_however_its_name_is_written(talk: Talk, house: str, written: str) -> None:
    talk.say(f"{written}, 24 to 26 february, 2 adults", "search_stay")
    assert talk.row.frame["stay"].get("property_name") == house
    assert talk.row.asked in {"option", "confirm"}


@pytest.mark.parametrize(("house", "written"), [(house, way) for house, ways in TABLES.items() for way in ways])
def test_a_restaurant_is_known_however_its_name_is_written(talk: Talk, house: str, written: str) -> None:
    talk.say(f"table at {written} on 24 february at 8 pm for 3 people", "book_table")
    assert talk.row.frame["table"].get("property_name") == house
    assert talk.row.frame["table"]["party_size"] == 3
