"""Remembers for which migrations and settings the database was last prepared, so that the next start need not wait."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Final

from pydantic import SecretStr

from core.settings import Settings

_MIGRATIONS: Final = Path(__file__).resolve().parent.parent / "models" / "migrations" / "versions"


def is_prepared(settings: Settings) -> bool:
    """Whether this database had all of today's migrations, and today's keys, when it was last looked at."""
    seen = settings.home / "prepared.txt"
    return seen.exists() and seen.read_text() == _fingerprint(settings)


def remember_prepared(settings: Settings) -> None:
    """Say so after the migrations have run."""
    (settings.home / "prepared.txt").write_text(_fingerprint(settings))


def _fingerprint(settings: Settings) -> str:
    facts = [path.name for path in sorted(_MIGRATIONS.glob("*.py"))]
    facts += [repr(_open(getattr(settings, name))) for name in Settings.model_fields]
    return hashlib.sha256("\n".join(facts).encode()).hexdigest()


def _open(value: object) -> object:
    return value.get_secret_value() if isinstance(value, SecretStr) else value
