"""The names an account uses for its places and rooms, as they are in the database now."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time
from functools import lru_cache
from typing import Final
from zoneinfo import ZoneInfo

from sqlalchemy import bindparam, func, select
from sqlalchemy.orm import Session

from bot.places import KnownNames, NameFinder
from models.account import Account
from models.property import Property, RoomType
from models.states import PropertyKind


@dataclass(frozen=True, slots=True)
class House:
    """A property as a conversation needs it."""

    id: int
    kind: PropertyKind
    name: str
    city: str
    area: str
    time_zone: str
    day_starts_at: time
    cuisines: tuple[str, ...]
    amenities: tuple[str, ...]

    def local(self, instant: datetime) -> datetime:
        """The instant on the wall clock there."""
        return instant.astimezone(ZoneInfo(self.time_zone))


@dataclass(frozen=True, slots=True)
class Directory:
    """Everything an account has, by name."""

    desk: str
    houses: tuple[House, ...]
    room_types: tuple[str, ...]

    @property
    def finder(self) -> NameFinder:
        """Finds these names in a message; kept as long as the names stay the same."""
        return _finder(self.houses, self.room_types)

    def of_kind(self, kind: PropertyKind) -> tuple[House, ...]:
        """The hotels, or the restaurants."""
        return tuple(house for house in self.houses if house.kind is kind)

    def cities(self, kind: PropertyKind) -> list[str]:
        """Where there are any of that kind."""
        return list(dict.fromkeys(house.city for house in self.of_kind(kind)))

    def named(self, name: str | None) -> House | None:
        """The house of that name."""
        return next((house for house in self.houses if house.name == name), None)

    def by_id(self, property_id: int | None) -> House | None:
        """The house with that number."""
        return next((house for house in self.houses if house.id == property_id), None)

    def in_city(self, city: str, kind: PropertyKind) -> bool:
        """Whether there is one of that kind in the city."""
        return any(house.city.casefold() == city.casefold() for house in self.of_kind(kind))


_HOUSES: Final = (
    select(
        Property.id,
        Property.kind,
        Property.name,
        Property.city,
        Property.area,
        Property.time_zone,
        Property.day_starts_at,
        Property.cuisines,
        Property.amenities,
        Account.name,
        select(func.array_agg(RoomType.name)).where(RoomType.property_id == Property.id).scalar_subquery(),
    )
    .join(Account, Account.id == Property.account_id)
    .where(Property.account_id == bindparam("account_id"))
    .order_by(Property.id)
)


def directory_of(session: Session, account_id: int) -> Directory:
    """Read afresh each time, in one look, so that a new house is known at once."""
    rows = session.execute(_HOUSES, {"account_id": account_id}).all()
    houses = tuple(House(*row[:7], cuisines=tuple(row[7]), amenities=tuple(row[8])) for row in rows)
    types = {name for row in rows for name in row[10] or ()}
    return Directory(rows[0][9] if rows else "", houses, tuple(sorted(types)))


@lru_cache(maxsize=64)
def _finder(houses: Sequence[House], room_types: Sequence[str]) -> NameFinder:
    def plainly(names: set[str]) -> dict[str, tuple[str, ...]]:
        return {name: (name.replace("_", " "),) if "_" in name else () for name in sorted(names)}

    return NameFinder(
        KnownNames(
            cities=plainly({house.city for house in houses}),
            areas=plainly({house.area for house in houses}),
            properties=plainly({house.name for house in houses}),
            cuisines=plainly({cuisine for house in houses for cuisine in house.cuisines}),
            amenities=plainly({amenity for house in houses for amenity in house.amenities}),
            room_types=plainly(set(room_types)),
        )
    )
