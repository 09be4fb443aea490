"""The web door, started plainly."""

from __future__ import annotations

import uvicorn

from core.settings import load
from jobs.web import create_app
from providers.house import open_house


def run() -> None:
    """The web door."""
    settings = load()
    uvicorn.run(create_app(open_house(settings)), port=settings.atithi_web_port, access_log=False, log_config=None)
