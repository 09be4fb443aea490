"""Every reply in every language, with the facts it may get."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import pytest

import core.errors
from bot.forms import FORMS, Voice
from bot.replies import LANGUAGES, BrokenReply, Links, known_replies, phrase, render
from core.errors import AtithiError

LINKS: Final = Links("https://desk.example", lambda reference: f"signed-{reference}")
# One value for every fact that any reply speaks of, of the kind the verbs of core/ give.
FACTS: Final[dict[str, Any]] = {
    "number": "204", "is_type": "Family Room", "booked_type": "Deluxe Double",
    "reference": "K7QM9C", "kind": "stay", "status": "confirmed", "property": "Kesar Kothi",
    "property_phone": "+91 141",
    "city": "Jaipur", "area": "Bani Park", "address": "14 Kothi Marg", "lat": 26.9, "lon": 75.8, "rooms": 2,
    "room_type": "Deluxe", "meal_plan": "CP", "arrival": "2026-12-24", "departure": "2026-12-27", "nights": 3,
    "adults": 2, "children": 1, "party": 3, "starts": "2026-12-24T20:30+05:30", "ends": "2026-12-24T22:00+05:30",
    "dining": "Terrace", "total": 12500000, "tax": 100000, "deposit": 50000, "paid": 50000, "balance": 75000,
    "due_now": 50000, "refunded": 0, "hold_until": "2026-12-01T12:20+05:30", "check_in_at": "14:00",
    "check_out_at": "11:00", "bring": {"en": "An ID", "hi": "पहचान पत्र", "hinglish": "ID"}, "guest": "Asha",
    "pay_token": "tok", "desk": "Marigold", "cities": ["Jaipur", "Goa"], "wanted": "20:00", "place": "Jaipur",
    "most": 20,
    "count": 2, "cheapest": 500000, "at_desk": False, "free_until": "2026-12-22T14:00+05:30",
    "no_free_cancellation": None, "picture": "a b.jpg", "day": "2026-12-24", "time": "20:00", "cuisines": ["Goan"],
    "sitting": "Dinner", "answer": {"en": "Yes", "hi": "हाँ", "hinglish": "Haan"}, "hours": "7 to 11", "stars": 4,
    "names": ["A", "B"], "opens_at": "19:00", "last_order_at": "23:30", "name": "Asha", "phone": "+91",
    "language": "English",
    "bookings": "K7QM9C", "since": "2026-01-01", "standing": "Confirmed", "kept": 0, "back": 50000, "refund": 50000,
    "amount": 50000, "reason": "asked", "words": "hello", "what": "a voice note", "wishes": None, "minutes": 5,
    "lines": "house", "instead_of": "K7QM9C",
    "others": [{"property": "Haveli", "arrival": "2026-12-25", "total": 4200}],
    "before_total": 900000, "to_pay": 50000, "rest": 100000,
    "valid_at": "Kesar Kothi", "noted": ["a quiet room"], "ages": ["4", "9"],
    "last": "2027-01-01", "night": "2026-12-24", "least": 2,
    "book_by": "2026-12-24T12:00+05:30", "rooms_by_type": "2 × Double, 1 × Suite",
    "was_rooms_by_type": "1 × Double", "was_arrival": "2026-12-24", "was_departure": "2026-12-26",
    "was": "K7QM9C", "was_starts": "2026-12-24T20:00+05:30", "was_party": 2,
    "at": "in Jaipur", "first": "1 × Double", "then": "1 × Suite", "move": "2026-12-25", "first_total": 400000,
    "then_total": 500000, "first_nights": 1, "then_nights": 2, "distance": 3.2, "saved": 50000, "percent": 50,
    "until": "2026-12-22T14:00+05:30", "steps": "50% until then", "cheaper": None, "kept_terms": None, "house": None,
    "payment": "pay_1", "how": "cash", "left": 0, "over": 0, "checked": 3, "mended": 1, "desk_refund": 0,
    "effect": "Room 101 off sale", "known": "Jaipur", "waited": 4, "link": "https://wa.me/1", "code": "ABCD1234",
    "ad": "Winter in Jaipur",
    "off": 60000, "promotion": "MONSOON", "starts_on": "2026-12-01", "ends_on": "2026-12-31", "includes": "breakfast",
    "plan": "Weekly", "where": "in Jaipur", "price": 420000, "gstin": "27AAPFU0939F1ZV", "when": "1 to 31 Jul",
    "uses": 50, "used": 3, "code_line": None, "long_stay_line": None, "includes_line": None,
    "seat": "window", "deposit_for": "New Year's Eve", "before": ["T1", "T2"], "was_room": "101",
    "as_of": "2026-12-24T20:30+05:30",
    "never": False, "code_lost": "MONSOON", "let_off": 60000, "balance_due": 75000, "company": "Acme Private Limited",
    "cuisine": "Korean", "per": "a table", "asked": "4", "answered": "3", "slowest": "9 min", "resolved": "20 min",
    "review_stars": 2, "recording": 7, "trouble": "payment", "handoff": 3, "why": "63016",
}  # fmt: skip
MONEY_WANTED: Final = {"owner_payment_flagged", "payment_part"}
NAMES_WANTED: Final = {"ask_stay_place_unknown", "ask_table_place_unknown", "stay_other_types"}


def facts_for(reply: str, kind: str) -> dict[str, Any]:
    wanted: object = 60000 if reply in MONEY_WANTED else "Agra" if reply in NAMES_WANTED else "20:00"
    children: object = FACTS["children"]
    return FACTS | {"kind": kind, "wanted": wanted, "children": children}


def error_classes(base: type[AtithiError] = AtithiError) -> Iterator[type[AtithiError]]:
    for each in base.__subclasses__():
        yield each
        yield from error_classes(each)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_error_of_the_house_has_words(language: str) -> None:
    codes = {each.code for each in error_classes()} | {AtithiError.code}
    assert len(codes) > 15, core.errors.__name__
    assert codes <= known_replies(language)


def test_all_languages_say_the_same_things() -> None:
    assert known_replies("en") == known_replies("hi") == known_replies("hinglish")


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", ["stay", "table"])
def test_every_reply_can_be_said_with_all_facts_and_leaves_no_brace_behind(language: str, kind: str) -> None:
    for reply in known_replies(language):
        for message_id in range(3):
            said = render(reply, facts_for(reply, kind), language=language, links=LINKS, message_id=message_id)
            assert said.text, reply
            assert not re.search(r"[{}]", said.text + said.list_title), (reply, said.text)


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_language_speaks_of_the_same_facts(language: str) -> None:
    def facts_named(of: str) -> dict[str, set[str]]:
        found: dict[str, set[str]] = {}
        for path in sorted(Path("nlu").glob(f"*/responses.{of}.yml")):
            name = ""
            for line in path.read_text(encoding="utf-8").splitlines():
                if line.startswith("  utter_"):
                    name = line.strip().rstrip(":")
                found.setdefault(name, set()).update(re.findall(r"\{(\w+)[:}]", line))
        return found

    assert facts_named(language) == facts_named("en")


def test_a_question_asks_one_thing() -> None:
    for language in LANGUAGES:
        for reply in known_replies(language):
            if reply.startswith(("ask_", "quote_", "cancel_ask")):
                text = render(reply, facts_for(reply, "stay"), language=language, links=LINKS).text
                assert text.count("?") <= 2, (language, reply, text)


# What is said beside a choice, not on its button.
BESIDE: Final = (
    *("option_stay", "option_table", "option_booking", "option_rate", "option_split", "option_mix"),
    "option_wait_detail",
)


@pytest.mark.parametrize("language", LANGUAGES)
def test_buttons_and_what_stands_beside_them_are_short_enough_for_whatsapp(language: str) -> None:
    for reply in known_replies(language):
        if reply.startswith("option_"):
            beside = reply.startswith(BESIDE) and reply != "option_book_table"
            assert len(phrase(reply, FACTS, language=language)) <= (72 if beside else 20), reply


def test_a_list_s_button_is_short_enough_for_whatsapp() -> None:
    for language in LANGUAGES:
        for reply in known_replies(language):
            assert len(render(reply, facts_for(reply, "stay"), language=language, links=LINKS).list_title) <= 20


def test_a_line_about_something_unknown_is_left_out() -> None:
    facts = FACTS | {"free_until": None, "no_free_cancellation": "Not refundable"}
    said = render("quote_stay", facts, language="en", links=LINKS).text
    assert "Free cancellation" not in said
    assert "Not refundable" in said


def test_a_fact_that_was_never_given_is_an_error() -> None:
    with pytest.raises(BrokenReply, match="hold_until"):
        render("stay_held", {"due_now": 100, "pay_token": "x"}, language="en", links=LINKS)


def test_a_reply_nobody_wrote_is_an_error() -> None:
    with pytest.raises(BrokenReply):
        render("sing_a_song", {}, language="en", links=LINKS)


def test_the_same_message_is_always_said_the_same_way_and_others_differently() -> None:
    said = [render("thank", {}, language="en", links=LINKS, message_id=number).text for number in range(4)]
    assert said[0] == said[2] != said[1]


def test_stays_and_tables_are_confirmed_in_their_own_words() -> None:
    stay = render("booking_confirmed", FACTS, language="en", links=LINKS)
    table = render("booking_confirmed", FACTS | {"kind": "table"}, language="en", links=LINKS)
    assert "Check-in from 2 pm" in stay.text
    assert "https://desk.example/b/K7QM9C/signed-K7QM9C/calendar.ics" in stay.text
    assert "Thu 24 Dec, 8:30 pm, 3 guests" in table.text
    assert stay.media_url == "https://desk.example/b/K7QM9C/signed-K7QM9C/qr.png"
    assert "the single word CANCEL" in stay.note


def test_a_place_is_an_extra_beside_the_words() -> None:
    pin = render("house_pin", FACTS, language="en", links=LINKS)
    assert pin.place is not None
    assert (pin.place.address, pin.extra) == ("14 Kothi Marg", True)


@pytest.mark.parametrize(
    ("form", "value", "en", "hi", "hinglish"),
    [
        ("money", 12500000, "₹1,25,000", "₹1,25,000", "₹1,25,000"),
        ("money", 958232, "₹9,582.32", "₹9,582.32", "₹9,582.32"),
        ("some_money", 0, None, None, None),
        ("day", "2026-12-24", "Thu 24 Dec", "गुरु, 24 दिसंबर", "Thu 24 Dec"),
        ("clock", "00:30", "12:30 am", "रात 12:30 बजे", "raat 12:30 baje"),
        ("clock", "12:00", "12 pm", "दोपहर 12 बजे", "dopahar 12 baje"),
        (
            "moment",
            "2026-11-28T20:00:00+05:30",
            "Sat 28 Nov, 8 pm",
            "शनि, 28 नवंबर, रात 8 बजे",
            "Sat 28 Nov, raat 8 baje",
        ),
        ("nights", 1, "1 night", "1 रात", "1 raat"),
        ("nights", 3, "3 nights", "3 रातें", "3 raatein"),
        ("list", ["a", "b", "c"], "a, b and c", "a, b और c", "a, b aur c"),
        ("meal", "EP", "room only", "सिर्फ़ कमरा", "sirf room"),
        ("text", {"en": "yes", "hi": "हाँ"}, "yes", "हाँ", "yes"),
        ("pay_url", "tok", "https://desk.example/p/tok", "https://desk.example/p/tok", "https://desk.example/p/tok"),
    ],
)
def test_facts_are_said_as_each_language_says_them(
    form: str, value: object, en: str | None, hi: str | None, hinglish: str | None
) -> None:
    said = [FORMS[form](value, Voice(language, LINKS, {})) for language in LANGUAGES]
    assert said == [en, hi, hinglish]


def test_a_family_is_counted_apart() -> None:
    assert FORMS["family"](2, Voice("en", LINKS, {"children": 1})) == "2 adults, 1 child"
    assert FORMS["family"](1, Voice("en", LINKS, {"children": 0})) == "1 adult"
