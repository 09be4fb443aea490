"""Everything a message may say about a booking, as plain values: paise, ISO dates and local ISO moments."""

from __future__ import annotations

from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.payments.folio import Folio, due_now, folio_of
from core.payments.links import LIVE
from core.pricing.cancellation import free_until
from core.pricing.deposit import still_due
from models.base import Json
from models.booking import Booking
from models.folio import PaymentLink
from models.guest import Guest
from models.inventory import TableTurn
from models.money import Money
from models.property import DiningArea, DiningTable, Property
from models.rates import Quote
from models.states import ACTIVE, HOLDING, BookingKind

_OF_STAYS: Final = (
    "rooms",
    "room_type",
    "rooms_by_type",
    "meal_plan",
    "arrival",
    "departure",
    "nights",
    "check_in_at",
    "check_out_at",
)


def booking_facts(session: Session, booking: Booking) -> Json:
    """The facts of a booking as they stand now; what does not apply is null."""
    house = session.get_one(Property, booking.property_id)
    quote = session.get_one(Quote, booking.quote_id)
    folio = folio_of(session, booking.id)
    guest_name, pay_token = session.execute(
        select(
            select(Guest.name).where(Guest.id == booking.guest_id).scalar_subquery(),
            select(PaymentLink.token)
            .where(PaymentLink.booking_id == booking.id, PaymentLink.state.in_(LIVE))
            .scalar_subquery(),
        )
    ).one()
    zone = ZoneInfo(house.time_zone)
    return {
        "reference": booking.reference,
        "kind": booking.kind.value,
        "status": booking.status.value,
        "property": house.name,
        "property_phone": house.phone,
        "city": house.city,
        "area": house.area,
        "address": house.address,
        "lat": house.lat,
        "lon": house.lon,
        "bring": house.bring,
        "party": booking.party_size,
        "adults": booking.adults,
        "children": booking.children,
        "starts": _local(booking.starts_at, zone),
        "ends": _local(booking.ends_at, zone),
        "guest": guest_name,
        "wishes": booking.wishes,
        "policy": {
            **booking.policy,
            "free_until": _local(free_until(booking.policy, booking.starts_at), zone),
        },
        "hold_until": _local(booking.hold_expires_at, zone) if booking.status in HOLDING else None,
        "pay_token": pay_token,
        **_money_facts(booking, quote, folio),
        **(_stay_facts(booking, quote, house) if booking.kind is BookingKind.STAY else _table_facts(session, booking)),
    }


def _money_facts(booking: Booking, quote: Quote, folio: Folio) -> Json:
    """A held booking has no charges yet: what it will owe is its total."""
    owed = still_due(booking.total_paise, folio.kept) if booking.status in HOLDING else folio.balance
    return {
        "total": booking.total_paise.paise,
        "tax": quote.tax_paise.paise,
        "deposit": booking.deposit_paise.paise,
        "paid": folio.payments.paise,
        "balance": max(owed, Money(0)).paise if booking.status in ACTIVE else owed.paise,
        "due_now": due_now(booking, folio).paise,
        "refunded": (folio.refunds + folio.on_the_way_back).paise,
    }


def _stay_facts(booking: Booking, quote: Quote, house: Property) -> Json:
    return {
        "rooms": len(quote.request["rooms"]),
        "room_type": quote.parts["room_type"],
        "rooms_by_type": quote.parts["rooms_by_type"],
        "meal_plan": quote.parts["meal_plan"],
        "arrival": booking.first_day.isoformat(),
        "departure": booking.last_day.isoformat(),
        "nights": (booking.last_day - booking.first_day).days,
        "check_in_at": house.check_in_at.isoformat(timespec="minutes"),
        "check_out_at": house.check_out_at.isoformat(timespec="minutes"),
        "dining": None,
    }


def _table_facts(session: Session, booking: Booking) -> Json:
    areas = session.scalars(
        select(DiningArea.name)
        .join(DiningTable, DiningTable.dining_area_id == DiningArea.id)
        .join(TableTurn, TableTurn.dining_table_id == DiningTable.id)
        .where(TableTurn.booking_id == booking.id)
        .distinct()
        .order_by(DiningArea.name)
    )
    return dict.fromkeys(
        (
            "rooms",
            "room_type",
            "rooms_by_type",
            "meal_plan",
            "arrival",
            "departure",
            "nights",
            "check_in_at",
            "check_out_at",
        )
    ) | {"dining": ", ".join(areas) or None}


def _local(moment: datetime | None, zone: ZoneInfo) -> str | None:
    return None if moment is None else moment.astimezone(zone).isoformat(timespec="minutes")
