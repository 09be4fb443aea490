"""Once a day every house goes on sale for one more day; a day that is missing after that is an alarm."""

from __future__ import annotations

from typing import Final

from sqlalchemy import select

from core.availability.horizon import extend_horizon, missing_days
from core.log import get_logger
from core.unit_of_work import unit_of_work
from models.property import Property
from providers.house import House

log = get_logger()

_LOOK_AHEAD_DAYS: Final = 30


def extend_horizons(house: House) -> int:
    """Put the missing nights and service days of every property on sale; returns how many were missing."""
    with unit_of_work(house.engine) as session:
        properties = session.scalars(select(Property.id).order_by(Property.id)).all()
    added = 0
    for property_id in properties:
        with unit_of_work(house.engine) as session:
            now = house.clock.now()
            if missing := missing_days(session, property_id, now=now, within_days=_LOOK_AHEAD_DAYS):
                log.error("days_missing_from_sale", property=property_id, days=missing)
            added += extend_horizon(session, property_id, now=now)
    return added
