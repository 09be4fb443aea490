"""Owners' and staff's commands: a table of words and what each does. Whoever is not tied to a person only hears so."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy.orm import Session

from core.messaging.outbox import say_to_chat
from core.owners.link import Person, link, person_in
from core.owners.today import HouseToday, today
from models.base import Json
from models.states import PropertyKind

_MOST_LINES = 8


@dataclass(frozen=True, slots=True)
class Heard:
    """Something written in an owner's chat (or the value of a button pressed there)."""

    account_id: int
    line_id: int
    address: str
    text: str


@dataclass(frozen=True, slots=True)
class _Desk:
    """One command at work."""

    session: Session
    heard: Heard
    person: Person
    now: datetime

    def say(self, reply: str, facts: Json | None = None) -> None:
        say_to_chat(
            self.session,
            account_id=self.heard.account_id,
            line_id=self.heard.line_id,
            address=self.heard.address,
            reply=reply,
            facts=facts or {},
            now=self.now,
            language=self.person.language,
        )


def answer(session: Session, heard: Heard, *, now: datetime) -> None:
    """Do what was asked, or say kindly that it is not for this chat."""
    word, _, rest = heard.text.strip().partition(" ")
    word = word.casefold().partition("@")[0]
    if word == "/start" and rest.strip():
        _start(session, heard, rest.strip(), now)
        return
    person = person_in(session, account_id=heard.account_id, line_id=heard.line_id, address=heard.address)
    if person is None:
        _to_stranger(session, heard, "owner_stranger", now)
        return
    COMMANDS.get(word, _help)(_Desk(session, heard, person, now))


def _start(session: Session, heard: Heard, code: str, now: datetime) -> None:
    person = link(
        session, account_id=heard.account_id, line_id=heard.line_id, address=heard.address, code=code, now=now
    )
    if person is None:
        _to_stranger(session, heard, "owner_code_wrong", now)
    else:
        _Desk(session, heard, person, now).say("owner_linked", {"name": person.name})


def _today(desk: _Desk) -> None:
    houses = today(desk.session, desk.heard.account_id, desk.person, now=desk.now)
    lines = "\n\n".join(_house(each) for each in houses)
    day = houses[0].day if houses else desk.now.date()
    desk.say("owner_today", {"day": day.isoformat(), "lines": lines or None})


def _house(house: HouseToday) -> str:
    """One house, in signs that every language reads: ↓ come, ↑ go, 🍽 covers."""
    if house.kind is PropertyKind.HOTEL:
        head = f"🏨 {house.property}: ↓ {len(house.coming)}  ↑ {house.leaving}"
    else:
        head = f"🍽 {house.property}: {house.covers}"
    parties = [f"   {each.at:%H:%M}  {each.guest}  ×{each.people}  {each.reference}" for each in house.coming]
    more = [f"   … +{len(parties) - _MOST_LINES}"] if len(parties) > _MOST_LINES else []
    return "\n".join([head, *parties[:_MOST_LINES], *more])


def _help(desk: _Desk) -> None:
    desk.say("owner_help", {"name": desk.person.name})


def _to_stranger(session: Session, heard: Heard, reply: str, now: datetime) -> None:
    say_to_chat(
        session,
        account_id=heard.account_id,
        line_id=heard.line_id,
        address=heard.address,
        reply=reply,
        facts={},
        now=now,
    )


COMMANDS: Final[Mapping[str, Callable[[_Desk], None]]] = {
    "/today": _today,
    "today": _today,
    "aaj": _today,
    "आज": _today,
    "/start": _help,
    "/help": _help,
}
