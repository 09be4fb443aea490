"""`make bench ARGS=search`: looking for a room in a country of a thousand hotels, as the bookings grow.

A thousand hotels with four room types each in twenty-five cities; 40 hotels lie in the city asked for and 150 of its
160 room types fit. What is timed is `search_stays` and `flexible_stays` themselves, in one process, warm, beside the
bare statement, so that what Python costs is seen.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Final

from sqlalchemy import Engine, text
from sqlalchemy.orm import Session

from core.availability.search import StaySearch, flexible_stays, nearest_ways, search_stays
from models.dates import StayDates
from models.money import Money

NOW: Final = datetime(2026, 11, 22, 6, 30, tzinfo=UTC)
STAY: Final = StayDates(date(2026, 12, 21), date(2026, 12, 24))
_SIZES: Final = (1_000, 10_000, 100_000, 1_000_000)
_WARM: Final = 30
_TIMES: Final = 300
_SLOW_TAIL: Final = 95

_COUNTRY: Final = """
INSERT INTO account (slug, name, created_at) VALUES ('bench', 'Bench', now());
INSERT INTO cancellation_policy (account_id, name, terms)
SELECT account.id, v.name, v.terms::jsonb FROM account, (VALUES
    ('Flexible', '{"tiers": [{"hours_before": 48, "percent": 0}], "no_show_percent": 100}'),
    ('Non-refundable', '{"tiers": [{"hours_before": 0, "percent": 100}], "no_show_percent": 100}')) AS v(name, terms);
INSERT INTO property (account_id, kind, name, description, city, area, address, lat, lon, stars, cuisines, amenities,
    time_zone, day_starts_at, check_in_at, check_out_at, specified_premises, service_charge_percent, needs_approval,
    hold_minutes, horizon_days, lead_minutes, bring, cancellation_policy_id, created_at)
SELECT a.id, 'hotel', 'Hotel ' || n, '{}', 'City ' || n % 25, 'Area ' || n % 7, 'Road ' || n,
    20 + (n % 25) * 0.3 + (n % 40) * 0.001, 75 + (n % 25) * 0.3 + (n % 13) * 0.001, 2 + n % 4, '{}',
    CASE WHEN n % 3 = 0 THEN '{wifi,pool}'::text[] ELSE '{wifi}'::text[] END,
    'Asia/Kolkata', '04:00', '14:00', '11:00', false, 0, false, 20, 365, 0, '{}', min(p.id), now()
FROM generate_series(1, 1000) n, account a, cancellation_policy p GROUP BY a.id, n;
INSERT INTO room_type (property_id, name, description, base_adults, max_adults, max_guests, extra_beds)
SELECT p.id, t.name, '{}', 2, 3, 4, 1
FROM property p, (VALUES ('Standard'), ('Deluxe'), ('Family'), ('Suite')) AS t(name) ORDER BY p.id;
INSERT INTO rate_plan (property_id, code, name, meal_plan, percent, deposit_percent)
SELECT id, 'BAR', 'Flexible', 'EP', 0, 30 FROM property ORDER BY id;
INSERT INTO rate_plan (property_id, code, name, meal_plan, parent_id, percent, deposit_percent, cancellation_policy_id)
SELECT r.property_id, v.code, v.code, v.meal, r.id, v.percent, v.deposit, CASE WHEN v.code = 'NR' THEN p.id END
FROM rate_plan r, (SELECT max(id) AS id FROM cancellation_policy) p,
    (VALUES ('NR', 'EP', -10, 100), ('BB', 'CP', 15, 30)) AS v(code, meal, percent, deposit)
WHERE r.code = 'BAR';
INSERT INTO rate (rate_plan_id, room_type_id, base_paise, weekend_paise, extra_adult_paise, child_paise)
SELECT r.id, t.id, 300000 + t.id % 500 * 1000, 350000 + t.id % 500 * 1000, 80000, 40000
FROM room_type t JOIN rate_plan r ON r.property_id = t.property_id AND r.code = 'BAR';
INSERT INTO night_inventory (room_type_id, night, sellable, held, sold, price_paise, minimum_stay, stop_sell)
SELECT t.id, d::date, 12, 0, 0, 300000 + t.id % 500 * 1000 + extract(dow FROM d)::int * 10000, 1, false
FROM room_type t, generate_series('2026-11-22'::date, '2027-11-22'::date, interval '1 day') d;
UPDATE night_inventory SET sold = 12
WHERE night = '2026-12-22' AND room_type_id IN (
    SELECT t.id FROM room_type t JOIN property p ON p.id = t.property_id WHERE p.city = 'City 7'
    ORDER BY t.id LIMIT 10);
