"""Remembers for which migrations the database was last prepared, so that the next start need not wait to find out."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Final

from core.settings import Settings

_MIGRATIONS: Final = Path(__file__).resolve().parent.parent / "models" / "migrations" / "versions"


def is_prepared(settings: Settings) -> bool:
    """Whether this database had all of today's migrations when it was last looked at."""
    seen = settings.home / "prepared.txt"
    return seen.exists() and seen.read_text() == _fingerprint(settings)


def remember_prepared(settings: Settings) -> None:
    """Say so after the migrations have run."""
    (settings.home / "prepared.txt").write_text(_fingerprint(settings))


def _fingerprint(settings: Settings) -> str:
    facts = [settings.database_url, str(settings.atithi_debug), *sorted(path.name for path in _MIGRATIONS.glob("*.py"))]
    return hashlib.sha256("\n".join(facts).encode()).hexdigest()
