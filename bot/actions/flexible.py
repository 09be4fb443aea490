"""Guests who may come any time within some days: the dates that fit, each with its price."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from bot.actions.days import date_options
from bot.actions.desk import Desk
from bot.actions.finding import searches, wish_facts
from bot.actions.offers import dated_option
from bot.wishes import StayWish
from core.availability.flexible import EVERY_DAY
from core.availability.search import StayOffer, cheapest_first, flexible_stays
from models.dates import StayDates

SHOWN: Final = 10
WEEKEND_NIGHTS: Final = 2
_FRIDAY: Final = (5,)
_LONGEST: Final = 92  # days looked through


def offer_dates(desk: Desk, wish: StayWish) -> None:
    """Up to ten possible dates, the best prices among them, in the order of the calendar."""
    nights = wish.nights or WEEKEND_NIGHTS
    found = _best(_possible(desk, wish, nights), by_price=wish.sort == "cheap")
    facts = {**wish_facts(desk, wish), "nights": nights, "first": wish.flexible_from, "last": wish.flexible_to}
    if not found:
        desk.ask("dates", "stay_no_dates", facts, options=date_options(desk))
        return
    one_house = len({each.property_id for each in found}) == 1
    options = [dated_option(desk, each, wish, one_house=one_house) for each in found]
    house = found[0].property_name if one_house else None
    desk.remember(picked=None, quote_id=None)
    reply = "stay_dates_cheapest" if wish.sort == "cheap" else "stay_dates"
    desk.ask("option", reply, facts | {"count": len(found), "house": house}, options=options)
    desk.remember(offers=desk.conversation.options, seen=[])


def _possible(desk: Desk, wish: StayWish, nights: int) -> list[StayOffer]:
    """Every first night within the days said; all nights lie within them, a weekend's may end after them."""
    first, last = wish.flexible_from, wish.flexible_to
    if first is None or last is None:
        return []
    last = min(last, first + timedelta(days=_LONGEST))
    departure = last + timedelta(days=nights if wish.weekends else 1)
    for search in searches(desk, wish):
        window = StayDates(first, departure)
        weekdays = _FRIDAY if wish.weekends else EVERY_DAY
        if found := flexible_stays(desk.session, search, window, nights, now=desk.now, weekdays=weekdays):
            return found
    return []


def _best(offers: list[StayOffer], *, by_price: bool) -> list[StayOffer]:
    best = cheapest_first(offers)[:SHOWN]
    return best if by_price else sorted(best, key=lambda offer: offer.stay)
