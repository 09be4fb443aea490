"""Which properties a guest means by a city, an area, a point on the map or a name already understood."""

from __future__ import annotations

from dataclasses import dataclass
from math import asin, cos, radians, sin, sqrt
from typing import Final

from sqlalchemy import ColumnElement, func

from models.property import Property
from models.states import PropertyKind

type Point = tuple[float, float]

NEAR_KM: Final = 25.0
_EARTH_KM: Final = 6371.0
_KM_PER_DEGREE: Final = 111.0


@dataclass(frozen=True, slots=True)
class Whereabouts:
    """Where to look."""

    account_id: int
    kind: PropertyKind
    city: str | None = None
    area: str | None = None
    property_id: int | None = None
    near: Point | None = None
    within_km: float = NEAR_KM

    def conditions(self) -> list[ColumnElement[bool]]:
        """The properties of the account that lie there; a point is first looked up by a square around it."""
        wanted = [Property.account_id == self.account_id, Property.kind == self.kind]
        if self.property_id is not None:
            wanted.append(Property.id == self.property_id)
        if self.city:
            wanted.append(func.lower(Property.city) == self.city.lower())
        if self.area:
            wanted.append(func.lower(Property.area) == self.area.lower())
        if self.near:
            lat, lon = self.near
            up = self.within_km / _KM_PER_DEGREE
            across = up / max(cos(radians(lat)), 0.01)
            wanted += [Property.lat.between(lat - up, lat + up), Property.lon.between(lon - across, lon + across)]
        return wanted

    def distance_km(self, lat: float, lon: float) -> float | None:
        """How far a property is from the point asked about."""
        return None if self.near is None else round(distance_km(self.near, (lat, lon)), 1)


def distance_km(here: Point, there: Point) -> float:
    """As the crow flies."""
    lat1, lon1, lat2, lon2 = map(radians, (*here, *there))
    chord = sin((lat2 - lat1) / 2) ** 2 + cos(lat1) * cos(lat2) * sin((lon2 - lon1) / 2) ** 2
    return 2 * _EARTH_KM * asin(sqrt(chord))
