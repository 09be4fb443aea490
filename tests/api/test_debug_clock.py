"""The clock of a demo: both worlds tell and move it in the same words."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from fastapi import FastAPI

import api.debug
from core.settings import Settings
from providers.embedded import EmbeddedPostgres
from providers.house import open_house
from tests.fixtures.database import clone
from tests.fixtures.serving import served


@pytest.mark.parametrize("step", ["PT21M", 1260])
def test_the_answer_already_tells_the_new_time(postgres: EmbeddedPostgres, tmp_path: Path, step: str | int) -> None:
    settings = Settings(atithi_home=tmp_path, public_base_url="http://desk.example", atithi_debug=True)
    with clone(postgres) as database:
        house = open_house(settings, database.engine)
        app = FastAPI()
        app.state.house = house
        app.include_router(api.debug.router)
        with served(app) as client:
            assert client.get("/debug/clock").json()["offset_seconds"] == 0
            moved = client.post("/debug/clock", json={"advance": step}).json()
            assert moved["offset_seconds"] == 1260
            ahead = datetime.fromisoformat(moved["now"]) - datetime.now(UTC)
            assert timedelta(minutes=20) < ahead <= timedelta(minutes=21)
            assert client.get("/debug/clock").json()["offset_seconds"] == 1260
        house.close()
