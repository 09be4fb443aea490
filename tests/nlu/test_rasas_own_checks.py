"""What Rasa's own tools say about our files: `rasa data validate` and `rasa test core` on the stories."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest
import yaml

from providers.engine import Command, Engine
from tests.nlu.conftest import ROOT

pytestmark = [pytest.mark.engine, pytest.mark.xdist_group("engine")]

# Only we send these, and never as words, so there is nothing to teach.
WITHOUT_PHRASES = {"tap", "share_location", "send_media"}


def test_rasa_finds_nothing_to_complain_about(engine: Engine) -> None:
    said = run(engine.tool("data", "validate", "--domain", "nlu", "--data", "nlu", "--fail-on-warnings"))
    assert (
        set(re.findall(r"The intent '(\w+)' is listed in the domain file, but is not found", said)) == WITHOUT_PHRASES
    )
    assert said.count("UserWarning") == len(WITHOUT_PHRASES)


def test_the_stories_come_out_as_written(engine: Engine, tmp_path: Path) -> None:
    stories = engine.tool("test", "core", "--stories", "tests/stories", "--model", str(engine.model))
    stories.argv.extend(["--out", str(tmp_path), "--no-plot", "--fail-on-prediction-errors"])
    run(stories)
    assert (tmp_path / "failed_test_stories.yml").read_text().strip() == "# None of the test stories failed - all good!"


def test_every_intent_is_in_a_story() -> None:
    """A story nobody wrote cannot fail: with none about other offers, their rule could break unnoticed."""
    stories = yaml.safe_load((ROOT / "tests/stories/test_conversations.yml").read_text())["stories"]
    told = {step["intent"] for story in stories for step in story["steps"] if "intent" in step}
    domains = [yaml.safe_load(path.read_text()) for path in ROOT.glob("nlu/*/domain.yml")]
    assert told == {intent for domain in domains for intent in domain.get("intents") or []} | {"nlu_fallback"}


def run(command: Command) -> str:
    """Everything the tool said, when it ended well."""
    done = subprocess.run(
        command.argv, cwd=command.folder, env=command.environment, capture_output=True, text=True, check=False
    )
    said = done.stdout + done.stderr
    assert done.returncode == 0, said[-3000:]
    return said
