"""Bring a database to the newest schema, and tell whether it is there."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine

from models.registry import metadata

_ADVISORY_KEY = 7_316_151


def _config(connection: Connection | None = None) -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    config.attributes["connection"] = connection
    return config


def upgrade(engine: Engine, to: str = "head") -> None:
    """Run what is missing; two processes starting together do it one after the other."""
    with engine.begin() as connection:
        connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_ADVISORY_KEY})")
        command.upgrade(_config(connection), to)


def downgrade(engine: Engine, to: str = "base") -> None:
    """Take steps back (tests only: a migration that cannot go down is not finished)."""
    with engine.begin() as connection:
        command.downgrade(_config(connection), to)


def is_at_head(connection: Connection) -> bool:
    """Whether the schema is the one this code was written for."""
    head = ScriptDirectory.from_config(_config()).get_current_head()
    return MigrationContext.configure(connection).get_current_revision() == head


def drift(connection: Connection) -> list[object]:
    """What the tables and the migrations disagree on; empty when all is well."""
    return list(compare_metadata(MigrationContext.configure(connection), metadata))


def write(connection: Connection, message: str) -> None:
    """Write the next migration from the difference between the tables and the database."""
    command.revision(_config(connection), message=message, autogenerate=True)
