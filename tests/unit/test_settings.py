"""Settings are read from the environment and from a file whose lines need not all be filled in."""

from __future__ import annotations

from pathlib import Path

import pytest

from core.settings import Settings


def test_a_line_that_is_not_filled_in_changes_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    lines = ("PUBLIC_BASE_URL=", "ATITHI_WEB_PORT=", "BURST_SECONDS=", "RAZORPAY_KEY_ID=", "ATITHI_HOME=")
    file = tmp_path / "an.env"
    file.write_text("\n".join(lines))
    for line in lines:
        monkeypatch.delenv(line.rstrip("="), raising=False)
    read, untouched = Settings(_env_file=file), Settings(_env_file=None)
    assert read == untouched
    assert str(read.atithi_home) == "var"


def test_an_empty_variable_does_not_hide_what_the_file_says(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "an.env"
    file.write_text("ATITHI_WEB_PORT=8123\n")
    monkeypatch.setenv("ATITHI_WEB_PORT", "")
    assert Settings(_env_file=file).atithi_web_port == 8123
