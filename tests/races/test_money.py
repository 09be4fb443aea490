"""Money that arrives at the very instant something else happens."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from core.bookings.cancel import cancel
from core.bookings.expire import expire_due_holds
from core.bookings.move import lock
from core.bookings.release import release_hold
from core.payments.apply import Outcome
from core.payments.audit import apply_found
from core.payments.desk import take_money, untake_money
from core.payments.folio import add_line, folio_of
from core.payments.orders import apply_to_order, record_order
from core.payments.reconcile import apply_link
from core.payments.refund import claim_refunds, return_money
from core.ports import GatewayLink, GatewayPayment
from models.folio import FolioLine, Payment, PaymentLink, Refund
from models.messaging import Message
from models.money import NOTHING
from models.states import ActorKind, BookingStatus, FolioKind, PaymentState, Provider
from tests.races.conftest import NIGHT, Place, hold_it, pay
from tests.races.rush import rush

type Step = Callable[[Session], object]


def together(place: Place, *steps: Step) -> list[object]:
    """Let all of it happen at once."""
    return rush(place.url, lambda session, step: step(session), steps)


def count(place: Place, kind: type) -> int:
    with Session(place.engine) as session:
        return session.scalar(select(func.count()).select_from(kind)) or 0


def test_the_same_payment_told_twenty_times_at_once_counts_once(place: Place) -> None:
    hotel = place.hotel(rooms=1, deposit_percent=100)
    _, link = place.a_held_room(hotel)
    told = rush(place.url, lambda session, _: pay(session, link, place.now).outcome, range(20))
    assert Counter(told) == {Outcome.CONFIRMED: 1, Outcome.KNOWN: 19}
    assert (count(place, Payment), count(place, Refund)) == (1, 0)
    assert place.counts(hotel) == {NIGHT: (0, 1)}
    with Session(place.engine) as session:
        assert Counter(session.scalars(select(Message.reply)))["booking_confirmed"] == 1


def test_many_payments_of_one_link_at_once_keep_one_and_return_the_others(place: Place) -> None:
    hotel = place.hotel(rooms=1, deposit_percent=100)
    booking_id, link = place.a_held_room(hotel)
    told = rush(place.url, lambda session, number: pay(session, link, place.now, f"pay_{number}").outcome, range(8))
    assert Counter(told) == {Outcome.CONFIRMED: 1, Outcome.REFUNDED_TWICE: 7}
    with Session(place.engine) as session:
        folio = folio_of(session, booking_id)
    assert folio.kept == folio.charges


@pytest.mark.parametrize("attempt", range(8))
def test_paying_while_the_hold_lapses_always_gets_the_room(place: Place, attempt: int) -> None:
    hotel = place.hotel(rooms=1, deposit_percent=100)
    _, link = place.a_held_room(hotel)
    end = place.now + timedelta(minutes=20)
    steps: list[Step] = [lambda session: pay(session, link, end), lambda session: expire_due_holds(session, now=end)]
    together(place, *(steps if attempt % 2 else reversed(steps)))
    assert place.statuses() == [BookingStatus.CONFIRMED]
    assert place.counts(hotel) == {NIGHT: (0, 1)}
    assert count(place, Refund) == 0


@pytest.mark.parametrize("attempt", range(8))
def test_paying_late_while_another_guest_takes_the_room_gives_it_to_one_of_them(place: Place, attempt: int) -> None:
    hotel = place.hotel(rooms=1, deposit_percent=100)
    _, link = place.a_held_room(hotel)
    (rival,) = place.rival_wishes(hotel)
    end = place.now + timedelta(minutes=20)
    steps: list[Step] = [
        lambda session: pay(session, link, end),
        lambda session: hold_it(session, rival, end),
        lambda session: expire_due_holds(session, now=end),
    ]
    together(place, *steps[attempt % 3 :], *steps[: attempt % 3])
    statuses = place.statuses()
    if len(statuses) == 1:
        assert statuses == [BookingStatus.CONFIRMED]
        assert (place.counts(hotel), count(place, Refund)) == ({NIGHT: (0, 1)}, 0)
    else:
        assert statuses == [BookingStatus.EXPIRED, BookingStatus.HELD]
        assert (place.counts(hotel), count(place, Refund)) == ({NIGHT: (1, 0)}, 1)


@pytest.mark.parametrize("attempt", range(6))
def test_paying_while_letting_go_is_a_booking_or_a_refund(place: Place, attempt: int) -> None:
    hotel = place.hotel(rooms=1, deposit_percent=100)
    booking_id, link = place.a_held_room(hotel)
    steps: list[Step] = [
        lambda session: pay(session, link, place.now),
        lambda session: release_hold(session, booking_id, actor=ActorKind.GUEST, door="chat", now=place.now),
    ]
    together(place, *(steps if attempt % 2 else reversed(steps)))
    (status,) = place.statuses()
    refunds = {BookingStatus.CONFIRMED: 0, BookingStatus.RELEASED: 1}
    assert count(place, Refund) == refunds[status]


@pytest.mark.parametrize("attempt", range(6))
def test_cancelling_while_a_second_payment_arrives_returns_all_of_it(place: Place, attempt: int) -> None:
    hotel = place.hotel(rooms=1, deposit_percent=100)
    booking_id, link = place.a_held_room(hotel)
    with Session(place.engine) as session, session.begin():
        pay(session, link, place.now)
    steps: list[Step] = [
        lambda session: pay(session, link, place.now, "pay_2"),
        lambda session: cancel(session, booking_id, actor=ActorKind.GUEST, door="chat", now=place.now).kept,
    ]
    together(place, *(steps if attempt % 2 else reversed(steps)))
    assert place.statuses() == [BookingStatus.CANCELLED]
    assert place.counts(hotel) == {}
    with Session(place.engine) as session:
        folio = folio_of(session, booking_id)
    assert (folio.charges, folio.kept) == (NOTHING, NOTHING)


def test_cancelling_sixteen_times_at_once_gives_back_once(place: Place) -> None:
    hotel = place.hotel(rooms=1, deposit_percent=100)
    booking_id, link = place.a_held_room(hotel)
    with Session(place.engine) as session, session.begin():
        pay(session, link, place.now)

    def one_cancels(session: Session, _: int) -> bool:
        return bool(cancel(session, booking_id, actor=ActorKind.GUEST, door="chat", now=place.now).refund)

    told = rush(place.url, one_cancels, range(16))
    assert Counter(told) == {True: 1, "move_not_allowed": 15}
    assert count(place, Refund) == 1


def test_two_sweepers_share_the_work(place: Place) -> None:
    hotel = place.hotel(rooms=30)
    for wish in place.stay_wishes(hotel, [(NIGHT + timedelta(days=day % 5), 3) for day in range(30)]):
        with Session(place.engine) as session, session.begin():
            hold_it(session, wish, place.now)
    end = place.now + timedelta(minutes=20)
    swept = rush(place.url, lambda session, _: len(expire_due_holds(session, now=end, limit=10)), range(6))
    assert sum(int(found) for found in swept) == 30
    assert place.counts(hotel) == {}


def test_a_refund_is_claimed_by_one_worker_only(place: Place) -> None:
    hotel = place.hotel(rooms=1, deposit_percent=100)
    booking_id, link = place.a_held_room(hotel)
    with Session(place.engine) as session, session.begin():
        pay(session, link, place.now)
        cancel(session, booking_id, actor=ActorKind.GUEST, door="chat", now=place.now)
    claimed = rush(place.url, lambda session, _: len(claim_refunds(session, now=place.now)), range(8))
    assert sum(int(found) for found in claimed) == 1


# ------------------------------------------------------------------------- the same money by every door at once


def _order_of(place: Place, link: PaymentLink) -> str:
    """The guest has our own page open beside the link."""
    with Session(place.engine) as session, session.begin():
        return record_order(session, link.id, "order_1")


def _webhook(link: PaymentLink, now: datetime) -> Step:
    return lambda session: pay(session, link, now).outcome


def _verify(link: PaymentLink, now: datetime, order_id: str) -> Step:
    payment = GatewayPayment("pay_1", link.amount_paise, "INR", "captured", "upi", now, order_id=order_id)
    return lambda session: apply_to_order(session, account_id=link.account_id, payment=payment, now=now).outcome


def _poller(link: PaymentLink, now: datetime) -> Step:
    payment = GatewayPayment("pay_1", link.amount_paise, "INR", "captured", "upi", now)
    told = GatewayLink("plink_1", link.reference, "", "paid", link.amount_paise, (payment,))
    return lambda session: apply_link(session, session.get_one(PaymentLink, link.id), told, now=now)[0].outcome


def _listing(link: PaymentLink, now: datetime) -> Step:
    payment = GatewayPayment("pay_1", link.amount_paise, "INR", "captured", "upi", now, reference=link.reference)
    return lambda session: apply_found(session, link.account_id, payment, now=now).outcome


def test_one_payment_told_by_event_poller_listing_and_browser_thirty_two_times_at_once_counts_once(
    place: Place,
) -> None:
    hotel = place.hotel(rooms=1, deposit_percent=100)
    booking_id, link = place.a_held_room(hotel)
    order_id = _order_of(place, link)
    doors = [_webhook(link, place.now), _verify(link, place.now, order_id)]
    doors += [_poller(link, place.now), _listing(link, place.now)]
    told = together(place, *(doors[number % 4] for number in range(32)))
    assert Counter(told) == {Outcome.CONFIRMED: 1, Outcome.KNOWN: 31}
    assert (count(place, Payment), count(place, Refund)) == (1, 0)
    with Session(place.engine) as session:
        folio = folio_of(session, booking_id)
        assert Counter(session.scalars(select(Message.reply)))["booking_confirmed"] == 1
    assert (folio.payments, folio.balance) == (folio.charges, NOTHING)


def test_without_one_row_for_each_payment_the_same_rush_would_count_it_many_times(place: Place) -> None:
    """The control: what the rush above is up against is real."""
    hotel = place.hotel(rooms=1, deposit_percent=100)
    booking_id, link = place.a_held_room(hotel)

    def careless(session: Session, _: int) -> bool:
        """Look first, write after: as one would without the unique row."""
        known = session.scalar(select(func.count()).select_from(FolioLine).where(FolioLine.booking_id == booking_id))
        session.execute(text("SELECT pg_sleep(0.05)"))
        if known:
            return False
        payment = Payment(
            account_id=link.account_id,
            booking_id=booking_id,
            provider=Provider.RAZORPAY,
            provider_payment_id=f"careless-{threading.get_ident()}",
            amount_paise=link.amount_paise,
            currency="INR",
            state=PaymentState.CAPTURED,
            created_at=place.now,
        )
        session.add(payment)
        session.flush()
        add_line(session, booking_id, FolioKind.PAYMENT, "upi", link.amount_paise, now=place.now, payment_id=payment.id)
        return True

    counted = rush(place.url, careless, range(8))
    assert sum(bool(one) for one in counted) > 1


@pytest.mark.parametrize("attempt", range(6))
def test_cash_at_the_desk_while_the_guest_pays_online_is_a_booking_and_one_refund_or_none(
    place: Place, attempt: int
) -> None:
    hotel = place.hotel(rooms=1, deposit_percent=100)
    booking_id, link = place.a_held_room(hotel)

    def cash(session: Session) -> object:
        return take_money(
            session,
            booking_id,
            link.amount_paise,
            how="cash",
            key="act-1",
            door="owner_chat",
            actor_id=None,
            now=place.now,
        ).status

    steps: list[Step] = [lambda session: pay(session, link, place.now).outcome, cash]
    together(place, *(steps if attempt % 2 else reversed(steps)))
    assert place.statuses() == [BookingStatus.CONFIRMED]
    with Session(place.engine) as session:
        folio = folio_of(session, booking_id)
    # Whichever was second is too much: the gateway's goes back by itself, cash over the counter stands as a credit.
    assert folio.charges == link.amount_paise
    assert folio.payments == link.amount_paise * 2
    assert folio.on_the_way_back in {NOTHING, link.amount_paise}


def test_refunding_from_sixteen_chats_at_once_gives_back_no_more_than_was_paid(place: Place) -> None:
    hotel = place.hotel(rooms=1, deposit_percent=100)
    booking_id, link = place.a_held_room(hotel)
    with Session(place.engine) as session, session.begin():
        pay(session, link, place.now)
    part = link.amount_paise.share(40)

    def give_back(session: Session, _: int) -> int:
        booking = lock(session, booking_id)
        return len(return_money(session, booking, part, reason="house", now=place.now))

    rush(place.url, give_back, range(16))
    with Session(place.engine) as session:
        folio = folio_of(session, booking_id)
    assert folio.on_the_way_back == folio.payments
    assert folio.kept == NOTHING


def test_one_cash_payment_is_taken_back_once_by_eight_at_once(place: Place) -> None:
    hotel = place.hotel(rooms=1, deposit_percent=100)
    booking_id, link = place.a_held_room(hotel)
    with Session(place.engine) as session, session.begin():
        take_money(
            session, booking_id, link.amount_paise, how="cash", key="a", door="chat", actor_id=None, now=place.now
        )
    told = rush(
        place.url,
        lambda session, _: (
            untake_money(session, "a", door="chat", actor_id=None, now=place.now).status is BookingStatus.CONFIRMED
        ),
        range(8),
    )
    assert Counter(told) == {True: 1, "already_so": 7}
