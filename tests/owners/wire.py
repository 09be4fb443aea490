"""The same written chats over the wire: the sandbox's phones post to our web door as Telegram and Twilio do.

What is answered leaves through the official clients and is read on those phones.
The product's web door runs in a thread, its inbox and outbox are worked by the test, so that nothing waits for a poll.
"""

from __future__ import annotations

import base64
import itertools
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any, Final, override

import httpx
import uvicorn
from fastapi import FastAPI
from sqlalchemy import func, make_url, select
from sqlalchemy.orm import Session
from starlette.types import Receive, Scope, Send

from core.settings import Settings
from core.unit_of_work import unit_of_work
from jobs.accounts import fill_first_account
from jobs.inbox import Inbox
from jobs.media import fetch_all
from jobs.outbox import Outbox
from jobs.sample.house import read_business
from jobs.sample.insert import add_business
from jobs.seed import SAMPLE_FOLDER
from jobs.web import create_app
from models.account import Line
from models.messaging import InboxEntry, Message, Recording
from models.states import Channel, MessageState
from providers.embedded import EmbeddedPostgres
from providers.house import House, open_house
from providers.leash import leashed
from sandbox.demo import Ports, demo_environment, sandbox_environment
from tests.fixtures.clock import SUNDAY_NOON, StillClock
from tests.fixtures.database import clone
from tests.fixtures.stack import free_ports
from tests.fixtures.waiting import eventually
from tests.owners.chat import Answer, Chat, Office

_ROOT: Final = Path(__file__).resolve().parent.parent.parent
_PIXEL: Final = base64.b64encode(b"\xff\xd8\xff\xe0 not much of a picture").decode()
_PEOPLE: Final = itertools.count(1)


class Door:
    """Our web door, which leads into one house after the other."""

    def __init__(self) -> None:
        self.leads_to: FastAPI | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Whatever is posted goes to the house of the chat that is played."""
        assert self.leads_to is not None
        await self.leads_to(scope, receive, send)


class Wire:
    """The sandbox, our web door, and a business as it was on its first day, copied for every chat."""

    def __init__(self, server: EmbeddedPostgres, settings: Settings, door: Door, phones: httpx.Client) -> None:
        self.server = server
        self.settings = settings
        self.door = door
        self.phones = phones
        self.first_day = ""

    @contextmanager
    def office(self) -> Iterator[WireOffice]:
        """A business of its own for one chat."""
        clock = StillClock(SUNDAY_NOON)
        with clone(self.server, self.first_day) as database:
            house = open_house(self.settings, database.engine, clock=clock)
            self.door.leads_to = create_app(house)
            try:
                with Session(database.engine, expire_on_commit=False) as session:
                    yield WireOffice(session, clock, self, house)
                    session.rollback()
            finally:
                house.registry.close()


class WireOffice(Office):
    """A sample business whose lines are the sandbox's numbers and bot."""

    def __init__(self, session: Session, clock: StillClock, wire: Wire, house: House) -> None:
        self.wire = wire
        self.house_of_all = house
        self.inbox = Inbox(house)
        self.outbox = Outbox(house)
        super().__init__(session, clock)
        mine = session.scalars(select(Line).where(Line.account_id == self.account_id).order_by(Line.id)).all()
        self.lines = {
            channel: next(line for line in mine if line.channel is channel)
            for channel in (Channel.TELEGRAM, Channel.WHATSAPP)
        }

    @override
    def _line(self, provider: Any, channel: Channel, address: str) -> Line:
        return self.session.scalars(
            select(Line).where(Line.account_id == self.account_id, Line.channel == channel).order_by(Line.id)
        ).first() or super()._line(provider, channel, address)

    @override
    def new_chat(self, channel: Channel) -> Chat:
        return WireChat(self, channel)

    @override
    def deliver(self, *, to_guests_only: bool = False) -> None:
        """What is for people in charge leaves through the providers' own clients; guests here have no phones."""
        super().deliver(to_guests_only=True)
        self.session.commit()
        if to_guests_only:
            return
        for _ in range(30):
            while self.outbox.send_next():
                pass
            if not self._waits_a_moment():
                break
            self.clock.advance(timedelta(milliseconds=250))  # its line draws breath
        self.session.expire_all()

    @override
    def fetch(self, *, found: bool = True) -> None:
        """A person's picture is really fetched from Telegram or Twilio; a guest's stands for one that was."""
        self.session.commit()
        house_sends = self.session.scalar(select(Recording.id).where(Recording.user_id.is_not(None)).limit(1))
        if house_sends is not None and found:
            fetch_all(self.house_of_all)
            self.session.expire_all()
        else:
            super().fetch(found=found)

    def work(self, before: int) -> None:
        """What was posted has arrived, and is worked."""
        self.session.commit()
        eventually(lambda: self._arrived() > before)
        while self.inbox.work_next():
            pass
        self.session.expire_all()

    def _arrived(self) -> int:
        with Session(self.house_of_all.engine) as session:
            wanted = select(func.count()).where(InboxEntry.kind.in_(("update", "owner")))
            return session.scalar(wanted) or 0

    def _waits_a_moment(self) -> bool:
        soon = self.clock.now() + timedelta(seconds=5)
        with Session(self.house_of_all.engine) as session:
            waiting = select(Message.id).where(Message.state == MessageState.QUEUED, Message.next_attempt_at <= soon)
            return session.scalar(waiting.limit(1)) is not None


