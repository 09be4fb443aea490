"""Whatever guests, money and time do, in whatever order, the books of a hotel add up."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from itertools import pairwise

from hypothesis import HealthCheck, settings, strategies
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from core.availability.nights import counts
from core.bookings.arrive import arrive, depart
from core.bookings.cancel import cancel
from core.bookings.change import change
from core.bookings.change_quote import quote_stay_change
from core.bookings.confirm import confirm
from core.bookings.expire import expire_due_holds
from core.bookings.no_show import mark_no_show, undo_no_show
from core.bookings.release import release_hold
from core.errors import AtithiError, RoomsGone, TooManyHolds
from core.payments.apply import apply_payment
from core.payments.ask import ask_for_payment, open_page
from core.payments.folio import folio_of, given_up_for
from core.payments.refund import claim_refunds, record_refund
from core.ports import GatewayPayment, GatewayRefund
from core.pricing.quote import RoomWanted
from models.booking import Booking, BookingEvent
from models.dates import StayDates
from models.folio import Payment, PaymentLink, Refund
from models.inventory import StayRoom
from models.money import NOTHING, Money
from models.states import (
    BOOKING_MOVES,
    HOLDING,
    SELLING,
    ActorKind,
    BookingStatus,
    PaymentState,
    RefundState,
)
from tests.builders.houses import a_guest, a_hotel, a_stay_quote, hold
from tests.fixtures.clock import SUNDAY_NOON

ROOMS = 2
FIRST = date(2026, 12, 1)
SLOW = settings(
    max_examples=30, stateful_step_count=30, deadline=None, suppress_health_check=list(HealthCheck), print_blob=True
)


class Hotel(RuleBasedStateMachine):
    """Two rooms, three guests, and a clock."""

    def __init__(self, engine: Engine) -> None:
        super().__init__()
        self.connection = engine.connect()
        self.outer = self.connection.begin()
        self.session = Session(self.connection, join_transaction_mode="create_savepoint", expire_on_commit=False)
        self.now: datetime = SUNDAY_NOON
        self.hotel = a_hotel(self.session, now=self.now, rooms=ROOMS, deposit_percent=50, horizon_days=20)
        self.guests = [a_guest(self.session, self.hotel, now=self.now) for _ in range(3)]
        self.told = 0

    def teardown(self) -> None:
        """Nothing stays."""
        self.session.close()
        self.outer.rollback()
        self.connection.close()

    @contextmanager
    def a_door(self) -> Iterator[None]:
        """As every door does: all of it, or nothing and a reason."""
        try:
            with self.session.begin_nested():
                yield
        except AtithiError:
            self.session.expire_all()

    def bookings(self) -> list[Booking]:
        return list(self.session.scalars(select(Booking).order_by(Booking.id)))

    def free(self, arrival: date, nights: int) -> int:
        """What the tightest night has to spare, counted from the bookings; lapsed holds are free."""
        days = [arrival + timedelta(days=day) for day in range(nights)]
        taken = rooms_by_night(self.session, now=self.now)
        return min(ROOMS - taken[day] for day in days)

    # ------------------------------------------------------------------------------------------ what may happen

    @rule(
        guest=strategies.integers(0, 2),
        day=strategies.integers(0, 4),
        nights=strategies.integers(1, 3),
        rooms=strategies.sampled_from([1, 1, 2]),
        at_once=strategies.booleans(),
    )
    def a_guest_holds(self, guest: int, day: int, nights: int, rooms: int, *, at_once: bool) -> None:
        """Perhaps going on to the pay page at once."""
        arrival = SUNDAY_NOON.date() + timedelta(days=10 + day)
        visitor = self.guests[guest]
        with self.a_door():
            expire_due_holds(self.session, now=self.now)
            could = self.free(arrival, nights) >= rooms
            try:
                quote = a_stay_quote(
                    self.session,
                    self.hotel,
                    now=self.now,
                    arrival=arrival,
                    nights=nights,
                    rooms=rooms,
                    adults=2 * rooms,
                )
                booking = hold(self.session, quote, visitor, now=self.now)
            except RoomsGone:
                assert not could, "a free room was refused"
                raise
            except TooManyHolds:
                raise
            assert could, "a room was promised that is not there"
            if at_once:
                ask_for_payment(self.session, booking.id, now=self.now)

    @rule(which=strategies.integers(0, 50), actor=strategies.sampled_from([ActorKind.GUEST, ActorKind.STAFF]))
    @precondition(lambda self: self.bookings())
    def somebody_confirms(self, which: int, actor: ActorKind) -> None:
        with self.a_door():
            confirm(self.session, self._pick(which).id, actor=actor, door="chat", now=self.now)

    @rule(which=strategies.integers(0, 50))
    @precondition(lambda self: self.bookings())
    def the_guest_is_asked_to_pay(self, which: int) -> None:
        with self.a_door():
            link = ask_for_payment(self.session, self._pick(which).id, now=self.now)
            open_page(self.session, link.token, now=self.now)

    @rule(which=strategies.integers(0, 50), paise=strategies.sampled_from([0, 0, 0, -10_000, -10_000, 1]))
    @precondition(lambda self: self.links())
    def money_arrives(self, which: int, paise: int) -> None:
        """By any link ever made (most often the newest), in full or nearly, in time or late."""
        links = self.links()[::-1]
        self.told += 1
        self._tell(links[which // 3 % len(links)], f"pay_{self.told:08d}", paise)

    @rule(which=strategies.integers(0, 50))
    @precondition(lambda self: self.online())
    def a_payment_is_told_again(self, which: int) -> None:
        payments = self.online()
        payment = payments[which % len(payments)]
        link = self.session.get_one(PaymentLink, payment.payment_link_id)
        self._tell(link, payment.provider_payment_id, payment.amount_paise.paise - link.amount_paise.paise)

    @rule(which=strategies.integers(0, 50))
    @precondition(lambda self: self.bookings())
    def the_guest_lets_go(self, which: int) -> None:
        with self.a_door():
            release_hold(self.session, self._pick(which).id, actor=ActorKind.GUEST, door="chat", now=self.now)

    @rule(which=strategies.integers(0, 50), waive=strategies.booleans())
    @precondition(lambda self: self.bookings())
    def somebody_cancels(self, which: int, *, waive: bool) -> None:
        with self.a_door():
            cancel(self.session, self._pick(which).id, actor=ActorKind.STAFF, door="chat", now=self.now, waive=waive)

    @rule(
        which=strategies.integers(0, 50),
        day=strategies.integers(0, 4),
        nights=strategies.integers(1, 3),
        rooms=strategies.sampled_from([1, 1, 2]),
        actor=strategies.sampled_from([ActorKind.GUEST, ActorKind.GUEST, ActorKind.STAFF]),
        waive=strategies.booleans(),
        twice=strategies.booleans(),
    )
    @precondition(lambda self: self.bookings())
    def a_booking_is_changed(
        self, which: int, day: int, nights: int, rooms: int, actor: ActorKind, *, waive: bool, twice: bool
    ) -> None:
        """Other nights and rooms; what it has itself is free for it, and a repeated word changes nothing more."""
        stay = StayDates.of(SUNDAY_NOON.date() + timedelta(days=10 + day), nights)
        booking = self._pick(which)
        with self.a_door():
            expire_due_holds(self.session, now=self.now)
            own = rooms_by_night(self.session, now=self.now, only=booking.id)
            taken = rooms_by_night(self.session, now=self.now)
            over = self.now.date() if booking.status is BookingStatus.ARRIVED else date.min
            could = all(ROOMS - taken[night] + own[night] >= rooms for night in stay.nights if night >= over)
            wanted = [RoomWanted(self.hotel.room_type_id, self.hotel.bar_id, 2)] * rooms
            quote = quote_stay_change(self.session, booking, stay=stay, rooms=wanted, now=self.now)
            try:
                for _ in range(1 + twice):
                    change(
                        self.session,
                        booking.id,
                        quote_id=quote.id,
                        actor=actor,
                        door="chat",
                        now=self.now,
                        waive=waive and actor is ActorKind.STAFF,
                    )
            except RoomsGone:
                assert not could, "a change was refused for which there was room"
                raise
            assert could, "a change took a room that is not there"

    @rule(which=strategies.integers(0, 50), came_after_all=strategies.booleans())
    @precondition(lambda self: self.bookings())
    def somebody_does_not_come(self, which: int, *, came_after_all: bool) -> None:
        """Or so it was thought: taken back, they owe what they owed."""
        booking = self._pick(which)
        self.now = max(self.now, booking.starts_at + timedelta(hours=8))
        with self.a_door():
            mark_no_show(self.session, booking.id, door="chat", now=self.now, actor_id=None)
            if came_after_all:
                undo_no_show(self.session, booking.id, door="chat", now=self.now, actor_id=None)

    @rule(which=strategies.integers(0, 50), leave=strategies.booleans())
    @precondition(lambda self: self.bookings())
    def somebody_comes(self, which: int, *, leave: bool) -> None:
        booking = self._pick(which)
        self.now = max(self.now, booking.starts_at)
        with self.a_door():
            arrive(self.session, booking.id, door="chat", now=self.now, actor_id=None)
            if leave:
                depart(self.session, booking.id, door="chat", now=self.now, actor_id=None)

    @rule(guest=strategies.integers(0, 2), undone=strategies.booleans())
    def a_night_is_given_up_when_that_costs_and_then_nobody_comes(self, guest: int, *, undone: bool) -> None:
        """What giving up a night has cost is kept beside whatever a no-show costs."""
        visitor, arrival = self.guests[guest], self.now.date() + timedelta(days=1)
        with self.a_door():
            quote = a_stay_quote(self.session, self.hotel, now=self.now, arrival=arrival, nights=2)
            booking = hold(self.session, quote, visitor, now=self.now)
            self._tell(ask_for_payment(self.session, booking.id, now=self.now), f"pay_early_{booking.id}", 0)
            shorter = quote_stay_change(self.session, booking, stay=StayDates.of(arrival, 1), now=self.now)
            change(self.session, booking.id, quote_id=shorter.id, actor=ActorKind.GUEST, door="chat", now=self.now)
            self.now = max(self.now, booking.starts_at + timedelta(hours=8))
            mark_no_show(self.session, booking.id, door="chat", now=self.now, actor_id=None)
            if undone:
                undo_no_show(self.session, booking.id, door="chat", now=self.now, actor_id=None)

    @rule(minutes=strategies.sampled_from([1, 10, 20, 60, 24 * 60, 4 * 24 * 60]))
    def time_passes(self, minutes: int) -> None:
        self.now += timedelta(minutes=minutes)

    @rule()
    def the_sweeper_comes_by(self) -> None:
        expire_due_holds(self.session, now=self.now)

    @rule(outcome=strategies.sampled_from(["processed", "processed", "pending", "failed"]))
    def refunds_are_sent(self, outcome: str) -> None:
        for refund in claim_refunds(self.session, now=self.now):
            told = GatewayRefund(f"rfnd_{refund.id}", "pay", refund.amount_paise, outcome)
            record_refund(self.session, refund.id, told, now=self.now)
            record_refund(self.session, refund.id, told, now=self.now)

    # --------------------------------------------------------------------------------------- what is always true

    @invariant()
    def the_inventory_is_what_the_bookings_say(self) -> None:
        expected: dict[date, tuple[int, int]] = {}
        rows = self.session.execute(
            select(Booking.status, StayRoom.stay).join(StayRoom, StayRoom.booking_id == Booking.id)
        ).all()
        for status, stay in rows:
            for night in StayDates.from_range(stay).nights:
                held, sold = expected.get(night, (0, 0))
                if status in HOLDING | SELLING:
                    expected[night] = (held + (status in HOLDING), sold + (status in SELLING))
        assert counts(self.session, self.hotel.room_type_id) == expected
        assert all(held + sold <= ROOMS for held, sold in expected.values())

    @invariant()
    def the_money_adds_up(self) -> None:
        paid, back, failed, taken_back = Counter[int](), Counter[int](), Counter[int](), Counter[int]()
        captured = [payment for payment in self.payments() if payment.state is PaymentState.CAPTURED]
        for payment in captured:
            paid[payment.booking_id or 0] += payment.amount_paise.paise
        tried_again = {refund.again_for for refund in self.refunds()}
        for refund in self.refunds():
            if refund.state is RefundState.FAILED and refund.id in tried_again:
                continue
            if refund.state is RefundState.FAILED:
                failed[refund.booking_id or 0] += refund.amount_paise.paise
            else:
                taken_back[refund.payment_id] += refund.amount_paise.paise
            if refund.state is RefundState.PROCESSED:
                back[refund.booking_id or 0] += refund.amount_paise.paise
        for payment in captured:
            assert taken_back[payment.id] <= payment.amount_paise.paise
        for booking in self.bookings():
            folio = folio_of(self.session, booking.id)
            assert (folio.payments.paise, folio.refunds.paise) == (paid[booking.id], back[booking.id])
            assert folio.balance == folio.charges - folio.payments + folio.refunds
            self._kept_what_is_due(booking, folio.charges, folio.kept - Money(failed[booking.id]))

    @invariant()
    def the_events_tell_how_it_came(self) -> None:
        told = defaultdict(list)
        for booking_id, status in self.session.execute(
            select(BookingEvent.booking_id, BookingEvent.status).order_by(BookingEvent.id)
        ):
            told[booking_id].append(status)
        for booking in self.bookings():
            steps = told[booking.id]
            assert (steps[0], steps[-1]) == (BookingStatus.HELD, booking.status)
            assert all(after is before or after in BOOKING_MOVES[before] for before, after in pairwise(steps))

    # ----------------------------------------------------------------------------------------------------- helpers

    def _kept_what_is_due(self, booking: Booking, charges: Money, kept: Money) -> None:
        """Money of bookings that never came about goes back; agreed ones are charged what was promised."""
        match booking.status:
            case BookingStatus.EXPIRED | BookingStatus.RELEASED:
                assert (charges, kept) == (NOTHING, NOTHING)
            case BookingStatus.CANCELLED:
                assert kept == charges
            case BookingStatus.NO_SHOW:
                assert kept == charges == min(self._keeps(booking), self._ever_paid(booking))
            case BookingStatus.CONFIRMED | BookingStatus.ARRIVED | BookingStatus.COMPLETED:
                assert charges == booking.total_paise + given_up_for(self.session, booking.id)
                assert kept <= charges
            case _:
                assert charges == NOTHING
                assert kept < booking.deposit_paise or booking.deposit_paise == NOTHING

    def _keeps(self, booking: Booking) -> Money:
        """What the policy keeps of those who do not come, and what earlier changes had cost."""
        no_show = booking.total_paise.share(booking.policy["no_show_percent"])
        return no_show + given_up_for(self.session, booking.id)

    def _ever_paid(self, booking: Booking) -> Money:
        """What came in and was not promised back for another reason than that they did not come."""
        back = [each for each in self.refunds() if each.booking_id == booking.id and each.reason != "no_show"]
        gone = Money.total(each.amount_paise for each in back if each.state is not RefundState.FAILED)
        return folio_of(self.session, booking.id).payments - gone

    def _tell(self, link: PaymentLink, payment_id: str, more: int) -> None:
        payment = GatewayPayment(payment_id, link.amount_paise + Money(more), "INR", "captured", "upi", self.now)
        with self.a_door():
            apply_payment(
                self.session, account_id=link.account_id, payment=payment, reference=link.reference, now=self.now
            )

    def _pick(self, which: int) -> Booking:
        bookings = self.bookings()
        return bookings[which % len(bookings)]

    def links(self) -> list[PaymentLink]:
        return list(self.session.scalars(select(PaymentLink).order_by(PaymentLink.id)))

    def payments(self) -> list[Payment]:
        return list(self.session.scalars(select(Payment).order_by(Payment.id)))

    def online(self) -> list[Payment]:
        """What came by a link."""
        return [payment for payment in self.payments() if payment.payment_link_id is not None]

    def refunds(self) -> list[Refund]:
        return list(self.session.scalars(select(Refund).order_by(Refund.id)))


def rooms_by_night(session: Session, *, now: datetime, only: int | None = None) -> Counter[date]:
    """Rooms taken on each night by bookings that still count, or by one of them."""
    taken: Counter[date] = Counter()
    rows = session.execute(
        select(Booking.id, Booking.status, Booking.hold_expires_at, StayRoom.stay).join(
            StayRoom, StayRoom.booking_id == Booking.id
        )
    )
    for booking_id, status, ends, stay in rows:
        if only not in {None, booking_id}:
            continue
        if status in SELLING or (status in HOLDING and ends is not None and ends > now):
            taken.update(StayDates.from_range(stay).nights)
    return taken


def test_the_books_of_a_hotel_add_up_whatever_happens(worker_engine: Engine) -> None:
    class ThisHotel(Hotel):
        def __init__(self) -> None:
            super().__init__(worker_engine)

    run_state_machine_as_test(ThisHotel, settings=SLOW)
