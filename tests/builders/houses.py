"""A hotel and a restaurant of plain shape, a guest with a conversation, and the steps from a wish to a hold."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any, Final

from sqlalchemy.orm import Session

from core.availability.horizon import extend_horizon
from core.bookings.hold import place_hold
from core.pricing.quote import quote_stay, quote_table
from models.account import Account, AppUser, Line, Membership, OwnerChat
from models.base import Base
from models.booking import Booking
from models.conversation import Conversation
from models.dates import StayDates
from models.guest import Guest
from models.money import Money
from models.property import DiningArea, DiningTable, JoinedTables, Property, Room, RoomType, Sitting, TurnTime
from models.rates import CancellationPolicy, Quote, Rate, RatePlan
from models.states import Channel, ConversationMode, PropertyKind, Provider, Role

FLEXIBLE: Final = {
    "tiers": [{"hours_before": 48, "percent": 0}, {"hours_before": 24, "percent": 50}],
    "no_show_percent": 100,
}
_numbers = itertools.count(1)


def put[Row: Base](session: Session, row: Row) -> Row:
    """Add a row and give it its id."""
    session.add(row)
    session.flush()
    return row


@dataclass(frozen=True, slots=True)
class Hotel:
    """A hotel with one room type."""

    account_id: int
    property_id: int
    room_type_id: int
    bar_id: int
    line_id: int


@dataclass(frozen=True, slots=True)
class Tables:
    """A restaurant with one area."""

    account_id: int
    property_id: int
    area_id: int
    table_ids: tuple[int, ...]
    line_id: int


@dataclass(frozen=True, slots=True)
class Visitor:
    """A guest and their conversation."""

    guest_id: int
    conversation_id: int

    def writing_in(self, conversation_id: int) -> Visitor:
        """The same person on another line."""
        return Visitor(self.guest_id, conversation_id)


def an_account(session: Session, *, now: datetime) -> tuple[int, int, int]:
    """An account, a WhatsApp line of it, and a flexible cancellation policy."""
    number = next(_numbers)
    account = put(session, Account(slug=f"house-{number}", name=f"House {number}", created_at=now))
    line = put(
        session,
        Line(
            account_id=account.id,
            provider=Provider.TWILIO,
            channel=Channel.WHATSAPP,
            address=f"whatsapp:+1415555{number:04d}",
        ),
    )
    policy = put(session, CancellationPolicy(account_id=account.id, name="Flexible", terms=FLEXIBLE))
    return account.id, line.id, policy.id


def a_property(session: Session, kind: PropertyKind, *, now: datetime, **more: object) -> tuple[Property, int]:
    """A property in Jaipur and its account's line."""
    account_id, line_id, policy_id = an_account(session, now=now)
    facts: dict[str, Any] = {
        "name": "Amber House",
        "description": {},
        "city": "Jaipur",
        "area": "Bani Park",
        "address": "1 Palace Road",
        "lat": 26.92,
        "lon": 75.79,
        "bring": {"en": "An identity card"},
        "horizon_days": 60,
    }
    facts.update(more)
    house = put(
        session,
        Property(account_id=account_id, kind=kind, cancellation_policy_id=policy_id, created_at=now, **facts),
    )
    return house, line_id


def a_hotel(
    session: Session,
    *,
    now: datetime,
    rooms: int = 3,
    price: int = 4_000,
    weekend: int | None = None,
    deposit_percent: int = 0,
    **more: object,
) -> Hotel:
    """A hotel with so many double rooms at so many rupees a night."""
    house, line_id = a_property(session, PropertyKind.HOTEL, now=now, **more)
    room_type = put(
        session,
        RoomType(
            property_id=house.id,
            name="Double",
            description={},
            base_adults=2,
            max_adults=3,
            max_guests=4,
            extra_beds=1,
        ),
    )
    for number in range(rooms):
        put(session, Room(property_id=house.id, room_type_id=room_type.id, number=str(101 + number)))
    bar = put(
        session,
        RatePlan(
            property_id=house.id,
            code="BAR",
            name="Best available rate",
            meal_plan="EP",
            percent=0,
            deposit_percent=deposit_percent,
        ),
    )
    put(
        session,
        Rate(
            rate_plan_id=bar.id,
            room_type_id=room_type.id,
            base_paise=Money.rupees(price),
            weekend_paise=Money.rupees(price if weekend is None else weekend),
            extra_adult_paise=Money.rupees(1_000),
            child_paise=Money.rupees(500),
        ),
    )
    extend_horizon(session, house.id, now=now)
    return Hotel(house.account_id, house.id, room_type.id, bar.id, line_id)


def another_type(
    session: Session, hotel: Hotel, *, now: datetime, name: str = "Suite", rooms: int = 2, price: int = 9_000
) -> int:
    """A second room type of that hotel, sold on the same plan; returns its id."""
    room_type = put(
        session,
        RoomType(
            property_id=hotel.property_id,
            name=name,
            description={},
            base_adults=2,
            max_adults=4,
            max_guests=6,
            extra_beds=2,
        ),
    )
    for number in range(rooms):
        number_of = f"{name[0]}{room_type.id}{1 + number}"
        put(session, Room(property_id=hotel.property_id, room_type_id=room_type.id, number=number_of))
    put(
        session,
        Rate(
            rate_plan_id=hotel.bar_id,
            room_type_id=room_type.id,
            base_paise=Money.rupees(price),
            weekend_paise=Money.rupees(price),
            extra_adult_paise=Money.rupees(1_500),
            child_paise=Money.rupees(500),
        ),
    )
    extend_horizon(session, hotel.property_id, now=now)
    return room_type.id


