"""Whatever is said, on whatever phone: it fits, and no word, no price and no choice is lost or cut."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as some

from core.messaging.capabilities import META_WHATSAPP, TELEGRAM, TWILIO_SMS, TWILIO_WHATSAPP, Capabilities
from core.messaging.layout import Laid, lay_out
from core.messaging.plain import plain, segments
from core.ports import Option, Outgoing, Place

CHANNELS = (TWILIO_WHATSAPP, TWILIO_SMS, TELEGRAM, META_WHATSAPP)
WORDS = some.one_of(
    some.text("abcdeklmnorstuvw", min_size=1, max_size=14),
    some.integers(1, 9_99_99_999).map(lambda rupees: f"₹{rupees:,}"),
    some.sampled_from(["कमरा", "नाश्ता", "https://desk.example/p/4f6d9a2c1b7e"]),
)
TITLES = some.lists(WORDS, min_size=1, max_size=7).map(" ".join)
OPTIONS = some.lists(some.tuples(TITLES, some.one_of(some.just(""), TITLES)), max_size=14)
TEXTS = some.lists(some.tuples(WORDS, some.sampled_from([" ", "\n", "\n\n"])), min_size=1, max_size=400).map(
    lambda parts: "".join(word + gap for word, gap in parts).strip()
)


def outgoing(text: str, options: list[tuple[str, str]] | None = None, **more: object) -> Outgoing:
    made = tuple(Option(f"3.{n}", title, said) for n, (title, said) in enumerate(options or [], start=1))
    return Outgoing(1, "from", "to", text, made, "Rooms", **more)  # type: ignore[arg-type]  # a picture or a place


def seen(laid: Laid) -> str:
    """Everything a person can read."""
    rows = [part for each in laid.options for part in (each.title, each.description)]
    return "\n".join([laid.text, *laid.more, *rows])


def spoken(words: str, can: Capabilities) -> list[str]:
    return (plain(words) if can.seven_bit else words).split()


@pytest.mark.parametrize("can", CHANNELS, ids=lambda can: can.name)
@given(text=TEXTS, options=OPTIONS)
def test_every_word_price_and_choice_survives_at_any_length(
    can: Capabilities, text: str, options: list[tuple[str, str]]
) -> None:
    laid = lay_out(outgoing(text, options), can)
    words = seen(laid).split()
    assert set(spoken(text, can)) <= set(words)
    for title, said in options:
        assert set(spoken(f"{title} {said}", can)) <= {word.removesuffix(".") for word in words} | set(words)


@pytest.mark.parametrize("can", CHANNELS, ids=lambda can: can.name)
@given(text=TEXTS, options=OPTIONS)
def test_everything_fits_its_channel(can: Capabilities, text: str, options: list[tuple[str, str]]) -> None:
    laid = lay_out(outgoing(text, options), can)
    assert all(0 < len(part) <= can.body for part in (laid.text, *laid.more))
    if laid.kind in {"buttons", "list"}:
        assert len(laid.text) <= can.rich_body
        assert [each.id for each in laid.options] == [f"3.{n}" for n in range(1, len(options) + 1)]
    if laid.kind == "buttons":
        assert len(laid.options) <= can.buttons
        assert all(len(each.title) <= can.button_title for each in laid.options)
    if laid.kind == "list":
        assert len(laid.options) <= can.rows
        assert 0 < len(laid.list_title) <= can.list_button
        assert all(0 < len(each.title) <= can.row_title for each in laid.options)
        assert all(len(each.description) <= can.row_description for each in laid.options)


@given(text=TEXTS, options=OPTIONS)
def test_a_plain_phone_gets_seven_bits_unless_somebody_writes_hindi(text: str, options: list[tuple[str, str]]) -> None:
    laid = lay_out(outgoing(text, options), TWILIO_SMS)
    assert laid.kind == "text"
    words = " ".join([laid.text, *laid.more])
    if not any("\u0900" <= sign <= "\u097f" for sign in words):
        assert segments("a" * len(words)) == segments(words)


def test_a_list_whose_rows_are_too_narrow_tells_everything_above_them() -> None:
    title = "The Royal Heritage Courtyard Suite with a private terrace above the old city, lake side"
    laid = lay_out(outgoing("Which one?", [(title, "₹12,400"), ("Plain room", "₹4,100")]), TWILIO_WHATSAPP)
    assert laid.kind == "list"
    assert f"1. {title} - ₹12,400" in laid.text
    assert laid.options[0].title.startswith("1. The Royal")


def test_choices_beyond_what_fits_above_a_list_become_numbered_words() -> None:
    options = [(f"Room {n} " + "with a view of the lake and of everything else " * 3, "₹4,100") for n in range(1, 11)]
    laid = lay_out(outgoing("Which one?", options), TWILIO_WHATSAPP)
    assert (laid.kind, laid.options) == ("text", ())
    assert "10. Room 10" in "\n".join([laid.text, *laid.more])


def test_a_picture_goes_where_pictures_go_and_is_a_link_elsewhere() -> None:
    picture = "https://desk.example/pictures/kesar.jpg"
    message = outgoing("Your room", media_url=picture)
    assert lay_out(message, TWILIO_WHATSAPP).media_url == picture
    assert lay_out(message, TELEGRAM).kind == "photo"
    assert lay_out(message, TWILIO_SMS).text == f"Your room\n{picture}"


def test_a_picture_never_takes_the_buttons_away() -> None:
    message = outgoing("Your room", [("Book it", "")], media_url="https://desk.example/pictures/kesar.jpg")
    assert lay_out(message, TWILIO_WHATSAPP).kind == "buttons"
    both = lay_out(message, META_WHATSAPP)
    assert (both.kind, [each.title for each in both.options]) == ("photo", ["Book it"])


def test_a_picture_with_more_words_than_fit_below_it_gives_way_to_the_words() -> None:
    message = outgoing("word " * 300 + "₹4,100", media_url="https://desk.example/pictures/kesar.jpg")
    laid = lay_out(message, TELEGRAM)
    assert (laid.kind, laid.media_url) == ("text", None)
    assert laid.text.endswith("₹4,100")


def test_a_place_is_a_pin_or_a_link_to_the_map() -> None:
    message = outgoing("Kesar Kothi", place=Place(26.9, 75.8, "Kesar Kothi", "14 Kothi Marg"))
    assert lay_out(message, TWILIO_WHATSAPP).kind == "pin"
    assert lay_out(message, TWILIO_SMS).text.endswith("https://maps.google.com/?q=26.9,75.8")


def test_a_note_for_plain_phones_is_read_only_there() -> None:
    message = outgoing("Booked", note="The single word CANCEL stops our SMS.")
    assert "CANCEL" in lay_out(message, TWILIO_SMS).text
    assert "CANCEL" not in lay_out(message, TWILIO_WHATSAPP).text