class WireChat(Chat):
    """One person's phone in the sandbox."""

    def __init__(self, office: WireOffice, channel: Channel) -> None:
        super().__init__(office, channel)
        self.wire_office = office
        number = 720_000_000 + next(_PEOPLE)
        self.address = str(number) if channel is Channel.TELEGRAM else f"whatsapp:+91{number}0"
        self._phone = f"/owners/{number}" if channel is Channel.TELEGRAM else f"/guests/+91{number}0"

    @override
    def _post(self, *, text: str, data: str | None = None, card: Message | None = None, photo: bool = False) -> Answer:
        self.news()
        self.office.clock.advance(timedelta(seconds=5))
        before = self.wire_office._arrived()
        what: dict[str, Any] = {"tap": data} if data is not None else {"text": text or None}
        if photo:
            what = {"media": {"content": _PIXEL, "content_type": "image/jpeg"}} | ({"text": text} if text else {})
        if card is not None and data is None:
            what["reply_to"] = self._line_of(card)
        if self.channel is Channel.WHATSAPP:
            what["channel"] = "whatsapp"
        self.office.session.commit()
        answer = self.wire_office.wire.phones.post(f"{self._phone}/messages", json=what)
        assert answer.is_success, answer.text
        self.wire_office.work(before)
        return self.news()

    @override
    def news(self) -> Answer:
        """What came since last looked, and it stands on the phone as it was sent."""
        answer = super().news()
        if answer.texts:
            shown = "\n".join(line["text"] for line in self.on_phone())
            for text in answer.texts:
                assert text.strip().split("\n")[0] in shown, f"not on the phone: {text}"
        return answer

    def on_phone(self) -> list[dict[str, Any]]:
        """Every line of this chat."""
        lines: list[dict[str, Any]] = self.wire_office.wire.phones.get(f"{self._phone}/messages").json()
        return lines

    def _line_of(self, card: Message) -> int:
        found: int = next(line["id"] for line in self.on_phone() if line["sid"] == card.provider_id)
        return found


@contextmanager
def open_wire(server: EmbeddedPostgres, home: Path) -> Iterator[Wire]:
    """The sandbox as a process of its own, our web door as a thread of this one."""
    ports = Ports(*free_ports(4))
    given = {name.lower(): value for name, value in demo_environment(ports).items()}
    settings = Settings.model_validate({**given, "atithi_home": str(home)})
    outside = {**os.environ, **sandbox_environment(ports), "SANDBOX_STATUS_DELAY": "600"}
    sandbox = subprocess.Popen(leashed([sys.executable, "-m", "sandbox"]), cwd=_ROOT, env=outside)
    with clone(server) as base:
        for slug in ("marigold", "palmgrove"):
            with unit_of_work(base.engine) as session:
                add_business(session, read_business(Path(SAMPLE_FOLDER) / slug), now=SUNDAY_NOON)
        with unit_of_work(base.engine) as session:
            fill_first_account(session, settings, now=SUNDAY_NOON)
        base.engine.dispose()  # it is copied from now on, and nobody may be connected
        door = Door()
        serving = uvicorn.Server(uvicorn.Config(door, port=ports.web, log_level="warning", lifespan="off"))
        thread = threading.Thread(target=serving.run, daemon=True)
        thread.start()
        with httpx.Client(base_url=settings.sandbox_url, timeout=30, trust_env=False) as phones:
            eventually(lambda: serving.started and _answers(phones), within_s=60)
            wire = Wire(server, settings, door, phones)
            wire.first_day = make_url(base.url).database or ""
            try:
                yield wire
            finally:
                serving.should_exit = True
                thread.join(10)
                sandbox.terminate()
                sandbox.wait(20)


def _answers(phones: httpx.Client) -> bool:
    try:
        return phones.get("/healthz").is_success
    except httpx.HTTPError:
        return False
