"""A place to sleep: from the first words to the price told."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

from bot.actions.desk import Desk
from bot.actions.taking import takes
from bot.dates import Heard
from bot.turns import Offered
from bot.wishes import StayWish
from core.availability.search import StayOffer, StaySearch, nearest_stays, search_stays
from core.bookings.release import release_hold
from core.errors import BookingError
from core.pricing.cancellation import free_until
from core.pricing.quote import MOST_NIGHTS, quote_stay
from models.base import Json
from models.dates import StayDates, business_date
from models.money import Money
from models.property import Property
from models.rates import Quote
from models.states import ActorKind, PropertyKind

HOTEL: Final = PropertyKind.HOTEL
MOST_GUESTS: Final = 20
_LOOKED_AT: Final = 30
_SHOWN: Final = 9  # of the ten a list takes: the last one is the way out
_FRIDAY: Final = 5
_WEEK: Final = 7
_SAID_OF_DATES: Final = {
    "past": "stay_in_the_past",
    "check_out_before_check_in": "stay_departure_before_arrival",
    "zero_nights": "stay_departure_before_arrival",
    "nights_disagree": "stay_dates_disagree",
    "too_long": "stay_too_long",
    "no_such_date": "no_such_date",
}


def stay(desk: Desk) -> None:
    """Take what was said about a stay into the wish and go on from there."""
    desk.conversation.journey = "stay"
    heard = desk.hear("stay")
    before = _still_ahead(desk, desk.stay)
    if _something_impossible(desk, heard, before):
        return
    wish = _placed(desk, before).merge(heard, desk.mentions, asked=desk.asked)
    proceed(desk, wish, before=before)


def proceed(desk: Desk, wish: StayWish, *, before: StayWish | None = None) -> None:
    """Ask for what is still missing, or look for rooms, or price the room chosen anew."""
    before = desk.stay if before is None else before
    if desk.held is not None:
        if wish == before:
            desk.ask_again()
            return
        let_hold_go(desk)
    wish = _with_the_obvious(desk, wish)
    desk.remember(stay=wish.to_json())
    picked = desk.memory("picked")
    match wish.missing():
        case "place":
            ask_place(desk)
        case "dates" if wish.flexible_from and wish.nights:
            _within_window(desk, wish)
        case "dates":
            ask_dates(desk)
        case "guests":
            ask_guests(desk)
        case _ if picked and "room_type_id" in picked and _same_room(before, wish):
            quote(desk, _moved(picked, wish))
        case _:
            look(desk, wish)


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
    desk.ask("dates", "stay_none", _wish_facts(desk, wish), options=_date_options(desk))
    return False


def more(desk: Desk, *, besides: Sequence[int]) -> None:
    """What was not shown yet; other dates when that was all."""
    wish = desk.stay
    if wish.missing() is not None:
        proceed(desk, wish)
        return
    found = [each for each in find(desk, wish) if each.room_type_id not in besides]
    if found:
        desk.remember(picked=None, quote_id=None)
        offer(desk, wish, found, "stay_options")
    else:
        desk.ask("dates", "stay_no_more", options=_date_options(desk))


def go_to(desk: Desk, city: str) -> None:
    """That city, and nothing narrower."""
    desk.conversation.journey = "stay"
    before = desk.stay
    proceed(desk, replace(before, place=city, area=None, property_name=None, near=None), before=before)


def near(wish: StayWish, point: tuple[float, float]) -> StayWish:
    """Around a point on the map instead of a city or a house."""
    return replace(wish, place=None, area=None, property_name=None, near=point)


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
            told = quote_stay(
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


def confirm_options() -> list[Offered]:
    """What a guest may do with a price."""
    return [Offered(kind, {}, f"option_{kind}") for kind in ("confirm", "change", "other")]


def ask_place(desk: Desk, wanted: str | None = None) -> None:
    """Where to? With the cities as buttons."""
    cities = desk.directory.cities(HOTEL)
    options = [Offered("place", {"city": city, "journey": "stay"}, city) for city in cities[:_SHOWN]]
    reply = "ask_stay_place_unknown" if wanted else "ask_stay_place"
    desk.ask("place", reply, {"cities": cities, "wanted": wanted}, options=options)


def let_hold_go(desk: Desk, *, silently: bool = False) -> None:
    """A change of mind before paying: what was kept is free again, and the guest is told."""
    booking = desk.held
    if booking is not None:
        release_hold(desk.session, booking.id, actor=ActorKind.GUEST, door="chat", now=desk.now, actor_id=desk.guest.id)
        desk.conversation.booking_id = None
        desk.conversation.asked = "none"
        if not silently:
            desk.say("hold_changed")


# -------------------------------------------------------------------------------------------------- the buttons


@takes("stay")
def take_offer(desk: Desk, value: Json) -> None:
    """A room from the list."""
    quote(desk, value)


@takes("dates")
def take_dates(desk: Desk, value: Json) -> None:
    """Tonight, tomorrow or the weekend."""
    begins, ends = date.fromisoformat(value["arrival"]), date.fromisoformat(value["departure"])
    before = desk.stay
    wish = replace(before, check_in=begins, check_out=ends, nights=(ends - begins).days)
    proceed(desk, replace(wish, flexible_from=None, flexible_to=None), before=before)


@takes("nights")
def take_nights(desk: Desk, value: Json) -> None:
    """So many nights from the day already said."""
    before = desk.stay
    begins = before.check_in or today(desk)
    ends = begins + timedelta(days=value["nights"])
    proceed(desk, replace(before, check_in=begins, check_out=ends, nights=value["nights"]), before=before)


@takes("guests")
def take_guests(desk: Desk, value: Json) -> None:
    """So many adults."""
    before = desk.stay
    proceed(desk, replace(before, adults=value["guests"], children=None), before=before)


# --------------------------------------------------------------------------------------------------- the wish


def _something_impossible(desk: Desk, heard: Heard, wish: StayWish) -> bool:
    """Dates and numbers nobody can book are spoken of before anything else."""
    wanted = desk.mentions.city
    if wanted and not desk.directory.in_city(wanted, HOTEL):
        desk.remember(stay=wish.merge(heard, replace(desk.mentions, city=None), asked=desk.asked).to_json())
        ask_place(desk, wanted)
        return True
    if heard.problem in _SAID_OF_DATES:
        kept = wish.merge(heard, desk.mentions, asked=desk.asked)
        desk.remember(stay=replace(kept, check_in=None, check_out=None).to_json())
        desk.ask("dates", _SAID_OF_DATES[heard.problem], {"most": MOST_NIGHTS}, options=_date_options(desk))
        return True
    guests = heard.guests if heard.guests is not None else heard.adults
    nobody = guests == 0 or (desk.asked == "guests" and heard.bare == 0)
    if nobody or (guests or 0) > MOST_GUESTS:
        kept = wish.merge(replace(heard, guests=None, adults=None), desk.mentions, asked=desk.asked)
        desk.remember(stay=replace(kept, adults=None).to_json())
        desk.ask("guests", "stay_no_guests" if nobody else "stay_too_many_guests", {"most": MOST_GUESTS})
        return True
    return False


def _still_ahead(desk: Desk, wish: StayWish) -> StayWish:
    """Dates that have gone by since they were said are asked for anew."""
    if wish.check_in is None or wish.check_in >= today(desk):
        return wish
    return replace(wish, check_in=None, check_out=None)


def _placed(desk: Desk, wish: StayWish) -> StayWish:
    """Another house, or a room of another kind, takes the place of the one chosen before."""
    named = desk.directory.named(desk.mentions.property)
    if named and named.kind is HOTEL:
        return replace(wish, place=named.city, area=None, near=None)
    return wish


def _with_the_obvious(desk: Desk, wish: StayWish) -> StayWish:
    """What needs no question: the only hotel, the house's own city, no restaurant as a hotel."""
    house = desk.directory.named(wish.property_name)
    if wish.property_name and (house is None or house.kind is not HOTEL):
        wish = replace(wish, property_name=None)
    hotels = desk.directory.of_kind(HOTEL)
    if len(hotels) == 1 and not wish.near:
        return replace(wish, property_name=hotels[0].name, place=hotels[0].city)
    return wish


