"""Tables that are free for a wish, and what the one chosen costs in advance."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, time
from typing import Any, Final

from bot.actions.days import ask_day
from bot.actions.desk import Desk
from bot.actions.rooms import SHOWN, confirm_options
from bot.turns import Offered
from bot.wishes import TableWish
from core.availability.search import TableOffer, TableSearch, nearest_tables, search_tables
from core.errors import BookingError, PartyTooLarge
from core.pricing.cancellation import free_until
from core.pricing.quote import quote_table
from models.base import Json
from models.property import Property
from models.rates import Quote

_MEALS: Final = {"breakfast": time(9), "lunch": time(13), "dinner": time(20)}


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
    if not offers:
        return nearest(desk, wish)
    if wish.property_name:
        near = wish.time is not None and not exact and not more
        _offer(desk, wish, offers, "table_slots_near" if near else "table_slots")
    else:
        _offer(desk, wish, offers, "table_places_near" if wish.time and not exact and not more else "table_places")
    return True


def nearest(desk: Desk, wish: TableWish) -> bool:
    """When nothing fits: other days, other restaurants, places nearby; else ask for another day."""
    search = _search(desk, wish)
    found = [] if search is None else nearest_tables(desk.session, search, now=desk.now)
    if found:
        _offer(desk, wish, found, "table_nearest")
        return True
    ask_day(desk, "table_none", wish_facts(desk, wish))
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
    }


def _search(desk: Desk, wish: TableWish) -> TableSearch | None:
    if wish.day is None or wish.party_size is None:
        return None
    house = desk.directory.named(wish.property_name)
    return TableSearch(
        account_id=desk.account_id,
        day=wish.day,
        party_size=wish.party_size,
        at=wish.time or _MEALS.get(wish.meal or ""),
        city=None if house or wish.near else wish.place,
        area=None if house or wish.near else wish.area,
        property_id=house.id if house else None,
        near=wish.near,
        cuisine=wish.cuisine if house is None else None,
        limit=SHOWN,
    )


def _is_at(desk: Desk, offer: TableOffer, wish: TableWish) -> bool:
    """Whether it is the very time asked for."""
    house = desk.directory.by_id(offer.property_id)
    return house is not None and offer.day == wish.day and house.local(offer.starts_at).time() == wish.time


def _offer(desk: Desk, wish: TableWish, offers: Sequence[TableOffer], reply: str) -> None:
    """The list, with the way out as its last line when there is only one."""
    shown = offers[:SHOWN]
    options = [_as_option(desk, offer, wish, reply) for offer in shown]
    if len(options) == 1:
        options.append(Offered("change", {}, "option_change"))
    facts = {"property": wish.property_name, "wanted": wish.time, "count": len(shown)}
    desk.ask("option", reply, {**wish_facts(desk, wish), **facts}, options=options)
    desk.remember(offers=[each for each in desk.conversation.options if each["kind"] == "table"])


def _as_option(desk: Desk, offer: TableOffer, wish: TableWish, reply: str) -> Offered:
    house = desk.directory.by_id(offer.property_id)
    facts = {
        "starts": house.local(offer.starts_at) if house else offer.starts_at,
        "area": offer.area,
        "cuisines": [cuisine.replace("_", " ").title() for cuisine in offer.cuisines],
        "deposit": offer.deposit,
        "sitting": offer.sitting_name,
    }
    slots = reply in {"table_slots", "table_slots_near"}
    title = desk.words("option_table_slot", facts) if slots else offer.property_name
    if offer.deposit:
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
    }
