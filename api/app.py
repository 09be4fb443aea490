"""What runs here and how it does: for people, for load balancers and for Prometheus."""

from __future__ import annotations

from typing import Final

from fastapi import APIRouter, HTTPException, Response
from fastapi.responses import HTMLResponse, PlainTextResponse, RedirectResponse
from sqlalchemy.exc import SQLAlchemyError

from api.front import front_page
from api.metrics import exposition
from models.base import Json
from models.migrate import is_at_head
from providers.house import Here, House
from providers.rasa import RasaEngine, engine_urls

router = APIRouter(tags=["operations"])

_CHECKED_S: Final = 1.0


@router.get("/healthz")
def alive() -> Json:
    """This process answers."""
    return {"ok": True}


@router.get("/readyz")
def ready(house: Here, response: Response) -> Json:
    """The database is there and at the newest schema; the language engine may still be loading."""
    database = _database(house)
    if database != "ready":
        response.status_code = 503
    return {"ready": database == "ready", "database": database, "engine": "ready" if _engine(house) else "loading"}


@router.get("/metrics", response_class=PlainTextResponse)
def metrics(house: Here) -> Response:
    """Figures in the form Prometheus reads."""
    return exposition(house.engine, now=house.clock.now())


@router.get("/sandbox", include_in_schema=False)
def sandbox(house: Here) -> Response:
    """Where the demo's phones are."""
    if not house.settings.sandbox_url:
        raise HTTPException(404, "no sandbox is configured")
    return RedirectResponse(house.settings.sandbox_url)


@router.get("/", include_in_schema=False)
def front(house: Here) -> Response:
    """A page that says what this is and whether it is running."""
    return HTMLResponse(front_page(_database(house), engine=_engine(house), sandbox=bool(house.settings.sandbox_url)))


def _database(house: House) -> str:
    try:
        with house.engine.connect() as connection:
            return "ready" if is_at_head(connection) else "an older schema: run `atithi migrate`"
    except SQLAlchemyError:
        return "unreachable"


def _engine(house: House) -> bool:
    engine = RasaEngine(engine_urls(house.settings), "", timeout=_CHECKED_S)
    try:
        return engine.is_ready()
    finally:
        engine.close()
