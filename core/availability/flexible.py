"""So many nights any time within a stretch of days: where they may begin, and what they cost."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, datetime
from typing import Final

from sqlalchemy.orm import Session

from core.availability.stay_rows import free_arrivals
from core.availability.stay_search import may_be_asked, offers_of
from core.availability.wanted import StayOffer, StaySearch
from models.dates import StayDates

EVERY_DAY: Final = (1, 2, 3, 4, 5, 6, 7)
# Types looked at for each first night: enough that one of them is sold on a plan the guest takes.
_FEW: Final = 3
_MANY: Final = 60


def flexible_stays(
    session: Session,
    search: StaySearch,
    window: StayDates,
    nights: int,
    *,
    now: datetime,
    weekdays: tuple[int, ...] = EVERY_DAY,
) -> list[StayOffer]:
    """The best offer for every first night within the window, earliest first; all nights lie within it.

    The dates of the search itself are not looked at.
    """
    within = replace(search, stay=window)
    if nights > window.length or not may_be_asked(replace(search, stay=StayDates.of(window.arrival, nights))):
        return []
    choosy = search.budget_min is not None or search.meal_plan is not None or search.refundable is not None
    rows = free_arrivals(session, within, nights=nights, weekdays=weekdays, most=_MANY if choosy else _FEW)
    return _best_of_each_day(offers_of(session, within, rows, now=now))


def cheapest_first(offers: Iterable[StayOffer]) -> list[StayOffer]:
    """The lowest price first, and of equal ones the earliest."""
    return sorted(offers, key=lambda offer: (offer.total, offer.stay.arrival))


def _best_of_each_day(offers: Iterable[StayOffer]) -> list[StayOffer]:
    best: dict[date, StayOffer] = {}
    for offer in offers:
        known = best.get(offer.stay.arrival)
        if known is None or (offer.distance_km or 0, offer.total) < (known.distance_km or 0, known.total):
            best[offer.stay.arrival] = offer
    return [best[day] for day in sorted(best)]
