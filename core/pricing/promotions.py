"""A code takes something off: whether it applies, counted when it is held, given back when the booking ends."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import func, insert, select, update
from sqlalchemy.orm import Session

from core.errors import CodeRefused
from core.pricing.stay_price import CodeOff
from models.base import Json
from models.booking import Booking
from models.dates import StayDates, business_date
from models.money import NOTHING
from models.property import Property
from models.rates import Promotion, PromotionUse, Quote, RatePlan


@dataclass(frozen=True, slots=True)
class Terms:
    """What a promotion is for; what is None does not narrow."""

    property_id: int | None = None
    first_sold: date | None = None
    last_sold: date | None = None
    first_night: date | None = None
    last_night: date | None = None
    min_nights: int = 1
    room_type_ids: tuple[int, ...] = ()
    uses_left: int | None = None
    stopped: bool = False


def why_refused(
    terms: Terms, *, property_id: int, stay: StayDates, room_type_ids: Collection[int], today: date
) -> tuple[str, Json] | None:
    """The reason a receptionist would give for not taking a code, or None: it counts.

    A code is booked between its days, for nights that all lie within its nights, and for at least one room it is for.
    """
    if terms.stopped or (terms.last_sold is not None and today > terms.last_sold):
        return "over", {"ends_on": terms.last_sold and terms.last_sold.isoformat()}
    if terms.first_sold is not None and today < terms.first_sold:
        return "not_yet", {"starts_on": terms.first_sold.isoformat()}
    if terms.property_id not in {None, property_id}:
        return "house", {}
    early = terms.first_night is not None and stay.arrival < terms.first_night
    if early or (terms.last_night is not None and stay.nights[-1] > terms.last_night):
        return "nights", {
            "starts_on": terms.first_night and terms.first_night.isoformat(),
            "ends_on": terms.last_night and terms.last_night.isoformat(),
        }
    if stay.length < terms.min_nights:
        return "min_nights", {"nights": terms.min_nights}
    if terms.room_type_ids and not set(terms.room_type_ids) & set(room_type_ids):
        return "rooms", {}
    if terms.uses_left is not None and terms.uses_left <= 0:
        return "used_up", {}
    return None


def find_promotion(session: Session, account_id: int, code: str) -> Promotion | None:
    """The promotion of that code: the running one, else the last that ran."""
    return session.scalars(
        select(Promotion)
        .where(Promotion.account_id == account_id, Promotion.code == code.upper())
        .order_by(Promotion.stopped_at.is_not(None), Promotion.id.desc())
        .execution_options(populate_existing=True)
    ).first()


def codes_of(session: Session, account_id: int) -> set[str]:
    """Every code of the house's, over or not: promotions' and negotiated plans'."""
    negotiated = (
        select(RatePlan.access_code)
        .join(Property, Property.id == RatePlan.property_id)
        .where(Property.account_id == account_id, RatePlan.access_code.is_not(None))
    )
    promotions = select(Promotion.code).where(Promotion.account_id == account_id)
    return {code for code in session.scalars(promotions.union(negotiated)) if code}


def code_off(
    session: Session,
    *,
    code: str,
    house: Property,
    stay: StayDates,
    room_type_ids: Collection[int],
    guest_id: int | None,
    now: datetime,
    booking_id: int | None = None,
) -> tuple[CodeOff, tuple[int, ...]]:
    """What a code takes off this stay, and the room types it is for (none named: all).

    Args:
        session: the door's transaction.
        code: as the guest wrote it.
        house: where they stay.
        stay: when.
        room_type_ids: in which rooms.
        guest_id: who asks; a code once per guest is not given twice.
        now: decides whether it has begun or is over.
        booking_id: the booking that is being changed and has the code already.

    Raises:
        CodeRefused: it is unknown, over, used up or not for this stay; `reason` says which.
    """
    row = find_promotion(session, house.account_id, code)
    if row is None:
        raise CodeRefused(promotion=code.upper(), reason="unknown", **_NOTHING_SAID)
    uses = _uses(session, row, guest_id)
    its_own = booking_id is not None and booking_id in uses
    today = business_date(now, time_zone=house.time_zone, day_starts=house.day_starts_at)
    left = None if row.max_uses is None or its_own else row.max_uses - row.used
    refused = why_refused(_terms(row, left), property_id=house.id, stay=stay, room_type_ids=room_type_ids, today=today)
    if refused is None and row.once_per_guest and uses and not its_own:
        refused = ("used_before", {})
    if refused is not None:
        its_house = session.get(Property, row.property_id) if row.property_id and refused[0] == "house" else None
        named = {"valid_at": its_house.name} if its_house is not None else {}
        raise CodeRefused(promotion=row.code, reason=refused[0], **{**_NOTHING_SAID, **refused[1]}, **named)
    return CodeOff(row.id, row.code, row.percent, row.amount_paise or NOTHING), tuple(row.room_type_ids)


