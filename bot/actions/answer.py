"""Questions about the house, answered from what the house has written; then back to what was open."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from sqlalchemy import select

from bot.actions import stay, table
from bot.actions.desk import Desk
from bot.actions.houses import tell_houses
from bot.actions.taking import takes
from bot.lookups import House
from bot.questions import clauses, side_question, topics
from bot.turns import Offered
from models.base import Json
from models.property import Answer, Property, RoomType, Sitting
from models.states import PropertyKind

_OF_ALL_HOUSES: Final = frozenset({"hotels", "restaurants"})
_SHOWN: Final = 10
_TELLING: Final = frozenset({"inform", "search_stay", "book_stay", "search_table", "book_table", "affirm", "select"})
_FEW: Final = 3
_NOTHING_OPEN: Final = frozenset({"none", "faq"})
_AMENITIES: Final = {"wifi": "wifi", "pool": "pool", "parking": "parking", "outdoor": "outdoor_seating"}


def answer(desk: Desk) -> None:
    """Answer what was asked, take what was told besides, and go on."""
    told, asked = clauses(desk.text)
    about = topics(" , ".join(asked)) or topics(desk.text)
    if not about:
        _unknown(desk)
        return
    _begin_with(desk, told)
    houses = _houses_meant(desk)
    if not houses and not set(about) <= _OF_ALL_HOUSES | {"price"}:
        if told and _took_details(desk, told):
            desk.remember(asked_about=about[0])  # answered as soon as a house is spoken of
        else:
            _which_house(desk, about[0])
        return
    for topic in about:
        if topic in _OF_ALL_HOUSES or not houses:
            _tell_of_all(desk, topic)
        for house in houses if topic not in _OF_ALL_HOUSES else ():
            _tell(desk, topic, house, named=len(houses) > 1)
    if not _took_details(desk, told) and desk.asked != "journey":
        desk.ask_again()


def _begin_with(desk: Desk, told: list[str]) -> None:
    """A day and a house or a room beside the question are a wish of their own, even the first thing ever said."""
    words = " , ".join(told)
    if desk.conversation.journey not in _NOTHING_OPEN or not words:
        return
    named = desk.directory.finder.find(words)
    house = desk.directory.named(named.property)
    journey = "table" if house is not None and house.kind is PropertyKind.RESTAURANT else "stay"
    heard = desk.hear(journey, words)
    if (house is not None or named.room_type) and (heard.check_in or heard.date):
        desk.conversation.journey = journey


def besides(desk: Desk) -> bool:
    """Answer what is asked in the same message as the wish itself; False when nothing is."""
    intent = desk.context.understood.intent
    if intent not in _TELLING or not side_question(desk.text):
        return False
    if intent.endswith(("_stay", "_table")):
        desk.conversation.journey = intent.rsplit("_", 1)[1]
    if desk.conversation.journey not in {"stay", "table"}:
        return False
    answer(desk)
    return True


def what_was_asked(desk: Desk) -> None:
    """A house is spoken of now: what was asked before it was known is answered."""
    topic, house = desk.memory("asked_about"), desk.house_in_talk
    if topic is not None and house is not None:
        desk.remember(asked_about=None)
        _tell(desk, topic, house)


def _houses_meant(desk: Desk) -> list[House]:
    """The house in talk; else those on offer or in the city spoken of, when they are few."""
    house = desk.house_in_talk
    if house is not None:
        desk.remember(about_house=house.id)
        return [house]
    offered = dict.fromkeys(option["value"].get("property_id") for option in desk.memory("offers") or ())
    houses = [each for each in map(desk.directory.by_id, offered) if each is not None]
    if not houses and desk.conversation.journey in {"stay", "table"}:
        table_wanted = desk.conversation.journey == "table"
        place = desk.table.place if table_wanted else desk.stay.place
        kind = PropertyKind.RESTAURANT if table_wanted else PropertyKind.HOTEL
        houses = [each for each in desk.directory.of_kind(kind) if each.city == place]
    return houses if len(houses) <= _FEW else []


def _took_details(desk: Desk, told: list[str]) -> bool:
    """Take the day out of "24 dec, and is breakfast included?" into the wish."""
    journey, words = desk.conversation.journey, " , ".join(told)
    if journey not in {"stay", "table"} or not words:
        return False
    heard, named = desk.hear(journey, words), desk.directory.finder.find(words)
    if journey == "table":
        before = desk.table
        wish = before.merge(heard, named, asked=desk.asked)
        if wish != before and heard.problem is None:
            table.proceed(desk, wish, before=before)
            return True
        return False
    was = desk.stay
    wished = was.merge(heard, named, asked=desk.asked)
    if wished != was and heard.problem is None:
        stay.proceed(desk, wished, before=was)
        return True
    return False


def _tell_of_all(desk: Desk, topic: str) -> None:
    if topic == "price":
        desk.say("answer_price")
        return
    tell_houses(desk, topic)


def _tell(desk: Desk, topic: str, house: House, *, named: bool = False) -> None:
    """The house's own words first; else what its row says; else honestly that we do not know."""
    if topic == "price":
        desk.say("answer_price")
        return
    if topic == "cancellation" and _tell_terms(desk):
        return
    row = desk.session.get_one(Property, house.id)
    if topic == "photo":
        _show(desk, row)
        return
    words = desk.session.scalar(select(Answer.words).where(Answer.property_id == house.id, Answer.topic == topic))
    if words is not None:
        desk.say("answer_of" if named else "answer", {"answer": words, "property": house.name})
        return
    reply, facts = _from_the_row(desk, topic, house, row)
    desk.say(reply, facts)
    if reply == "answer_address":
        desk.say("house_pin", facts)


