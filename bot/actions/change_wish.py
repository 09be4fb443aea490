"""What a booking shall be instead: the booking as a wish, and what the guest's words make of it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from itertools import islice
from typing import Final, Protocol
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.actions.desk import Desk
from bot.wishes import StayWish, TableWish
from core.bookings.change import try_change
from core.bookings.change_quote import quote_stay_change, quote_table_change, rooms_of_quote, with_people
from core.errors import BookingError, PartyTooLarge
from core.pricing.quote import RoomWanted
from core.pricing.rates import SellablePlan, plans_for
from models.base import Json
from models.booking import Booking
from models.dates import StayDates
from models.property import Property, RoomType
from models.rates import Quote
from models.states import ActorKind, BookingKind, BookingStatus

type Wish = StayWish | TableWish

SAID_OF_DATES: Final = {
    "past": "stay_in_the_past",
    "check_out_before_check_in": "stay_departure_before_arrival",
    "zero_nights": "stay_departure_before_arrival",
    "nights_disagree": "stay_dates_disagree",
    "too_long": "stay_too_long",
    "no_such_date": "no_such_date",
}
_OFFERED: Final = 3
_MOST_ROOMS: Final = 4
_DAYS_AWAY: Final = (1, -1, 2, -2, 3, -3)
_MINUTES_AWAY: Final = (30, -30, 60, -60, 90, -90)


class Seat(Protocol):
    """Where a change is talked about: a guest's desk or an owner's counter."""

    @property
    def session(self) -> Session:
        """The turn's one transaction."""

    @property
    def now(self) -> datetime:
        """The instant it is."""


@dataclass(frozen=True, slots=True)
class Nearby:
    """Something a booking could be changed to."""

    wish: Wish
    title: str
    about: str


def now_wished(desk: Seat, booking: Booking) -> Wish:
    """The booking as if it were wished for now."""
    if booking.kind is BookingKind.TABLE:
        starts = booking.starts_at.astimezone(_zone(desk, booking))
        return TableWish(day=booking.first_day, time=starts.time(), party_size=booking.party_size)
    return _stay_now(desk, booking)


def _stay_now(desk: Seat, booking: Booking) -> StayWish:
    quote = desk.session.get_one(Quote, booking.quote_id)
    types = {room["room_type_id"] for room in quote.request["rooms"]}
    return StayWish(
        check_in=booking.first_day,
        check_out=booking.last_day,
        nights=(booking.last_day - booking.first_day).days,
        adults=booking.adults,
        children=booking.children or None,
        rooms=len(quote.request["rooms"]),
        room_type=quote.parts["room_type"] if len(types) == 1 else None,
        meal_plan=quote.parts["meal_plan"],
    )


def whole_wish(desk: Desk, booking: Booking) -> Wish:
    """The same with its house: for going on from a booking that is only held."""
    house = desk.session.get_one(Property, booking.property_id)
    return replace(now_wished(desk, booking), place=house.city, property_name=house.name)


def fitting(desk: Desk, bookings: Sequence[Booking]) -> list[Booking]:
    """Those bookings the guest's words would make something else of."""
    return [booking for booking in bookings if would_differ(desk, booking)]


def would_differ(desk: Desk, booking: Booking) -> bool:
    """Whether the words say something about this booking that it is not already, and name no other place."""
    if _names_another(desk, booking):
        return False
    if booking.kind is BookingKind.STAY and _speaks_of_eating(desk):
        return False
    before = now_wished(desk, booking)
    wish, problem = heard_wish(desk, booking, before, None)
    return problem is not None or wish != before


def _names_another(desk: Desk, booking: Booking) -> bool:
    house, named = desk.session.get_one(Property, booking.property_id), desk.mentions
    return named.city not in {None, house.city} or named.property not in {None, house.name} or bool(named.refused)


def _speaks_of_eating(desk: Desk) -> bool:
    heard = desk.hear("")
    meal = bool(heard.meal) and desk.mentions.meal_plan is None
    return (heard.time is not None or meal or desk.mentions.cuisine is not None) and heard.nights is None


def from_json(booking: Booking, kept: Json) -> Wish:
    """A wish as it was remembered."""
    return (TableWish if booking.kind is BookingKind.TABLE else StayWish).from_json(kept)


