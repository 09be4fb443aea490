"""Lines of a list: rooms, several rooms together, a stay with a move in it."""

from __future__ import annotations

from datetime import date
from typing import Any

from bot.actions.desk import Desk
from bot.turns import Offered
from bot.wishes import StayWish
from core.availability.search import MixPart, StayMix, StayOffer
from models.base import Json


def as_option(desk: Desk, offer: StayOffer | StayMix, wish: StayWish, *, one_house: bool) -> Offered:
    """A line with its whole price, and where it differs from what was asked for."""
    if isinstance(offer, StayMix):
        return _mix(desk, offer, wish)
    dates = (wish.check_in, wish.check_out)
    elsewhere = wish.near is None and (wish.place or offer.city) != offer.city
    moved = elsewhere or (offer.stay.arrival, offer.stay.departure) != dates
    facts: dict[str, Any] = {
        "total": offer.total,
        "nights": offer.stay.length,
        "arrival": offer.stay.arrival,
        "meal_plan": offer.meal_plan,
        "city": offer.city,
        "room_type": offer.room_type_name,
        "rooms": offer.rooms,
        "distance": offer.distance_km,
    }
    form = "option_stay_elsewhen" if moved else "option_stay"
    title = offer.room_type_name if one_house else offer.property_name
    beside = [] if one_house else [offer.room_type_name]
    if offer.rooms > 1:
        beside.append(desk.words("option_rooms", {"count": offer.rooms}))
    beside.append(desk.words(form, facts))
    if offer.distance_km is not None:
        beside.append(desk.words("option_away", facts))
    if not offer.refundable:
        beside.append(desk.words("strict_rate"))
    return Offered("stay", chosen(offer, wish), title, " · ".join(beside), offer.total)


def dated_option(desk: Desk, offer: StayOffer, wish: StayWish, *, one_house: bool) -> Offered:
    """A line for possible dates: the dates first."""
    facts: dict[str, Any] = {"arrival": offer.stay.arrival, "departure": offer.stay.departure, "total": offer.total}
    facts["room_type"] = offer.room_type_name if one_house else f"{offer.property_name}, {offer.room_type_name}"
    title = desk.words("option_dates_title", facts)
    return Offered("stay", chosen(offer, wish), title, desk.words("option_dates", facts), offer.total)


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


def _mix(desk: Desk, mix: StayMix, wish: StayWish) -> Offered:
    """Side by side it is one stay; with a move it is two, one after the other."""
    if mix.moves:
        first, then = mix.parts
        names = f"{first.room_type_name} → {then.room_type_name}"
        facts = {"total": mix.total, "first_nights": first.stay.length, "then_nights": then.stay.length}
        value = part_value(mix, first, wish) | {"then": part_value(mix, then, wish)}
        return Offered("split", value, mix.property_name, f"{names} · {desk.words('option_split', facts)}", mix.total)
    names = " + ".join(f"{len(part.parties)} × {part.room_type_name}" for part in mix.parts)
    rooms = [
        {
            "room_type_id": part.room_type_id,
            "rate_plan_id": part.rate_plan_id,
            "adults": party.adults,
            "children": party.children,
        }
        for part in mix.parts
        for party in part.parties
    ]
    value = part_value(mix, mix.parts[0], wish) | {"parts": rooms, "rooms": len(rooms), "total": mix.total.paise}
    facts = {"total": mix.total, "nights": mix.stay.length}
    return Offered("stay", value, mix.property_name, f"{names} · {desk.words('option_mix', facts)}", mix.total)


def part_value(mix: StayMix, part: MixPart, wish: StayWish) -> Json:
    """One type of a mix, as it is priced and held."""
    return {
        "property_id": mix.property_id,
        "room_type_id": part.room_type_id,
        "rate_plan_id": part.rate_plan_id,
        "arrival": part.stay.arrival.isoformat(),
        "departure": part.stay.departure.isoformat(),
        "rooms": len(part.parties),
        "adults": wish.adults or 1,
        "children": wish.children or 0,
        "total": part.total.paise,
    }


def dates_in(value: Json) -> tuple[date, date]:
    """From when to when the option goes."""
    return date.fromisoformat(value["arrival"]), date.fromisoformat(value["departure"])
