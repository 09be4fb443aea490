"""Every test starts from nothing of this machine: its own database, its own folder, none of your settings."""

from __future__ import annotations

import os
import secrets
import shutil
import tempfile
from pathlib import Path

import pytest

from core.settings import Settings
from providers.embedded import EmbeddedPostgres
from tests.fixtures import RUN_FOLDER

pytest_plugins = [
    "tests.fixtures.browser",
    "tests.fixtures.clock",
    "tests.fixtures.database",
    "tests.fixtures.redis",
    "tests.fixtures.stack",
    "tests.fixtures.talk",
]


def pytest_configure(config: pytest.Config) -> None:
    """Forget the developer's settings; name the folder that all workers of this run share."""
    for name in Settings.model_fields:
        os.environ.pop(name.upper(), None)
    Settings.model_config["env_file"] = None
    if not hasattr(config, "workerinput"):
        os.environ[RUN_FOLDER] = str(Path(tempfile.gettempdir()) / f"atithi-tests-{secrets.token_hex(4)}")


def pytest_unconfigure(config: pytest.Config) -> None:
    """Leave nothing behind."""
    folder = Path(os.environ[RUN_FOLDER])
    if not hasattr(config, "workerinput") and folder.exists():
        EmbeddedPostgres(folder, durable=False).stop()
        shutil.rmtree(folder)