INSERT INTO guest (account_id, phone, language, created_at) SELECT id, '+910000000000', 'en', now() FROM account;
INSERT INTO quote (account_id, property_id, kind, request, parts, policy, tax_paise, total_paise, deposit_paise,
    good_until, created_at)
SELECT account_id, min(id), 'stay', '{}', '{}', '{}', 0, 100000, 0, now(), now() FROM property GROUP BY account_id;
"""

# Past stays: they grow the books, the sold nights ahead stay as they are.
_BOOKINGS: Final = """
WITH booked AS (
    INSERT INTO booking (account_id, property_id, guest_id, quote_id, kind, reference, status, channel, first_day,
        last_day, starts_at, ends_at, party_size, adults, children, total_paise, deposit_paise, policy, hold_prolonged,
        created_at, changed_at)
    SELECT g.account_id, (SELECT min(id) FROM property) + n % 1000, g.id, (SELECT min(id) FROM quote),
        'stay', 'B' || n, 'completed', 'whatsapp',
        d, d + 2, d, d + 2, 2, 2, 0, 100000, 0, '{}', false, d, d
    FROM guest g, generate_series((:first)::int, (:last)::int) n, LATERAL (SELECT '2025-01-01'::date + n % 700 AS d) x
    RETURNING id, first_day)
INSERT INTO stay_room (booking_id, room_type_id, stay, adults, children, extra_beds, is_pinned, active)
SELECT id, (SELECT min(id) FROM room_type) + id % 4000, daterange(first_day, first_day + 2), 2, 0, 0, false, false
FROM booked
"""


def measure(engine: Engine, most: int) -> None:
    """Fill an empty database step by step and print a line for each step and kind of search."""
    with engine.begin() as connection:
        for statement in _COUNTRY.split(";\n"):
            if statement.strip():
                connection.execute(text(statement))
    _analyze(engine)
    print("| bookings | what | p50 ms | p95 ms | CPU ms of ours |\n| ---: | --- | ---: | ---: | ---: |")
    there = 0
    for size in (each for each in _SIZES if each <= most):
        _add_bookings(engine, there + 1, size)
        there = size
        with Session(engine) as session:
            for name, call in _calls(session).items():
                p50, p95, cpu = _timed(call)
                print(f"| {size:,} | {name} | {p50:.2f} | {p95:.2f} | {cpu:.2f} |", flush=True)


def _calls(session: Session) -> dict[str, Callable[[], object]]:
    account_id = session.scalar(text("SELECT id FROM account WHERE slug = 'bench'"))
    assert isinstance(account_id, int)
    city = StaySearch(account_id=account_id, stay=STAY, adults=2, city="City 7", limit=10)
    near = replace(city, city=None, near=(22.1, 77.1), within_km=5)
    wished = replace(city, room_type_name="Suite", stars=5, budget_max=Money.rupees(100))
    window = StayDates(date(2026, 12, 7), date(2026, 12, 28))
    return {
        "a city, three nights": lambda: search_stays(session, city, now=NOW),
        "near a point, 5 km": lambda: search_stays(session, near, now=NOW),
        "any three nights of three weeks": lambda: flexible_stays(session, city, window, 3, now=NOW),
        "what comes nearest": lambda: nearest_ways(session, wished, now=NOW),
    }


def _timed(call: Callable[[], object]) -> tuple[float, float, float]:
    for _ in range(_WARM):
        call()
    times = []
    cpu = time.process_time()
    for _ in range(_TIMES):
        began = time.perf_counter()
        call()
        times.append((time.perf_counter() - began) * 1000)
    cpu = (time.process_time() - cpu) * 1000 / _TIMES
    return statistics.median(times), statistics.quantiles(times, n=100)[_SLOW_TAIL - 1], cpu


def _add_bookings(engine: Engine, first: int, last: int) -> None:
    with engine.begin() as connection:
        connection.execute(text(_BOOKINGS), {"first": first, "last": last})
    _analyze(engine)


def _analyze(engine: Engine) -> None:
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("VACUUM ANALYZE"))
