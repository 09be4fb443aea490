"""Several short messages in a row are one turn; what stands by itself is answered by itself, in order."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from core.messaging.consent import Choice
from core.messaging.heard import Heard
from core.messaging.turns import Entry, gather
from models.messaging import InboxEntry

QUIET = timedelta(seconds=1)


def entry(now: datetime, words: str, after: float = 0.0, kind: str = "text") -> InboxEntry:
    return InboxEntry(
        received_at=now + timedelta(seconds=after), payload={"heard": {"kind": kind, "text": words, "content": {}}}
    )


def words_of(burst: list[Entry]) -> list[str]:
    return [each.payload["heard"]["text"] for each in burst]


def test_short_messages_become_one_after_a_second_of_quiet(now: datetime) -> None:
    waiting = [entry(now, "2 people"), entry(now, "tomorrow", 0.4), entry(now, "8pm", 0.9)]
    burst, ready_at = gather(waiting, quiet=QUIET)
    assert words_of(list(burst)) == ["2 people", "tomorrow", "8pm"]
    assert ready_at == now + timedelta(seconds=1.9)
    together = Heard.together([Heard.of(each.payload) for each in burst])
    assert together == Heard("text", "2 people\ntomorrow\n8pm")


@pytest.mark.parametrize("alone", ["STOP", "2", "yes", "haan", "नहीं", "band karo", "3.", "Yes!"])
def test_plain_answers_close_the_burst_before_them_and_wait_for_nothing(now: datetime, alone: str) -> None:
    waiting = [entry(now, "a room"), entry(now, alone, 0.2), entry(now, "in Jaipur", 0.3)]
    before, ready_at = gather(waiting, quiet=QUIET)
    assert (words_of(list(before)), ready_at) == (["a room"], now)
    by_itself, ready_at = gather(waiting[1:], quiet=QUIET)
    assert (words_of(list(by_itself)), ready_at) == ([alone], now + timedelta(seconds=0.2))


@pytest.mark.parametrize("kind", ["tap", "location"])
def test_taps_and_places_stand_alone(now: datetime, kind: str) -> None:
    waiting = [entry(now, "Confirm", kind=kind), entry(now, "a room", 0.1)]
    burst, ready_at = gather(waiting, quiet=QUIET)
    assert (words_of(list(burst)), ready_at) == (["Confirm"], now)


def test_a_picture_and_its_words_belong_together() -> None:
    picture = Heard("media", "", {"media": [{"url": "u", "type": "image/jpeg"}]})
    together = Heard.together([picture, Heard("text", "is this the room?")])
    assert together == Heard("text", "is this the room?", {"media": [{"url": "u", "type": "image/jpeg"}]})
    assert Heard.together([picture, picture]).kind == "media"
    with_its_words = Heard("media", "is this the room?", picture.content)
    assert Heard.together([with_its_words]) == together


def test_a_reaction_and_a_carriers_stop_join_nothing() -> None:
    assert Heard("media", "", {"media": [{"url": "", "type": "reaction"}]}).stands_alone
    assert Heard("text", "QUIT", {"opt_out": "STOP"}).stands_alone
    assert Heard("text", "QUIT", {"opt_out": "STOP"}).choice == Choice(out=True)
    assert not Heard("media", "yes", {"media": [{"url": "u", "type": "image/jpeg"}]}).stands_alone


def test_what_stands_beside_the_words_survives_a_burst() -> None:
    parts = [Heard("text", "hi", {"referral": {"headline": "A"}}), Heard("text", "rooms?", {"answers": "MM1"})]
    assert Heard.together(parts).content == {"referral": {"headline": "A"}, "answers": "MM1"}


def test_who_never_stops_writing_is_answered_too(now: datetime) -> None:
    slowly = [entry(now, f"word {n}", n * 0.9) for n in range(9)]
    burst, ready_at = gather(slowly, quiet=QUIET)
    assert ready_at == now + timedelta(seconds=6)
    quickly = [entry(now, f"word {n}", n * 0.01) for n in range(20)]
    burst, ready_at = gather(quickly, quiet=QUIET)
    assert (len(burst), ready_at) == (12, burst[-1].received_at)
