"""A code given with a wish for a stay: it opens a negotiated plan, or takes a promotion off the price."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from core.errors import CodeRefused, NightsNotOnSale, PlanNotForStay
from core.pricing.changed_price import Agreed, code_ends, code_goes_on, code_stays
from core.pricing.promotions import code_off
from core.pricing.rates import SellablePlan, plans_for
from core.pricing.stay_price import CodeOff, StayPrice, with_code
from models.base import Json
from models.dates import StayDates
from models.property import Property


@dataclass(frozen=True, slots=True)
class GivenCode:
    """A code somebody gave, in capitals; `booking_id` is the booking that is being changed and has it already."""

    code: str | None = None
    guest_id: int | None = None
    booking_id: int | None = None

    def __post_init__(self) -> None:
        object.__setattr__(self, "code", self.code.strip().upper() if self.code else None)


def plans_sold(
    session: Session, wanted: Collection[tuple[int, int]], stay: StayDates, given: GivenCode
) -> dict[tuple[int, int], SellablePlan]:
    """The plan of each type and plan asked for."""
    of_type = plans_for(session, {room_type_id for room_type_id, _ in wanted}, code=given.code)
    found = {}
    for room_type_id, rate_plan_id in wanted:
        plan = next((each for each in of_type.get(room_type_id, []) if each.rate_plan_id == rate_plan_id), None)
        if plan is None:
            raise NightsNotOnSale(rate_plan_id=rate_plan_id)
        if not plan.is_for(stay.length):
            raise PlanNotForStay(plan=plan.name, nights=stay.length, least=plan.min_nights, most=plan.max_nights)
        found[room_type_id, rate_plan_id] = plan
    return found


def with_given(
    session: Session,
    house: Property,
    price: StayPrice,
    stay: StayDates,
    room_type_ids: Sequence[int],
    plans: Mapping[tuple[int, int], SellablePlan],
    given: GivenCode,
    *,
    now: datetime,
) -> StayPrice:
    """Take a promotion off, unless the code has already opened a negotiated plan: the two are never combined."""
    if not _is_promotion(given, plans):
        return price
    off, rooms = _off(session, house, stay, room_type_ids, given, now=now)
    return with_code(price, off, rooms)


def with_given_still(
    session: Session,
    house: Property,
    price: StayPrice,
    stay: StayDates,
    room_type_ids: Sequence[int],
    plans: Mapping[tuple[int, int], SellablePlan],
    given: GivenCode,
    agreed: Agreed,
    *,
    now: datetime,
) -> tuple[StayPrice, Agreed, str | None]:
    """The same for a booking that changes and has the code already; last, the code when it counts for it no more."""
    if not _is_promotion(given, plans):
        return price, agreed, None
    if agreed.free:
        return code_stays(price, agreed), agreed, None
    try:
        off, rooms = _off(session, house, stay, room_type_ids, given, now=now)
    except CodeRefused as refused:
        return *code_ends(price, agreed, refused), given.code
    return code_goes_on(price, agreed, off, rooms), agreed, None


def _is_promotion(given: GivenCode, plans: Mapping[tuple[int, int], SellablePlan]) -> bool:
    return given.code is not None and all(plan.access_code != given.code for plan in plans.values())


def _off(
    session: Session, house: Property, stay: StayDates, room_type_ids: Sequence[int], given: GivenCode, *, now: datetime
) -> tuple[CodeOff, set[int] | None]:
    """What it takes off, and off which rooms of the stay by their number (None: all of them)."""
    off, of_types = code_off(
        session,
        code=given.code or "",
        house=house,
        stay=stay,
        room_type_ids=room_type_ids,
        guest_id=given.guest_id,
        now=now,
        booking_id=given.booking_id,
    )
    meant = {number for number, each in enumerate(room_type_ids, start=1) if each in of_types}
    return off, meant if of_types else None


def included(plans: Iterable[SellablePlan]) -> Json | None:
    """What comes with the packages among these plans, in each language."""
    packages = [plan.includes for plan in plans if plan.includes]
    languages = dict.fromkeys(language for each in packages for language in each)
    return {
        language: ", ".join(dict.fromkeys(each[language] for each in packages if language in each))
        for language in languages
    } or None


def access_code(plans: Mapping[tuple[int, int], SellablePlan]) -> str | None:
    """The code that opened a negotiated plan, to ask for it again."""
    return next((plan.access_code for plan in plans.values() if plan.access_code), None)
