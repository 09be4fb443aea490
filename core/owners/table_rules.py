"""Rules of a restaurant an owner may set: what secures a table when, and how long a table rests between two parties."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.errors import AlreadySo
from core.pricing.table_deposit import DepositRule
from models.property import DiningArea
from models.rates import TableDeposit


def add_deposit(session: Session, property_id: int, rule: DepositRule) -> TableDeposit:
    """From now on; quotes already given keep what they promised."""
    row = TableDeposit(
        property_id=property_id,
        name=rule.name[:80],
        per=rule.per,
        amount_paise=rule.amount,
        min_party=rule.min_party,
        first_day=rule.first_day,
        last_day=rule.last_day,
        weekdays=None if rule.weekdays is None else sorted(rule.weekdays),
        from_at=rule.from_at,
        until_at=rule.until_at,
        lifted_at=None,
    )
    session.add(row)
    session.flush()
    return row


def lift_deposit(session: Session, deposit_id: int, *, now: datetime) -> None:
    """Asked for no more."""
    row = session.get_one(TableDeposit, deposit_id, with_for_update=True)
    if row.lifted_at is not None:
        raise AlreadySo
    row.lifted_at = now
    session.flush()


def ask_deposit_again(session: Session, deposit_id: int) -> None:
    """Lifted by mistake."""
    session.get_one(TableDeposit, deposit_id, with_for_update=True).lifted_at = None
    session.flush()


def deposits_of(session: Session, property_ids: Collection[int]) -> Sequence[TableDeposit]:
    """The rules in force, house by house."""
    return session.scalars(
        select(TableDeposit)
        .where(TableDeposit.property_id.in_(property_ids), TableDeposit.lifted_at.is_(None))
        .order_by(TableDeposit.property_id, TableDeposit.id)
    ).all()


def set_buffers(session: Session, minutes: dict[int, int]) -> dict[int, int]:
    """So many minutes between two parties in each of these areas; returns what it was where it was different."""
    rows = session.scalars(
        select(DiningArea).where(DiningArea.id.in_(minutes)).order_by(DiningArea.id).with_for_update()
    ).all()
    before = {row.id: row.buffer_minutes for row in rows if row.buffer_minutes != minutes[row.id]}
    if not before:
        raise AlreadySo
    for row in rows:
        row.buffer_minutes = minutes[row.id]
    session.flush()
    return before
