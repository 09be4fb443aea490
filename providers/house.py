"""What every door of this installation needs, made once per process and handed to each request."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Request
from sqlalchemy import Engine

from core.clock import Clock, clock_for
from core.settings import Settings
from core.unit_of_work import engine_for
from providers.embedded import database_url
from providers.registry import Registry


@dataclass(frozen=True, slots=True)
class House:
    """The database, the clock, the settings and the way to the providers."""

    engine: Engine
    clock: Clock
    settings: Settings
    registry: Registry

    def close(self) -> None:
        """Let everything go that holds a connection."""
        self.registry.close()
        self.engine.dispose()


def open_house(
    settings: Settings,
    engine: Engine | None = None,
    *,
    clock: Clock | None = None,
    ping: bool = True,
    plan_once: bool = False,
) -> House:
    """Everything wired from the settings; tests bring their own database and clock."""
    engine = engine or engine_for(database_url(settings), pool_size=20, ping=ping, plan_once=plan_once)
    clock = clock or clock_for(engine, debug=settings.atithi_debug)
    return House(engine, clock, settings, Registry(engine, settings, clock))


def _house_of(request: Request) -> House:
    house: House = request.app.state.house
    return house


# In a route: `def pay(token: str, house: Here) -> Response: ...`
Here = Annotated[House, Depends(_house_of)]
