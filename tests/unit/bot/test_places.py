import pytest

from bot.places import KnownNames, Mentions, NameFinder

FINDER = NameFinder(
    KnownNames(
        cities={"Jaipur": (), "Udaipur": (), "Mumbai": ()},
        areas={"Bani Park": (), "Civil Lines": (), "Lake Pichola": ()},
        properties={"Amber Haveli": (), "Taj Lake Palace": (), "Spice Court": ("masala court",)},
        cuisines={"North Indian": (), "Chinese": ()},
        amenities={"pool": (), "wifi": ()},
        room_types={"Deluxe": (), "Heritage Suite": ()},
    )
)


@pytest.mark.parametrize(
    ("message", "mentions"),
    [
        ("hotel in jaypur", Mentions(city="Jaipur")),
        ("JAIPUR", Mentions(city="Jaipur")),
        ("जयपुर में होटल चाहिए", Mentions(city="Jaipur")),
        ("pink city me room", Mentions(city="Jaipur")),
        ("udipur me 2 kamre", Mentions(city="Udaipur")),
        ("उदयपुर", Mentions(city="Udaipur")),
        ("bombay", Mentions(city="Mumbai")),
        ("मुंबई", Mentions(city="Mumbai")),
        ("rooms in goa", Mentions(city="Goa")),  # known to everyone, though not to this account
        ("not Jaipur, Udaipur", Mentions(city="Udaipur", refused=("Jaipur",))),
        ("jaipur nahi udaipur", Mentions(city="Udaipur", refused=("Jaipur",))),
        ("जयपुर नहीं, उदयपुर", Mentions(city="Udaipur", refused=("Jaipur",))),
        ("amber haveli nahi chahiye", Mentions(refused=("Amber Haveli",))),
        ("delhi se jaipur aa rahe hain", Mentions(city="Jaipur")),
        ("i am from delhi, hotel in jaipur", Mentions(city="Jaipur")),
        ("bani park ke paas", Mentions(area="Bani Park")),
        ("near lake pichola in udaipur", Mentions(city="Udaipur", area="Lake Pichola")),
        ("amber haveli", Mentions(property="Amber Haveli")),
        ("taj lake palce", Mentions(property="Taj Lake Palace")),
        ("spice court me table", Mentions(property="Spice Court")),
        ("masala court", Mentions(property="Spice Court")),
        ("deluxe room with breakfast", Mentions(room_type="Deluxe", meal_plan="CP")),
        ("डीलक्स कमरा", Mentions(room_type="Deluxe")),
        ("room without breakfast", Mentions(meal_plan="EP")),
        ("breakfast and dinner included", Mentions(meal_plan="MAP")),
        ("all meals", Mentions(meal_plan="AP")),
        ("5 star hotel with pool and wi-fi", Mentions(amenities=("pool", "wifi"), stars=5)),
        ("4* hotel", Mentions(stars=4)),
        ("five star", Mentions(stars=5)),
        ("north indian khana", Mentions(cuisine="North Indian")),
        ("chinise restaurant", Mentions(cuisine="Chinese")),
        ("चाइनीज", Mentions(cuisine="Chinese")),
        ("table for our anniversary", Mentions(occasion="anniversary")),
        ("sasta hotel", Mentions(price_word="cheap")),
        ("सस्ता होटल", Mentions(price_word="cheap")),
        ("something luxurious", Mentions(price_word="expensive")),
        ("book do", Mentions()),
        ("go on", Mentions()),
        ("अगर कमरा हो", Mentions()),
        ("what is the post code", Mentions()),
        ("it does not matter", Mentions()),
        ("an indoor table", Mentions()),
        ("kuch nahi chaiye", Mentions()),
        ("the price at half past 1", Mentions()),
        ("a table at the spice place", Mentions()),
        ("change the date", Mentions()),
        ("a party of six", Mentions()),
        ("my budget is 5000", Mentions()),
        ("i want a room for 2", Mentions()),
        ("kal 8 baje table for 2", Mentions()),
        ("is it good?", Mentions()),
        ("", Mentions()),
    ],
)
def test_names_are_found_however_they_are_written(message: str, mentions: Mentions) -> None:
    assert FINDER.find(message) == mentions


def test_a_word_only_one_property_has_is_enough() -> None:
    finder = NameFinder(KnownNames(properties={"Umaid Haveli": (), "Rambagh Haveli": ()}))
    assert finder.find("the umaid").property == "Umaid Haveli"
    assert finder.find("the haveli").property is None


def test_nothing_known_finds_nothing_of_ours() -> None:
    assert NameFinder(KnownNames()).find("amber haveli") == Mentions()
