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
from core.bookings.seating import pin
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
SLOW = settings(max_examples=20, stateful_step_count=25, deadline=None, suppress_health_check=list(HealthCheck))


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

    @rule(
        slot=strategies.integers(0, 6),
        party=strategies.sampled_from([1, 2, 2, 3, 4, 6, 8]),
        surely=strategies.booleans(),
    )
    def a_party_holds(self, slot: int, party: int, *, surely: bool) -> None:
        starts_at = EVENING + timedelta(minutes=30) * slot
        with self.a_door():
            expire_due_holds(self.session, now=self.now)
            quote = a_table_quote(self.session, self.house, now=self.now, starts_at=starts_at, party_size=party)
            ends_at = datetime.fromisoformat(quote.request["ends_at"])
            could = self._can_be_arranged(party, starts_at, ends_at)
            try:
                held = hold(self.session, quote, a_guest(self.session, self.house, now=self.now), now=self.now)
            except TablesGone:
                assert not could, "a free table was refused"
                raise
            assert could, "a table was promised that is not there"
            if surely:
                confirm(self.session, held.id, actor=ActorKind.GUEST, door="chat", now=self.now)

    @rule(party=strategies.sampled_from([2, 3, 4]), gone=strategies.integers(0, 2))
    def an_evening_fills_and_somebody_leaves(self, party: int, gone: int) -> None:
        """Twos take the small tables first, one of them leaves, and a larger party comes: others may have to move."""
        for _ in range(3):
            self.a_party_holds(2, 2, surely=True)
        self.a_party_cancels(len(self.bookings()) - 1 - gone)
        self.a_party_holds(2, party, surely=True)

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

    @rule(which=strategies.integers(0, 30))
    @precondition(lambda self: self.bookings())
    def a_party_is_promised_its_table(self, which: int) -> None:
        with self.a_door():
            pin(self.session, self._pick(which).id, door="desk", now=self.now, actor_id=None)

    def _can_be_arranged(self, party: int, starts_at: datetime, ends_at: datetime) -> bool:
        """Tried out in every way: who is pinned stays, everybody else may sit wherever so many may sit."""
        turns = self.session.execute(
            select(Booking, TableTurn.dining_table_id, TableTurn.is_pinned)
            .join(TableTurn, TableTurn.booking_id == Booking.id)
            .where(TableTurn.active)
            .order_by(Booking.id)
        ).all()
        pinned = {booking.id for booking, _, is_pinned in turns if is_pinned}
        others = {booking.id: booking for booking, _, _ in turns}
        places = [
            (party, starts_at, ends_at, [set(tables) for tables, least, most in PLACES if least <= party <= most])
        ]
        for booking in others.values():
            had = {self.house.table_ids.index(table) for each, table, _ in turns if each.id == booking.id}
            anywhere = [set(tables) for tables, least, most in PLACES if least <= booking.party_size <= most]
            mine = [had] if booking.id in pinned else anywhere
            places.append((booking.party_size, booking.starts_at, booking.ends_at, mine))
        return _arranged(places, [])

    def _pick(self, which: int) -> Booking:
        bookings = self.bookings()
        return bookings[which % len(bookings)]


type Wants = tuple[int, datetime, datetime, list[set[int]]]


def _arranged(waiting: list[Wants], placed: list[tuple[datetime, datetime, set[int]]]) -> bool:
    if not waiting:
        return True
    (_, starts_at, ends_at, choices), *others = waiting
    return any(
        _arranged(others, [*placed, (starts_at, ends_at, tables)])
        for tables in choices
        if not any(tables & theirs and starts_at < until and since < ends_at for since, until, theirs in placed)
    )


def test_nobody_shares_a_table_and_nobody_is_refused_a_free_one(worker_engine: Engine) -> None:
    class ThisRestaurant(Restaurant):
        def __init__(self) -> None:
            super().__init__(worker_engine)

    run_state_machine_as_test(ThisRestaurant, settings=SLOW)
