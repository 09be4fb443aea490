"""`make bench ARGS=load`: many guests at once over HTTP; what is lost, doubled or out of order must be nothing."""

from __future__ import annotations

import argparse
import asyncio
import random
import statistics
import time
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from models.conversation import Turn
from models.messaging import InboxEntry, Message
from models.states import InboxState, MessageState, TurnState
from tests.bench.carrier import Carrier, Taken
from tests.bench.guests import SCRIPT
from tests.bench.proc import Used, snapshot
from tests.fixtures.stack import Stack

_PATIENCE_S: Final = 60.0
_QUIET_WITHIN_S: Final = 60.0
_OUTSIDE: Final = "guests and carrier (the outside world)"
_ON_THE_WAY: Final = (MessageState.QUEUED, MessageState.SENDING, MessageState.UNKNOWN)


@dataclass(frozen=True, slots=True)
class Written:
    """One message of a guest: whose, its id, when it was posted and when acknowledged (Unix seconds)."""

    guest: str
    sid: str
    posted_at: float
    acknowledged_at: float


@dataclass(frozen=True, slots=True)
class Wanted:
    """How many guests, how many messages each, and how long they take to read and write."""

    guests: int
    turns: int
    arriving_s: float
    thinking_s: float


def wanted(words: Sequence[str]) -> Wanted:
    """As asked for on the command line."""
    ask = argparse.ArgumentParser(description=__doc__)
    ask.add_argument("--guests", type=int, default=200)
    ask.add_argument("--turns", type=int, default=5)
    ask.add_argument("--arriving", type=float, default=5.0, help="seconds over which the guests begin")
    ask.add_argument("--thinking", type=float, default=3.0, help="seconds a guest thinks between two messages, about")
    given = ask.parse_args(words)
    return Wanted(given.guests, given.turns, given.arriving, given.thinking)


def load(stack: Stack, plan: Wanted, port: int, pids: dict[str, int]) -> None:
    """Run it once and print what came of it."""
    environment = stack.environment
    carrier = Carrier(
        account=environment["TWILIO_ACCOUNT_SID"],
        token=environment["TWILIO_AUTH_TOKEN"],
        line=environment["TWILIO_WHATSAPP_FROM"],
        product=stack.url,
    )
    asyncio.run(_run(stack, plan, carrier, port, pids))


async def _run(stack: Stack, plan: Wanted, carrier: Carrier, port: int, pids: dict[str, int]) -> None:
    await carrier.open(port)
    try:
        await _talk(carrier, "whatsapp:+919700000000", plan, random.Random(0), 0.0)  # what is made once is made now
        before, started, ours = snapshot(pids), time.perf_counter(), time.process_time()
        chance = random.Random(1)
        written = await asyncio.gather(
            *(
                _talk(
                    carrier,
                    f"whatsapp:+9197{number:08d}",
                    plan,
                    random.Random(number),
                    chance.uniform(0, plan.arriving_s),
                )
                for number in range(1, plan.guests + 1)
            )
        )
        seconds, after = time.perf_counter() - started, snapshot(pids)
        before[_OUTSIDE], after[_OUTSIDE] = Used(ours, 0), Used(time.process_time(), 0)
        await _until_quiet(stack)
    finally:
        await carrier.close()
    _tell(stack, plan, carrier, [each for talk in written for each in talk], seconds, before, after)


async def _talk(
    carrier: Carrier, guest: str, plan: Wanted, chance: random.Random, begin_after_s: float
) -> list[Written]:
    """One guest: writes, waits for an answer, thinks, writes again."""
    await asyncio.sleep(begin_after_s)
    written = []
    for text in SCRIPT[: plan.turns]:
        written.append(Written(guest, *(await carrier.say(guest, text))))
        await carrier.hears(guest, _PATIENCE_S)
        await asyncio.sleep(chance.uniform(0.5, 1.5) * plan.thinking_s)
    return written


