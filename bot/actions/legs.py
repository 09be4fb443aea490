"""A journey of several towns in one message, "2 nights Jaipur then 2 nights Udaipur": first things first."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Final

from bot.actions.desk import Desk
from bot.dates import Heard
from bot.wishes import StayWish
from models.states import PropertyKind

_THEN: Final = re.compile(
    r"\s*(?:[,.;]\s*)?(?:\b(?:and then|then|followed by|after that|(?:aur )?(?:phir|fir)|uske baad|uske bad)\b"
    r"|→|->|(?:और )?फिर|उसके बाद)\s*",
    re.IGNORECASE,
)
_AND: Final = re.compile(r"\s*(?:[,;+&]|\b(?:and|aur)\b|और)\s*", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Leg:
    """One town of the journey: what was heard of it."""

    city: str
    heard: Heard


def said(desk: Desk) -> list[StayWish]:
    """The stays of such a journey in their order, each following the one before; nothing when it is no journey."""
    legs = _apart(desk, _THEN.split(desk.text)) or _with_nights(_apart(desk, _AND.split(desk.text)))
    return _in_order(desk, legs) if legs else []


def waiting(desk: Desk) -> list[StayWish]:
    """The towns still to come."""
    return [StayWish.from_json(each) for each in desk.memory("then_legs") or ()]


def keep(desk: Desk, legs: Sequence[StayWish]) -> None:
    """Remember the towns still to come."""
    desk.remember(then_legs=[each.to_json() for each in legs] or None)


def _apart(desk: Desk, parts: Sequence[str]) -> list[Leg]:
    """Each part names a town of ours of its own, and how long."""
    towns: list[str] = []
    spoken: list[str] = []
    for part in parts:
        named = desk.directory.finder.find(part)
        house = desk.directory.named(named.property)
        city = house.city if house else named.city
        if city is None or (towns and city == towns[-1]):
            spoken[-1:] = [f"{spoken[-1]} , {part}"] if spoken else [part]
        elif not desk.directory.in_city(city, PropertyKind.HOTEL):
            return []
        else:
            spoken[len(towns) :] = [" , ".join([*spoken[len(towns) :], part])]
            towns.append(city)
    legs = [Leg(city, desk.hear("stay", words)) for city, words in zip(towns, spoken, strict=False)]
    if any(leg.heard.nights is None and leg.heard.check_in is None for leg in legs):
        return []
    return legs if len({leg.city for leg in legs}) == len(legs) > 1 else []


def _with_nights(legs: list[Leg]) -> list[Leg]:
    """Joined by a mere "and", both must say how long."""
    return legs if all(leg.heard.nights for leg in legs) else []


def _in_order(desk: Desk, legs: Sequence[Leg]) -> list[StayWish]:
    """People count for all of it, and a single day said anywhere is the first day of all."""
    began = next((leg.heard for leg in legs if leg.heard.check_in), None)
    everyone = next((leg.heard for leg in legs if leg.heard.adults or leg.heard.guests), None)
    base = replace(desk.stay, area=None, property_name=None, near=None, room_type=None, mix=())
    if everyone is not None:
        people = Heard(guests=everyone.guests, adults=everyone.adults, children=everyone.children)
        base = base.merge(people)
    own_days = [leg.heard.check_in for leg in legs if leg.heard.check_in]
    day = began.check_in if began else base.check_in
    wishes: list[StayWish] = []
    for leg in legs:
        heard = leg.heard
        begins = heard.check_in if heard.check_in and len(own_days) > 1 else day
        nights = heard.nights or 1
        ends = begins + timedelta(days=nights) if begins else None
        wishes.append(replace(base, place=leg.city, check_in=begins, check_out=ends, nights=nights))
        day = ends
    return wishes
