"""Rooms of several types, each counted by the guest: one price for all of them together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from sqlalchemy import select

from bot.actions.desk import Desk
from bot.actions.finding import searches
from bot.lookups import House
from bot.turns import Offered
from bot.wishes import StayWish
from core.availability.people import RoomLimits, RoomParty, seat_people
from core.availability.search import StayOffer, search_stays
from core.errors import PartyTooLarge
from models.base import Json
from models.money import Money
from models.property import RoomType
from models.states import PropertyKind

type Rooms = list[tuple[RoomType, RoomParty]]


def ways(desk: Desk, wish: StayWish) -> list[Offered]:
    """One line for each house that has all of them free, the cheapest first; each as it is priced and held.

    Raises:
        PartyTooLarge: so many people do not sleep in these rooms, or too few for a grown-up in each.
    """
    found: list[Offered] = []
    too_large: PartyTooLarge | None = None
    for house in _houses(desk, wish):
        types = _types(desk, house, wish.mix)
        if types is None:
            continue
        try:
            rooms = _seated(types, wish.adults or 1, wish.children or 0)
        except PartyTooLarge as refusal:
            too_large = refusal
            continue
        if (option := _priced(desk, wish, house, rooms)) is not None:
            found.append(option)
    if not found and too_large is not None:
        raise too_large
    return sorted(found, key=lambda each: each.price or Money(0))


def _houses(desk: Desk, wish: StayWish) -> list[House]:
    named = desk.directory.named(wish.property_name)
    hotels = [named] if named else desk.directory.of_kind(PropertyKind.HOTEL)
    return [
        house
        for house in hotels
        if named or ((not wish.place or house.city == wish.place) and (not wish.area or house.area == wish.area))
    ]


def _types(desk: Desk, house: House, mix: Sequence[str]) -> list[RoomType] | None:
    """The house's own types by the names said, each as often as it is wanted; None when it has not all of them."""
    rows = desk.session.scalars(select(RoomType).where(RoomType.property_id == house.id).order_by(RoomType.id)).all()
    wanted: list[RoomType] = []
    for said in mix:
        count, name = said.split(" ", 1)
        called = [row for row in rows if name.casefold() in row.name.casefold()]
        exact = [row for row in called if row.name.casefold() == name.casefold()]
        if not called:
            return None
        wanted += [(exact or called)[0]] * int(count)
    return wanted


def _seated(types: Sequence[RoomType], adults: int, children: int) -> Rooms:
    """The larger parties in the larger rooms."""
    if adults < len(types):
        raise PartyTooLarge(adults=adults, children=children, rooms=len(types))
    large_first = sorted(types, key=lambda each: (-each.max_adults, -each.max_guests, each.id))
    parties = sorted(seat_people(adults, children, len(types)), key=lambda each: (-each.adults, -each.children))
    seated = list(zip(large_first, parties, strict=True))
    limits = [RoomLimits(row.base_adults, row.max_adults, row.max_guests, row.extra_beds) for row, _ in seated]
    if not all(limit.takes(party) for limit, (_, party) in zip(limits, seated, strict=True)):
        raise PartyTooLarge(adults=adults, children=children, rooms=len(types), most=sum(r.max_guests for r in types))
    return sorted(seated, key=lambda each: each[0].id)


def _priced(desk: Desk, wish: StayWish, house: House, rooms: Rooms) -> Offered | None:
    offers: dict[int, StayOffer] = {}
    for row in {row.id: row for row, _ in rooms}.values():
        parties = [party for each, party in rooms if each.id == row.id]
        offer = _free(desk, wish, house, row, parties)
        if offer is None:
            return None
        offers[row.id] = offer
    total = Money.total(offer.total for offer in offers.values())
    parts = [
        {
            "room_type_id": row.id,
            "rate_plan_id": offers[row.id].rate_plan_id,
            "adults": party.adults,
            "children": party.children,
        }
        for row, party in rooms
    ]
    names = " + ".join(f"{offer.rooms} × {offer.room_type_name}" for offer in offers.values())
    facts: Json = {"total": total, "nights": wish.nights}
    value = {**_base(wish, house, parts), "total": total.paise}
    return Offered("stay", value, house.name, f"{names} · {desk.words('option_mix', facts)}", total)


def _free(desk: Desk, wish: StayWish, house: House, row: RoomType, parties: Sequence[RoomParty]) -> StayOffer | None:
    """So many rooms of that type, on the cheapest plan that fits the wish."""
    search = next(searches(desk, replace(wish, rooms=len(parties), room_type=row.name)), None)
    if search is None:
        return None
    there = replace(
        search,
        property_id=house.id,
        city=None,
        area=None,
        near=None,
        adults=sum(party.adults for party in parties),
        children=sum(party.children for party in parties),
        budget_min=None,
        budget_max=None,
        stars=None,
        amenities=(),
    )
    offers = search_stays(desk.session, there, now=desk.now)
    return next((offer for offer in offers if offer.room_type_id == row.id), None)


def _base(wish: StayWish, house: House, parts: list[Json]) -> Json:
    return {
        "property_id": house.id,
        "room_type_id": parts[0]["room_type_id"],
        "rate_plan_id": parts[0]["rate_plan_id"],
        "arrival": str(wish.check_in),
        "departure": str(wish.check_out),
        "rooms": len(parts),
        "adults": wish.adults or 1,
        "children": wish.children or 0,
        "parts": parts,
    }
