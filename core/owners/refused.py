"""Two guests wanted the last room or table: who came second was told no, and the house may hear of it."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from core.messaging.outbox import tell_owners
from models.base import Json
from models.guest import Guest
from models.property import Property
from models.rates import Quote
from models.states import BookingKind


def tell_refused(session: Session, quote_id: int, *, guest_id: int, now: datetime) -> None:
    """Once for each price that was told and could no more be kept."""
    quote, guest = session.get_one(Quote, quote_id), session.get_one(Guest, guest_id)
    house = session.get_one(Property, quote.property_id)
    asked = quote.request
    facts: Json = {
        "kind": quote.kind.value,
        "property": house.name,
        "guest": guest.name or guest.phone,
        "rooms_by_type": None,
        "arrival": asked.get("arrival"),
        "departure": asked.get("departure"),
        "starts": None,
        "party": asked.get("party_size"),
        "total": quote.total_paise.paise,
    }
    if quote.kind is BookingKind.STAY:
        facts["rooms_by_type"] = quote.parts.get("rooms_by_type")
    else:
        local = datetime.fromisoformat(asked["starts_at"]).astimezone(ZoneInfo(house.time_zone))
        facts["starts"] = local.isoformat(timespec="minutes")
    tell_owners(
        session,
        property_id=house.id,
        account_id=house.account_id,
        reply="owner_overbooking_refused",
        facts=facts,
        now=now,
        key=f"refused:{quote.id}",
    )
