"""What a guest looks for, and what the house answers with."""

from __future__ import annotations

from dataclasses import dataclass

from core.availability.people import RoomParty
from core.availability.places import NEAR_KM, Point, Whereabouts
from models.dates import StayDates
from models.money import Money
from models.states import PropertyKind


@dataclass(frozen=True, slots=True)
class StaySearch:
    """What a guest is looking for; budgets are per night for all rooms, tax included.

    `refundable` says whether a rate that gives nothing back is wanted (False), refused (True) or not spoken of.
    """

    account_id: int
    stay: StayDates
    adults: int
    children: int = 0
    rooms: int = 1
    city: str | None = None
    area: str | None = None
    property_id: int | None = None
    near: Point | None = None
    budget_min: Money | None = None
    budget_max: Money | None = None
    stars: int | None = None
    amenities: tuple[str, ...] = ()
    meal_plan: str | None = None
    room_type_name: str | None = None
    limit: int = 10
    within_km: float = NEAR_KM
    refundable: bool | None = None

    @property
    def whereabouts(self) -> Whereabouts:
        """Where to look."""
        return Whereabouts(
            self.account_id, PropertyKind.HOTEL, self.city, self.area, self.property_id, self.near, self.within_km
        )


@dataclass(frozen=True, slots=True)
class StayOffer:
    """A room type that is free on every night, with its whole price."""

    property_id: int
    property_name: str
    city: str
    area: str
    stars: int | None
    picture: str | None
    room_type_id: int
    room_type_name: str
    room_picture: str | None
    rate_plan_id: int
    rate_plan_name: str
    meal_plan: str
    stay: StayDates
    rooms: int
    total: Money
    per_night: Money
    deposit: Money
    free: int
    distance_km: float | None
    refundable: bool = True


@dataclass(frozen=True, slots=True)
class MixPart:
    """Rooms of one type within an offer of several: who sleeps in each, on which nights, at what price."""

    room_type_id: int
    room_type_name: str
    rate_plan_id: int
    meal_plan: str
    stay: StayDates
    parties: tuple[RoomParty, ...]
    total: Money


@dataclass(frozen=True, slots=True)
class StayMix:
    """Several types of one house where one alone does not do: side by side, or one after the other with a move."""

    property_id: int
    property_name: str
    city: str
    area: str
    stay: StayDates
    parts: tuple[MixPart, ...]
    total: Money
    distance_km: float | None = None

    @property
    def moves(self) -> bool:
        """Whether the guest changes rooms midway."""
        return len({part.stay for part in self.parts}) > 1
