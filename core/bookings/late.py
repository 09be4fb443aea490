"""A table is not kept for ever: who is not here so long after the start gives it up, by the house's own rule."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import Exists, Integer, cast, exists, func, select
from sqlalchemy.orm import Session, aliased

from core.bookings.no_show import mark_no_show
from core.bookings.tell import tell_guest, tell_house
from models.booking import Booking
from models.inventory import TableTurn
from models.property import Property
from models.states import ActorKind, BookingKind, BookingStatus

DOOR: Final = "late_rule"
# A house that has not marked anybody as seated for so long does not keep this book: then nobody can be called late.
_KEEPS_THE_BOOK: Final = timedelta(days=7)


def release_late(session: Session, *, now: datetime, limit: int = 20) -> list[int]:
    """Free the tables of parties who are late beyond the rule; both sides are told, and it can be taken back.

    Not by this rule: a table that was promised by its number (pinned), a turn that is over already, and anybody in a
    house that does not mark who has come. A party that is being seated at this instant is left to the one who does it.
    """
    late = session.scalars(
        select(Booking.id)
        .join(Property, Property.id == Booking.property_id)
        .where(
            Booking.kind == BookingKind.TABLE,
            Booking.status == BookingStatus.CONFIRMED,
            Booking.ends_at > now,
            Property.release_late_minutes > 0,
            Booking.starts_at + func.make_interval(0, 0, 0, 0, 0, cast(Property.release_late_minutes, Integer)) <= now,
            _keeps_the_book(now),
            ~exists().where(TableTurn.booking_id == Booking.id, TableTurn.active, TableTurn.is_pinned),
        )
        .order_by(Booking.id)
        .limit(limit)
        .with_for_update(of=Booking, key_share=True, skip_locked=True)
    ).all()
    for booking_id in late:
        terms = mark_no_show(session, booking_id, door=DOOR, now=now, actor_id=None, actor=ActorKind.SYSTEM)
        house = session.get_one(Property, terms.booking.property_id)
        more = {
            "kept": terms.kept.paise or None,
            "refund": terms.back.paise or None,
            "minutes": house.release_late_minutes,
        }
        tell_guest(session, terms.booking, "table_released_late", now=now, more=more)
        tell_house(session, terms.booking, "owner_table_released", now=now, more=more)
    return list(late)


def _keeps_the_book(now: datetime) -> Exists:
    """Whether the house has seated anybody here of late."""
    other = aliased(Booking)
    return exists().where(
        other.property_id == Booking.property_id,
        other.kind == BookingKind.TABLE,
        other.status.in_((BookingStatus.ARRIVED, BookingStatus.COMPLETED)),
        other.changed_at > now - _KEEPS_THE_BOOK,
    )
