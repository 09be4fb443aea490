"""Many guests at the same instant, each with a connection of their own."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor

from sqlalchemy.orm import Session

from core.errors import AtithiError
from core.unit_of_work import engine_for


def rush[Given, Done](url: str, work: Callable[[Session, Given], Done], given: Sequence[Given]) -> list[Done | str]:
    """Let everybody start at once; what each achieved, or the code of what they were told.

    Whatever is not an error of the house's own (a deadlock, a broken constraint) comes through and fails the test.
    """
    engine = engine_for(url, pool_size=len(given))
    start = threading.Barrier(len(given))

    def one(mine: Given) -> Done | str:
        with Session(engine, expire_on_commit=False) as session:
            session.connection()
            start.wait()
            try:
                done = work(session, mine)
            except AtithiError as refused:
                session.rollback()
                return refused.code
            session.commit()
            return done

    try:
        with ThreadPoolExecutor(len(given)) as guests:
            return list(guests.map(one, given))
    finally:
        engine.dispose()
