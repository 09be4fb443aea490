"""What the clients do: the bare insert that is the limit, a hold, a hold and its confirmation."""

from __future__ import annotations

import random
from datetime import date, timedelta
from typing import Final

from sqlalchemy import Engine, select, text
from sqlalchemy.exc import DBAPIError

from core.bookings.confirm import confirm
from core.bookings.hold import place_hold
from core.errors import RoomsGone
from core.unit_of_work import unit_of_work
from models.inventory import NightInventory
from models.rates import Quote
from models.states import ActorKind, Channel
from tests.bench.core.clients import Job
from tests.bench.core.town import Town, Wishes

_BARE: Final = text(
    "INSERT INTO bare (room_type_id, stay, status, guest_id, hold_expires_at)"
    " VALUES (:room_type_id, daterange(:arrival, :departure), 'held', :guest_id, :until)"
)


def bare(town: Town) -> Job:
    """One row and a commit: what nobody can do faster through the same library and connection."""
    arrival = town.now.date()

    def job(engine: Engine, turn: int) -> str:
        with engine.begin() as connection:
            facts = {"arrival": arrival, "departure": arrival + timedelta(days=3), "until": town.now}
            connection.execute(_BARE, facts | {"room_type_id": turn % 500, "guest_id": turn})
        return "done"

    return job


def hold(town: Town, wishes: Wishes, *, agree: bool = False, watch: bool = False) -> Job:
    """A guest who has not booked yet holds a stay; `agree` confirms it in a second transaction, as at a desk.

    `watch` looks, when a stay is refused, whether any night really was full.
    """

    def job(engine: Engine, turn: int) -> str:
        quote_id = random.choice(wishes.quote_ids)
        guest = turn % town.guests
        try:
            with unit_of_work(engine) as session:
                booking_id = place_hold(
                    session,
                    quote_id=quote_id,
                    guest_id=town.first_guest + guest,
                    conversation_id=town.first_talk + guest,
                    channel=Channel.WHATSAPP,
                    door="chat",
                    now=town.now,
                ).id
            if agree:
                with unit_of_work(engine) as session:
                    confirm(session, booking_id, actor=ActorKind.STAFF, door="desk", now=town.now)
        except RoomsGone:
            return "needless" if watch and _had_room(engine, quote_id) else "full"
        except DBAPIError as error:
            return type(error.orig).__name__
        return "done"

    return job


def _had_room(engine: Engine, quote_id: int) -> bool:
    """Whether every night of it has a room even now: nothing is given back in this part."""
    with unit_of_work(engine) as session:
        request = session.scalars(select(Quote.request).where(Quote.id == quote_id)).one()
        free = session.scalars(
            select(NightInventory.sellable - NightInventory.held - NightInventory.sold).where(
                NightInventory.room_type_id == request["rooms"][0]["room_type_id"],
                NightInventory.night >= date.fromisoformat(request["arrival"]),
                NightInventory.night < date.fromisoformat(request["departure"]),
            )
        ).all()
    return min(free) > 0
