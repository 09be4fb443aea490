"""`make chaos`: guests converse while everything is killed in turn; prints what happened and whether all laws held.

Redis is not among the victims: nothing of the product is in it (docs/decisions/0010), so stopping it proves nothing.
"""

from __future__ import annotations

import argparse
import statistics
import sys
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from tests.chaos.run import Plan, Result, chaos

_SHOWN: Final = 5
_ROOT: Final = Path(__file__).resolve().parent.parent.parent
_DEFAULT: Final = Plan(guests=50, kills=200, hunting_s=60 * 60, pause_s=1.5, calm_s=600, seed=1)


def main() -> int:
    """Run once and tell."""
    ask = argparse.ArgumentParser(description=__doc__)
    ask.add_argument("--guests", type=int, default=_DEFAULT.guests, help="how many converse at once")
    ask.add_argument("--kills", type=int, default=_DEFAULT.kills, help="end the hunt after so many")
    ask.add_argument("--minutes", type=float, default=_DEFAULT.hunting_s / 60, help="or after so long")
    ask.add_argument("--pause", type=float, default=_DEFAULT.pause_s, help="seconds between two kills, about")
    ask.add_argument("--seed", type=int, default=_DEFAULT.seed, help="of all chance in this run")
    ask.add_argument("--keep", type=Path, help="where to put the database, the phones and the logs afterwards")
    ask.add_argument("--control", action="store_true", help="answer turns without the turn lock: doubles must show")
    given = ask.parse_args()
    plan = Plan(
        guests=given.guests,
        kills=given.kills,
        hunting_s=given.minutes * 60,
        pause_s=given.pause,
        calm_s=_DEFAULT.calm_s,
        seed=given.seed,
        careless=given.control,
        keep=given.keep or _ROOT / "var" / "chaos" / f"{datetime.now(UTC):%Y%m%d-%H%M%S}",
    )
    result = chaos(plan)
    tell(result)
    return int(bool(result.broken) is not plan.careless)


def tell(result: Result) -> None:
    """The tables."""
    _tell_kills(result)
    print(f"\nGuests: {result.guests}, {result.messages_in} messages, {result.apologies} apologies")
    for outcome, count in result.outcomes.most_common():
        print(f"  {outcome}: {count}")
    for each in result.in_vain[:_SHOWN]:
        print(f"    {each}")
    print(f"Quiet {result.calm_after_s:.0f} s after the last kill. Redis: carries nothing, so it is not killed.")
    print("\n| what must be true | looked at | broken |\n| --- | ---: | ---: |")
    for check in result.checks:
        print(f"| {check.law} | {check.looked_at} | {len(check.broken)} |")
    print(f"\nKept for whoever wants to know more: {result.plan.keep}")
    for check in result.broken:
        print(f"\n{check.law}:")
        for each in check.broken[:_SHOWN]:
            print(f"  {each}")


def _tell_kills(result: Result) -> None:
    kills, plan = result.kills, result.plan
    print(f"{len(kills)} kills in {result.hunted_s:.0f} s, {plan.guests} guests at once, seed {plan.seed}\n")
    print("| killed (SIGKILL) | kills | with a turn or a send under way | turns | sends | links and refunds |")
    print("| --- | ---: | ---: | ---: | ---: | ---: |")
    for victim in sorted({kill.victim for kill in kills}):
        theirs = [kill for kill in kills if kill.victim == victim]
        _row(victim, len(theirs), sum(kill.hit for kill in theirs), sum((k.under_way for k in theirs), Counter()))
    _row("all", len(kills), sum(kill.hit for kill in kills), sum((k.under_way for k in kills), Counter()))
    if kills:
        print(f"\nFrom looking to killing: median {statistics.median(k.looked_ms for k in kills):.2f} ms")
    if result.ended_by_themselves:
        print(f"Ended by themselves and started again: {dict(result.ended_by_themselves)}")


def _row(name: str, kills: int, hits: int, under_way: Counter[str]) -> None:
    counts = " | ".join(str(under_way[kind]) for kind in ("turn", "send", "money"))
    print(f"| {name} | {kills} | {hits} | {counts} |")


if __name__ == "__main__":
    sys.exit(main())
