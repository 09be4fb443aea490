"""A table: from the first words to the slot, and the deposit where there is one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from typing import Any, Final

from bot.actions.desk import Desk
from bot.actions.stay import HOTEL, confirm_options, let_hold_go, today
from bot.actions.taking import takes
from bot.dates import Heard
from bot.turns import Offered
from bot.wishes import TableWish
from core.availability.search import TableOffer, TableSearch, nearest_tables, search_tables
from core.errors import BookingError, PartyTooLarge
from core.pricing.cancellation import free_until
from core.pricing.quote import quote_table
from models.base import Json
from models.property import Property
from models.rates import Quote
from models.states import PropertyKind

RESTAURANT: Final = PropertyKind.RESTAURANT
MOST_GUESTS: Final = 30
_SHOWN: Final = 9
_DAYS_OFFERED: Final = 3
_PARTIES_OFFERED: Final = (2, 4, 6)
_MEALS: Final = {"breakfast": time(9), "lunch": time(13), "dinner": time(20)}
_SAID_OF_DAYS: Final = {"past": "time_has_passed", "no_such_date": "no_such_date"}


def table(desk: Desk) -> None:
    """Take what was said about a table into the wish and go on from there."""
    desk.conversation.journey = "table"
    heard = desk.hear("table")
    before = _still_ahead(desk, desk.table)
    if _something_impossible(desk, heard, before):
        return
    wish = _placed(desk, before).merge(heard, desk.mentions, asked=desk.asked)
    if heard.meal and heard.time is None:
        wish = replace(wish, time=None)  # "lunch instead" is not at eight in the evening
    proceed(desk, wish, before=before)


def proceed(desk: Desk, wish: TableWish, *, before: TableWish | None = None) -> None:
    """Ask for what is still missing, or look for tables."""
    before = desk.table if before is None else before
    if desk.held is not None:
        if wish == before:
            desk.ask_again()
            return
        let_hold_go(desk)
    wish = _with_the_obvious(desk, wish)
    desk.remember(table=wish.to_json())
    match wish.missing():
        case "place":
            ask_place(desk)
        case "date":
            ask_day(desk, "ask_table_day")
        case "time" if wish.meal is None and wish.party_size is None:
            _ask_time(desk, wish)
        case _ if wish.party_size is None:
            ask_party(desk)
        case "time" if wish.meal is None and wish.property_name is None:
            _ask_time(desk, wish)
        case _:
            look(desk, wish)


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
        near = wish.time is not None and not exact
        _offer(desk, wish, offers, "table_slots_near" if near else "table_slots")
    else:
        _offer(desk, wish, offers, "table_places")
    return True


def nearest(desk: Desk, wish: TableWish) -> bool:
    """When nothing fits: other days, other restaurants, places nearby; else ask for another day."""
    search = _search(desk, wish)
    found = [] if search is None else nearest_tables(desk.session, search, now=desk.now)
    if found:
        _offer(desk, wish, found, "table_nearest")
        return True
    ask_day(desk, "table_none", _wish_facts(desk, wish))
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


@takes("table")
def take(desk: Desk, value: Json) -> None:
    """A slot was chosen: the wish is now exactly that."""
    house = desk.directory.by_id(value["property_id"])
    if house is not None:
        starts = house.local(datetime.fromisoformat(value["starts_at"]))
        day = datetime.fromisoformat(value["day"]).date()
        wish = replace(desk.table, place=house.city, property_name=house.name, day=day, time=starts.time())
        desk.remember(table=wish.to_json())
    quote(desk, value)


def go_to(desk: Desk, city: str) -> None:
    """That city, and nothing narrower."""
    desk.conversation.journey = "table"
    before = desk.table
    proceed(desk, replace(before, place=city, area=None, property_name=None, near=None), before=before)


def near(wish: TableWish, point: tuple[float, float]) -> TableWish:
    """Around a point on the map instead of a city or a house."""
    return replace(wish, place=None, area=None, property_name=None, near=point)


def show_times(desk: Desk) -> None:
    """The other start times of that day, or at what time when no house is chosen yet."""
    wish = desk.table
    if wish.property_name and wish.day and wish.party_size:
        look(desk, replace(wish, time=None), more=True)
    else:
        _ask_time(desk, wish)


@takes("date")
def take_day(desk: Desk, value: Json) -> None:
    """Today, tomorrow or the day after."""
    before = desk.table
    proceed(desk, replace(before, day=date.fromisoformat(value["day"])), before=before)


@takes("time")
def take_time(desk: Desk, value: Json) -> None:
    """An hour from the buttons."""
    before = desk.table
    proceed(desk, replace(before, time=time.fromisoformat(value["time"])), before=before)


@takes("party")
def take_party(desk: Desk, value: Json) -> None:
    """So many people."""
    before = desk.table
    proceed(desk, replace(before, party_size=value["party"]), before=before)


def ask_place(desk: Desk, wanted: str | None = None) -> None:
    """Where? With the cities as buttons."""
    cities = desk.directory.cities(RESTAURANT)
    options = [Offered("place", {"city": city, "journey": "table"}, city) for city in cities[:_SHOWN]]
    reply = "ask_table_place_unknown" if wanted else "ask_table_place"
    desk.ask("place", reply, {"cities": cities, "wanted": wanted}, options=options)


def ask_day(desk: Desk, reply: str, facts: Mapping[str, Any] | None = None) -> None:
    """On which day? Today, tomorrow, the day after."""
    start = today(desk)
    days = [start + timedelta(days=ahead) for ahead in range(_DAYS_OFFERED)]
    titles = ["option_today", "option_tomorrow", *(desk.words("option_day", {"day": day}) for day in days[2:])]
    options = [Offered("date", {"day": day}, title) for day, title in zip(days, titles, strict=True)]
    desk.ask("date", reply, facts, options=options)


# --------------------------------------------------------------------------------------------------- the wish


def _something_impossible(desk: Desk, heard: Heard, wish: TableWish) -> bool:
    """Days, times and numbers nobody can book are spoken of before anything else."""
    wanted = desk.mentions.city
    if wanted and not desk.directory.in_city(wanted, RESTAURANT):
        desk.remember(table=wish.merge(heard, replace(desk.mentions, city=None), asked=desk.asked).to_json())
        ask_place(desk, wanted)
        return True
    if heard.problem in _SAID_OF_DAYS:
        kept = wish.merge(heard, desk.mentions, asked=desk.asked)
        desk.remember(table=replace(kept, day=None, time=None).to_json())
        ask_day(desk, _SAID_OF_DAYS[heard.problem])
        return True
    nobody = heard.guests == 0 or (desk.asked == "party" and heard.bare == 0)
    if nobody or (heard.guests or 0) > MOST_GUESTS:
        kept = wish.merge(replace(heard, guests=None), desk.mentions, asked=desk.asked)
        desk.remember(table=replace(kept, party_size=None).to_json())
        desk.ask("party", "table_no_party" if nobody else "table_too_many", {"most": MOST_GUESTS})
        return True
    return False


def _still_ahead(desk: Desk, wish: TableWish) -> TableWish:
    """A day that has gone by since it was said is asked for anew."""
    return wish if wish.day is None or wish.day >= today(desk) else replace(wish, day=None, time=None)


def _placed(desk: Desk, wish: TableWish) -> TableWish:
    """Another house takes the place of the one chosen before."""
    named = desk.directory.named(desk.mentions.property)
    if named and named.kind is RESTAURANT:
        return replace(wish, place=named.city, area=None, near=None)
    return wish


def _with_the_obvious(desk: Desk, wish: TableWish) -> TableWish:
    """What needs no question: the only restaurant, no hotel as a restaurant."""
    house = desk.directory.named(wish.property_name)
    if wish.property_name and (house is None or house.kind is HOTEL):
        wish = replace(wish, property_name=None)
    places = desk.directory.of_kind(RESTAURANT)
    if len(places) == 1 and not wish.near:
        return replace(wish, property_name=places[0].name, place=places[0].city)
    return wish


# ------------------------------------------------------------------------------------------------ the questions


def _ask_time(desk: Desk, wish: TableWish) -> None:
    options = [
        Offered("time", {"time": at}, desk.words("option_time", {"time": at})) for at in (time(13), time(19), time(20))
    ]
    desk.ask("time", "ask_table_time", {"day": wish.day}, options=options)


def ask_party(desk: Desk) -> None:
    """How many come?"""
    options = [
        Offered("party", {"party": count}, desk.words("option_people", {"count": count})) for count in _PARTIES_OFFERED
    ]
    desk.ask("party", "ask_table_party", options=options)


# -------------------------------------------------------------------------------------------------- the offers


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
        limit=_SHOWN,
    )


def _is_at(desk: Desk, offer: TableOffer, wish: TableWish) -> bool:
    """Whether it is the very time asked for."""
    house = desk.directory.by_id(offer.property_id)
    return house is not None and offer.day == wish.day and house.local(offer.starts_at).time() == wish.time


def _offer(desk: Desk, wish: TableWish, offers: Sequence[TableOffer], reply: str) -> None:
    """The list, with the way out as its last line when there is only one."""
    shown = offers[:_SHOWN]
    options = [_as_option(desk, offer, wish, reply) for offer in shown]
    if len(options) == 1:
        options.append(Offered("change", {}, "option_change"))
    facts = {"property": wish.property_name, "wanted": wish.time, "count": len(shown)}
    desk.ask("option", reply, {**_wish_facts(desk, wish), **facts}, options=options)
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


def _wish_facts(desk: Desk, wish: TableWish) -> Mapping[str, Any]:
    near = desk.words("near_you") if wish.near else None
    return {
        "place": near or wish.area or wish.place or desk.directory.desk,
        "day": wish.day,
        "party": wish.party_size,
    }


# --------------------------------------------------------------------------------------------------- the quote


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
