"""What secures a table: the sitting's own deposit for each cover, or a dearer rule for that day, hour or party."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, time
from typing import Final, Literal, cast

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.money import Money
from models.rates import TableDeposit

type Per = Literal["table", "cover"]

_DAY_MINUTES: Final = 24 * 60


@dataclass(frozen=True, slots=True)
class DepositRule:
    """A sum for the table or for each cover, on the days and at the hours it is meant for; what is None is any."""

    name: str
    per: Per
    amount: Money
    min_party: int = 1
    first_day: date | None = None
    last_day: date | None = None
    weekdays: frozenset[int] | None = None
    from_at: time | None = None
    until_at: time | None = None

    def applies(self, service_day: date, at: time, party_size: int, *, day_starts: time) -> bool:
        """Whether such a table needs it; half past midnight is late in the service day, not early."""
        hour = _minute_of_day(at, day_starts)
        return (
            party_size >= self.min_party
            and (self.first_day is None or self.first_day <= service_day)
            and (self.last_day is None or service_day <= self.last_day)
            and (self.weekdays is None or service_day.isoweekday() in self.weekdays)
            and (self.from_at is None or _minute_of_day(self.from_at, day_starts) <= hour)
            and (self.until_at is None or hour < (_minute_of_day(self.until_at, day_starts) or _DAY_MINUTES))
        )

    def for_party(self, party_size: int) -> Money:
        """What such a party pays."""
        return self.amount * (party_size if self.per == "cover" else 1)


@dataclass(frozen=True, slots=True)
class Deposit:
    """What is asked for in advance, and for the sake of which rule; None: as at every table of the sitting."""

    amount: Money
    reason: str | None
    per: Per


def deposit_for(
    rules: Iterable[DepositRule],
    per_cover: Money,
    *,
    service_day: date,
    at: time,
    party_size: int,
    day_starts: time,
) -> Deposit:
    """The dearest of the sitting's deposit and all rules that apply; they are never added up."""
    found = Deposit(per_cover * party_size, None, "cover")
    for rule in rules:
        if rule.applies(service_day, at, party_size, day_starts=day_starts):
            amount = rule.for_party(party_size)
            if amount > found.amount:
                found = Deposit(amount, rule.name, rule.per)
    return found


def deposit_rules(session: Session, property_ids: Collection[int]) -> dict[int, tuple[DepositRule, ...]]:
    """The rules in force in each house."""
    found: dict[int, list[DepositRule]] = defaultdict(list)
    rows = session.scalars(
        select(TableDeposit)
        .where(TableDeposit.property_id.in_(property_ids), TableDeposit.lifted_at.is_(None))
        .order_by(TableDeposit.id)
    )
    for row in rows:
        found[row.property_id].append(
            DepositRule(
                name=row.name,
                per=cast("Per", row.per),
                amount=row.amount_paise,
                min_party=row.min_party,
                first_day=row.first_day,
                last_day=row.last_day,
                weekdays=None if row.weekdays is None else frozenset(row.weekdays),
                from_at=row.from_at,
                until_at=row.until_at,
            )
        )
    return {property_id: tuple(found[property_id]) for property_id in property_ids}


def _minute_of_day(at: time, day_starts: time) -> int:
    """Minutes since the house began its day."""
    return (at.hour * 60 + at.minute - day_starts.hour * 60 - day_starts.minute) % _DAY_MINUTES
