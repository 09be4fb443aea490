"""The line for what is sold out: joining it, leaving it, and where somebody stands in it."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from core.bookings.release import release_hold
from core.bookings.waitlist_line import call_line, waits_between
from core.errors import AlreadySo, TooManyWaits
from models.base import Json
from models.booking import Booking
from models.dates import StayDates, business_date
from models.guest import Guest
from models.property import Property, RoomType
from models.states import WAITLIST_OPEN, ActorKind, BookingKind, WaitStatus
from models.waitlist import WaitlistEntry

MOST_WAITS: Final = 5
_DAY: Final = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class WaitWish:
    """What somebody waits for at one property: days, people, and what will do.

    `last_day` is the departure of a stay, and of a table the service day once more.
    """

    property_id: int
    kind: BookingKind
    first_day: date
    last_day: date
    adults: int
    children: int = 0
    rooms: int = 1
    room_type_id: int | None = None
    from_at: time | None = None
    until_at: time | None = None

    @property
    def stay(self) -> StayDates:
        """The nights, of a stay."""
        return StayDates(self.first_day, self.last_day)


def join(session: Session, wish: WaitWish, *, guest_id: int, conversation_id: int, now: datetime) -> WaitlistEntry:
    """Stand in line; whoever waits for these days already keeps the place and only changes what will do.

    Raises:
        TooManyWaits: this guest waits for enough already.
    """
    guest = session.get_one(Guest, guest_id, with_for_update={"key_share": True})
    mine = _open_of(session, guest_id)
    known = next((entry for entry in mine if _about_the_same(entry, wish)), None)
    if known is not None and known.status is WaitStatus.OFFERED:
        return known
    if known is None and len(mine) >= MOST_WAITS:
        raise TooManyWaits(most=MOST_WAITS)
    entry = known or WaitlistEntry(
        account_id=guest.account_id,
        property_id=wish.property_id,
        guest_id=guest_id,
        kind=wish.kind,
        status=WaitStatus.WAITING,
        first_day=wish.first_day,
        last_day=wish.last_day,
        created_at=now,
    )
    entry.conversation_id = conversation_id
    entry.room_type_id, entry.rooms = wish.room_type_id, wish.rooms
    entry.adults, entry.children = wish.adults, wish.children
    entry.from_at, entry.until_at = wish.from_at, wish.until_at
    entry.changed_at = now
    session.add(entry)
    session.flush()
    # What came free while the guest was reading is not missed.
    call_line(session, wish.property_id, wish.first_day, max(wish.last_day, wish.first_day + _DAY), now=now)
    return entry


def leave(
    session: Session, entry_id: int, *, actor: ActorKind, door: str, now: datetime, actor_id: int | None = None
) -> WaitlistEntry:
    """Out of the line; an offer that stood is given back, and the next in line is called."""
    entry = session.get_one(WaitlistEntry, entry_id, populate_existing=True)
    if entry.status is WaitStatus.OFFERED and entry.booking_id is not None:
        release_hold(session, entry.booking_id, actor=actor, door=door, now=now, actor_id=actor_id)
        session.refresh(entry)
        return entry
    entry = session.get_one(WaitlistEntry, entry_id, with_for_update=True, populate_existing=True)
    if entry.status is not WaitStatus.WAITING:
        raise AlreadySo
    entry.status, entry.changed_at = WaitStatus.LEFT, now
    session.flush()
    return entry


def waits_of(session: Session, guest_id: int) -> Sequence[WaitlistEntry]:
    """What a guest waits for, the earliest day first."""
    return sorted(_open_of(session, guest_id), key=lambda entry: (entry.first_day, entry.id))


def line_of(session: Session, property_ids: Collection[int], first: date, until: date) -> Sequence[WaitlistEntry]:
    """Who waits at these houses for any of these days, first in line first."""
    return session.scalars(
        select(WaitlistEntry)
        .where(
            WaitlistEntry.property_id.in_(property_ids),
            WaitlistEntry.status.in_(WAITLIST_OPEN),
            waits_between(first, until),
        )
        .order_by(WaitlistEntry.property_id, WaitlistEntry.id)
    ).all()


def place_in_line(session: Session, entry: WaitlistEntry) -> int:
    """First, second, third: how many who wait for any of the same days came before, and this one."""
    ahead = session.scalar(
        select(func.count()).where(
            WaitlistEntry.property_id == entry.property_id,
            WaitlistEntry.kind == entry.kind,
            WaitlistEntry.status == WaitStatus.WAITING,
            WaitlistEntry.id < entry.id,
            waits_between(entry.first_day, max(entry.last_day, entry.first_day + _DAY)),
        )
    )
    return 1 + (ahead or 0)


def entry_facts(session: Session, entry: WaitlistEntry) -> Json:
    """Everything a message may say about a place in line."""
    house = session.get_one(Property, entry.property_id)
    room_type = None if entry.room_type_id is None else session.get_one(RoomType, entry.room_type_id).name
    booking = None if entry.booking_id is None else session.get_one(Booking, entry.booking_id)
    stay = entry.kind is BookingKind.STAY
    guest = session.get_one(Guest, entry.guest_id)
    until = None if booking is None or entry.status is not WaitStatus.OFFERED else booking.hold_expires_at
    return {
        "entry": entry.id,
        "kind": entry.kind.value,
        "standing": entry.status.value,
        "property": house.name,
        "city": house.city,
        "guest": guest.name,
        "phone": guest.phone,
        "arrival": entry.first_day.isoformat() if stay else None,
        "departure": entry.last_day.isoformat() if stay else None,
        "nights": (entry.last_day - entry.first_day).days if stay else None,
        "room_type": room_type,
        "rooms": entry.rooms,
        "day": None if stay else entry.first_day.isoformat(),
        "from_at": None if entry.from_at is None else entry.from_at.isoformat(timespec="minutes"),
        "until_at": None if entry.until_at is None else entry.until_at.isoformat(timespec="minutes"),
        "adults": entry.adults,
        "children": entry.children,
        "party": entry.adults + entry.children,
        "place": place_in_line(session, entry),
        "reference": None if booking is None else booking.reference,
        "hold_until": None if until is None else until.astimezone(ZoneInfo(house.time_zone)).isoformat("T", "minutes"),
    }


def is_still_ahead(wish: WaitWish, house: Property, now: datetime) -> bool:
    """Whether there is anything left to wait for."""
    return wish.first_day >= business_date(now, time_zone=house.time_zone, day_starts=house.day_starts_at)


def _open_of(session: Session, guest_id: int) -> Sequence[WaitlistEntry]:
    return session.scalars(
        select(WaitlistEntry)
        .where(WaitlistEntry.guest_id == guest_id, WaitlistEntry.status.in_(WAITLIST_OPEN))
        .order_by(WaitlistEntry.id)
        .execution_options(populate_existing=True)
    ).all()


def _about_the_same(entry: WaitlistEntry, wish: WaitWish) -> bool:
    return (entry.property_id, entry.kind, entry.first_day, entry.last_day) == (
        wish.property_id,
        wish.kind,
        wish.first_day,
        wish.last_day,
    )
