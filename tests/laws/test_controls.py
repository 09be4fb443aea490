"""Every law notices the bug it is there for: planted here, in the shortest story that decides it.

The same story without the bug passes, so it is the bug that fails and not the story.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.orm import Session

from core.availability.nights import shift
from core.availability.people import RoomLimits, RoomParty
from core.availability.reseat import seat
from core.bookings.waitlist_offer import _line
from core.payments.folio import recharge
from core.payments.refund import return_money
from core.pricing.rates import RackRate, SellablePlan
from core.pricing.stay_price import price_stay
from core.pricing.taxes import Tax
from models.base import Json
from models.money import NOTHING, Money
from models.states import ActorKind
from tests.laws import test_money as money
from tests.laws import test_search as searching
from tests.laws.test_numbers import House
from tests.laws.test_stays import Hotel
from tests.laws.test_tables import Restaurant
from tests.laws.test_waitlist import Line

type Story = Callable[[Any], None]


def nothing(*_given: object, **_more: object) -> None:
    """Left out."""


@dataclass(frozen=True)
class Bug:
    """What is broken, by where it stands; what the law says then; and a guard of the database that would hide it."""

    told: str
    of: Callable[[Engine], Any]
    story: Story
    planted: dict[str, Any]
    guard: str | None = None
    says: str | None = None


# ------------------------------------------------------------------------------------------------------- the stories


def held_and_let_go(hotel: Hotel) -> None:
    hotel.a_guest_holds(guest=0, day=0, nights=2, rooms=1, at_once=False)
    hotel.the_guest_lets_go(which=0)


def paid(hotel: Hotel) -> None:
    hotel.a_guest_holds(guest=0, day=0, nights=2, rooms=1, at_once=True)
    hotel.money_arrives(which=0, paise=0)


def paid_and_cancelled(hotel: Hotel) -> None:
    paid(hotel)
    hotel.somebody_cancels(which=0, waive=False)


def paid_and_moved(hotel: Hotel) -> None:
    paid(hotel)
    hotel.a_booking_is_changed(which=0, day=3, nights=1, rooms=1, actor=ActorKind.GUEST, waive=False, twice=False)


def told_twice(hotel: Hotel) -> None:
    paid(hotel)
    hotel.a_booking_is_changed(which=0, day=0, nights=3, rooms=1, actor=ActorKind.GUEST, waive=False, twice=True)


def given_up_and_not_come(hotel: Hotel) -> None:
    hotel.a_night_is_given_up_when_that_costs_and_then_nobody_comes(guest=0, undone=True)


def two_small_parties(house: Restaurant) -> None:
    house.a_party_holds(slot=2, party=2, surely=True)
    house.a_party_holds(slot=2, party=2, surely=True)


def a_small_table_is_left(house: Restaurant) -> None:
    house.an_evening_fills_and_somebody_leaves(party=4, gone=2)


def a_party_leaves(house: Restaurant) -> None:
    house.a_party_holds(slot=2, party=2, surely=True)
    house.a_party_cancels(which=0)


def full_with_two_waiting(line: Line) -> None:
    line.somebody_walks_up()
    line.somebody_walks_up()
    line.somebody_joins()
    line.somebody_joins()
    line.the_line_is_served()
    line.somebody_cancels(which=0)


def somebody_passes_by(line: Line) -> None:
    full_with_two_waiting(line)
    line.somebody_walks_up()


def the_first_is_called(line: Line) -> None:
    full_with_two_waiting(line)
    line.the_line_is_served()


def over_two_promises(house: House) -> None:
    house.two_promises_stand_before_anything_else(promised=True)


def newest_first(*given: Any) -> list[Any]:  # noqa: ANN401 - the shape of the one replaced
    return list(_line(*given))[::-1]


def twice(*given: Any, **more: Any) -> list[Any]:  # noqa: ANN401 - the shape of the one replaced
    return [*return_money(*given, **more), *return_money(*given, **more)]


def charged_twice(*given: Any, **more: Any) -> None:  # noqa: ANN401 - the shape of the one replaced
    recharge(*given, **more)
    recharge(*given, **more)


def only_taken(session: Any, by: dict[Any, int], *, count: Any) -> None:  # noqa: ANN401 - the shape of the one replaced
    shift(session, {key: rooms for key, rooms in by.items() if rooms > 0}, count=count)


def as_if_empty(floor: Any, wanted: Any, _seated: Any, off: Any, **more: Any) -> Any:  # noqa: ANN401 - the shape of the one replaced
    return seat(floor, wanted, [], off, **more)


BUGS = [
    Bug("a hold let go keeps its nights", Hotel, held_and_let_go, {"core.bookings.let_go.give_back": nothing}),
    Bug("a change keeps the old nights too", Hotel, paid_and_moved, {"core.bookings.change.shift": only_taken}),
    Bug("a change charges nothing", Hotel, paid_and_moved, {"core.bookings.change_money.recharge": nothing}),
    Bug("a change asked for twice is made twice", Hotel, told_twice, {
        "core.bookings.change._done_already": nothing,
        "core.bookings.change._check": nothing,
        "core.bookings.change_money.recharge": charged_twice,
    }),
    Bug("cancelling gives nothing back", Hotel, paid_and_cancelled, {
        "core.bookings.cancel.return_money": lambda *_, **__: []
    }),
    Bug("cancelling leaves the bill", Hotel, paid_and_cancelled, {"core.bookings.cancel.uncharge": nothing}),
    Bug("more goes back than came in", Hotel, paid_and_cancelled, {
        "core.bookings.cancel.return_money": twice,
        "core.payments.refund.left_of": lambda _session, payment: payment.amount_paise,
    }),
    Bug("a status changes without an event", Hotel, paid_and_cancelled, {"core.bookings.cancel.record": nothing}),
    Bug("a no-show taken back forgets what a change had cost", Hotel, given_up_and_not_come, {
        "core.bookings.no_show.extras_of": lambda *_: NOTHING
    }),
    Bug("two parties at one table", Restaurant, two_small_parties, {"core.bookings.hold_table.seat": as_if_empty},
        guard="table_turn table_never_shared"),
    Bug("nobody is moved to make room", Restaurant, a_small_table_is_left, {
        "core.bookings.hold_table._by_moving": nothing
    }, says="a free table was refused"),
    Bug("a party that left keeps its table", Restaurant, a_party_leaves, {
        "core.bookings.let_go.release_tables": nothing
    }),
    Bug("the line is not looked at", Line, somebody_passes_by, {
        "core.bookings.hold.line_goes_first": lambda *_, **__: False
    }, says="walked past the line"),
    Bug("the newest is called first", Line, the_first_is_called, {"core.bookings.waitlist_offer._line": newest_first}),
    Bug("nobody is called", Line, the_first_is_called, {"core.bookings.let_go.call_line_after": nothing},
        says="did not find who waits"),
    Bug("nights are counted and numbers forgotten", House, over_two_promises, {
        "core.bookings.hold.proven": nothing,
        "core.pricing.quote.check_given": nothing,
    }, says="a room that is not there"),
]  # fmt: skip


@contextmanager
def played(bug: Bug, engine: Engine) -> Iterator[Any]:
    machine = bug.of(engine)
    try:
        yield machine
    finally:
        machine.teardown()


def holds(bug: Bug, machine: Any) -> None:  # noqa: ANN401 - any of the four machines
    """The story, and all that is always true afterwards."""
    bug.story(machine)
    for law in machine.invariants:
        law.function(machine)


@pytest.mark.parametrize("bug", BUGS, ids=lambda bug: bug.told)
def test_the_law_notices_when(bug: Bug, worker_engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    with played(bug, worker_engine) as machine:
        holds(bug, machine)
    for place, broken in bug.planted.items():
        monkeypatch.setattr(place, broken)
    with played(bug, worker_engine) as machine:
        if bug.guard is not None:
            table, name = bug.guard.split()
            machine.session.execute(text(f"ALTER TABLE {table} DROP CONSTRAINT {name}"))
        with pytest.raises(AssertionError, match=bug.says):
            holds(bug, machine)


def plainly(law: Any) -> Callable[..., None]:  # noqa: ANN401 - a test as Hypothesis wraps it
    """The law itself, to be asked about one case."""
    plain: Callable[..., None] = law.hypothesis.inner_test
    return plain


def test_the_law_of_search_notices_when_the_horizon_is_forgotten(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: Json = {"told": [searching.Night()] * 6, "rooms": 1, "adults": 2, "children": 0, "lead": 0, "horizon": 12}
    law = plainly(searching.test_what_is_offered_can_be_held_and_what_can_be_held_is_offered)
    law(session, **asked)
    monkeypatch.setattr("core.availability.stay_search.may_be_booked", lambda *_: True)
    with pytest.raises(AssertionError, match="offered True, can be held False"):
        law(session, **asked)


def test_the_laws_of_money_notice_unequal_halves_and_a_lost_paisa() -> None:
    rates = RackRate(Money(399_999), Money(399_999), NOTHING, NOTHING)
    plan = SellablePlan(1, "BAR", "Best", "EP", 0, None, rates, follows_nights=True)
    nights = [(money.FIRST, Money(399_999))]
    price = price_stay(plan, nights, [RoomParty(2, 0)], limits=RoomLimits(2, 3, 4, 1))
    line = price.lines[0]
    uneven = replace(line, tax=Tax(line.tax.percent, line.tax.cgst + Money(1), line.tax.sgst))
    broken = {
        money.test_every_night_is_taxed_by_its_own_slab_in_two_equal_halves: replace(price, lines=(uneven,)),
        money.test_the_parts_always_add_up_to_the_total: replace(price, taxable=price.taxable + Money(1)),
        money.test_no_night_costs_less_than_nothing_and_nothing_is_taken_off_twice: replace(
            price, lines=(replace(line, promotion=Money(1)),)
        ),
        money.test_an_invoice_has_every_paisa_of_the_price: replace(price, lines=(*price.lines, line)),
    }
    for law, wrong in broken.items():
        plainly(law)(price)
        with pytest.raises(AssertionError):
            plainly(law)(wrong)
