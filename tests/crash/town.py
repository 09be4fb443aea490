"""A whole small town: the sandbox, a database, and the product's programs as real processes that can be killed."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any, Final

import httpx
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from core.clock import SystemClock, move_ahead
from core.messaging.turns import begin, take_next
from core.unit_of_work import unit_of_work
from jobs.accounts import Given, TwilioGiven, connect
from models.base import Base
from models.booking import Booking
from models.conversation import Conversation, Turn
from models.messaging import InboxEntry, Message
from models.states import InboxState, MessageState, TurnState
from providers.embedded import EmbeddedPostgres
from providers.leash import leashed
from providers.vault import Vault
from sandbox.app import create_app as create_sandbox
from sandbox.settings import DEFAULT_ACCOUNTS
from sandbox.settings import Settings as SandboxSettings
from tests.builders.houses import a_hotel
from tests.crash.engine import action_call
from tests.fixtures.database import clone
from tests.fixtures.serving import served
from tests.fixtures.waiting import eventually

_ROOT: Final = Path(__file__).resolve().parent.parent.parent
_KEYS: Final = DEFAULT_ACCOUNTS[0]
_SECRETS: Final = {"ENGINE_TOKEN": "crash", "ATITHI_SECRET_KEY": "crash", "JWT_SECRET": "crash"}
_ON_THE_WAY: Final = {MessageState.QUEUED, MessageState.SENDING, MessageState.UNKNOWN}


@dataclass
class Town:
    """What runs, and what guests see of it."""

    engine: Engine
    sandbox: httpx.Client
    environment: dict[str, str]
    health: dict[str, str]
    actions: str
    running: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)

    def start(self, program: str, *words: str) -> None:
        """Start a program; one of that name that still runs goes first."""
        self.stop(program)
        command = [sys.executable, "-m", "tests.crash.victim", program, *words]
        self.running[program] = subprocess.Popen(
            leashed(command), cwd=_ROOT, env=self.environment, stdout=subprocess.DEVNULL
        )

    def stop(self, program: str) -> None:
        """End a program, at once."""
        process = self.running.pop(program, None)
        if process is not None:
            process.kill()
            process.wait()

    def was_killed(self, program: str) -> bool:
        """Whether it has died, and of nothing else than our signal."""
        code = self.running[program].poll()
        assert code in {None, -signal.SIGKILL}, f"{program} ended by itself with {code}"
        return code is not None

    def write(self, guest: str, text: str) -> None:
        """A guest writes."""
        posted = self.sandbox.post(f"/guests/{guest}/messages", json={"channel": "whatsapp", "text": text})
        assert posted.is_success, posted.text

    def heard(self, guest: str) -> list[str]:
        """What has reached the guest's phone."""
        lines: list[dict[str, Any]] = self.sandbox.get(f"/guests/{guest}/messages").json()
        return [line["text"] for line in lines if line["direction"] == "out"]

    def bring_back(self, program: str) -> None:
        """Start it anew, then let what its predecessor held lapse."""
        self.start(program)
        if program in self.health:
            eventually(lambda: self.answers(program), within_s=120)
        self.let_leases_lapse()

    def answers(self, program: str) -> bool:
        """Whether it is up."""
        try:
            return httpx.get(self.health[program], timeout=1, trust_env=False).is_success
        except httpx.HTTPError:
            return False

    def claim_turn(self, guest: str) -> int:
        """Take what the guest wrote as a worker does, and do no more with it."""
        eventually(lambda: self.rows(InboxEntry, guest))
        now = SystemClock().now() + timedelta(days=1)
        with unit_of_work(self.engine) as session:
            taken = take_next(session, now=now, quiet=timedelta())
            assert taken is not None
            return begin(session, taken, now=now).id

    def post_to_actions(self, turn_id: int, guest: str) -> int:
        """Order the action for a turn, as the engine does; the status of the answer."""
        body = action_call(str(turn_id), guest, "a room please")
        return httpx.post(f"{self.actions}/webhook?token=crash", json=body, timeout=30, trust_env=False).status_code

    def let_leases_lapse(self) -> None:
        """A minute passes for everybody."""
        with unit_of_work(self.engine) as session:
            move_ahead(session, timedelta(minutes=1))
        assert self.sandbox.post("/debug/clock", json={"advance": "PT1M"}).is_success

    def is_calm(self, guest: str) -> bool:
        """Whether everything about this guest has come to its end."""
        entries, turns, messages = self.rows(InboxEntry, guest), self.rows(Turn, guest), self.rows(Message, guest)
        return (
            bool(entries and turns and messages)
            and all(each.state is InboxState.DONE for each in entries)
            and all(each.state is not TurnState.OPEN for each in turns)
            and not any(each.state in _ON_THE_WAY for each in messages)
        )

    def rows[Row: InboxEntry | Turn | Message | Booking](self, kind: type[Row], guest: str) -> list[Row]:
        """Everything of this kind in the guest's conversation."""
        talk = select(Conversation.id).where(Conversation.address == f"whatsapp:{guest}")
        with Session(self.engine) as session:
            return list(session.scalars(select(kind).where(kind.conversation_id.in_(talk))))

    def count(self, kind: type[Base]) -> int:
        """All rows of a table."""
        with Session(self.engine) as session:
            return len(session.scalars(select(kind)).all())