def _same_room(before: StayWish, wish: StayWish) -> bool:
    """Only dates or people changed: the room chosen is priced again."""

    def room(of: StayWish) -> tuple[object, ...]:
        return (of.place, of.area, of.property_name, of.room_type, of.meal_plan, of.stars, of.amenities, of.budget_max)

    return room(before) == room(wish)


def _moved(picked: Json, wish: StayWish) -> Json:
    return picked | {
        "arrival": str(wish.check_in),
        "departure": str(wish.check_out),
        "rooms": wish.rooms or picked["rooms"],
        "adults": wish.adults,
        "children": wish.children or 0,
    }


def _within_window(desk: Desk, wish: StayWish) -> None:
    """Flexible days: the first nights within them on which something is free."""
    nights = timedelta(days=wish.nights or 1)
    day, last = wish.flexible_from or today(desk), wish.flexible_to or today(desk)
    settled = replace(wish, flexible_from=None, flexible_to=None, check_in=day, check_out=day + nights)
    while wish.adults and day + nights <= last + timedelta(days=1):
        moved = replace(settled, check_in=day, check_out=day + nights)
        if find(desk, moved):
            settled = moved
            break
        day += timedelta(days=1)
    proceed(desk, settled)


# ------------------------------------------------------------------------------------------------ the questions


