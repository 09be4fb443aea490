"""The language engine's own environment and model: built once, kept under ``var/``, started as a process.

Rasa needs Python 3.10 and old libraries, so it lives apart from the rest and is only ever started, never imported.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from providers.leash import leashed

PYTHON = "3.10"
_MODELS_KEPT = 8
# What the model is made from. The door (channel, tracker store) may change without a new training.
MODEL_FILES = (
    "config.yml",
    "nlu/requirements.lock",
    "nlu/*/domain.yml",
    "nlu/*/nlu.yml",
    "nlu/*/rules.yml",
    "nlu/engine/importer.py",
    "nlu/engine/pipeline/*.*",
)
# Rasa's training has no total to count to; these are the stages a person can watch go by.
STAGES = (
    (re.compile(r"Starting to train component 'RulePolicy'"), "learning the rules"),
    (re.compile(r"Starting to train component '(?!RulePolicy)"), "learning the phrases"),
    (re.compile(r"model is trained and saved"), "packing the model"),
)

type Show = Callable[[str], None]


class EngineError(Exception):
    """The engine could not be made ready; the message says what a person can do."""


@dataclass(frozen=True)
class Command:
    """A process to start: what to run, with which environment, where."""

    argv: list[str]
    environment: dict[str, str]
    folder: Path


@dataclass(frozen=True)
class Engine:
    """The engine of one checkout (``root``), with what it builds kept under ``home`` (``var/``)."""

    root: Path
    home: Path

    @property
    def folder(self) -> Path:
        """Where Rasa's Python environment lives."""
        return self.home / "engine"

    @property
    def models(self) -> Path:
        """Where trained models are kept, one file each."""
        return self.home / "models"

    @property
    def model(self) -> Path:
        """The model that belongs to the files as they are now, whether trained yet or not."""
        return self.models / f"{self.fingerprint()}.tar.gz"

    def fingerprint(self) -> str:
        """Say in a short word what the model would be made from: any change to it is another word."""
        seen = hashlib.sha256()
        for pattern in MODEL_FILES:
            for path in sorted(self.root.glob(pattern)):
                seen.update(f"{path.relative_to(self.root)}\0{path.stat().st_size}\0".encode())
                seen.update(path.read_bytes())
        return seen.hexdigest()[:16]

    def is_ready(self) -> bool:
        """Whether a start needs neither an installation nor a training."""
        return self._installed() and self.model.exists()

    def ensure_environment(self, show: Show = print) -> Path:
        """Install Rasa as locked, unless it is; returns its folder. A half-done installation is done again."""
        if self._installed():
            return self.folder
        with _only_one(self.home / "engine.lock"):
            if self._installed():
                return self.folder
            show(f"Installing the language engine (Python {PYTHON}, about 1.7 GB, once) …")
            stamp, uv = self._stamp(), self._uv()
            whole = stamp.exists() and (self.folder / "bin" / "python").exists()
            stamp.unlink(missing_ok=True)
            if not whole:
                self._run([uv, "venv", "--quiet", "--clear", "--python", PYTHON, str(self.folder)])
            # Only what differs is exchanged; an engine that runs meanwhile keeps what it has loaded.
            self._run([uv, "pip", "sync", "--quiet", "nlu/requirements.lock"], VIRTUAL_ENV=str(self.folder))
            stamp.write_text(self._lock_hash())
            show("The language engine is installed.")
        return self.folder

    def train(self, show: Show | None = None) -> Path:
        """Train the model unless these very files were trained before; returns the model's file."""
        show = show or _progress()
        if self.model.exists():
            show("The language model is up to date.")
            return self.model
        self.ensure_environment(show)
        with _only_one(self.models / ".lock"):
            while not (model := self.model).exists():  # another process may have trained it while we waited
                for stale in self.models.glob(".training-*"):  # what a killed training left
                    shutil.rmtree(stale, ignore_errors=True)
                with tempfile.TemporaryDirectory(prefix=".training-", dir=self.models) as scratch:
                    self._train_into(Path(scratch), show)
                    if self.model == model:  # else somebody edited a file meanwhile, and it is trained again
                        # One rename: the model is either whole under its name or not there.
                        (Path(scratch) / "model.tar.gz").replace(model)
                        self._forget_old_models()
        return model

    def _forget_old_models(self) -> None:
        """A handful is kept: going back to an earlier state of the files then needs no training."""
        newest_first = sorted(self.models.glob("*.tar.gz"), key=lambda path: path.stat().st_mtime, reverse=True)
        for old in newest_first[_MODELS_KEPT:]:
            old.unlink(missing_ok=True)

    def serve(self, *, port: int, actions_url: str, token: str, model: Path | None = None) -> Command:
        """Say how to start Rasa on loopback with the trained model."""
        argv = [str(self.folder / "bin" / "python"), "-m", "rasa", "run", "-i", "127.0.0.1", "-p", str(port)]
        argv += ["--model", str(model or self.model)]
        argv += ["--endpoints", "nlu/endpoints.yml", "--credentials", "nlu/credentials.yml"]
        environment = self._environment(ACTION_ENDPOINT_URL=actions_url, ENGINE_TOKEN=token)
        return Command(argv, environment, self.root)

    def tool(self, *arguments: str) -> Command:
        """Say how to run one of Rasa's own tools (``rasa data validate``, ``rasa test``) on these files."""
        python = str(self.folder / "bin" / "python")
        return Command([python, "-m", "rasa", *arguments], self._environment(), self.root)

    def _train_into(self, scratch: Path, show: Show) -> None:
        """Run the training, telling its stages; its full output is shown only when it fails."""
        command = self.tool("train", "--domain", "nlu", "--data", "nlu", "--out", str(scratch))
        command.argv.extend(["--fixed-model-name", "model", "--skip-validation"])
        command.environment["RASA_CACHE_DIRECTORY"] = str(scratch / "cache")
        started = time.monotonic()
        log: list[str] = []
        show("Training the language model (about half a minute, once) …")
        show("     0 s  starting Rasa, reading the phrases and rules")
        with subprocess.Popen(
            leashed(command.argv),
            cwd=command.folder,
            env=command.environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
        ) as process:
            try:
                for stage in _stages(process, log):
                    show(f"  {time.monotonic() - started:4.0f} s  {stage}")
            except BaseException:
                process.kill()
                raise
        if process.returncode != 0 or not (scratch / "model.tar.gz").exists():
            sentence = "The language model could not be trained. Rasa said:\n" + "".join(log[-30:])
            raise EngineError(sentence)
        show(f"The language model is trained ({time.monotonic() - started:.0f} s).")

    def _environment(self, **more: str) -> dict[str, str]:
        """Build what every Rasa process of ours needs to know, and nothing of the product's secrets."""
        kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG", "TMPDIR", "TZ") if name in os.environ}
        return kept | ENVIRONMENT | {"PYTHONPATH": str(self.root)} | more

    def _installed(self) -> bool:
        stamp = self._stamp()
        return stamp.exists() and stamp.read_text() == self._lock_hash()

    def _stamp(self) -> Path:
        return self.folder / "installed.sha256"

    def _lock_hash(self) -> str:
        return hashlib.sha256((self.root / "nlu" / "requirements.lock").read_bytes()).hexdigest()

    def _uv(self) -> str:
        private = self.root / ".uv" / "bin" / "uv"
        found = str(private) if private.exists() else shutil.which("uv")
        if not found:
            sentence = "uv is missing: run `make setup` first."
            raise EngineError(sentence)
        return found

    def _run(self, argv: list[str], **environment: str) -> None:
        done = subprocess.run(
            argv, cwd=self.root, env=os.environ | environment, capture_output=True, text=True, check=False
        )
        if done.returncode != 0:
            sentence = f"The language engine could not be installed:\n{done.stderr.strip()}"
            raise EngineError(sentence)


