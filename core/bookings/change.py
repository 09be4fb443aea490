"""A booking changes: the new is taken and the old given back in one breath, and what was paid stays paid.

The booking keeps its id, its reference and its account. Its own rooms and tables count as free for it, so that nobody
competes with themselves; when the new cannot be had, nothing at all has happened to the old.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.availability.nights import lock_nights, nights_of, rooms_by_night, shift
from core.availability.rooms import lock_numbers
from core.availability.turns import give_tables, take_tables_from
from core.bookings.change_money import Settled, settle_difference
from core.bookings.change_rooms import as_wanted, slept_until, with_nights_slept, write_rooms
from core.bookings.change_rules import check_new_dates, stay_of_booking, why_not_changed
from core.bookings.events import record
from core.bookings.expire import announce_lapsed, end_lapsed
from core.bookings.facts import booking_facts
from core.bookings.hold_at_once import SHORTEST_WITH_LINK
from core.bookings.hold_stay import moments, rooms_by_type, stay_of
from core.bookings.hold_table import find_place, table_columns
from core.bookings.let_go import let_go
from core.bookings.move import lock
from core.bookings.rooms import numbers_kept, seat_again
from core.bookings.tell import tell_guest, tell_house
from core.bookings.waitlist_line import call_line_after
from core.errors import BookingNotFound, HoldLapsed, MoveNotAllowed, QuoteLapsed, TimeHasPassed
from core.pricing.promotions import give_back_uses
from models.base import Json
from models.booking import Booking, BookingEvent
from models.money import Money
from models.property import Property
from models.rates import Quote
from models.states import HOLDING, ActorKind, BookingKind, BookingStatus

CHANGEABLE: Final = frozenset({BookingStatus.HELD, BookingStatus.CONFIRMED, BookingStatus.ARRIVED})
# What of a booking an event tells before and after it.
_TOLD: Final = (
    "arrival",
    "departure",
    "nights",
    "rooms_by_type",
    "starts",
    "ends",
    "dining",
    "party",
    "adults",
    "children",
    "total",
)


@dataclass(frozen=True, slots=True)
class Changed:
    """A booking as it is now, what it cost before and costs now, and what follows in money.

    `to_pay` is due now, `refund` is on its way back, `kept` is what the policy keeps of the part that was given up.
    """

    booking: Booking
    before_total: Money
    total: Money
    to_pay: Money
    refund: Money
    kept: Money


def change(
    session: Session,
    booking_id: int,
    *,
    quote_id: int,
    actor: ActorKind,
    door: str,
    now: datetime,
    actor_id: int | None = None,
    waive: bool = False,
) -> Changed:
    """Give a booking what was quoted for it instead of what it has; asked twice with one quote, it changes once.

    Args:
        session: the door's transaction.
        booking_id: which booking.
        quote_id: the price told for the change (`quote_stay_change`, `quote_table_change`).
        actor: who changes it; staff may go beyond the house's rules, never beyond its rooms.
        door: through which door.
        now: the instant.
        actor_id: the person.
        waive: the house keeps nothing for what is given up (an act of staff, written down as such).
    """
    booking = lock(session, booking_id)
    quote = session.get(Quote, quote_id)
    mine = (booking.account_id, booking.property_id, booking.kind)
    if quote is None or (quote.account_id, quote.property_id, quote.kind) != mine:
        raise BookingNotFound(quote_id=quote_id)
    if (done := _done_already(session, booking, quote_id)) is not None:
        return done
    _check(booking, quote, now)
    before, began, old = _told(session, booking), booking.starts_at, session.get_one(Quote, booking.quote_id)
    house = session.get_one(Property, booking.property_id)
    lapsed = _lapsed_beside(session, booking, now)
    if _gives_up(booking, old, quote):
        call_line_after(session, [booking], now=now)  # for what it had; who waits is asked after the commit
    if booking.kind is BookingKind.STAY:
        columns = _take_rooms(session, booking, quote, house, lapsed, by_staff=actor is ActorKind.STAFF, now=now)
    else:
        let_go(session, lapsed, was="held", now=now)
        columns = _take_table(session, booking, quote, house, now=now)
    announce_lapsed(session, lapsed, now=now)
    was_held = booking.status is BookingStatus.HELD
    if was_held:
        columns["hold_expires_at"] = _time_to_pay(booking, house, now)
    for name, value in columns.items():
        setattr(booking, name, value)
    booking.quote_id, booking.changed_at = quote.id, now
    booking.total_paise, booking.deposit_paise = quote.total_paise, quote.deposit_paise
    session.flush()
    if old.parts.get("promotion") and not quote.parts.get("promotion"):
        give_back_uses(session, [booking.id], now=now)
    settled = settle_difference(session, booking, old, quote, began=began, waive=waive, now=now)
    facts = {
        "quote": quote.id,
        "before": before,
        "after": _told(session, booking),
        "to_pay": settled.to_pay.paise,
        "refund": settled.refund.paise,
        "kept": settled.kept.paise,
        "waived": settled.waived.paise,
        "free": quote.parts.get("free", False),
    }
    record(session, booking, "changed", actor=actor, actor_id=actor_id, door=door, now=now, facts=facts)
    more = {name: facts[name] for name in ("to_pay", "refund", "kept")} | {"before_total": before["total"]}
    told = booking_facts(session, booking)
    rest = {"rest": max(told["balance"] - settled.to_pay.paise, 0)}  # what is left when that is paid
    tell_guest(session, booking, "booking_changed", now=now, about=str(quote.id), more=more | rest, facts=told)
    if not was_held:  # the house has not heard of it yet
        tell_house(session, booking, "owner_booking_changed", now=now, about=str(quote.id), more=more | _was(before))
    return _changed(booking, before["total"], settled)


@contextmanager
def tried(session: Session) -> Iterator[None]:
    """Everything inside is done to see whether and at what price it can be, and then undone."""
    attempt = session.begin_nested()
    try:
        yield
    finally:
        attempt.rollback()
        session.expire_all()


def try_change(
    session: Session,
    booking_id: int,
    *,
    quote_id: int,
    actor: ActorKind,
    now: datetime,
    waive: bool = False,
) -> Settled:
    """What this change would mean in money, if it can be had at all; nothing is changed by looking.

    Raises:
        BookingError: why it cannot be had.
    """
    with tried(session):
        done = change(session, booking_id, quote_id=quote_id, actor=actor, door="look", now=now, waive=waive)
        return Settled(done.to_pay, done.refund, done.kept)


def _done_already(session: Session, booking: Booking, quote_id: int) -> Changed | None:
    """The same change asked for again: what it was then."""
    facts = session.scalar(
        select(BookingEvent.facts).where(
            BookingEvent.booking_id == booking.id,
            BookingEvent.kind == "changed",
            BookingEvent.facts["quote"].as_integer() == quote_id,
        )
    )
    if facts is None:
        return None
    settled = Settled(Money(facts["to_pay"]), Money(facts["refund"]), Money(facts["kept"]), Money(facts["waived"]))
    return _changed(booking, facts["before"]["total"], settled)


def _changed(booking: Booking, before_total: int, settled: Settled) -> Changed:
    return Changed(booking, Money(before_total), booking.total_paise, settled.to_pay, settled.refund, settled.kept)


def _check(booking: Booking, quote: Quote, now: datetime) -> None:
    if booking.status not in CHANGEABLE:
        raise MoveNotAllowed(reference=booking.reference, status=booking.status.value, to="changed")
    if booking.status is BookingStatus.HELD and booking.hold_expires_at is not None and booking.hold_expires_at <= now:
        raise HoldLapsed(reference=booking.reference)
    if quote.id == booking.quote_id or quote.good_until <= now:
        raise QuoteLapsed(good_until=quote.good_until.isoformat())


def _gives_up(booking: Booking, old: Quote, quote: Quote) -> bool:
    """Whether something comes free by it: a night, a room, or a table at another time."""
    if booking.kind is BookingKind.TABLE:
        return True
    stay, had = stay_of(quote), Counter(rooms_by_type(old))
    had.subtract(rooms_by_type(quote))
    return stay.arrival > booking.first_day or stay.departure < booking.last_day or any(n > 0 for n in had.values())


def _lapsed_beside(session: Session, booking: Booking, now: datetime) -> Sequence[Booking]:
    """Holds of the house whose time is up and that nobody has swept yet: what they held is free."""
    due = select(Booking.id).where(
        Booking.property_id == booking.property_id,
        Booking.id != booking.id,
        Booking.status.in_(HOLDING),
        Booking.hold_expires_at <= now,
    )
    return end_lapsed(session, now=now, among=session.scalars(due).all())


def _time_to_pay(booking: Booking, house: Property, now: datetime) -> datetime:
    """What is held anew is held as long as any other hold, and never shorter than before."""
    fresh = now + max(timedelta(minutes=house.hold_minutes), SHORTEST_WITH_LINK)
    return max(fresh, booking.hold_expires_at or fresh)


def _take_rooms(
    session: Session,
    booking: Booking,
    quote: Quote,
    house: Property,
    lapsed: Sequence[Booking],
    *,
    by_staff: bool,
    now: datetime,
) -> Json:
    """All nights, old and new, are locked in one order; then only the difference is taken or given back."""
    stay, wanted = stay_of(quote), rooms_by_type(quote)
    check_new_dates(booking, stay, house, now)
    lock_nights(session, [booking.id, *(each.id for each in lapsed)], wanted, stay)
    let_go(session, lapsed, was="held", now=now)
    numbers = numbers_kept(session, booking.id)
    if any(kept.is_pinned for kept in numbers):  # before rooms are written: their foreign key shares this lock
        lock_numbers(session, wanted, ahead=True)
    had, slept = rooms_by_night(session, booking.id), slept_until(booking, house, now)
    refused = why_not_changed(
        nights_of(session, wanted, stay),
        with_nights_slept(had, wanted, stay, slept),
        wanted,
        old=stay_of_booking(booking),
        new=stay,
        by_staff=by_staff,
    )
    if refused is not None:
        raise refused
    difference = as_wanted(wanted, stay, had, slept)
    difference.subtract(had)
    shift(session, difference, count="held" if booking.status is BookingStatus.HELD else "sold")
    session.expire_all()
    write_rooms(session, booking, quote, stay, slept)
    seat_again(session, booking.id, numbers, now=now, same_rooms=booking.status is BookingStatus.ARRIVED)
    starts_at, ends_at = moments(stay, house)
    adults, children = quote.request["adults"], quote.request["children"]
    return {
        "first_day": stay.arrival,
        "last_day": stay.departure,
        "starts_at": starts_at,
        "ends_at": ends_at,
        "adults": adults,
        "children": children,
        "party_size": adults + children,
    }


def _take_table(session: Session, booking: Booking, quote: Quote, house: Property, *, now: datetime) -> Json:
    """The new evening is locked and a table chosen as if the party had none; the old ones are free from then on."""
    request = quote.request
    starts_at = datetime.fromisoformat(request["starts_at"])
    if starts_at <= now and booking.status is not BookingStatus.ARRIVED:
        raise TimeHasPassed(starts=request["starts_at"])
    place, during = find_place(session, quote, house, now=now, besides=booking.id)
    take_tables_from(session, [booking.id])
    give_tables(session, booking.id, place, during, in_area=request.get("area_id") is not None)
    return table_columns(
        date.fromisoformat(request["service_day"]),
        starts_at,
        datetime.fromisoformat(request["ends_at"]),
        request["party_size"],
    )


def _told(session: Session, booking: Booking) -> Json:
    facts = booking_facts(session, booking)
    return {name: facts[name] for name in _TOLD}


def _was(before: Json) -> Json:
    return {f"was_{name}": value for name, value in before.items()}
