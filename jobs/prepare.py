"""Before anything opens: the newest schema, and in a demo the sample properties."""

from __future__ import annotations

from core.clock import DebugClockReader
from core.log import configure, get_logger
from core.settings import load
from core.unit_of_work import engine_for
from jobs.seed import seed_if_empty
from models.migrate import upgrade
from providers.embedded import database_url


def main() -> None:
    """Bring the database to where the code expects it."""
    configure(process="prepare")
    settings = load()
    engine = engine_for(database_url(settings))
    upgrade(engine)
    if settings.atithi_debug:
        seed_if_empty(engine, now=DebugClockReader(engine).now())
    engine.dispose()
    get_logger().info("database_ready")


if __name__ == "__main__":
    main()
