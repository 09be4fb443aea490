"""The web door: webhooks, the guests' own pages, the API and the pages of health, in one application."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final

from fastapi import FastAPI

import api.app
import api.cards
import api.debug
import api.invoices
import api.pay
import api.recordings
import webhooks.app
from core.log import configure
from core.settings import load
from providers.house import House, open_house
from webhooks.patience import wait_at_the_door
from webhooks.twilio import TwilioDoor

_MAX_BODY: Final = 1024 * 1024


def create_app(house: House) -> FastAPI:
    """The application over one house."""

    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
        yield
        house.close()

    app = FastAPI(title="Atithi", version="1", lifespan=lifespan, max_body_size=_MAX_BODY)
    app.state.house = house
    app.add_middleware(TwilioDoor, house=house)
    wait_at_the_door(app)
    cards = (api.cards.router, api.invoices.router, api.recordings.router)
    pages = (api.app.router, api.pay.router, *cards, api.debug.router)
    for router in (*pages, *webhooks.app.routers):
        app.include_router(router)
    return app


def app_from_settings() -> FastAPI:
    """What `atithi up` serves on the public port."""
    configure(process="web")
    return create_app(open_house(load()))
