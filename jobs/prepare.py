"""Before anything opens: the newest schema, and in a demo the sample properties, the keys from the environment."""

from __future__ import annotations

from core.clock import clock_for
from core.log import configure, get_logger
from core.settings import load
from core.unit_of_work import engine_for, unit_of_work
from jobs.accounts import fill_first_account
from jobs.schema_seen import remember_prepared
from jobs.seed import seed_if_empty
from models.migrate import upgrade
from providers.embedded import database_url


def main() -> None:
    """Bring the database to where the code expects it."""
    configure(process="prepare")
    settings = load()
    engine = engine_for(database_url(settings))
    upgrade(engine)
    now = clock_for(engine, debug=settings.atithi_debug).now()
    if settings.atithi_debug:
        seed_if_empty(engine, now=now)
    with unit_of_work(engine) as session:
        fill_first_account(session, settings, now=now)
    engine.dispose()
    remember_prepared(settings)
    get_logger().info("database_ready")


if __name__ == "__main__":
    main()
