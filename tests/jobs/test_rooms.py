"""What the worker does by itself for rooms: numbers soon before they are needed, missing nights put back."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from core.availability.horizon import houses_missing_days
from core.bookings.confirm import confirm
from core.bookings.rooms import numbers_of
from core.settings import Settings
from jobs.horizon import heal_missing_days
from jobs.rooms import number_rooms
from models.inventory import NightInventory
from models.messaging import Message
from models.states import ActorKind
from providers.house import open_house
from tests.builders.houses import a_guest, a_hotel, a_stay_quote, an_owner, hold
from tests.fixtures.clock import StillClock
from tests.fixtures.database import Database


def test_a_missing_night_is_put_back_and_the_house_is_told_once(
    database: Database, tmp_path: Path, now: datetime
) -> None:
    house = open_house(Settings(atithi_home=tmp_path), database.engine, clock=StillClock(now))
    with Session(database.engine) as session, session.begin():
        hotel = a_hotel(session, now=now)
        an_owner(session, hotel, now=now)
        assert houses_missing_days(session, now=now, within_days=30) == {}
        session.execute(delete(NightInventory).where(NightInventory.night == now.date() + timedelta(days=3)))
        assert houses_missing_days(session, now=now, within_days=30) == {hotel.property_id: 1}
    assert heal_missing_days(house) == 1
    assert heal_missing_days(house) == 0
    with Session(database.engine) as session:
        assert houses_missing_days(session, now=now, within_days=30) == {}
        assert session.scalars(select(Message.reply)).all() == ["owner_days_missing"]
    house.close()


def test_the_worker_gives_numbers_to_stays_soon_to_come(database: Database, tmp_path: Path, now: datetime) -> None:
    house = open_house(Settings(atithi_home=tmp_path), database.engine, clock=StillClock(now))
    with Session(database.engine) as session, session.begin():
        hotel = a_hotel(session, now=now, rooms=2)
        booked = []
        for days in (1, 2, 9):
            quote = a_stay_quote(session, hotel, now=now, arrival=now.date() + timedelta(days=days))
            held = hold(session, quote, a_guest(session, hotel, now=now), now=now)
            booked.append(confirm(session, held.id, actor=ActorKind.STAFF, door="test", now=now).id)
    assert number_rooms(house) == 2
    assert number_rooms(house) == 0
    with Session(database.engine) as session:
        assert [len(numbers_of(session, each)) for each in booked] == [1, 1, 0]
    house.close()
