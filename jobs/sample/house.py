"""The shape of a house written down in YAML: read into plain values, or refused with the place of the mistake."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import time
from pathlib import Path
from typing import Annotated, Any, Final, Literal, Self

import yaml
from pydantic import (
    BeforeValidator,
    ConfigDict,
    Field,
    TypeAdapter,
    ValidationError,
    model_validator,
)
from pydantic.dataclasses import dataclass

from jobs.sentences import Refusal
from models.states import PropertyKind, Role

_STRICT: Final = ConfigDict(extra="forbid")


class SampleError(Refusal):
    """A sample file cannot be used; the message names file, place and reason."""


@dataclass(frozen=True, config=_STRICT)
class Words:
    """The same said in the three languages of the house."""

    en: str
    hi: str
    hinglish: str


@dataclass(frozen=True, config=_STRICT)
class Tier:
    """So many per cent are kept when cancelled at least so many hours before."""

    hours_before: int
    percent: Annotated[int, Field(ge=0, le=100)]


@dataclass(frozen=True, config=_STRICT)
class Policy:
    """A cancellation policy; the tiers run from early to late."""

    name: str
    tiers: list[Tier]
    no_show_percent: Annotated[int, Field(ge=0, le=100)]

    @model_validator(mode="after")
    def _early_to_late(self) -> Self:
        hours = [tier.hours_before for tier in self.tiers]
        if not hours or hours != sorted(hours, reverse=True) or hours[-1] != 0:
            raise ValueError("tiers run from the earliest hours to 0 hours before")
        return self


@dataclass(frozen=True, config=_STRICT)
class Person:
    """Somebody who can sign in."""

    email: str
    name: str
    role: Role
    password: str
    language: str = "en"


@dataclass(frozen=True, config=_STRICT)
class Price:
    """Whole rupees a night before tax."""

    base: Annotated[int, Field(gt=0)]
    weekend: Annotated[int, Field(gt=0)]
    extra_adult: int = 0
    child: int = 0


def _numbers(written: object) -> object:
    """`[101-103, 201, Cashew]` is 101, 102, 103, 201 and Cashew."""
    return [number for part in written for number in _numbers_of(str(part))] if isinstance(written, list) else written


def _numbers_of(part: str) -> Iterator[str]:
    first, dash, last = part.partition("-")
    if dash and first.isdecimal() and last.isdecimal():
        yield from (str(number) for number in range(int(first), int(last) + 1))
    else:
        yield part


@dataclass(frozen=True, config=_STRICT)
class RoomTypeFile:
    """A room type with its rooms and its best available rate."""

    name: str
    description: Words
    adults: int
    max_adults: int
    max_guests: int
    rooms: Annotated[list[str], BeforeValidator(_numbers)]
    price: Price
    picture: str
    extra_beds: int = 0


@dataclass(frozen=True, config=_STRICT)
class LongStay:
    """So many per cent off from so many nights."""

    nights: Annotated[int, Field(ge=2)]
    percent: Annotated[int, Field(ge=1, le=90)]


@dataclass(frozen=True, config=_STRICT)
class PromotionFile:
    """A code that takes a part or a sum (whole rupees) off."""

    code: Annotated[str, Field(pattern=r"^[A-Z0-9]{4,20}$")]
    percent: int | None = None
    amount: int | None = None
    min_nights: int = 1
    max_uses: int | None = None
    once_per_guest: bool = True


@dataclass(frozen=True, config=_STRICT)
class PlanFile:
    """A rate plan; a derived one names its parent and moves its prices by `percent`.

    A package adds `stay_price` to a room's stay and tells what it `includes`; one with an `access_code` is negotiated.
    """

    code: str
    name: str
    meal_plan: Literal["EP", "CP", "MAP", "AP"]
    deposit_percent: Annotated[int, Field(ge=0, le=100)]
    policy: str
    parent: str | None = None
    percent: int = 0
    stay_price: int = 0
    includes: Words | None = None
    min_nights: int = 1
    max_nights: int | None = None
    long_stay: list[LongStay] = Field(default_factory=list)
    access_code: str | None = None
    company: str | None = None


_MONTH_DAY: Final = r"^(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])$"


@dataclass(frozen=True, config=_STRICT)
class SeasonFile:
    """Nights of every year, `MM-DD` to `MM-DD`, on which prices move by so many per cent."""

    name: str
    first: Annotated[str, Field(alias="from", pattern=_MONTH_DAY)]
    last: Annotated[str, Field(alias="to", pattern=_MONTH_DAY)]
    percent: int


@dataclass(frozen=True)
class Covers:
    """The fewest and the most people at a table."""

    fewest: int
    most: int


def _covers(written: object) -> object:
    """`2-4` is two to four."""
    fewest, dash, most = str(written).partition("-")
    if not (dash and fewest.isdecimal() and most.isdecimal() and 1 <= int(fewest) <= int(most)):
        raise ValueError("covers are written as 2-4")
    return Covers(int(fewest), int(most))


type CoversText = Annotated[Covers, BeforeValidator(_covers)]


@dataclass(frozen=True, config=_STRICT)
class JoinedFile:
    """Tables that can be pushed together."""

    tables: list[str]
    covers: CoversText


@dataclass(frozen=True, config=_STRICT)
class AreaFile:
    """A dining area with its tables."""

    name: str
    tables: dict[str, CoversText]
    joined: list[JoinedFile] = Field(default_factory=list)

    @model_validator(mode="after")
    def _joins_its_own(self) -> Self:
        for join in self.joined:
            if strangers := set(join.tables) - set(self.tables):
                raise ValueError(f"joined tables are not in this area: {', '.join(sorted(strangers))}")
            if join.covers.most > sum(self.tables[number].most for number in join.tables):
                raise ValueError(f"tables {', '.join(join.tables)} together do not seat {join.covers.most}")
        return self


@dataclass(frozen=True, config=_STRICT)
class SittingFile:
    """A service period; `last_order_at` may lie after midnight."""

    name: str
    weekdays: list[Annotated[int, Field(ge=1, le=7)]]
    opens_at: time
    last_order_at: time
    slot_minutes: int
    pacing_covers: int | None = None
    cover_deposit: int = 0
    cover_price: int = 0


@dataclass(frozen=True, config=_STRICT)
class HouseFile:
    """One property, hotel or restaurant, with everything in it."""

    kind: PropertyKind
    name: str
    description: Words
    city: str
    area: str
    address: str
    lat: float
    lon: float
    phone: str
    gstin: str
    policy: str
    picture: str
    bring: Words
    answers: dict[str, Words]
    stars: int | None = None
    amenities: list[str] = Field(default_factory=list)
    cuisines: list[str] = Field(default_factory=list)
    check_in_at: time = time(14)
    check_out_at: time = time(11)
    specified_premises: bool = False
    lead_minutes: int = 0
    needs_approval: bool = False
    room_types: list[RoomTypeFile] = Field(default_factory=list)
    plans: list[PlanFile] = Field(default_factory=list)
    seasons: list[SeasonFile] = Field(default_factory=list)
    promotions: list[PromotionFile] = Field(default_factory=list)
    areas: list[AreaFile] = Field(default_factory=list)
    turn_times: dict[int, int] = Field(default_factory=dict)
    sittings: list[SittingFile] = Field(default_factory=list)

    @model_validator(mode="after")
    def _sells_something(self) -> Self:
        if self.kind is PropertyKind.HOTEL and not (self.room_types and self.plans and not self.areas):
            raise ValueError("a hotel has room types and rate plans, and no dining areas")
        if self.kind is PropertyKind.RESTAURANT and not (self.areas and self.turn_times and self.sittings):
            raise ValueError("a restaurant has dining areas, turn times and sittings")
        codes: set[str] = set()
        for plan in self.plans:
            if plan.parent is not None and plan.parent not in codes:
                raise ValueError(f"rate plan {plan.code} comes after its parent {plan.parent}")
            codes.add(plan.code)
        if self.plans and self.plans[0].code != "BAR":
            raise ValueError("the first rate plan is BAR, the best available rate")
        numbers = [number for room_type in self.room_types for number in room_type.rooms]
        if twice := {number for number in numbers if numbers.count(number) > 1}:
            raise ValueError(f"room numbers given twice: {', '.join(sorted(twice))}")
        return self

    def policies_named(self) -> set[str]:
        """The cancellation policies this house leans on."""
        return {self.policy, *(plan.policy for plan in self.plans)}


@dataclass(frozen=True, config=_STRICT)
class AccountFile:
    """One business: its people, its policies and what all its houses answer alike."""

    slug: str
    name: str
    people: list[Person]
    policies: dict[str, Policy]
    answers: dict[PropertyKind, dict[str, Words]]
    promotions: list[PromotionFile] = Field(default_factory=list)


@dataclass(frozen=True)
class Business:
    """An account and its houses, as read from one folder."""

    account: AccountFile
    houses: list[HouseFile]


def read_business(folder: Path) -> Business:
    """The account in `account.yml` and a house in every other file of the folder, in order of their names."""
    account: AccountFile = _read(folder / "account.yml", AccountFile)
    houses: list[HouseFile] = []
    for path in sorted(folder.glob("*.yml")):
        if path.name == "account.yml":
            continue
        house: HouseFile = _read(path, HouseFile)
        if unknown := house.policies_named() - set(account.policies):
            raise SampleError(f"{_shown(path)}: no such cancellation policy: {', '.join(sorted(unknown))}")
        houses.append(house)
    return Business(account, houses)


def _read[T](path: Path, shape: type[T]) -> T:
    try:
        written: Any = yaml.safe_load(path.read_text(encoding="utf-8"))
        return TypeAdapter(shape).validate_python(written)
    except FileNotFoundError as error:
        raise SampleError(f"{_shown(path)} is missing") from error
    except yaml.YAMLError as error:
        raise SampleError(f"{_shown(path)}: {error}") from error
    except ValidationError as error:
        faults = (
            f"{'.'.join(str(part) for part in fault['loc']) or 'file'}: {fault['msg']}" for fault in error.errors()
        )
        raise SampleError(f"{_shown(path)}: {'; '.join(faults)}") from error


def _shown(path: Path) -> str:
    return f"{path.parent.name}/{path.name}"