def as_json(wish: Wish) -> Json:
    """A wish to be remembered."""
    return wish.to_json()


def heard_wish(desk: Desk, booking: Booking, before: Wish, words: str | None) -> tuple[Wish, str | None]:
    """What the words make of the wish; or what is wrong with the dates said."""
    kind = booking.kind.value
    heard = desk.hear(kind, words)
    if heard.problem in SAID_OF_DATES:
        return before, heard.problem
    mentions = desk.mentions if words is None else desk.directory.finder.find(words)
    if isinstance(before, TableWish):
        return before.merge(replace(heard, meal=None)), None
    wish = before.merge(heard)
    return replace(
        wish,
        room_type=_type_said(before, mentions.room_type),
        meal_plan=mentions.meal_plan or wish.meal_plan,
        flexible_from=None,
        flexible_to=None,
    ), None


def _type_said(before: StayWish, said: str | None) -> str | None:
    """A type by part of its name is the one they have, when that has this name."""
    if said is None or (before.room_type is not None and said.casefold() in before.room_type.casefold()):
        return before.room_type
    return said


def quoted(desk: Seat, booking: Booking, wish: Wish, *, free: bool = False, other_room: bool = False) -> Quote:
    """The price of the booking as it is wished for; `other_room` when who is here already may change the room type."""
    if isinstance(wish, TableWish):
        day, at = wish.day or booking.first_day, wish.time
        zone = _zone(desk, booking)
        at = at or booking.starts_at.astimezone(zone).time()
        house = desk.session.get_one(Property, booking.property_id)
        # Hours before the house turns its day belong to the evening before.
        late = timedelta(days=1) if at < house.day_starts_at else timedelta(0)
        starts_at = (datetime.combine(day, at, zone) + late).astimezone(UTC)
        return quote_table_change(desk.session, booking, starts_at=starts_at, party_size=wish.party_size, now=desk.now)
    stay = StayDates(wish.check_in or booking.first_day, wish.check_out or booking.last_day)
    least = wish.rooms or 1
    try:
        return _quoted_stay(desk, booking, wish, stay, least, free=free, other_room=other_room)
    except PartyTooLarge:
        larger = None if free else _in_larger_rooms(desk, booking, wish, stay, least)
        if larger is not None:
            return larger
    for rooms in range(least + 1, max(least, _MOST_ROOMS) + 1):
        try:
            return _quoted_stay(desk, booking, wish, stay, rooms, free=free, other_room=other_room)
        except PartyTooLarge:
            if rooms >= _MOST_ROOMS or rooms >= (wish.adults or 1):
                raise
    raise PartyTooLarge(adults=wish.adults, rooms=least)


def _in_larger_rooms(desk: Seat, booking: Booking, wish: StayWish, stay: StayDates, rooms: int) -> Quote | None:
    """More people in as many rooms of another type of the house, the cheapest that is free; before more rooms are."""
    if booking.status is BookingStatus.ARRIVED or wish.room_type != _stay_now(desk, booking).room_type:
        return None
    found: list[Quote] = []
    for name in desk.session.scalars(select(RoomType.name).where(RoomType.property_id == booking.property_id)):
        other = replace(wish, room_type=name)
        try:
            with desk.session.begin_nested():
                quote = _quoted_stay(desk, booking, other, stay, rooms, free=False, other_room=False)
                try_change(desk.session, booking.id, quote_id=quote.id, actor=ActorKind.GUEST, now=desk.now)
        except BookingError:
            continue
        found.append(quote)
    return min(found, key=lambda each: each.total_paise, default=None)


