"""`atithi migrate`: the newest schema."""

from __future__ import annotations

from core.settings import load
from core.unit_of_work import engine_for
from models.migrate import upgrade
from providers.embedded import database_url


def command() -> None:
    """Bring the database to the newest schema."""
    engine = engine_for(database_url(load()))
    upgrade(engine)
    engine.dispose()
    print("The database is at the newest schema.")