def take_use(session: Session, quote: Quote, booking: Booking, *, now: datetime) -> None:
    """Count the booking's code, if its price has one; the last use goes to one booking only.

    Always the last thing that is locked, after the nights, so that nobody waits in a circle.

    Raises:
        CodeRefused: somebody took the last one, or this guest has it already.
    """
    promotion = quote.parts.get("promotion")
    if promotion is None:
        return
    taken = session.execute(
        update(Promotion)
        .where(
            Promotion.id == promotion["id"],
            Promotion.max_uses.is_(None) | (Promotion.used < Promotion.max_uses),
        )
        .values(used=Promotion.used + 1)
        .returning(Promotion.once_per_guest),
        execution_options={"synchronize_session": False},
    ).one_or_none()
    if taken is None:
        raise CodeRefused(promotion=promotion["code"], reason="used_up", **_NOTHING_SAID)
    before = select(PromotionUse.id).where(
        PromotionUse.promotion_id == promotion["id"],
        PromotionUse.guest_id == booking.guest_id,
        PromotionUse.given_back_at.is_(None),
    )
    # The promotion's row is locked, so nobody can slip in between this look and the insert.
    if taken.once_per_guest and session.scalar(before) is not None:
        raise CodeRefused(promotion=promotion["code"], reason="used_before", **_NOTHING_SAID)
    session.execute(
        insert(PromotionUse).values(
            promotion_id=promotion["id"],
            booking_id=booking.id,
            guest_id=booking.guest_id,
            once=taken.once_per_guest,
            taken_at=now,
        )
    )


def give_back_uses(session: Session, booking_ids: Sequence[int], *, now: datetime) -> None:
    """The codes of bookings that lapsed, were let go or cancelled may be used again."""
    mine = (
        select(PromotionUse.promotion_id)
        .where(PromotionUse.booking_id.in_(booking_ids), PromotionUse.given_back_at.is_(None))
        .distinct()
    )
    promotions = session.scalars(
        select(Promotion.id).where(Promotion.id.in_(mine)).order_by(Promotion.id).with_for_update(key_share=True)
    ).all()
    for promotion_id in promotions:
        given = session.execute(
            update(PromotionUse)
            .where(
                PromotionUse.promotion_id == promotion_id,
                PromotionUse.booking_id.in_(booking_ids),
                PromotionUse.given_back_at.is_(None),
            )
            .values(given_back_at=now)
            .returning(PromotionUse.id),
            execution_options={"synchronize_session": False},
        ).all()
        session.execute(
            update(Promotion).where(Promotion.id == promotion_id).values(used=Promotion.used - len(given)),
            execution_options={"synchronize_session": False},
        )


_NOTHING_SAID: Json = {"starts_on": None, "ends_on": None, "nights": None}


def _uses(session: Session, row: Promotion, guest_id: int | None) -> set[int]:
    """The bookings in which this guest has the code now."""
    if guest_id is None:
        return set()
    return set(
        session.scalars(
            select(PromotionUse.booking_id).where(
                PromotionUse.promotion_id == row.id,
                PromotionUse.guest_id == guest_id,
                PromotionUse.given_back_at.is_(None),
            )
        )
    )


def _terms(row: Promotion, left: int | None) -> Terms:
    return Terms(
        row.property_id,
        row.first_sold,
        row.last_sold,
        row.first_night,
        row.last_night,
        row.min_nights,
        tuple(row.room_type_ids),
        left,
        stopped=row.stopped_at is not None,
    )


def count_uses(session: Session, promotion_id: int) -> int:
    """How many bookings have it now, counted one by one."""
    wanted = select(func.count()).where(PromotionUse.promotion_id == promotion_id, PromotionUse.given_back_at.is_(None))
    return session.scalar(wanted) or 0
