"""Start times of a restaurant, also after midnight."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from core.availability.sittings import DayFacts, SittingFacts, slots, slots_of_day, turn_time
from models.money import NOTHING

INDIA = DayFacts("Asia/Kolkata", time(4))
SATURDAY = date(2026, 11, 28)
KOLKATA = ZoneInfo("Asia/Kolkata")


def a_sitting(opens: time, last: time, minutes: int = 30, weekdays: range = range(1, 8)) -> SittingFacts:
    return SittingFacts(1, "Dinner", frozenset(weekdays), opens, last, minutes, None, NOTHING, NOTHING)


def local(*sittings: SittingFacts, day: date = SATURDAY) -> list[str]:
    return [slot.starts_at.astimezone(KOLKATA).strftime("%a %H:%M") for slot in slots_of_day(sittings, day, INDIA)]


def test_slots_run_from_opening_to_last_order() -> None:
    assert local(a_sitting(time(19), time(20, 30))) == ["Sat 19:00", "Sat 19:30", "Sat 20:00", "Sat 20:30"]


def test_a_last_order_between_two_slots_ends_with_the_one_before() -> None:
    assert local(a_sitting(time(19), time(19, 50))) == ["Sat 19:00", "Sat 19:30"]


def test_a_sitting_across_midnight_belongs_to_the_evening_it_began() -> None:
    assert local(a_sitting(time(23), time(1), 60)) == ["Sat 23:00", "Sun 00:00", "Sun 01:00"]


def test_a_sitting_that_opens_after_midnight_still_belongs_to_the_evening_before() -> None:
    assert local(a_sitting(time(0, 30), time(2), 45)) == ["Sun 00:30", "Sun 01:15", "Sun 02:00"]


def test_breakfast_belongs_to_its_own_day() -> None:
    assert local(a_sitting(time(7), time(8), 60)) == ["Sat 07:00", "Sat 08:00"]


def test_a_day_off_has_no_slots() -> None:
    assert local(a_sitting(time(19), time(21), weekdays=range(1, 6))) == []


def test_several_sittings_come_in_the_order_of_the_day() -> None:
    assert local(a_sitting(time(19), time(19)), a_sitting(time(12), time(13), 60)) == [
        "Sat 12:00",
        "Sat 13:00",
        "Sat 19:00",
    ]


def test_a_sitting_that_ends_before_it_begins_has_no_slots() -> None:
    assert slots(a_sitting(time(20), time(19)), SATURDAY, INDIA) == ()


def test_the_night_the_clocks_go_forward_has_no_slot_that_does_not_exist() -> None:
    berlin = DayFacts("Europe/Berlin", time(5))
    late = slots(a_sitting(time(1), time(4), 60), date(2027, 3, 27), berlin)  # 02:00 to 03:00 is skipped
    assert [slot.starts_at for slot in late] == [datetime(2027, 3, 28, hour, tzinfo=UTC) for hour in (0, 1, 2)]


@pytest.mark.parametrize(("party", "minutes"), [(1, 90), (2, 90), (3, 120), (6, 120), (7, 150), (40, 150)], ids=str)
def test_the_turn_time_is_that_of_the_smallest_party_it_fits_in(party: int, minutes: int) -> None:
    assert turn_time([(6, 120), (2, 90), (8, 150)], party) == timedelta(minutes=minutes)


def test_without_a_rule_a_table_is_kept_two_hours() -> None:
    assert turn_time([], 4) == timedelta(hours=2)


BERLIN = DayFacts("Europe/Berlin", time(4))


def in_berlin(sitting: SittingFacts, day: date) -> list[str]:
    found = slots(sitting, day, BERLIN)
    return [f"{slot.starts_at.astimezone(ZoneInfo('Europe/Berlin')):%H:%M%z}" for slot in found]


def test_an_hour_the_clock_skips_has_no_start_times() -> None:
    """On 29 March 2026 two o'clock is three o'clock."""
    night = a_sitting(time(1), time(3, 30))
    assert in_berlin(night, date(2026, 3, 28)) == ["01:00+0100", "01:30+0100", "03:00+0200", "03:30+0200"]


def test_an_hour_the_clock_has_twice_is_served_through() -> None:
    """On 25 October 2026 the hour from two to three comes twice; the kitchen works on until three."""
    night = a_sitting(time(1, 30), time(3))
    assert in_berlin(night, date(2026, 10, 24)) == [
        "01:30+0200",
        "02:00+0200",
        "02:30+0200",
        "02:00+0100",
        "02:30+0100",
        "03:00+0100",
    ]


@pytest.mark.parametrize("day", [date(2026, 3, 28), date(2026, 3, 29), date(2026, 10, 24), date(2026, 10, 25)])
def test_dinner_is_at_eight_on_the_wall_whatever_the_clocks_do(day: date) -> None:
    dinner = a_sitting(time(20), time(21))
    assert [each[:5] for each in in_berlin(dinner, day)] == ["20:00", "20:30", "21:00"]