def ask_dates(desk: Desk) -> None:
    """From when to when, or only how many nights when the arrival is known."""
    wish = desk.stay
    if wish.check_in is not None and wish.check_out is None:
        options = [
            Offered("nights", {"nights": count}, desk.words("option_nights", {"count": count})) for count in (1, 2, 3)
        ]
        desk.ask("dates", "ask_stay_nights", {"arrival": wish.check_in}, options=options)
        return
    desk.ask("dates", "ask_stay_dates", {"place": _place_words(desk, wish)}, options=_date_options(desk))


def ask_guests(desk: Desk) -> None:
    """For how many?"""
    options = [
        Offered("guests", {"guests": count}, desk.words("option_people", {"count": count})) for count in (1, 2, 3)
    ]
    desk.ask("guests", "ask_stay_guests", options=options)


def _date_options(desk: Desk) -> list[Offered]:
    """Tonight, tomorrow, the coming weekend."""
    start = today(desk)
    friday = start + timedelta(days=(_FRIDAY - start.isoweekday()) % _WEEK)
    nights = {"tonight": (start, 1), "tomorrow": (start + timedelta(days=1), 1), "weekend": (friday, 2)}
    return [
        Offered("dates", {"arrival": arrival, "departure": arrival + timedelta(days=count)}, f"option_{name}")
        for name, (arrival, count) in nights.items()
    ]


def today(desk: Desk) -> date:
    """The business day of the houses here."""
    house = desk.house_in_talk or desk.directory.houses[0]
    return business_date(desk.now, time_zone=house.time_zone, day_starts=house.day_starts_at)


# -------------------------------------------------------------------------------------------------- the offers


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


def offer(desk: Desk, wish: StayWish, offers: Sequence[StayOffer], reply: str) -> None:
    """The list, with the way out as its last line when there is only one."""
    shown = offers[:_SHOWN]
    one_house = len({each.property_id for each in shown}) == 1
    options = [_as_option(desk, each, wish, one_house=one_house) for each in shown]
    if len(options) == 1:
        options.append(Offered("change", {}, "option_change"))
    facts = {"count": len(shown), "cheapest": min(each.total for each in shown), "wanted": wish.room_type}
    desk.ask("option", reply, {**_wish_facts(desk, wish), **facts}, options=options)
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


def _wish_facts(desk: Desk, wish: StayWish) -> Mapping[str, Any]:
    return {
        "place": _place_words(desk, wish),
        "arrival": wish.check_in,
        "departure": wish.check_out,
        "nights": wish.nights,
        "adults": wish.adults,
        "children": wish.children or 0,
    }


def _place_words(desk: Desk, wish: StayWish) -> str:
    near = desk.words("near_you") if wish.near else None
    return wish.property_name or near or wish.area or wish.place or desk.directory.desk


# --------------------------------------------------------------------------------------------------- the quote


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
