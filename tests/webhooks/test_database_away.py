"""Twilio brings a message once: a database that is just starting again must not cost a guest theirs."""

from __future__ import annotations

import os
import signal
import tempfile
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from core.settings import Settings
from jobs.web import create_app
from providers.embedded import EmbeddedPostgres
from providers.house import open_house
from tests.fixtures.clock import StillClock
from tests.fixtures.database import clone, ensure_template
from tests.fixtures.serving import served
from tests.webhooks.conftest import PUBLIC, Door, connect_two, payload

pytestmark = pytest.mark.processes


@pytest.fixture
def mortal() -> Iterator[EmbeddedPostgres]:
    """A server of its own, because it is killed."""
    with tempfile.TemporaryDirectory(prefix="atithi-mortal-") as name:
        folder = Path(name)
        folder.chmod(0o755)
        server = EmbeddedPostgres(folder)
        server.start()
        try:
            ensure_template(server)
            yield server
        finally:
            server.stop()


def test_a_message_that_comes_while_the_database_restarts_is_taken_once(
    mortal: EmbeddedPostgres, tmp_path: Path
) -> None:
    settings = Settings(atithi_home=tmp_path, public_base_url=PUBLIC)
    with clone(mortal) as database:
        house = open_house(settings, database.engine, clock=StillClock())
        connect_two(house)
        with served(create_app(house)) as http:
            door = Door(httpx.Client(base_url=http.base_url, timeout=30, trust_env=False), house)
            door.twilio(payload("twilio/whatsapp_text", MessageSid="SM" + "1" * 32))
            os.kill(_postmaster(mortal), signal.SIGKILL)
            answer = door.twilio(payload("twilio/whatsapp_text", MessageSid="SM" + "2" * 32))
            door.http.close()
            assert answer.status_code == 200
            mortal.start()  # the old connections may have outlived their server: wait for the new one
            assert [entry.event_id[:4] for entry in door.inbox()] == ["SM11", "SM22"]


def _postmaster(server: EmbeddedPostgres) -> int:
    return int((server.folder / "data" / "postmaster.pid").read_text().split()[0])
