"""What was held becomes agreed: the price is the one promised, and the confirmation is told from the booking itself."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from core.availability.nights import sell_held, take_again
from core.availability.turns import give_tables, take_tables_from
from core.bookings.events import record
from core.bookings.hold_stay import stay_of
from core.bookings.hold_table import find_place
from core.bookings.move import move, why_not
from core.bookings.rooms import numbers_kept, seat_again
from core.bookings.tell import tell_both
from core.bookings.waitlist_line import line_goes_first, settle_agreed
from core.errors import BookingError, RoomsGone
from core.payments.folio import charge
from core.payments.links import close_links
from core.prepared import together
from core.pricing.deposit import SMALLEST_PAYMENT
from core.pricing.promotions import take_use
from core.pricing.quote import RoomWanted, quote_rooms, quote_table
from models.booking import Booking
from models.property import Property
from models.rates import Quote
from models.states import HOLDING, ActorKind, BookingKind, BookingStatus


def confirm(
    session: Session,
    booking_id: int,
    *,
    actor: ActorKind,
    door: str,
    now: datetime,
    actor_id: int | None = None,
    quietly: bool = False,
) -> Booking:
    """Agree on a held booking.

    A guest may do so alone when nothing has to be paid first; staff may always; the gateway's word for a payment also
    counts in the moment after the hold's end as long as nobody has given the room away yet. `quietly` says nothing to
    anybody: they agreed on it long ago, in another system.
    """
    booking = move(
        session,
        booking_id,
        BookingStatus.CONFIRMED,
        now=now,
        only_from=HOLDING if actor is ActorKind.STAFF else (BookingStatus.HELD,),
        while_held=actor is not ActorKind.GATEWAY,
        deposit_below=SMALLEST_PAYMENT if actor is ActorKind.GUEST else None,
    )
    if booking is None:
        raise why_not(session, booking_id, BookingStatus.CONFIRMED, now=now)
    held = booking.kind is BookingKind.STAY
    _agree(session, booking, actor=actor, actor_id=actor_id, door=door, now=now, quietly=quietly, held=held)
    return booking


def confirm_late(session: Session, booking: Booking, *, door: str, now: datetime) -> bool:
    """Money came after the hold lapsed: take the room again if it is free at that price or less.

    The booking's row is locked by the caller. False: it is gone or dearer, and the money goes back.
    """
    quote = session.get_one(Quote, booking.quote_id)
    house = session.get_one(Property, booking.property_id)
    try:
        with session.begin_nested():
            dearer = _quote_again(session, quote, booking.guest_id, now=now).total_paise > quote.total_paise
            if dearer or not _take_again(session, booking, quote, house, now=now):
                return False
            if line_goes_first(session, quote, booking.guest_id, now=now):
                raise RoomsGone  # whoever waits for it is asked first
            take_use(session, quote, booking, now=now)
    except BookingError:
        return False
    moved = move(session, booking.id, BookingStatus.CONFIRMED, now=now, only_from=(BookingStatus.EXPIRED,))
    if moved is None:
        raise why_not(session, booking.id, BookingStatus.CONFIRMED, now=now)
    _agree(session, moved, actor=ActorKind.GATEWAY, actor_id=None, door=door, now=now)
    return True


def _agree(
    session: Session,
    booking: Booking,
    *,
    actor: ActorKind,
    actor_id: int | None,
    door: str,
    now: datetime,
    quietly: bool = False,
    held: bool = False,
) -> None:
    with together(session):
        if held:
            sell_held(session, [booking.id])
        settle_agreed(session, booking, now=now)
        record(session, booking, "confirmed", actor=actor, actor_id=actor_id, door=door, now=now)
        charge(session, booking, now=now)
        close_links(session, [booking.id], now=now)
    if not quietly:
        tell_both(session, booking, "booking_confirmed", "owner_new_booking", now=now)


def _quote_again(session: Session, quote: Quote, guest_id: int, *, now: datetime) -> Quote:
    """Today's price of the same thing; raises when it is not on offer any more."""
    request = quote.request
    if quote.kind is BookingKind.TABLE:
        return quote_table(
            session,
            account_id=quote.account_id,
            property_id=quote.property_id,
            starts_at=datetime.fromisoformat(request["starts_at"]),
            party_size=request["party_size"],
            now=now,
        )
    rooms = [
        RoomWanted(room["room_type_id"], room["rate_plan_id"], room["adults"], room["children"])
        for room in request["rooms"]
    ]
    promotion = quote.parts.get("promotion") or {}
    return quote_rooms(
        session,
        account_id=quote.account_id,
        stay=stay_of(quote),
        rooms=rooms,
        now=now,
        code=promotion.get("code") or quote.parts.get("access_code"),
        guest_id=guest_id,
    )


def _take_again(session: Session, booking: Booking, quote: Quote, house: Property, *, now: datetime) -> bool:
    if booking.kind is BookingKind.STAY:
        had = numbers_kept(session, booking.id)
        if not take_again(session, booking.id):
            return False
        seat_again(session, booking.id, had, now=now)
        return True
    place, during = find_place(session, quote, house, now=now)
    take_tables_from(session, [booking.id])
    give_tables(session, booking.id, place, during, in_area=quote.request.get("area_id") is not None)
    return True
