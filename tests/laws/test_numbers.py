"""Holds, promises, closures by number, moves, check-ins, cancellations in any order: everybody always has a room."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import date, datetime, timedelta
from itertools import combinations
from typing import Any, Final

from hypothesis import HealthCheck, settings, strategies
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from core.availability.closures import close_rooms, open_rooms
from core.availability.colouring import Lodging, NumberedRoom
from core.bookings.arrive import arrive, depart, un_arrive
from core.bookings.cancel import cancel
from core.bookings.confirm import confirm
from core.bookings.no_show import mark_no_show, undo_no_show
from core.bookings.number_ahead import give_numbers
from core.bookings.rooms import move_room, promise_rooms, swap_rooms, unpromise_rooms
from core.errors import AlreadySo, AtithiError, BookedThere, RoomClosed, RoomsGone
from models.booking import Booking
from models.dates import StayDates
from models.inventory import Closure, NightInventory, StayRoom
from models.property import Room
from models.states import ACTIVE, ActorKind, BookingStatus
from tests.builders.houses import a_guest, a_hotel, a_stay_quote, hold
from tests.laws.test_colouring import there_is_a_way

ROOMS: Final = 2
NOW: Final = datetime.fromisoformat("2026-12-01T22:00:00+05:30")
TODAY: Final = date(2026, 12, 1)
BY: Final[dict[str, Any]] = {"door": "test", "actor_id": None}
DAYS = strategies.integers(0, 4)
NIGHTS = strategies.sampled_from([1, 1, 2, 3])
WHICH = strategies.integers(0, 30)
NUMBER = strategies.integers(0, ROOMS - 1)
SLOW = settings(
    max_examples=30, stateful_step_count=20, deadline=None, suppress_health_check=list(HealthCheck), print_blob=True
)


class House(RuleBasedStateMachine):
    """Two rooms, and everything that may happen to their numbers."""

    def __init__(self, engine: Engine) -> None:
        super().__init__()
        self.connection = engine.connect()
        self.outer = self.connection.begin()
        self.session = Session(self.connection, join_transaction_mode="create_savepoint", expire_on_commit=False)
        self.hotel = a_hotel(self.session, now=NOW, rooms=ROOMS, horizon_days=20)
        rooms = select(Room.id).where(Room.room_type_id == self.hotel.room_type_id).order_by(Room.number)
        self.rooms = list(self.session.scalars(rooms))

    def teardown(self) -> None:
        """Nothing stays."""
        self.session.close()
        self.outer.rollback()
        self.connection.close()

    @contextmanager
    def a_door(self) -> Iterator[None]:
        """All of it or nothing, as every door does."""
        try:
            with self.session.begin_nested():
                yield
        except AtithiError:
            self.session.expire_all()

    # ------------------------------------------------------------------------------------------ what may happen

    @initialize(promised=strategies.booleans())
    def two_promises_stand_before_anything_else(self, *, promised: bool) -> None:
        """A room on one night and the other on another: what lies over both fits by the counts and nowhere else."""
        for day, room in ((1, self.rooms[0]), (3, self.rooms[1])) if promised else ():
            self.somebody_books(day, 1)
            promise_rooms(self.session, self.standing()[-1].id, [room], now=NOW, **BY)
        self.somebody_books_over_both_promises()

    @rule(day=DAYS, nights=NIGHTS)
    def somebody_books(self, day: int, nights: int) -> None:
        stay = StayDates.of(TODAY + timedelta(days=day), nights)
        could = self.spare(stay) and self.a_way([*self.lodgings(), Lodging(-1, stay)])
        guest = a_guest(self.session, self.hotel, now=NOW)
        with self.a_door():
            try:
                quote = a_stay_quote(self.session, self.hotel, now=NOW, arrival=stay.arrival, nights=nights)
                held = hold(self.session, quote, guest, now=NOW)
            except RoomsGone:
                assert not could, "a room that could be had was refused"
                raise
            assert could, "somebody was promised a room that is not there"
            confirm(self.session, held.id, actor=ActorKind.STAFF, door="test", now=NOW)

    @rule()
    def somebody_books_over_both_promises(self) -> None:
        self.somebody_books(1, 3)

    @rule(which=WHICH, number=NUMBER)
    @precondition(lambda self: self.standing())
    def a_room_is_promised_or_moved_to(self, which: int, number: int) -> None:
        booking, room = self.pick(which), self.rooms[number]
        could = self.could_have(booking, room)
        with self.a_door():
            try:
                if booking.status is BookingStatus.ARRIVED:
                    move_room(self.session, booking.id, room, now=NOW, **BY)
                else:
                    promise_rooms(self.session, booking.id, [room], now=NOW, **BY)
            except AlreadySo:
                raise
            except (BookedThere, RoomClosed, RoomsGone):
                assert not could, "a room that could be promised was not"
                raise
            assert could, "a room was promised that leaves somebody without one"

    @rule(which=WHICH)
    @precondition(lambda self: self.standing())
    def a_promise_is_taken_back(self, which: int) -> None:
        with self.a_door():
            unpromise_rooms(self.session, self.pick(which).id, now=NOW, **BY)

    @rule(one=WHICH, other=WHICH)
    @precondition(lambda self: self.standing())
    def two_change_rooms(self, one: int, other: int) -> None:
        with self.a_door():
            swap_rooms(self.session, self.pick(one).id, self.pick(other).id, now=NOW, **BY)

    @rule(number=NUMBER, day=DAYS, nights=NIGHTS)
    def a_room_is_closed(self, number: int, day: int, nights: int) -> None:
        stay, room = StayDates.of(TODAY + timedelta(days=day), nights), self.rooms[number]
        closed = {**self.closed(), room: [*self.closed()[room], stay]}
        could = self.spare(stay) and self.a_way(self.lodgings(), closed)
        with self.a_door():
            try:
                close_rooms(
                    self.session,
                    property_id=self.hotel.property_id,
                    room_type_id=self.hotel.room_type_id,
                    nights=stay,
                    room_id=room,
                    reason="test",
                    now=NOW,
                )
            except (BookedThere, RoomsGone):
                assert not could, "a room that nobody needs was not closed"
                raise
            assert could, "a room was closed that somebody needs"

    @rule(which=WHICH)
    def a_room_is_opened(self, which: int) -> None:
        running = self.session.scalars(select(Closure.id).where(Closure.lifted_at.is_(None)).order_by(Closure.id)).all()
        if running:
            with self.a_door():
                open_rooms(self.session, running[which % len(running)], now=NOW)

    @rule()
    def numbers_are_given_ahead(self) -> None:
        give_numbers(self.session, self.hotel.room_type_id, now=NOW)

    @rule(which=WHICH, number=NUMBER, named=strategies.booleans())
    @precondition(lambda self: self.standing())
    def guests_arrive(self, which: int, number: int, *, named: bool) -> None:
        booking = self.pick(which)
        if booking.status is not BookingStatus.CONFIRMED:
            return
        with self.a_door():
            try:
                arrive(self.session, booking.id, now=NOW, rooms=[self.rooms[number]] if named else [], **BY)
            except AtithiError:
                assert named, "guests with a booking were not given a room"
                raise

    @rule(which=WHICH)
    @precondition(lambda self: self.standing())
    def an_arrival_is_undone(self, which: int) -> None:
        with self.a_door():
            un_arrive(self.session, self.pick(which).id, now=NOW, **BY)

    @rule(which=WHICH, how=strategies.sampled_from(["cancel", "depart", "no_show"]))
    @precondition(lambda self: self.standing())
    def somebody_goes(self, which: int, how: str) -> None:
        booking = self.pick(which)
        with self.a_door():
            match how:
                case "cancel":
                    cancel(self.session, booking.id, actor=ActorKind.STAFF, door="test", now=NOW)
                case "depart":
                    depart(self.session, booking.id, now=NOW, **BY)
                case _:
                    mark_no_show(self.session, booking.id, now=NOW, **BY)

    @rule(which=WHICH)
    def a_no_show_comes_after_all(self, which: int) -> None:
        missed = self.session.scalars(
            select(Booking).where(Booking.status == BookingStatus.NO_SHOW).order_by(Booking.id)
        ).all()
        if not missed:
            return
        booking = missed[which % len(missed)]
        stay = StayDates(booking.first_day, booking.last_day)
        could = self.spare(stay) and self.a_way([*self.lodgings(), Lodging(-1, stay)])
        with self.a_door():
            try:
                undo_no_show(self.session, booking.id, now=NOW, **BY)
            except RoomsGone:
                assert not could, "who came after all was refused a room that is there"
                raise
            assert could, "who came after all was given a room that is not there"

    # --------------------------------------------------------------------------------------- what is always true

    @invariant()
    def there_is_a_room_for_everybody(self) -> None:
        assert self.a_way(self.lodgings())

    @invariant()
    def no_room_has_two_parties_and_none_is_in_a_closed_room(self) -> None:
        closed = self.closed()
        numbered = [each for each in self.lodgings() if each.room is not None]
        for one, other in combinations(numbered, 2):
            assert one.room != other.room or not one.stay.overlaps(other.stay)
        for each in numbered:
            assert not any(span.overlaps(each.stay) for span in closed[each.room or 0])

    @invariant()
    def the_counts_are_what_the_bookings_and_closures_say(self) -> None:
        taken, off = Counter[date](), Counter[date]()
        for each in self.lodgings():
            taken.update(each.stay.nights)
        for spans in self.closed().values():
            for span in spans:
                off.update(span.nights)
        rows = self.session.scalars(
            select(NightInventory).where(NightInventory.room_type_id == self.hotel.room_type_id),
            execution_options={"populate_existing": True},
        )
        for row in rows:
            assert (row.sellable, row.held + row.sold) == (ROOMS - off[row.night], taken[row.night])

    # ----------------------------------------------------------------------------------------------------- helpers

    def standing(self) -> list[Booking]:
        wanted = select(Booking).where(Booking.status.in_(ACTIVE)).order_by(Booking.id)
        return list(self.session.scalars(wanted, execution_options={"populate_existing": True}))

    def pick(self, which: int) -> Booking:
        standing = self.standing()
        return standing[which % len(standing)]

    def lodgings(self) -> list[Lodging]:
        rows = self.session.execute(
            select(StayRoom.booking_id, StayRoom.stay, StayRoom.room_id, StayRoom.is_pinned, Booking.status)
            .join(Booking, Booking.id == StayRoom.booking_id)
            .where(StayRoom.active)
        )
        return [
            Lodging(key, StayDates.from_range(stay), room, is_fixed=pinned or status is BookingStatus.ARRIVED)
            for key, stay, room, pinned, status in rows
        ]

    def closed(self) -> dict[int, list[StayDates]]:
        closed: dict[int, list[StayDates]] = defaultdict(list, {room: [] for room in self.rooms})
        for closure in self.session.scalars(select(Closure).where(Closure.lifted_at.is_(None))):
            closed[closure.room_id or 0].append(StayDates.from_range(closure.nights))
        return closed

    def spare(self, stay: StayDates) -> bool:
        rows = self.session.scalars(
            select(NightInventory).where(
                NightInventory.room_type_id == self.hotel.room_type_id, NightInventory.night.in_(stay.nights)
            ),
            execution_options={"populate_existing": True},
        )
        return all(row.sellable - row.held - row.sold >= 1 for row in rows)

    def could_have(self, booking: Booking, room: int) -> bool:
        wanted = [
            replace(each, room=room, is_fixed=True) if each.key == booking.id else each for each in self.lodgings()
        ]
        return self.a_way(wanted)

    def a_way(self, lodgings: Sequence[Lodging], closed: dict[int, list[StayDates]] | None = None) -> bool:
        spans = self.closed() if closed is None else closed
        if any(one.overlaps(other) for each in spans.values() for one, other in combinations(each, 2)):
            return False  # closed twice
        return there_is_a_way(lodgings, [NumberedRoom(room, tuple(spans[room])) for room in self.rooms])


def test_everybody_always_has_a_room_whatever_happens_to_the_numbers(worker_engine: Engine) -> None:
    class ThisHouse(House):
        def __init__(self) -> None:
            super().__init__(worker_engine)

    run_state_machine_as_test(ThisHouse, settings=SLOW)
