"""A place to sleep: from the first words to the search."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import Final

from bot.actions import legs
from bot.actions.days import date_options, today
from bot.actions.desk import Desk
from bot.actions.elsewhere import elsewhere
from bot.actions.finding import at_words, wish_facts
from bot.actions.flexible import offer_dates
from bot.actions.holding import is_dealt_with
from bot.actions.houses import tell_houses
from bot.actions.rooms import SHOWN, look, place_words, quote
from bot.actions.taking import takes
from bot.actions.terms import same_room
from bot.dates import Heard
from bot.questions import topics
from bot.turns import Offered
from bot.wishes import StayWish
from core.pricing.quote import MOST_NIGHTS
from models.base import Json
from models.states import PropertyKind

HOTEL: Final = PropertyKind.HOTEL
MOST_GUESTS: Final = 20
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
    if journey := legs.said(desk):
        _first_of(desk, journey)
        return
    heard = desk.hear("stay")
    before = _still_ahead(desk, desk.stay)
    if _something_impossible(desk, heard, before):
        return
    wish = _placed(desk, before).merge(heard, desk.mentions, asked=desk.asked)
    if wish == before and "hotels" in topics(desk.text):
        tell_houses(desk, "hotels")
    proceed(desk, wish, before=before)


def _first_of(desk: Desk, journey: Sequence[StayWish]) -> None:
    """One town after the other, and that is said."""
    first, *then = journey
    before = desk.stay
    if is_dealt_with(desk, same=False):
        return
    legs.keep(desk, then)
    desk.remember(picked=None, quote_id=None)
    desk.say("legs_first", {"first": first.place, "then": [each.place for each in then]})
    proceed(desk, first, before=before)


def proceed(desk: Desk, wish: StayWish, *, before: StayWish | None = None) -> None:
    """Ask for what is still missing, or look for rooms, or price the room chosen anew."""
    before = desk.stay if before is None else before
    if is_dealt_with(desk, same=wish == before):
        return
    wish = _with_the_obvious(desk, wish)
    desk.remember(stay=wish.to_json())
    picked = desk.memory("picked")
    match wish.missing():
        case "place":
            ask_place(desk)
        case "dates" if wish.flexible_from and wish.nights is None and not wish.weekends:
            ask_nights_within(desk, wish)
        case "dates" if wish.flexible_from and wish.adults is None:
            ask_guests(desk)
        case "dates" if wish.flexible_from:
            offer_dates(desk, wish)
        case "dates":
            ask_dates(desk)
        case "guests":
            ask_guests(desk)
        case _ if picked and "room_type_id" in picked and not wish.mix and _same_room(before, wish):
            quote(desk, _moved(desk, picked, wish, on_other_terms=before.refundable != wish.refundable))
        case _:
            look(desk, wish)


def go_to(desk: Desk, city: str) -> None:
    """That city, and nothing narrower."""
    desk.conversation.journey = "stay"
    before = desk.stay
    proceed(desk, replace(before, place=city, area=None, property_name=None, near=None), before=before)


def near(wish: StayWish, point: tuple[float, float]) -> StayWish:
    """Around a point on the map instead of a city or a house."""
    return replace(wish, place=None, area=None, property_name=None, near=point)


def ask_place(desk: Desk, wanted: str | None = None) -> None:
    """Where to? With the cities as buttons."""
    cities = desk.directory.cities(HOTEL)
    options = [Offered("place", {"city": city, "journey": "stay"}, city) for city in cities[:SHOWN]]
    reply = "ask_stay_place_unknown" if wanted else "ask_near" if desk.wants_near else "ask_stay_place"
    desk.ask("place", reply, {"cities": cities, "wanted": wanted}, options=options)


def ask_dates(desk: Desk) -> None:
    """From when to when, or only how many nights when the arrival is known."""
    wish = desk.stay
    if wish.check_in is not None and wish.check_out is None:
        options = [
            Offered("nights", {"nights": count}, desk.words("option_nights", {"count": count})) for count in (1, 2, 3)
        ]
        desk.ask("dates", "ask_stay_nights", {"arrival": wish.check_in}, options=options)
        return
    desk.ask(
        "dates",
        "ask_stay_dates",
        {"place": place_words(desk, wish), "at": at_words(desk, wish)},
        options=date_options(desk),
    )


def ask_nights_within(desk: Desk, wish: StayWish) -> None:
    """Any time in December: but how many nights?"""
    options = [Offered("nights", {"nights": each}, desk.words("option_nights", {"count": each})) for each in (1, 2, 3)]
    desk.ask("dates", "ask_stay_nights_within", wish_facts(desk, wish), options=options)


def ask_guests(desk: Desk) -> None:
    """For how many?"""
    options = [
        Offered("guests", {"guests": count}, desk.words("option_people", {"count": count})) for count in (1, 2, 3)
    ]
    desk.ask("guests", "ask_stay_guests", options=options)


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
    if before.check_in is None and before.flexible_from is not None:
        proceed(desk, replace(before, nights=value["nights"]), before=before)
        return
    begins = before.check_in or today(desk)
    ends = begins + timedelta(days=value["nights"])
    proceed(desk, replace(before, check_in=begins, check_out=ends, nights=value["nights"]), before=before)


@takes("guests")
def take_guests(desk: Desk, value: Json) -> None:
    """So many adults."""
    before = desk.stay
    proceed(desk, replace(before, adults=value["guests"], children=None), before=before)


def _something_impossible(desk: Desk, heard: Heard, wish: StayWish) -> bool:
    """Dates and numbers nobody can book are spoken of before anything else."""
    wanted = elsewhere(desk, HOTEL, place=wish.place)
    if wanted:
        desk.remember(stay=wish.merge(heard, replace(desk.mentions, city=None), asked=desk.asked).to_json())
        ask_place(desk, wanted)
        return True
    if heard.problem in _SAID_OF_DATES:
        kept = wish.merge(heard, desk.mentions, asked=desk.asked)
        too_long = heard.problem == "too_long"
        begins = (heard.check_in or wish.check_in) if too_long else None
        desk.remember(stay=replace(kept, check_in=begins, check_out=None, nights=None).to_json())
        options = () if too_long else date_options(desk)
        desk.ask("dates", _SAID_OF_DATES[heard.problem], {"most": MOST_NIGHTS}, options=options)
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
    spoken_of = desk.directory.by_id(desk.memory("about_house"))
    if wish.missing() == "place" and spoken_of is not None and spoken_of.kind is HOTEL:
        wish = replace(wish, property_name=spoken_of.name, place=spoken_of.city)
    hotels = desk.directory.of_kind(HOTEL)
    if len(hotels) == 1 and not wish.near:
        return replace(wish, property_name=hotels[0].name, place=hotels[0].city)
    return wish


def _same_room(before: StayWish, wish: StayWish) -> bool:
    """Only dates or people changed: the room chosen is priced again."""

    def room(of: StayWish) -> tuple[object, ...]:
        where, which = (of.place, of.area, of.property_name), (of.room_type, of.mix, of.meal_plan)
        return (*where, *which, of.stars, of.amenities, of.budget_max)

    return room(before) == room(wish)


def _moved(desk: Desk, picked: Json, wish: StayWish, *, on_other_terms: bool = False) -> Json:
    """The same room for other dates or people, or on other terms; rooms of several types stay as counted."""
    if on_other_terms and "parts" not in picked and (found := same_room(desk, wish, picked)) is not None:
        picked = picked | {"rate_plan_id": found.rate_plan_id, "total": found.total.paise}
    if "parts" in picked and (wish.adults, wish.children or 0) != (picked["adults"], picked["children"]):
        picked = {name: value for name, value in picked.items() if name != "parts"}
    return picked | {
        "arrival": str(wish.check_in),
        "departure": str(wish.check_out),
        "rooms": wish.rooms or picked["rooms"],
        "adults": wish.adults,
        "children": wish.children or 0,
    }
