"""How a message looks to the language model: one spelling where people use many, kinds instead of names and numbers."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlu.engine.pipeline.words import kinds, pieces, tidy, tokens


def seen(text: str) -> list[str]:
    """The words the model sees."""
    return kinds(tokens(tidy(text)))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Table for 4 at 8pm", "table for 6 at 7:30"),
        ("hotel in Jaipur", "HOTEL in udaipur!!"),
        ("24 se 27 tak", "२४ से २७ तक".replace("से", "se").replace("तक", "tak")),
        ("don't book it", "dont book it"),
        ("I 'd like it", "I’d like it"),
        ("under ₹5,000", "under 5k"),
        ("haaaaan", "haan"),
        ("24/12 please", "3-1 please"),
        ("मुझे हाँ", "मुझे हां"),
        ("ज़रूर", "जरूर"),
    ],
)
def test_messages_that_mean_the_same_to_the_model_look_the_same(one: str, other: str) -> None:
    assert seen(one) == seen(other)


@pytest.mark.parametrize("word", ["कमरा", "चाहिए", "दीजिए", "नाश्ता", "क्या", "होटल", "बुकिंग"])
def test_devanagari_words_stay_whole(word: str) -> None:
    assert len(seen(word)) == 1


def test_a_question_mark_is_a_word() -> None:
    assert seen("parking?") == ["parking", "?"]


@pytest.mark.parametrize(
    ("text", "sign"),
    [
        ("8:30", "<time>"),
        ("8 बजे", "<time>"),
        ("24th", "<date>"),
        ("rs 4000", "<money>"),
        ("7", "<n>"),
        ("सात", "<n>"),
        ("kal", "<day>"),
        ("मुंबई", "<place>"),
        ("thai", "<food>"),
        ("sasta", "<price>"),
        ("gaana", "<elsewhere>"),
    ],
)
def test_kinds_of_words_have_one_sign(text: str, sign: str) -> None:
    assert seen(text) == [sign]


@given(st.text(max_size=300))
def test_any_text_can_be_read_and_tidied_once_is_tidy(text: str) -> None:
    once = tidy(text)
    assert tidy(once) == once
    assert all(piece for piece in pieces(text))
