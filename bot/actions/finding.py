"""From a wish to what the house has: the search, and the wish in words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import timedelta
from itertools import islice
from typing import Any

from bot.actions.desk import Desk
from bot.wishes import StayWish
from core.availability.beside_promises import refused_beside
from core.availability.places import NEAR_KM
from core.availability.search import StayOffer, StaySearch, cheapest_first, search_stays
from core.owners.promises import tell_of_promises
from models.dates import StayDates
from models.money import Money

_LOOKED_AT = 30


def find(desk: Desk, wish: StayWish) -> list[StayOffer]:
    """What is free, in as few rooms as take everybody when no number of rooms was said."""
    for search in searches(desk, wish):
        if offers := search_stays(desk.session, search, now=desk.now):
            if wish.sort == "expensive":
                return sorted(offers, key=lambda each: -each.total.paise)
            return cheapest_first(offers) if wish.sort == "cheap" else offers
    for search in islice(searches(desk, wish), 1):
        for away in refused_beside(desk.session, search, now=desk.now):
            tell_of_promises(desk.session, away, now=desk.now)
    return []


def searches(desk: Desk, wish: StayWish) -> Iterator[StaySearch]:
    """The search, with one room and then with as many as may be needed; flexible days have theirs looked at anyway."""
    begins, ends = wish.check_in, wish.check_out
    if begins is None and wish.flexible_from is not None:
        begins, ends = wish.flexible_from, wish.flexible_from + timedelta(days=wish.nights or 1)
    if begins is None or ends is None or wish.adults is None:
        return
    house = desk.directory.named(wish.property_name)
    search = StaySearch(
        account_id=desk.account_id,
        stay=StayDates(begins, ends),
        adults=wish.adults,
        children=wish.children or 0,
        city=None if house or wish.near else wish.place,
        area=None if house or wish.near else wish.area,
        property_id=house.id if house else None,
        near=None if house else wish.near,
        within_km=wish.within_km or NEAR_KM,
        budget_min=None if wish.budget_min is None else Money.rupees(wish.budget_min),
        budget_max=None if wish.budget_max is None else Money.rupees(wish.budget_max),
        stars=wish.stars,
        amenities=tuple(each for each in wish.amenities if _is_kept_somewhere(desk, each)),
        meal_plan=wish.meal_plan,
        room_type_name=wish.room_type,
        refundable=wish.refundable,
        limit=_LOOKED_AT,
    )
    if wish.rooms:
        yield replace(search, rooms=wish.rooms)
        return
    for rooms in dict.fromkeys((1, -(-wish.adults // 3), -(-wish.adults // 2))):
        yield replace(search, rooms=rooms)


def _is_kept_somewhere(desk: Desk, amenity: str) -> bool:
    """An amenity no house tells of cannot narrow the search."""
    return any(amenity in house.amenities for house in desk.directory.houses)


def wish_facts(desk: Desk, wish: StayWish) -> Mapping[str, Any]:
    """What was asked for, to be said back."""
    return {
        "place": place_words(desk, wish),
        "at": at_words(desk, wish),
        "arrival": wish.check_in,
        "departure": wish.check_out,
        "nights": wish.nights,
        "adults": wish.adults,
        "children": wish.children or 0,
    }


def place_words(desk: Desk, wish: StayWish) -> str:
    """Where, in the narrowest words there are."""
    near = desk.words("near_you") if wish.near else None
    return wish.property_name or near or wish.area or wish.place or desk.directory.desk


def at_words(desk: Desk, wish: StayWish) -> str:
    """The same as part of a sentence: in Jaipur, at Kesar Kothi, near you."""
    if wish.near and not wish.property_name:
        return desk.words("near_you")
    reply = "at_house" if wish.property_name else "at_place"
    return desk.words(reply, {"place": place_words(desk, wish)})
