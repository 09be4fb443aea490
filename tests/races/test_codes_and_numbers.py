"""The last use of a code, and the next number of an invoice, wanted by thirty-two at the same instant."""

from __future__ import annotations

import threading
from collections import Counter

from sqlalchemy import func, select, text, update
from sqlalchemy.orm import Session

from core.bookings.confirm import confirm
from core.bookings.hold import place_hold
from core.bookings.release import release_hold
from core.payments.invoice_series import next_number
from models.invoice import InvoiceSeries
from models.property import Property
from models.rates import Promotion, PromotionUse
from models.states import ActorKind, Channel, InvoiceKind
from tests.builders.houses import Hotel, a_guest
from tests.builders.prices import a_promotion, a_quote_with
from tests.races.conftest import NIGHT, Place, Wish
from tests.races.rush import rush

GUESTS = 32
USES = 5


def wishes_with_code(place: Place, hotel: Hotel, *, max_uses: int) -> list[Wish]:
    """Everybody was told the price with the code while it was still to be had."""
    with Session(place.engine) as session, session.begin():
        a_promotion(session, hotel, now=place.now, max_uses=max_uses)
        found = []
        for _ in range(GUESTS):
            visitor = a_guest(session, hotel, now=place.now)
            quote = a_quote_with(session, hotel, "MONSOON", now=place.now, arrival=NIGHT, nights=1, visitor=visitor)
            found.append(Wish(quote.id, visitor))
        return found


def hold_and_perhaps_let_go(session: Session, wish: Wish, place: Place) -> int:
    """Hold it; every third guest changes their mind at once, which gives the use back."""
    booking = place_hold(
        session,
        quote_id=wish.quote_id,
        guest_id=wish.visitor.guest_id,
        conversation_id=wish.visitor.conversation_id,
        channel=Channel.WHATSAPP,
        door="chat",
        now=place.now,
    )
    if wish.visitor.guest_id % 3 == 0:
        release_hold(session, booking.id, actor=ActorKind.GUEST, door="chat", now=place.now)
    else:
        confirm(session, booking.id, actor=ActorKind.GUEST, door="chat", now=place.now)
    return booking.id


def uses(place: Place) -> tuple[int, int]:
    """As counted on the promotion, and one by one."""
    with Session(place.engine) as session:
        counted = session.scalars(select(Promotion.used)).one()
        rows = session.scalar(select(func.count()).where(PromotionUse.given_back_at.is_(None))) or 0
    return counted, rows


def test_a_code_is_used_as_often_as_it_may_be_and_not_once_more(place: Place) -> None:
    hotel = place.hotel(rooms=GUESTS)
    wishes = wishes_with_code(place, hotel, max_uses=USES)
    answers = rush(place.url, lambda session, wish: hold_and_perhaps_let_go(session, wish, place), wishes)
    stayed = [
        wish
        for wish, answer in zip(wishes, answers, strict=True)
        if isinstance(answer, int) and wish.visitor.guest_id % 3
    ]
    assert len(stayed) == USES, "whoever let go left the use to another, and nobody else got one"
    assert uses(place) == (USES, USES)
    assert {answer for answer in answers if isinstance(answer, str)} == {"code_refused"}


def test_looking_first_and_counting_then_gives_a_code_too_often(place: Place) -> None:
    """The control: if this used the code only once, the test above would prove nothing."""
    hotel = place.hotel(rooms=1)
    wishes = wishes_with_code(place, hotel, max_uses=1)[:4]
    with place.engine.begin() as connection:
        connection.execute(text("ALTER TABLE promotion DROP CONSTRAINT ck_promotion_not_used_up"))
    everybody_has_looked = threading.Barrier(len(wishes))

    def look_then_count(session: Session, _wish: Wish) -> bool:
        seen = session.scalars(select(Promotion.used)).one()
        everybody_has_looked.wait()
        if seen:
            return False
        session.execute(update(Promotion).values(used=Promotion.used + 1))
        return True

    assert rush(place.url, look_then_count, wishes) == [True] * 4


def test_invoice_numbers_have_no_gap_and_no_double_though_every_fourth_gives_up(place: Place) -> None:
    hotel = place.hotel(rooms=1)

    def take(session: Session, number: int) -> str | None:
        house = session.get_one(Property, hotel.property_id)
        savepoint = session.begin_nested()
        taken = next_number(session, house, InvoiceKind.INVOICE, place.now.date())
        if number % 4 == 0:
            savepoint.rollback()  # something else went wrong after the number was taken
            return None
        return taken.text

    answers = rush(place.url, take, list(range(GUESTS)))
    written = sorted(answer for answer in answers if isinstance(answer, str))
    assert written == [f"AH/26-27/{serial:06}" for serial in range(1, 1 + GUESTS * 3 // 4)]
    assert Counter(answer is None for answer in answers)[True] == GUESTS // 4
    with Session(place.engine) as session:
        assert session.scalars(select(InvoiceSeries.last_number)).one() == GUESTS * 3 // 4


def test_numbers_read_first_and_written_then_come_twice(place: Place) -> None:
    """The control: without the lock on the series two papers get the same number."""
    hotel = place.hotel(rooms=1)
    with Session(place.engine) as session, session.begin():
        next_number(session, session.get_one(Property, hotel.property_id), InvoiceKind.INVOICE, place.now.date())
    everybody_has_looked = threading.Barrier(4)

    def look_then_write(session: Session, _number: int) -> int:
        last = session.scalars(select(InvoiceSeries.last_number)).one()
        everybody_has_looked.wait()
        session.execute(update(InvoiceSeries).values(last_number=last + 1))
        return last + 1

    assert rush(place.url, look_then_write, list(range(4))) == [2, 2, 2, 2]
