"""Once a day every house goes on sale for one more day; a day that is missing after that is an alarm."""

from __future__ import annotations

from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.availability.horizon import extend_horizon, houses_missing_days
from core.log import get_logger
from core.messaging.outbox import tell_owners
from core.unit_of_work import unit_of_work
from models.inventory import AreaDay, NightInventory
from models.property import DiningArea, Property, RoomType
from providers.house import House

log = get_logger()

LOOK_AHEAD_DAYS: Final = 30


def extend_horizons(house: House) -> int:
    """Put the missing nights and service days of every property on sale; returns how many were missing."""
    added = heal_missing_days(house)
    with unit_of_work(house.engine) as session:
        properties = session.scalars(select(Property.id).order_by(Property.id)).all()
    for property_id in properties:
        with unit_of_work(house.engine) as session:
            added += extend_horizon(session, property_id, now=house.clock.now())
    return added


def heal_missing_days(house: House) -> int:
    """A day soon to come that has no row is no house full: it is put on sale at once, and its people are told."""
    now = house.clock.now()
    with unit_of_work(house.engine) as session:
        missing = houses_missing_days(session, now=now, within_days=LOOK_AHEAD_DAYS)
    healed = 0
    for property_id, days in missing.items():
        with unit_of_work(house.engine) as session:
            is_new = not _ever_on_sale(session, property_id)
            healed += extend_horizon(session, property_id, now=now)
            if is_new:
                continue
            log.error("days_missing_from_sale", property=property_id, days=days)
            name = session.get_one(Property, property_id).name
            facts = {"property": name, "count": days}
            key = f"days_missing:{property_id}:{now.date()}"
            tell_owners(session, property_id=property_id, reply="owner_days_missing", facts=facts, now=now, key=key)
    return healed


def _ever_on_sale(session: Session, property_id: int) -> bool:
    """Whether it ever sold anything: a house that has just moved in only needs its first days."""
    nights = select(NightInventory.night).join(RoomType).where(RoomType.property_id == property_id).limit(1)
    days = select(AreaDay.service_day).join(DiningArea).where(DiningArea.property_id == property_id).limit(1)
    return session.scalar(nights) is not None or session.scalar(days) is not None
