"""What a cancellation costs: the policy as it was agreed, read at the moment of cancelling."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from core.pricing.rounding import whole_rupees
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


def nights_given_up(before: Json, after: Json) -> Money:
    """What a changed stay gives up, night by night: what a night cost, less what the same night costs now.

    A dearer night gives nothing up, and a night that is no longer slept gives up all of it.
    """
    old, new = _cost_of_nights(before), _cost_of_nights(after)
    return whole_rupees(Money(sum(max(0, cost - new[night]) for night, cost in old.items())))


def _cost_of_nights(parts: Json) -> Counter[str]:
    costs: Counter[str] = Counter()
    for line in parts["nights"]:
        costs[line["night"]] += line["taxable"] + line["cgst"] + line["sgst"]
    return costs


def free_until(policy: Json, starts_at: datetime) -> datetime | None:
    """The last second at which cancelling is free, or None when it never is."""
    free = [tier["hours_before"] for tier in policy.get("tiers", ()) if tier["percent"] == 0]
    return starts_at - timedelta(hours=min(free)) if free else None


def strictest(policies: Sequence[Json]) -> Json:
    """Of rooms sold under different policies, booked together: at every hour the one that keeps most counts."""
    different = [policy for place, policy in enumerate(policies) if policy not in policies[:place]]
    if len(different) == 1:
        return different[0]
    hours = sorted({tier["hours_before"] for policy in different for tier in policy.get("tiers", ())}, reverse=True)
    return {
        "name": ", ".join(dict.fromkeys(policy["name"] for policy in different)),
        "tiers": [
            {"hours_before": each, "percent": max(_percent_at(policy, each) for policy in different)} for each in hours
        ],
        "no_show_percent": max(int(policy.get("no_show_percent", 100)) for policy in different),
    }


def _percent_at(policy: Json, hours_before: float) -> int:
    """What a policy keeps when so many hours are left."""
    start = datetime(2000, 1, 1, tzinfo=UTC)
    return _percent_kept(policy, starts_at=start, now=start - timedelta(hours=hours_before))


def _percent_kept(policy: Json, *, starts_at: datetime, now: datetime) -> int:
    tiers = sorted(policy.get("tiers", ()), key=lambda tier: -tier["hours_before"])
    for tier in tiers:
        if now <= starts_at - timedelta(hours=tier["hours_before"]):
            return int(tier["percent"])
    return int(policy.get("no_show_percent", 100))
