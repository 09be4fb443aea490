"""What a cancellation costs: the policy as it was agreed, read at the moment of cancelling."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from models.base import Json
from models.money import Money


@dataclass(frozen=True, slots=True)
class CancellationTerms:
    """What the house keeps of the money paid, what goes back, and until when cancelling costs nothing."""

    percent: int
    kept: Money
    back: Money
    free_until: datetime | None


def refund_due(policy: Json, *, paid: Money, total: Money, starts_at: datetime, now: datetime) -> CancellationTerms:
    """What cancelling now means in money.

    The percentage is of the total; the house keeps no more than was paid and asks for nothing on top. A tier holds up
    to and including its last second: 48 hours before means 48 hours before, not a second less.
    """
    percent = _percent_kept(policy, starts_at=starts_at, now=now)
    kept = min(paid, total.share(percent))
    return CancellationTerms(percent, kept=kept, back=paid - kept, free_until=free_until(policy, starts_at))


def free_until(policy: Json, starts_at: datetime) -> datetime | None:
    """The last second at which cancelling is free, or None when it never is."""
    free = [tier["hours_before"] for tier in policy.get("tiers", ()) if tier["percent"] == 0]
    return starts_at - timedelta(hours=min(free)) if free else None


def _percent_kept(policy: Json, *, starts_at: datetime, now: datetime) -> int:
    tiers = sorted(policy.get("tiers", ()), key=lambda tier: -tier["hours_before"])
    for tier in tiers:
        if now <= starts_at - timedelta(hours=tier["hours_before"]):
            return int(tier["percent"])
    return int(policy.get("no_show_percent", 100))