def a_restaurant(
    session: Session,
    *,
    now: datetime,
    covers: Sequence[tuple[int, int]] = ((1, 2), (1, 2), (2, 4)),
    joined: Sequence[tuple[tuple[int, ...], int, int]] = (),
    cover_deposit: int = 0,
    cover_price: int = 0,
    pacing_covers: int | None = None,
    **more: object,
) -> Tables:
    """A restaurant open for dinner every day, with tables of these least and most covers.

    `joined` names tables by their place in `covers`, with the fewest and most covers of the set.
    """
    house, line_id = a_property(session, PropertyKind.RESTAURANT, now=now, **{"name": "Saffron Court"} | more)
    area = put(session, DiningArea(property_id=house.id, name="Terrace"))
    tables = [
        put(session, DiningTable(dining_area_id=area.id, number=str(number), min_covers=least, max_covers=most)).id
        for number, (least, most) in enumerate(covers, start=1)
    ]
    for members, least, most in joined:
        put(
            session,
            JoinedTables(
                dining_area_id=area.id,
                table_ids=[tables[member] for member in members],
                min_covers=least,
                max_covers=most,
            ),
        )
    put(
        session,
        Sitting(
            property_id=house.id,
            name="Dinner",
            weekdays=list(range(1, 8)),
            opens_at=time(19),
            last_order_at=time(22, 30),
            slot_minutes=30,
            pacing_covers=pacing_covers,
            cover_deposit_paise=Money.rupees(cover_deposit),
            cover_price_paise=Money.rupees(cover_price),
        ),
    )
    put(session, TurnTime(property_id=house.id, up_to_covers=2, minutes=90))
    put(session, TurnTime(property_id=house.id, up_to_covers=20, minutes=120))
    extend_horizon(session, house.id, now=now)
    return Tables(house.account_id, house.id, area.id, tuple(tables), line_id)


def a_guest(session: Session, place: Hotel | Tables, *, now: datetime) -> Visitor:
    """Somebody who writes to this house for the first time."""
    number = next(_numbers)
    guest = put(session, Guest(account_id=place.account_id, name=f"Guest {number}", language="en", created_at=now))
    talk = put(
        session,
        Conversation(
            account_id=place.account_id,
            line_id=place.line_id,
            channel=Channel.WHATSAPP,
            address=f"whatsapp:+9198765{number:05d}",
            guest_id=guest.id,
            frame={},
            options=[],
            mode=ConversationMode.DESK,
            created_at=now,
        ),
    )
    return Visitor(guest.id, talk.id)


def an_owner(session: Session, place: Hotel | Tables, *, now: datetime) -> int:
    """Somebody who runs the place from a Telegram chat; returns the chat's id."""
    number = next(_numbers)
    user = put(session, AppUser(email=f"owner-{number}@example.com", name=f"Owner {number}", created_at=now))
    put(session, Membership(user_id=user.id, account_id=place.account_id, role=Role.OWNER, created_at=now))
    line = put(
        session,
        Line(
            account_id=place.account_id,
            provider=Provider.TELEGRAM,
            channel=Channel.TELEGRAM,
            address=str(7_000 + number),
        ),
    )
    chat = OwnerChat(
        account_id=place.account_id,
        user_id=user.id,
        line_id=line.id,
        channel=Channel.TELEGRAM,
        address=str(9_000 + number),
        linked_at=now,
    )
    return put(session, chat).id


def a_stay_quote(
    session: Session,
    hotel: Hotel,
    *,
    now: datetime,
    arrival: date,
    nights: int = 2,
    rooms: int = 1,
    adults: int = 2,
    children: int = 0,
) -> Quote:
    """The price of a stay at the best available rate."""
    return quote_stay(
        session,
        account_id=hotel.account_id,
        room_type_id=hotel.room_type_id,
        rate_plan_id=hotel.bar_id,
        stay=StayDates.of(arrival, nights),
        rooms=rooms,
        adults=adults,
        children=children,
        now=now,
    )


def a_table_quote(
    session: Session, restaurant: Tables, *, now: datetime, starts_at: datetime, party_size: int = 2
) -> Quote:
    """What a table costs in advance."""
    return quote_table(
        session,
        account_id=restaurant.account_id,
        property_id=restaurant.property_id,
        starts_at=starts_at,
        party_size=party_size,
        now=now,
    )


def hold(session: Session, quote: Quote, visitor: Visitor, *, now: datetime) -> Booking:
    """Hold what was quoted, as a guest does by chat."""
    return place_hold(
        session,
        quote_id=quote.id,
        guest_id=visitor.guest_id,
        conversation_id=visitor.conversation_id,
        channel=Channel.WHATSAPP,
        door="chat",
        now=now,
    )
