"""Promotions, and prices asked for with a code."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy.orm import Session

from core.pricing.quote import quote_stay
from models.dates import StayDates
from models.money import Money
from models.rates import Promotion, Quote, RatePlan
from tests.builders.houses import Hotel, Visitor, put


def a_promotion(session: Session, hotel: Hotel, *, now: datetime, code: str = "MONSOON", **terms: object) -> Promotion:
    """Fifteen per cent off unless the terms say otherwise."""
    facts: dict[str, Any] = {"percent": 15, "property_id": hotel.property_id, **terms}
    if "amount_paise" in facts:
        facts["percent"] = None
    return put(session, Promotion(account_id=hotel.account_id, code=code, created_at=now, **facts))


def a_plan(session: Session, hotel: Hotel, code: str, **terms: object) -> RatePlan:
    """A plan derived from the best available rate."""
    facts: dict[str, Any] = {"name": code.title(), "meal_plan": "EP", "percent": 0, "deposit_percent": 0, **terms}
    return put(session, RatePlan(property_id=hotel.property_id, code=code, parent_id=hotel.bar_id, **facts))


def a_quote_with(
    session: Session,
    hotel: Hotel,
    code: str | None,
    *,
    now: datetime,
    arrival: date,
    visitor: Visitor | None = None,
    nights: int = 2,
    rooms: int = 1,
    adults: int = 2,
    plan_id: int | None = None,
    room_type_id: int | None = None,
) -> Quote:
    """The price of a stay for who gives this code."""
    return quote_stay(
        session,
        account_id=hotel.account_id,
        room_type_id=room_type_id or hotel.room_type_id,
        rate_plan_id=plan_id or hotel.bar_id,
        stay=StayDates.of(arrival, nights),
        rooms=rooms,
        adults=adults,
        children=0,
        now=now,
        code=code,
        guest_id=visitor.guest_id if visitor else None,
    )


def rupees(quote: Quote) -> int:
    """A total in whole rupees."""
    assert quote.total_paise == Money.rupees(quote.total_paise.paise // 100), "a total has no paise"
    return quote.total_paise.paise // 100