async def _until_quiet(stack: Stack) -> None:
    give_up_at = time.monotonic() + _QUIET_WITHIN_S
    while time.monotonic() < give_up_at:
        with Session(stack.database) as session:
            turns = session.scalar(select(func.count()).where(Turn.state == TurnState.OPEN))
            waiting = session.scalar(
                select(func.count()).where(Message.state.in_(_ON_THE_WAY), Message.conversation_id.is_not(None))
            )
            entries = session.scalar(select(func.count()).where(InboxEntry.state == InboxState.NEW))
        if not turns and not waiting and not entries:
            return
        await asyncio.sleep(0.2)


def _tell(
    stack: Stack,
    plan: Wanted,
    carrier: Carrier,
    written: Sequence[Written],
    seconds: float,
    before: dict[str, Used],
    after: dict[str, Used],
) -> None:
    answers = _answers(stack, written, carrier.taken)
    print(f"## {plan.guests} guests, {plan.turns} messages each, over HTTP: {len(written)} in {seconds:.1f} s\n")
    print("| what | p50 ms | p95 ms | p99 ms |\n| --- | ---: | ---: | ---: |")
    _row("acknowledged", [each.acknowledged_at - each.posted_at for each in written])
    _row("answered", answers.took)
    print(f"\n{len(answers.took) / seconds:.1f} turns/s while guests take about {plan.thinking_s:g} s to think\n")
    print(
        "| lost | answered twice | sent twice | out of order | refused webhooks |\n| ---: | ---: | ---: | ---: | ---: |"
    )
    print(
        f"| {answers.lost} | {answers.answered_twice} | {answers.sent_twice} | {answers.out_of_order} "
        f"| {len(carrier.trouble)} |"
    )
    print("\n| process | CPU ms per turn | memory MB |\n| --- | ---: | ---: |")
    for name, used in after.items():
        print(f"| {name} | {(used.cpu_s - before[name].cpu_s) * 1000 / len(written):.1f} | {used.memory / 1e6:.0f} |")
    print()


def _row(name: str, seconds: Sequence[float]) -> None:
    cuts = statistics.quantiles((each * 1000 for each in seconds), n=100, method="inclusive")
    print(f"| {name} | {cuts[49]:.1f} | {cuts[94]:.1f} | {cuts[98]:.1f} |")


@dataclass(frozen=True, slots=True)
class Answers:
    """What became of what the guests wrote."""

    took: Sequence[float]
    lost: int
    answered_twice: int
    sent_twice: int
    out_of_order: int


def _answers(stack: Stack, written: Sequence[Written], taken: Sequence[Taken]) -> Answers:
    """The books beside what the carrier took."""
    called = {each.message: each.at for each in reversed(taken)}
    times = Counter(each.message for each in taken)
    with Session(stack.database) as session:
        entries = dict(
            session.execute(select(InboxEntry.event_id, InboxEntry.turn_id).where(InboxEntry.turn_id.is_not(None)))
            .tuples()
            .all()
        )
        answers = dict(session.execute(select(Turn.id, Turn.answer)).tuples().all())
        said: dict[int, list[int]] = defaultdict(list)
        for turn_id, message_id in session.execute(
            select(Message.turn_id, Message.id).where(Message.turn_id.is_not(None)).order_by(Message.id)
        ):
            said[turn_id or 0].append(message_id)
    took, lost, twice = [], 0, 0
    for each in written:
        turn_id = entries.get(each.sid) or 0
        arrived = [called[message] for message in said[turn_id] if message in called]
        if not arrived:
            lost += 1
            continue
        took.append(min(arrived) - each.posted_at)
        twice += said[turn_id] != (answers[turn_id] or {}).get("said")
    order: dict[str, list[int]] = defaultdict(list)
    for call in taken:
        order[call.to].append(call.message)
    mixed = sum(messages != sorted(messages) for messages in order.values())
    return Answers(took, lost, twice, sum(count - 1 for count in times.values()), mixed)
