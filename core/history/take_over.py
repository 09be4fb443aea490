"""A stay that the old system has promised is promised by this one: the same room type, nights, price and money paid."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from core.bookings.confirm import confirm
from core.bookings.events import record
from core.bookings.hold import place_hold
from core.errors import BookingNotFound
from core.history.agreed import agreed_parts
from core.owners.desk import guest_at_desk
from core.payments.desk import take_money
from core.pricing.quote import quote_stay
from core.pricing.rates import plans_for
from models.base import Json
from models.booking import Booking
from models.dates import StayDates
from models.guest import Guest, GuestIdentity
from models.history import BookingOrigin
from models.inventory import NightInventory
from models.money import NOTHING, Money
from models.property import Property, RoomType
from models.rates import Quote
from models.states import ActorKind, Channel

DOOR: Final = "import"
_PHONE_CHANNELS: Final = ((Channel.WHATSAPP, "whatsapp:"), (Channel.SMS, ""))


@dataclass(frozen=True, slots=True)
class Promised:
    """A stay as the old system has it; `line` is what was written there, kept beside the booking."""

    reference: str
    source: str
    guest: str
    phone: str | None
    language: str
    room_type_id: int
    rate_plan_id: int | None
    rooms: int
    stay: StayDates
    adults: int
    children: int
    total: Money | None
    paid: Money
    wishes: str | None
    line: Json


def known_already(session: Session, property_id: int, reference: str) -> BookingOrigin | None:
    """The booking that came with this reference earlier."""
    return session.scalar(
        select(BookingOrigin).where(BookingOrigin.property_id == property_id, BookingOrigin.reference == reference)
    )


def lock_house(session: Session, property_id: int) -> None:
    """Lock all nights of a house in order, so that many stays can be taken over in one transaction."""
    session.execute(
        select(func.count()).select_from(
            select(NightInventory.night)
            .join(RoomType, RoomType.id == NightInventory.room_type_id)
            .where(RoomType.property_id == property_id)
            .order_by(NightInventory.room_type_id, NightInventory.night)
            .with_for_update(of=NightInventory, key_share=True)
            .subquery()
        )
    )


def take_over(session: Session, property_id: int, promised: Promised, *, now: datetime) -> Booking:
    """Book it as agreed; the guest and the house hear nothing, they know."""
    house = session.get_one(Property, property_id)
    quote = _quote(session, house, promised, now=now)
    guest = _guest(session, house.account_id, promised, now=now)
    held = place_hold(
        session,
        quote_id=quote.id,
        guest_id=guest.id,
        conversation_id=None,
        channel=Channel.DASHBOARD,
        door=DOOR,
        now=now,
        actor=ActorKind.STAFF,
        wishes=promised.wishes,
    )
    booking = confirm(session, held.id, actor=ActorKind.STAFF, door=DOOR, now=now, quietly=True)
    session.execute(
        insert(BookingOrigin).values(
            booking_id=booking.id,
            property_id=property_id,
            reference=promised.reference,
            source=promised.source,
            line=promised.line,
            imported_at=now,
        )
    )
    facts = {"reference": promised.reference, "source": promised.source}
    record(session, booking, "taken_over", actor=ActorKind.STAFF, door=DOOR, now=now, facts=facts)
    if promised.paid > NOTHING:
        key = f"import:{property_id}:{promised.reference}"
        take_money(session, booking.id, promised.paid, how="old system", key=key, door=DOOR, actor_id=None, now=now)
    return booking


def _quote(session: Session, house: Property, promised: Promised, *, now: datetime) -> Quote:
    """Today's price, or the price agreed before, with tax in it."""
    plans = plans_for(session, [promised.room_type_id]).get(promised.room_type_id, [])
    wanted = [plan for plan in plans if promised.rate_plan_id in {None, plan.rate_plan_id}]
    if not wanted:
        raise BookingNotFound(rate_plan_id=promised.rate_plan_id)
    quote = quote_stay(
        session,
        account_id=house.account_id,
        room_type_id=promised.room_type_id,
        rate_plan_id=wanted[0].rate_plan_id,
        stay=promised.stay,
        rooms=promised.rooms,
        adults=promised.adults,
        children=promised.children,
        now=now,
    )
    if promised.total is not None:
        quote.parts = quote.parts | agreed_parts(promised.stay.nights, promised.rooms, promised.total)
        quote.total_paise = promised.total
        quote.tax_paise = Money(quote.parts["cgst"] + quote.parts["sgst"])
        quote.deposit_paise = min(quote.deposit_paise, promised.total)
        session.flush()
    return quote


def _guest(session: Session, account_id: int, promised: Promised, *, now: datetime) -> Guest:
    """Who booked: the guest with that number, who is known when they write from it one day."""
    if promised.phone is None:
        guest = Guest(account_id=account_id, name=promised.guest, language=promised.language, created_at=now)
        session.add(guest)
        session.flush()
        return guest
    written = [(channel, prefix + promised.phone) for channel, prefix in _PHONE_CHANNELS]
    identity = session.scalar(
        select(GuestIdentity)
        .where(
            GuestIdentity.account_id == account_id,
            GuestIdentity.channel.in_(channel for channel, _ in written),
            GuestIdentity.address.in_(address for _, address in written),
        )
        .limit(1)
    )
    if identity is None:
        guest = guest_at_desk(session, account_id, name=promised.guest, phone=promised.phone, now=now)
        guest.language = promised.language
    else:
        guest = session.get_one(Guest, identity.guest_id)
    session.execute(
        insert(GuestIdentity)
        .values(
            [
                {
                    "account_id": account_id,
                    "guest_id": guest.id,
                    "channel": channel,
                    "address": address,
                    "created_at": now,
                }
                for channel, address in written
            ]
        )
        .on_conflict_do_nothing()
    )
    return guest
