"""Telegram's updates are kept raw, once, from whoever knows the secret."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.webhooks.conftest import Door, payload


def test_an_update_is_kept_as_it_came(door: Door) -> None:
    posted = payload("telegram/message")
    assert door.telegram(posted).status_code == 200
    (entry,) = door.inbox()
    assert (entry.kind, entry.event_id, entry.payload) == ("update", "710001", posted)


def test_an_update_told_again_is_known(door: Door) -> None:
    with ThreadPoolExecutor(10) as together:
        answers = list(together.map(lambda _: door.telegram(payload("telegram/message")), range(10)))
    assert {each.status_code for each in answers} == {200}
    assert len(door.inbox()) == 1


@pytest.mark.parametrize("secret", [None, "", "wrong", "a-secret-for-the-bot-0002"])
def test_who_does_not_know_the_secret_is_turned_away(door: Door, secret: str | None) -> None:
    assert door.telegram(payload("telegram/message"), secret).status_code == 403
    assert door.inbox() == []


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"not json",
        b"[]",
        b"null",
        b'{"message": {}}',
        b'{"update_id": "7"}',
        b'{"update_id": true}',
        b'{"update_id": 1e400}',
        b'{"update_id": 99999999999999999999999}',
        b'{"update_id": NaN}',
        b"[" * 30_000,
        b"\xff\xfe",
    ],
)
def test_what_is_no_update_is_refused(door: Door, body: bytes) -> None:
    assert door.telegram(body).status_code == 400
    assert door.inbox() == []


def test_half_a_character_does_no_harm(door: Door) -> None:
    assert door.telegram(b'{"update_id": 5, "message": {"text": "\\ud83d \\u0000"}}').status_code == 200
    assert door.inbox()[0].payload["message"]["text"] == "? "


def test_an_enormous_update_is_refused(door: Door) -> None:
    assert door.telegram({"update_id": 1, "x": "y" * 70_000}).status_code == 413
