"""A house filled to its last room, and one everybody wants at once: nothing sold twice, nothing refused needlessly."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sqlalchemy import Engine, text

from core.unit_of_work import unit_of_work
from tests.bench.core.clients import Ran
from tests.bench.core.jobs import hold
from tests.bench.core.town import ROOMS, Town, Wishes, one_house

type Runner = Callable[..., Ran]
_FILL_NIGHTS = 60
_RUSH_NIGHTS = 14
_RUSHERS = 32
_ALMOST = 0.95


def fill(engine: Engine, town: Town, runner: Runner) -> None:
    """Eight clients until nothing is left but what nobody asks for; refusals are looked into one by one."""
    wishes = one_house(engine, town, "fill", _FILL_NIGHTS)
    engine.dispose()
    ran = runner(hold(town, wishes, watch=True), 8, seconds=120, most=1_000)
    books = _books(engine, wishes)
    early = sorted(ran.marks)[: _sold_until(engine, wishes, _ALMOST)]
    took = sorted(took for _, took in early)
    p99 = took[int(len(took) * 0.99) - 1] * 1000 if took else 0.0
    print("| a house of 50 rooms for 60 nights, 8 clients | | aim |\n| --- | ---: | ---: |")
    print(f"| room nights taken, of those on sale | {books['taken']:,} of {books['sellable']:,} | all |")
    print(f"| refused because a night was full | {ran.came['full']:,} | |")
    print(f"| refused needlessly | {ran.came['needless']} | 0 |")
    print(f"| p99 of a hold until 95 % full, ms | {p99:.1f} | 8 |")
    print(f"| nights where rows and bookings differ | {books['differ']} | 0 |")
    _errors(ran)


def rush(engine: Engine, town: Town, runner: Runner) -> None:
    """Thirty-two clients at fifty rooms for fourteen nights."""
    wishes = one_house(engine, town, "rush", _RUSH_NIGHTS)
    deadlocks = _deadlocks(engine)
    engine.dispose()
    ran = runner(hold(town, wishes, watch=True), _RUSHERS, seconds=120, most=60)
    books = _books(engine, wishes)
    print("| 32 clients, 50 rooms, 14 nights | | aim |\n| --- | ---: | ---: |")
    print(f"| requests | {ran.came.total():,} in {ran.seconds:.1f} s | |")
    print(f"| room nights taken, of those on sale | {books['taken']} of {books['sellable']} | all |")
    print(f"| nights sold twice, or where rows and bookings differ | {books['differ']} | 0 |")
    print(f"| refused needlessly | {ran.came['needless']} | 0 |")
    print(f"| deadlocks | {_deadlocks(engine) - deadlocks} | 0 |")
    _errors(ran)


def _errors(ran: Ran) -> None:
    odd = {name: count for name, count in ran.came.items() if name not in {"done", "full", "needless"}}
    print(f"| errors | {odd or 0} | 0 |\n", flush=True)


def _books(engine: Engine, wishes: Wishes) -> dict[str, Any]:
    """What the counters say of the nights asked for, against what the rooms of bookings say."""
    with unit_of_work(engine) as session:
        return dict(
            session.execute(
                text(
                    """
                    WITH booked AS (
                        SELECT n::date AS night, count(*) AS rooms
                        FROM stay_room r, generate_series(lower(r.stay), upper(r.stay) - 1, interval '1 day') n
                        WHERE r.room_type_id = :type AND r.active GROUP BY 1)
                    SELECT sum(i.held + i.sold) AS taken, sum(i.sellable) AS sellable,
                        count(*) FILTER (WHERE i.held + i.sold <> coalesce(b.rooms, 0) OR i.held + i.sold > :rooms)
                            AS differ
                    FROM night_inventory i LEFT JOIN booked b USING (night)
                    WHERE i.room_type_id = :type AND i.night IN (
                        SELECT n::date FROM quote q, generate_series((q.request->>'arrival')::date,
                            (q.request->>'departure')::date - 1, interval '1 day') n
                        WHERE q.id = ANY(:quotes))"""
                ),
                {"type": wishes.room_type_id, "rooms": ROOMS, "quotes": list(wishes.quote_ids)},
            )
            .mappings()
            .one()
        )


def _sold_until(engine: Engine, wishes: Wishes, share: float) -> int:
    """How many holds it took until this share of the room nights was gone."""
    with unit_of_work(engine) as session:
        lengths = session.scalars(
            text("SELECT upper(stay) - lower(stay) FROM stay_room WHERE room_type_id = :type ORDER BY id"),
            {"type": wishes.room_type_id},
        ).all()
    left = share * ROOMS * wishes.nights
    for count, nights in enumerate(lengths):
        left -= nights
        if left <= 0:
            return count
    return len(lengths)


def _deadlocks(engine: Engine) -> int:
    with unit_of_work(engine) as session:
        session.execute(text("SELECT pg_stat_clear_snapshot()"))
        count: int = session.scalars(
            text("SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()")
        ).one()
    return count
