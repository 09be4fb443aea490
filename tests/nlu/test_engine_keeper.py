"""The keeper of the engine: trains only when something changed, and never leaves half a model behind.

The training itself is stood in for by a few lines of shell, because these tests interrupt it and run it many times;
every other test here uses what the real one makes.
"""

from __future__ import annotations

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from providers.engine import Engine, EngineError
from tests.fixtures.waiting import eventually
from tests.nlu.conftest import ROOT

# Counts its runs, waits while told to, then writes what `rasa train --out DIR` would.
PYTHON = """#!/bin/sh
echo run >> "{root}/runs"
while [ -e "{root}/wait" ]; do sleep 0.02; done
[ -e "{root}/fail" ] && {{ echo "rules contradict each other"; exit 1; }}
while [ "$1" != "--out" ]; do shift; done
echo model > "$2/model.tar.gz"
"""
FILES = ("config.yml", "nlu/requirements.lock", "nlu/stay/nlu.yml", "nlu/stay/rules.yml", "nlu/stay/domain.yml")


@pytest.fixture
def engine(tmp_path: Path) -> Engine:
    """An engine of its own, installed, with a training that takes no time."""
    for name in FILES:
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"# {name}\n")
    engine = Engine(tmp_path, tmp_path / "var")
    python = engine.folder / "bin" / "python"
    python.parent.mkdir(parents=True)
    python.write_text(PYTHON.format(root=tmp_path))
    python.chmod(0o755)
    (engine.folder / "installed.sha256").write_text(engine._lock_hash())
    return engine


def runs(engine: Engine) -> int:
    """How often it was trained."""
    path = engine.root / "runs"
    return len(path.read_text().splitlines()) if path.exists() else 0


def leftovers(engine: Engine) -> list[str]:
    """What lies beside the finished models."""
    return sorted(path.name for path in engine.models.iterdir() if path.suffix != ".gz" and path.name != ".lock")


def test_a_model_is_trained_once(engine: Engine) -> None:
    said: list[str] = []
    assert not engine.is_ready()
    assert engine.train(said.append) == engine.train(said.append) == engine.model
    assert engine.is_ready()
    assert (runs(engine), said[-1], leftovers(engine)) == (1, "The language model is up to date.", [])


def test_only_a_handful_of_old_models_is_kept(engine: Engine) -> None:
    for number in range(12):
        (engine.root / FILES[0]).write_text(f"# {number}\n")
        engine.train(lambda _said: None)
    kept = list(engine.models.glob("*.tar.gz"))
    assert engine.model in kept
    assert len(kept) == 8


@pytest.mark.parametrize("name", FILES)
def test_any_change_to_what_the_model_reads_is_another_model(engine: Engine, name: str) -> None:
    before = engine.fingerprint()
    (engine.root / name).write_text("# changed\n")
    assert engine.fingerprint() != before


def test_what_the_model_does_not_read_changes_nothing(engine: Engine) -> None:
    before = engine.fingerprint()
    (engine.root / "nlu/stay/responses.en.yml").write_text("# new words\n")
    (engine.root / "nlu/endpoints.yml").write_text("# another door\n")
    assert engine.fingerprint() == before


def test_a_failed_training_says_why_and_leaves_nothing(engine: Engine) -> None:
    (engine.root / "fail").touch()
    with pytest.raises(EngineError, match="rules contradict each other"):
        engine.train(lambda _line: None)
    assert not engine.is_ready()
    assert leftovers(engine) == []


def test_two_trainings_at_once_are_one(engine: Engine) -> None:
    (engine.root / "wait").touch()
    with ThreadPoolExecutor(2) as hands:
        both = [hands.submit(engine.train, lambda _line: None) for _ in range(2)]
        eventually(lambda: runs(engine))
        (engine.root / "wait").unlink()
        assert {future.result() for future in both} == {engine.model}
    assert runs(engine) == 1


def test_files_edited_during_a_training_are_trained_again(engine: Engine) -> None:
    (engine.root / "wait").touch()
    with ThreadPoolExecutor(1) as hand:
        training = hand.submit(engine.train, lambda _line: None)
        eventually(lambda: runs(engine))
        (engine.root / "config.yml").write_text("# edited meanwhile\n")
        (engine.root / "wait").unlink()
        assert training.result() == engine.model
    assert (runs(engine), len(list(engine.models.glob("*.gz")))) == (2, 1)


def test_a_killed_training_leaves_no_model_and_the_next_one_tidies_up(engine: Engine) -> None:
    (engine.root / "wait").touch()
    script = (
        "import sys; from pathlib import Path; from providers.engine import Engine; root = Path(sys.argv[1]);"
        "Engine(root, root / 'var').train()"
    )
    training = subprocess.Popen([sys.executable, "-c", script, str(engine.root)], cwd=ROOT, stderr=subprocess.DEVNULL)
    eventually(lambda: runs(engine))
    training.kill()
    training.wait()
    assert not engine.is_ready()
    (engine.root / "wait").unlink()
    engine.train(lambda _line: None)
    assert (engine.is_ready(), leftovers(engine)) == (True, [])


def test_the_engine_gets_none_of_our_secrets(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RAZORPAY_KEY_SECRET", "secret")
    command = engine.serve(port=5005, actions_url="http://127.0.0.1:8002/webhook", token="shared")
    assert "secret" not in " ".join([*command.environment.values(), *command.argv])
    assert command.environment["ENGINE_TOKEN"] == "shared"
    assert "shared" not in command.argv
    assert command.argv[command.argv.index("-i") + 1] == "127.0.0.1"