def _show(desk: Desk, house: Property) -> None:
    """The room that is being talked about, else the house."""
    picked = desk.memory("picked") or {}
    kind = desk.session.get(RoomType, picked["room_type_id"]) if "room_type_id" in picked else None
    if kind is not None and kind.picture and kind.property_id == house.id:
        desk.say("photo", {"what": f"{kind.name}, {house.name}", "picture": kind.picture})
    elif house.picture:
        desk.say("photo", {"what": house.name, "picture": house.picture})
    else:
        desk.say("photo_none", {"what": house.name})


def _tell_terms(desk: Desk) -> bool:
    """With a price on the table, its own terms say more than the house's general ones."""
    question = desk.memory("question") or {}
    if question.get("reply") not in {"quote_stay", "quote_table"}:
        return False
    facts = question["facts"]
    desk.say(
        "answer_terms" if facts["free_until"] or not facts["no_free_cancellation"] else "answer_terms_strict", facts
    )
    return True


def _from_the_row(desk: Desk, topic: str, house: House, row: Property) -> tuple[str, Mapping[str, Any]]:
    facts: dict[str, Any] = {
        "property": row.name,
        "property_phone": row.phone,
        "address": row.address,
        "lat": row.lat,
        "lon": row.lon,
        "check_in_at": row.check_in_at,
        "check_out_at": row.check_out_at,
        "stars": row.stars,
        "cuisines": [cuisine.replace("_", " ").title() for cuisine in row.cuisines],
    }
    match topic:
        case "address" | "distance":
            return "answer_address", facts
        case "phone" if row.phone:
            return "answer_phone", facts
        case "stars" if row.stars:
            return "answer_stars", facts
        case "cuisine" | "menu" if row.cuisines:
            return "answer_cuisine", facts
        case "hours" | "check_in" | "check_out" if house.kind is PropertyKind.HOTEL:
            return "answer_hours_hotel", facts
        case "hours":
            return "answer_hours_restaurant", facts | {"hours": _hours(desk, house)}
        case _ if topic in _AMENITIES:
            has = _AMENITIES[topic] in house.amenities
            return "answer_amenity_yes" if has else "answer_amenity_no", facts
        case _:
            return "answer_unknown_open", facts


def _hours(desk: Desk, house: House) -> str:
    """Each sitting on a line."""
    sittings = desk.session.scalars(
        select(Sitting).where(Sitting.property_id == house.id).order_by(Sitting.opens_at, Sitting.id)
    )
    return "\n".join(
        desk.words(
            "answer_hours_line",
            {"sitting": each.name, "opens_at": each.opens_at, "last_order_at": each.last_order_at},
        )
        for each in sittings
    )


def _which_house(desk: Desk, topic: str) -> None:
    """Nobody has named a house yet: which one?"""
    options = [
        Offered("house", {"property_id": house.id, "topic": topic}, house.name, house.city)
        for house in desk.directory.houses[:_SHOWN]
    ]
    desk.ask("name", "answer_which_property", options=options)


def _unknown(desk: Desk) -> None:
    desk.say("answer_unclear")
    desk.ask_again()


@takes("house")
def take_house(desk: Desk, value: Json) -> None:
    """The house the question was about."""
    house = desk.directory.by_id(value["property_id"])
    desk.conversation.asked = "none"
    desk.remember(question=None, about_house=value["property_id"])
    if house is not None:
        _tell(desk, value["topic"], house)
