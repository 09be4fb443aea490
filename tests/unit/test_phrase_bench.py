"""The phrase bench: what guests type, judged by those who did not write the parser."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from zoneinfo import ZoneInfo

import pytest

from tests.bench.other_readers import Duckling, dateparser
from tests.bench.phrases import LANGUAGES, Answer, Phrase, judge, load_phrases, misses, ours

_ENOUGH = {"en": 150, "hinglish": 140, "hi": 110}


def _phrase(text: str, *answers: Answer, journey: str = "stay") -> Phrase:
    now = dt.datetime(2026, 12, 18, 16, 40, tzinfo=ZoneInfo("Asia/Kolkata"))
    return Phrase(language="en", text=text, now=now, journey=journey, asked=None, answers=answers)


def test_guests_are_understood_nineteen_times_in_twenty() -> None:
    verdicts = [judge(phrase, ours(phrase)) for phrase in load_phrases()]

    right = sum(verdict.right for verdict in verdicts)

    assert right / len(verdicts) >= 0.95, f"{right}/{len(verdicts)} right\n{misses(verdicts)}"


def test_the_bench_has_enough_phrases_of_each_language_and_none_twice() -> None:
    phrases = load_phrases()

    per_language = Counter(phrase.language for phrase in phrases)

    assert all(per_language[language] >= _ENOUGH[language] for language in LANGUAGES)
    assert len({(phrase.text, phrase.asked) for phrase in phrases}) == len(phrases)


def test_every_phrase_says_when_it_was_written_in_india() -> None:
    assert all(phrase.now.utcoffset() == dt.timedelta(hours=5, minutes=30) for phrase in load_phrases())


_STAY: Answer = {"check_in": dt.date(2026, 12, 24), "check_out": dt.date(2026, 12, 27), "adults": 2, "children": 1}


@pytest.mark.parametrize(
    ("got", "wrong"),
    [
        (_STAY, set()),
        ({**_STAY, "nights": 3, "guests": 3, "date": dt.date(2026, 12, 24)}, set()),
        ({"check_in": dt.date(2026, 12, 24), "nights": 3, "adults": 2, "children": 1}, set()),
        ({**_STAY, "nights": 2}, {"nights"}),
        ({**_STAY, "guests": 2}, {"guests"}),
        ({**_STAY, "rooms": 1}, {"rooms"}),
        ({**_STAY, "problem": "past"}, {"problem"}),
        ({}, {"check_in", "check_out", "adults", "children"}),
    ],
)
def test_what_follows_from_the_rest_is_right_and_what_was_made_up_is_wrong(got: Answer, wrong: set[str]) -> None:
    assert judge(_phrase("24 to 27 dec, 2 adults 1 kid", _STAY), got).wrong == wrong


def test_any_honest_reading_is_right_and_a_trap_wants_silence() -> None:
    either = _phrase("half 8", {"time": dt.time(20, 30)}, {"time": dt.time(19, 30)}, journey="table")
    trap = _phrase("may I know the policy", {})

    assert judge(either, {"time": dt.time(19, 30)}).right
    assert not judge(either, {"time": dt.time(20)}).right
    assert judge(trap, {}).right
    assert judge(trap, {"check_in": dt.date(2027, 5, 1)}).wrong == {"check_in"}


def test_the_libraries_beside_ours_are_asked_fairly() -> None:
    stay = _phrase("24 to 27 dec for 4 people, 2 rooms")
    table = _phrase("tomorrow at 8pm", journey="table")

    assert Duckling()(stay) == {
        "check_in": dt.date(2026, 12, 24),
        "check_out": dt.date(2026, 12, 27),
        "guests": 4,
        "rooms": 2,
    }
    for read in (Duckling(), dateparser):
        assert read(table) == {"date": dt.date(2026, 12, 19), "time": dt.time(20)}