ENVIRONMENT = {
    "RASA_TELEMETRY_ENABLED": "false",
    "TF_CPP_MIN_LOG_LEVEL": "2",
    "SQLALCHEMY_SILENCE_UBER_WARNING": "1",
    "PYTHONWARNINGS": "ignore",
    "PYTHONUNBUFFERED": "1",
    # TensorFlow is only imported, never used: more threads would only hold memory.
    "TF_INTER_OP_PARALLELISM_THREADS": "1",
    "TF_INTRA_OP_PARALLELISM_THREADS": "1",
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "MALLOC_ARENA_MAX": "2",
}


def _stages(process: subprocess.Popen[str], log: list[str]) -> Iterator[str]:
    """Read the training's output and name each stage once, as it begins."""
    ahead = dict(STAGES)
    for line in process.stdout or ():
        log.append(line)
        begun = [sign for sign in ahead if sign.search(line)]
        yield from map(ahead.pop, begun)


def _progress() -> Show:
    """Tell a person the progress on the terminal's error stream, so that output stays clean."""
    return lambda sentence: print(sentence, file=sys.stderr, flush=True)  # noqa: T201 - this is the display


@contextmanager
def _only_one(path: Path) -> Iterator[None]:
    """Let one process at a time do it; the kernel lets go when the process dies."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield
