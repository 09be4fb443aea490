"""Rooms that are free for a wish, and the whole price of the one chosen."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from functools import partial
from typing import Any, Final
from zoneinfo import ZoneInfo

from sqlalchemy import select

from bot.actions import codes
from bot.actions.days import date_options
from bot.actions.desk import Desk
from bot.actions.finding import at_words, find, place_words, searches, wish_facts
from bot.actions.mixture import ways
from bot.actions.offers import as_option, chosen, dates_in
from bot.actions.terms import kept_words, without_refund
from bot.actions.waitlist import joins_instead, stay_line
from bot.lookups import House
from bot.turns import Offered
from bot.wishes import StayWish
from core.availability.search import StayMix, StayOffer, StaySearch, nearest_ways
from core.errors import BookingError
from core.pricing.cancellation import free_until
from core.pricing.quote import RoomWanted, quote_rooms, quote_stay
from core.pricing.rates import plans_for
from models.base import Json
from models.dates import StayDates
from models.property import Property, RoomType
from models.rates import Quote

__all__ = ["find", "look", "more", "nearest", "offer", "other_ways", "place_words", "quote"]

SHOWN: Final = 9  # of the ten a list takes: the last one is the way out

_ROOMS: Final = frozenset({"stay", "split"})
_SHARE_A_ROOM: Final = 3

type Way = StayOffer | StayMix


def look(desk: Desk, wish: StayWish, *, reply: str = "stay_options", besides: Sequence[int] = ()) -> bool:
    """Offer what is free, or the nearest thing; False when there is nothing at all."""
    desk.remember(picked=None, quote_id=None)
    if wish.mix and not besides:
        return _look_for_all(desk, wish)
    if (house := _only_elsewhere(desk, wish)) is not None:
        facts = {"wanted": wish.room_type, "property": house.name, "city": house.city}
        desk.say("room_type_elsewhere", {**facts, "at": at_words(desk, wish)})
        wish = replace(wish, room_type=None)
        desk.remember(stay=wish.to_json())
    offers = [each for each in find(desk, wish) if each.room_type_id not in besides]
    if len(offers) == 1 and not besides:
        quote(desk, chosen(offers[0], wish))
        return True
    if offers:
        offer(desk, wish, offers, reply)
        return True
    return nearest(desk, wish, besides=besides)


def _only_elsewhere(desk: Desk, wish: StayWish) -> House | None:
    """The one house that has rooms of the name asked for, when it is not where they are looked for."""
    if wish.room_type is None or wish.near or not (wish.place or wish.property_name):
        return None
    named = RoomType.name.icontains(wish.room_type, autoescape=True)
    ids = select(RoomType.property_id).distinct().join(Property, Property.id == RoomType.property_id)
    houses = [
        house
        for each in desk.session.scalars(ids.where(Property.account_id == desk.account_id, named))
        if (house := desk.directory.by_id(each)) is not None
    ]
    here = [each for each in houses if wish.property_name in {None, each.name} and wish.place in {None, each.city}]
    return houses[0] if len(houses) == 1 and not here else None


def _look_for_all(desk: Desk, wish: StayWish) -> bool:
    """Rooms of several types: priced together where one house has them, offered where several have."""
    found = ways(desk, wish)
    if not found:
        return nearest(desk, replace(wish, mix=()))
    if len(found) == 1:
        quote(desk, found[0].value)
        return True
    facts = {"count": len(found), "cheapest": found[0].price, "wanted": None}
    desk.ask("option", "stay_options", {**wish_facts(desk, wish), **facts}, options=found)
    desk.remember(offers=desk.conversation.options, seen=[])
    return True


def nearest(desk: Desk, wish: StayWish, *, besides: Sequence[int] = ()) -> bool:
    """When nothing fits: other rooms, nights close by, houses nearby; else ask for other dates."""
    line = stay_line(desk, wish)
    if joins_instead(desk, line):
        return True
    found = [
        each
        for search in _as_few_rooms(desk, wish)
        for each in nearest_ways(desk.session, search, now=desk.now)
        if isinstance(each, StayMix) or each.room_type_id not in besides or each.stay != search.stay
    ]
    if found:
        offer(desk, wish, found, _why(wish, found), beside=line)
        return True
    days = date_options(desk)
    none = "stay_none_either" if besides else "stay_none"  # after "somebody was faster" nobody is sorry twice
    desk.ask("dates", none, wish_facts(desk, wish), options=[*days[: len(days) - len(line)], *line])
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
    wish, dates = desk.stay, StayDates(*dates_in(picked))
    options = []
    plans = [] if "parts" in picked else plans_for(desk.session, [picked["room_type_id"]])[picked["room_type_id"]]
    for plan in plans:
        if plan.rate_plan_id != picked["rate_plan_id"] and plan.is_for(dates.length):
            value = picked | {"rate_plan_id": plan.rate_plan_id}
            told = _quoted(desk, value, dates)
            about = desk.words("option_rate", _quote_facts(desk, told))
            value["total"] = told.total_paise.paise
            options.append(Offered("stay", value, plan.name, about, told.total_paise))
    others = [each for each in find(desk, wish) if each.room_type_id != picked["room_type_id"]]
    options += [as_option(desk, each, wish, one_house=False) for each in others[: SHOWN - len(options)]]
    if not options:
        more(desk, besides=[picked["room_type_id"]])
        return
    desk.remember(picked=None, quote_id=None)
    desk.ask("option", "stay_other_ways", wish_facts(desk, wish), options=options)
    desk.remember(offers=desk.conversation.options, seen=[picked["room_type_id"]])


def quote(desk: Desk, value: Json, *, renewed: bool = False) -> None:
    """Tell the whole price of what was chosen and ask whether to book it."""
    dates = StayDates(*dates_in(value))
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
    if desk.memory("asked_about") is not None:
        from bot.actions.answer import what_was_asked  # noqa: PLC0415 - answers lead back to the journeys

        what_was_asked(desk)
    facts = {**_quote_facts(desk, told), "cheaper": without_refund(desk, wish, value, told.total_paise)}
    facts["noted"] = noted_for(desk, wish)
    desk.ask("confirm", "quote_stay", facts, options=confirm_options())


def noted_for(desk: Desk, wish: StayWish) -> list[str]:
    """What is told to the house with the booking, in the guest's language."""
    from bot.actions.noting import of_stay  # noqa: PLC0415 - what is noted is shown with the price

    return of_stay(desk, wish)


