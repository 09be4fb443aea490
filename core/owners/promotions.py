"""Owners begin, stop and look over their promotions."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from core.errors import AlreadySo, CodeRefused
from models.money import Money
from models.rates import Promotion


@dataclass(frozen=True, slots=True)
class NewPromotion:
    """What a promotion shall be; `first` and `last` are its nights."""

    code: str
    percent: int | None = None
    amount: Money | None = None
    first: date | None = None
    last: date | None = None
    min_nights: int = 1
    max_uses: int | None = None
    property_id: int | None = None
    room_type_ids: tuple[int, ...] = ()


def start_promotion(session: Session, account_id: int, wanted: NewPromotion, *, now: datetime) -> Promotion:
    """Begin it now; a code that runs already must be stopped first."""
    if running(session, account_id, wanted.code) is not None:
        raise AlreadySo
    row = Promotion(
        account_id=account_id,
        property_id=wanted.property_id,
        code=wanted.code.upper(),
        percent=wanted.percent,
        amount_paise=wanted.amount,
        first_night=wanted.first,
        last_night=wanted.last,
        min_nights=wanted.min_nights,
        max_uses=wanted.max_uses,
        room_type_ids=list(wanted.room_type_ids),
        created_at=now,
    )
    session.add(row)
    session.flush()
    return row


def stop_promotion(session: Session, promotion_id: int, *, now: datetime) -> None:
    """Nobody can use it any more; who has it keeps the price."""
    row = session.get_one(Promotion, promotion_id, with_for_update=True, populate_existing=True)
    if row.stopped_at is not None:
        raise AlreadySo
    row.stopped_at = now
    session.flush()


def resume_promotion(session: Session, promotion_id: int) -> None:
    """It was stopped by mistake; not when its code has been given to another meanwhile."""
    row = session.get_one(Promotion, promotion_id, with_for_update=True, populate_existing=True)
    if row.stopped_at is None or running(session, row.account_id, row.code) is not None:
        raise AlreadySo
    row.stopped_at = None
    session.flush()


def running(session: Session, account_id: int, code: str) -> Promotion | None:
    """The one that runs under this code."""
    return session.scalar(
        select(Promotion).where(
            Promotion.account_id == account_id, Promotion.code == code.upper(), Promotion.stopped_at.is_(None)
        )
    )


def running_of(session: Session, account_id: int, code: str, property_ids: Collection[int]) -> Promotion:
    """The one that runs under this code, if it is one of these houses'."""
    row = running(session, account_id, code)
    if row is None or (row.property_id is not None and row.property_id not in property_ids):
        raise CodeRefused(promotion=code.upper(), reason="unknown", starts_on=None, ends_on=None, nights=None)
    return row


def all_running(session: Session, account_id: int, property_ids: Collection[int]) -> Sequence[Promotion]:
    """What runs in these houses, oldest first."""
    return session.scalars(
        select(Promotion)
        .where(
            Promotion.account_id == account_id,
            Promotion.stopped_at.is_(None),
            or_(Promotion.property_id.is_(None), Promotion.property_id.in_(property_ids)),
        )
        .order_by(Promotion.id)
    ).all()
