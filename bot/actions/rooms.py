"""Rooms that are free for a wish, and the whole price of the one chosen."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import Any, Final
from zoneinfo import ZoneInfo

from bot.actions.days import date_options
from bot.actions.desk import Desk
from bot.turns import Offered
from bot.wishes import StayWish
from core.availability.search import StayOffer, StaySearch, nearest_stays, search_stays
from core.errors import BookingError
from core.pricing.cancellation import free_until
from core.pricing.quote import quote_stay
from core.pricing.rates import plans_for
from models.base import Json
from models.dates import StayDates
from models.money import Money
from models.property import Property
from models.rates import Quote

_LOOKED_AT: Final = 30
SHOWN: Final = 9  # of the ten a list takes: the last one is the way out


def look(desk: Desk, wish: StayWish, *, reply: str = "stay_options", besides: Sequence[int] = ()) -> bool:
    """Offer what is free, or the nearest thing; False when there is nothing at all."""
    desk.remember(picked=None, quote_id=None)
    offers = [each for each in find(desk, wish) if each.room_type_id not in besides]
    if len(offers) == 1 and not besides:
        quote(desk, chosen(offers[0], wish))
        return True
    if offers:
        offer(desk, wish, offers, reply)
        return True
    return nearest(desk, wish, besides=besides)


def nearest(desk: Desk, wish: StayWish, *, besides: Sequence[int] = ()) -> bool:
    """When nothing fits: other rooms, nights close by, houses nearby; else ask for other dates."""
    found = [
        each
        for search in list(_searches(desk, wish))[:1]
        for each in nearest_stays(desk.session, search, now=desk.now)
        if each.room_type_id not in besides or each.stay != search.stay
    ]
    if found:
        offer(desk, wish, found, _why(wish, found))
        return True
    desk.ask("dates", "stay_none", wish_facts(desk, wish), options=date_options(desk))
    return False


def more(desk: Desk, *, besides: Sequence[int]) -> None:
    """What was not shown yet; other dates when that was all."""
    wish = desk.stay
    found = [each for each in find(desk, wish) if each.room_type_id not in besides]
    if found:
        desk.remember(picked=None, quote_id=None)
        offer(desk, wish, found, "stay_options")
    else:
        desk.ask("dates", "stay_no_more", options=date_options(desk))


def other_ways(desk: Desk, picked: Json) -> None:
    """Beside a price: the same room on its other rates, then the other rooms; nobody must take the first price."""
    wish, dates = desk.stay, StayDates(date.fromisoformat(picked["arrival"]), date.fromisoformat(picked["departure"]))
    options = []
    for plan in plans_for(desk.session, [picked["room_type_id"]]).get(picked["room_type_id"], []):
        if plan.rate_plan_id != picked["rate_plan_id"]:
            value = picked | {"rate_plan_id": plan.rate_plan_id}
            told = _quoted(desk, value, dates)
            about = desk.words("option_rate", _quote_facts(desk, told))
            value["total"] = told.total_paise.paise
            options.append(Offered("stay", value, plan.name, about, told.total_paise))
    others = [each for each in find(desk, wish) if each.room_type_id != picked["room_type_id"]]
    options += [_as_option(desk, each, wish, one_house=False) for each in others[: SHOWN - len(options)]]
    if not options:
        more(desk, besides=[picked["room_type_id"]])
        return
    desk.remember(picked=None, quote_id=None)
    desk.ask("option", "stay_other_ways", wish_facts(desk, wish), options=options)
    desk.remember(offers=desk.conversation.options, seen=[picked["room_type_id"]])


def find(desk: Desk, wish: StayWish) -> list[StayOffer]:
    """What is free, in as few rooms as take everybody when no number of rooms was said."""
    for search in _searches(desk, wish):
        if offers := search_stays(desk.session, search, now=desk.now):
            if wish.sort == "expensive":
                return sorted(offers, key=lambda each: -each.total.paise)
            return sorted(offers, key=lambda each: each.total) if wish.sort == "cheap" else offers
    return []


def quote(desk: Desk, value: Json, *, renewed: bool = False) -> None:
    """Tell the whole price of what was chosen and ask whether to book it."""
    dates = StayDates(date.fromisoformat(value["arrival"]), date.fromisoformat(value["departure"]))
    try:
        with desk.session.begin_nested():
            told = _quoted(desk, value, dates)
    except BookingError as refusal:
        desk.remember(picked=None, quote_id=None)
        desk.say(refusal.code, refusal.facts)
        nearest(desk, desk.stay, besides=[value["room_type_id"]])
        return
    if renewed:
        desk.say("quote_renewed")
    wish = replace(
        desk.stay,
        check_in=dates.arrival,
        check_out=dates.departure,
        nights=dates.length,
        rooms=value["rooms"],
        adults=value["adults"],
        children=value["children"] or None,
    )
    desk.conversation.journey = "stay"
    desk.remember(stay=wish.to_json(), picked=value, quote_id=told.id)
    desk.ask("confirm", "quote_stay", _quote_facts(desk, told), options=confirm_options())


def confirm_options() -> list[Offered]:
    """What a guest may do with a price."""
    return [Offered(kind, {}, f"option_{kind}") for kind in ("confirm", "change", "other")]


def _quoted(desk: Desk, value: Json, dates: StayDates) -> Quote:
    return quote_stay(
        desk.session,
        account_id=desk.account_id,
        room_type_id=value["room_type_id"],
        rate_plan_id=value["rate_plan_id"],
        stay=dates,
        rooms=value["rooms"],
        adults=value["adults"],
        children=value["children"],
        now=desk.now,
    )


def chosen(offer: StayOffer, wish: StayWish) -> Json:
    """What is needed to price and hold this offer."""
    return {
        "property_id": offer.property_id,
        "room_type_id": offer.room_type_id,
        "rate_plan_id": offer.rate_plan_id,
        "arrival": offer.stay.arrival.isoformat(),
        "departure": offer.stay.departure.isoformat(),
        "rooms": offer.rooms,
        "adults": wish.adults or 1,
        "children": wish.children or 0,
        "total": offer.total.paise,
    }


def offer(desk: Desk, wish: StayWish, offers: Sequence[StayOffer], reply: str) -> None:
    """The list, with the way out as its last line when there is only one."""
    shown = offers[:SHOWN]
    one_house = len({each.property_id for each in shown}) == 1
    options = [_as_option(desk, each, wish, one_house=one_house) for each in shown]
    if len(options) == 1:
        options.append(Offered("change", {}, "option_change"))
    facts = {"count": len(shown), "cheapest": min(each.total for each in shown), "wanted": wish.room_type}
    desk.ask("option", reply, {**wish_facts(desk, wish), **facts}, options=options)
    seen = [each.room_type_id for each in shown]
    desk.remember(offers=[each for each in desk.conversation.options if each["kind"] == "stay"], seen=seen)


def _as_option(desk: Desk, offer: StayOffer, wish: StayWish, *, one_house: bool) -> Offered:
    dates = (wish.check_in, wish.check_out)
    moved = (offer.stay.arrival, offer.stay.departure) != dates or (wish.place or offer.city) != offer.city
    facts = {
        "total": offer.total,
        "nights": offer.stay.length,
        "arrival": offer.stay.arrival,
        "meal_plan": offer.meal_plan,
        "city": offer.city,
        "room_type": offer.room_type_name,
        "rooms": offer.rooms,
    }
    words = desk.words("option_stay_elsewhen" if moved else "option_stay", facts)
    title = offer.room_type_name if one_house else offer.property_name
    beside = [] if one_house else [offer.room_type_name]
    if offer.rooms > 1:
        beside.append(desk.words("option_rooms", {"count": offer.rooms}))
    return Offered("stay", chosen(offer, wish), title, " · ".join([*beside, words]), offer.total)


def _why(wish: StayWish, found: Sequence[StayOffer]) -> str:
    """Other rooms in the same place on the same nights are a smaller apology than other nights."""
    same = all(
        (offer.stay.arrival, offer.stay.departure) == (wish.check_in, wish.check_out)
        and (wish.place or offer.city) == offer.city
        for offer in found
    )
    return "stay_other_types" if same and wish.room_type else "stay_nearest"


def _searches(desk: Desk, wish: StayWish) -> Iterator[StaySearch]:
    if wish.check_in is None or wish.check_out is None or wish.adults is None:
        return
    house = desk.directory.named(wish.property_name)
    search = StaySearch(
        account_id=desk.account_id,
        stay=StayDates(wish.check_in, wish.check_out),
        adults=wish.adults,
        children=wish.children or 0,
        city=None if house or wish.near else wish.place,
        area=None if house or wish.near else wish.area,
        property_id=house.id if house else None,
        near=wish.near,
        budget_min=None if wish.budget_min is None else Money.rupees(wish.budget_min),
        budget_max=None if wish.budget_max is None else Money.rupees(wish.budget_max),
        stars=wish.stars,
        amenities=tuple(each for each in wish.amenities if _is_kept_somewhere(desk, each)),
        meal_plan=wish.meal_plan,
        room_type_name=wish.room_type,
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


def _quote_facts(desk: Desk, told: Quote) -> Mapping[str, Any]:
    """What the guest must know before saying yes."""
    house = desk.session.get_one(Property, told.property_id)
    asked, parts = told.request, told.parts
    arrival, departure = date.fromisoformat(asked["arrival"]), date.fromisoformat(asked["departure"])
    zone = ZoneInfo(house.time_zone)
    free = free_until(told.policy, datetime.combine(arrival, house.check_in_at, zone))
    free = free.astimezone(zone) if free is not None and free > desk.now else None
    due = told.deposit_paise
    return {
        "property": house.name,
        "area": house.area,
        "city": house.city,
        "picture": house.picture,
        "rooms": len(asked["rooms"]),
        "room_type": parts["room_type"],
        "rooms_by_type": parts["rooms_by_type"],
        "meal_plan": parts["meal_plan"],
        "arrival": arrival,
        "departure": departure,
        "nights": (departure - arrival).days,
        "adults": asked["adults"],
        "children": asked["children"],
        "total": told.total_paise,
        "tax": told.tax_paise,
        "due_now": due,
        "balance": told.total_paise - due,
        "at_desk": not due,
        "free_until": free,
        "no_free_cancellation": None if free else desk.words("quote_no_free_cancellation"),
    }
