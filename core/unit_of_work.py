"""The transaction opens and commits here, at the door, and nowhere else."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Engine, create_engine
from sqlalchemy.orm import Session

_POOL_SIZE = 10
_OPTIONS = "-c timezone=UTC -c lock_timeout=5000 -c idle_in_transaction_session_timeout=60000"


def engine_for(url: str, *, pool_size: int = _POOL_SIZE, ping: bool = True, plan_once: bool = False) -> Engine:
    """Connections to the database; a lock nobody gives back in five seconds is an error, not a hang.

    Asking each connection whether it still lives costs a round trip a transaction; who tries again anyway saves it.
    Who asks the same few things all day long has the server plan each once: planning costs more than doing them.
    """
    return create_engine(
        url,
        pool_size=pool_size,
        max_overflow=0,
        pool_use_lifo=True,  # few connections used often know their statements; many used in turn learn each anew
        pool_pre_ping=ping,
        connect_args={
            "options": _OPTIONS + (" -c plan_cache_mode=force_generic_plan" if plan_once else ""),
            "prepare_threshold": 1,
        },
    )


@contextmanager
def unit_of_work(engine: Engine) -> Iterator[Session]:
    """Commit on success, roll everything back on any error."""
    with Session(engine, expire_on_commit=False) as session, session.begin():
        yield session
