"""STOP in the guest's own words, and what may still be said to them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from core.messaging.consent import MayReceive, may_receive, opts_out
from models.states import Purpose

NOW = datetime(2026, 11, 22, 6, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    "words",
    [
        "STOP",
        "stop.",
        " Stop! ",
        "band karo",
        "Bandh karo",
        "mat bhejo",
        "message mat bhejo",
        "please stop",
        "बंद करो",
        "मैसेज मत भेजो",
        "unsubscribe",
    ],
)
def test_a_stop_is_heard_in_three_languages(words: str) -> None:
    assert opts_out(words) is True


@pytest.mark.parametrize("words", ["START", "unstop", "chalu karo", "शुरू करो"])
def test_a_start_too(words: str) -> None:
    assert opts_out(words) is False


@pytest.mark.parametrize(
    "words",
    [
        "",
        "cancel",
        "stop at Jaipur for a night",
        "don't stop the booking",
        "booking band karo abhi nahi",
        "bus stop ke paas hotel",
        "no",
        "mat",
    ],
)
def test_other_words_are_not_taken_for_either(words: str) -> None:
    assert opts_out(words) is None


@pytest.mark.parametrize(
    ("purpose", "wrote_again", "answers", "may"),
    [
        (Purpose.REMINDER, False, False, MayReceive.NO),
        (Purpose.REMINDER, True, False, MayReceive.NO),
        (Purpose.MARKETING, True, False, MayReceive.NO),
        (Purpose.CONVERSATION, False, False, MayReceive.NO),
        (Purpose.CONVERSATION, False, True, MayReceive.YES),
        (Purpose.BOOKING_FACT, False, False, MayReceive.ELSEWHERE),
        (Purpose.BOOKING_FACT, True, False, MayReceive.YES),
        (Purpose.STAFF, False, False, MayReceive.YES),
    ],
)
def test_after_stop_nothing_comes_by_itself_and_money_is_not_kept_silent(
    purpose: Purpose, may: MayReceive, *, wrote_again: bool, answers: bool
) -> None:
    last = NOW + timedelta(minutes=5) if wrote_again else NOW - timedelta(minutes=5)
    assert may_receive(purpose, opted_out_at=NOW, last_inbound_at=last, answers_guest=answers) is may


def test_who_never_said_stop_receives_everything() -> None:
    assert all(
        may_receive(purpose, opted_out_at=None, last_inbound_at=None, answers_guest=False) is MayReceive.YES
        for purpose in Purpose
    )
