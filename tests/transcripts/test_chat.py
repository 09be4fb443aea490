"""`atithi chat --script` plays conversations by the way a real phone's words come, and tells how they ended."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.fixtures.stack import Stack

pytestmark = [pytest.mark.engine, pytest.mark.xdist_group("stack")]


def test_a_script_is_played_and_told(stack: Stack, tmp_path: Path) -> None:
    script = tmp_path / "script.jsonl"
    dialogues = [
        {"id": "stay", "turns": ["room in Udaipur for 2 people from 20 to 22 January", "1", {"tap": "Confirm"}]},
        {"id": "hello", "turns": ["hi", "#!?"]},
    ]
    script.write_text("\n".join(json.dumps(each) for each in dialogues), encoding="utf-8")
    told = [json.loads(line) for line in stack.ask(["chat", "--script", str(script)]).splitlines()]
    assert [each["id"] for each in told] == ["stay", "hello"]
    stay, hello = told
    assert [turn["replies"][-1]["reply"] for turn in stay["turns"]] == ["stay_options", "quote_stay", "stay_held"]
    assert stay["booking"]["status"] == "held"
    assert stay["state"]["asked"] == "payment"
    assert hello["booking"] is None
    assert hello["turns"][0]["replies"][0]["options"][0]["title"] == "Book a room"


def test_a_script_that_is_none_is_refused_with_a_sentence(stack: Stack, tmp_path: Path) -> None:
    script = tmp_path / "script.jsonl"
    script.write_text('{"id": "a", "turns": ["hi"]}\nhello', encoding="utf-8")
    with pytest.raises(AssertionError, match="Line 2 of"):
        stack.ask(["chat", "--script", str(script)])


def test_plain_lines_are_the_messages_of_one_conversation(stack: Stack, tmp_path: Path) -> None:
    script = tmp_path / "evening.txt"
    script.write_text("room in Udaipur for 2 people from 20 to 22 January\n\n#1\n", encoding="utf-8")
    (told,) = [json.loads(line) for line in stack.ask(["chat", "--script", str(script)]).splitlines()]
    assert told["id"] == "evening"
    assert [turn["replies"][-1]["reply"] for turn in told["turns"]] == ["stay_options", "quote_stay"]
