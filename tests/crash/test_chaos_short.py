"""Half a minute of chaos; the long form is `make chaos`."""

from __future__ import annotations

from typing import Final

import pytest

from tests.chaos.run import Plan, chaos

pytestmark = [pytest.mark.engine, pytest.mark.processes, pytest.mark.xdist_group("stack"), pytest.mark.timeout(240)]

_SHORT: Final = Plan(
    guests=8, kills=10, hunting_s=40, pause_s=1.2, calm_s=60, seed=7, workers=2, engines=1, skip_leases=True
)


def test_whatever_dies_nothing_is_lost_and_nothing_happens_twice() -> None:
    result = chaos(_SHORT)
    assert not result.broken
    assert len(result.kills) >= 3, "a run in which hardly anything died proves nothing"
    assert any(kill.hit for kill in result.kills)
    assert result.messages_in >= _SHORT.guests
