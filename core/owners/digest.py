"""The day in one card, for everybody in charge, at the hour they like; each is said once."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.messaging.outbox import Chat, chats_of, tell_chats
from core.owners.alerts import wants_of
from core.owners.link import Person, person_in
from core.owners.today import business_day, houses_of
from models.account import Account
from models.inventory import NightInventory
from models.messaging import Message
from models.property import Property, RoomType

# A summary that could not be given within this time is not worth giving any more.
_LATEST = timedelta(hours=3)
FEW_ROOMS = 1
_LOOK_AHEAD = timedelta(days=3)

type Lines = Callable[[Session, Person, Sequence[Property], date, datetime], str]


@dataclass(frozen=True, slots=True)
class Due:
    """Somebody whose hour has come."""

    chat: Chat
    person: Person
    houses: Sequence[Property]
    day: date


def send_digests(session: Session, lines: Lines, *, now: datetime) -> int:
    """Tell everybody whose hour has come; `lines` puts a day into their language. Returns how many were queued."""
    queued = 0
    for account_id in session.scalars(select(Account.id).order_by(Account.id)):
        for due in _due(session, account_id, now):
            facts = {
                "day": due.day.isoformat(),
                "lines": lines(session, due.person, due.houses, due.day, now),
            }
            key = _key(due.person.user_id, due.day)
            queued += tell_chats(session, account_id, [due.chat], "owner_digest", facts, now, key=key)
    return queued


def warn_of_few(session: Session, *, now: datetime) -> int:
    """When a room type is nearly sold out on a night soon to come, its people hear of it once."""
    queued = 0
    for house in session.scalars(select(Property).order_by(Property.id)):
        today = business_day(house, now)
        rows = session.execute(
            select(RoomType.name, NightInventory)
            .join(NightInventory, NightInventory.room_type_id == RoomType.id)
            .where(
                RoomType.property_id == house.id,
                NightInventory.night.between(today, today + _LOOK_AHEAD),
                NightInventory.sellable > FEW_ROOMS,
                NightInventory.sellable - NightInventory.held - NightInventory.sold <= FEW_ROOMS,
            )
            .order_by(NightInventory.night, RoomType.id)
        ).all()
        for name, night in rows:
            left = night.sellable - night.held - night.sold
            facts = {"property": house.name, "lines": f"{night.night:%d.%m.}  {name}: {left}/{night.sellable}"}
            key = f"few:{night.room_type_id}:{night.night}"
            chats = chats_of(session, house.account_id, house.id)
            queued += tell_chats(session, house.account_id, chats, "owner_low_availability", facts, now, key=key)
    return queued


def _due(session: Session, account_id: int, now: datetime) -> list[Due]:
    chats = chats_of(session, account_id, None)
    wants = wants_of(session, account_id, {chat.row.user_id for chat in chats})
    due = []
    for chat in chats:
        want = wants[chat.row.user_id]
        if "digest" in want.muted:
            continue
        person = person_in(session, account_id=account_id, line_id=chat.row.line_id, address=chat.row.address)
        houses = [] if person is None else houses_of(session, account_id, person)
        if person is None or not houses:
            continue
        local = now.astimezone(ZoneInfo(houses[0].time_zone))
        hour = datetime.combine(local.date(), want.digest_at, local.tzinfo)
        day = business_day(houses[0], now)
        if hour <= local < hour + _LATEST and not _said(session, chat, person.user_id, day):
            due.append(Due(chat, person, houses, day))
    return due


def _said(session: Session, chat: Chat, user_id: int, day: date) -> bool:
    key = f"{_key(user_id, day)}:{chat.row.id}"
    return session.scalar(select(Message.id).where(Message.key == key)) is not None


def _key(user_id: int, day: date) -> str:
    return f"digest:{user_id}:{day}"