def _quoted_stay(
    desk: Seat, booking: Booking, wish: StayWish, stay: StayDates, count: int, *, free: bool, other_room: bool
) -> Quote:
    rooms = rooms_of_quote(desk.session.get_one(Quote, booking.quote_id))
    now = _stay_now(desk, booking)
    may_move = other_room or booking.status is not BookingStatus.ARRIVED
    if wish.room_type is not None and wish.room_type != now.room_type and may_move:
        room_type_id = _type_named(desk, booking, wish.room_type)
        if room_type_id is not None:
            rooms = [replace(room, room_type_id=room_type_id) for room in rooms]
    if wish.meal_plan is not None and wish.meal_plan != now.meal_plan:
        rooms = _with_meals(desk, rooms, wish.meal_plan)
    rooms = [*rooms, *[rooms[0]] * (count - len(rooms))][:count]
    people = (sum(room.adults for room in rooms), sum(room.children for room in rooms))
    wanted = (wish.adults or booking.adults, wish.children or 0)
    return quote_stay_change(
        desk.session,
        booking,
        stay=stay,
        rooms=rooms if people == wanted else with_people(rooms, *wanted),
        now=desk.now,
        free=free,
    )


def _type_named(desk: Seat, booking: Booking, name: str) -> int | None:
    """The type of that very name, else the first that has it in its name."""
    named = (
        select(RoomType.id)
        .where(RoomType.property_id == booking.property_id, RoomType.name.icontains(name, autoescape=True))
        .order_by(RoomType.name != name, RoomType.id)
        .limit(1)
    )
    return desk.session.scalar(named)


def _with_meals(desk: Seat, rooms: Sequence[RoomWanted], meal_plan: str) -> list[RoomWanted]:
    """The same rooms on a rate with these meals, one that is cancelled on the same terms where there is one."""
    plans = plans_for(desk.session, {room.room_type_id for room in rooms})
    return [replace(room, rate_plan_id=_plan(plans[room.room_type_id], room, meal_plan)) for room in rooms]


def _plan(plans: Sequence[SellablePlan], room: RoomWanted, meal_plan: str) -> int:
    terms = next((each.cancellation_policy_id for each in plans if each.rate_plan_id == room.rate_plan_id), None)
    served = [each for each in plans if each.meal_plan == meal_plan]
    alike = [each for each in served if each.cancellation_policy_id == terms]
    return next((each.rate_plan_id for each in [*alike, *served]), room.rate_plan_id)


def nearby(desk: Desk, booking: Booking, wish: Wish) -> list[Nearby]:
    """Days or hours close to what was wished for that can really be had."""
    return list(islice(_that_can_be_had(desk, booking, wish), _OFFERED))


def _that_can_be_had(desk: Desk, booking: Booking, wish: Wish) -> Iterator[Nearby]:
    now = now_wished(desk, booking)
    for other in _close(wish):
        if other == now:
            continue
        try:
            with desk.session.begin_nested():
                quote = quoted(desk, booking, other)
                try_change(desk.session, booking.id, quote_id=quote.id, actor=ActorKind.GUEST, now=desk.now)
        except BookingError:
            continue
        yield _as_nearby(desk, booking, other, quote)


def _close(wish: Wish) -> Iterator[Wish]:
    if isinstance(wish, TableWish):
        if wish.day is not None and wish.time is not None:
            at = datetime.combine(wish.day, wish.time)
            for minutes in _MINUTES_AWAY:
                moved = at + timedelta(minutes=minutes)
                yield replace(wish, time=moved.time())
            for days in (1, -1):
                yield replace(wish, day=wish.day + timedelta(days=days))
        return
    if wish.check_in is not None and wish.check_out is not None:
        for days in _DAYS_AWAY:
            by = timedelta(days=days)
            yield replace(wish, check_in=wish.check_in + by, check_out=wish.check_out + by)


def _as_nearby(desk: Desk, booking: Booking, wish: Wish, quote: Quote) -> Nearby:
    if isinstance(wish, TableWish):
        starts = datetime.fromisoformat(quote.request["starts_at"]).astimezone(_zone(desk, booking))
        title = desk.words("option_table_at", {"starts": starts})
        return Nearby(wish, title, desk.words("option_table_changed", {"starts": starts, "party": wish.party_size}))
    facts = {
        "arrival": wish.check_in,
        "total": quote.total_paise,
        "nights": wish.nights,
        "adults": wish.adults,
        "children": wish.children,
    }
    return Nearby(wish, desk.words("option_stay_from", facts), desk.words("option_stay_changed", facts))


def _zone(desk: Seat, booking: Booking) -> ZoneInfo:
    return ZoneInfo(desk.session.get_one(Property, booking.property_id).time_zone)
