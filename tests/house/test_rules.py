"""The rules of the house, made executable. Each says why in one sentence."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Final

import pytest

from core.settings import Settings
from jobs.doctor import table_of_settings

ROOT: Final = Path(__file__).resolve().parent.parent.parent
OURS: Final = ("api", "bot", "core", "jobs", "models", "providers", "webhooks")
LONGEST_FILE: Final = 450  # we aim at 300; tables of words may be longer
SHORTEST_REASON: Final = 4
LOCKS: Final = (
    "requirements.txt",
    "requirements-dev.txt",
    "requirements-node.txt",
    "requirements-uv.txt",
    "nlu/requirements.lock",
)


@cache
def committed() -> list[Path]:
    """Every file that is, or is about to be, in the repository."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
    )
    return [ROOT / name for name in listed.stdout.splitlines() if (ROOT / name).is_file()]


def python_files(*folders: str) -> list[Path]:
    """The Python files of some folders at the root."""
    return [path for path in committed() if path.suffix == ".py" and path.relative_to(ROOT).parts[0] in folders]


def text_files() -> Iterator[tuple[Path, str]]:
    """Every file a person could read."""
    for path in committed():
        try:
            yield path, path.read_text()
        except UnicodeDecodeError:
            continue


def shown(path: Path, line: int | None = None) -> str:
    """A place as an editor finds it."""
    return f"{path.relative_to(ROOT)}{'' if line is None else f':{line}'}"


def calls(path: Path) -> Iterator[tuple[int, str]]:
    """Line and dotted name of everything a file calls."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Call):
            yield node.lineno, ast.unparse(node.func)


def test_only_the_clock_looks_at_the_time() -> None:
    """Whoever is told the time can be tested at any time, and a demo can move it."""
    asks = re.compile(r"(^|\.)(datetime\.(now|utcnow|today)|date\.today|time\.time|time\.time_ns)$")
    found = [
        shown(path, line)
        for path in python_files(*OURS)
        if path != ROOT / "core" / "clock.py"
        for line, name in calls(path)
        if asks.search(name)
    ]
    assert found == []


def test_only_the_unit_of_work_commits() -> None:
    """What belongs together is committed together, at the door."""
    found = [
        shown(path, line)
        for path in python_files(*OURS)
        if path != ROOT / "core" / "unit_of_work.py"
        for line, name in calls(path)
        if name.endswith(".commit")
    ]
    assert found == []


def test_nouns_need_nothing_but_python_and_sqlalchemy() -> None:
    """So that every other part may use them."""
    found = []
    for path in python_files("models"):
        allowed = {"models", "sqlalchemy", *sys.stdlib_module_names}
        if "migrations" in path.parts or path.name == "migrate.py":
            allowed.add("alembic")
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Import):
                names = [alias.name for alias in node.names]
            elif isinstance(node, ast.ImportFrom) and not node.level:
                names = [node.module or ""]
            else:
                continue
            found += [shown(path, node.lineno) for name in names if name.split(".")[0] not in allowed]
    assert found == []


def test_every_setting_is_explained() -> None:
    """docs/settings.md carries the table that `atithi doctor --settings-table` prints."""
    assert table_of_settings() in (ROOT / "docs" / "settings.md").read_text()


def test_the_example_settings_are_settings() -> None:
    """.env.example names only what the product reads, and every key of a provider."""
    lines = (ROOT / ".env.example").read_text().splitlines()
    named = {match[1] for line in lines if (match := re.match(r"#? ?([A-Z][A-Z_]+)=", line))}
    known = {name.upper() for name in Settings.model_fields}
    assert named - known == {"DATABASE_PASSWORD"}  # read by docker-compose.yml only
    assert {name for name in known if name.startswith(("TWILIO", "TELEGRAM", "RAZORPAY"))} - named == set()


def test_no_file_names_a_machine() -> None:
    """A path or an address of the machine where it was written helps nobody else."""
    machine = re.compile(r"(?<![\w.~-])/(work/|root/|home/[a-z]|Users/|opt/(wheels|pypi))|\.\./shared|/tmp/atithi/")
    here = Path(__file__)
    found = [
        shown(path, number)
        for path, text in text_files()
        if path != here
        for number, line in enumerate(text.splitlines(), 1)
        if machine.search(line)
    ]
    assert found == []


@pytest.mark.parametrize(
    "lock", ["requirements.txt", "requirements-dev.txt", "requirements-uv.txt", "nlu/requirements.lock"]
)
def test_lock_files_have_hashes_and_no_addresses(lock: str) -> None:
    """The same libraries for everybody, from wherever each one gets them."""
    text = (ROOT / lock).read_text()
    pins = re.findall(r"^[a-z0-9._\[\]-]+==\S+.*$", text, re.IGNORECASE | re.MULTILINE)
    assert pins
    assert [pin for pin in pins if not pin.endswith("\\")] == []
    assert "://" not in text


def test_no_npm_lock_carries_addresses() -> None:
    """The same for the dashboard."""
    found = [
        shown(path)
        for path in committed()
        if path.name == "package-lock.json" and re.search(r'"resolved": "https?:', path.read_text())
    ]
    assert found == []


def test_every_make_target_says_what_it_does() -> None:
    """`make help` is the first thing a newcomer types."""
    makefile = (ROOT / "Makefile").read_text()
    targets = set(re.findall(r"^([a-z][a-z-]*):", makefile, re.MULTILINE))
    explained = set(re.findall(r"^([a-z][a-z-]*):[^#\n]*## [A-Z].+\.$", makefile, re.MULTILINE))
    assert targets - explained == set()
    assert {"setup", "demo", "test", "check", "train", "bench", "chaos", "dashboard", "help"} <= targets


def test_a_silenced_check_says_why() -> None:
    """A bare `noqa` or `type: ignore` hides what the next reader has to know; the reason stands behind it or above."""
    codes = r"(:\s*[A-Z]+\d+(,\s*[A-Z]+\d+)*|\[[\w, -]+\])?"
    silenced = re.compile(rf"#\s*(noqa|type:\s*ignore){codes}(?P<reason>.*)$")
    found = []
    for path in committed():
        if path.suffix != ".py" or path == Path(__file__):
            continue
        explained = False  # by a comment above, or by the reason of the same silence one line up
        for number, line in enumerate(path.read_text().splitlines(), 1):
            match = silenced.search(line)
            if match is None:
                explained = line.strip().startswith("#")
                continue
            explained = explained or len(match["reason"].strip(" -#()")) >= SHORTEST_REASON
            if not explained:
                found.append(shown(path, number))
    assert found == []


def test_no_test_is_put_aside() -> None:
    """A test that does not run proves nothing; the few that cannot run everywhere say where they can."""
    aside = re.compile(r"mark\.(skip|xfail)\b|pytest\.(skip|xfail)\(")
    found = [
        shown(path, number)
        for path in python_files("tests")
        if path != Path(__file__)
        for number, line in enumerate(path.read_text().splitlines(), 1)
        if aside.search(line) and "reason=" not in line
    ]
    assert found == []


def test_no_file_has_grown_too_long() -> None:
    """A file somebody has to scroll through holds more than one decision."""
    found = {
        shown(path): lines
        for path in python_files(*OURS, "sandbox")
        if "versions" not in path.parts and (lines := len(path.read_text().splitlines())) > LONGEST_FILE
    }
    assert found == {}
