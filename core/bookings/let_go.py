"""What a booking had is put back on sale, and its open ways to pay are closed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from core.availability.nights import Count, give_back
from core.availability.turns import release_tables
from core.bookings.waitlist_line import call_line_after, settle_ended
from core.payments.folio import folio_of, with_money
from core.payments.links import close_links
from core.payments.refund import return_money
from core.pricing.promotions import give_back_uses
from models.booking import Booking
from models.states import BookingKind, BookingStatus


def let_go(session: Session, bookings: Sequence[Booking], *, was: Count, now: datetime) -> None:
    """Give back the rooms or tables of bookings that have just ended; a hold also returns what was paid towards it."""
    stays = [booking.id for booking in bookings if booking.kind is BookingKind.STAY]
    tables = [booking.id for booking in bookings if booking.kind is BookingKind.TABLE]
    if stays:
        give_back(session, stays, was=was)
    if tables:
        release_tables(session, tables)
    if not bookings:
        return
    settle_ended(session, bookings, now=now)
    call_line_after(session, bookings, now=now)
    close_links(session, [booking.id for booking in bookings], now=now)
    paid = with_money(session, [booking.id for booking in bookings]) if was == "held" else set()
    for booking in bookings:
        if booking.id in paid:
            return_money(session, booking, folio_of(session, booking.id).kept, reason="hold_ended", now=now)
    # Who does not come has had the code; whoever lapses, changes their mind or cancels has not.
    give_back_uses(session, [each.id for each in bookings if each.status is not BookingStatus.NO_SHOW], now=now)
