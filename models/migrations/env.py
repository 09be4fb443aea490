"""Runs the migrations on the connection it is given."""

from __future__ import annotations

from typing import Any, Literal

from alembic import context

from models.base import Instant, Paise
from models.registry import metadata

LOCK_TIMEOUT = "SET lock_timeout = '5s'"


def _is_ours(_object: object, name: str | None, kind: str, *_rest: Any) -> bool:  # noqa: ANN401 - Alembic's own signature
    return not (kind == "table" and name == "alembic_version")


def _plain_type(kind: str, item: Any, _context: Any) -> str | Literal[False]:  # noqa: ANN401 - Alembic's own signature
    """A migration names plain SQL types, so that it never changes with our classes."""
    if kind == "type" and isinstance(item, Instant):
        return "sa.DateTime(timezone=True)"
    if kind == "type" and isinstance(item, Paise):
        return "sa.BigInteger()"
    return False


connection = context.config.attributes["connection"]
context.configure(connection=connection, target_metadata=metadata, include_object=_is_ours, render_item=_plain_type)
with context.begin_transaction():
    connection.exec_driver_sql(LOCK_TIMEOUT)
    context.run_migrations()
