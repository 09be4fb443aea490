"""Twilio brings a message once and Meta again only later: a database that starts again must not cost a guest theirs."""

from __future__ import annotations

import os
import signal
import tempfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx
import pytest
from sqlalchemy import create_engine
from sqlalchemy.exc import OperationalError

from core.settings import Settings
from jobs.web import create_app
from models.messaging import InboxEntry
from providers.embedded import EmbeddedPostgres
from providers.house import open_house
from tests.fixtures.clock import StillClock
from tests.fixtures.database import Database, clone, ensure_template
from tests.fixtures.serving import served
from tests.fixtures.waiting import eventually
from tests.webhooks.conftest import PUBLIC, Door, connect_two, payload
from tests.webhooks.meta import connect_meta, post

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
            connect_meta(door)
            door.twilio(payload("twilio/whatsapp_text", MessageSid="SM" + "1" * 32))
            post(door, payload("meta/status_delivered"))  # both doors know their keys by now
            os.kill(_postmaster(mortal), signal.SIGKILL)
            with ThreadPoolExecutor(2) as both:
                by_twilio = both.submit(door.twilio, payload("twilio/whatsapp_text", MessageSid="SM" + "2" * 32))
                by_meta = both.submit(post, door, payload("meta/text"))
                assert (by_twilio.result().status_code, by_meta.result().status_code) == (200, 200)
            door.http.close()
            mortal.start()  # the old connections may have outlived their server: wait for the new one
            kept = eventually(lambda: _unless_starting(door))
            assert sorted(entry.event_id[:4] for entry in kept) == ["SM11", "SM22", "wami"]


def test_while_the_database_is_stopped_nothing_is_acknowledged_and_what_is_brought_again_is_taken_once(
    mortal: EmbeddedPostgres, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("webhooks.patience._PATIENCE_S", 0.0)  # it is away for longer than anybody waits
    with clone(mortal) as database:
        house = open_house(Settings(atithi_home=tmp_path, public_base_url=PUBLIC), database.engine, clock=StillClock())
        connect_two(house)
        with served(create_app(house)) as http:
            door = Door(httpx.Client(base_url=http.base_url, timeout=120, trust_env=False), house)
            door.twilio(payload("twilio/whatsapp_text", MessageSid="SM" + "1" * 32))
            mortal.stop()
            late = payload("twilio/whatsapp_text", MessageSid="SM" + "2" * 32)
            refused = [door.twilio(late).status_code for _ in range(3)]
            assert refused == [httpx.codes.SERVICE_UNAVAILABLE] * 3
            mortal.start()
            assert [door.twilio(late).status_code for _ in range(2)] == [httpx.codes.OK] * 2
            assert sorted(entry.event_id[:4] for entry in door.inbox()) == ["SM11", "SM22"]
            door.http.close()


def test_a_message_that_finds_every_connection_taken_waits_for_one(database: Database, tmp_path: Path) -> None:
    one = create_engine(database.url, pool_size=1, max_overflow=0, pool_timeout=0.05)
    house = open_house(Settings(atithi_home=tmp_path, public_base_url=PUBLIC), one, clock=StillClock())
    connect_two(house)
    with served(create_app(house)) as http, ThreadPoolExecutor(1) as other:
        door = Door(httpx.Client(base_url=http.base_url, timeout=30, trust_env=False), house)
        door.twilio(payload("twilio/whatsapp_text", MessageSid="SM" + "1" * 32))  # the door knows its keys by now
        with one.connect():
            message = other.submit(door.twilio, payload("twilio/whatsapp_text", MessageSid="SM" + "2" * 32))
            told = door.twilio(payload("twilio/status_delivered"), "/webhooks/twilio/status?m=1")
            assert told.status_code == httpx.codes.SERVICE_UNAVAILABLE
        assert message.result().status_code == httpx.codes.OK
        assert len(door.inbox()) == 2
        door.http.close()
    house.close()


def _unless_starting(door: Door) -> list[InboxEntry]:
    """What has been recorded; nothing while the server recovers."""
    try:
        return door.inbox()
    except OperationalError:
        return []


def _postmaster(server: EmbeddedPostgres) -> int:
    return int((server.folder / "data" / "postmaster.pid").read_text().split()[0])
