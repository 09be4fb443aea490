"""Whatever parties do, in whatever order, nobody shares a table and nobody is refused one that is free."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from itertools import combinations

from hypothesis import HealthCheck, settings, strategies
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test
from sqlalchemy import Engine, Row, select
from sqlalchemy.orm import Session

from core.bookings.cancel import cancel
from core.bookings.confirm import confirm
from core.bookings.expire import expire_due_holds
from core.errors import AtithiError, TablesGone
from models.booking import Booking
from models.inventory import TableTurn
from models.states import ACTIVE, ActorKind
from tests.builders.houses import a_guest, a_restaurant, a_table_quote, hold
from tests.fixtures.clock import SUNDAY_NOON

EVENING = datetime.fromisoformat("2026-11-28T19:00:00+05:30")
COVERS = [(1, 2), (1, 2), (2, 4)]
JOINED = [((0, 1), 3, 4), ((0, 1, 2), 5, 8)]
# Every way to seat a party: the tables, the fewest and the most it takes.
PLACES = [((number,), least, most) for number, (least, most) in enumerate(COVERS)] + JOINED
SLOW = settings(max_examples=30, stateful_step_count=25, deadline=None, suppress_health_check=list(HealthCheck))


class Restaurant(RuleBasedStateMachine):
    """Three tables, two of which can be joined, or all."""

    def __init__(self, engine: Engine) -> None:
        super().__init__()
        self.connection = engine.connect()
        self.outer = self.connection.begin()
        self.session = Session(self.connection, join_transaction_mode="create_savepoint", expire_on_commit=False)
        self.now = SUNDAY_NOON
        self.house = a_restaurant(self.session, now=self.now, covers=COVERS, joined=JOINED)

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

    @rule(slot=strategies.integers(0, 6), party=strategies.sampled_from([1, 2, 2, 3, 4, 6, 8]))
    def a_party_holds(self, slot: int, party: int) -> None:
        starts_at = EVENING + timedelta(minutes=30) * slot
        with self.a_door():
            expire_due_holds(self.session, now=self.now)
            quote = a_table_quote(self.session, self.house, now=self.now, starts_at=starts_at, party_size=party)
            ends_at = datetime.fromisoformat(quote.request["ends_at"])
            could = any(
                least <= party <= most and not self._taken(tables, starts_at, ends_at) for tables, least, most in PLACES
            )
            try:
                hold(self.session, quote, a_guest(self.session, self.house, now=self.now), now=self.now)
            except TablesGone:
                assert not could, "a free table was refused"
                raise
            assert could, "a table was promised that is not there"

    @rule(which=strategies.integers(0, 30))
    @precondition(lambda self: self.bookings())
    def a_party_confirms(self, which: int) -> None:
        with self.a_door():
            confirm(self.session, self._pick(which).id, actor=ActorKind.GUEST, door="chat", now=self.now)

    @rule(which=strategies.integers(0, 30))
    @precondition(lambda self: self.bookings())
    def a_party_cancels(self, which: int) -> None:
        with self.a_door():
            cancel(self.session, self._pick(which).id, actor=ActorKind.GUEST, door="chat", now=self.now)

    @rule(minutes=strategies.sampled_from([5, 20]))
    def time_passes(self, minutes: int) -> None:
        self.now += timedelta(minutes=minutes)

    @invariant()
    def nobody_shares_a_table(self) -> None:
        for one, other in combinations(self._turns(), 2):
            apart = one.ends_at <= other.starts_at or other.ends_at <= one.starts_at
            assert apart or one.dining_table_id != other.dining_table_id

    @invariant()
    def tables_belong_to_bookings_that_count(self) -> None:
        for booking in self.bookings():
            turns = [turn for turn in self._turns() if turn.id == booking.id]
            assert bool(turns) is (booking.status in ACTIVE)
            if turns:
                tables = tuple(sorted(self.house.table_ids.index(turn.dining_table_id) for turn in turns))
                assert any(tables == members and least <= booking.party_size <= most for members, least, most in PLACES)

    def bookings(self) -> list[Booking]:
        return list(self.session.scalars(select(Booking).order_by(Booking.id)))

    def _turns(self) -> list[Row[int, int, datetime, datetime]]:
        return list(
            self.session.execute(
                select(Booking.id, TableTurn.dining_table_id, Booking.starts_at, Booking.ends_at)
                .join(TableTurn, TableTurn.booking_id == Booking.id)
                .where(TableTurn.active)
            )
        )

    def _taken(self, tables: tuple[int, ...], starts_at: datetime, ends_at: datetime) -> bool:
        wanted = {self.house.table_ids[table] for table in tables}
        return any(
            turn.dining_table_id in wanted and turn.starts_at < ends_at and starts_at < turn.ends_at
            for turn in self._turns()
        )

    def _pick(self, which: int) -> Booking:
        bookings = self.bookings()
        return bookings[which % len(bookings)]


def test_nobody_shares_a_table_and_nobody_is_refused_a_free_one(worker_engine: Engine) -> None:
    class ThisRestaurant(Restaurant):
        def __init__(self) -> None:
            super().__init__(worker_engine)

    run_state_machine_as_test(ThisRestaurant, settings=SLOW)
