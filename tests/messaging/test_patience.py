"""A turn nobody answers: it waits while nobody is there, the guest is told once, and what fails by itself is ended."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from core.messaging.heard import Heard
from core.messaging.inbox import IncomingEvent, record_once
from core.settings import Settings
from core.unit_of_work import unit_of_work
from jobs.turns import Turns
from models.conversation import Turn
from models.messaging import InboxEntry, Message
from models.states import InboxState, Provider, TurnState
from providers.house import open_house
from providers.rasa import RasaEngine
from tests.builders.houses import a_guest, a_hotel
from tests.fixtures.clock import StillClock
from tests.fixtures.database import Database

PATIENCE = timedelta(seconds=120)
A_MINUTE = timedelta(minutes=1)


@dataclass
class Waiting:
    """One guest who has written, the worker, and a language engine that answers with the same status every time."""

    clock: StillClock
    database: Database
    turns: Turns
    status: int

    def turn(self) -> Turn:
        """How the turn stands."""
        with Session(self.database.engine) as session:
            return session.scalars(select(Turn)).one()

    def entry(self) -> InboxEntry:
        """What the guest sent."""
        with Session(self.database.engine) as session:
            return session.scalars(select(InboxEntry)).one()

    def apologies(self) -> int:
        """How often the guest was told that the desk cannot answer just now."""
        with Session(self.database.engine) as session:
            return len(session.scalars(select(Message).where(Message.reply == "desk_down")).all())

    def try_for(self, time: timedelta) -> None:
        """Time passes, and the worker looks again and again."""
        until = self.clock.now() + time
        while self.clock.now() < until:
            self.clock.advance(min(timedelta(seconds=20), until - self.clock.now()))
            self.turns.take_again()


@pytest.fixture
def waiting(database: Database, clock: StillClock, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Waiting]:
    """The guest has written and the first try is over."""

    class Engine(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["content-length"]))
            self.send_response(here.status)
            self.send_header("content-length", "0")
            self.end_headers()

        def log_message(self, *_arguments: object) -> None:
            """Say nothing."""

    with unit_of_work(database.engine) as session:
        hotel = a_hotel(session, now=clock.now())
        guest = a_guest(session, hotel, now=clock.now())
        event = IncomingEvent(
            account_id=hotel.account_id,
            provider=Provider.TWILIO,
            event_id="SM1",
            kind="message",
            payload={"heard": Heard("text", "hi", {}).as_json()},
            line_id=hotel.line_id,
            conversation_id=guest.conversation_id,
        )
        record_once(session, event, now=clock.now())
    house = open_house(Settings(atithi_home=tmp_path, burst_seconds=0), database.engine, clock=clock)
    with ThreadingHTTPServer(("127.0.0.1", 0), Engine) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        engine = RasaEngine([f"http://127.0.0.1:{server.server_port}"], "", timeout=30)
        here = Waiting(clock, database, Turns(house, engine), request.param)
        here.turns.take_next()
        yield here
        engine.close()
        server.shutdown()
    house.close()


@pytest.mark.parametrize("waiting", [503], indirect=True)
def test_while_nobody_is_there_the_guest_is_told_once_and_the_turn_goes_on_waiting(waiting: Waiting) -> None:
    waiting.try_for(PATIENCE - A_MINUTE)
    assert (waiting.apologies(), waiting.turn().state) == (0, TurnState.OPEN)
    waiting.try_for(2 * A_MINUTE)
    assert (waiting.apologies(), waiting.turn().state) == (1, TurnState.OPEN)
    waiting.try_for(30 * A_MINUTE)
    assert (waiting.apologies(), waiting.turn().state) == (1, TurnState.OPEN)
    assert waiting.entry().state is InboxState.TAKEN


@pytest.mark.parametrize("waiting", [503], indirect=True)
def test_nobody_waits_longer_than_an_hour(waiting: Waiting) -> None:
    waiting.try_for(62 * A_MINUTE)
    assert (waiting.apologies(), waiting.turn().state) == (1, TurnState.GIVEN_UP)
    assert waiting.entry().state is InboxState.DONE


@pytest.mark.parametrize("waiting", [502], indirect=True)
def test_a_turn_that_fails_by_itself_is_ended_with_a_word_when_patience_is_over(waiting: Waiting) -> None:
    waiting.try_for(PATIENCE - A_MINUTE)
    assert (waiting.apologies(), waiting.turn().state) == (0, TurnState.OPEN)
    waiting.try_for(2 * A_MINUTE)
    assert (waiting.apologies(), waiting.turn().state) == (1, TurnState.GIVEN_UP)
    assert waiting.entry().state is InboxState.DONE


@pytest.mark.parametrize("waiting", [503], indirect=True)
def test_who_waited_long_for_an_engine_that_was_away_is_not_given_up_at_the_first_mishap(waiting: Waiting) -> None:
    waiting.try_for(10 * A_MINUTE)
    waiting.status = 502
    waiting.try_for(timedelta(seconds=20))
    assert waiting.turn().state is TurnState.OPEN
    waiting.try_for(PATIENCE + A_MINUTE)
    assert (waiting.apologies(), waiting.turn().state) == (1, TurnState.GIVEN_UP)