@contextmanager
def town(postgres: EmbeddedPostgres, home: Path) -> Iterator[Town]:
    """Everything up and running; gone afterwards."""
    ports = dict(zip(("sandbox", "web", "actions", "engine"), _free_ports(4), strict=True))
    sandbox_url, web_url = f"http://127.0.0.1:{ports['sandbox']}", f"http://127.0.0.1:{ports['web']}"
    sandbox = SandboxSettings(
        port=ports["sandbox"], base_url=sandbox_url, product_url=web_url, product_public_url=web_url, status_delay=0.01
    )
    with clone(postgres) as database, served(create_sandbox(sandbox), ports["sandbox"]) as http:
        environment = _environment(database.url, home, sandbox_url, web_url, ports)
        _connect(database.engine)
        health = {program: f"http://127.0.0.1:{ports[program]}/healthz" for program in ("web", "actions", "engine")}
        here = Town(database.engine, http, environment, health, f"http://127.0.0.1:{ports['actions']}")
        try:
            for program in ("web", "actions", "engine", "worker"):
                here.start(program)
            for program in health:
                eventually(partial(here.answers, program), within_s=120)
            yield here
        finally:
            for program in list(here.running):
                here.stop(program)


def _environment(database: str, home: Path, sandbox_url: str, web_url: str, ports: dict[str, int]) -> dict[str, str]:
    kept = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    return (
        kept
        | _SECRETS
        | {
            "DATABASE_URL": database,
            "ATITHI_HOME": str(home),
            "ATITHI_DEBUG": "1",
            "PUBLIC_BASE_URL": web_url,
            "ATITHI_WEB_PORT": str(ports["web"]),
            "ATITHI_ACTIONS_PORT": str(ports["actions"]),
            "ATITHI_RASA_PORT": str(ports["engine"]),
            "TWILIO_ACCOUNT_SID": _KEYS.twilio_account_sid,
            "TWILIO_AUTH_TOKEN": _KEYS.twilio_auth_token,
            "TWILIO_WHATSAPP_FROM": _KEYS.whatsapp_number,
            "TWILIO_API_BASE_URL": sandbox_url,
            "BURST_SECONDS": "0",
        }
    )


def _connect(engine: Engine) -> None:
    """One hotel with room for everybody, reached under the sandbox's number."""
    now = SystemClock().now()
    given = Given(
        twilio=TwilioGiven(
            account_sid=_KEYS.twilio_account_sid,
            auth_token=_KEYS.twilio_auth_token,
            whatsapp_from=_KEYS.whatsapp_number,
        )
    )
    with unit_of_work(engine) as session:
        hotel = a_hotel(session, now=now, rooms=200)
        connect(session, hotel.account_id, given, Vault(_SECRETS["ATITHI_SECRET_KEY"]), now=now)


def _free_ports(count: int) -> list[int]:
    probes = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]
    try:
        return [probe.getsockname()[1] for probe in probes]
    finally:
        for probe in probes:
            probe.close()
