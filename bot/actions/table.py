"""A table: from the first words to the search."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, time, timedelta
from typing import Final

from bot.actions.days import ask_day, today
from bot.actions.desk import Desk
from bot.actions.elsewhere import elsewhere
from bot.actions.holding import is_dealt_with
from bot.actions.houses import tell_houses
from bot.actions.rooms import SHOWN
from bot.actions.seats import with_seats
from bot.actions.tables import look, quote
from bot.actions.taking import takes
from bot.dates import Heard
from bot.questions import topics
from bot.spelling import key
from bot.turns import Offered
from bot.wishes import TableWish
from models.base import Json
from models.states import PropertyKind

RESTAURANT: Final = PropertyKind.RESTAURANT
MOST_GUESTS: Final = 30
_PARTIES_OFFERED: Final = (2, 4, 6)
_SAID_OF_DAYS: Final = {"past": "time_has_passed", "no_such_date": "no_such_date"}


def table(desk: Desk) -> None:
    """Take what was said about a table into the wish and go on from there."""
    desk.conversation.journey = "table"
    heard = desk.hear("table")
    before = _still_ahead(desk, desk.table)
    if _something_impossible(desk, heard, before):
        return
    wish = with_seats(desk, _placed(desk, before).merge(heard, desk.mentions, asked=desk.asked))
    wish = _as_we_cook(desk, wish)
    if heard.meal and heard.time is None:
        wish = replace(wish, time=None)  # "lunch instead" is not at eight in the evening
    if wish == before and "restaurants" in topics(desk.text):
        tell_houses(desk, "restaurants")
    proceed(desk, wish, before=before)


def proceed(desk: Desk, wish: TableWish, *, before: TableWish | None = None) -> None:
    """Ask for what is still missing, or look for tables."""
    before = desk.table if before is None else before
    if is_dealt_with(desk, same=wish == before):
        return
    wish = _with_the_obvious(desk, wish)
    gone_by = _has_gone_by(desk, wish)
    wanted = wish
    wish = replace(wish, time=None) if gone_by else wish
    desk.remember(table=wish.to_json())
    if gone_by:
        desk.ask("time", "time_has_passed", options=_tomorrow_then(desk, wanted))
        return
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


def _tomorrow_then(desk: Desk, wish: TableWish) -> list[Offered]:
    """The same hour a day later, as a button; a yes takes it, too."""
    if wish.day is None or wish.time is None:
        return []
    day = max(wish.day, today(desk)) + timedelta(days=1)
    return [Offered("when", {"day": day, "time": wish.time}, "option_when")]


@takes("when")
def take_when(desk: Desk, value: Json) -> None:
    """Another day at that hour."""
    before = desk.table
    wish = replace(before, day=date.fromisoformat(value["day"]), time=time.fromisoformat(value["time"]))
    proceed(desk, wish, before=before)


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


def ask_place(desk: Desk, wanted: str | None = None) -> None:
    """Where? With the cities as buttons."""
    cities = desk.directory.cities(RESTAURANT)
    options = [Offered("place", {"city": city, "journey": "table"}, city) for city in cities[:SHOWN]]
    reply = "ask_table_place_unknown" if wanted else "ask_near" if desk.wants_near else "ask_table_place"
    desk.ask("place", reply, {"cities": cities, "wanted": wanted}, options=options)


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


def _as_we_cook(desk: Desk, wish: TableWish) -> TableWish:
    """A kitchen none of our restaurants has narrows nothing: said once, or told to the house as a wish."""
    ours = {key(cuisine) for house in desk.directory.of_kind(RESTAURANT) for cuisine in house.cuisines}
    if wish.cuisine is None or not ours or key(wish.cuisine) in ours:
        return wish
    if not any(wish.cuisine.casefold() in each for each in desk.mentions.requests):
        desk.say("no_such_cuisine", {"cuisine": wish.cuisine})
    return replace(wish, cuisine=None)


def _something_impossible(desk: Desk, heard: Heard, wish: TableWish) -> bool:
    """Days, times and numbers nobody can book are spoken of before anything else."""
    wanted = elsewhere(desk, RESTAURANT, place=wish.place)
    if wanted:
        desk.remember(table=wish.merge(heard, replace(desk.mentions, city=None), asked=desk.asked).to_json())
        ask_place(desk, wanted)
        return True
    if heard.problem in _SAID_OF_DAYS:
        kept = wish.merge(heard, desk.mentions, asked=desk.asked)
        desk.remember(table=replace(kept, day=None, time=heard.time or wish.time).to_json())
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


def _has_gone_by(desk: Desk, wish: TableWish) -> bool:
    """Half past seven is no time for tonight at nine; an hour after midnight belongs to the evening before."""
    house = desk.directory.named(wish.property_name) or desk.directory.houses[0]
    if wish.day is None or wish.time is None or wish.time < house.day_starts_at:
        return False
    return datetime.combine(wish.day, wish.time) <= house.local(desk.now).replace(tzinfo=None)


def _placed(desk: Desk, wish: TableWish) -> TableWish:
    """Another house takes the place of the one chosen before."""
    named = desk.directory.named(desk.mentions.property)
    if named and named.kind is RESTAURANT:
        return replace(wish, place=named.city, area=None, near=None)
    return wish


def _with_the_obvious(desk: Desk, wish: TableWish) -> TableWish:
    """What needs no question: the only restaurant, no hotel as a restaurant."""
    house = desk.directory.named(wish.property_name)
    if wish.property_name and (house is None or house.kind is not RESTAURANT):
        wish = replace(wish, property_name=None)
    spoken_of = desk.directory.by_id(desk.memory("about_house"))
    if wish.missing() == "place" and spoken_of is not None and spoken_of.kind is RESTAURANT:
        wish = replace(wish, property_name=spoken_of.name, place=spoken_of.city)
    places = desk.directory.of_kind(RESTAURANT)
    if len(places) == 1 and not wish.near:
        return replace(wish, property_name=places[0].name, place=places[0].city)
    return wish
