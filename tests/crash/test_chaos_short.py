"""Half a minute of chaos; the long form is `make chaos`."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Final

import pytest

from tests.chaos.evidence import DATABASE
from tests.chaos.run import Plan, chaos

pytestmark = [pytest.mark.engine, pytest.mark.processes, pytest.mark.xdist_group("stack"), pytest.mark.timeout(1500)]

_SHORT: Final = Plan(guests=8, kills=8, hunting_s=600, pause_s=1.2, calm_s=600, seed=7, engines=1, skip_leases=True)


def test_whatever_dies_nothing_is_lost_and_nothing_happens_twice(tmp_path: Path) -> None:
    result = chaos(replace(_SHORT, keep=tmp_path))
    assert not result.broken
    assert len(result.kills) == _SHORT.kills, "what ended by the clock and not by kills proves little"
    assert all(kill.hit for kill in result.kills)
    assert result.messages_in >= _SHORT.guests
    assert (tmp_path / DATABASE).stat().st_size > 0, "what broke a law could not be explained"
