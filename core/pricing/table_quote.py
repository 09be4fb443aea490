"""What a table at a start time costs in advance and until when it is the party's: the facts a quote keeps."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from core.availability.sittings import Slot, slots_of_day, turn_time
from core.availability.turns import Restaurant, restaurants
from core.errors import NotServing, PartyTooLarge, TimeHasPassed
from core.pricing.table_deposit import Deposit, DepositRule, deposit_for, deposit_rules
from core.pricing.table_price import TablePrice, price_table
from models.base import Json
from models.dates import business_date
from models.money import NOTHING
from models.property import Property


@dataclass(frozen=True, slots=True)
class TableTerms:
    """What a quote of a table keeps: what was asked for, the price and its parts."""

    request: Json
    price: TablePrice
    parts: Json


def table_terms(
    session: Session,
    house: Property,
    *,
    starts_at: datetime,
    party_size: int,
    area_id: int | None,
    now: datetime,
) -> TableTerms:
    """The start must be one of the house's start times, far enough ahead, for a party it can seat at all.

    Raises:
        TimeHasPassed: it is over, or too near to be booked.
        PartyTooLarge: nowhere in the house, or in the area asked for, is there a place for so many.
        NotServing: the house does not seat anybody at that time.
    """
    if starts_at <= now + timedelta(minutes=house.lead_minutes):
        raise TimeHasPassed(starts=starts_at.isoformat())
    place = restaurants(session, [house])[house.id]
    if not 1 <= party_size <= place.floor.largest:
        raise PartyTooLarge(party=party_size, most=place.floor.largest)
    slot = _slot(house, place, starts_at)
    price, deposit = price_slot(place, slot, party_size, deposit_rules(session, [house.id])[house.id])
    request: Json = {
        "sitting_id": slot.sitting.sitting_id,
        "service_day": slot.service_day.isoformat(),
        "starts_at": starts_at.isoformat(),
        "ends_at": (starts_at + turn_time(place.turn_times, party_size)).isoformat(),
        "party_size": party_size,
        "pacing_covers": slot.sitting.pacing_covers,
        "slot_minutes": slot.sitting.slot_minutes,
        "area_id": area_id,
    }
    parts: Json = {"sitting": slot.sitting.name, "deposit_for": deposit.reason, "deposit_per": deposit.per}
    return TableTerms(request, price, price.as_parts() | parts)


def price_slot(
    place: Restaurant, slot: Slot, party_size: int, rules: tuple[DepositRule, ...]
) -> tuple[TablePrice, Deposit]:
    """What such a party pays in advance at that start time, and why."""
    house = place.house
    deposit = Deposit(NOTHING, None, "cover")
    if house.takes_online:  # nobody can be asked for money that nobody can take
        deposit = deposit_for(
            rules,
            slot.sitting.cover_deposit,
            service_day=slot.service_day,
            at=slot.starts_at.astimezone(ZoneInfo(house.time_zone)).time(),
            party_size=party_size,
            day_starts=house.day_starts_at,
        )
    price = price_table(
        slot.sitting,
        party_size,
        service_charge_percent=house.service_charge_percent,
        specified_premises=house.specified_premises,
        day=slot.service_day,
        deposit=deposit.amount,
    )
    return price, deposit


def _slot(house: Property, place: Restaurant, starts_at: datetime) -> Slot:
    service_day = business_date(starts_at, time_zone=house.time_zone, day_starts=house.day_starts_at)
    for slot in slots_of_day(place.sittings, service_day, place.day):
        if slot.starts_at == starts_at:
            return slot
    raise NotServing(starts=starts_at.isoformat(), day=service_day.isoformat())
