"""`atithi seed`: the sample houses, so that a demo has something to sell."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Annotated, Final

import typer
from sqlalchemy import Engine, func, select

from core.clock import clock_for
from core.settings import load
from core.unit_of_work import engine_for, unit_of_work
from jobs.sample.house import read_business
from jobs.sample.insert import add_business
from jobs.sentences import Refusal
from models.account import Account
from models.migrate import upgrade
from providers.embedded import database_url

SAMPLE_FOLDER: Final = Path(__file__).parent / "sample"
BUSINESSES: Final = ("marigold", "palmgrove")
_ADVISORY_KEY: Final = 7_316_152


def seed_if_empty(engine: Engine, *, now: datetime) -> bool:
    """Put the sample houses into a database without any account; False, and nothing changed, when there is one.

    Two processes that start together do it one after the other, so the second finds it done.
    """
    with unit_of_work(engine) as session:
        session.execute(select(func.pg_advisory_xact_lock(_ADVISORY_KEY)))
        if session.scalar(select(Account.id).limit(1)) is not None:
            return False
        for slug in BUSINESSES:
            add_business(session, read_business(SAMPLE_FOLDER / slug), now=now)
    return True


def command(
    folder: Annotated[
        Path | None, typer.Argument(help="A business of your own, written like jobs/sample/marigold.")
    ] = None,
) -> None:
    """Put the sample houses into an empty database, or a business of your own beside what is there."""
    settings = load()
    engine = engine_for(database_url(settings))
    upgrade(engine)
    now = clock_for(engine, debug=settings.atithi_debug).now()
    try:
        if folder is not None:
            slug = seed_business(engine, folder, now=now)
            print(f"{slug} is in, and on sale.")
        elif seed_if_empty(engine, now=now):
            print("The sample houses are in.")
        else:
            print("There is an account already: nothing was changed.")
    finally:
        engine.dispose()


def seed_business(engine: Engine, folder: Path, *, now: datetime) -> str:
    """Add the business written down in that folder; returns its slug."""
    business = read_business(folder.absolute())
    slug = business.account.slug
    with unit_of_work(engine) as session:
        session.execute(select(func.pg_advisory_xact_lock(_ADVISORY_KEY)))
        if session.scalar(select(Account.id).where(Account.slug == slug)) is not None:
            raise Refusal(f"There is an account {slug} already: nothing was changed.")
        add_business(session, business, now=now)
    return slug
