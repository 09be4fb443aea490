"""Everything a message may say about a booking, as plain values: paise, ISO dates and local ISO moments."""

from __future__ import annotations

from datetime import datetime, time
from typing import Final, NamedTuple
from zoneinfo import ZoneInfo

from sqlalchemy import select, true
from sqlalchemy.exc import NoResultFound
from sqlalchemy.orm import Session

from core.payments.folio import SUMS, Folio, due_now
from core.payments.links import LIVE
from core.prepared import Prepared, Row, given
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

_ACCOUNT: Final = SUMS.subquery()
_HOUSE: Final = (
    Property.name,
    Property.phone,
    Property.city,
    Property.area,
    Property.address,
    Property.lat,
    Property.lon,
    Property.bring,
    Property.time_zone,
    Property.check_in_at,
    Property.check_out_at,
)
_PRICE: Final = (Quote.tax_paise, Quote.request, Quote.parts)
_FOUND: Final = Prepared(
    select(
        *_HOUSE,
        *_PRICE,
        Guest.name,
        select(PaymentLink.token)
        .where(PaymentLink.booking_id == given("booking_id"), PaymentLink.state.in_(LIVE))
        .scalar_subquery(),
        *_ACCOUNT.c,
    )
    .join_from(Property, Quote, Quote.id == given("quote_id"))
    .join(Guest, Guest.id == given("guest_id"))
    .join(_ACCOUNT, true())
    .where(Property.id == given("property_id"))
)


class _House(NamedTuple):
    """What a guest is told of the house."""

    name: str
    phone: str | None
    city: str
    area: str | None
    address: str | None
    lat: float | None
    lon: float | None
    bring: Json
    time_zone: str
    check_in_at: time
    check_out_at: time


class _Price(NamedTuple):
    """What a guest is told of the price that was promised."""

    tax_paise: int
    request: Json
    parts: Json


def booking_facts(session: Session, booking: Booking) -> Json:
    """The facts of a booking as they stand now; what does not apply is null."""
    found = _FOUND.run(
        session,
        booking_id=booking.id,
        property_id=booking.property_id,
        quote_id=booking.quote_id,
        guest_id=booking.guest_id,
    )
    house, quote, guest_name, pay_token, folio = _read(found.fetchone())
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


def _read(row: Row | None) -> tuple[_House, _Price, str | None, str | None, Folio]:
    """The row of `_FOUND`, part by part."""
    if row is None:
        raise NoResultFound
    price, rest = len(_HOUSE), len(_HOUSE) + len(_PRICE)
    name, token, *sums = row[rest:]
    return _House(*row[:price]), _Price(*row[price:rest]), name, token, Folio(*map(Money, sums))


def _money_facts(booking: Booking, quote: _Price, folio: Folio) -> Json:
    """A held booking has no charges yet: what it will owe is its total."""
    owed = still_due(booking.total_paise, folio.kept) if booking.status in HOLDING else folio.balance
    return {
        "total": booking.total_paise.paise,
        "tax": quote.tax_paise,
        "deposit": booking.deposit_paise.paise,
        "paid": folio.payments.paise,
        "balance": max(owed, Money(0)).paise if booking.status in ACTIVE else owed.paise,
        "due_now": due_now(booking, folio).paise,
        "refunded": (folio.refunds + folio.on_the_way_back).paise,
    }


def _stay_facts(booking: Booking, quote: _Price, house: _House) -> Json:
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
