"""How long somebody has to answer: a guest to an offer, a house to a request.

>>> from datetime import UTC
>>> noon = datetime(2026, 12, 20, 6, 30, tzinfo=UTC)  # in India
>>> time_to_take(noon, noon + timedelta(hours=10), ZoneInfo("Asia/Kolkata")) - noon
datetime.timedelta(seconds=1800)
>>> time_to_take(noon, noon + timedelta(days=9), ZoneInfo("Asia/Kolkata")) - noon
datetime.timedelta(seconds=14400)
"""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

_SOON: Final = timedelta(days=1)
_NEAR: Final = timedelta(days=3)
_TIMES: Final = ((_SOON, timedelta(minutes=30)), (_NEAR, timedelta(hours=2)))
_LONGEST: Final = timedelta(hours=4)
# Whoever is offered something at night may sleep first, when there is time for that.
_NIGHT_BEGINS: Final = time(22)
_MORNING: Final = time(9)
APPROVAL_WITHIN: Final = timedelta(hours=24)
_SHORTEST_APPROVAL: Final = timedelta(minutes=30)


def time_to_take(now: datetime, starts_at: datetime, zone: ZoneInfo) -> datetime:
    """Until when an offer stands: half an hour when it is for today, hours when there is time; never beyond arrival."""
    ahead = starts_at - now
    lasts = next((given for within, given in _TIMES if ahead <= within), _LONGEST)
    until = now + lasts
    if ahead > _SOON:
        until = max(until, _after_the_night(until.astimezone(zone)))
    return min(until, starts_at) if starts_at > now else until


def time_to_approve(now: datetime, starts_at: datetime) -> datetime:
    """Until when a house may answer a request: a day, or half the time there is before it begins."""
    return now + max(_SHORTEST_APPROVAL, min(APPROVAL_WITHIN, (starts_at - now) / 2))


def _after_the_night(until: datetime) -> datetime:
    """Nine in the morning, when it would end between ten at night and then."""
    if _MORNING <= until.time() < _NIGHT_BEGINS:
        return until
    day = until.date() + timedelta(days=until.time() >= _NIGHT_BEGINS)
    return datetime.combine(day, _MORNING, until.tzinfo)
