"""Whatever happens in whatever order: the line is served from its beginning, and a free room finds who waits for it."""

from __future__ import annotations

from datetime import date, timedelta

from hypothesis import HealthCheck, settings, strategies
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from core.availability.nights import counts
from core.bookings.cancel import cancel
from core.bookings.confirm import confirm
from core.bookings.expire import expire_due_holds
from core.bookings.offer import accept, refuse
from core.bookings.waitlist import WaitWish, join, leave
from core.bookings.waitlist_offer import serve_next
from core.errors import AtithiError
from models.booking import Booking
from models.states import ActorKind, BookingKind, BookingStatus, WaitStatus
from models.waitlist import WaitlistEntry
from tests.builders.houses import a_guest, a_hotel, a_stay_quote, hold
from tests.fixtures.clock import SUNDAY_NOON

NIGHT = date(2026, 12, 24)
ROOMS = 2
SLOW = settings(max_examples=15, stateful_step_count=20, deadline=None, suppress_health_check=list(HealthCheck))


class Line(RuleBasedStateMachine):
    """Two rooms, one night, and everybody wants one of them."""

    def __init__(self, engine: Engine) -> None:
        super().__init__()
        self.connection = engine.connect()
        self.outer = self.connection.begin()
        self.session = Session(self.connection, join_transaction_mode="create_savepoint", expire_on_commit=False)
        self.now = SUNDAY_NOON
        self.hotel = a_hotel(self.session, now=self.now, rooms=ROOMS)

    def teardown(self) -> None:
        """Nothing stays."""
        self.session.close()
        self.outer.rollback()
        self.connection.close()

    @rule()
    def somebody_walks_up(self) -> None:
        waiting = bool(self._of(WaitStatus.WAITING))
        try:
            with self.session.begin_nested():
                quote = a_stay_quote(self.session, self.hotel, now=self.now, arrival=NIGHT, nights=1)
                taken = hold(self.session, quote, a_guest(self.session, self.hotel, now=self.now), now=self.now)
        except AtithiError:
            self.session.expire_all()
            return
        assert not waiting, "somebody walked past the line"
        confirm(self.session, taken.id, actor=ActorKind.STAFF, door="test", now=self.now)

    @rule()
    def somebody_joins(self) -> None:
        visitor = a_guest(self.session, self.hotel, now=self.now)
        wish = WaitWish(self.hotel.property_id, BookingKind.STAY, NIGHT, NIGHT + timedelta(days=1), adults=2)
        join(self.session, wish, guest_id=visitor.guest_id, conversation_id=visitor.conversation_id, now=self.now)

    @rule(which=strategies.integers(0, 5))
    def somebody_cancels(self, which: int) -> None:
        agreed = self.session.scalars(
            select(Booking).where(
                Booking.property_id == self.hotel.property_id, Booking.status == BookingStatus.CONFIRMED
            )
        ).all()
        if agreed:
            booking = agreed[which % len(agreed)]
            cancel(self.session, booking.id, actor=ActorKind.GUEST, door="test", now=self.now)

    @rule(which=strategies.integers(0, 5), yes=strategies.booleans())
    def an_offer_is_answered(self, which: int, *, yes: bool) -> None:
        offered = self._of(WaitStatus.OFFERED)
        if not offered:
            return
        entry = offered[which % len(offered)]
        assert entry.booking_id is not None
        if yes:
            accept(self.session, entry.booking_id, guest_id=entry.guest_id, door="chat", now=self.now)
            confirm(self.session, entry.booking_id, actor=ActorKind.GUEST, door="chat", now=self.now)
        else:
            refuse(self.session, entry.booking_id, guest_id=entry.guest_id, door="chat", now=self.now)

    @rule(which=strategies.integers(0, 5))
    def somebody_leaves(self, which: int) -> None:
        waiting = self._of(WaitStatus.WAITING)
        if waiting:
            entry = waiting[which % len(waiting)]
            leave(self.session, entry.id, actor=ActorKind.GUEST, door="chat", now=self.now)

    @rule(minutes=strategies.sampled_from([1, 90, 300]))
    def time_passes(self, minutes: int) -> None:
        self._serve()
        self.now += timedelta(minutes=minutes)
        expire_due_holds(self.session, now=self.now)
        self._serve()

    @rule()
    def the_line_is_served(self) -> None:
        self._serve()
        self.session.expire_all()
        held, sold = counts(self.session, self.hotel.room_type_id).get(NIGHT, (0, 0))
        assert held + sold == ROOMS or not self._of(WaitStatus.WAITING), "a free room did not find who waits for it"

    @invariant()
    def whoever_had_an_offer_came_before_whoever_waits(self) -> None:
        entries = self._all()
        served = [entry.id for entry in entries if entry.booking_id is not None]
        waiting = [entry.id for entry in entries if entry.status is WaitStatus.WAITING]
        assert not served or not waiting or max(served) < min(waiting)

    def _serve(self) -> None:
        while serve_next(self.session, now=self.now):
            self.session.flush()

    def _all(self) -> list[WaitlistEntry]:
        mine = select(WaitlistEntry).where(WaitlistEntry.property_id == self.hotel.property_id)
        ordered = mine.order_by(WaitlistEntry.id).execution_options(populate_existing=True)
        return list(self.session.scalars(ordered))

    def _of(self, status: WaitStatus) -> list[WaitlistEntry]:
        return [entry for entry in self._all() if entry.status is status]


def test_the_line_keeps_its_order(worker_engine: Engine) -> None:
    class ThisLine(Line):
        def __init__(self) -> None:
            super().__init__(worker_engine)

    run_state_machine_as_test(ThisLine, settings=SLOW)