def confirm_options() -> list[Offered]:
    """What a guest may do with a price."""
    return [Offered(kind, {}, f"option_{kind}") for kind in ("confirm", "change", "other")]


def _quoted(desk: Desk, value: Json, dates: StayDates) -> Quote:
    if "parts" in value:
        wanted = [RoomWanted(**each) for each in value["parts"]]
        ask = partial(quote_rooms, desk.session, account_id=desk.account_id, stay=dates, rooms=wanted, now=desk.now)
        return codes.priced(desk, ask)
    ask = partial(
        quote_stay,
        desk.session,
        account_id=desk.account_id,
        room_type_id=value["room_type_id"],
        rate_plan_id=codes.plan_for(desk, value),
        stay=dates,
        rooms=value["rooms"],
        adults=value["adults"],
        children=value["children"],
        now=desk.now,
    )
    return codes.priced(desk, ask)


def offer(desk: Desk, wish: StayWish, offers: Sequence[Way], reply: str, *, beside: Sequence[Offered] = ()) -> None:
    """The list, with the way out as its last line when there is only one."""
    shown = offers[:SHOWN]
    one_house = len({each.property_id for each in shown}) == 1
    options = [as_option(desk, each, wish, one_house=one_house) for each in shown]
    if len(options) == 1:
        options.append(Offered("change", {}, "option_change"))
    options += beside
    facts: dict[str, Any] = {
        "count": len(shown),
        "cheapest": min(each.total for each in shown),
        "wanted": wish.room_type,
    }
    if one_house and reply == "stay_options":
        facts["place"] = f"{shown[0].property_name}, {shown[0].city}"
        facts["at"] = at_words(desk, replace(wish, property_name=facts["place"]))
    desk.ask("option", reply, {**wish_facts(desk, wish), **facts}, options=options)
    seen = [each.room_type_id for each in shown if isinstance(each, StayOffer)]
    desk.remember(offers=[each for each in desk.conversation.options if each["kind"] in _ROOMS], seen=seen)


def _as_few_rooms(desk: Desk, wish: StayWish) -> list[StaySearch]:
    """One search: with one room while so many may share it, else with a room for every two."""
    ways = list(searches(desk, wish))
    return ways[:1] if (wish.adults or 1) <= _SHARE_A_ROOM else ways[-1:]


def _why(wish: StayWish, found: Sequence[Way]) -> str:
    """Other rooms in the same place on the same nights are a smaller apology than other nights."""
    same = all(
        (offer.stay.arrival, offer.stay.departure) == (wish.check_in, wish.check_out)
        and (wish.place or offer.city) == offer.city
        for offer in found
    )
    return "stay_other_types" if same and wish.room_type else "stay_nearest"


def _quote_facts(desk: Desk, told: Quote) -> Mapping[str, Any]:
    """What the guest must know before saying yes."""
    house = desk.session.get_one(Property, told.property_id)
    asked, parts = told.request, told.parts
    arrival, departure = dates_in(asked)
    zone = ZoneInfo(house.time_zone)
    starts_at = datetime.combine(arrival, house.check_in_at, zone)
    free = free_until(told.policy, starts_at)
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
        **codes.facts_of(desk, told),
        "due_now": due,
        "balance": told.total_paise - due,
        "at_desk": not due,
        "free_until": free,
        "kept_terms": kept_words(desk, told.policy, starts_at, zone),
        "no_free_cancellation": None if free else desk.words("quote_no_free_cancellation"),
    }
