"""Tables that are free for a wish, and what the one chosen costs in advance."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, time, timedelta
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import Range

from bot.actions.days import ask_day
from bot.actions.desk import Desk
from bot.actions.rooms import SHOWN, confirm_options
from bot.actions.waitlist import joins_instead, table_line
from bot.turns import Offered
from bot.wishes import TableWish
from core.availability.private_events import events_at
from core.availability.search import TableOffer, TableSearch, nearest_tables, search_tables
from core.availability.sittings import DayFacts
from core.errors import BookingError, PartyTooLarge
from core.pricing.cancellation import free_until
from core.pricing.quote import quote_table
from models.base import Json
from models.money import Money
from models.property import DiningArea, Property
from models.rates import Quote
from models.states import PropertyKind

_MEALS: Final = {"breakfast": time(9), "lunch": time(13), "dinner": time(20)}
# What is open now has a table within this time.
_SOON: Final = timedelta(minutes=90)
_AN_HOUR: Final = timedelta(hours=1)
_OTHER_WAYS: Final = 3


def look(desk: Desk, wish: TableWish, *, besides: Sequence[Json] = (), more: bool = False) -> bool:
    """Offer the slots that are free, or the nearest thing; False when there is nothing at all."""
    desk.remember(picked=None, quote_id=None)
    search = _search(desk, wish)
    if search is None:
        return False
    offers = [
        offer for offer in search_tables(desk.session, search, now=desk.now) if chosen(offer, wish) not in besides
    ]
    exact = [offer for offer in offers if _is_at(desk, offer, wish)]
    if wish.property_name and len(exact) == 1 and not more:
        quote(desk, chosen(exact[0], wish))
        return True
    if len(offers) == 1 and not besides and _is_at(desk, offers[0], wish):
        quote(desk, chosen(offers[0], wish))
        return True
    if not offers and more:
        ask_day(desk, "table_no_more")
        return False
    if wish.when == "now":
        offers = [offer for offer in offers if offer.starts_at <= desk.now + _SOON]
    if not exact and not more and (wish.time is not None or not offers):
        _tell_of_event(desk, wish)
    if not offers:
        return nearest(desk, wish, either=bool(besides))
    near = wish.time is not None and not exact and not more
    line = table_line(desk, wish) if near and wish.property_name else []
    if joins_instead(desk, line):
        return True
    if near:
        offers = _with_ways_around(desk, search, offers)
    _offer(desk, wish, offers, _reply(wish, near=near), beside=line)
    return True


def _reply(wish: TableWish, *, near: bool) -> str:
    """How the list is introduced."""
    if wish.when is not None:
        return f"table_open_{wish.when}"
    kind = "slots" if wish.property_name else "places"
    return f"table_{kind}_near" if near else f"table_{kind}"


def _with_ways_around(desk: Desk, search: TableSearch, offers: Sequence[TableOffer]) -> list[TableOffer]:
    """Beside other hours also the same hour: elsewhere in the house, in another restaurant, on the next day."""
    if search.property_id is None:
        return list(offers)
    others = [
        each
        for each in nearest_tables(desk.session, replace(search, limit=SHOWN), now=desk.now)
        if _clock_of(desk, each) == search.at
    ]
    known = {(each.property_id, each.starts_at) for each in offers}
    fresh = [each for each in others if (each.property_id, each.starts_at) not in known][:_OTHER_WAYS]
    return [*offers[: SHOWN - len(fresh) - 1], *fresh]


def _tell_of_event(desk: Desk, wish: TableWish) -> None:
    """A house, or a part of it, that is kept for a private party is said to be so; for whom, is not."""
    house = desk.directory.named(wish.property_name)
    if house is None or wish.day is None:
        return
    area = desk.session.scalar(
        select(DiningArea.id).where(DiningArea.property_id == house.id, DiningArea.name == wish.dining)
    )
    at = wish.time or _MEALS.get(wish.meal or "", _MEALS["dinner"])
    moment = DayFacts(house.time_zone, house.day_starts_at).moment(wish.day, at)
    taken = events_at(desk.session, house.id, Range(moment, moment + _AN_HOUR), area_id=area)
    if any(event.dining_area_id in {None, area} for event in taken):
        desk.say(
            "table_private_event", {"property": house.name, "dining": wish.dining if area else None, "day": wish.day}
        )


def _clock_of(desk: Desk, offer: TableOffer) -> time | None:
    house = desk.directory.by_id(offer.property_id)
    return None if house is None else house.local(offer.starts_at).time()


def nearest(desk: Desk, wish: TableWish, *, either: bool = False) -> bool:
    """When nothing fits: other days, other restaurants, places nearby; else ask for another day.

    `either`: somebody was faster, and was told of before.
    """
    line = table_line(desk, wish)
    if joins_instead(desk, line):
        return True
    search = _search(desk, wish)
    found = [] if search is None else nearest_tables(desk.session, search, now=desk.now)
    if found:
        _offer(desk, wish, found, "table_nearest", beside=line)
        return True
    ask_day(desk, "table_none_either" if either else "table_none", wish_facts(desk, wish), beside=line)
    return False


def quote(desk: Desk, value: Json, *, renewed: bool = False) -> None:
    """Tell what was chosen, with its deposit, and ask whether to book it."""
    starts_at = datetime.fromisoformat(value["starts_at"])
    try:
        with desk.session.begin_nested():
            told = quote_table(
                desk.session,
                account_id=desk.account_id,
                property_id=value["property_id"],
                starts_at=starts_at,
                party_size=value["party"],
                now=desk.now,
                area_id=value.get("dining_id"),
            )
    except BookingError as refusal:
        desk.remember(picked=None, quote_id=None)
        if isinstance(refusal, PartyTooLarge):
            desk.ask("party", "party_too_large")
            return
        desk.say(refusal.code, refusal.facts)
        nearest(desk, desk.table)
        return
    if renewed:
        desk.say("quote_renewed")
    desk.conversation.journey = "table"
    desk.remember(picked=value, quote_id=told.id)
    desk.ask("confirm", "quote_table", _quote_facts(desk, told), options=confirm_options())


def chosen(offer: TableOffer, wish: TableWish) -> Json:
    """What is needed to price and hold this offer."""
    return {
        "property_id": offer.property_id,
        "starts_at": offer.starts_at.isoformat(),
        "day": offer.day.isoformat(),
        "party": wish.party_size,
        **({"dining_id": offer.dining_id, "dining": offer.dining} if offer.dining_id is not None else {}),
    }


def _search(desk: Desk, wish: TableWish) -> TableSearch | None:
    if wish.day is None or wish.party_size is None:
        return None
    house = desk.directory.named(wish.property_name)
    known = {amenity for each in desk.directory.of_kind(PropertyKind.RESTAURANT) for amenity in each.amenities}
    at = wish.time or _MEALS.get(wish.meal or "")
    if wish.when == "now":
        at = (house or desk.directory.houses[0]).local(desk.now).time()
    return TableSearch(
        account_id=desk.account_id,
        day=wish.day,
        party_size=wish.party_size,
        at=at,
        city=None if house or wish.near else wish.place,
        area=None if house or wish.near else wish.area,
        property_id=house.id if house else None,
        near=wish.near,
        cuisine=wish.cuisine if house is None else None,
        limit=SHOWN,
        dining=wish.dining,
        amenities=() if house else tuple(each for each in wish.amenities if each in known),
        budget_max=Money.rupees(wish.budget_max) if wish.budget_max and house is None else None,
        late=wish.when == "late" and wish.time is None,
    )


def _is_at(desk: Desk, offer: TableOffer, wish: TableWish) -> bool:
    """Whether it is the very time asked for."""
    house = desk.directory.by_id(offer.property_id)
    return house is not None and offer.day == wish.day and house.local(offer.starts_at).time() == wish.time


def _offer(
    desk: Desk, wish: TableWish, offers: Sequence[TableOffer], reply: str, *, beside: Sequence[Offered] = ()
) -> None:
    """The list, with the way out as its last line when there is only one."""
    shown = offers[:SHOWN]
    options = [_as_option(desk, offer, wish, reply) for offer in shown]
    if len(options) == 1:
        options.append(Offered("change", {}, "option_change"))
    options += beside
    facts = {"property": wish.property_name, "wanted": wish.time, "count": len(shown)}
    desk.ask("option", reply, {**wish_facts(desk, wish), **facts}, options=options)
    desk.remember(offers=[each for each in desk.conversation.options if each["kind"] == "table"])


def _as_option(desk: Desk, offer: TableOffer, wish: TableWish, reply: str) -> Offered:
    house = desk.directory.by_id(offer.property_id)
    facts = {
        "starts": house.local(offer.starts_at) if house else offer.starts_at,
        "area": offer.area if offer.city == (wish.place or offer.city) else f"{offer.area}, {offer.city}",
        "cuisines": [cuisine.replace("_", " ").title() for cuisine in offer.cuisines],
        "deposit": offer.deposit,
        "sitting": offer.sitting_name,
    }
    here = offer.property_name == wish.property_name and offer.day == wish.day
    slots = reply != "table_nearest" and here
    title = desk.words("option_table_slot", facts) if slots else offer.property_name
    if wish.dining and here and offer.dining is None:
        about = desk.words("option_table_elsewhere", facts | {"dining": wish.dining})
    elif offer.deposit:
        about = desk.words("option_table_deposit", facts)
    else:
        about = desk.words("option_table_sitting" if slots else "option_table_detail", facts)
    return Offered("table", chosen(offer, wish), title, about, offer.deposit or None)


def wish_facts(desk: Desk, wish: TableWish) -> Mapping[str, Any]:
    """What was asked for, to be said back."""
    near = desk.words("near_you") if wish.near else None
    return {
        "place": near or wish.area or wish.place or desk.directory.desk,
        "day": wish.day,
        "party": wish.party_size,
    }


def _quote_facts(desk: Desk, told: Quote) -> Mapping[str, Any]:
    """What the guest must know before saying yes."""
    property_row = desk.session.get_one(Property, told.property_id)
    house = desk.directory.by_id(told.property_id)
    starts_at = datetime.fromisoformat(told.request["starts_at"])
    free = free_until(told.policy, starts_at)
    free = free if free is not None and free > desk.now else None
    due = told.deposit_paise
    return {
        "property": property_row.name,
        "area": property_row.area,
        "city": property_row.city,
        "picture": property_row.picture,
        "party": told.request["party_size"],
        "starts": house.local(starts_at) if house else starts_at,
        "due_now": due,
        "at_desk": not due,
        "free_until": house.local(free) if house and free else None,
        "no_free_cancellation": desk.words("quote_no_free_cancellation") if due and not free else None,
        "dining": (desk.memory("picked") or {}).get("dining"),
        "seat": desk.table.seat,
        "deposit_for": told.parts.get("deposit_for") if due else None,
    }
