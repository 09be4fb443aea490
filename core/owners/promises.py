"""A guest had to be refused only because rooms are promised: the house hears whom it could move."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.errors import RoomsPromised
from core.messaging.outbox import tell_owners
from models.property import Property, RoomType


def moves_in_words(refused: RoomsPromised) -> str:
    """Who could move from where to where, one line each; else whose promises stand in the way."""
    moves = [f"{move['reference']}: {move['number']} → {move['to']}" for move in refused.facts.get("moves", ())]
    return "\n".join(moves) or ", ".join(refused.facts.get("references", ()))


def tell_of_promises(session: Session, refused: RoomsPromised, *, now: datetime) -> int:
    """Once for the same room type and nights; returns how many were told."""
    facts = refused.facts
    house = session.scalars(select(Property).join(RoomType).where(RoomType.id == facts["room_type_id"])).one()
    told = {
        "property": house.name,
        "arrival": facts["arrival"],
        "departure": facts["departure"],
        "lines": moves_in_words(refused),
    }
    key = f"rooms_promised:{facts['room_type_id']}:{facts['arrival']}:{facts['departure']}"
    reply = "owner_rooms_promised_guest"
    return tell_owners(session, property_id=house.id, reply=reply, facts=told, now=now, key=key)
